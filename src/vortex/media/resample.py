"""Sound at another rate: voices speak at 16 or 22 kHz, a film carries 48."""

from __future__ import annotations

import av
import numpy as np
from av.audio.resampler import AudioResampler

from vortex.media.sound import Sound

LAYOUTS = {1: "mono", 2: "stereo"}
"""Names of the channel layouts, by number of channels."""
_FILTER = {"filter_size": "64", "cutoff": "0.97"}
"""Longer than swresample's default, which leaves audible aliases of a 22 kHz voice."""


class Resampler:
    """Collects decoded frames of any sample format and layout as one sound."""

    def __init__(self, num_channels: int, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._num_channels = num_channels
        self._resampler = AudioResampler("flt", LAYOUTS[num_channels], rate_hz, options=_FILTER)
        self._packed = bytearray()

    def add(self, frame: av.AudioFrame | None) -> None:
        """Take the next frame."""
        for part in self._resampler.resample(frame):
            self._packed += part.to_ndarray().astype(np.float32, copy=False).tobytes()

    @property
    def collected_s(self) -> float:
        """Seconds of sound that were collected and not taken."""
        return len(self._packed) / (4 * self._num_channels * self._rate_hz)

    def finish(self) -> Sound:
        """Return what was collected and not taken, to the last sample; one channel has shape (N,)."""
        self.add(None)
        return self.take()

    def take(self) -> Sound:
        """Return what was collected so far and begin anew."""
        packed, self._packed = self._packed, bytearray()
        samples = np.frombuffer(packed, np.float32).reshape(-1, self._num_channels)
        return Sound(samples[:, 0] if self._num_channels == 1 else samples, self._rate_hz)


def resample(sound: Sound, rate_hz: int) -> Sound:
    """Return ``sound`` at another rate, band-limited and without delay, of the same length to the nearest sample."""
    if rate_hz == sound.rate_hz:
        return sound
    num_samples = round(len(sound.samples) * rate_hz / sound.rate_hz)
    if not len(sound.samples):
        return Sound(sound.samples, rate_hz)
    packed = np.ascontiguousarray(sound.samples, np.float32).reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(packed, "flt", LAYOUTS[sound.num_channels])
    frame.sample_rate = sound.rate_hz
    resampler = Resampler(sound.num_channels, rate_hz)
    resampler.add(frame)
    return resampler.finish().fitted(num_samples)
