"""Plain pictures with plain descriptions: what every model that joins texts with pictures has to tell apart."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from vortex.engines.sight.base import Frames
from vortex.engines.sight.calibration import SelfCheck, separation
from vortex.engines.sight.towers import TwoTowers

SIDE = 224
Pen = ImageDraw.ImageDraw


def _square(pen: Pen, color: str) -> None:
    pen.rectangle((42, 42, 182, 182), color)


def _circle(pen: Pen, color: str) -> None:
    pen.ellipse((32, 32, 192, 192), color)


def _triangle(pen: Pen, color: str) -> None:
    pen.polygon([(112, 30), (196, 190), (28, 190)], color)


def _star(pen: Pen, color: str) -> None:
    turns = np.pi * np.arange(10) / 5 - np.pi / 2
    reach = np.where(np.arange(10) % 2, 36, 90)
    points = np.stack([112 + reach * np.cos(turns), 112 + reach * np.sin(turns)], axis=1)
    pen.polygon([(float(x), float(y)) for x, y in points], color)


def _board(pen: Pen, color: str) -> None:
    for row in range(4):
        for column in range(row % 2, 4, 2):
            pen.rectangle((column * 56, row * 56, column * 56 + 55, row * 56 + 55), color)


def _stripes(pen: Pen, color: str) -> None:
    for top in range(0, SIDE, 56):
        pen.rectangle((0, top, SIDE, top + 27), color)


def _ring(pen: Pen, color: str) -> None:
    pen.ellipse((36, 36, 188, 188), None, color, 28)


def _heart(pen: Pen, color: str) -> None:
    pen.ellipse((38, 46, 116, 124), color)
    pen.ellipse((108, 46, 186, 124), color)
    pen.polygon([(47, 107), (177, 107), (112, 190)], color)


def _cross(pen: Pen, color: str) -> None:
    pen.rectangle((94, 30, 130, 194), color)
    pen.rectangle((30, 94, 194, 130), color)


def _all(pen: Pen, color: str) -> None:
    pen.rectangle((0, 0, SIDE, SIDE), color)


PLAIN: Mapping[str, tuple[str, str, Callable[[Pen, str], None]]] = {
    "a red square": ("white", "#d81e1e", _square),
    "a blue circle": ("white", "#1e3cd8", _circle),
    "a green triangle": ("white", "#14963c", _triangle),
    "a yellow star": ("#202020", "#f5d21e", _star),
    "a black and white checkerboard": ("white", "black", _board),
    "orange stripes": ("white", "#f08214", _stripes),
    "a purple ring": ("white", "#7828a0", _ring),
    "a pink heart": ("white", "#f578b4", _heart),
    "a brown cross": ("white", "#784614", _cross),
    "a completely black picture": ("white", "black", _all),
}
"""Description → colour of the ground, colour of the shape, who draws it on 224 × 224 pixels."""


def plain_pictures() -> tuple[tuple[str, ...], Frames]:
    """Return descriptions and their pictures, of shape (num_pictures, 224, 224, 3)."""
    return tuple(PLAIN), np.stack([_drawn(*each) for each in PLAIN.values()])


def _drawn(ground: str, color: str, draw: Callable[[Pen, str], None]) -> NDArray[np.uint8]:
    picture = Image.new("RGB", (SIDE, SIDE), ground)
    draw(ImageDraw.Draw(picture), color)
    return np.asarray(picture)


def self_check(towers: TwoTowers) -> SelfCheck:
    """Look at the plain pictures and return how far their own descriptions stand out.

    Raises:
        ModelError: the model is missing or broken, or does not fit.
    """
    texts, pictures = plain_pictures()
    cosines = towers.embed_texts(texts) @ towers.embed_pictures(pictures).T
    return SelfCheck(separation(cosines.astype(np.float64)))
