"""A pie whose slices carry their own names: shares of a whole, clockwise from the top, in the order given."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from vortex.core.errors import EngineError
from vortex.visuals import params
from vortex.visuals.graph import Element, Scene, State
from vortex.visuals.graphics import skia
from vortex.visuals.kinds.chart_parts import calm, colour_of, hide_points, spotlight
from vortex.visuals.kinds.parts import add_stroke
from vortex.visuals.kinds.shrink import demand, exactly, largest, scaled
from vortex.visuals.layered import apart
from vortex.visuals.layout import DoesNotFit, Rect, stack
from vortex.visuals.scale import number_text
from vortex.visuals.stage import Stage
from vortex.visuals.text import Span, TextBlock
from vortex.visuals.theme import argb, mix

_MOST_SLICES = 6


@dataclass(frozen=True, slots=True)
class _Plan:
    """The circle, and where each slice's label stands."""

    circle: Rect
    labels: tuple[TextBlock, ...]
    places: tuple[Rect, ...]


def draw_pie(scene: Scene, stage: Stage, chart: params.Chart, room: Rect, frames: Sequence[int]) -> None:
    """Draw one slice for each value, with its name, value and share beside it.

    Raises:
        EngineError: there is more than one series, a negative value, or nothing to share.
        DoesNotFit: there are more slices than can be told apart, or the names are too long.
    """
    values = chart.series[0].values
    if len(chart.series) > 1 or min(values) < 0 or sum(values) <= 0:
        raise EngineError(f"a pie needs one series of shares, not {len(chart.series)} with {min(values)}; use bars")
    if len(values) > _MOST_SLICES:
        raise DoesNotFit(f"{len(values)} slices cannot be told apart, {_MOST_SLICES} can; use bars")
    edges = [360 * sum(values[:index]) / sum(values) - 90 for index in range(len(values) + 1)]
    if stage.frame.portrait:
        plan = largest(lambda scale: _under(stage, chart, room, scale))
    else:
        plan = largest(lambda scale: _beside(stage, chart, room, edges, scale))
    points: dict[int, list[Element]] = {}
    for index, (label, place) in enumerate(zip(plan.labels, plan.places, strict=True)):
        cued = stage.cue(f"point:{index}")
        at = frames[0] + stage.frames(0.18 * index) if cued is None else cued
        span = (edges[index], edges[index + 1] - edges[index])
        wedge = _add_slice(scene, stage, index, plan.circle, span).draw(at, 0.5, "in_out")
        leader = _add_leader(scene, stage, index, plan.circle, span[0] + span[1] / 2, place)
        leader.draw(at + stage.frames(0.2), 0.3)
        text = scene.text(f"label:{index}", label, place.x, place.y, lit=stage.theme.ink)
        # A line to a label stays as it is; a dot in a list takes part in the light.
        own = [wedge, leader] if stage.frame.portrait else [wedge]
        points[index] = [*own, text.show(at + stage.frames(0.25))]
    spotlight(stage, points)
    hide_points(stage, points)


def _beside(stage: Stage, chart: params.Chart, room: Rect, edges: Sequence[float], scale: float) -> _Plan:
    """Set the labels at ``scale`` and place each beside its slice, at the left or at the right.

    Raises:
        DoesNotFit: they do not fit.
    """
    side = min(0.44 * room.width, 0.94 * room.height)
    circle = room.placed(side, side)
    away = 1.9 * stage.space
    labels = _labels(stage, chart, circle.x - room.x - away, scale)
    middles = [math.radians((one + other) / 2) for one, other in pairwise(edges)]
    gap = 0.5 * stage.space
    places = [room] * len(labels)
    for right in (True, False):
        own = [index for index, angle in enumerate(middles) if (math.cos(angle) >= 0) is right]
        own.sort(key=lambda index: math.sin(middles[index]))
        high = [labels[index].height for index in own]
        demand(sum(high) + gap * (len(own) - 1), room.height, "the names of the slices")
        wanted = [circle.centre[1] + 0.56 * side * math.sin(middles[index]) for index in own]
        found = apart(wanted, high, gap, (room.y, room.bottom))
        for index, y in zip(own, found, strict=True):
            block = labels[index]
            x = circle.right + away if right else circle.x - away - block.width
            places[index] = Rect(x, y - block.height / 2, block.width, block.height)
    return _Plan(circle, labels, tuple(places))


def _under(stage: Stage, chart: params.Chart, room: Rect, scale: float) -> _Plan:
    """Set the labels at ``scale`` in a list under the circle.

    Raises:
        DoesNotFit: they do not fit.
    """
    side = min(0.66 * room.width, 0.48 * room.height)
    circle = room.top_slice(side).placed(side, side)
    labels = _labels(stage, chart, room.width - 1.6 * stage.space, scale)
    below = room.below(circle.bottom + 1.4 * stage.space)
    rows = stack(below, [label.height for label in labels], 0.5 * stage.space, "start")
    left = room.x + (room.width - max(label.width for label in labels) + 1.6 * stage.space) / 2
    places = (Rect(left, row.y, label.width, label.height) for label, row in zip(labels, rows, strict=True))
    return _Plan(circle, labels, tuple(places))


def _labels(stage: Stage, chart: params.Chart, width: float, scale: float) -> tuple[TextBlock, ...]:
    """Set name, value and share of each slice; the name is strong, the rest is not."""
    style = scaled(stage, replace(stage.style("body", colour=stage.theme.muted), line_height=1.25), scale)
    values = chart.series[0].values
    whole = sum(values)
    labels = []
    for name, value in zip(chart.categories, values, strict=True):
        share = f"{100 * value / whole:.0f} %"
        shown = share if abs(whole - 100) < 0.5 or abs(whole - 1) < 0.005 else f"{number_text(value)} ({share})"
        # One space that breaks, so that a number never stands apart from its unit.
        shown = shown.replace(" ", "\u00a0")
        labels.append(exactly((Span(name, weight="semibold"), Span(f" {shown}")), style, width))
    return tuple(labels)


def _add_slice(scene: Scene, stage: Stage, index: int, circle: Rect, span: tuple[float, float]) -> Element:
    """Add one slice that opens clockwise; a line of the background keeps it apart from its neighbours."""
    colour = colour_of(stage, index)
    rest = calm(stage, colour)
    oval = skia.Rect.MakeXYWH(circle.x, circle.y, circle.width, circle.height)
    seam = skia.Paint(Color=argb(stage.theme.background), AntiAlias=True, StrokeWidth=1.6 * stage.stroke)
    seam.setStyle(skia.Paint.kStroke_Style)

    def paint(canvas: Any, state: State) -> None:
        path = skia.Path()
        if span[1] >= 359.9:
            path.addCircle(*circle.centre, circle.width / 2)
        else:
            path.moveTo(*circle.centre)
            path.arcTo(oval, span[0], span[1] * state.progress, False)
            path.close()
        canvas.drawPath(path, skia.Paint(Color=argb(mix(rest, colour, state.light)), AntiAlias=True))
        canvas.drawPath(path, seam)

    return scene.add(f"slice:{index}", circle.outset(2 * stage.stroke), paint)


def _add_leader(scene: Scene, stage: Stage, index: int, circle: Rect, angle: float, place: Rect) -> Element:
    """Add what ties a label to its slice: a line to it, or a dot of its colour where labels form a list."""
    colour = colour_of(stage, index)
    rest = calm(stage, colour)
    if place.y > circle.bottom:
        radius = 0.34 * stage.space
        x, y = place.x - 1.6 * stage.space + radius, place.centre[1]

        def dot(canvas: Any, state: State) -> None:
            canvas.drawCircle(x, y, radius, skia.Paint(Color=argb(mix(rest, colour, state.light)), AntiAlias=True))

        return scene.add(f"leader:{index}", Rect(x, y, 0, 0).outset(radius), dot)
    right = place.x > circle.centre[0]
    turn = math.radians(angle)
    reach = circle.width / 2 + 0.3 * stage.space
    start = (circle.centre[0] + reach * math.cos(turn), circle.centre[1] + reach * math.sin(turn))
    end = (place.x - 0.5 * stage.space if right else place.right + 0.5 * stage.space, place.centre[1])
    bend = (circle.right + 0.5 * stage.space if right else circle.x - 0.5 * stage.space, end[1])
    path = skia.Path()
    path.moveTo(*start)
    path.lineTo(*bend)
    path.lineTo(*end)
    return add_stroke(scene, stage, f"leader:{index}", path, stage.theme.muted, width=0.5)
