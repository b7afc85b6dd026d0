"""What several kinds have in common: the heading, the kicker, and lighting one thing after the other."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from vortex.visuals.graph import Element, Scene, State
from vortex.visuals.graphics import skia
from vortex.visuals.layout import Rect
from vortex.visuals.stage import Stage
from vortex.visuals.text import TextBlock
from vortex.visuals.theme import Colour, argb

HEADING_RISE = 0.35
"""How far a heading rises while it appears, in units of space."""


def add_heading(scene: Scene, stage: Stage, text: str) -> Rect:
    """Add the heading at the top left and return the room below it; an empty heading takes no room.

    Raises:
        DoesNotFit: it needs more than two lines at three quarters of its size.
    """
    room = stage.content
    if not text:
        return room
    style = stage.style("heading")
    block = stage.fit(text, style, room.width, 2.05 * style.size * style.line_height, least=0.75)
    scene.text("heading", block, room.x, room.y).show(0, 0.3)
    return room.below(room.y + block.height + 1.4 * stage.space)


def kicker(stage: Stage, text: str) -> TextBlock:
    """Return a small line in the accent colour, such as stands above a title."""
    style = replace(stage.style("small", colour=stage.theme.accent, weight="semibold"), tracking=0.02)
    return stage.fit(text, style, stage.content.width, 2.1 * style.size * style.line_height)


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
