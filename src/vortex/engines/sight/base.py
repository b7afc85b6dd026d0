"""What every engine that judges pictures promises."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vortex.core.settings import SightSettings
from vortex.runtime.room import EngineRoom

Frames = NDArray[np.uint8]
"""(num_frames, height, width, 3), RGB."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How well pictures show what a text says."""

    score: float
    """0 to 1, calibrated: the chance that text and pictures belong together rather than by accident."""
    raw: float
    """Cosine of the ensemble, -1 to 1; for real CLIP models 0.2 to 0.35 where they match."""
    per_model: tuple[float, ...]
    """Calibrated score of each model of the ensemble."""
    is_outlier: bool
    """Whether the models differ by more than the engine allows, so that the score deserves no trust."""
    embedding: NDArray[np.float32]
    """(512,), unit length: the mean of the looked-at frames by the first model."""
    is_calibrated: bool
    """Whether the map from cosines to scores was fitted to these very weights; else it is the published one's."""


class SightEngine(Protocol):
    """Looks at pictures. Deterministic on the same device. Made by ``from_room(SightSettings, EngineRoom)``."""

    name: str
    version: str
    rung: str

    @classmethod
    def from_room(cls, settings: SightSettings, room: EngineRoom) -> "SightEngine":
        """Return the engine; no weight is read before the first look."""
        ...

    def compare(self, text: str, frames: Frames) -> Likeness:
        """Judge frames against a text; of many frames, five that are spread evenly are looked at.

        Raises:
            EngineError: there are no frames, or the text is empty.
            ModelError: the model is missing or broken, or does not fit.
        """
        ...

    def embed_pictures(self, frames: Frames) -> NDArray[np.float32]:
        """Return float32 of shape (num_frames, dims), every row of length 1, by the first model."""
        ...

    def embed_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 of shape (len(texts), dims), every row of length 1, in the space of ``embed_pictures``."""
        ...

    def close(self) -> None:
        """Give back what is held; calling it twice is harmless."""
        ...
