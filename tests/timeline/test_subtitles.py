from itertools import pairwise

import pysubs2

from timeline.spoken_film import Film
from vortex.media.track import SubtitleCue
from vortex.timeline.subtitles import srt, subtitle_cues, vtt

CUES = (SubtitleCue(0.0, 1.5, "a < b & c > d"), SubtitleCue(3661.0005, 3662.9996, "two\nrows"))


def read(text: str, kind: str) -> list[tuple[int, int, str]]:
    events = pysubs2.SSAFile.from_string(text, format_=kind).events
    return [(event.start, event.end, event.plaintext) for event in events]


def test_another_reader_reads_the_same(film: Film) -> None:
    cues = subtitle_cues(film.timeline)
    expected = [(round(cue.start_s * 1000), round(cue.end_s * 1000), cue.text) for cue in cues]
    assert len(expected) > 5
    assert read(srt(cues), "srt") == expected
    assert read(vtt(cues), "vtt") == expected


def test_cues_are_in_order_without_overlap(film: Film) -> None:
    cues = subtitle_cues(film.timeline)
    assert all(cue.end_s < later.start_s for cue, later in pairwise(cues))


def test_exact_text() -> None:
    assert srt(CUES) == (
        "1\n00:00:00,000 --> 00:00:01,500\na < b & c > d\n\n2\n01:01:01,000 --> 01:01:03,000\ntwo\nrows\n"
    )
    assert vtt(CUES).startswith("WEBVTT\n\n00:00:00.000 --> 00:00:01.500\na &lt; b &amp; c &gt; d\n")
