"""Discs and the lines between them, as graphs and trees draw them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from vortex.visuals.graph import Scene
from vortex.visuals.graphics import skia
from vortex.visuals.kinds.graph_places import Disc, Way
from vortex.visuals.kinds.steps import Course
from vortex.visuals.kinds.turns import Turns, say
from vortex.visuals.kinds.wear import draw_box, inscribed, looks_of, wear
from vortex.visuals.layout import Rect
from vortex.visuals.looks import Look
from vortex.visuals.stage import Stage
from vortex.visuals.text import TextBlock, TextStyle
from vortex.visuals.theme import Colour, argb, mix

_PLAIN_LINE = 1.15
_HEAD = 5.0
"""Length of an arrowhead, in widths of the line."""


def half_of(label: TextBlock, radius: float) -> float:
    """Return half of the straight part that a disc of ``radius`` needs for its label; 0 where a circle will do."""
    if label.lines > 1:
        return max(0.0, label.width / 2 + 0.3 * label.size - radius)
    over = max(0.0, label.width / 2 - 0.78 * radius)
    # Long labels want some air at both ends, short ones have it in the circle.
    return min(1.8 * over, over + 0.25 * radius)


def add_disc(scene: Scene, stage: Stage, states: Course, disc: Disc, name: str) -> Turns[Look]:
    """Add a node and let it wear its roles; return how it looks over time."""
    box = disc.box
    looks = looks_of(stage, states.roles(name))
    wear(scene, stage, name, box.outset(1), looks, lambda canvas, look: draw_box(canvas, stage, box, look, disc.corner))
    return looks


def add_edge(scene: Scene, stage: Stage, states: Course, way: Way, name: str, directed: bool) -> None:
    """Add an edge; what an algorithm did with it is seen by colour and width."""
    plain = mix(stage.theme.line, stage.theme.muted, 0.45)
    looks = tuple(
        (at, replace(each, weight=max(each.weight, 1.2)) if each.front else replace(each, edge=plain, weight=1.0))
        for at, each in looks_of(stage, states.roles(name))
    )
    heaviest = max(each.weight for _, each in looks) * _PLAIN_LINE * stage.stroke
    xs, ys = [x for x, _ in way.points], [y for _, y in way.points]
    area = Rect(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)).outset((_HEAD if directed else 1) * heaviest)
    path = skia.Path()
    path.moveTo(*way.points[0])
    for point in way.points[1:]:
        path.lineTo(*point)
    wear(scene, stage, name, area, looks, _pen(stage, path, directed))


def _pen(stage: Stage, path: Any, directed: bool) -> Callable[[Any, Look], None]:
    """Return what draws an edge in a look."""
    measure = skia.PathMeasure(path, False)
    length = measure.getLength()

    def draw(canvas: Any, look: Look) -> None:
        thick = look.weight * _PLAIN_LINE * stage.stroke
        size = min(_HEAD * thick**0.6 * stage.stroke**0.4, 0.5 * length) if directed else 0.0
        ink = skia.Paint(Color=argb(look.edge), AntiAlias=True, StrokeWidth=thick)
        ink.setStyle(skia.Paint.kStroke_Style)
        ink.setStrokeCap(skia.Paint.kButt_Cap if directed else skia.Paint.kRound_Cap)
        part = skia.Path()
        measure.getSegment(0, length - 0.8 * size, part, True)
        canvas.drawPath(part, ink)
        if directed:
            point, direction = measure.getPosTan(length)
            canvas.drawPath(_head(point, direction, size), skia.Paint(Color=argb(look.edge), AntiAlias=True))

    return draw


def _head(tip: Any, direction: Any, size: float) -> Any:
    back = tip.x() - direction.x() * size, tip.y() - direction.y() * size
    across = -0.4 * size * direction.y(), 0.4 * size * direction.x()
    path = skia.Path()
    path.moveTo(tip)
    path.lineTo(back[0] + across[0], back[1] + across[1])
    path.lineTo(back[0] - across[0], back[1] - across[1])
    path.close()
    return path


def size_over_time(states: Course, target: str, first: str, style: TextStyle) -> tuple[float, float]:
    """Return the room that all texts of one place need in turn; nothing for none."""
    blocks = [TextBlock(text, style, 1e6) for _, text in states.texts(target, first) if text]
    return max((block.width for block in blocks), default=0.0), max((block.height for block in blocks), default=0.0)


def add_edge_label(
    scene: Scene, stage: Stage, states: Course, edge: tuple[str, str], style: TextStyle, box: Rect
) -> None:
    """Add an edge's label on a patch of the background that interrupts the edge.

    Args:
        scene: where to.
        stage: gives the theme.
        states: the label over time.
        edge: name of the edge, and its first label.
        style: of the label.
        box: its place; see ``size_over_time``.
    """
    theme, (name, first) = stage.theme, edge
    patch = box.inset(-0.2 * style.size, 0.06 * style.size)
    area = skia.Rect.MakeXYWH(patch.x, patch.y, patch.width, patch.height)
    fill = skia.Paint(Color=argb(theme.background), AntiAlias=True)
    texts = states.texts(name, first)
    there = scene.add(f"{name}/patch", patch, lambda canvas, _: canvas.drawRoundRect(area, 4, 4, fill))
    there.begin("opacity", float(bool(texts[0][1])))
    for at, text in texts[1:]:
        there.animate("opacity", at, float(bool(text)), 0.2)
    inks = tuple((at, theme.ink if role != "plain" else theme.muted) for at, role in states.roles(name))
    write(scene, stage, f"{name}/text", box, style, (texts, inks))


def write(
    scene: Scene, stage: Stage, name: str, box: Rect, style: TextStyle, over: tuple[Turns[str], Turns[Colour]]
) -> None:
    """Write texts in turn on the background."""
    ground: Turns[Look] = ((0, Look(stage.theme.background, stage.theme.background)),)
    say(scene, stage, name, inscribed(stage, box, style, (*over, ground)))
