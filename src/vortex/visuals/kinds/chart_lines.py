"""Lines and dots over a horizontal axis, drawn as they are named, each line with its name at its end."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

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
    at = _numbers(chart.categories)
    names = list(chart.categories)
    if at is None:
        step = area.width / max(1, len(names) - 1)
        xs = tuple(area.x + step * index for index in range(len(names)))
        marks = list(zip(xs, names, strict=True))
    else:
        span = (max(at) - min(at)) or 1.0
        xs = tuple(area.x + (value - min(at)) / span * area.width for value in at)
        marks = list(zip(xs, names, strict=True))
        if len(set(at)) > 12 or chart.form == "scatter":
            round_ones = [value for value in ticks(min(at), max(at), 6) if min(at) <= value <= max(at)]
            texts = tick_texts(round_ones)
            if all(1000 <= value <= 2999 for value in round_ones):
                texts = [text.replace(",", "") for text in texts]
            marks = [(area.x + (v - min(at)) / span * area.width, t) for v, t in zip(round_ones, texts, strict=True)]
    _add_marks(scene, stage, marks, inner, inner.inset(-0.4 * stage.space, 0))
    return _Axes(Rect(area.x, area.y, area.width + margin, area.height), xs, levels)


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


def _add_marks(scene: Scene, stage: Stage, marks: Sequence[tuple[float, str]], area: Rect, row: Rect) -> None:
    """Add the numbers or names under the horizontal axis, as many of them as have room."""
    style, gap = note_style(stage), 0.9 * stage.space
    blocks = [(x, exactly(text, style, 0.3 * area.width, balanced=False)) for x, text in marks if text]
    blocks = [(x, block) for x, block in blocks if block.lines == 1]
    places = [(min(max(x - block.width / 2, row.x), row.right - block.width), block) for x, block in blocks]
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
    """Add a ring and the value at each point, for as long as it is spoken of."""
    style = replace(note_style(stage), weight="semibold")
    for number, turn in enumerate(turns(stage)):
        if turn.point >= len(axes.xs):
            continue
        x = axes.xs[turn.point]
        spots = [(axes.y(series.values[turn.point]), index) for index, series in enumerate(chart.series)]
        blocks = [
            exactly(number_text(chart.series[index].values[turn.point]), replace(style, colour=stage.theme.ink), 1e4)
            for _, index in spots
        ]
        above = [y - 0.95 * stage.space - block.height / 2 for (y, _), block in zip(spots, blocks, strict=True)]
        order = sorted(range(len(spots)), key=lambda place: above[place])
        middles = apart([above[p] for p in order], [blocks[p].height for p in order], 0.0)
        for place, middle in zip(order, middles, strict=True):
            y, index = spots[place]
            block = blocks[place]
            ring = _add_ring(scene, stage, f"ring:{number},{index}", (x, y), colour_of(stage, index))
            left = min(max(x - block.width / 2, axes.area.x), axes.area.right - block.width)
            top = max(middle - block.height / 2, axes.area.y - block.height / 2)
            patch = _add_patch(scene, stage, f"patch:{number},{index}", block.at(left, top))
            text = scene.text(f"value:{number},{index}", block, left, top)
            for element in (ring, patch, text):
                element.show(turn.at, 0.25).hide(turn.until, 0.25)


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
