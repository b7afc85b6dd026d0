"""The row of words under a picture: its name in a pill and a caption beside it, or below where the frame is narrow."""

from dataclasses import dataclass
from typing import Any

from vortex.visuals.graph import Scene, State
from vortex.visuals.graphics import skia
from vortex.visuals.kinds.camera import skia_rect
from vortex.visuals.layout import Rect
from vortex.visuals.stage import Stage
from vortex.visuals.text import Align, TextBlock
from vortex.visuals.theme import argb


@dataclass(frozen=True, slots=True)
class Words:
    """Name and caption, set; ``None`` where there is none."""

    name: TextBlock | None
    caption: TextBlock | None

    def height(self, stage: Stage) -> float:
        """Return the height of both, beside or under each other, in pixels."""
        heights = [_pill(stage, self.name)[1] if self.name else 0.0, self.caption.height if self.caption else 0.0]
        if stage.frame.wide or not all(heights):
            return max(heights)
        return sum(heights) + 0.5 * stage.space

    def add(self, scene: Scene, stage: Stage, room: Rect, at: int) -> None:
        """Add the name in a pill and the caption beside it, or under it where the frame is narrow."""
        theme, space = stage.theme, stage.space
        name, caption = self.name, self.caption
        wide = stage.frame.wide
        pill = Rect(0, 0, *_pill(stage, name)) if name else Rect(0, 0, 0, 0)
        gap = 0.8 * space if name and caption else 0.0
        beside = pill.width + gap + (caption.width if caption else 0.0)
        pill = pill.moved(room.centre[0] - (beside if wide else pill.width) / 2, room.y)
        if name:
            first = caption.height / caption.lines if caption and wide else pill.height
            pill = pill.moved(0, 0 if not caption or not wide else max(0.0, (first - pill.height) / 2))

            def paint(canvas: Any, _: State) -> None:
                fill = skia.Paint(Color=argb(theme.tint), AntiAlias=True)
                canvas.drawRoundRect(skia_rect(pill), pill.height / 2, pill.height / 2, fill)

            scene.add("pill", pill, paint).show(at, 0.4)
            inner = pill.placed(name.width, name.height)
            scene.text("name", name, inner.x, inner.y, background=theme.tint).show(at, 0.4)
        if caption:
            x = pill.right + gap if wide else room.placed(caption.width, 0).x
            below = pill.bottom + 0.5 * space if name and not wide else room.y
            line = caption.height / caption.lines
            top = room.y + max(0.0, (pill.height - line) / 2) if wide and name else below
            scene.text("caption", caption, x, top).show(at, 0.4)


def set_words(stage: Stage, name_text: str, caption_text: str, as_title: bool = False) -> Words:
    """Set a name and a caption, quiet or as a title; "" for none."""
    theme, room = stage.theme, stage.content
    name = None
    if name_text:
        bold = stage.style("small", colour=theme.ink, weight="semibold")
        name = stage.fit(name_text, bold, 0.6 * room.width, 2.1 * bold.size * bold.line_height)
    caption = None
    if caption_text:
        align: Align = "left" if stage.frame.wide else "centre"
        quiet = stage.style("small", colour=theme.muted, align=align)
        style = stage.style("lead", weight="semibold", align=align) if as_title else quiet
        used = name.width + 3 * stage.space if name and stage.frame.wide else 0.0
        lines = 2.05 if stage.frame.wide else 3.05
        caption = stage.fit(caption_text, style, room.width - used, lines * style.size * style.line_height)
    return Words(name, caption)


def _pill(stage: Stage, name: TextBlock) -> tuple[float, float]:
    """Return width and height of the pill around the name."""
    return name.width + 1.3 * stage.space, name.height + 0.5 * stage.space
