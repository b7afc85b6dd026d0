"""Finds the lines of type inside a marked region of a page's picture, so that a highlighter can follow them.

The boxes that come with a quote are often paragraphs or estimates; what stands on the paper is certain.
"""

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vortex.visuals.layout import Rect
from vortex.visuals.params import Fraction4

_INK = 56
"""How far, of 255, a pixel must differ from the paper to be ink."""


def lines_in(image: Any, mark: Fraction4) -> tuple[Rect, ...]:
    """Return the lines of type whose middle lies in ``mark``, from top to bottom, in pixels of the picture.

    Rectangles are a little taller than the ink and never overlap. Where no line is found the mark itself is returned.

    Args:
        image: the page as a ``skia.Image``.
        mark: left, top, right, bottom as fractions of the page.
    """
    width, height = image.width(), image.height()
    left, top, right, bottom = (round(mark[0] * width), mark[1] * height, round(mark[2] * width), mark[3] * height)
    ink = _ink(image)
    first, last = max(0, round(top - 0.02 * height)), min(height, round(bottom + 0.02 * height))
    left, right = max(0, left - 3), min(width, right + 3)
    rows = _runs(np.any(ink[first:last, left:right], axis=1))
    found = [
        (first + a, first + b) for a, b in rows if b - a >= 0.004 * height and top <= first + (a + b) / 2 <= bottom
    ]
    if not found:
        return (Rect(left, top, right - left, bottom - top),)
    return tuple(_line(ink, left, right, a, b, _pad(found)) for a, b in found)


def _ink(image: Any) -> NDArray[np.bool_]:
    pixels = image.toarray()[:, :, :3].astype(np.int16).mean(axis=2)
    ink: NDArray[np.bool_] = np.abs(pixels - np.median(pixels)) > _INK
    return ink


def _runs(present: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the half-open stretches of true values, joined over gaps of a pixel or two (the dots of i and j)."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], present, [False])).astype(np.int8)))
    joined: list[tuple[int, int]] = []
    for start, end in edges.reshape(-1, 2).tolist():
        if joined and start - joined[-1][1] <= 2:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _pad(found: list[tuple[int, int]]) -> float:
    """Return by how much lines may grow upwards and downwards without touching."""
    wanted = 0.16 * float(np.median([b - a for a, b in found]))
    gaps = [below[0] - above[1] for above, below in pairwise(found)]
    return min([wanted, *(0.46 * gap for gap in gaps)])


def _line(ink: NDArray[np.bool_], left: int, right: int, top: int, bottom: int, pad: float) -> Rect:
    columns = np.flatnonzero(ink[top:bottom, left:right].any(axis=0))
    start, end = left + int(columns[0]), left + int(columns[-1]) + 1
    across = 0.28 * (bottom - top)
    return Rect(start - across, top - pad, end - start + 2 * across, bottom - top + 2 * pad)
