"""The typographic words of a PDF page: runs, segments and lines, in points from the top-left corner of the page.

A run is a stretch of one font; a segment is what stands together on one baseline without a wide gap; a line is all
segments of one column on one baseline. The later steps (columns, furniture, blocks, tables) speak only of these, so
they are pure and can be tested with numbers.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

SOFT_HYPHEN = "\u00ad"
STAND_IN = "\ufffc"
_MARK = re.compile(r"\(?\d{1,3}\)?|[*†‡§¶]+|\[\d{1,3}\]")
_SUPERSCRIPTS = str.maketrans("0123456789+-−n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ⁿ")


@dataclass(frozen=True, slots=True)
class Font:
    """What a run is set in."""

    name: str
    mono: bool = False
    bold: bool = False
    italic: bool = False
    math: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one font on one baseline; may hold spaces inside, never at its ends."""

    text: str
    left: float
    right: float
    baseline: float
    size: float
    font: Font
    spaced: bool = True
    """Whether white space stands before it."""


@dataclass(frozen=True, eq=False)
class Line:
    """Runs on one baseline, from left to right; two lines are the same only when they are one."""

    runs: tuple[Run, ...]

    @cached_property
    def size(self) -> float:
        """Font size in points of most of its letters."""
        return _commonest((round(run.size, 1), len(run.text)) for run in self.runs)

    @cached_property
    def baseline(self) -> float:
        """Distance of the baseline from the top of the page."""
        return _commonest((run.baseline, len(run.text)) for run in self.runs)

    @cached_property
    def left(self) -> float:
        """Left end."""
        return self.runs[0].left

    @cached_property
    def right(self) -> float:
        """Right end."""
        return max(run.right for run in self.runs)

    @property
    def top(self) -> float:
        """Upper end of its letters, by the size of the type."""
        return self.baseline - 0.8 * self.size

    @property
    def bottom(self) -> float:
        """Lower end of its letters, by the size of the type."""
        return self.baseline + 0.25 * self.size

    @cached_property
    def text(self) -> str:
        """Its text without footnote marks, raised digits of formulas written so; a soft hyphen ends a broken word."""
        parts: list[str] = []
        after_mark = False
        for place, run in enumerate(self.runs):
            if self._is_raised(run) and place:
                parts.append(_raised(run, self.runs[place - 1]))
                after_mark = not parts[-1]
            else:
                glued = after_mark and run.text[0] in ".,;:)"
                parts.append((" " if run.spaced and place and not glued else "") + run.text)
                after_mark = False
        return "".join(parts)

    @property
    def is_stand_in(self) -> bool:
        """Whether it only keeps the place of a figure or table while text is put in order."""
        return self.runs[0].text.startswith(STAND_IN)

    @property
    def mark(self) -> str:
        """The raised mark that opens it, as in a footnote; "" when there is none."""
        first = self.runs[0]
        return first.text if len(self.runs) > 1 and self._is_raised(first) and _MARK.fullmatch(first.text) else ""

    def _is_raised(self, run: Run) -> bool:
        return run.size < 0.85 * self.size and 0.15 * self.size < self.baseline - run.baseline < 0.7 * self.size

    def share(self, quality: Literal["mono", "bold", "italic", "math"]) -> float:
        """Return the fraction of its letters that are set so, 0 to 1."""
        return self._shares[quality]

    @cached_property
    def _shares(self) -> dict[str, float]:
        total = max(1, sum(len(run.text) for run in self.runs))
        shares = dict.fromkeys(("mono", "bold", "italic", "math"), 0.0)
        for run in self.runs:
            part, font = len(run.text) / total, run.font
            shares["mono"] += part * font.mono
            shares["bold"] += part * font.bold
            shares["italic"] += part * font.italic
            shares["math"] += part * font.math
        return shares


def _raised(run: Run, before: Run) -> str:
    """Return how a raised run is written: not at all when it marks a footnote, raised when it is an exponent."""
    formula = before.font.math or before.font.italic or len(before.text.split()[-1]) == 1
    if _MARK.fullmatch(run.text) and not formula:
        return ""
    if run.text == "0" and run.font.math:
        return "′"  # TeX's symbol font keeps the prime in the place of the zero.
    return run.text.translate(_SUPERSCRIPTS)


def _commonest(weighted: Iterable[tuple[float, int]]) -> float:
    weights: dict[float, int] = {}
    for value, weight in weighted:
        weights[value] = weights.get(value, 0) + weight
    return max(weights, key=lambda value: weights[value])


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle on a page, in points from the top-left corner."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def around(cls, lines: "Iterable[Line]") -> "Region":
        """Return the smallest rectangle around some lines, of which there must be one."""
        boxes = [(line.left, line.top, line.right, line.bottom) for line in lines]
        lefts, tops, rights, bottoms = zip(*boxes, strict=True)
        return cls(min(lefts), min(tops), max(rights), max(bottoms))

    @property
    def width(self) -> float:
        """Width in points."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Height in points."""
        return self.bottom - self.top

    def union(self, other: "Region") -> "Region":
        """Return the smallest rectangle around both."""
        return Region(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def near(self, other: "Region", gap: float) -> bool:
        """Return whether the rectangles overlap or come closer than ``gap`` points in both directions."""
        return (
            self.left - gap < other.right
            and other.left - gap < self.right
            and self.top - gap < other.bottom
            and other.top - gap < self.bottom
        )

    def holds(self, line: Line, slack: float = 2.0) -> bool:
        """Return whether the middle of the line lies inside, ``slack`` points allowed."""
        middle = line.baseline - 0.3 * line.size
        across = (line.left + line.right) / 2
        return self.left - slack <= across <= self.right + slack and self.top - slack <= middle <= self.bottom + slack


@dataclass(frozen=True)
class PdfPage:
    """One page as it was extracted: everything later steps may ask about it."""

    index: int
    width: float
    height: float
    segments: tuple[Line, ...]
    """In the order of the file."""
    regions: tuple[Region, ...] = ()
    """Where something is drawn that may be a figure."""
    rules: tuple[Region, ...] = ()
    """Straight thin lines and boxes."""
    num_sideways: int = 0
    """Words that run upwards or downwards, and are not among the segments."""
