"""Drawn characters in many poses, before many backgrounds; some share their colours, some their shape."""

import itertools
from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from vortex.engines.sight.cutout import Cutout, cut_out

SIDE = 256
_BIG = 2
"""Drawn so many times larger and made smaller, for smooth edges."""


@dataclass(frozen=True)
class Look:
    body: str
    skin: str
    cloth: str
    extra: str
    head: str
    """round, square, tall or wide"""
    wears: str
    """ears, hat, antenna, horns, hair or crown"""
    pattern: str
    """plain, stripes, dots or belt"""


CAST = {
    "mila": Look("slim", "#f2c49b", "#c23b3b", "#3a2a20", "round", "hair", "plain"),
    "bruno": Look("wide", "#a9744f", "#3b62c2", "#2a2a2a", "square", "hat", "belt"),
    "zip": Look("slim", "#8fd17a", "#f0e04a", "#2d6b3a", "tall", "antenna", "stripes"),
    "queenie": Look("wide", "#f6d9c2", "#7d3ac1", "#f2c230", "round", "crown", "dots"),
    "rex": Look("wide", "#5aa5a0", "#e0862f", "#30504e", "wide", "horns", "stripes"),
    "mimi": Look("slim", "#efefef", "#f29cc0", "#6a6a6a", "round", "ears", "dots"),
    "tilo": Look("wide", "#f2c49b", "#c23b3b", "#3a2a20", "square", "hat", "dots"),
    "nox": Look("slim", "#4a4a58", "#22242e", "#d94f4f", "tall", "horns", "belt"),
}
"""Mila and Tilo have the same colours; Mimi and Mila nearly the same shape."""


def draw_character(name: str, pose: int, *, alpha: bool = False) -> np.ndarray:
    """Return a picture of 256 x 256 pixels, RGB, or with ``alpha`` RGBA without background; always the same."""
    dice = np.random.default_rng([list(CAST).index(name), pose])
    sheet, _ = _posed(CAST[name], dice)
    if alpha:
        return np.asarray(sheet)
    picture = _background(dice).convert("RGBA")
    picture.alpha_composite(sheet)
    light = ImageEnhance.Brightness(picture.convert("RGB")).enhance(float(dice.uniform(0.85, 1.15)))
    return np.asarray(light)


@cache
def clear_cutouts(name: str, count: int) -> tuple[Cutout, ...]:
    """Return the first ``count`` poses of a character that are told from their backgrounds, cut out."""
    cutouts = (cut_out(draw_character(name, pose)) for pose in itertools.count())
    return tuple(itertools.islice((each for each in cutouts if each.way == "background"), count))


def draw_hard(name: str, pose: int) -> tuple[np.ndarray, tuple[int, int, int, int]]:
    """Return a picture in a busy scene under coloured light, the legs often hidden, and a careless box around it."""
    dice = np.random.default_rng([7, list(CAST).index(name), pose])
    sheet, (left, top, right, bottom) = _posed(CAST[name], dice)
    picture = _background(dice, "scene").convert("RGBA")
    picture.alpha_composite(sheet)
    hidden = bottom - int((bottom - top) * dice.uniform(0, 0.45))
    ImageDraw.Draw(picture).rectangle((0, hidden, SIDE, SIDE), tuple(map(int, dice.integers(30, 220, 3))))
    lit = np.asarray(picture.convert("RGB")) * dice.uniform(0.72, 1.25, 3)
    edges = np.array([left, top, right, hidden]) + dice.integers(-8, 9, 4)
    box = tuple(int(each) for each in np.clip(edges, 0, SIDE))
    return np.clip(lit, 0, 255).astype(np.uint8), box  # type: ignore[return-value]


def _posed(look: Look, dice: np.random.Generator) -> tuple[Image.Image, tuple[int, int, int, int]]:
    """Return a figure somewhere on a clear sheet, and where."""
    figure = _figure(look, dice)
    if dice.random() < 0.5:
        figure = figure.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    figure = figure.rotate(float(dice.uniform(-12, 12)), Image.Resampling.BICUBIC)
    scale = float(dice.uniform(0.6, 1.0))
    figure = figure.resize((round(SIDE * scale),) * 2, Image.Resampling.LANCZOS)
    room = SIDE - figure.width
    place = (int(dice.integers(0, room + 1)), int(dice.integers(0, room + 1 + SIDE // 12)))
    sheet = Image.new("RGBA", (SIDE, SIDE))
    sheet.alpha_composite(figure, place)
    box = sheet.getbbox()
    assert box is not None
    return sheet, box


def _figure(look: Look, dice: np.random.Generator) -> Image.Image:
    sheet = Image.new("RGBA", (SIDE * _BIG,) * 2)
    pen = ImageDraw.Draw(sheet)
    wide = 34 if look.body == "wide" else 22
    for side in (-1, 1):
        swing = float(dice.uniform(-0.9, 1.3))
        _limb(pen, (128 + side * wide, 138), side * np.cos(swing), np.sin(swing), 46, look.cloth, look.skin)
        step = float(dice.uniform(0.0, 0.6))
        _limb(pen, (128 + side * wide * 0.5, 190), side * np.sin(step), np.cos(step), 44, look.extra, look.extra)
    _box(pen, (128 - wide, 122, 128 + wide, 198), look.cloth, 14)
    _pattern(pen, look, wide)
    _head(pen, look)
    return sheet.resize((SIDE, SIDE), Image.Resampling.LANCZOS)


def _head(pen: ImageDraw.ImageDraw, look: Look) -> None:
    half_w, half_h = {"round": (34, 34), "square": (34, 32), "tall": (26, 40), "wide": (44, 28)}[look.head]
    centre = 86
    box = (128 - half_w, centre - half_h, 128 + half_w, centre + half_h)
    top = centre - half_h
    if look.wears == "ears":
        for side in (-1, 1):
            _oval(pen, (128 + side * 20 - 9, top - 34, 128 + side * 20 + 9, top + 14), look.skin)
    if look.wears == "horns":
        for side in (-1, 1):
            _shape(
                pen, [(128 + side * 12, top + 8), (128 + side * 34, top - 26), (128 + side * 30, top + 12)], look.extra
            )
    if look.wears == "hair":
        _oval(pen, (box[0] - 8, box[1] - 8, box[2] + 8, box[3] + 18), look.extra)
    _box(pen, box, look.skin, 8) if look.head == "square" else _oval(pen, box, look.skin)
    if look.wears == "hat":
        _box(pen, (128 - half_w - 10, top + 2, 128 + half_w + 10, top + 12), look.extra, 2)
        _box(pen, (128 - half_w + 6, top - 26, 128 + half_w - 6, top + 6), look.extra, 4)
    if look.wears == "antenna":
        pen.line([_big((128, top)), _big((128, top - 26))], look.extra, 5 * _BIG)
        _oval(pen, (120, top - 38, 136, top - 22), look.cloth)
    if look.wears == "crown":
        points = [(98, top + 10), (98, top - 18), (113, top - 4), (128, top - 22), (143, top - 4), (158, top - 18)]
        _shape(pen, [*points, (158, top + 10)], look.extra)
    for side in (-1, 1):
        _oval(pen, (128 + side * 13 - 6, centre - 10, 128 + side * 13 + 6, centre + 4), "white")
        _oval(pen, (128 + side * 13 - 3, centre - 6, 128 + side * 13 + 3, centre + 2), "#101010")


def _pattern(pen: ImageDraw.ImageDraw, look: Look, wide: int) -> None:
    if look.pattern == "stripes":
        for top in range(130, 192, 18):
            _box(pen, (128 - wide, top, 128 + wide, top + 8), look.extra, 1)
    if look.pattern == "dots":
        for row, top in enumerate(range(132, 190, 18)):
            for left in range(128 - wide + 6 + 7 * (row % 2), 128 + wide - 8, 16):
                _oval(pen, (left, top, left + 8, top + 8), look.extra)
    if look.pattern == "belt":
        _box(pen, (128 - wide, 160, 128 + wide, 172), look.extra, 1)


def _limb(
    pen: ImageDraw.ImageDraw, start: tuple[float, float], x: float, y: float, length: float, color: str, end: str
) -> None:
    tip = (start[0] + x * length, start[1] + y * length)
    pen.line([_big(start), _big(tip)], color, 16 * _BIG)
    _oval(pen, (start[0] - 8, start[1] - 8, start[0] + 8, start[1] + 8), color)
    _oval(pen, (tip[0] - 9, tip[1] - 9, tip[0] + 9, tip[1] + 9), end)


def _background(dice: np.random.Generator, kind: str = "") -> Image.Image:
    one, other = dice.integers(60, 250, 3), dice.integers(60, 250, 3)
    kind = kind or str(dice.choice(["plain", "gradient", "scene"], p=[0.4, 0.35, 0.25]))
    down = np.linspace(0, 1, SIDE)[:, None, None]
    sheet = np.broadcast_to(one + (other - one) * down * (kind != "plain"), (SIDE, SIDE, 3)).astype(np.uint8)
    picture = Image.fromarray(sheet)
    if kind == "scene":
        pen = ImageDraw.Draw(picture)
        for _ in range(14):
            left, top, size = (int(dice.integers(*bounds)) for bounds in ((-30, 250), (-30, 250), (20, 90)))
            pen.rectangle((left, top, left + size, top + size), tuple(map(int, dice.integers(40, 255, 3))))
        picture = picture.filter(ImageFilter.GaussianBlur(2))
    return picture


def _big(point: tuple[float, float]) -> tuple[float, float]:
    return (float(point[0]) * _BIG, float(point[1]) * _BIG)


def _oval(pen: ImageDraw.ImageDraw, box: tuple[float, ...], color: str) -> None:
    pen.ellipse([float(each) * _BIG for each in box], color)


def _box(pen: ImageDraw.ImageDraw, box: tuple[float, ...], color: str, corner: float) -> None:
    pen.rounded_rectangle([float(each) * _BIG for each in box], corner * _BIG, color)


def _shape(pen: ImageDraw.ImageDraw, points: list[tuple[float, float]], color: str) -> None:
    pen.polygon([_big(point) for point in points], color)
