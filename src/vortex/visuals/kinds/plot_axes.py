"""The plane of a plot: which numbers it shows, how they become pixels, and the ticks and hairlines that say so.

Ticks stand outside of the plotted area, at the left and below, where no curve can cross them; a line is stronger where
a coordinate is zero. Ranges that are multiples of a half pi are ticked in pi, as angles are read.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from vortex.core.errors import EngineError
from vortex.visuals.graph import Scene, State
from vortex.visuals.graphics import skia
from vortex.visuals.kinds.chart_parts import note_style
from vortex.visuals.kinds.shrink import exactly
from vortex.visuals.layout import DoesNotFit, Rect
from vortex.visuals.scale import tick_texts, ticks
from vortex.visuals.stage import Stage
from vortex.visuals.states import Plot, Point
from vortex.visuals.text import TextBlock
from vortex.visuals.theme import argb

_TALLEST = 1.2
"""Where the area may have any shape, it is no higher than this many times its width."""
_SHORT, _MEDIUM, _SQUARE = 0.05, 0.25, 0.1
"""A name of at most this share of the width stands at the end of its axis, as a letter does in books; one of at most
the second (the third, where the area may be narrower than its room) on the line of the numbers, and others below."""
_QUARTERS = {1: "π/2", 2: "π", 3: "3π/2"}

Tick = tuple[float, str]
"""A number on an axis and how it is written."""


@dataclass(frozen=True, slots=True)
class View:
    """The plotted area and the numbers at its edges."""

    area: Rect
    x: Point
    y: Point
    corner: Point
    """Top left end of everything, numbers and names included, in pixels."""

    def at(self, point: Point) -> Point:
        """Return where a point of the plane stands, in pixels."""
        across = (point[0] - self.x[0]) / (self.x[1] - self.x[0])
        up = (point[1] - self.y[0]) / (self.y[1] - self.y[0])
        return self.area.x + across * self.area.width, self.area.bottom - up * self.area.height


@dataclass(frozen=True, slots=True)
class _Margins:
    """What names and numbers take around the area, in pixels."""

    left: float
    top: float
    right: float
    bottom: float
    end: float
    """What the name of the horizontal axis takes right of it; 0 where it stands elsewhere."""
    among: float
    """What it takes of the line of the numbers."""


def view_of(stage: Stage, plot: Plot, room: Rect, aside: float, pad: float) -> View:
    """Return the view that fits ``room``.

    Args:
        stage: gives type and shape.
        plot: says what is shown, and whether there are axes at all.
        room: for everything.
        aside: pixels that must stay free at the right of the area.
        pad: pixels that must stay free on every side where there are no axes.

    Raises:
        EngineError: a number is not finite, or a range is empty.
        DoesNotFit: the room is too small for a picture.
    """
    across, upwards = ranges(plot)
    margins = _margins(stage, plot, _ticks(plot, across, upwards, stage)[1], room.width)
    margins = replace(margins, right=max(aside, margins.end))
    area = _area(plot, across, upwards, room if plot.axes else room.inset(pad), margins)
    if min(area.width, area.height) < 2 * stage.frame.minimum:
        raise DoesNotFit(f"the plot has {area.width:.0f} x {area.height:.0f} px, too few to be read; split the shot")
    view = View(area, across, upwards, (area.x - margins.left, area.y - margins.top))
    return _widened(view, room.inset(pad)) if plot.equal and not plot.axes else view


def _widened(view: View, room: Rect) -> View:
    """Return the view of as much of the plane as the room shows at the same scale, so that a grid ends at its edges."""
    area, unit = view.area, view.area.width / (view.x[1] - view.x[0])
    across = (view.x[0] - (area.x - room.x) / unit, view.x[1] + (room.right - area.right) / unit)
    upwards = (view.y[0] - (room.bottom - area.bottom) / unit, view.y[1] + (area.y - room.y) / unit)
    return View(room, across, upwards, (room.x, room.y))


def add_axes(scene: Scene, stage: Stage, plot: Plot, view: View, room: Rect) -> None:
    """Add ticks, hairlines and the names of the axes."""
    if plot.axes:
        x_ticks, y_ticks = _ticks(plot, view.x, view.y, stage)
        _add_lines(scene, stage, plot, view, (x_ticks, y_ticks))
        margins = _margins(stage, plot, y_ticks, room.width)
        _add_numbers(scene, stage, view, (x_ticks, y_ticks), margins.among)
        _add_names(scene, stage, plot, view, margins)


def ranges(plot: Plot) -> tuple[Point, Point]:
    """Return what both axes reach over: what was asked for, or all that is ever shown, made round.

    Raises:
        EngineError: a number is not finite, or a range is empty.
    """
    shown = [point for curve in plot.curves for point in curve.points]
    shown += [point for step in plot.steps for move in step.moves for point in move.points or ()]
    spans = [curve.points for curve in plot.curves if curve.form in ("line", "area")]
    if any(not math.isfinite(value) for point in (*shown, plot.x_range or (), plot.y_range or ()) for value in point):
        raise EngineError("a plot has a point or a range that is not finite; mend its curves or moves")
    grounded = [0.0] if any(curve.form in ("area", "bars") for curve in plot.curves) else []
    across = plot.x_range or _across([x for x, _ in shown], [x for points in spans for x, _ in points], plot)
    upwards = plot.y_range or _round([*(y for _, y in shown), *grounded])
    for name, (low, high) in (("x_range", across), ("y_range", upwards)):
        if not low < high:
            raise EngineError(f"plot.{name} is ({low:g}, {high:g}), which holds nothing; give the lesser number first")
    return across, upwards


def _across(values: Sequence[float], spanned: Sequence[float], plot: Plot) -> Point:
    """Return the horizontal range: exactly that of the lines where these reach over everything."""
    if spanned and min(spanned) <= min(values) < max(values) <= max(spanned) and not plot.equal:
        return min(values), max(values)
    wide = max((bar_width(curve.points) for curve in plot.curves if curve.form == "bars"), default=0.0)
    if wide:
        return min(values) - 0.75 * wide, max(values) + 0.75 * wide
    return _round(values)


def bar_width(points: Sequence[Point]) -> float:
    """Return the breadth of bars that stand at these points, in units of the plane."""
    places = sorted({x for x, _ in points})
    return 0.7 * min((b - a for a, b in pairwise(places)), default=1.0)


def _round(values: Iterable[float]) -> Point:
    """Return the round numbers that enclose the values."""
    each = list(values)
    found = ticks(min(each), max(each), 6)
    return found[0], found[-1]


def _ticks(plot: Plot, across: Point, upwards: Point, stage: Stage) -> tuple[list[Tick], list[Tick]]:
    """Return the numbers on both axes; where a unit is as long both ways, they have the same distances."""
    if not plot.axes:
        return [], []
    most = 8 if stage.frame.wide else 6
    if plot.equal:
        step = max(_step(across, most), _step(upwards, most))
        return _multiples(across, step), _multiples(upwards, step)
    up = _multiples(upwards, _step(upwards, 4 if stage.frame.wide else 6))
    return _angles(across) or _multiples(across, _step(across, most)), up


def _step(span: Point, most: int) -> float:
    """Return the least of 1, 2, 5, 10, … times a power of ten that divides a range into at most ``most`` parts."""
    length = span[1] - span[0]
    power = 10.0 ** math.floor(math.log10(length / most))
    return next(step for factor in (1, 2, 5, 10, 20) if (step := factor * power) * most >= length * (1 - 1e-9))


def _angles(span: Point) -> list[Tick]:
    """Return ticks at multiples of pi or its half, or none where the range does not end at such numbers."""
    halves = [value / (math.pi / 2) for value in span]
    low, high = (round(value) for value in halves)
    if any(abs(value - round(value)) > 2e-3 for value in halves) or not 0 < high - low <= 16:
        return []
    step = 1 if high - low <= 6 else 2
    return [(n * math.pi / 2, _angle(n)) for n in range(low, high + 1) if n % step == 0]


def _angle(quarters: int) -> str:
    """Return a number of half pis as it is written."""
    if quarters == 0:
        return "0"
    size = abs(quarters)
    text = _QUARTERS.get(size) or (f"{size // 2}π" if size % 2 == 0 else f"{size}π/2")
    return text if quarters > 0 else f"\u2212{text}"


def _multiples(span: Point, step: float) -> list[Tick]:
    """Return the multiples of ``step`` in a range and their texts."""
    slack = 1e-6 * step
    first, last = math.ceil((span[0] - slack) / step), math.floor((span[1] + slack) / step)
    values = [round(n * step, 12) for n in range(first, last + 1)]
    return list(zip(values, tick_texts(values), strict=True))


def _margins(stage: Stage, plot: Plot, y_ticks: Sequence[Tick], width: float) -> _Margins:
    """Return the margins in a room of ``width`` pixels."""
    if not plot.axes:
        return _Margins(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    style = note_style(stage)
    line, gap = style.size * style.line_height, 0.6 * stage.space
    widest = max((exactly(text, style, 1e4).width for _, text in y_ticks), default=0.0)
    top = (line + 0.5 * gap if plot.y_label else 0.0) + 0.5 * line
    name = _name_of_x(stage, plot, width)
    end = name.width + gap if name and name.width <= _SHORT * width else 0.0
    most = (_SQUARE if plot.equal else _MEDIUM) * width
    among = name.width + 2 * gap if name and not end and name.width <= most else 0.0
    below = line if name and not end and not among else 0.0
    return _Margins(widest + gap, top, end, line + 0.7 * gap + below, end, among)


def _area(plot: Plot, across: Point, upwards: Point, room: Rect, margins: _Margins) -> Rect:
    """Return where the curves go: as large as the room allows, in the shape that the plot asks for."""
    inner = Rect(
        room.x + margins.left,
        room.y + margins.top,
        room.width - margins.left - margins.right,
        room.height - margins.top - margins.bottom,
    )
    if not plot.equal:
        return inner.placed(inner.width, min(inner.height, _TALLEST * inner.width))
    unit = min(inner.width / (across[1] - across[0]), inner.height / (upwards[1] - upwards[0]))
    area = inner.placed(unit * (across[1] - across[0]), unit * (upwards[1] - upwards[0]))
    # What stands in the middle of the whole looks calm; numbers and names at its sides are light.
    free = (room.width - area.width) / 2
    middle = room.x + free
    return Rect(min(max(middle, inner.x), inner.right - area.width), area.y, area.width, area.height)


def _add_lines(scene: Scene, stage: Stage, plot: Plot, view: View, axes: tuple[list[Tick], list[Tick]]) -> None:
    """Add a hairline for each number: upwards too where a unit is as long both ways, else only where x is zero."""
    area, theme = view.area, stage.theme
    thin, strong = 0.45 * stage.stroke, 0.8 * stage.stroke
    bars: list[tuple[Rect, bool]] = []
    floor = view.y[0] if not view.y[0] <= 0 <= view.y[1] else 0.0
    for value, _ in axes[1]:
        thick = strong if value == floor else thin
        bars.append((Rect(area.x, view.at((view.x[0], value))[1] - thick / 2, area.width, thick), value == floor))
    for value, _ in axes[0]:
        if plot.equal or value == 0:
            thick = strong if value == 0 else thin
            bars.append((Rect(view.at((value, view.y[0]))[0] - thick / 2, area.y, thick, area.height), value == 0))
    bars.sort(key=lambda pair: pair[1])

    def paint(canvas: Any, _: State) -> None:
        for bar, main in bars:
            fill = skia.Paint(Color=argb(theme.muted if main else theme.line), AntiAlias=True)
            canvas.drawRect(skia.Rect.MakeXYWH(bar.x, bar.y, bar.width, bar.height), fill)

    scene.add("axes", area.outset(strong), paint)


def _add_numbers(scene: Scene, stage: Stage, view: View, axes: tuple[list[Tick], list[Tick]], taken: float) -> None:
    """Add the numbers left of the area and below it: as many as have room beside the name, which takes some."""
    style, area, gap = note_style(stage), view.area, 0.6 * stage.space
    for index, (value, text) in enumerate(axes[1]):
        block = exactly(text, style, 1e4)
        y = view.at((view.x[0], value))[1]
        scene.text(f"y:{index}", block, area.x - gap - block.width, y - block.height / 2)
    blocks = [(view.at((value, view.y[0]))[0], exactly(text, style, 1e4)) for value, text in axes[0]]
    right = stage.content.right
    places = [(min(max(x - b.width / 2, area.x - 0.4 * gap), right - b.width), b) for x, b in blocks]
    every = 1
    while any(one[0] + one[1].width + gap > other[0] for one, other in pairwise(places[::every])):
        every += 1
    most = area.right - taken if taken else right
    kept = [(x, block) for x, block in places[::every] if x + block.width <= most]
    for index, (x, block) in enumerate(kept):
        scene.text(f"x:{index}", block, x, area.bottom + 0.7 * gap)


def _name_of_x(stage: Stage, plot: Plot, width: float) -> TextBlock | None:
    """Return what is counted sideways, set in one line, if it has a name."""
    if not plot.x_label:
        return None
    style = note_style(stage)
    return stage.fit(plot.x_label, style, width, style.size * style.line_height + 1)


def name_of_y(stage: Stage, plot: Plot, width: float) -> TextBlock | None:
    """Return what is counted upwards, set in one line, if it has a name."""
    if not plot.y_label or not plot.axes:
        return None
    style = note_style(stage)
    return stage.fit(plot.y_label, style, width, style.size * style.line_height + 1)


def _add_names(scene: Scene, stage: Stage, plot: Plot, view: View, margins: _Margins) -> None:
    """Add what is counted upwards at the top left, and what is counted sideways at the end of its axis or below it."""
    style, area, gap = note_style(stage), view.area, 0.6 * stage.space
    upwards = name_of_y(stage, plot, area.width + margins.left)
    if upwards:
        scene.text("y_label", upwards, *view.corner)
    name = _name_of_x(stage, plot, area.width + margins.left)
    if name and margins.end:
        scene.text("x_label", name, area.right + gap, area.bottom - name.height)
    elif name:
        below = 0.0 if margins.among else style.size * style.line_height
        scene.text("x_label", name, area.right - name.width, area.bottom + 0.7 * gap + below)
