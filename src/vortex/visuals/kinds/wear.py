"""What wears a role, and what is written on it, as both change over the frames of a shot."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from vortex.visuals.graph import Element, Scene, State
from vortex.visuals.graphics import skia
from vortex.visuals.kinds.steps import CHANGE_S
from vortex.visuals.kinds.turns import Line, Turns, at_frame, turns
from vortex.visuals.layout import DoesNotFit, Rect
from vortex.visuals.looks import Look, look, mixed
from vortex.visuals.stage import Stage
from vortex.visuals.states import Role
from vortex.visuals.text import TextBlock, TextStyle
from vortex.visuals.theme import Colour, argb, contrast


def wear(
    scene: Scene, stage: Stage, name: str, area: Rect, looks: Turns[Look], draw: Callable[[Any, Look], None]
) -> Element:
    """Add what wears a role, such as the box of a cell, and change it when its look changes.

    Args:
        scene: where to.
        stage: not changed.
        name: the cue target.
        area: everything that ``draw`` may touch.
        looks: from ``Course.roles`` through ``looks_of``; a kind may make its own.
        draw: draws one look on a Skia canvas; opacity has been seen to.
    """
    all_looks = [each for _, each in looks]

    def paint(canvas: Any, state: State) -> None:
        now = mixed(all_looks, state.progress)
        if now.opacity <= 0:
            return
        if now.opacity < 1:
            canvas.saveLayerAlpha(skia.Rect.MakeXYWH(area.x, area.y, area.width, area.height), round(now.opacity * 255))
        draw(canvas, now)
        if now.opacity < 1:
            canvas.restore()

    element = scene.add(name, area, paint).begin("progress", 0.0)
    for index, (at, _) in enumerate(looks[1:], start=1):
        element.animate("progress", at, float(index), CHANGE_S)
    if len(looks) > 1:
        element.shade = lambda state: mixed(all_looks, state.progress).edge
    return element


def looks_of(stage: Stage, roles: Turns[Role]) -> Turns[Look]:
    """Return how the roles look in the stage's theme."""
    return tuple((at, look(stage.theme, role)) for at, role in roles)


def inscribed(
    stage: Stage, box: Rect, style: TextStyle, over_time: tuple[Turns[str], Turns[Colour], Turns[Look]]
) -> Turns[Line | None]:
    """Return what is written in the middle of ``box``, set in ``style``, for ``turns.say``.

    Args:
        stage: gives the theme.
        box: where it stands.
        style: with the size that fits; see ``type_size``.
        over_time: the texts, their colours, and the looks of what they stand on.
    """
    texts, colours, looks = over_time
    frames = sorted({at for course in over_time for at, _ in course})
    seen = turns(frames, [(at_frame(texts, at), at_frame(colours, at)) for at in frames])
    lines: list[tuple[int, Line | None]] = []
    for index, (at, (text, colour)) in enumerate(seen):
        if not text:
            lines.append((at, None))
            continue
        until = seen[index + 1][0] if index + 1 < len(seen) else stage.timing.num_frames
        fills = [each.fill for start, each in looks if at <= start < until] + [at_frame(looks, at).fill]
        worst = min(fills, key=lambda fill: contrast(colour, fill))
        block = TextBlock(text, replace(style, colour=colour), 1e6)
        inner = box.placed(block.width, block.height)
        lines.append((at, Line(block, inner.x, inner.y, worst)))
    return tuple(lines)


def type_size(texts: Iterable[str], style: TextStyle, room: tuple[float, float], least: float) -> float:
    """Return the largest size in which each of ``texts`` fits on one line in ``room``.

    Args:
        texts: what has to have one size.
        style: its own size is of no account.
        room: width and height in pixels.
        least: the smallest legible size.

    Raises:
        DoesNotFit: one does not fit in that size.
    """
    width, height = room
    size = height / style.line_height
    for text in texts:
        one = TextBlock(text, replace(style, size=100.0), 1e6).width / 100
        size = min(size, width / one)
        if size < least:
            raise DoesNotFit(
                f"{text[:40]!r} needs {one * least:.0f} x {least * style.line_height:.0f} px and has {width:.0f} x "
                f"{height:.0f}; shorten it or show less at once"
            )
    if size < least:
        raise DoesNotFit(f"type of {size:.0f} px is under the legible {least:.0f}; show less at once")
    return size


def draw_box(canvas: Any, stage: Stage, box: Rect, look: Look, radius: float | None = None) -> None:
    """Draw a rounded box that wears ``look``; its edge lies inside."""
    edge = look.weight * stage.stroke
    inner = box.inset(edge / 2)
    area = skia.Rect.MakeXYWH(inner.x, inner.y, inner.width, inner.height)
    round_by = min(stage.radius if radius is None else radius, inner.width / 2, inner.height / 2)
    canvas.drawRoundRect(area, round_by, round_by, skia.Paint(Color=argb(look.fill), AntiAlias=True))
    line = skia.Paint(Color=argb(look.edge), AntiAlias=True, StrokeWidth=edge)
    line.setStyle(skia.Paint.kStroke_Style)
    canvas.drawRoundRect(area, round_by, round_by, line)
