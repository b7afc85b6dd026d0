"""Named arrows under the cells of a row: they go from cell to cell, and their names never meet.

Names that come near each other, or pass each other, stand on lines of their own. From one row to another a pointer does
not travel: it goes and comes again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from vortex.visuals.graph import Element, Scene, State
from vortex.visuals.graphics import skia
from vortex.visuals.kinds.steps import CHANGE_S, Course
from vortex.visuals.layout import Rect
from vortex.visuals.stage import Stage
from vortex.visuals.text import TextBlock, TextStyle
from vortex.visuals.theme import argb

Spot = tuple[float, float]
"""Middle of a cell's width and its lower edge, in pixels."""

_GONE_S = 0.13


@dataclass(frozen=True, slots=True)
class Pointers:
    """Where all pointers stand in every state, and how their names are set."""

    states: Sequence[Mapping[str, int]]
    style: TextStyle
    sides: tuple[float, float]
    """Left and right edge of the room that no name leaves, in pixels."""
    spot: Callable[[int], Spot]
    """Place → where an arrow's tip may be, give or take the line of numbers."""

    @property
    def names(self) -> list[str]:
        """All pointers in the order in which they come."""
        return list({name: None for state in self.states for name in state})

    @property
    def pitch(self) -> float:
        """Height of a line of names."""
        return 1.3 * self.style.size

    @property
    def stem(self) -> float:
        """Height of an arrow whose name stands on the first line, and of the air above it."""
        return 1.9 * self.style.size

    def block(self, name: str) -> TextBlock:
        """Return a name, set."""
        return TextBlock(name, self.style, 1e6)

    def middle(self, name: str, place: int) -> float:
        """Return where the middle of a name stands: under its arrow, but inside the room."""
        half = self.block(name).width / 2
        return min(max(self.spot(place)[0], self.sides[0] + half), self.sides[1] - half)

    def lanes(self) -> dict[str, int]:
        """Return on which line the name of each pointer stands."""
        lanes: dict[str, int] = {}
        for name in self.names:
            taken = {lane for other, lane in lanes.items() if self._meet(name, other)}
            lanes[name] = next(lane for lane in range(len(lanes) + 1) if lane not in taken)
        return lanes

    def _meet(self, one: str, other: str) -> bool:
        """Return whether two names would ever meet on one line."""
        needed = (self.block(one).width + self.block(other).width) / 2 + 0.4 * self.style.size
        for old, new in pairwise([self.states[0], *self.states]):
            if one in new and other in new and self.spot(new[one])[1] == self.spot(new[other])[1]:
                ways = [self._way(name, old.get(name), new[name]) for name in (one, other)]
                (start, end), (other_start, other_end) = ways
                if min(abs(start - other_start), abs(end - other_end)) < needed:
                    return True
                if (start < other_start) != (end < other_end):
                    return True
        return False

    def _way(self, name: str, old: int | None, new: int) -> tuple[float, float]:
        """Return from where to where a name goes; one that comes stands where it will be."""
        goal = self.middle(name, new)
        travels = old is not None and self.spot(old)[1] == self.spot(new)[1]
        return (self.middle(name, old) if travels and old is not None else goal), goal


def add_pointers(scene: Scene, stage: Stage, pointers: Pointers, course: Course, below: float) -> None:
    """Add an arrow and a name for each pointer, and let them go from cell to cell.

    Args:
        scene: where to.
        stage: gives the theme.
        pointers: where they stand.
        course: when the states begin.
        below: how far under a cell an arrow's tip is.
    """
    lanes = pointers.lanes()
    size = pointers.style.size
    x, y = pointers.spot(0)
    base = y + below + pointers.stem - 0.35 * size
    arrows = {
        name: _add_arrow(scene, stage, f"pointer:{name}", (x, y + below), (base + lane * pointers.pitch, size))
        for name, lane in lanes.items()
    }
    for name, lane in lanes.items():
        block = pointers.block(name)
        place = Rect(x - block.width / 2, base + lane * pointers.pitch, block.width, block.height)
        # Names on lower lines hang on an arrow that passes behind those above them.
        patch = _add_patch(scene, stage, f"pointer:{name}/patch", place.top_slice(pointers.pitch + 1))
        text = scene.text(f"pointer:{name}/text", block, place.x, place.y)
        at = course.turns([state.get(name) for state in pointers.states].__getitem__)
        _travel([arrows[name]], pointers, at, lambda place: pointers.spot(place)[0])
        _travel([patch, text], pointers, at, lambda place, name=name: pointers.middle(name, place))  # type: ignore[misc]


def _travel(
    parts: Sequence[Element],
    pointers: Pointers,
    turns: Sequence[tuple[int, int | None]],
    across: Callable[[int], float],
) -> None:
    """Let the parts of a pointer come, go from cell to cell, and leave."""
    x, y = pointers.spot(0)
    for part in parts:
        part.begin("opacity", 0.0)
        before: int | None = None
        for at, place in turns:
            near = before is not None and place is not None and pointers.spot(before)[1] == pointers.spot(place)[1]
            if before is not None and not near:
                # It has left before another one comes there.
                part.animate("opacity", max(0, at - round(_GONE_S * part.fps)), 0.0, _GONE_S)
            if place is not None:
                part.animate("dx", at, across(place) - x, CHANGE_S if near and at else 0.0, "in_out")
                part.animate("dy", at, pointers.spot(place)[1] - y, 0.0)
                part.animate("opacity", at, 1.0, 0.3 if at and not near else 0.0)
            before = place


def _add_arrow(scene: Scene, stage: Stage, name: str, tip: Spot, foot: tuple[float, float]) -> Element:
    """Add an arrow that points up, down to a height, with a head for names of a size."""
    (x, y), (bottom, size) = tip, foot
    head, thick = 0.62 * size, 1.3 * stage.stroke
    colour = argb(stage.theme.accent)
    path = skia.Path()
    path.moveTo(x, y)
    path.lineTo(x - 0.42 * head, y + head)
    path.lineTo(x + 0.42 * head, y + head)
    path.close()
    stem = skia.Rect.MakeXYWH(x - thick / 2, y + 0.8 * head, thick, bottom - y - 0.8 * head)

    def paint(canvas: Any, _: State) -> None:
        ink = skia.Paint(Color=colour, AntiAlias=True)
        canvas.drawPath(path, ink)
        canvas.drawRect(stem, ink)

    return scene.add(name, Rect(x - head, y, 2 * head, bottom - y), paint)


def _add_patch(scene: Scene, stage: Stage, name: str, box: Rect) -> Element:
    fill = skia.Paint(Color=argb(stage.theme.background))
    area = skia.Rect.MakeXYWH(box.x, box.y, box.width, box.height)
    return scene.add(name, box, lambda canvas, _: canvas.drawRect(area, fill))
