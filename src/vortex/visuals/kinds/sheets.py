"""Pages of the document as sheets of paper: how a card shows what it speaks of, and where it came from."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from vortex.visuals.graph import Element, Scene, State
from vortex.visuals.graphics import skia
from vortex.visuals.kinds.camera import Picture, Stop, draw_shadow, skia_rect, snapped
from vortex.visuals.layout import Rect
from vortex.visuals.stage import Stage
from vortex.visuals.text import TextBlock, TextStyle
from vortex.visuals.theme import argb, mix

_WIDEST, _HIGHEST = 0.4, 0.56
"""Share of the content that a sheet may take: of its width beside the words, of its height under them."""
_STEP = 0.24
"""How much of a sheet looks out from under the one before it, in its widths."""

SIGN_ASPECT = 0.77
"""The field of a sign has about the shape of a page, so that cards with and without pages are of one family."""
_WIDE_SIGN = 1.3
"""In upright frames it is as wide as the words above it."""


def words_and_sheet(stage: Stage, aspect: float) -> tuple[Rect, Rect]:
    """Return the room of the words and the place of a sheet of ``aspect`` (width over height).

    The sheet stands at the right margin, as high as the content; under the words where the frame is upright.
    """
    room = stage.content
    if stage.frame.portrait:
        low = room.below(room.bottom - _HIGHEST * room.height)
        sheet = low.aspect_fit(aspect, "start")
        return Rect(room.x, room.y, room.width, room.height - low.height - 2 * stage.space), snapped(sheet)
    half = room.placed(_WIDEST * room.width, room.height, "end")
    sheet = half.aspect_fit(aspect, "end")
    return Rect(room.x, room.y, sheet.x - room.x - 2.5 * stage.space, room.height), snapped(sheet)


def aspect_of(image: Any) -> float:
    """Return width over height of a picture."""
    return float(image.width() / image.height())


def add_sheet(scene: Scene, stage: Stage, name: str, image: Any, place: Rect, height: float = 0.5) -> Element:
    """Add a page of the document, lying on the ground with a shadow as soft as ``height`` in units of space."""
    picture = Picture(image, [Stop(place, place)], stage.theme)
    blur = height * stage.space
    edge = skia.Paint(Color=argb(stage.theme.line), AntiAlias=True, StrokeWidth=max(1.0, 0.3 * stage.stroke))
    edge.setStyle(skia.Paint.kStroke_Style)

    def paint(canvas: Any, _: State) -> None:
        draw_shadow(canvas, place, blur, stage.theme)
        picture.draw(canvas, place)
        canvas.drawRect(skia_rect(place), edge)

    return scene.add(name, place.outset(2.5 * blur), paint, role="figure", covers=lambda _: place)


def add_fan(scene: Scene, stage: Stage, name: str, images: Sequence[Any], room: Rect) -> Rect:
    """Add sheets that overlap, the first on top at the left, and return what they cover at the right of ``room``.

    Args:
        scene: where to.
        stage: gives theme and measures.
        name: the sheets are called ``name/0``, ``name/1`` and so on.
        images: at least one.
        room: they are as high as it is, or lower where they would be wider.
    """
    aspect = aspect_of(images[0])
    breadth = 1 + _STEP * (len(images) - 1)
    whole = room.aspect_fit(aspect * breadth, "start" if stage.frame.portrait else "end")
    width = whole.width / breadth
    for index in reversed(range(len(images))):
        sheet = Rect(whole.x + index * _STEP * width, whole.y, width, whole.height)
        add_sheet(scene, stage, f"{name}/{index}", images[index], snapped(sheet), 0.25)
    return whole


def sign_aspect(stage: Stage) -> float:
    """Return width over height of the field of a sign."""
    return _WIDE_SIGN if stage.frame.portrait else SIGN_ASPECT


def add_sign(scene: Scene, stage: Stage, name: str, sign: str, place: Rect) -> Element:
    """Add a field in the theme's tint with a letter or number in it, a shade stronger; the words say the same."""
    theme = stage.theme
    style = TextStyle(1.3 * place.height, mix(theme.tint, theme.accent, 0.3), "bold", "display", line_height=1.0)
    widest = 1.02 * place.width
    block = TextBlock(sign, style, 4 * place.width)
    if block.width > widest:
        block = TextBlock(sign, replace(style, size=style.size * widest / block.width), 4 * place.width)
    # The foot of the sign is cut off by the field's edge: it is a mark on the card, not a word on it.
    x, y = place.x + 0.07 * place.width, place.bottom - 0.80 * block.size
    radius = min(stage.radius, 0.08 * place.width)
    box = skia.RRect.MakeRectXY(skia_rect(place), radius, radius)

    def paint(canvas: Any, _: State) -> None:
        canvas.clipRRect(box, True)
        canvas.drawColor(argb(theme.tint))
        block.paint(canvas, x, y)

    return scene.add(name, place, paint)
