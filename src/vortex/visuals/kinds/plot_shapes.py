"""How something in a plane stands from one step to the next, and how it is drawn in between.

A curve has one shape for each step that changes it. Its progress counts shapes: at 2.5 it is half-way from the third
to the fourth, point by point. A shape that is not drawn yet turns into one that is by growing along its length.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from math import dist, hypot
from typing import Any, Literal

from vortex.visuals.graph import Damage, Paint, State
from vortex.visuals.graphics import skia
from vortex.visuals.layout import Rect
from vortex.visuals.states import Point
from vortex.visuals.theme import Colour, argb, mix

Form = Literal["line", "area", "polygon", "dots", "arrow", "bars"]

_FILL = 0.2
"""Opacity of the colour inside of areas and polygons: what lies beneath stays legible."""
_HEAD = 4.6
"""Length of an arrowhead in line widths."""
_MANY = 40
"""So many dots are drawn without the rim of paper that parts fewer from each other."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How a curve stands at rest."""

    points: tuple[Point, ...]
    """In pixels."""
    colour: Colour
    """Of lines and fills."""
    colours: tuple[Colour, ...]
    """Of each point's dot or bar."""
    sizes: tuple[float, ...]
    """Radius of each point's dot in dots of the plot; 0 draws none."""
    width: float = 1.0
    """In line widths of the plot."""
    drawn: float = 1.0
    """How much of it is there, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Pen:
    """What a shape is drawn with and where it may be seen."""

    form: Form
    thick: float
    """The plot's line width in pixels."""
    dot: float
    """Radius of a dot in pixels."""
    bar: float
    """Breadth of a bar in pixels."""
    zero: float
    """Where y is zero, in pixels."""
    dashed: bool
    paper: Colour
    clip: Rect


def painter(shapes: Sequence[Shape], pen: Pen) -> Paint:
    """Return what draws the curve for the progress of its element."""

    def paint(canvas: Any, state: State) -> None:
        canvas.save()
        canvas.clipRect(skia.Rect.MakeXYWH(pen.clip.x, pen.clip.y, pen.clip.width, pen.clip.height))
        for shape, opacity in between(shapes, state.progress):
            if shape.drawn > 0:
                _FORMS[pen.form](canvas, shape, pen, opacity)
                if pen.form in ("line", "area", "polygon", "dots"):
                    _draw_dots(canvas, shape, pen, opacity)
        canvas.restore()

    return paint


def damager(shapes: Sequence[Shape], pen: Pen) -> Damage:
    """Return what says which pixels differ between two states of the curve's element."""

    def damage(old: State, new: State) -> list[Rect]:
        one, other = between(shapes, old.progress), between(shapes, new.progress)
        if len(one) == len(other) == 1 and len(one[0][0].points) == len(other[0][0].points):
            return _changed(one[0][0], other[0][0], pen)
        return [reach(shape, pen) for shape, _ in (*one, *other)]

    return damage


def between(shapes: Sequence[Shape], progress: float) -> tuple[tuple[Shape, float], ...]:
    """Return what is seen at ``progress`` and how opaque: one shape, or two of different numbers of points."""
    index = min(int(progress), len(shapes) - 1)
    share = progress - index
    if share <= 0 or index + 1 == len(shapes):
        return ((shapes[index], 1.0),)
    here, there = shapes[index], shapes[index + 1]
    if len(here.points) != len(there.points):
        return ((here, 1 - share), (there, share))
    return ((_blend(here, there, share), 1.0),)


def _blend(here: Shape, there: Shape, share: float) -> Shape:
    """Return the shape on the way; what was not drawn yet grows where it is going to be."""
    if here.drawn == 0:
        return replace(there, drawn=there.drawn * share)
    points = there.points
    if here.points != there.points:
        points = tuple(
            (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share)
            for a, b in zip(here.points, there.points, strict=True)
        )
    colours = there.colours
    if here.colours != there.colours:
        colours = tuple(mix(a, b, share) for a, b in zip(here.colours, there.colours, strict=True))
    sizes = tuple(a + (b - a) * share for a, b in zip(here.sizes, there.sizes, strict=True))
    width, drawn = (a + (b - a) * share for a, b in ((here.width, there.width), (here.drawn, there.drawn)))
    return Shape(points, mix(here.colour, there.colour, share), colours, sizes, width, drawn)


def reach(shape: Shape, pen: Pen, stretch: slice = slice(None)) -> Rect:
    """Return what a shape, or a stretch of its points, may cover inside the clip, in pixels."""
    points = shape.points[stretch]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    if pen.form in ("area", "bars"):
        ys.append(pen.zero)
    head = 0.5 * _HEAD * pen.thick * shape.width if pen.form == "arrow" else 0.0
    margin = max(1.3 * pen.dot * max(shape.sizes), pen.thick * shape.width) + head
    margin += 0.5 * pen.bar if pen.form == "bars" else 0.0
    return Rect(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)).outset(margin + 1).inside(pen.clip)


def _changed(one: Shape, other: Shape, pen: Pen) -> list[Rect]:
    """Return what differs between two shapes of as many points."""
    same_line = one.colour == other.colour and one.width == other.width
    if pen.form not in ("line", "dots") or not (same_line or pen.form == "dots"):
        return [reach(one, pen), reach(other, pen)]
    moved = {
        place
        for place, (a, b) in enumerate(zip(one.points, other.points, strict=True))
        if a != b or one.colours[place] != other.colours[place] or one.sizes[place] != other.sizes[place]
    }
    if one.drawn != other.drawn:
        moved |= set(_grown(one, other, pen))
    if pen.form == "dots":
        return [reach(shape, pen, slice(place, place + 1)) for place in sorted(moved) for shape in (one, other)]
    stretch = slice(max(0, min(moved, default=0) - 1), max(moved, default=0) + 2)
    return [reach(shape, pen, stretch) for shape in (one, other)] if moved else []


def _grown(one: Shape, other: Shape, pen: Pen) -> range:
    """Return the points between which a line or a row of dots has grown."""
    low, high = sorted((one.drawn, other.drawn))
    last = len(one.points) - 1
    if pen.form == "dots":
        return range(max(0, int(low * (last + 1)) - 1), min(last, int(high * (last + 1)) + 1) + 1)
    way = [0.0, *accumulate(dist(a, b) for a, b in pairwise(other.points))]
    inside = [place for place, length in enumerate(way) if low * way[-1] <= length <= high * way[-1]]
    if not inside:
        inside = [sum(length < low * way[-1] for length in way)]
    return range(max(0, inside[0] - 1), min(last, inside[-1] + 1) + 1)


def _draw_line(canvas: Any, shape: Shape, pen: Pen, opacity: float, closed: bool = False) -> None:
    path = skia.Path()
    path.addPoly([skia.Point(*point) for point in shape.points], closed)
    if shape.drawn < 1:
        measure, part = skia.PathMeasure(path, False), skia.Path()
        measure.getSegment(0, measure.getLength() * shape.drawn, part, True)
        path = part
    line = _stroke(shape, pen, opacity)
    if pen.dashed:
        line.setPathEffect(skia.DashPathEffect.Make([3.6 * pen.thick, 3.2 * pen.thick], 0.0))
    canvas.drawPath(path, line)


def _draw_area(canvas: Any, shape: Shape, pen: Pen, opacity: float) -> None:
    box = reach(shape, pen)
    canvas.save()
    canvas.clipRect(skia.Rect.MakeXYWH(box.x, box.y, box.width * shape.drawn, box.height))
    path = skia.Path()
    ends = (shape.points[-1][0], pen.zero), (shape.points[0][0], pen.zero)
    path.addPoly([skia.Point(*point) for point in (*shape.points, *ends)], True)
    canvas.drawPath(path, skia.Paint(Color=argb(shape.colour, _FILL * opacity), AntiAlias=True))
    line = skia.Path()
    line.addPoly([skia.Point(*point) for point in shape.points], False)
    canvas.drawPath(line, _stroke(shape, pen, opacity))
    canvas.restore()


def _draw_polygon(canvas: Any, shape: Shape, pen: Pen, opacity: float) -> None:
    path = skia.Path()
    path.addPoly([skia.Point(*point) for point in shape.points], True)
    canvas.drawPath(path, skia.Paint(Color=argb(shape.colour, _FILL * opacity * shape.drawn), AntiAlias=True))
    _draw_line(canvas, shape, pen, opacity, closed=True)


def _draw_dots(canvas: Any, shape: Shape, pen: Pen, opacity: float) -> None:
    """Draw the dots one after the other as the shape is drawn, each with a rim of paper where they are few."""
    rim = 0.22 * pen.dot if sum(size > 0 for size in shape.sizes) <= _MANY else 0.0
    paper = skia.Paint(Color=argb(pen.paper, opacity), AntiAlias=True)
    for place, (point, colour, size) in enumerate(zip(shape.points, shape.colours, shape.sizes, strict=True)):
        radius = pen.dot * size * min(1.0, max(0.0, shape.drawn * len(shape.points) - place))
        if radius > 0:
            if rim:
                canvas.drawCircle(*point, radius + rim, paper)
            canvas.drawCircle(*point, radius, skia.Paint(Color=argb(colour, opacity), AntiAlias=True))


def _draw_arrow(canvas: Any, shape: Shape, pen: Pen, opacity: float) -> None:
    (x, y), end = shape.points[0], shape.points[-1]
    across, down = (end[0] - x) * shape.drawn, (end[1] - y) * shape.drawn
    length = hypot(across, down)
    if length < 0.5:
        return
    across, down = across / length, down / length
    size = min(_HEAD * pen.thick * shape.width, length)
    tip, neck = (x + across * length, y + down * length), length - 0.8 * size
    canvas.drawLine(x, y, x + across * neck, y + down * neck, _stroke(shape, pen, opacity))
    back, half = length - size, 0.4 * size
    head = [tip] + [
        (x + across * back - way * down * half, y + down * back + way * across * half) for way in (1.0, -1.0)
    ]
    path = skia.Path()
    path.addPoly([skia.Point(*point) for point in head], True)
    canvas.drawPath(path, skia.Paint(Color=argb(shape.colour, opacity), AntiAlias=True))


def _draw_bars(canvas: Any, shape: Shape, pen: Pen, opacity: float) -> None:
    for (x, y), colour in zip(shape.points, shape.colours, strict=True):
        height = (pen.zero - y) * shape.drawn
        top = min(pen.zero, pen.zero - height)
        bar = skia.Rect.MakeXYWH(x - pen.bar / 2, top, pen.bar, abs(height))
        canvas.drawRect(bar, skia.Paint(Color=argb(colour, opacity), AntiAlias=True))


def _draw_nothing(canvas: Any, shape: Shape, pen: Pen, opacity: float) -> None:
    """Leave everything to the dots."""


def _stroke(shape: Shape, pen: Pen, opacity: float) -> Any:
    line = skia.Paint(Color=argb(shape.colour, opacity), AntiAlias=True, StrokeWidth=pen.thick * shape.width)
    line.setStyle(skia.Paint.kStroke_Style)
    line.setStrokeCap(skia.Paint.kRound_Cap if pen.form != "arrow" else skia.Paint.kButt_Cap)
    line.setStrokeJoin(skia.Paint.kRound_Join)
    return line


_FORMS: dict[Form, Callable[[Any, Shape, Pen, float], None]] = {
    "line": _draw_line,
    "area": _draw_area,
    "polygon": _draw_polygon,
    "dots": _draw_nothing,
    "arrow": _draw_arrow,
    "bars": _draw_bars,
}
