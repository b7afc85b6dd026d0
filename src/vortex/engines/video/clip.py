"""What every engine that makes a moving picture from words, or from a picture, promises.

A clip has no words in it and knows nothing of the film: a video engine places it in a take.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vortex.core.settings import ClipSettings
from vortex.runtime.room import EngineRoom

Frames = NDArray[np.uint8]
"""(num_frames, height, width, 3), RGB."""
Progress = Callable[[float], None]
"""Hears the finished fraction, 0 to 1, after each denoising step; may raise to cancel, and nothing is leased then."""


@dataclass(frozen=True, slots=True)
class ClipRequest:
    """All that a clip depends on beside the engine and its model."""

    prompt: str
    negative_prompt: str = ""
    image: NDArray[np.uint8] | None = None
    """(height, width, 3): the first frame, for models that begin from a picture."""
    num_frames: int = 0
    """0 takes what the quality says; the family's rule of frame counts is kept, and said if it changes the number."""
    width: int = 0
    """0 takes what the quality says."""
    height: int = 0
    fps: int = 0
    """At which the clip is meant to be shown; 0 takes the model's own."""
    seed: int = 0
    num_inference_steps: int = 0
    """0 takes what the quality says."""
    guidance_scale: float = -1.0
    """-1 takes what suits the model."""
    motion_bucket_id: int = 127
    """0 to 255, how much moves; for Stable Video Diffusion."""
    noise_aug_strength: float = 0.02
    """How far from the first picture it may go; for Stable Video Diffusion."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A generated clip and what made it."""

    frames: Frames
    fps: int
    model: str
    way: str
    """How the model was held, such as ``bfloat16, a block at a time``."""
    notes: tuple[str, ...] = ()
    """What was done differently than asked, in whole sentences."""


class ClipEngine(Protocol):
    """Makes clips. Deterministic: equal requests give equal frames on the same device and library versions.

    Made by ``from_room(ClipSettings, EngineRoom)``. Calls may come from any thread and are served one at a time.
    """

    name: str
    version: str
    rung: str
    """``embedded``, ``local model`` or ``remote model``."""

    @classmethod
    def from_room(cls, settings: ClipSettings, room: EngineRoom) -> "ClipEngine":
        """Return the engine; no weight is read before the first clip."""
        ...

    @property
    def needs_image(self) -> bool:
        """Whether the model begins from a picture; reads heads only."""
        ...

    def generate(self, request: ClipRequest, progress: Progress | None = None) -> Clip:
        """Make one clip.

        Raises:
            EngineError: the request asks for what the model cannot do; names value and remedy.
            ModelError: the model is missing or broken; `MemoryPressureError` if it does not fit, also where memory
                ran out while it worked. Nothing half-loaded stays.
        """
        ...

    def close(self) -> None:
        """Give back what is held; calling it twice is harmless."""
        ...
