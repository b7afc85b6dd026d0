"""Short points that appear one by one on their words; the one that is spoken of stands in ink, the others step back."""

from typing import Any

from vortex.visuals import params
from vortex.visuals.graph import Element, Scene, State
from vortex.visuals.graphics import skia
from vortex.visuals.kinds.parts import add_bar, add_heading, apply_cues, light_in_turn
from vortex.visuals.layout import Rect, stack
from vortex.visuals.stage import Stage
from vortex.visuals.theme import argb, mix

_GAP = 0.9
"""Distance between two points in type sizes."""


def build(points: params.Points, stage: Stage) -> Scene:
    """Draw the heading and, under it, each point on its cue."""
    scene = stage.scene()
    if len(points.items) == 1 and not points.heading:
        return _statement(scene, stage, points.items[0])
    room = add_heading(scene, stage, points.heading)
    indent = 1.5 * stage.space
    style = stage.style("lead" if len(points.items) <= 4 else "body", colour=stage.theme.muted)
    width = room.width - indent - (0 if stage.frame.portrait else 2 * stage.space)
    blocks = stage.fill(points.items, style, (width, room.height), most=1.3, gap=_GAP, least="small")
    places = stack(room, [block.height for block in blocks], _GAP * blocks[0].size)
    frames = stage.reveals([f"item:{index}" for index in range(len(blocks))])
    items = []
    for index, (block, place, at) in enumerate(zip(blocks, places, frames, strict=True)):
        first_line = block.height / block.lines
        _add_dot(scene, stage, index, Rect(place.x, place.y, indent, first_line))
        item = scene.text(f"item:{index}", block, place.x + indent, place.y, lit=stage.theme.ink)
        items.append(item.show(at, rise=0.4 * stage.space))
    dots = [element for element in scene.elements if element.name.startswith("dot:")]
    light_in_turn(items, frames)
    light_in_turn(dots, frames)
    apply_cues(stage, {element.name: element for element in items})
    return scene


def _statement(scene: Scene, stage: Stage, text: str) -> Scene:
    """Draw a single point, which is no list: large, held by a rule at the left as a definition is."""
    room, bar = stage.content, 1.8 * stage.stroke
    left = bar + 1.5 * stage.space
    style = stage.style("lead")
    (block,) = stage.fill([text], style, (0.94 * room.width - left, room.height), most=1.7, least="small")
    place = room.placed(block.width, block.height, "start")
    side = Rect(place.x, place.y + 0.1 * block.size, bar, place.height - 0.2 * block.size)
    add_bar(scene, "rule", side, stage.theme.accent)
    (at,) = stage.reveals(["item:0"])
    item = scene.text("item:0", block, place.x + left, place.y, lit=stage.theme.accent)
    apply_cues(stage, {"item:0": item.show(at, rise=0.4 * stage.space)})
    return scene


def _add_dot(scene: Scene, stage: Stage, index: int, cell: Rect) -> Element:
    """Add the dot before a point: accent while the point is lit, else a hairline grey."""
    radius = 0.26 * stage.space
    x, y = cell.x + radius, cell.centre[1]

    def paint(canvas: Any, state: State) -> None:
        colour = mix(stage.theme.line, stage.theme.accent, state.light)
        canvas.drawCircle(x, y, radius, skia.Paint(Color=argb(colour), AntiAlias=True))

    return scene.add(f"dot:{index}", Rect(x - radius, y - radius, 2 * radius, 2 * radius), paint)
