"""Frames as a network wants to see them: resized, cropped and normalised as its folder says.

Done here with Pillow, so that a picture gives the same numbers whether torchvision is installed or not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vortex.core.errors import ModelError
from vortex.engines.sight.base import Frames
from vortex.runtime.headers import read_json

_BICUBIC = 3
_SIDES = ("height", "width")


@dataclass(frozen=True, slots=True)
class Intake:
    """What is done to a picture before a network sees it."""

    shortest_edge: int
    """Pixels; 0 where the picture is squeezed to ``size`` whatever its shape."""
    size: tuple[int, int]
    """Height and width after resizing, or (0, 0) where ``shortest_edge`` tells."""
    crop: tuple[int, int]
    """Height and width of what is kept of the middle, or (0, 0) for all."""
    resample: int
    """Pillow's number of the filter."""
    scale: float
    mean: tuple[float, ...]
    std: tuple[float, ...]

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read it from ``preprocessor_config.json``, or from ``processor_config.json`` of newer folders.

        Raises:
            ModelError: there is none, or a value is missing or makes no sense.
        """
        config = _config(folder)
        try:
            return cls._from(config)
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(f"{folder}: how it wants its pictures cannot be read: {error!r}") from error

    @classmethod
    def _from(cls, config: Mapping[str, Any]) -> Self:
        edge, size = _sides(config["size"] if config.get("do_resize", True) else 0)
        # An older file gives one number: an edge where the rest is cropped away, else both sides.
        if edge and not config.get("do_center_crop") and not isinstance(config["size"], Mapping):
            edge, size = 0, (edge, edge)
        square, crop = _sides(config["crop_size"] if config.get("do_center_crop") else 0)
        normal = config.get("do_normalize", True)
        return cls(
            shortest_edge=edge,
            size=size,
            crop=crop if not square else (square, square),
            resample=int(config.get("resample", _BICUBIC)),
            scale=float(config.get("rescale_factor", 1 / 255)) if config.get("do_rescale", True) else 1.0,
            mean=tuple(map(float, config["image_mean"])) if normal else (0.0,) * 3,
            std=tuple(map(float, config["image_std"])) if normal else (1.0,) * 3,
        )

    def take(self, frames: Frames) -> NDArray[np.float32]:
        """Return float32 of shape (num_frames, 3, height, width)."""
        seen = np.stack([self._fit(Image.fromarray(frame)) for frame in frames])
        mean, std = np.array(self.mean, np.float32), np.array(self.std, np.float32)
        normal = (seen.astype(np.float32) * np.float32(self.scale) - mean) / std
        return np.ascontiguousarray(normal.transpose(0, 3, 1, 2), dtype=np.float32)

    def _fit(self, picture: Image.Image) -> NDArray[np.uint8]:
        width, height = picture.size
        if self.shortest_edge:
            short = min(width, height)
            target = (self.shortest_edge * width // short, self.shortest_edge * height // short)
        else:
            target = (self.size[1] or width, self.size[0] or height)
        picture = picture.resize(target, Image.Resampling(self.resample))
        if self.crop[0]:
            left, top = (picture.width - self.crop[1]) // 2, (picture.height - self.crop[0]) // 2
            picture = picture.crop((left, top, left + self.crop[1], top + self.crop[0]))
        return np.asarray(picture)


def _config(folder: Path) -> Mapping[str, Any]:
    old, new = folder / "preprocessor_config.json", folder / "processor_config.json"
    if old.is_file():
        return read_json(old)
    found = read_json(new).get("image_processor") if new.is_file() else None
    if not isinstance(found, Mapping):
        raise ModelError(f"{folder}: no preprocessor_config.json, which says how it wants its pictures; fetch it again")
    return found


def _sides(value: Any) -> tuple[int, tuple[int, int]]:
    """Return the shortest edge and both sides; what is not told is 0."""
    if not isinstance(value, Mapping):
        return int(value), (0, 0)
    if "shortest_edge" in value:
        return int(value["shortest_edge"]), (0, 0)
    height, width = (int(value[side]) for side in _SIDES)
    return 0, (height, width)
