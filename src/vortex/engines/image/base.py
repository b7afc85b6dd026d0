"""What every engine that makes a picture from words promises."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from vortex.core.settings import ImageSettings
from vortex.runtime.room import EngineRoom

Pixels = NDArray[np.uint8]
"""(height, width, 3), RGB."""
Progress = Callable[[float], None]
"""Hears the finished fraction, 0 to 1, after each denoising step; may raise to cancel, and nothing is leased then."""


@dataclass(frozen=True, slots=True)
class Lora:
    """A low-rank adapter by its name in the registry, and how much of it."""

    name: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Control:
    """A picture that guides the layout."""

    kind: Literal["openpose", "depth", "canny"]
    image: Path
    scale: float = 1.0
    """0 to 2; at 0 it changes nothing."""


@dataclass(frozen=True, slots=True)
class PictureRequest:
    """All that a picture depends on beside the engine and its model."""

    prompt: str
    negative_prompt: str = ""
    width: int = 1024
    """Multiple of 16."""
    height: int = 576
    """Multiple of 16."""
    seed: int = 0
    num_inference_steps: int = 0
    """0 takes what suits the model."""
    guidance_scale: float = -1.0
    """-1 takes what suits the model."""
    loras: tuple[Lora, ...] = ()
    controls: tuple[Control, ...] = ()
    start: Path | None = None
    """A picture to begin from instead of noise."""
    strength: float = 0.6
    """How far from ``start`` it may go, above 0 to 1."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A generated picture and what made it."""

    pixels: Pixels
    model: str
    """Name of the model, with its adapters."""
    way: str
    """How the model was held, such as ``bfloat16, tiled decoder``."""
    notes: tuple[str, ...] = ()
    """What was done differently than asked, in whole sentences."""


class ImageEngine(Protocol):
    """Makes pictures. Deterministic: equal requests give equal pixels on the same device and library versions.

    Made by ``from_room(ImageSettings, EngineRoom)``. Calls may come from any thread and are served one at a time.
    """

    name: str
    version: str
    rung: str
    """``embedded``, ``local model`` or ``remote model``."""

    @classmethod
    def from_room(cls, settings: ImageSettings, room: EngineRoom) -> "ImageEngine":
        """Return the engine; no weight is read before the first picture."""
        ...

    def generate(self, request: PictureRequest, progress: Progress | None = None) -> Picture:
        """Make one picture.

        Raises:
            EngineError: the request asks for what the model cannot do; names value and remedy.
            ModelError: the model is missing or broken; `MemoryPressureError` if it does not fit, also where memory
                ran out while it worked. Nothing half-loaded stays.
        """
        ...

    def close(self) -> None:
        """Give back what is held; calling it twice is harmless."""
        ...
