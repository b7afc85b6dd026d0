"""Axes: round numbers for ticks, and how a number is written."""

import math
from collections.abc import Sequence
from itertools import pairwise

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


def ticks(low: float, high: float, most: int = 5) -> tuple[float, ...]:
    """Return round numbers at equal distances that enclose ``low`` to ``high``.

    Args:
        low: least value to be shown.
        high: greatest value to be shown; where it equals ``low``, one step is added.
        most: how many steps there may be between the first and the last tick, at least 2.
    """
    if high <= low:
        high = low + (abs(low) or 1.0)
    power = 10.0 ** math.floor(math.log10((high - low) / most))
    for factor in (*_STEPS, *(10 * step for step in _STEPS)):
        step = factor * power
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        if last - first <= most:
            break
    return tuple(round(index * step, 12) for index in range(first, last + 1))


def number_text(value: float) -> str:
    """Return a value as it is read: thousands in groups, a real minus, no digits that say nothing."""
    text = f"{round(value):,}" if value == round(value) else f"{value:,.10g}"
    return text.replace("-", "\u2212")


def tick_texts(values: Sequence[float]) -> list[str]:
    """Return tick labels with as many decimals as tell them apart."""
    step = min((abs(b - a) for a, b in pairwise(values)), default=1.0)
    decimals = 0
    while decimals < 9 and abs(step * 10**decimals - round(step * 10**decimals)) > 1e-9 * 10**decimals:
        decimals += 1
    return [f"{value:,.{decimals}f}".replace("-", "\u2212") for value in values]
