"""A camera over a picture of the document: where the picture stands at each stop, and how it travels between them.

A stop is the rectangle of the whole picture in the frame, which may reach beyond it, and the window through which it
is seen. The way is counted in progress: at 2.5 the camera is half-way from the third stop to the fourth.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from vortex.visuals.graphics import skia
from vortex.visuals.layout import Rect
from vortex.visuals.params import Fraction4
from vortex.visuals.theme import Colour, Theme, argb, mix

_SHARP = skia.SamplingOptions(skia.CubicResampler.CatmullRom())
_MULTIPLY = skia.BlendMode.kModulate
_EXACT = skia.SamplingOptions(skia.FilterMode.kLinear)
_SMALL = skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear)
_MOVING = skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kNearest)
"""One mipmap instead of two between which nobody can tell while the picture travels, for half the time."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A place where the camera rests."""

    picture: Rect
    """Where the whole picture stands."""
    window: Rect
    """What is seen of it."""


def between(stops: Sequence[Stop], progress: float) -> Stop:
    """Return the view at ``progress``, 0 to the number of stops less 1."""
    index = min(int(progress), len(stops) - 1)
    share = progress - index
    if share <= 0 or index + 1 == len(stops):
        return stops[index]
    here, there = stops[index], stops[index + 1]
    return Stop(_zoomed(here.picture, there.picture, share), _mixed(here.window, there.window, share))


def part_of(picture: Rect, part: Fraction4) -> Rect:
    """Return where a part of a picture, given in fractions, stands in the frame."""
    left, top, right, bottom = part
    return Rect(
        picture.x + left * picture.width,
        picture.y + top * picture.height,
        (right - left) * picture.width,
        (bottom - top) * picture.height,
    )


def looking_at(part: Fraction4, size: tuple[float, float], centre: tuple[float, float]) -> Rect:
    """Return where a picture of ``size`` pixels stands when the middle of ``part`` is at ``centre``."""
    width, height = size
    left, top, right, bottom = part
    return Rect(centre[0] - width * (left + right) / 2, centre[1] - height * (top + bottom) / 2, width, height)


def sheet_colour(theme: Theme) -> Colour:
    """Return the white of a page or picture from the document: a little calmer in a dark theme."""
    return mix("#ffffff", theme.background, 0.08)


class Picture:
    """A picture that is resampled once for every size at which the camera rests, and cheaply while it travels."""

    def __init__(self, image: Any, stops: Sequence[Stop], theme: Theme) -> None:
        sizes = sorted({(round(stop.picture.width), round(stop.picture.height)) for stop in stops})
        self._levels = [_resampled(image, size, theme) for size in sizes]

    def draw(self, canvas: Any, place: Rect, opacity: float = 1.0) -> None:
        """Draw the picture into ``place``."""
        paint = skia.Paint(AntiAlias=True, Alphaf=opacity)
        for level in self._levels:
            if abs(level.width() - place.width) < 0.5:
                canvas.drawImage(level, place.x, place.y, _EXACT, paint)
                return
        canvas.drawImageRect(self._levels[-1], skia_rect(place), _MOVING, paint)


def snapped(rect: Rect) -> Rect:
    """Return the rectangle on whole pixels, where a resampled picture is drawn as sharp as it is."""
    return Rect(round(rect.x), round(rect.y), round(rect.width), round(rect.height))


def draw_shadow(canvas: Any, place: Rect, blur: float, theme: Theme, radius: float = 0.0) -> None:
    """Draw the soft shadow of a sheet that lies on the background."""
    strength = 0.16 if theme.on("#ffffff") == theme.ink else 0.5
    soft = skia.Paint(Color=argb("#000000", strength), AntiAlias=True)
    soft.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, blur))
    canvas.drawRoundRect(skia_rect(place.moved(0, 0.5 * blur)), radius, radius, soft)


def skia_rect(rect: Rect) -> Any:
    """Return the rectangle as Skia's."""
    return skia.Rect.MakeXYWH(rect.x, rect.y, rect.width, rect.height)


def _resampled(image: Any, size: tuple[int, int], theme: Theme) -> Any:
    """Return the image in that size, its white toned to the theme's sheets."""
    surface = skia.Surface(*size)
    canvas = surface.getCanvas()
    tone = skia.Paint(AntiAlias=True, ColorFilter=skia.ColorFilters.Blend(argb(sheet_colour(theme)), _MULTIPLY))
    canvas.drawImageRect(image, skia.Rect.MakeWH(*size), _SHARP if size[0] >= image.width() else _SMALL, tone)
    return surface.makeImageSnapshot().withDefaultMipmaps()


def _mixed(here: Rect, there: Rect, share: float) -> Rect:
    pairs = zip((here.x, here.y, here.width, here.height), (there.x, there.y, there.width, there.height), strict=True)
    return Rect(*(a + (b - a) * share for a, b in pairs))


def _zoomed(here: Rect, there: Rect, share: float) -> Rect:
    """Return the rectangle on the way: its size grows by equal factors in equal times, about one fixed point."""
    growth = math.log(there.width / here.width)
    if abs(growth) < 1e-3:
        return _mixed(here, there, share)
    way = math.expm1(growth * share) / math.expm1(growth)
    return _mixed(here, there, way)
