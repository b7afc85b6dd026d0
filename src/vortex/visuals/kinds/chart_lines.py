"""Lines and dots over a horizontal axis, drawn as they are named, each line with its name at its end."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from vortex.core.errors import EngineError
from vortex.visuals import params
from vortex.visuals.graph import Element, Scene, State
from vortex.visuals.graphics import skia
from vortex.visuals.kinds.chart_parts import (
    add_axis_name,
    add_key,
    add_levels,
    add_x_name,
    colour_of,
    levels_width,
    note_style,
    turns,
)
from vortex.visuals.kinds.shrink import exactly
from vortex.visuals.layered import apart
from vortex.visuals.layout import DoesNotFit, Rect
from vortex.visuals.scale import number_text, tick_texts, ticks
from vortex.visuals.stage import Stage
from vortex.visuals.text import TextBlock
from vortex.visuals.theme import argb

_MOST_DOTS = 14
"""With more points than this, a line shows none of them until one is named."""


@dataclass(frozen=True, slots=True)
class _Axes:
    """The plotted area and how values become pixels in it."""

    area: Rect
    xs: tuple[float, ...]
    """Pixels from the left for each category."""
    levels: tuple[float, ...]

    def y(self, value: float) -> float:
        low, high = self.levels[0], self.levels[-1]
        return self.area.bottom - (value - low) / (high - low) * self.area.height


def draw_lines(scene: Scene, stage: Stage, chart: params.Chart, room: Rect, frames: Sequence[int]) -> None:
    """Draw one line for each series, with its name at its right end, and the value of each named point.

    Raises:
        DoesNotFit: there is no room for names or numbers.
    """
    room = room.below(add_axis_name(scene, stage, chart, room).bottom)
    style = replace(note_style(stage), weight="semibold")
    names = [
        exactly(series.name, replace(style, colour=colour_of(stage, index)), 0.28 * room.width)
        for index, series in enumerate(chart.series)
        if len(chart.series) > 1
    ]
    aside = max((name.width for name in names), default=0.0) + (0.9 * stage.space if names else 0.0)
    axes = _axes(scene, stage, chart, add_x_name(scene, stage, chart.x_label, room), aside)
    high = [name.height for name in names]
    ends = [axes.y(series.values[-1]) for series in chart.series]
    order = sorted(range(len(names)), key=lambda index: ends[index])
    beside = (
        dict(zip(order, apart([ends[i] for i in order], [high[i] for i in order], 0.0), strict=True)) if names else {}
    )
    for index, (series, at) in enumerate(zip(chart.series, frames, strict=True)):
        points = [(x, axes.y(value)) for x, value in zip(axes.xs, series.values, strict=True)]
        _add_line(scene, stage, index, points, axes.area).draw(at, 1.2)
        if names:
            y = min(max(beside[index], axes.area.y), axes.area.bottom) - names[index].height / 2
            name = scene.text(f"name:{index}", names[index], axes.area.right + 0.9 * stage.space, y)
            name.show(at + stage.frames(0.9))
    _add_named(scene, stage, chart, axes)


def draw_dots(scene: Scene, stage: Stage, chart: params.Chart, room: Rect, frames: Sequence[int]) -> None:
    """Draw one dot for each value, one series after the other, and a ring around each named point.

    Raises:
        DoesNotFit: there is no room for names or numbers.
    """
    room = add_x_name(scene, stage, chart.x_label, add_key(scene, stage, chart, room, frames))
    axes = _axes(scene, stage, chart, room, 0.0)
    for index, (series, at) in enumerate(zip(chart.series, frames, strict=True)):
        points = [(x, axes.y(value)) for x, value in zip(axes.xs, series.values, strict=True)]
        _add_dots(scene, stage, index, points, axes.area).draw(at, 1.2, "linear")
    _add_named(scene, stage, chart, axes)


def _axes(scene: Scene, stage: Stage, chart: params.Chart, room: Rect, aside: float) -> _Axes:
    """Add levels and the numbers or names under them, and return the axes."""
    values = [value for series in chart.series for value in series.values]
    levels = ticks(*_reach(values), most=4 if stage.frame.wide else 5)
    left = levels_width(stage, levels)
    style = note_style(stage)
    line = style.size * style.line_height
    inner = Rect(
        room.x + left, room.y + line / 2, room.width - left - aside, room.height - 1.5 * line - 0.4 * stage.space
    )
    if inner.height < 4 * line:
        raise DoesNotFit(f"the chart has {room.height:.0f} px of height, which leaves no room for it; split the shot")
    add_levels(scene, stage, inner, levels, room.x)
    margin = 0.03 * inner.width
    area = inner.inset(margin, 0)
    at = _numbers(chart.categories) or list(range(len(chart.categories)))
    span = (max(at) - min(at)) or 1.0
    xs = tuple(area.x + (value - min(at)) / span * area.width for value in at)
    _add_marks(scene, stage, _marks(chart, at, xs), inner)
    return _Axes(Rect(area.x, area.y, area.width + margin, area.height), xs, levels)


def _marks(chart: params.Chart, at: Sequence[float], xs: Sequence[float]) -> list[tuple[float, str]]:
    """Return what is written under the axis and where: the categories, or round numbers where these are many."""
    numbers = _numbers(chart.categories)
    if numbers is None or (len(set(numbers)) <= 12 and chart.form != "scatter"):
        return list(zip(xs, chart.categories, strict=True))
    low, high = min(at), max(at)
    round_ones = [value for value in ticks(low, high, 6) if low <= value <= high]
    texts = tick_texts(round_ones)
    if all(1000 <= value <= 2999 for value in round_ones):
        # These are years, more likely than not, and years are written without a comma.
        texts = [text.replace(",", "") for text in texts]
    unit = (max(xs) - min(xs)) / ((high - low) or 1.0)
    return [(min(xs) + (value - low) * unit, text) for value, text in zip(round_ones, texts, strict=True)]


def _reach(values: Sequence[float]) -> tuple[float, float]:
    """Return what the vertical axis must show: zero too, unless the values are far from it."""
    low, high = min(values), max(values)
    if low > 0 and low < 0.5 * high:
        low = 0.0
    if high < 0 and high > 0.5 * low:
        high = 0.0
    return low, high


def _numbers(texts: Sequence[str]) -> list[float] | None:
    """Return the categories as numbers, or ``None`` where one of them is a name."""
    try:
        return [float(text.replace(",", "").replace("\u2212", "-")) for text in texts]
    except ValueError:
        return None


def _add_marks(scene: Scene, stage: Stage, marks: Sequence[tuple[float, str]], area: Rect) -> None:
    """Add the numbers or names under the horizontal axis, as many of them as have room."""
    style, gap = note_style(stage), 0.9 * stage.space
    left = area.x - 0.4 * stage.space
    blocks = [(x, exactly(text, style, 1e4)) for x, text in marks if text]
    places = [(min(max(x - block.width / 2, left), area.right - block.width), block) for x, block in blocks]
    every = 1
    while any(one[0] + one[1].width + gap > other[0] for one, other in pairwise(places[::every])):
        every += 1
    for index, (x, block) in enumerate(places[::every]):
        scene.text(f"mark:{index}", block, x, area.bottom + 0.4 * stage.space).show(0, 0.4)


def _add_line(scene: Scene, stage: Stage, index: int, points: Sequence[tuple[float, float]], area: Rect) -> Element:
    """Add one line that is drawn on, with a dot at each point where there are few."""
    path = skia.Path()
    path.addPoly([skia.Point(*point) for point in points], False)
    measure = skia.PathMeasure(path, False)
    colour = argb(colour_of(stage, index))
    thick = 1.7 * stage.stroke
    line = skia.Paint(Color=colour, AntiAlias=True, StrokeWidth=thick, StrokeCap=skia.Paint.kRound_Cap)
    line.setStyle(skia.Paint.kStroke_Style)
    line.setStrokeJoin(skia.Paint.kRound_Join)
    fill = skia.Paint(Color=colour, AntiAlias=True)
    dots = points if len(points) <= _MOST_DOTS else ()

    def paint(canvas: Any, state: State) -> None:
        reach = measure.getLength() * state.progress
        part = skia.Path()
        measure.getSegment(0, reach, part, True)
        canvas.drawPath(part, line)
        # A line may run backwards, so a dot waits for the way along it, not for its place.
        way = 0.0
        for place, point in enumerate(dots):
            way += 0.0 if place == 0 else _distance(points[place - 1], point)
            if way <= reach + 0.5:
                canvas.drawCircle(*point, 1.6 * thick, fill)

    return scene.add(f"line:{index}", area.outset(3 * thick), paint)


def _distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    return float(((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5)


def _add_dots(scene: Scene, stage: Stage, index: int, points: Sequence[tuple[float, float]], area: Rect) -> Element:
    """Add all dots of one series, which appear from left to right."""
    radius = (0.42 if len(points) <= 40 else 0.28) * stage.space
    order = sorted(points)
    fill = skia.Paint(Color=argb(colour_of(stage, index), 0.82), AntiAlias=True)

    def paint(canvas: Any, state: State) -> None:
        for point in order[: round(len(order) * state.progress)]:
            canvas.drawCircle(*point, radius, fill)

    return scene.add(f"dots:{index}", area.outset(2 * radius), paint)


def _add_named(scene: Scene, stage: Stage, chart: params.Chart, axes: _Axes) -> None:
    """Add a ring and the value at each point of every series, for as long as it is spoken of."""
    for number, turn in enumerate(turns(stage)):
        if turn.point >= len(axes.xs):
            raise EngineError(f"point {turn.point} is lit in a chart of {len(axes.xs)} points; mend storyboard.json")
        spots = sorted((axes.y(series.values[turn.point]), index) for index, series in enumerate(chart.series))
        blocks = [_value(stage, chart, index, turn.point) for _, index in spots]
        # The highest value is written above its point, the others below theirs, so that none stands on a line.
        away = 0.9 * stage.space + blocks[0].height / 2
        wanted = [y - away if place == 0 else y + away for place, (y, _) in enumerate(spots)]
        reach = axes.area.y - blocks[0].height / 2, axes.area.bottom
        middles = apart(wanted, [block.height for block in blocks], 0.0, reach)
        x, added = axes.xs[turn.point], []
        corners = [
            (
                min(max(x - block.width / 2, axes.area.x), axes.area.right - block.width),
                middle - block.height / 2,
            )
            for block, middle in zip(blocks, middles, strict=True)
        ]
        for (_, index), block, corner in zip(spots, blocks, corners, strict=True):
            added.append(_add_patch(scene, stage, f"patch:{number},{index}", block.at(*corner)))
        for y, index in spots:
            added.append(_add_ring(scene, stage, f"ring:{number},{index}", (x, y), colour_of(stage, index)))
        for (_, index), block, corner in zip(spots, blocks, corners, strict=True):
            added.append(scene.text(f"value:{number},{index}", block, *corner))
        for element in added:
            element.show(turn.at, 0.25).hide(turn.until - stage.frames(0.1), 0.1)


def _value(stage: Stage, chart: params.Chart, series: int, point: int) -> TextBlock:
    """Return the value of a point, in the colour of its series where there are several."""
    colour = colour_of(stage, series) if len(chart.series) > 1 else stage.theme.ink
    style = replace(note_style(stage), weight="semibold", colour=colour)
    return exactly(number_text(chart.series[series].values[point]), style, 1e4)


def _add_ring(scene: Scene, stage: Stage, name: str, centre: tuple[float, float], colour: str) -> Element:
    radius = 0.5 * stage.space
    inner = skia.Paint(Color=argb(stage.theme.background), AntiAlias=True)
    outer = skia.Paint(Color=argb(colour), AntiAlias=True)

    def paint(canvas: Any, _: State) -> None:
        canvas.drawCircle(*centre, radius, outer)
        canvas.drawCircle(*centre, 0.55 * radius, inner)

    return scene.add(name, Rect(*centre, 0, 0).outset(1.1 * radius), paint)


def _add_patch(scene: Scene, stage: Stage, name: str, box: Rect) -> Element:
    """Add a patch of the background, so that a value is not crossed by a line."""
    patch = box.inset(-0.25 * stage.space, 0.12 * box.height)
    fill = skia.Paint(Color=argb(stage.theme.background, 0.86), AntiAlias=True)
    area = skia.Rect.MakeXYWH(patch.x, patch.y, patch.width, patch.height)
    return scene.add(name, patch, lambda canvas, _: canvas.drawRect(area, fill))
