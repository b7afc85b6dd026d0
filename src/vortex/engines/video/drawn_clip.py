"""The embedded clip engine: a camera moves over a picture. Needs no model and no card.

Nothing in the picture moves. Where no picture is given, the embedded picture engine draws one.
"""

import hashlib
import math
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from vortex.core.errors import EngineError
from vortex.core.settings import ClipSettings
from vortex.engines.image.base import Picture, PictureRequest
from vortex.engines.image.drawn import DrawnImage
from vortex.engines.video.clip import Clip, ClipRequest, Frames, Progress
from vortex.runtime.room import EngineRoom

_FPS, _SECONDS, _SIDE = 24, 3, 512
_MOST_FRAMES = 10_000
_NEAREST = 1.18
"""How near the camera comes, as a factor of size."""


@dataclass(frozen=True, slots=True)
class Camera:
    """Where a camera looks: a window of 1 / ``zoom`` of the picture, at (x, y) of its room to move."""

    zoom: float
    x: float
    """0 at the left edge of the picture, 1 at the right one."""
    y: float


class DrawnClip:
    """Moves a camera over a picture, the same frames for the same request. Nothing in the picture moves."""

    name = "drawn"
    version = "1"
    rung = "embedded"
    needs_image = False

    @classmethod
    def from_room(cls, settings: ClipSettings, room: EngineRoom) -> Self:
        """Return the engine; it needs neither settings nor room."""
        return cls()

    def generate(self, request: ClipRequest, progress: Progress | None = None) -> Clip:
        """Make one clip; see ``ClipEngine.generate``. The seed and the prompt choose the way of the camera.

        Raises:
            EngineError: a size, a rate or a number of frames is negative, or the picture is no picture.
        """
        num_frames, fps = request.num_frames or _SECONDS * (request.fps or _FPS), request.fps or _FPS
        if not 1 <= num_frames <= _MOST_FRAMES or fps < 1 or min(request.width, request.height) < 0:
            raise EngineError(
                f"{num_frames} frames of {request.width}x{request.height} at {fps} fps: ask for 1 to {_MOST_FRAMES} "
                "frames, of a size and at a rate above 0"
            )
        notes: tuple[str, ...] = ("Nothing in the picture moves; a camera moves over it.",)
        picture = request.image
        if picture is None:
            drawn = _own_picture(request)
            picture, notes = drawn.pixels, (*drawn.notes, *notes)
        frames = _filmed(picture, request, num_frames, progress)
        return Clip(frames, fps, self.name, "drawn on the processor", notes)

    def close(self) -> None:
        """Give nothing back, as nothing is held."""


def camera_at(share: float, seed: int) -> Camera:
    """Return where the camera is after ``share`` (0 to 1) of the clip: an eased way between two places."""
    digest = hashlib.sha256(f"camera {seed}".encode()).digest()
    # The middle of the picture stays in sight, and what stands near its lower edge, such as a title, is not cut.
    begin, end = ((0.35 + 0.3 * x / 255, 0.5 + 0.3 * y / 255) for x, y in (digest[:2], digest[2:4]))
    nearer, further = _NEAREST, 1.0 + (_NEAREST - 1) * 0.2
    first, last = (further, nearer) if digest[4] % 2 else (nearer, further)
    eased = (1 - math.cos(math.pi * share)) / 2
    x, y = (a + (b - a) * eased for a, b in zip(begin, end, strict=True))
    return Camera(first + (last - first) * eased, x, y)


def _own_picture(request: ClipRequest) -> Picture:
    width, height = (max(16, (size or _SIDE) // 16 * 16) for size in (request.width, request.height))
    wanted = PictureRequest(request.prompt, request.negative_prompt, width, height, request.seed)
    return DrawnImage().generate(wanted)


def _filmed(picture: NDArray[np.uint8], request: ClipRequest, num_frames: int, progress: Progress | None) -> Frames:
    from vortex.visuals.graphics import skia

    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8:
        raise EngineError(f"the first picture is {picture.dtype} {picture.shape}; hand over uint8 (height, width, 3)")
    height, width = request.height or picture.shape[0], request.width or picture.shape[1]
    opaque = np.dstack([picture, np.full(picture.shape[:2], 255, np.uint8)])
    image = skia.Image.fromarray(np.ascontiguousarray(opaque), colorType=skia.kRGBA_8888_ColorType)
    surface = skia.Surface(width, height)
    sampling = skia.SamplingOptions(skia.CubicResampler.Mitchell())
    frames = np.empty((num_frames, height, width, 3), np.uint8)
    for number in range(num_frames):
        camera = camera_at(number / max(1, num_frames - 1), request.seed)
        window = _window(camera, picture.shape[1], picture.shape[0], width / height)
        surface.getCanvas().drawImageRect(image, skia.Rect(*window), skia.Rect(0, 0, width, height), sampling)
        shot: Any = surface.toarray(colorType=skia.kRGBA_8888_ColorType)
        frames[number] = shot[:, :, :3]
        if progress:
            progress((number + 1) / num_frames)
    return frames


def _window(camera: Camera, width: int, height: int, aspect: float) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of what the camera sees, of the shape of the frame."""
    wide = min(width, height * aspect) / camera.zoom
    tall = wide / aspect
    left, top = (width - wide) * camera.x, (height - tall) * camera.y
    return left, top, left + wide, top + tall
