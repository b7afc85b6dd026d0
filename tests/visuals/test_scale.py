"""Ticks are round, few, and enclose what is shown."""

import pytest

from vortex.visuals.scale import number_text, tick_texts, ticks


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 97, (0, 20, 40, 60, 80, 100)),
        (0.71, 0.95, (0.7, 0.75, 0.8, 0.85, 0.9, 0.95)),
        (-3, 4, (-4, -2, 0, 2, 4)),
        (1950, 2020, (1940, 1960, 1980, 2000, 2020)),
        (0, 2536431, (0, 1000000, 2000000, 3000000)),
        (5, 5, (5, 6, 7, 8, 9, 10)),
    ],
)
def test_ticks(low, high, expected):
    assert ticks(low, high) == pytest.approx(expected)


@pytest.mark.parametrize(("value", "text"), [(2536431, "2,536,431"), (-0.25, "−0.25"), (97.5, "97.5"), (3.0, "3")])
def test_numbers_are_written_as_they_are_read(value, text):
    assert number_text(value) == text


def test_tick_labels_have_the_same_decimals():
    assert tick_texts((0, 0.25, 0.5)) == ["0.00", "0.25", "0.50"]
    assert tick_texts((-1000, 0, 1000)) == ["−1,000", "0", "1,000"]
