"""How well a text can be read on each of several backgrounds, by the contrast of their luminances.

Source: Web Content Accessibility Guidelines 2.2, success criteria 1.4.3 and 1.4.6, definition of contrast ratio.
"""

from typing import Any

LEVELS = {False: (("AAA", 7.0), ("AA", 4.5)), True: (("AAA", 4.5), ("AA", 3.0))}
"""Whether the text is large → level and the least ratio for it, best first."""


def score(payload: dict[str, Any]) -> dict[str, Any]:
    """Return the contrast ratio on each background, the worst of them, and the level that it reaches."""
    text = luminance(payload["text"])
    ratios = {each: round(ratio(text, luminance(each)), 2) for each in payload["backgrounds"]}
    worst = min(ratios, key=lambda each: ratios[each])
    reached = (name for name, least in LEVELS[payload.get("large", False)] if ratios[worst] >= least)
    return {"ratios": ratios, "worst": worst, "level": next(reached, "none")}


def ratio(one: float, other: float) -> float:
    """Return the contrast ratio of two luminances, from 1 to 21."""
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of ``#rrggbb``, from 0 to 1."""
    red, green, blue = (linear(int(colour[start : start + 2], 16) / 255) for start in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(value: float) -> float:
    """Return the light of one channel of sRGB."""
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
