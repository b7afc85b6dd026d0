"""Engines of pictures and clips that need no model: hills under a sun, by their seed; and one that finds no memory."""

from collections.abc import Callable
from typing import Any

import numpy as np

from vortex.core.errors import MemoryPressureError
from vortex.core.settings import ClipSettings, ImageSettings, SightSettings
from vortex.engines.image.base import Picture, PictureRequest, Pixels
from vortex.engines.sight.base import Likeness
from vortex.engines.video.clip import Clip, ClipRequest
from vortex.runtime.room import EngineRoom


def hills(width: int, height: int, seed: int, moment: float = 0.2) -> Pixels:
    """Return hills under a sun that goes down with ``moment``, 0 to 1."""
    y, x = np.mgrid[0:height, 0:width].astype(float)
    tone = np.random.default_rng(seed).uniform(0.7, 1.0, 3)
    picture = np.stack([255 - 60 * y / height, 190 - 70 * y / height, 120 + 60 * y / height], -1) * tone
    centre = width * 0.65, height * (0.3 + 0.3 * moment)
    sun = np.hypot(x - centre[0], y - centre[1]) < height / 8
    picture[sun] = (255, 236, 170)
    for number, colour in enumerate([(150, 96, 120), (104, 70, 110), (58, 46, 86)]):
        line = height * (0.62 + 0.12 * number + 0.06 * np.sin(x / width * 6.3 * (number + 1.2) + seed))
        picture[y > line] = colour
    return picture.clip(0, 255).astype(np.uint8)


class _Engine:
    name, version, rung = "hills", "1", "local model"

    def __init__(self, settings: Any) -> None:
        self.settings = settings

    @classmethod
    def from_room(cls, settings: Any, room: EngineRoom) -> Any:
        return cls(settings)

    def close(self) -> None:
        pass


class Hills(_Engine):
    """Paints hills; a negative prompt makes its first picture black."""

    settings: ImageSettings

    def generate(self, request: PictureRequest, progress: Callable[[float], None] | None = None) -> Picture:
        if progress:
            progress(1.0)
        picture = hills(request.width, request.height, request.seed)
        if request.negative_prompt and request.seed < 1000:
            picture[:] = 0
        return Picture(picture, "hills-1", "whole")


class Sunset(_Engine):
    """Lets the sun go down over a picture's hills."""

    settings: ClipSettings
    needs_image = True

    def generate(self, request: ClipRequest, progress: Callable[[float], None] | None = None) -> Clip:
        assert request.image is not None
        height, width, _ = request.image.shape
        frames = np.stack([hills(width, height, request.seed, moment / 11) for moment in range(12)])
        return Clip(frames, 8, "sunset-1", "whole", ("12 frames were made.",))


class Full(_Engine):
    """Finds no memory."""

    def generate(self, request: Any, progress: Callable[[float], None] | None = None) -> Any:
        raise MemoryPressureError("hills: needs 24.0 GB, 11.5 GB are declared")


class Strict(_Engine):
    """Sees the sun where it is bright enough."""

    settings: SightSettings

    def compare(self, text: str, frames: Pixels) -> Likeness:
        score = float(frames.mean()) / 255
        return Likeness(score, score, (score,), False, np.full(512, 512**-0.5, np.float32), True)
