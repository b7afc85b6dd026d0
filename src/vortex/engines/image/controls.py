"""Pictures that guide a picture: reading them in the right shape, finding edges, and the networks that look at them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from vortex.core.errors import EngineError, ModelError
from vortex.engines.image.base import Control, Pixels
from vortex.engines.image.families import Family
from vortex.runtime.headers import read_json

MAX_SCALE = 2.0
Numbers = NDArray[np.floating[Any]]
_STRETCH = 0.02
"""Difference of shapes, as a share, below which nothing is said of cropping."""
_WEAK, _STRONG = 0.05, 0.11
"""Steepness of an edge, as a share of the steepest that is possible: kept beside a strong one, kept by itself."""
_MODES = {"canny": 0, "depth": 2, "openpose": 4}
"""Numbers of the kinds in a ControlNet for several, of Flux."""
_UNET_KEYS = ("cross_attention_dim", "block_out_channels")
_TRANSFORMER_KEYS = ("num_attention_heads", "attention_head_dim", "joint_attention_dim", "in_channels")


@dataclass(frozen=True, slots=True)
class Guide:
    """A picture as a ControlNet takes it."""

    kind: str
    pixels: Pixels
    scale: float


def read_picture(path: Path, width: int, height: int) -> tuple[Pixels, tuple[str, ...]]:
    """Return a picture of (height, width, 3), its middle if it has another shape, and what has to be said.

    Raises:
        EngineError: the file is missing or no picture.
    """
    try:
        with Image.open(path) as found:
            picture = ImageOps.exif_transpose(found).convert("RGB")
    except (OSError, ValueError, SyntaxError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise EngineError(f"{path}: cannot be read as a picture: {error}; give a PNG or JPEG") from error
    notes: tuple[str, ...] = ()
    shape, wanted = picture.width / picture.height, width / height
    if abs(shape / wanted - 1) > _STRETCH:
        notes = (
            f"Of {path.name}, {picture.width}x{picture.height}, the middle was used in the shape of {width}:{height}.",
        )
    return np.asarray(ImageOps.fit(picture, (width, height), Image.Resampling.LANCZOS)), notes


def read_guide(control: Control, width: int, height: int) -> tuple[Guide, tuple[str, ...]]:
    """Return what a ControlNet looks at, and what has to be said; of a photo for ``canny``, its edges.

    Raises:
        EngineError: the file is missing or no picture.
    """
    pixels, notes = read_picture(control.image, width, height)
    if control.kind == "canny" and not is_line_drawing(pixels):
        pixels = find_edges(pixels)
        notes += (f"The edges of {control.image.name} were found first; it is no drawing of white lines on black.",)
    return Guide(control.kind, pixels, control.scale), notes


def is_line_drawing(pixels: Pixels) -> bool:
    """Say whether a picture is white lines on black: without colour, nearly all black or white, most of it black."""
    grey = pixels.max(axis=2)
    colour = float((grey.astype(int) - pixels.min(axis=2) > 32).mean())
    return colour < 0.01 and float((grey < 48).mean()) > 0.6 and float(((grey >= 48) & (grey < 160)).mean()) < 0.1


def find_edges(pixels: Pixels) -> Pixels:
    """Return edges as white lines of one pixel on black, of the same shape.

    Source: Canny 1986: smooth, take the gradient, keep its ridges, and of weak ridges those that touch strong ones.
    """
    luma = pixels.astype(np.float32) @ np.array([0.2126, 0.7152, 0.0722], np.float32) / 255
    smooth = _across(luma, np.array([1, 4, 6, 4, 1], np.float32) / 16, np.array([1, 4, 6, 4, 1], np.float32) / 16)
    difference, mean = np.array([-1, 0, 1], np.float32) / 2, np.array([1, 2, 1], np.float32) / 4
    right, down = _across(smooth, mean, difference), _across(smooth, difference, mean)
    steep = np.hypot(right, down) * 2
    ridge = _ridges(steep, np.arctan2(down, right))
    kept, weak = ridge & (steep > _STRONG), ridge & (steep > _WEAK)
    while True:
        grown = weak & _spread(kept)
        if grown.sum() == kept.sum():
            break
        kept = grown
    return np.repeat(np.where(kept, 255, 0).astype(np.uint8)[..., None], 3, axis=2)


def require_control_fits(net: Path, kind: str, folder: Path, family: Family) -> None:
    """Make sure that a ControlNet was made for a model, by the configurations of both.

    Raises:
        ModelError: it was not, or is none; names both.
    """
    theirs = read_json(net / "config.json")
    ours = read_json(folder / family.denoiser / "config.json")
    wanted = "FluxControlNetModel" if family.base == "flux" else "ControlNetModel"
    made = str(theirs.get("_class_name", "unknown"))
    if made != wanted:
        raise ModelError(f"{net}: is a {made}; {kind} for {folder} ({family.name}) needs a {wanted}")
    for key in _TRANSFORMER_KEYS if family.base == "flux" else _UNET_KEYS:
        here, there = (each.get(key) for each in (ours, theirs))
        if here is not None and there is not None and here != there:
            raise ModelError(f"{net}: was made for {key} {there}; {folder} ({family.name}) has {here}")


def mode_of(net: Any, kind: str) -> int | None:
    """Return the number of a kind in a ControlNet for several kinds; ``None`` for one that knows a single kind."""
    return _MODES[kind] if getattr(net.config, "num_mode", None) else None


def _across(values: Numbers, rows: Numbers, columns: Numbers) -> Numbers:
    """Return values weighted down each column by ``rows``, then along each row by ``columns``; edges are repeated."""
    for axis, weights in ((0, rows), (1, columns)):
        half = len(weights) // 2
        padded = np.pad(values, [(half, half) if each == axis else (0, 0) for each in (0, 1)], mode="edge")
        parts = [
            weight * np.take(padded, range(place, place + values.shape[axis]), axis=axis)
            for place, weight in enumerate(weights)
        ]
        values = np.sum(parts, axis=0, dtype=np.float32)
    return values


def _ridges(steep: Numbers, angle: Numbers) -> NDArray[np.bool_]:
    """Say where a value is not below its two neighbours in the direction of its angle."""
    sector = (np.round(angle / (np.pi / 4)).astype(int)) % 4
    around = np.pad(steep, 1)
    height, width = steep.shape
    ridge = np.zeros(steep.shape, bool)
    for number, (y, x) in enumerate(((0, 1), (1, 1), (1, 0), (1, -1))):
        ahead = around[1 + y : 1 + y + height, 1 + x : 1 + x + width]
        behind = around[1 - y : 1 - y + height, 1 - x : 1 - x + width]
        ridge |= (sector == number) & (steep >= ahead) & (steep > behind)
    return ridge


def _spread(kept: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return what is kept with all neighbours."""
    around = np.pad(kept, 1)
    height, width = kept.shape
    parts = [around[y : y + height, x : x + width] for y in range(3) for x in range(3)]
    spread: NDArray[np.bool_] = np.logical_or.reduce(parts)
    return spread
