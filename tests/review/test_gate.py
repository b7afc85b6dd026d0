"""One good film, and the same film with one thing spoiled: the gate must name that thing and nothing else."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from review.films import (
    BOXES,
    CAPTIONS,
    NUM_FRAMES,
    PAPER,
    Talk,
    flashing,
    painted,
    record,
    shot,
    under_review,
)
from vortex.core.errors import MediaError
from vortex.media.track import SubtitleCue
from vortex.review.film import Expectations, FilmUnderReview
from vortex.review.gate import check_film, judge
from vortex.visuals.record import RecordedElement, Stretch


def failed(film: FilmUnderReview) -> set[str]:
    return {finding.check for finding in judge(film).failures}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> FilmUnderReview:
    return under_review(tmp_path_factory.mktemp("good"))


def test_good_film_passes_every_check(good: FilmUnderReview) -> None:
    verdict = judge(good)
    assert verdict.passed, verdict.summary()
    assert not verdict.skipped
    assert {finding.subject for finding in verdict.findings} == {
        "picture", "layout", "captions", "sound", "claims", "words", "readability",
    }  # fmt: skip


def test_anybodys_film_gets_what_can_be_run(good: FilmUnderReview) -> None:
    verdict = check_film(good.mp4)
    assert verdict.passed
    assert {skip.check for skip in verdict.skipped} == {"frozen picture", "length", "caption words"}


def test_progress_runs_to_its_end(good: FilmUnderReview) -> None:
    told: list[float] = []
    judge(good, told.append)
    assert told == sorted(told) and told[-1] == 1.0


def shifted(by_s: float) -> tuple[SubtitleCue, ...]:
    return tuple(SubtitleCue(c.start_s + by_s, min(8.0, c.end_s + by_s), c.text) for c in CAPTIONS)


SPOILED = {
    "black": (Talk(change=painted(0, 60, 90)), {"black picture", "contrast in the film"}),
    "blank": (Talk(change=painted(128, 60, 90)), {"blank picture", "contrast in the film"}),
    "stuck": (Talk(change=lambda frames: [frames[0]] * len(frames)), {"frozen picture", "contrast in the film"}),
    "flashing": (Talk(change=flashing), {"flashes"}),
    "faint in the film": (Talk(ink="#c9c4b8"), {"contrast in the film"}),
    "quiet": (Talk(gain=0.5), {"loudness"}),
    "loud": (Talk(gain=4.0), {"loudness", "true peak", "clipping"}),
    "mute": (Talk(sound=False), {"loudness"}),
    "silent for long": (Talk(pauses=((0, 0.4), (3.6, 4.0), (4.5, 8.0))), {"silence"}),
    "late captions": (Talk(captions=shifted(0.3)), {"caption offset"}),
    "early captions": (Talk(captions=shifted(-0.3)), {"caption offset"}),
    "no captions": (Talk(captions=()), {"caption form"}),
    "long row": (
        Talk(captions=(SubtitleCue(0.4, 3.6, "A heap keeps its smallest item on top of it."), CAPTIONS[2])),
        {"caption form", "caption words"},
    ),
    "other words": (Talk(captions=(*CAPTIONS[:2], SubtitleCue(4.0, 7.6, "It sorts 12 items."))), {"caption words"}),
}  # fmt: skip


@pytest.mark.parametrize("name", SPOILED)
def test_spoiled_film_is_refused_for_that_reason(name: str, tmp_path: Path) -> None:
    talk, reasons = SPOILED[name]
    assert failed(under_review(tmp_path, talk)) == reasons


def test_standing_still_in_silence_is_refused_but_not_while_it_is_spoken_to(tmp_path: Path) -> None:
    hold = Talk(change=lambda frames: frames[:101] + [frames[101]] * (NUM_FRAMES - 101))
    assert "standing still" not in failed(under_review(tmp_path, hold))
    silent = replace(hold, pauses=((0, 0.4), (4.5, 8.0)), captions=CAPTIONS[:2])
    assert "standing still" in failed(under_review(tmp_path, silent))


def element(
    name: str, box: tuple[float, float, float, float], size: float = 26.0, ink: str = "#1d2230"
) -> RecordedElement:
    return RecordedElement(name, "text", "words", PAPER, (Stretch(10, 20, box, 1.0, size, ink),))


@pytest.mark.parametrize(
    ("elements", "reason"),
    [
        ((element("one", BOXES[0]), element("two", (60, 60, 300, 100))), "overlap"),
        ((element("one", (5, 40, 200, 80)),), "overflow"),
        ((element("one", BOXES[0], size=5.0),), "type size"),
        ((element("one", BOXES[0], ink="#b8b8b8"),), "contrast"),
    ],
)
def test_record_of_ten_bad_frames_is_refused(
    good: FilmUnderReview, elements: tuple[RecordedElement, ...], reason: str, tmp_path: Path
) -> None:
    layout = tmp_path / "layout.json"
    record(elements).write(layout)
    assert reason in failed(replace(good, shots=(shot(layout),)))


def test_broken_record_is_no_pass(good: FilmUnderReview, tmp_path: Path) -> None:
    layout = tmp_path / "layout.json"
    layout.write_text("{}")
    verdict = judge(replace(good, shots=(shot(layout),)))
    assert not verdict.passed
    assert {"overlap", "overflow", "type size", "contrast"} <= {skip.check for skip in verdict.unseen}


def test_late_word_on_screen_is_refused(good: FilmUnderReview, tmp_path: Path) -> None:
    layout = tmp_path / "layout.json"
    late = RecordedElement("item:0", "text", "A heap", PAPER, (Stretch(60, 200, BOXES[0], 1.0, 26.0, "#1d2230"),))
    record((late,)).write(layout)
    assert "words on time" in failed(replace(good, shots=(shot(layout),)))


def test_other_length_and_size_than_ordered_are_refused(good: FilmUnderReview) -> None:
    assert failed(replace(good, expected=Expectations(10.0, 1280, 720, 30))) == {"length", "size and frame rate"}


def test_changed_source_is_refused(good: FilmUnderReview, tmp_path: Path) -> None:
    other = tmp_path / "heaps.md"
    other.write_bytes(good.sources[0].path.read_bytes() + b"\nOne more line.\n")
    assert failed(replace(good, sources=(replace(good.sources[0], path=other),))) == {"sources unchanged"}
    assert hashlib.sha256(good.sources[0].path.read_bytes()).hexdigest().startswith(good.sources[0].id)


def test_lost_source_is_refused(good: FilmUnderReview, tmp_path: Path) -> None:
    lost = (replace(good.sources[0], path=tmp_path / "gone.md"),)
    assert failed(replace(good, sources=lost)) == {
        "quotes on their page",
        "citations on the printed page",
        "numbers on screen",
    }


def test_film_without_a_source_is_excused_from_citations(good: FilmUnderReview) -> None:
    bare = replace(good, claims=(), sources=(), expected=replace(good.expected, cited=False))
    assert judge(bare).passed
    assert not judge(replace(bare, expected=replace(good.expected, cited=True))).passed


def test_what_is_no_film_raises(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(b"no film")
    with pytest.raises(MediaError):
        check_film(tmp_path / "film.mp4")
