"""How something in a plane looks from one step to the next, and how it is drawn in between.

A shape holds one look for each step that changes it. Its progress counts looks: at 2.5 it is half-way from the third
look to the fourth, point by point. A look that is not drawn yet turns into one that is by growing along its length.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
class Look:
    """How a shape stands at rest."""

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


def painter(looks: Sequence[Look], pen: Pen) -> Paint:
    """Return what draws the shape for the progress of its element."""

    def paint(canvas: Any, state: State) -> None:
        canvas.save()
        canvas.clipRect(skia.Rect.MakeXYWH(pen.clip.x, pen.clip.y, pen.clip.width, pen.clip.height))
        for look, opacity in between(looks, state.progress):
            if look.drawn > 0:
                _FORMS[pen.form](canvas, look, pen, opacity)
                if pen.form in ("line", "area", "polygon", "dots"):
                    _draw_dots(canvas, look, pen, opacity)
        canvas.restore()

    return paint


def damager(looks: Sequence[Look], pen: Pen) -> Damage:
    """Return what says which pixels differ between two states of the shape's element."""

    def damage(old: State, new: State) -> list[Rect]:
        one, other = between(looks, old.progress), between(looks, new.progress)
        if len(one) == len(other) == 1 and len(one[0][0].points) == len(other[0][0].points):
            return _changed(one[0][0], other[0][0], pen)
        return [reach(look, pen) for look, _ in (*one, *other)]

    return damage


def between(looks: Sequence[Look], progress: float) -> tuple[tuple[Look, float], ...]:
    """Return what is seen at ``progress`` and how opaque: one look, or two where one changes over into another."""
    index = min(int(progress), len(looks) - 1)
    share = progress - index
    if share <= 0 or index + 1 == len(looks):
        return ((looks[index], 1.0),)
    here, there = looks[index], looks[index + 1]
    if len(here.points) != len(there.points):
        return ((here, 1 - share), (there, share))
    return ((_blend(here, there, share), 1.0),)


def _blend(here: Look, there: Look, share: float) -> Look:
    """Return the look on the way; what was not drawn yet grows where it is going to be."""
    points = there.points
    if here.drawn > 0 and here.points != there.points:
        points = tuple(
            (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share)
            for a, b in zip(here.points, there.points, strict=True)
        )
    colours = there.colours
    if here.colours != there.colours:
        colours = tuple(mix(a, b, share) for a, b in zip(here.colours, there.colours, strict=True))
    sizes = tuple(a + (b - a) * share for a, b in zip(here.sizes, there.sizes, strict=True))
    width, drawn = (a + (b - a) * share for a, b in ((here.width, there.width), (here.drawn, there.drawn)))
    return Look(points, mix(here.colour, there.colour, share), colours, sizes, width, drawn)


def reach(look: Look, pen: Pen, stretch: slice = slice(None)) -> Rect:
    """Return what a look, or a stretch of its points, may cover inside the clip, in pixels."""
    points = look.points[stretch]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    if pen.form in ("area", "bars"):
        ys.append(pen.zero)
    head = 0.5 * _HEAD * pen.thick * look.width if pen.form == "arrow" else 0.0
    margin = max(1.3 * pen.dot * max(look.sizes), pen.thick * look.width) + head
    margin += 0.5 * pen.bar if pen.form == "bars" else 0.0
    return Rect(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)).outset(margin + 1).inside(pen.clip)


def _changed(one: Look, other: Look, pen: Pen) -> list[Rect]:
    """Return what differs between two looks of as many points."""
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
        return [reach(look, pen, slice(place, place + 1)) for place in sorted(moved) for look in (one, other)]
    stretch = slice(max(0, min(moved, default=0) - 1), max(moved, default=0) + 2)
    return [reach(look, pen, stretch) for look in (one, other)] if moved else []


def _grown(one: Look, other: Look, pen: Pen) -> range:
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


def _draw_line(canvas: Any, look: Look, pen: Pen, opacity: float, closed: bool = False) -> None:
    path = skia.Path()
    path.addPoly([skia.Point(*point) for point in look.points], closed)
    if look.drawn < 1:
        measure, part = skia.PathMeasure(path, False), skia.Path()
        measure.getSegment(0, measure.getLength() * look.drawn, part, True)
        path = part
    line = _stroke(look, pen, opacity)
    if pen.dashed:
        line.setPathEffect(skia.DashPathEffect.Make([3.6 * pen.thick, 3.2 * pen.thick], 0.0))
    canvas.drawPath(path, line)


def _draw_area(canvas: Any, look: Look, pen: Pen, opacity: float) -> None:
    box = reach(look, pen)
    canvas.save()
    canvas.clipRect(skia.Rect.MakeXYWH(box.x, box.y, box.width * look.drawn, box.height))
    path = skia.Path()
    ends = (look.points[-1][0], pen.zero), (look.points[0][0], pen.zero)
    path.addPoly([skia.Point(*point) for point in (*look.points, *ends)], True)
    canvas.drawPath(path, skia.Paint(Color=argb(look.colour, _FILL * opacity), AntiAlias=True))
    line = skia.Path()
    line.addPoly([skia.Point(*point) for point in look.points], False)
    canvas.drawPath(line, _stroke(look, pen, opacity))
    canvas.restore()


def _draw_polygon(canvas: Any, look: Look, pen: Pen, opacity: float) -> None:
    path = skia.Path()
    path.addPoly([skia.Point(*point) for point in look.points], True)
    canvas.drawPath(path, skia.Paint(Color=argb(look.colour, _FILL * opacity * look.drawn), AntiAlias=True))
    _draw_line(canvas, look, pen, opacity, closed=True)


def _draw_dots(canvas: Any, look: Look, pen: Pen, opacity: float) -> None:
    """Draw the dots one after the other as the shape is drawn, each with a rim of paper where they are few."""
    rim = 0.22 * pen.dot if sum(size > 0 for size in look.sizes) <= _MANY else 0.0
    paper = skia.Paint(Color=argb(pen.paper, opacity), AntiAlias=True)
    for place, (point, colour, size) in enumerate(zip(look.points, look.colours, look.sizes, strict=True)):
        radius = pen.dot * size * min(1.0, max(0.0, look.drawn * len(look.points) - place))
        if radius > 0:
            if rim:
                canvas.drawCircle(*point, radius + rim, paper)
            canvas.drawCircle(*point, radius, skia.Paint(Color=argb(colour, opacity), AntiAlias=True))


def _draw_arrow(canvas: Any, look: Look, pen: Pen, opacity: float) -> None:
    (x, y), end = look.points[0], look.points[-1]
    across, down = (end[0] - x) * look.drawn, (end[1] - y) * look.drawn
    length = hypot(across, down)
    if length < 0.5:
        return
    across, down = across / length, down / length
    size = min(_HEAD * pen.thick * look.width, length)
    tip, neck = (x + across * length, y + down * length), length - 0.8 * size
    canvas.drawLine(x, y, x + across * neck, y + down * neck, _stroke(look, pen, opacity))
    back, half = length - size, 0.4 * size
    head = [tip] + [
        (x + across * back - way * down * half, y + down * back + way * across * half) for way in (1.0, -1.0)
    ]
    path = skia.Path()
    path.addPoly([skia.Point(*point) for point in head], True)
    canvas.drawPath(path, skia.Paint(Color=argb(look.colour, opacity), AntiAlias=True))


def _draw_bars(canvas: Any, look: Look, pen: Pen, opacity: float) -> None:
    for (x, y), colour in zip(look.points, look.colours, strict=True):
        height = (pen.zero - y) * look.drawn
        top = min(pen.zero, pen.zero - height)
        bar = skia.Rect.MakeXYWH(x - pen.bar / 2, top, pen.bar, abs(height))
        canvas.drawRect(bar, skia.Paint(Color=argb(colour, opacity), AntiAlias=True))


def _draw_nothing(canvas: Any, look: Look, pen: Pen, opacity: float) -> None:
    """Leave everything to the dots."""


def _stroke(look: Look, pen: Pen, opacity: float) -> Any:
    line = skia.Paint(Color=argb(look.colour, opacity), AntiAlias=True, StrokeWidth=pen.thick * look.width)
    line.setStyle(skia.Paint.kStroke_Style)
    line.setStrokeCap(skia.Paint.kRound_Cap if pen.form != "arrow" else skia.Paint.kButt_Cap)
    line.setStrokeJoin(skia.Paint.kRound_Join)
    return line


_FORMS: dict[Form, Callable[[Any, Look, Pen, float], None]] = {
    "line": _draw_line,
    "area": _draw_area,
    "polygon": _draw_polygon,
    "dots": _draw_nothing,
    "arrow": _draw_arrow,
    "bars": _draw_bars,
}
