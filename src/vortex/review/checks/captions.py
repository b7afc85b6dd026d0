"""Can the captions be read, do they come with the voice, and do they hold every word that is said?"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from vortex.media.track import SubtitleCue
from vortex.review.film import SpokenSentence
from vortex.review.verdict import Finding, Outcome, Skip, clock

MAX_CHARS = 42
MAX_ROWS = 2
MAX_CPS = 20.0
MAX_OFFSET_S = 0.125
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]]*$")


def check(
    captions: Sequence[SubtitleCue], onsets: Sequence[float] | None, sentences: Sequence[SpokenSentence], expected: bool
) -> list[Outcome]:
    """Return all outcomes on the captions.

    Args:
        captions: the film's own subtitle track, in order.
        onsets: when the sound begins after a pause, in seconds; ``None`` when there is no sound.
        sentences: what should be said; empty when nobody told.
        expected: whether the film should carry captions.
    """
    names = ("caption form", "caption offset", "caption words")
    if not captions:
        if not expected:
            return [Skip(name, "the film carries no caption track", excused=True) for name in names]
        missing = Finding("caption form", False, "no caption track", f"{MAX_CHARS} × {MAX_ROWS}", "Add the track.")
        return [missing, *(Skip(name, "the film carries no caption track") for name in names[1:])]
    outcomes: list[Outcome] = [form(captions)]
    outcomes.append(offset(captions, onsets) if onsets else Skip("caption offset", "no sound to compare with"))
    if not sentences:
        return [*outcomes, Skip("caption words", "the script was not handed in", excused=True)]
    return [*outcomes, coverage(captions, sentences)]


def form(captions: Sequence[SubtitleCue]) -> Finding:
    """Check rows, row length, reading speed and overlap in time of every caption."""
    faults = [(caption, reason) for caption in captions if (reason := _fault(caption))]
    pairs = pairwise(captions)
    faults += [
        (after, "begins before the last one ends") for before, after in pairs if after.start_s < before.end_s - 1e-3
    ]
    longest = max(len(row) for caption in captions for row in caption.text.splitlines() or [""])
    fastest = max(_speed(caption) for caption in captions)
    return Finding(
        "caption form",
        not faults,
        f"{len(faults)} of {len(captions)} at fault",
        f"≤ {MAX_CHARS} characters × {MAX_ROWS} rows, ≤ {MAX_CPS:.0f} characters/s, one at a time",
        f"The longest row has {longest} characters, the fastest caption {fastest:.1f} characters a second.",
        tuple(f"{clock(caption.start_s)}: {reason}" for caption, reason in faults[:8]),
        measure=len(faults),
    )


def _fault(caption: SubtitleCue) -> str:
    rows = caption.text.splitlines()
    if len(rows) > MAX_ROWS:
        return f"{len(rows)} rows"
    if any(len(row) > MAX_CHARS for row in rows):
        return f"a row of {max(map(len, rows))} characters"
    if _speed(caption) > MAX_CPS + 0.05:
        return f"{_speed(caption):.1f} characters a second"
    return ""


def _speed(caption: SubtitleCue) -> float:
    shown = len(" ".join(caption.text.split()))
    return shown / max(1e-3, caption.end_s - caption.start_s)


def offset(captions: Sequence[SubtitleCue], onsets: Sequence[float]) -> Finding:
    """Check that captions come in when the voice does, measured on the sound and not on the timetable.

    Only a caption that opens a sentence can be measured, because only there the voice is sure to pause before; its
    offset is the distance to the nearest onset of sound.
    """
    opening = [
        caption
        for before, caption in zip([None, *captions], captions, strict=False)
        if before is None or _SENTENCE_END.search(before.text.strip())
    ]
    offsets = np.array([_nearest(caption.start_s, onsets) for caption in opening])
    worst = float(np.percentile(np.abs(offsets), 95))
    late = [(caption, value) for caption, value in zip(opening, offsets, strict=True) if abs(value) > MAX_OFFSET_S]
    return Finding(
        "caption offset",
        worst <= MAX_OFFSET_S,
        f"{worst * 1000:.0f} ms",
        f"≤ {MAX_OFFSET_S * 1000:.0f} ms at the 95th percentile",
        f"{len(opening)} of {len(captions)} captions open a sentence and were measured against the sound; "
        f"on average they come {np.mean(offsets) * 1000:+.0f} ms after the voice.",
        tuple(f"{clock(caption.start_s)}: {value * 1000:+.0f} ms" for caption, value in late[:8]),
        measure=worst,
    )


def _nearest(moment: float, onsets: Sequence[float]) -> float:
    place = bisect_left(onsets, moment)
    return min((moment - onset for onset in onsets[max(0, place - 1) : place + 1]), key=abs)


def coverage(captions: Sequence[SubtitleCue], sentences: Sequence[SpokenSentence]) -> Finding:
    """Check that the captions hold the script, word for word and in order, and nothing else."""
    shown = " ".join(caption.text for caption in captions).split()
    said = [word for sentence in sentences for word in sentence.text.split()]
    stream = " ".join(shown)
    missing = [s for s in sentences if " ".join(s.text.split()) not in stream]
    same = shown == said
    return Finding(
        "caption words",
        same,
        f"{len(sentences) - len(missing)} of {len(sentences)} sentences",
        "the script, word for word",
        "" if same else _first_difference(shown, said),
        tuple(f"{clock(sentence.start_s)} {sentence.id}: not in the captions" for sentence in missing[:8]),
        measure=1 - len(missing) / len(sentences),
    )


def _first_difference(shown: Sequence[str], said: Sequence[str]) -> str:
    place = next((i for i, (a, b) in enumerate(zip(shown, said, strict=False)) if a != b), min(len(shown), len(said)))
    near = slice(max(0, place - 2), place + 4)
    return f"The captions read “… {' '.join(shown[near])} …” where the script says “… {' '.join(said[near])} …”."
