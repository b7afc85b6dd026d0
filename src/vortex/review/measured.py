"""What was measured on the finished film: plain values between the place that decodes and the checks that judge."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Streams:
    """What the container says about itself."""

    width: int
    height: int
    fps: Fraction
    video_s: float
    audio_s: float | None
    """Length of the sound; ``None`` when there is none."""


@dataclass(frozen=True, slots=True, eq=False)
class PictureTrace:
    """One number a frame, from one pass over the film at small size. Luma runs from 0 (black) to 255."""

    fps: Fraction
    darkest: NDArray[np.float32]
    """Shape (N,): lowest luma of the small picture."""
    brightest: NDArray[np.float32]
    """Shape (N,): highest luma of the small picture."""
    change: NDArray[np.float32]
    """Shape (N,): largest difference of any small pixel from the frame before; the first frame counts as changed."""
    cells: NDArray[np.float32]
    """Shape (N, C): mean luma of C equal cells of the picture."""

    def __len__(self) -> int:
        return len(self.change)

    def time(self, frame: int) -> float:
        """Return when ``frame`` is shown, in seconds."""
        return float(frame / self.fps)


def stretches(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the half-open (start, end) of every run of true values, in order."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    return [(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]
