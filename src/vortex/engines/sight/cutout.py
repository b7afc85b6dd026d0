"""A whole character, cut out of its picture: by its alpha, by a box, or by how it differs from a plain background."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vortex.core.errors import EngineError
from vortex.engines.sight.color import oklab

Way = Literal["alpha", "background", "box", "whole picture"]
Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels; right and bottom are outside."""
GROUND = (124, 116, 104)
"""What stands where nothing of the character is: the mean that most networks subtract."""
_BORDER = 0.04
"""Of the shorter side."""
_PLAIN, _FAR = 0.80, 0.06
"""So much of the border lies on one plane of colour in OKLab; what is farther off that plane is the character."""
_LEAST, _MOST = 0.01, 0.95
"""Share of the picture that a character may take."""
_LARGEST = 384
"""Pixels of the longer side that are looked at; more would show nothing new at the size of a network."""


@dataclass(frozen=True, slots=True, eq=False)
class Cutout:
    """A character without its surroundings."""

    pixels: NDArray[np.uint8]
    """(height, width, 3), RGB; the longer side is at most 384."""
    mask: NDArray[np.bool_]
    """(height, width): what belongs to the character; at least one pixel."""
    way: Way
    """How it was found; ``whole picture`` where nothing told it from its surroundings."""

    def on_square(self, side: int) -> NDArray[np.uint8]:
        """Return it in the middle of a plain square, as large as it fits; (side, side, 3)."""
        shown = np.where(self.mask[:, :, None], self.pixels, np.array(GROUND, np.uint8))
        height, width = self.mask.shape
        scale = side / max(height, width)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        square = Image.new("RGB", (side, side), GROUND)
        small = Image.fromarray(shown).resize(size, Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC)
        square.paste(small, ((side - size[0]) // 2, (side - size[1]) // 2))
        return np.asarray(square)


def cut_out(picture: NDArray[np.uint8], box: Box | None = None) -> Cutout:
    """Return the character of a picture.

    Args:
        picture: (height, width, 3) RGB, or (height, width, 4) with alpha.
        box: where the character is, if somebody said so; clipped to the picture.

    Raises:
        EngineError: it is no picture, the box lies outside of it, or all of it is transparent.
    """
    if picture.ndim != 3 or picture.shape[2] not in (3, 4) or picture.dtype != np.uint8 or not picture.size:
        raise EngineError(f"a picture of shape {picture.shape} and type {picture.dtype}: give uint8 RGB or RGBA")
    if box is not None:
        picture = _inside(picture, box)
    picture = _shrunk(picture)
    if picture.shape[2] == 4 and (picture[:, :, 3] < 128).any():
        mask = picture[:, :, 3] >= 128
        if not mask.any():
            raise EngineError("the picture is transparent everywhere, so that no character is seen")
        return _cropped(picture[:, :, :3], mask, "alpha")
    picture = picture[:, :, :3]
    found = _foreground(picture)
    if found is not None:
        return _cropped(picture, found, "background")
    return Cutout(picture, np.ones(picture.shape[:2], bool), "whole picture" if box is None else "box")


def _inside(picture: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    left, top, right, bottom = box
    inside = picture[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)]
    if not inside.size:
        raise EngineError(f"box {box} holds no pixel of a picture of {picture.shape[1]} × {picture.shape[0]}")
    return inside


def _shrunk(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    scale = _LARGEST / max(picture.shape[:2])
    if scale >= 1:
        return picture
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    return np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BOX))


def _cropped(pixels: NDArray[np.uint8], mask: NDArray[np.bool_], way: Way) -> Cutout:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    here = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
    return Cutout(np.ascontiguousarray(pixels[here]), mask[here], way)


def _foreground(pixels: NDArray[np.uint8]) -> NDArray[np.bool_] | None:
    """Return what differs from a background of one colour or one even gradient; ``None`` where there is no such.

    The plane of colour is fitted to the border twice, the second time without what lies far off it: a character that
    stands on the edge of the picture covers a part of the border.
    """
    height, width = pixels.shape[:2]
    thick = max(1, round(_BORDER * min(height, width)))
    colors = oklab(pixels).reshape(-1, 3)
    border = np.ones((height, width), bool)
    border[thick : height - thick, thick : width - thick] = False
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    places = np.column_stack([np.ones(height * width), x.ravel(), y.ravel()])
    kept = border.ravel() & (np.linalg.norm(colors - np.median(colors[border.ravel()], axis=0), axis=1) < 0.25)
    distance = np.zeros(len(colors))
    for _ in range(2):
        if kept.sum() < 3:
            return None
        plane, *_ = np.linalg.lstsq(places[kept], colors[kept], rcond=None)
        distance = np.linalg.norm(colors - places @ plane, axis=1)
        kept = border.ravel() & (distance < _FAR)
    mask = _without_specks((distance >= _FAR).reshape(height, width))
    is_plain = kept.sum() >= _PLAIN * border.sum()
    return mask if is_plain and _LEAST <= mask.mean() <= _MOST else None


def _without_specks(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return what most of the 3 × 3 pixels around agree with."""
    height, width = mask.shape
    padded = np.pad(mask.astype(np.uint8), 1)
    around = sum(padded[row : row + height, column : column + width] for row in range(3) for column in range(3))
    found: NDArray[np.bool_] = np.asarray(around) >= 5
    return found
