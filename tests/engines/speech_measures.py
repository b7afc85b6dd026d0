"""What can be heard of a voice, measured: pitch, level, brightness."""

import numpy as np
from numpy.typing import NDArray

from vortex.media.sound import Sound


def pitch_hz(sound: Sound) -> float:
    """Return the median fundamental of voiced frames by autocorrelation, 60 to 500 Hz."""
    window, found = int(0.04 * sound.rate_hz), []
    low, high = int(sound.rate_hz / 500), int(sound.rate_hz / 60)
    for start in range(0, len(sound.samples) - window, window // 2):
        frame = sound.samples[start : start + window].astype(np.float64)
        if np.sqrt(np.mean(np.square(frame))) < 0.01:
            continue
        spectrum = np.fft.rfft(frame - frame.mean(), 2 * window)
        kin = np.fft.irfft(np.square(np.abs(spectrum)))[:window] / (1 - np.arange(window) / window)
        lag = _first_peak(kin / kin[0], low, high)
        if lag:
            found.append(sound.rate_hz / lag)
    return float(np.median(found))


def _first_peak(kin: NDArray[np.float64], low: int, high: int) -> int:
    band = kin[low:high]
    if band.max() < 0.5:
        return 0
    first = low + int(np.flatnonzero(band >= 0.9 * band.max())[0])
    return first + int(kin[first : first + low // 4].argmax())


def level_db(sound: Sound) -> float:
    """Return the root mean square of what can be heard, without any offset, in decibels of full scale."""
    return float(20 * np.log10(np.std(sound.samples, dtype=np.float64)))


def centre_hz(sound: Sound) -> float:
    """Return the centre of gravity of the power spectrum."""
    power = np.square(np.abs(np.fft.rfft(sound.samples - sound.samples.mean())))
    return float((np.fft.rfftfreq(len(sound.samples), 1 / sound.rate_hz) * power).sum() / power.sum())
