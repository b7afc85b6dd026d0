"""Where to draw the line between scores of the same and of different things.

Source: ISO/IEC 19795-1 (false accepts, false rejects, equal error rate).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Threshold:
    """A line, and what it lets through of the scores that it was drawn by."""

    value: float
    """A score from here on passes."""
    false_accepts: float
    """Share of the different that pass."""
    false_rejects: float
    """Share of the same that do not."""
    num_same: int
    num_different: int


def equal_error(same: Scores, different: Scores) -> Threshold:
    """Return the threshold at which false accepts and false rejects are as equal as they can be."""
    lines = _lines(same, different)
    rates = [_at(line, same, different) for line in lines]
    worst = np.array([max(each.false_accepts, each.false_rejects) for each in rates])
    # Of several equally good lines, which lie between the same two scores at times, the middle one.
    best = np.flatnonzero(worst == worst.min()).tolist()
    return rates[best[len(best) // 2]]


def false_accepts_of(share: float, same: Scores, different: Scores) -> Threshold:
    """Return the lowest threshold that lets through no more than ``share`` of the different.

    Raises:
        ValueError: the share is not above 0 and below 1.
    """
    if not 0 < share < 1:
        raise ValueError(f"false accepts of {share}: give a share above 0 and below 1")
    rates = (_at(line, same, different) for line in _lines(same, different))
    return next(each for each in rates if each.false_accepts <= share)


def _lines(same: Scores, different: Scores) -> Scores:
    """Return every line that divides the scores otherwise, rising: between neighbours, and beyond both ends."""
    scores = np.unique(np.concatenate([same, different]))
    return np.concatenate([scores[:1], (scores[:-1] + scores[1:]) / 2, scores[-1:] + 1e-9])


def _at(line: float, same: Scores, different: Scores) -> Threshold:
    return Threshold(
        float(line), float((different >= line).mean()), float((same < line).mean()), len(same), len(different)
    )
