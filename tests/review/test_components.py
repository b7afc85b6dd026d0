import numpy as np
import pytest

from vortex.review.components import components


def flooded(mask: np.ndarray) -> list[tuple[int, int, int, int, int]]:
    """Return (left, top, right, bottom, area) of every part, found by walking from pixel to pixel."""
    left_over = {(int(y), int(x)) for y, x in np.argwhere(mask)}
    found = []
    while left_over:
        part, edge = set(), [left_over.pop()]
        while edge:
            y, x = edge.pop()
            part.add((y, x))
            near = {(y + dy, x + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)} & left_over
            left_over -= near
            edge += near
        rows, columns = [y for y, _ in part], [x for _, x in part]
        found.append((min(columns), min(rows), max(columns) + 1, max(rows) + 1, len(part)))
    return sorted(found)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.35, 0.6, 1.0])
def test_parts_are_those_that_walking_finds(share: float) -> None:
    mask = np.random.default_rng(7).random((40, 60)) < share
    found = components(mask)
    columns = (found.left, found.top, found.right, found.bottom, found.area)
    assert sorted(zip(*(column.tolist() for column in columns), strict=True)) == flooded(mask)


def test_runs_count_the_strokes_that_rows_cross() -> None:
    letter = np.array([[1, 0, 1], [1, 1, 1], [1, 0, 1]], bool)
    assert components(letter).runs.tolist() == [5]
