"""From one picture to a clip, without a film around it."""

from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from vortex.core.errors import EngineError
from vortex.core.settings import ClipSettings
from vortex.engines.video.clip import Clip, ClipRequest, Frames
from vortex.engines.video.diffusion import DiffusionClip
from vortex.runtime.room import EngineRoom
from vortex.runtime.rooms import own_room

if TYPE_CHECKING:
    from PIL.Image import Image

_RANGES = {
    "num_frames": (8, 32), "fps": (1, 60), "motion_bucket_id": (0, 255), "noise_aug_strength": (0.0, 10.0),
    "num_inference_steps": (1, 200),
}  # fmt: skip


class VideoDecoder:
    """Moves a picture with an image-to-video model. Close it, or use it in a ``with`` block."""

    def __init__(
        self, model_id: str = "stabilityai/stable-video-diffusion-img2vid-xt", enable_vae_slicing: bool = True,
        enable_vae_tiling: bool = False, *, seed: int = 0, room: EngineRoom | None = None,
    ) -> None:  # fmt: skip
        """Take a model; nothing is read before the first clip.

        Args:
            model_id: its folder, or its name in the store of fetched models. Any that begins from a picture will do.
            enable_vae_slicing: decode the clips of a batch one after the other.
            enable_vae_tiling: decode each frame in tiles also where memory would do without; seams may show.
            seed: of the noise; the same seed makes the same clip.
            room: where the model is held; ``None`` opens one as the user's settings say, and closes it with this.
        """
        self._is_own = room is None
        self._room = own_room() if room is None else room
        self._seed = seed
        self._engine = DiffusionClip(
            ClipSettings(engine="diffusion", model=model_id), self._room, is_tiled=enable_vae_tiling,
            is_sliced=enable_vae_slicing,
        )  # fmt: skip
        self.last: Clip | None = None
        """The last clip, with what was done differently than asked."""

    def generate_from_image(
        self,
        image: "str | Path | Image | NDArray[np.uint8]",
        num_frames: int = 25,
        fps: int = 7,
        motion_bucket_id: int = 127,
        noise_aug_strength: float = 0.02,
        num_inference_steps: int = 25,
        output_path: str | Path | None = None,
    ) -> Path | Frames:
        """Make a clip that begins from a picture.

        Args:
            image: a file, a picture of Pillow, or (height, width, 3).
            num_frames: 8 to 32; models that count in steps of their own make the next number, as ``last`` tells.
            fps: 1 to 60, at which it is shown; Stable Video Diffusion moves accordingly.
            motion_bucket_id: 0 to 255, how much moves; for Stable Video Diffusion.
            noise_aug_strength: 0 to 10, how far from the picture it may go; for Stable Video Diffusion.
            num_inference_steps: 1 to 200.
            output_path: an MP4 file to write; ``None`` returns the frames instead.

        Returns:
            The path, or frames of (num_frames, height, width, 3), RGB.

        Raises:
            EngineError: a number is out of its range, the picture cannot be read, or no try made a clip.
            ModelError: the model is missing, broken, or does not fit.
            MediaError: the file cannot be written.
        """
        numbers = {
            "num_frames": num_frames, "fps": fps, "motion_bucket_id": motion_bucket_id,
            "noise_aug_strength": noise_aug_strength, "num_inference_steps": num_inference_steps,
        }  # fmt: skip
        for name, (low, high) in _RANGES.items():
            if not low <= numbers[name] <= high:
                raise EngineError(f"{name} = {numbers[name]}: must lie between {low} and {high}")
        self.last = self._engine.generate(
            ClipRequest(
                "", image=_pixels(image), num_frames=num_frames, fps=fps, seed=self._seed,
                num_inference_steps=num_inference_steps, motion_bucket_id=motion_bucket_id,
                noise_aug_strength=noise_aug_strength,
            )
        )  # fmt: skip
        return self.last.frames if output_path is None else write_clip(self.last, Path(output_path))

    def close(self) -> None:
        """Let the model leave; calling it twice is harmless."""
        self._engine.close()
        if self._is_own:
            self._room.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def write_clip(clip: Clip, path: Path) -> Path:
    """Write a clip as an MP4 without sound and return its path.

    Raises:
        MediaError: the file cannot be written.
    """
    from vortex.media.encode import VideoWriter

    height, width = clip.frames.shape[1:3]
    canvas = np.full((height, width, 4), 255, np.uint8)
    with VideoWriter(path, width, height, clip.fps) as writer:
        for frame in clip.frames:
            canvas[:, :, :3] = frame[:, :, ::-1]
            writer.update(canvas, [(0, 0, width, height)])
            writer.write()
    return path


def _pixels(image: "str | Path | Image | NDArray[np.uint8]") -> NDArray[np.uint8]:
    from PIL import Image, ImageOps

    if isinstance(image, np.ndarray):
        return image
    if isinstance(image, Image.Image):
        return np.asarray(image.convert("RGB"))
    try:
        with Image.open(image) as opened:
            # Photographs of telephones lie on their side and say so in their head.
            return np.asarray(ImageOps.exif_transpose(opened).convert("RGB"))
    except (OSError, ValueError) as error:
        raise EngineError(f"{image}: cannot be read as a picture: {error}") from error
