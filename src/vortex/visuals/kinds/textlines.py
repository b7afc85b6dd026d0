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
_NUMBER_APART, _NUMBER_WIDTH = 0.15, 0.12
"""A formula's number stands this far from it and is at most this wide, as shares of both together."""
_LEAST = 0.004
"""What is less tall than this share of the page is a rule or a speck, no line of type."""


Ink = NDArray[np.bool_]
"""Where there is ink, height x width."""


def ink_of(image: Any) -> Ink:
    """Return where a ``skia.Image`` differs from its paper, which is taken to be its most usual brightness."""
    pixels = image.toarray()[:, :, :3].astype(np.int16).mean(axis=2)
    ink: Ink = np.abs(pixels - np.median(pixels)) > _INK
    return ink


def extent_of(ink: Ink) -> Rect:
    """Return the smallest rectangle that holds all ink; the whole picture where there is none."""
    height, width = ink.shape
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not len(rows):
        return Rect(0, 0, width, height)
    left, top = int(columns[0]), int(rows[0])
    return Rect(left, top, int(columns[-1]) + 1 - left, int(rows[-1]) + 1 - top)


def formula_of(ink: Ink) -> Rect:
    """Return the rectangle of a displayed formula without its number, which stands far out at the margin."""
    whole = extent_of(ink)
    runs = _runs(np.asarray(ink.any(axis=0)))
    far, narrow = _NUMBER_APART * whole.width, _NUMBER_WIDTH * whole.width
    if not runs:
        return whole
    first, last = 0, len(runs)
    gaps = [n for n in range(1, len(runs)) if runs[n][0] - runs[n - 1][1] > far]
    if gaps and runs[-1][1] - runs[gaps[-1]][0] < narrow:
        last = gaps[-1]
    elif gaps and runs[gaps[0] - 1][1] - runs[0][0] < narrow:
        first = gaps[0]
    kept = np.zeros_like(ink)
    kept[:, runs[first][0] : runs[last - 1][1]] = ink[:, runs[first][0] : runs[last - 1][1]]
    return extent_of(kept)


def lines_in(ink: Ink, mark: Fraction4) -> tuple[Rect, ...]:
    """Return the lines of type whose middle lies in ``mark``, from top to bottom, in pixels of the picture.

    Rectangles are a little taller than the ink and never overlap. Where no line is found the mark itself is returned.

    Args:
        ink: see ``ink_of``.
        mark: left, top, right, bottom as fractions of the page.
    """
    height, width = ink.shape
    left, top, right, bottom = (round(mark[0] * width), mark[1] * height, round(mark[2] * width), mark[3] * height)
    first, last = max(0, round(top - 0.02 * height)), min(height, round(bottom + 0.02 * height))
    left, right = max(0, left - 3), min(width, right + 3)
    rows = _runs(np.any(ink[first:last, left:right], axis=1))
    tall = ((first + a, first + b) for a, b in rows if b - a >= _LEAST * height)
    found = [(a, b) for a, b in tall if top <= (a + b) / 2 <= bottom]
    if not found:
        return (Rect(left, top, right - left, bottom - top),)
    return tuple(_line(ink, left, right, a, b, _pad(found)) for a, b in found)


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


def _line(ink: Ink, left: int, right: int, top: int, bottom: int, pad: float) -> Rect:
    """Return the rectangle of the ink between two rows, grown by ``pad`` and a little to the sides."""
    columns = np.flatnonzero(ink[top:bottom, left:right].any(axis=0))
    start, end = left + int(columns[0]), left + int(columns[-1]) + 1
    across = 0.28 * (bottom - top)
    return Rect(start - across, top - pad, end - start + 2 * across, bottom - top + 2 * pad)
