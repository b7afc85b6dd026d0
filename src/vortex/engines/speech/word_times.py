"""From a voice's events to one time for every word of the request.

A voice reports where in its text a word begins and at which sample; it splits some words ("1984" is three), merges
others ("of the" is one) and is silent about a few. The words of the request are found again by text position, and a
word without an event of its own takes its share of the stretch that holds it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vortex.engines.speech.base import WordTime

LEAD_S = 0.02
TAIL_S = 0.06
_FADE_S = 0.005
_AUDIBLE = 10 ** (-50 / 20)
_PAUSE_S = 0.05


@dataclass(frozen=True, slots=True)
class WordEvent:
    """A voice reached the word at character ``at`` (from zero) of its text, at sample ``sample``."""

    at: int
    sample: int


@dataclass(frozen=True, slots=True)
class Trimmed:
    """Sound between known pads, and how many samples its start moved: new index = old index - ``offset``."""

    samples: NDArray[np.float32]
    offset: int


def trim(samples_N: NDArray[np.float32], rate_hz: int) -> Trimmed | None:
    """Cut silence at both ends down to ``LEAD_S`` and ``TAIL_S`` and fade 5 ms at each edge.

    Silence is what stays under -50 dB full scale. Returns None where all is silence.
    """
    audible = np.flatnonzero(np.abs(samples_N) > _AUDIBLE)
    if not len(audible):
        return None
    lead, tail, fade = (round(seconds * rate_hz) for seconds in (LEAD_S, TAIL_S, _FADE_S))
    offset = int(audible[0]) - lead
    end = int(audible[-1]) + 1 + tail
    padded = np.pad(samples_N, (max(0, -offset), max(0, end - len(samples_N))))
    kept = padded[max(0, offset) :][: end - offset].copy()
    ramp = np.linspace(0, 1, fade, dtype=np.float32)
    kept[:fade] *= ramp
    kept[-fade:] *= ramp[::-1]
    return Trimmed(kept, offset)


def word_times(
    words: Sequence[str], events: Sequence[WordEvent], samples_N: NDArray[np.float32], rate_hz: int
) -> tuple[WordTime, ...]:
    """Return when each of ``words`` is spoken in ``samples_N``.

    Args:
        words: What the voice was given, joined by single blanks.
        events: What it reported, with samples counted in ``samples_N``.
        samples_N: The trimmed sound.
        rate_hz: Its sampling rate.

    Returns:
        One time a word, in order, never decreasing, within the sound. A word lasts until the next begins, or until
        the voice falls silent before it.
    """
    starts = _starts(words, events, len(samples_N) - round(TAIL_S * rate_hz))
    ends = [*starts[1:], len(samples_N)]
    quiet = round(_PAUSE_S * rate_hz)
    return tuple(
        WordTime(start / rate_hz, _audible_end(samples_N, start, end, quiet) / rate_hz)
        for start, end in zip(starts, ends, strict=True)
    )


def _starts(words: Sequence[str], events: Sequence[WordEvent], end: int) -> list[int]:
    """Return the sample at which each word begins; those without an event share their neighbour's stretch."""
    offsets = np.cumsum([0, *(len(word) + 1 for word in words)])
    known: dict[int, int] = {}
    for event in events:
        word = min(len(words) - 1, int(np.searchsorted(offsets, event.at, side="right")) - 1)
        known[word] = min(known.get(word, end), event.sample)
    known.setdefault(0, 0)
    anchors = sorted(known)
    times = np.maximum.accumulate(np.clip([known[word] for word in anchors], 0, end))
    # A word that is not spoken ("—") has no letters and takes no time.
    letters = np.cumsum([0, *(sum(map(str.isalnum, word)) for word in words)])
    at = letters[[*anchors, len(words)]]
    return [int(x) for x in _interpolate(letters[:-1], at, np.append(times, end), anchors)]


def _interpolate(
    letters: NDArray[np.int64], at: NDArray[np.int64], times: NDArray[np.int64], anchors: Sequence[int]
) -> NDArray[np.int64]:
    spread = np.interp(letters, at, times).round().astype(np.int64)
    spread[list(anchors)] = times[:-1]
    return np.maximum.accumulate(spread)


def _audible_end(samples_N: NDArray[np.float32], start: int, end: int, quiet: int) -> int:
    """Return ``end``, or the last audible sample where at least ``quiet`` silent ones follow it."""
    audible = np.flatnonzero(np.abs(samples_N[start:end]) > _AUDIBLE)
    last = start + int(audible[-1]) + 1 if len(audible) else end
    return last if end - last > quiet else end
