"""What the curves of a plot are called: at the end of a line, at the tip of an arrow, inside a shape, or in a key.

A name stands where the eye ends up anyway; where that place is not the curve's own throughout the shot, or would take
too much of the width, the names stand in a key over the picture, each in the colour of its curve.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from vortex.visuals.graph import Element, Scene
from vortex.visuals.kinds.chart_parts import note_style
from vortex.visuals.kinds.parts import add_bar
from vortex.visuals.kinds.plot_axes import View, name_of_y
from vortex.visuals.kinds.shrink import exactly
from vortex.visuals.layered import apart
from vortex.visuals.layout import Rect
from vortex.visuals.stage import Stage
from vortex.visuals.states import Curve, Plot, Point
from vortex.visuals.text import TextBlock
from vortex.visuals.theme import Colour

_ASIDE = 0.22
"""Names at the right may take this share of the room's width."""
_NEAR = 0.04
"""A line that ends this near to the right edge, as a share of the width, has its name there."""

_SWATCH = 1.1
"""Room of a swatch before a name, in type sizes."""

Where = Literal["end", "tip", "inside", "key"]


@dataclass(frozen=True, slots=True)
class Names:
    """Which name goes where, and the room that they take."""

    blocks: dict[int, TextBlock]
    """By index of the curve."""
    where: dict[int, Where]
    aside: float
    """Pixels right of the plotted area."""
    key: dict[int, Rect]
    """Where each name of the key stands, its swatch included, from the key's top left corner."""
    lead: float
    """What the name of the vertical axis takes of the line before the key; 0 if they do not share one."""
    gap: float

    @property
    def key_height(self) -> float:
        """Pixels above everything else."""
        shared = self.lead > 0 and any(place.x for place in self.key.values())
        return 0.0 if shared else max((place.bottom + self.gap for place in self.key.values()), default=0.0)

    def in_key(self, curves: Sequence[int], room: Rect) -> "Names":
        """Return the names with those of some curves moved into the key."""
        where: dict[int, Where] = {n: "key" if n in curves else place for n, place in self.where.items()}
        return _keyed(replace(self, where=where), room)

    def at(self, place: Where) -> list[int]:
        """Return the curves whose names stand there."""
        return [curve for curve, where in self.where.items() if where == place]


def sort_names(
    stage: Stage,
    plot: Plot,
    history: Sequence[Sequence[Sequence[Point]]],
    x: Point,
    room: Rect,
    written: Collection[int],
) -> Names:
    """Return where each name goes.

    Args:
        stage: gives type and colours.
        plot: the curves.
        history: for each moment and curve its points.
        x: the horizontal range.
        room: for the whole picture.
        written: curves at whose tips other words are written.
    """
    style = replace(note_style(stage), weight="semibold")
    blocks = {
        index: exactly(curve.name, replace(style, colour=colour_of(stage, curve)), 0.9 * room.width)
        for index, curve in enumerate(plot.curves)
        if curve.name
    }
    where: dict[int, Where] = {
        index: "key" if index in written else _where(plot.curves[index], [each[index] for each in history], x)
        for index in blocks
    }
    ends = [index for index, place in where.items() if place == "end"]
    aside = max((blocks[index].width for index in ends), default=0.0)
    aside += 0.9 * stage.space if ends else 0.0
    orders = {tuple(sorted(ends, key=lambda index: moment[index][-1][1])) for moment in history}
    if aside > _ASIDE * room.width or len(orders) > 1:
        aside, where = 0.0, {index: "key" if place == "end" else place for index, place in where.items()}
    gap = 0.6 * stage.space
    title = name_of_y(stage, plot, room.width)
    return _keyed(Names(blocks, where, aside, {}, title.width + 2.2 * gap if title else 0.0, gap), room)


def _keyed(names: Names, room: Rect) -> Names:
    """Return the names with the places of those in the key: behind the vertical axis' name, or in rows of their own."""
    widths = {index: _SWATCH * names.blocks[index].size + names.blocks[index].width for index in names.at("key")}
    whole = sum(widths.values()) + 2.2 * names.gap * (len(widths) - 1)
    left = names.lead if names.lead + whole <= room.width else 0.0
    top, lead, places = 0.0, left, {}
    for index, width in widths.items():
        high = names.blocks[index].height
        if left > 0 and left + width > room.width:
            left, top = 0.0, top + high
        places[index] = Rect(left, top, width, high)
        left += width + 2.2 * names.gap
    return replace(names, key=places, lead=lead)


def colour_of(stage: Stage, curve: Curve) -> Colour:
    """Return the colour of a curve."""
    return stage.theme.palette[curve.tone]


def _where(curve: Curve, points: Sequence[Sequence[Point]], x: Point) -> Where:
    """Return where the name of a curve goes that has these points one moment after the other."""
    if curve.form == "arrow" or (curve.form == "dots" and all(len(each) == 1 for each in points)):
        return "tip"
    if curve.form == "polygon":
        return "inside"
    near = _NEAR * (x[1] - x[0])
    at_edge = all(x[1] - near <= each[-1][0] <= x[1] + near for each in points)
    return "end" if curve.form in ("line", "area") and at_edge else "key"


def end_places(
    names: Names, view: View, history: Sequence[Sequence[Sequence[Point]]], gap: float, bottom: float
) -> dict[int, list[Point]]:
    """Return the top-left corner of each name at the right, for every moment; none reaches below ``bottom``."""
    ends = names.at("end")
    if not ends:
        return {}
    corners: dict[int, list[Point]] = {index: [] for index in ends}
    x = view.area.right + gap
    for moment in history:
        order = sorted(ends, key=lambda index: view.at(moment[index][-1])[1])
        wanted = [view.at(moment[index][-1])[1] for index in order]
        high = [names.blocks[index].height for index in order]
        reach = view.area.y - 0.5 * high[0], bottom
        for index, middle, tall in zip(order, apart(wanted, high, 0.0, reach), high, strict=True):
            corners[index].append((x, middle - tall / 2))
    return corners


def add_key(
    scene: Scene, stage: Stage, plot: Plot, names: Names, view: View, right: float
) -> dict[int, tuple[Element, Element]]:
    """Add the key over the plot, not beyond ``right``, and return the swatch and the name of each curve in it."""
    made = {}
    wide = max((place.right for place in names.key.values()), default=0.0)
    x, y = min(view.corner[0], right - wide), view.corner[1] - names.key_height
    for index, place in names.key.items():
        block, box = names.blocks[index], place.moved(x, y)
        mark = 0.62 * block.size
        swatch = Rect(box.x, box.y + (block.height / block.lines - mark) / 2, mark, mark)
        bar = add_bar(scene, f"key:{index}", swatch, colour_of(stage, plot.curves[index]))
        made[index] = bar, scene.text(f"name:{index}", block, box.right - block.width, box.y)
    return made


def middle_of(points: Sequence[Point]) -> Point:
    """Return the centroid of a polygon's area, or the mean of its corners where it has none.

    Source: shoelace formula.
    """
    turned = list(zip(points, (*points[1:], points[0]), strict=True))
    crosses = [a[0] * b[1] - b[0] * a[1] for a, b in turned]
    area = sum(crosses)
    if abs(area) < 1e-9:
        return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)
    x = sum((a[0] + b[0]) * cross for (a, b), cross in zip(turned, crosses, strict=True)) / (3 * area)
    y = sum((a[1] + b[1]) * cross for (a, b), cross in zip(turned, crosses, strict=True)) / (3 * area)
    return x, y


def holds(polygon: Sequence[Point], box: Rect) -> bool:
    """Return whether all corners of a box lie in a polygon. Source: even-odd rule."""
    corners = ((box.x, box.y), (box.right, box.y), (box.x, box.bottom), (box.right, box.bottom))
    return all(_inside(polygon, corner) for corner in corners)


def _inside(polygon: Sequence[Point], point: Point) -> bool:
    x, y = point
    odd = False
    for (ax, ay), (bx, by) in zip(polygon, (*polygon[1:], polygon[0]), strict=True):
        if (ay > y) != (by > y) and x < ax + (y - ay) / (by - ay) * (bx - ax):
            odd = not odd
    return odd
