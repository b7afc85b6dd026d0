"""Connected parts of a mask, found with whole arrays: runs of each row are joined where they touch the row above."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Components:
    """One entry a connected part; boxes are half-open, in pixels of the mask."""

    left: Ints
    top: Ints
    right: Ints
    bottom: Ints
    area: Ints
    """Pixels of the mask that belong to the part."""
    runs: Ints
    """How many runs of pixels, over all rows, the part has: strokes that a horizontal line crosses."""

    def __len__(self) -> int:
        return len(self.left)

    @property
    def width(self) -> Ints:
        """Pixels."""
        return self.right - self.left

    @property
    def height(self) -> Ints:
        """Pixels."""
        return self.bottom - self.top

    def chosen(self, which: NDArray[np.bool_] | Ints) -> "Components":
        """Return the parts that a mask or an index names."""
        columns = (self.left, self.top, self.right, self.bottom, self.area, self.runs)
        return Components(*(column[which] for column in columns))


def components(mask: NDArray[np.bool_]) -> Components:
    """Return the parts of ``mask``, shape (H, W), that touch along edges or corners, from top to bottom.

    Source: Rosenfeld and Pfaltz, "Sequential operations in digital picture processing", JACM 13 (1966), on runs.
    """
    rows, starts, ends = _runs(mask)
    parents = _joined(rows, starts, ends, mask.shape[1])
    _, label = np.unique(parents, return_inverse=True)
    num = int(label.max(initial=-1)) + 1
    low, high = np.iinfo(np.int64).max, -1
    left, top = np.full(num, low), np.full(num, low)
    right, bottom, area = np.full(num, high), np.full(num, high), np.zeros(num, np.int64)
    np.minimum.at(left, label, starts)
    np.maximum.at(right, label, ends)
    np.minimum.at(top, label, rows)
    np.maximum.at(bottom, label, rows + 1)
    np.add.at(area, label, ends - starts)
    return Components(left, top, right, bottom, area, np.bincount(label, minlength=num).astype(np.int64))


def _runs(mask: NDArray[np.bool_]) -> tuple[Ints, Ints, Ints]:
    """Return row, start and end (half-open) of every run of true pixels, row by row."""
    height, width = mask.shape
    edged = np.zeros((height, width + 2), np.int8)
    edged[:, 1:-1] = mask
    places = np.flatnonzero(np.diff(edged, axis=1).reshape(-1))
    starts, ends = places[::2], places[1::2]
    rows = starts // (width + 1)
    return rows, starts - rows * (width + 1), ends - rows * (width + 1)


def _joined(rows: Ints, starts: Ints, ends: Ints, width: int) -> Ints:
    """Return for each run the number of the first run of its part."""
    # On one line that holds all rows, the runs of the row above that touch a run lie beside each other.
    line = width + 2
    first = np.searchsorted((rows + 1) * line + ends, rows * line + starts, side="left")
    last = np.searchsorted((rows + 1) * line + starts, rows * line + ends, side="right")
    counts = np.maximum(0, last - first)
    below = np.repeat(np.arange(len(rows)), counts)
    above = np.repeat(first, counts) + np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return join(len(rows), below, above)


def join(num: int, ones: Ints, others: Ints) -> Ints:
    """Return for each of ``num`` things the lowest number of its group, where each pair is of one group."""
    parents = np.arange(num)
    while True:
        one, other = parents[ones], parents[others]
        apart = one != other
        if not apart.any():
            return parents
        low, high = np.minimum(one, other)[apart], np.maximum(one, other)[apart]
        np.minimum.at(parents, high, low)
        while not np.array_equal(shorter := parents[parents], parents):
            parents = shorter
