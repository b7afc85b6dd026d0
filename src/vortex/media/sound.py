"""Sound as data: mono or stereo float samples with their rate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """PCM in memory: ``samples`` is float32 of shape (N,) or (N, 2), nominal range -1 to 1."""

    samples: NDArray[np.float32]
    rate_hz: int

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.rate_hz

    @property
    def num_channels(self) -> int:
        """1 or 2."""
        return 1 if self.samples.ndim == 1 else self.samples.shape[1]

    @property
    def by_channel(self) -> NDArray[np.float32]:
        """The samples as a view of shape (N, channels)."""
        return self.samples.reshape(len(self.samples), self.num_channels)

    def as_stereo(self) -> Sound:
        """Return the sound with two channels; a mono sound stands in both at its full level."""
        return self if self.num_channels == 2 else Sound(np.repeat(self.by_channel, 2, axis=1), self.rate_hz)

    def fitted(self, num_samples: int) -> Sound:
        """Return the sound with silence added at its end, or with its end cut off, to be ``num_samples`` long."""
        missing = max(0, num_samples - len(self.samples))
        if not missing:
            return Sound(self.samples[:num_samples], self.rate_hz)
        padding = [(0, missing)] + [(0, 0)] * (self.samples.ndim - 1)
        return Sound(np.pad(self.samples, padding), self.rate_hz)
