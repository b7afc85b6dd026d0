"""Is the text whole, apart, large and clear? Judged on the picture alone, for films that nobody hands a record of.

Nothing here can tell the text of a film from print in a picture that the film shows, such as a page whose other lines
are dimmed. So a fault of some lines is told, and only a fault of much of the text keeps a film from passing.
"""

from collections.abc import Callable, Sequence

from vortex.review.checks.layout import MIN_CONTRAST, MIN_TYPE, SAFE_MARGIN
from vortex.review.verdict import Finding, Outcome, Skip, clock
from vortex.review.writing import Writing, WrittenLine

COMPRESSION = 0.1
"""Compression softens strokes: pixels may lose this share of the contrast that was drawn."""
LEAST_TYPE_PX = 12.0
"""Strokes of smaller type are thinner than a pixel, so that no pixel carries their ink."""
TYPE_SLACK = 0.08
"""The size of type is estimated from its letters; this much less than the bar may still be the bar."""
LEAST_PARTS = 4
"""A line of fewer letters may be part of a drawing."""
COVERED = 0.05
"""Share of the text of a moment that may be taken for covered where a drawing is crossed by its own labels."""
_MOST_NAMED = 6
_NAMES = ("text on text", "text cut off", "text in the safe area", "large text", "clear text")


def check(writing: Writing | None) -> list[Outcome]:
    """Return all outcomes on the text that was seen; a film without text is excused from them."""
    if writing is None:
        return [Skip(name, "nobody looked for text") for name in _NAMES]
    lines = [line for line in writing.resting if line.parts >= LEAST_PARTS]
    if not lines:
        return [Skip(name, "no line of text was found", excused=True) for name in _NAMES]
    return [on_text(writing), cut_off(lines), inside(lines), large(lines), clear(lines)]


def on_text(writing: Writing) -> Finding:
    """Check that no text comes upon another and stays, from how much of the moment's text is covered."""
    worst = max((each.share for each in writing.collisions), default=0.0)
    faults = [each for each in writing.collisions if each.share > COVERED]
    return Finding(
        "text on text",
        not faults,
        f"{worst:.1%} of the text at worst",
        f"≤ {COVERED:.0%}",
        f"{writing.num_looks} pictures, two a second. Lines are found by their strokes, without reading them.",
        tuple(f"{clock(each.at_s)}: {_place(each.box)}" for each in faults[:_MOST_NAMED]),
        measure=worst,
    )


def cut_off(lines: Sequence[WrittenLine]) -> Finding:
    """Check that no line of text runs into the edge of the picture."""
    faults = [line for line in lines if line.at_edge]
    where = tuple(map(_line, faults[:_MOST_NAMED]))
    return Finding("text cut off", not faults, f"{len(faults)} lines", "0", where=where, measure=len(faults))


def inside(lines: Sequence[WrittenLine]) -> Finding:
    """Check that text stays 5 % away from every edge, but for what a frame's rounding gives away."""
    margin = SAFE_MARGIN - 0.003

    def fits(line: WrittenLine) -> bool:
        left, top, right, bottom = line.box
        return min(left, top, 1 - right, 1 - bottom) >= margin

    return _mostly("text in the safe area", lines, fits, f"{SAFE_MARGIN:.0%} from every edge", 0.8)


def large(lines: Sequence[WrittenLine]) -> Finding:
    """Check that type is at least 2.2 % of the picture's height, as far as its letters tell."""
    smallest = min(line.type_share for line in lines)
    bar = f"≥ {MIN_TYPE:.1%} of the height, the smallest is {smallest:.1%}"
    return _mostly("large text", lines, lambda line: line.type_share >= MIN_TYPE * (1 - TYPE_SLACK), bar, 0.8)


def clear(lines: Sequence[WrittenLine]) -> Finding:
    """Check the contrast of text that is large enough for its strokes to be seen; the rest is not counted."""
    seen = [line for line in lines if line.type_px >= LEAST_TYPE_PX] or list(lines)
    lowest = min(line.ratio for line in seen)
    bar = f"≥ {MIN_CONTRAST} : 1 less {COMPRESSION:.0%} for compression, the lowest is {lowest:.1f}"
    return _mostly("clear text", seen, lambda line: line.ratio >= MIN_CONTRAST * (1 - COMPRESSION), bar, 0.35)


def _mostly(
    name: str, lines: Sequence[WrittenLine], good: Callable[[WrittenLine], bool], bar: str, least: float
) -> Finding:
    """Return a finding that is told when a line is not ``good``, and gates when less than ``least`` of the text is."""
    faults = [line for line in lines if not good(line)]
    share = 1 - sum(map(_weight, faults)) / sum(map(_weight, lines))
    return Finding(
        name,
        not faults,
        f"{share:.1%} of the text",
        bar,
        f"Refused below {least:.0%}: a picture in the film may hold other text than the film's own." if faults else "",
        tuple(map(_line, faults[:_MOST_NAMED])),
        gating=not faults or share < least,
        measure=share,
    )


def _weight(line: WrittenLine) -> float:
    left, top, right, bottom = line.box
    return (right - left) * (bottom - top) * (line.end_s - line.start_s)


def _line(line: WrittenLine) -> str:
    return f"{clock(line.start_s)} to {clock(line.end_s)}: {_place(line.box)}, contrast {line.ratio:.1f}"


def _place(box: tuple[float, float, float, float]) -> str:
    """Return a box as a person finds it, such as ``12–48 % across, 80–84 % down``."""
    left, top, right, bottom = (round(100 * edge) for edge in box)
    return f"{left}–{right} % across, {top}–{bottom} % down"
