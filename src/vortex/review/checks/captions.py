"""Can the captions be read, do they come with the voice, and do they hold every word that is said?"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from vortex.media.track import SubtitleCue
from vortex.review.film import SpokenSentence
from vortex.review.hearing import HOP_S
from vortex.review.verdict import Finding, Outcome, Skip, clock

MAX_CHARS = 42
MAX_ROWS = 2
MAX_CPS = 20.0
MAX_OFFSET_S = 0.125
_SEARCH_S = 0.6
_NEARLY = 0.8
"""Share of the steepest rise of the level at which another one counts as the voice's coming in."""
_HEARD_DB = 8.0
_LARGEST_SHIFT_S = 5.0
_LEAST_SHIFTED = 4
_STRONG_DB = 25.0
_FAR_BETTER = 1.5
"""A track is laid over the sound elsewhere than where it is when that fits better by this factor, for at least four
sentences; a rise of more than 25 dB counts as 25."""
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]]*$")


def check(
    captions: Sequence[SubtitleCue],
    rises: NDArray[np.float32] | None,
    sentences: Sequence[SpokenSentence],
    expected: bool,
) -> list[Outcome]:
    """Return all outcomes on the captions.

    Args:
        captions: the film's own subtitle track, in order.
        rises: by how much the voice rises at each hop of the sound, in dB; ``None`` when there is no sound.
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
    outcomes.append(Skip("caption offset", "no sound to compare with") if rises is None else offset(captions, rises))
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


def offset(captions: Sequence[SubtitleCue], rises: NDArray[np.float32]) -> Outcome:
    """Check that captions come in when the voice does, measured on the sound and not on the timetable.

    Only a caption that opens a sentence is measured, because only there the voice is sure to pause before. First the
    whole track is laid over the sound at the shift where its beginnings meet most of the voice's, up to five seconds
    away; then each caption is compared with the moment, within 0.6 s of that, at which the voice comes in. A soft
    first sound is overheard now and then, so that of up to twenty captions the worst is left out.
    """
    opening = [
        caption
        for before, caption in zip([None, *captions], captions, strict=False)
        if before is None or _SENTENCE_END.search(before.text.strip())
    ]
    shift = _shift([caption.start_s for caption in opening], rises)
    measured = [(caption, apart) for caption in opening if (apart := _apart(caption.start_s, rises, shift)) is not None]
    if 2 * len(measured) < len(opening) or not measured:
        heard = f"{len(measured)} of {len(opening)} sentences"
        return Skip("caption offset", f"the voice can be heard coming in at only {heard}")
    aparts = np.array([apart for _, apart in measured])
    worst = float(np.percentile(np.abs(aparts), 95, method="lower"))
    late = [(caption, apart) for caption, apart in measured if abs(apart) > MAX_OFFSET_S]
    return Finding(
        "caption offset",
        worst <= MAX_OFFSET_S,
        f"{worst * 1000:.0f} ms",
        f"≤ {MAX_OFFSET_S * 1000:.0f} ms at the 95th percentile",
        f"{len(measured)} of {len(captions)} captions open a sentence and were measured against the sound; "
        f"on average they come {np.mean(aparts) * 1000:+.0f} ms after the voice.",
        tuple(f"{clock(caption.start_s)}: {apart * 1000:+.0f} ms" for caption, apart in late[:8]),
        measure=worst,
    )


def _shift(moments: Sequence[float], rises: NDArray[np.float32]) -> float:
    """Return how many seconds the sound lies after ``moments`` as a whole; 0 unless another shift fits far better."""
    if len(moments) < _LEAST_SHIFTED or not len(rises):
        return 0.0
    places = np.round(np.array(moments) / HOP_S).astype(int)
    shifts = np.arange(-round(_LARGEST_SHIFT_S / HOP_S), round(_LARGEST_SHIFT_S / HOP_S) + 1)
    at = places[None, :] + shifts[:, None]
    strength = np.clip(rises[np.clip(at, 0, len(rises) - 1)], 0, _STRONG_DB) * ((at >= 0) & (at < len(rises)))
    fits = strength.mean(axis=1)
    near = np.abs(shifts) * HOP_S <= _SEARCH_S / 2
    best = int(fits.argmax())
    return float(shifts[best] * HOP_S) if fits[best] > _FAR_BETTER * fits[near].max() else 0.0


def _apart(moment: float, rises: NDArray[np.float32], shift: float) -> float | None:
    """Return how long after the voice ``moment`` is, in seconds; ``None`` where no voice comes in."""
    first = max(0, round((moment + shift - _SEARCH_S) / HOP_S))
    near = rises[first : max(0, round((moment + shift + _SEARCH_S) / HOP_S))]
    if not len(near) or near.max() < _HEARD_DB:
        return None
    return moment - (first + _beginning(near)) * HOP_S


def _beginning(rises: NDArray[np.float32]) -> int:
    """Return where the voice comes in: the first peak that is nearly as high as the highest.

    The highest alone would be the burst of the second word in "A data frame", which is louder than its soft first one.
    """
    place = int(np.flatnonzero(rises >= _NEARLY * rises.max())[0])
    while place + 1 < len(rises) and rises[place + 1] > rises[place]:
        place += 1
    return place


def coverage(captions: Sequence[SubtitleCue], sentences: Sequence[SpokenSentence]) -> Finding:
    """Check that the captions hold the script, letter for letter and in order, and nothing else.

    White space is left out, because a caption may break anywhere, and some scripts know no blanks.
    """
    shown = _letters(caption.text for caption in captions)
    said = _letters(sentence.text for sentence in sentences)
    missing = [sentence for sentence in sentences if _letters([sentence.text]) not in shown]
    return Finding(
        "caption words",
        shown == said,
        f"{len(sentences) - len(missing)} of {len(sentences)} sentences",
        "the script, word for word",
        "" if shown == said else _first_difference(shown, said),
        tuple(f"{clock(sentence.start_s)} {sentence.id}: not in the captions" for sentence in missing[:8]),
        measure=1 - len(missing) / len(sentences),
    )


def _letters(texts: Iterable[str]) -> str:
    return "".join("".join(text.split()) for text in texts)


def _first_difference(shown: str, said: str) -> str:
    apart = (index for index, (one, other) in enumerate(zip(shown, said, strict=False)) if one != other)
    place = next(apart, min(len(shown), len(said)))
    near = slice(max(0, place - 12), place + 24)
    return f"Without blanks, the captions read “…{shown[near]}…” where the script says “…{said[near]}…”."
