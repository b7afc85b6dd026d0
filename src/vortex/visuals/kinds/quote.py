"""The source's own words, set large, with a quotation mark in the accent colour and where they stand."""

from dataclasses import replace
from typing import Any

from vortex.visuals import params
from vortex.visuals.graph import Element, Scene, State
from vortex.visuals.graphics import skia
from vortex.visuals.layout import Rect, stack
from vortex.visuals.stage import Stage
from vortex.visuals.theme import argb

_QUOTES = "“”„\"«»'‘’"


def build(quote: params.Quote, stage: Stage) -> Scene:
    """Draw the mark at once, the words on their cue, the attribution after them."""
    scene, theme, space = stage.scene(), stage.theme, stage.space
    room, mark = _rooms(stage)
    source = stage.style("small", colour=theme.muted)
    below = stage.fit(f"— {quote.attribution}", source, room.width, 0.2 * room.height) if quote.attribution else None
    style = replace(stage.style("lead"), size=1.12 * stage.frame.size("lead"), line_height=1.42)
    used = below.height + 1.2 * space if below else 0.0
    words = stage.fit(quote.text.strip(_QUOTES), style, room.width, room.height - used, least="small")
    inner, last = stack(room, [words.height, below.height if below else 0.0], 1.2 * space)

    at = stage.cue("text")
    at = stage.frames(0.25) if at is None else at
    above = 0.3 * words.size if stage.frame.wide else -mark.height - 0.8 * space
    _add_mark(scene, stage, mark.moved(0, inner.y + above)).show(0, 0.3)
    scene.text("text", words, inner.x, inner.y).show(at, 0.6, rise=0.4 * space)
    if below:
        scene.text("attribution", below, last.x, last.y).show(at + stage.frames(0.5), 0.5)
    return scene


def _rooms(stage: Stage) -> tuple[Rect, Rect]:
    """Return the room of the words and the mark's rectangle, still at the top: beside the words, or above them."""
    room = stage.content
    size = 0.9 * stage.frame.size("lead")
    mark = Rect(room.x, 0, 1.25 * size, size)
    if stage.frame.wide:
        left = mark.width + 1.4 * stage.space
        return Rect(room.x + left, room.y, 0.95 * room.width - left, room.height), mark
    return room.below(room.y + mark.height + stage.space), mark


def _add_mark(scene: Scene, stage: Stage, box: Rect) -> Element:
    """Add the quotation mark: two drops, drawn, because no font's mark is as quiet as it should be at this size."""
    drop = 0.42 * box.width

    def paint(canvas: Any, _: State) -> None:
        paint = skia.Paint(Color=argb(stage.theme.accent), AntiAlias=True)
        for left in (box.x, box.right - drop):
            path = skia.Path()
            path.addCircle(left + drop / 2, box.bottom - drop / 2, drop / 2)
            path.moveTo(left, box.bottom - drop / 2)
            path.cubicTo(left, box.y + 0.3 * box.height, left + 0.3 * drop, box.y, left + 0.85 * drop, box.y)
            path.lineTo(left + 0.95 * drop, box.y + 0.14 * box.height)
            path.cubicTo(
                left + 0.6 * drop,
                box.y + 0.2 * box.height,
                left + 0.5 * drop,
                box.y + 0.4 * box.height,
                left + drop / 2,
                box.bottom - drop,
            )
            path.close()
            canvas.drawPath(path, paint)

    return scene.add("mark", box, paint)
