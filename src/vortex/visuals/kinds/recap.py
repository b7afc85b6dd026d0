"""What to take along: a rule under the heading, and every point ticked off as it is said again.

It is quieter than ``points``: what was said stays in ink, and only its tick is lit.
"""

from typing import Any

from vortex.visuals import params
from vortex.visuals.graph import Element, Scene, State
from vortex.visuals.graphics import skia
from vortex.visuals.kinds.parts import add_bar, add_heading, apply_cues, light_in_turn
from vortex.visuals.layout import Rect, stack
from vortex.visuals.stage import Stage
from vortex.visuals.theme import argb, mix

_GAP = 0.95
"""Distance between two points in type sizes."""


def build(recap: params.Recap, stage: Stage) -> Scene:
    """Draw heading, rule and empty discs, then each point and its tick on its cue."""
    scene, space = stage.scene(), stage.space
    room = _ruled(scene, stage, recap.heading)
    style = stage.style("lead" if len(recap.items) <= 3 else "body")
    indent = 1.75 * style.size
    width = (0.94 if stage.frame.wide else 1.0) * room.width - indent
    blocks = stage.fill(recap.items, style, (width, room.height), most=1.25, gap=_GAP, least="small")
    places = stack(room, [block.height for block in blocks], _GAP * blocks[0].size)
    frames = stage.reveals([f"item:{index}" for index in range(len(blocks))])
    ticks, items = [], []
    for index, (block, place, at) in enumerate(zip(blocks, places, frames, strict=True)):
        line = Rect(place.x, place.y, indent, block.height / block.lines)
        tick = _add_tick(scene, stage, index, line, 1.1 * block.size)
        ticks.append(tick.begin("progress", 0.0).animate("progress", at, 1.0, 0.5, "in_out"))
        item = scene.text(f"item:{index}", block, place.x + indent, place.y, lit=stage.theme.accent)
        items.append(item.show(at, rise=0.3 * space))
    light_in_turn(ticks, frames)
    for shown in (items, ticks):
        apply_cues(stage, {f"item:{index}": element for index, element in enumerate(shown)})
    return scene


def _ruled(scene: Scene, stage: Stage, heading: str) -> Rect:
    """Add the heading and a rule that closes the chapter, and return the room below."""
    room = add_heading(scene, stage, heading)
    if not heading:
        return room
    top = room.y - 0.6 * stage.space
    hairline = Rect(room.x, top, room.width, 0.6 * stage.stroke)
    add_bar(scene, "hairline", hairline, stage.theme.line).draw(0, 0.8)
    add_bar(
        scene, "rule", Rect(room.x, top - 0.5 * stage.stroke, 4 * stage.space, 1.6 * stage.stroke), stage.theme.accent
    )
    return room.below(top + 1.4 * stage.space)


def _add_tick(scene: Scene, stage: Stage, index: int, line: Rect, size: float) -> Element:
    """Add a disc with a tick that is drawn on; while its point is spoken of it is filled with the accent."""
    theme = stage.theme
    disc = line.placed(size, size, "start")
    path = skia.Path()
    path.moveTo(disc.x + 0.27 * size, disc.y + 0.52 * size)
    path.lineTo(disc.x + 0.44 * size, disc.y + 0.68 * size)
    path.lineTo(disc.x + 0.74 * size, disc.y + 0.34 * size)
    measure = skia.PathMeasure(path, False)

    def paint(canvas: Any, state: State) -> None:
        fill = skia.Paint(Color=argb(mix(theme.tint, theme.accent, state.light)), AntiAlias=True)
        canvas.drawCircle(*disc.centre, size / 2, fill)
        if state.progress == 0:
            return
        line = skia.Paint(Color=argb(mix(theme.accent, theme.background, state.light)), AntiAlias=True)
        line.setStyle(skia.Paint.kStroke_Style)
        line.setStrokeWidth(0.095 * size)
        line.setStrokeCap(skia.Paint.kRound_Cap)
        line.setStrokeJoin(skia.Paint.kRound_Join)
        part = skia.Path()
        measure.getSegment(0, measure.getLength() * state.progress, part, True)
        canvas.drawPath(part, line)

    return scene.add(f"tick:{index}", disc, paint)
