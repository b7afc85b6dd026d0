from fractions import Fraction

import numpy as np
import pytest

from vortex.review.checks import picture
from vortex.review.film import Expectations
from vortex.review.measured import PictureTrace, Streams, stretches

FPS = 25


def trace(cells: np.ndarray) -> PictureTrace:
    """A trace whose picture consists of nothing but its cells."""
    changed = np.abs(np.diff(cells, axis=0, prepend=cells[:1] - 255)).max(axis=1)
    lowest, highest = cells.min(axis=1), cells.max(axis=1)
    return PictureTrace(Fraction(FPS), *(part.astype(np.float32) for part in (lowest, highest, changed, cells)))


def blinking(times: int, share: float, low: float = 50, high: float = 200) -> PictureTrace:
    cells = np.full((100, 100), low)
    for blink in range(times):
        cells[10 + 4 * blink : 12 + 4 * blink, : round(100 * share)] = high
    return trace(cells)


@pytest.mark.parametrize(
    ("seen", "flashes"),
    [(blinking(3, 1.0), 3), (blinking(4, 1.0), 4), (blinking(4, 0.2), 0), (blinking(4, 0.25), 4),
     (blinking(4, 1.0, 50, 70), 0), (blinking(4, 1.0, 240, 255), 0)],
)  # fmt: skip
def test_flashes(seen: PictureTrace, flashes: int) -> None:
    found = picture.flashes(seen)
    assert found.measure == flashes
    assert found.passed == (flashes <= 3)


def test_slow_fade_is_no_flash() -> None:
    assert picture.flashes(trace(np.linspace(0, 255, 100)[:, None].repeat(100, axis=1))).measure == 0


def test_short_black_is_a_cut_and_long_black_a_fault() -> None:
    cells = np.tile(np.linspace(20, 220, 100), (100, 1))
    cells[40:50] = 5
    assert picture.black(trace(cells)).passed
    cells[40:53] = 5
    assert picture.black(trace(cells)).where == ("0:01.6 to 0:02.1",)


def test_hold_is_no_freeze_unless_the_records_say_that_something_moved() -> None:
    cells = np.tile(np.linspace(20, 220, 100), (100, 1))
    held = trace(cells)
    assert picture.frozen(held, [0, 40]).passed
    assert not picture.frozen(held, [0, 40, 41, 42]).passed
    assert picture.idle(held, np.ones(100, bool)).passed
    assert not picture.idle(held, np.zeros(100, bool)).passed


@pytest.mark.parametrize(("seconds", "passed"), [(90.0, True), (110.0, True), (89.0, False), (111.0, False)])
def test_length_within_a_tenth(seconds: float, passed: bool) -> None:
    found = picture.length(Streams(1280, 720, Fraction(30), seconds, None), Expectations(seconds=100))
    assert found.passed == passed  # type: ignore[union-attr]


def test_senseless_size_is_refused_where_nothing_was_ordered() -> None:
    assert picture.size(Streams(640, 360, Fraction(24000, 1001), 1.0, None), Expectations()).passed
    assert not picture.size(Streams(160, 90, Fraction(25), 1.0, None), Expectations()).passed
    assert not picture.size(Streams(640, 360, Fraction(5), 1.0, None), Expectations()).passed


def test_stretches() -> None:
    assert stretches(np.array([1, 1, 0, 0, 1], bool)) == [(0, 2), (4, 5)]
    assert stretches(np.zeros(0, bool)) == []
