"""What the terms of a formula of several lines mean, under each other: each term once more, small, and its meaning.

A line that leads from a term to its meaning would run through the other lines of the formula.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from vortex.visuals import params
from vortex.visuals.formula import EM, Formula
from vortex.visuals.graph import Scene, State
from vortex.visuals.graphics import skia
from vortex.visuals.layout import Rect
from vortex.visuals.stage import Stage
from vortex.visuals.text import TextBlock
from vortex.visuals.theme import argb, mix

_TERM = 1.15
"""Type size of a repeated term, in sizes of its meaning."""
_TALLEST = 1.9
"""A repeated term is no taller than this many sizes of its meaning."""
_GAP = 0.5
"""Distance of two rows, in sizes of their type."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One term and its meaning, measured."""

    term: int
    meaning: TextBlock
    scale: float
    """Of the term's shapes."""
    box: Rect
    """The term, in the units of the formula."""

    @property
    def height(self) -> float:
        """Height of the row in pixels."""
        return max(self.meaning.height, self.box.height * self.scale)


@dataclass(frozen=True, slots=True)
class Legend:
    """All meanings, measured."""

    entries: tuple[Entry, ...]
    indent: float
    """Room of the terms before their meanings."""
    gap: float

    @property
    def width(self) -> float:
        """Of everything."""
        return self.indent + max(entry.meaning.width for entry in self.entries)

    @property
    def height(self) -> float:
        """Of everything."""
        return sum(entry.height for entry in self.entries) + self.gap * (len(self.entries) - 1)


def legend_of(equation: params.Equation, stage: Stage, formula: Formula, terms: Sequence[tuple[int, ...]]) -> Legend:
    """Return the meanings of the terms that have one.

    Raises:
        DoesNotFit: a meaning is too long.
    """
    style = stage.style("small", colour=stage.theme.muted)
    meant = [index for index, term in enumerate(equation.terms) if term.meaning]
    boxes = {index: formula.extent(terms[index]) for index in meant}
    scales = {n: min(_TERM * style.size / EM, _TALLEST * style.size / box.height) for n, box in boxes.items()}
    indent = max(boxes[n].width * scales[n] for n in meant) + style.size
    width, lines = stage.content.width - indent, 2.05 * style.size * style.line_height
    size = min(stage.fit(equation.terms[n].meaning, style, width, lines).size for n in meant)
    style = replace(style, size=size)
    entries = [
        Entry(n, stage.text(equation.terms[n].meaning, style, width, balanced=True), scales[n], boxes[n]) for n in meant
    ]
    return Legend(tuple(entries), indent, _GAP * style.size)


def add_legend(
    scene: Scene, stage: Stage, formula: Formula, terms: Sequence[tuple[int, ...]], legend: Legend, room: Rect
) -> None:
    """Add the rows in the middle of ``room``."""
    place = room.placed(legend.width, legend.height, down="start")
    top = place.y
    for entry in legend.entries:
        row = Rect(place.x, top, place.width, entry.height)
        right = row.x + legend.indent - entry.meaning.size
        spot = Rect(row.x, row.y, right - row.x, row.height).placed(
            entry.box.width * entry.scale, entry.box.height * entry.scale, "end"
        )
        _add_term(scene, stage, formula, terms[entry.term], entry, spot)
        y = row.placed(0, entry.meaning.height).y
        scene.text(f"term:{entry.term}/meaning", entry.meaning, row.x + legend.indent, y, lit=stage.theme.ink)
        top += entry.height + legend.gap


def _add_term(scene: Scene, stage: Stage, formula: Formula, term: Sequence[int], entry: Entry, spot: Rect) -> None:
    """Add the term once more: muted at rest, in the accent colour while it is lit."""
    path = skia.Path()
    for index in term:
        path.addPath(formula.shapes[index])
    matrix = skia.Matrix.Translate(spot.x, spot.y)
    matrix.preScale(entry.scale, entry.scale).preTranslate(-entry.box.x, -entry.box.y)
    path.transform(matrix)

    def paint(canvas: Any, state: State) -> None:
        shade = mix(stage.theme.muted, stage.theme.accent, state.light)
        canvas.drawPath(path, skia.Paint(Color=argb(shade), AntiAlias=True))

    scene.add(f"term:{entry.term}/again", spot.outset(2), paint)
