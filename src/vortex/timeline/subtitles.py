"""The captions of a film as cues and as the two files that players and editors read.

Source: W3C WebVTT; the SubRip format as players accept it.
"""

from collections.abc import Iterable

from vortex.core.units import format_timestamp
from vortex.media.track import SubtitleCue
from vortex.timeline.schedule import Timeline
from vortex.visuals.timing import row_text


def subtitle_cues(timeline: Timeline) -> tuple[SubtitleCue, ...]:
    """Return the captions of all shots on the clock of the film, in order and without overlap."""
    return tuple(
        SubtitleCue(
            (shot.start + caption.start) / timeline.fps,
            (shot.start + caption.end) / timeline.fps,
            "\n".join(row_text(row) for row in caption.lines),
        )
        for shot in timeline.shots
        for caption in shot.timing.captions
    )


def srt(cues: Iterable[SubtitleCue]) -> str:
    """Return the text of a ``.srt`` file."""
    blocks = (
        f"{number}\n{format_timestamp(cue.start_s, ',')} --> {format_timestamp(cue.end_s, ',')}\n{cue.text}\n"
        for number, cue in enumerate(cues, 1)
    )
    return "\n".join(blocks)


def vtt(cues: Iterable[SubtitleCue]) -> str:
    """Return the text of a ``.vtt`` file."""
    blocks = (
        f"\n{format_timestamp(cue.start_s)} --> {format_timestamp(cue.end_s)}\n{_escaped(cue.text)}\n" for cue in cues
    )
    return "WEBVTT\n" + "".join(blocks)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
