"""What several kinds have in common: heading, kicker, bars, panels, strokes, and lighting things on their cues."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from vortex.visuals.graph import Element, Scene, State
from vortex.visuals.graphics import skia
from vortex.visuals.layout import Rect
from vortex.visuals.stage import Stage
from vortex.visuals.text import TextBlock
from vortex.visuals.theme import Colour, argb, mix

_GHOST = 0.45
"""Opacity of a box whose turn has not come: the shot's composition stands before its words."""


def add_heading(scene: Scene, stage: Stage, text: str, width: float | None = None) -> Rect:
    """Add the heading at the top left and return the room below it; an empty heading takes no room.

    Args:
        scene: where to.
        stage: gives content and type.
        text: the heading.
        width: room in pixels where that is less than the content.

    Raises:
        DoesNotFit: it is longer than two lines (three in upright shapes) of small type.
    """
    room = stage.content if width is None else stage.content.placed(width, stage.content.height, "start")
    if not text:
        return room
    style = stage.style("heading")
    lines = 2.05 if stage.frame.wide else 3.05
    block = stage.fit(text, style, room.width, lines * style.size * style.line_height, least="small")
    scene.text("heading", block, room.x, room.y).show(0, 0.3)
    return room.below(room.y + block.height + 1.4 * stage.space)


def kicker(stage: Stage, text: str, width: float | None = None) -> TextBlock:
    """Return a small line in the accent colour, such as stands above a title; by default as wide as the content."""
    style = replace(stage.style("small", colour=stage.theme.accent, weight="semibold"), tracking=0.02)
    return stage.fit(text, style, width or stage.content.width, 2.1 * style.size * style.line_height)


def add_bar(scene: Scene, name: str, rect: Rect, colour: Colour) -> Element:
    """Add a filled bar that grows along its longer side with progress."""
    wide = rect.width >= rect.height

    def paint(canvas: Any, state: State) -> None:
        width = rect.width * state.progress if wide else rect.width
        height = rect.height if wide else rect.height * state.progress
        canvas.drawRect(
            skia.Rect.MakeXYWH(rect.x, rect.y, width, height), skia.Paint(Color=argb(colour), AntiAlias=True)
        )

    return scene.add(name, rect, paint)


def light_in_turn(elements: Sequence[Element], frames: Sequence[int]) -> None:
    """Light each element at its frame and let it fall back when the next one, in the order of time, is lit."""
    order = sorted(range(len(elements)), key=lambda index: frames[index])
    for place, index in enumerate(order):
        later = [frames[other] for other in order[place + 1 :] if frames[other] > frames[index]]
        elements[index].animate("light", frames[index], 1.0, 0.0)
        if later:
            elements[index].animate("light", later[0], 0.0, 0.4)


def apply_cues(stage: Stage, elements: Mapping[str, Element]) -> None:
    """Obey the cues that ``light``, ``focus`` or ``hide`` one of ``elements``, which are named by their targets.

    A thing stays lit until another one is lit by a cue, or until its sentence ends.
    """
    ends = {sentence.id: sentence.end for sentence in stage.timing.sentences}
    cues = [(at, cue) for at, cue in stage.timed_cues() if cue.target in elements]
    lights = [at for at, cue in cues if cue.action in ("light", "focus")]
    for at, cue in cues:
        if cue.action == "hide":
            elements[cue.target].hide(at)
        elif cue.action != "show":
            later = min((other for other in lights if other > at), default=stage.timing.num_frames)
            elements[cue.target].light(at, min(later, max(at + 1, ends[cue.sentence])))


def add_panel(
    scene: Scene, stage: Stage, name: str, rect: Rect, fill: Colour | None = None, edge: Colour | None = None
) -> Element:
    """Add a rounded box; at light 1 its fill is the theme's tint and its edge the accent.

    Args:
        scene: where to.
        stage: gives radius, line width and colours.
        name: unique in the scene.
        rect: the box; half of the edge's line lies outside.
        fill: default is the theme's panel colour.
        edge: default is the theme's line colour.
    """
    theme = stage.theme
    rest_fill, rest_edge = fill or theme.panel, edge or theme.line
    box = skia.Rect.MakeXYWH(rect.x, rect.y, rect.width, rect.height)
    radius = min(stage.radius, rect.height / 2)

    def paint(canvas: Any, state: State) -> None:
        inside = skia.Paint(Color=argb(mix(rest_fill, theme.tint, state.light)), AntiAlias=True)
        canvas.drawRoundRect(box, radius, radius, inside)
        line = skia.Paint(Color=argb(mix(rest_edge, theme.accent, state.light)), AntiAlias=True)
        line.setStyle(skia.Paint.kStroke_Style)
        line.setStrokeWidth(stage.stroke * (0.7 + 0.5 * state.light))
        canvas.drawRoundRect(box, radius, radius, line)

    return scene.add(name, rect.outset(stage.stroke), paint)


def ghost(panel: Element, at: int) -> Element:
    """Let an empty box be seen faintly from the first frame, and stand there fully from frame ``at``."""
    return panel.begin("opacity", _GHOST).animate("opacity", at, 1.0, 0.3)


def add_stroke(
    scene: Scene, stage: Stage, name: str, path: Any, colour: Colour, *, width: float = 1.0, head: bool = False
) -> Element:
    """Add a line that is drawn on with progress, and turns to the accent colour with light.

    Args:
        scene: where to.
        stage: gives the line width and the accent.
        name: unique in the scene.
        path: a ``skia.Path`` of one contour.
        colour: at rest.
        width: in ordinary line widths.
        head: whether it ends in an arrowhead.
    """
    thick = width * stage.stroke
    measure = skia.PathMeasure(path, False)
    size = 4.2 * thick if head else 0.0
    bounds = path.computeTightBounds()
    area = Rect(bounds.left(), bounds.top(), bounds.width(), bounds.height()).outset(thick + size)

    def paint(canvas: Any, state: State) -> None:
        shade = argb(mix(colour, stage.theme.accent, state.light))
        line = skia.Paint(Color=shade, AntiAlias=True, StrokeWidth=thick * (1 + 0.5 * state.light))
        line.setStyle(skia.Paint.kStroke_Style)
        line.setStrokeCap(skia.Paint.kRound_Cap)
        reach = measure.getLength() * state.progress
        part = skia.Path()
        measure.getSegment(0, max(0.0, reach - 0.6 * size), part, True)
        canvas.drawPath(part, line)
        if head and reach > size:
            point, direction = measure.getPosTan(reach)
            canvas.drawPath(_head(point, direction, size), skia.Paint(Color=shade, AntiAlias=True))

    return scene.add(name, area, paint)


def _head(point: Any, direction: Any, size: float) -> Any:
    """Return an arrowhead of length ``size`` whose tip is ``point``."""
    back_x, back_y = point.x() - direction.x() * size, point.y() - direction.y() * size
    half = 0.42 * size
    path = skia.Path()
    path.moveTo(point)
    path.lineTo(back_x - direction.y() * half, back_y + direction.x() * half)
    path.lineTo(back_x + direction.y() * half, back_y - direction.x() * half)
    path.close()
    return path
