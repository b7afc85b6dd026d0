"""Bars from a zero line, upright or lying, with their values written at their ends.

They stand where the names fit below them, and lie where names are long or the frame is upright. Where there are too
many to write every value, levels take the values' place.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from vortex.visuals import params
from vortex.visuals.graph import Element, Scene, State
from vortex.visuals.graphics import skia
from vortex.visuals.kinds.chart_parts import (
    add_key,
    add_levels,
    add_x_name,
    calm,
    colour_of,
    hide_points,
    levels_width,
    spotlight,
)
from vortex.visuals.kinds.parts import add_bar
from vortex.visuals.kinds.shrink import demand, exactly, largest, scaled
from vortex.visuals.layout import DoesNotFit, Rect
from vortex.visuals.scale import number_text, ticks
from vortex.visuals.stage import Stage
from vortex.visuals.text import TextBlock
from vortex.visuals.theme import argb, mix

Growth = Literal["up", "down", "right", "left"]

_STAGGER_S = 0.06
_LOOSE, _LOOSE_UPRIGHT = 3.2, 6.5
"""Room of a category beyond that of its lying bars, in units of space: upright frames have much to fill."""


@dataclass(frozen=True, slots=True)
class _Words:
    """Names of the categories, and values by series and category; no values where levels are drawn instead."""

    names: tuple[TextBlock, ...]
    values: tuple[tuple[TextBlock, ...], ...]
    lying: bool

    @property
    def value_height(self) -> float:
        return self.values[0][0].height if self.values else 0.0

    @property
    def value_width(self) -> float:
        return max((value.width for row in self.values for value in row), default=0.0)


def draw_bars(scene: Scene, stage: Stage, chart: params.Chart, room: Rect, frames: Sequence[int]) -> None:
    """Draw one bar for each value, in groups by category.

    Raises:
        DoesNotFit: there are too many, or the names are too long.
    """
    room = add_x_name(scene, stage, chart.x_label, add_key(scene, stage, chart, room, frames))
    words = _words(stage, chart, room)
    bars = (_lying if words.lying else _standing)(scene, stage, words, chart, room, _reach(chart))
    points: dict[int, list[Element]] = {index: [] for index in range(len(chart.categories))}
    for (series, point), elements in bars.items():
        cued = stage.cue(f"point:{point}")
        at = frames[series] + stage.frames(_STAGGER_S * point) if cued is None else cued
        elements[0].draw(at, 0.7, "out")
        for text in elements[1:]:
            text.show(at + stage.frames(0.35))
        points[point] += elements
    spotlight(stage, points)
    hide_points(stage, points)


def _reach(chart: params.Chart) -> tuple[float, float]:
    """Return the least and the greatest value, zero included."""
    values = [value for series in chart.series for value in series.values]
    low, high = min(0.0, *values), max(0.0, *values)
    return (low, high) if low < high else (0.0, 1.0)


def _words(stage: Stage, chart: params.Chart, room: Rect) -> _Words:
    """Return the largest words: upright bars first (in upright frames lying ones), without values last."""
    orders = [(True, True), (False, True)] if stage.frame.portrait else [(False, True), (True, True)]
    found: list[tuple[float, _Words]] = []
    refused: DoesNotFit | None = None
    for lying, written in [*orders, (False, False), (True, False)]:
        if found and not written:
            break
        try:
            words = largest(lambda s, lie=lying, write=written: _set(stage, chart, room, lie, write, s))  # type: ignore[misc]
        except DoesNotFit as error:
            refused = error
        else:
            found.append((words.names[0].size * (1.0 if not found else 0.8), words))
    if not found:
        assert refused is not None
        raise refused
    return max(found, key=lambda pair: pair[0])[1]


def _set(stage: Stage, chart: params.Chart, room: Rect, lying: bool, written: bool, scale: float) -> _Words:
    """Set names and values at ``scale``.

    Raises:
        DoesNotFit: there is no room for them at the bars.
    """
    name = scaled(stage, replace(stage.style("body"), line_height=1.2, align="right" if lying else "centre"), scale)
    value = scaled(stage, stage.style("body", colour=stage.theme.muted, weight="semibold"), scale)
    value = replace(value, size=max(stage.frame.minimum, 0.84 * value.size), line_height=1.3)
    count, rows = len(chart.categories), len(chart.series)
    values = tuple(tuple(exactly(number_text(v), value, 1e4) for v in series.values) for series in chart.series)
    widest = max(block.width for row in values for block in row)
    aside = 0.0 if written or lying else levels_width(stage, ticks(*_reach(chart)))
    slot = (room.height if lying else room.width - aside) / count
    names = tuple(exactly(text, name, 0.36 * room.width if lying else 0.86 * slot) for text in chart.categories)
    if lying:
        demand(max(block.height for block in names), 0.94 * slot, "a name of the chart")
        if written:
            demand(values[0][0].height * rows, 0.74 * slot, "a value of the chart")
    else:
        demand(max(block.lines for block in names), 2, "a name of the chart, in lines,")
        demand(max(block.height for block in names), 0.25 * room.height, "a name of the chart")
        if written:
            demand(widest, 0.92 * slot if rows == 1 else 0.66 * slot / rows, "a value of the chart")
    return _Words(names, values if written else (), lying)


def _standing(
    scene: Scene, stage: Stage, words: _Words, chart: params.Chart, room: Rect, reach: tuple[float, float]
) -> dict[tuple[int, int], list[Element]]:
    """Add upright bars with names below and values at their ends."""
    gap = 0.4 * stage.space
    below = max(block.height for block in words.names) + gap
    levels = ticks(*reach) if not words.values else ()
    low, high = (levels[0], levels[-1]) if levels else reach
    left = levels_width(stage, levels) if levels else 0.0
    above = words.value_height if words.values else 0.6 * stage.style("small").size
    under = below + (words.value_height if words.values and low < 0 else gap)
    area = Rect(room.x + left, room.y + above, room.width - left, room.height - above - under)
    if levels:
        add_levels(scene, stage, area, levels, room.x)
    unit = area.height / (high - low)
    zero = area.bottom + low * unit
    slot = area.width / len(chart.categories)
    wide = min(0.72 * slot / len(chart.series), max(7 * stage.space, 1.08 * words.value_width))
    bars: dict[tuple[int, int], list[Element]] = {}
    for point, name in enumerate(words.names):
        middle = area.x + (point + 0.5) * slot
        scene.text(f"category:{point}", name, middle - name.width / 2, room.bottom - below + gap).show(0, 0.4)
        for index, series in enumerate(chart.series):
            value = series.values[point]
            x = middle + (index - len(chart.series) / 2) * wide
            box = Rect(x, min(zero, zero - value * unit), wide, abs(value) * unit).inset(0.05 * wide, 0)
            grow: Growth = "up" if value >= 0 else "down"
            bars[index, point] = [_add_rect(scene, stage, (index, point), box, grow)]
            if words.values:
                text = words.values[index][point]
                y = box.y - text.height if value >= 0 else box.bottom
                bars[index, point].append(
                    _add_value(scene, stage, (index, point), text, x + (wide - text.width) / 2, y)
                )
    if not levels:
        line = Rect(area.x, zero - 0.5 * stage.stroke, area.width, stage.stroke)
        add_bar(scene, "zero", line, stage.theme.muted).draw(0, 0.6)
    return bars


def _lying(
    scene: Scene, stage: Stage, words: _Words, chart: params.Chart, room: Rect, reach: tuple[float, float]
) -> dict[tuple[int, int], list[Element]]:
    """Add lying bars with names at the left and values at their ends."""
    gap = 0.8 * stage.space
    names = max(block.width for block in words.names) + gap
    value = words.value_width + 0.6 * gap if words.values else 0.0
    before = value if reach[0] < 0 else 0.0
    area = Rect(room.x + names + before, room.y, room.width - names - before - value, room.height)
    unit = area.width / (reach[1] - reach[0])
    zero = area.x - reach[0] * unit
    tallest = max(max(block.height for block in words.names), words.value_height * len(chart.series) / 0.74)
    tallest += 0.5 * stage.space
    loose = _LOOSE_UPRIGHT if stage.frame.portrait else _LOOSE
    slot = min(area.height / len(chart.categories), max(tallest, (loose + 2 * len(chart.series)) * stage.space))
    top = room.y + (room.height - slot * len(chart.categories)) / 2
    thick = 0.74 * slot / len(chart.series)
    bars: dict[tuple[int, int], list[Element]] = {}
    for point, name in enumerate(words.names):
        middle = top + (point + 0.5) * slot
        scene.text(f"category:{point}", name, room.x + names - gap - name.width, middle - name.height / 2).show(0, 0.4)
        for index, series in enumerate(chart.series):
            long = series.values[point] * unit
            y = middle + (index - len(chart.series) / 2) * thick
            box = Rect(min(zero, zero + long), y, abs(long), thick).inset(0, 0.06 * thick)
            bars[index, point] = [_add_rect(scene, stage, (index, point), box, "right" if long >= 0 else "left")]
            if words.values:
                text = words.values[index][point]
                x = box.right + 0.5 * gap if long >= 0 else box.x - 0.5 * gap - text.width
                bars[index, point].append(
                    _add_value(scene, stage, (index, point), text, x, y + (thick - text.height) / 2)
                )
    line = Rect(zero - 0.5 * stage.stroke, top, stage.stroke, slot * len(chart.categories))
    add_bar(scene, "zero", line, stage.theme.muted).draw(0, 0.6)
    return bars


def _add_value(scene: Scene, stage: Stage, place: tuple[int, int], text: TextBlock, x: float, y: float) -> Element:
    return scene.text(f"value:{place[0]},{place[1]}", text, x, y, lit=stage.theme.ink)


def _add_rect(scene: Scene, stage: Stage, place: tuple[int, int], box: Rect, grow: Growth) -> Element:
    """Add one bar that grows from the zero line, with the far corners a little rounded."""
    colour = colour_of(stage, place[0])
    rest = calm(stage, colour)
    radius = min(0.35 * stage.radius, box.width / 3, box.height / 3)

    def paint(canvas: Any, state: State) -> None:
        share = state.progress
        wide, high = (box.width * share, box.height) if grow in ("right", "left") else (box.width, box.height * share)
        x = box.right - wide if grow == "left" else box.x
        y = box.bottom - high if grow == "up" else box.y
        shape = skia.RRect()
        far = {"up": (0, 1), "down": (2, 3), "right": (1, 2), "left": (0, 3)}[grow]
        corners = [skia.Point(radius, radius) if corner in far else skia.Point(0, 0) for corner in range(4)]
        shape.setRectRadii(skia.Rect.MakeXYWH(x, y, wide, high), corners)
        canvas.drawRRect(shape, skia.Paint(Color=argb(mix(rest, colour, state.light)), AntiAlias=True))

    return scene.add(f"bar:{place[0]},{place[1]}", box, paint)
