"""How loud a sound is to a listener, and how high its wave really reaches between the samples.

Everything is computed on whole arrays: the recursive weighting filters are applied in the frequency domain, block by
block, because a loop over samples would take longer than the film.

Source: ITU-R BS.1770-4 (loudness, gating, true peak); EBU Tech 3341 (momentary window, test signals).
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from vortex.core.errors import MediaError
from vortex.media.sound import Sound

SILENCE_LUFS = float("-inf")
_OFFSET_LUFS = -0.691
_ABSOLUTE_GATE_LUFS = -70.0
_RELATIVE_GATE_LU = -10.0
_STEP_HZ = 10
"""Gating blocks of 400 ms start every 100 ms."""
_STEPS_A_BLOCK = 4
_STEPS_AT_ONCE = 40
_OVERSAMPLING = 4
_TAPS_A_PHASE = 24
_CHUNK = 1 << 12
_SPAN = 1 << 19
_UNCHANGED = np.float32(1)


def integrated_lufs(sound: Sound) -> float:
    """Return the gated loudness of the whole sound in LUFS, minus infinity where nothing passes the gate.

    A mono sound counts as one channel: played by two speakers it is 3 LU louder; hand over ``as_stereo()`` for that.

    Raises:
        MediaError: the sound is shorter than one gating block of 400 ms.
    """
    if sound.duration_s < _STEPS_A_BLOCK / _STEP_HZ:
        raise MediaError(f"a sound of {sound.duration_s:.2f} s has no integrated loudness; 0.4 s is the least")
    num_steps = len(sound.samples) * _STEP_HZ // sound.rate_hz
    return lufs_of_steps(step_energies(sound, 0, num_steps), sound.rate_hz)


def lufs_of_steps(energies: NDArray[np.float64], rate_hz: int) -> float:
    """Return the gated loudness in LUFS of a sound whose ``step_energies`` these are, from its first step to its last.

    Fewer than four steps, 400 ms, are silence.
    """
    if len(energies) < _STEPS_A_BLOCK:
        return SILENCE_LUFS
    powers = np.convolve(energies, np.ones(_STEPS_A_BLOCK), "valid") * _STEP_HZ / (_STEPS_A_BLOCK * rate_hz)
    audible = powers[powers > _power(_ABSOLUTE_GATE_LUFS)]
    if not audible.size:
        return SILENCE_LUFS
    gate = audible.mean() * 10 ** (_RELATIVE_GATE_LU / 10)
    return float(_lufs(audible[audible > gate].mean()))


def step_energies(sound: Sound, start: int, num_steps: int) -> NDArray[np.float64]:
    """Return the energy of the weighted sound in each tenth of a second from sample ``start`` on, over all channels.

    What comes in the quarter of a second before ``start`` counts too, as the filters still ring with it.
    """
    edges = start + np.arange(num_steps + 1) * sound.rate_hz // _STEP_HZ
    energies = np.zeros(num_steps)
    for first in range(0, num_steps, _STEPS_AT_ONCE):
        last = min(first + _STEPS_AT_ONCE, num_steps)
        for channel in sound.by_channel.T:
            weighted = _weighted(channel, int(edges[first]), int(edges[last]), sound.rate_hz)
            energies[first:last] += np.add.reduceat(
                np.square(weighted, dtype=np.float64), edges[first:last] - edges[first]
            )
    return energies


def true_peak_db(sound: Sound) -> float:
    """Return the highest level of the wave between the samples in dB of full scale, by fourfold oversampling."""
    floor = highest = float(max(sound.samples.max(initial=0), -sound.samples.min(initial=0)))
    for first in range(0, len(sound.samples), _SPAN):
        last = min(first + _SPAN, len(sound.samples))
        highest = max(highest, float(true_peaks_within(sound, first, last, floor).max()))
    return float(20 * np.log10(highest)) if highest > 0 else float("-inf")


def true_peaks(sound: Sound, floor: float = 0.0) -> NDArray[np.float32]:
    """Return the highest absolute level at and beside each sample, over all channels; shape (N,).

    Args:
        sound: what is measured.
        floor: linear level; stretches that cannot reach it are reported by their samples alone, which saves time.
    """
    half = _TAPS_A_PHASE // 2
    phases = _interpolators()
    overshoot = max(float(np.abs(taps).sum()) for taps in phases)
    peaks: NDArray[np.float32] = np.abs(sound.by_channel).max(axis=1, initial=0)
    for start in range(0, len(peaks), _CHUNK):
        stop = min(start + _CHUNK, len(peaks))
        if float(peaks[max(0, start - half) : stop + half].max()) * overshoot <= floor:
            continue
        here = peaks[start:stop]
        for channel in sound.by_channel.T:
            part = _span(channel, start - half, stop + half)
            for taps in phases:
                between = np.abs(np.convolve(part, taps, "valid"))
                # Each point between two samples counts for both of them.
                np.maximum(here, between[1:], out=here)
                np.maximum(here, between[:-1], out=here)
    return peaks


def true_peaks_within(
    sound: Sound, first: int, last: int, floor: float, gain: np.float32 = _UNCHANGED
) -> NDArray[np.float32]:
    """Return the true peaks from sample ``first`` up to ``last``, as the whole sound times ``gain`` has them there."""
    # The neighbours matter, and the grid of chunks stays that of the whole sound, so that no rounding differs.
    begin = max(0, first // _CHUNK * _CHUNK - _CHUNK)
    around = Sound(sound.samples[begin : last + _CHUNK] * gain, sound.rate_hz)
    return true_peaks(around, floor)[first - begin : last - begin]


def _power(lufs: float) -> float:
    return float(10 ** ((lufs - _OFFSET_LUFS) / 10))


def _lufs(power: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(divide="ignore"):
        return _OFFSET_LUFS + 10 * np.log10(power)


def _weighted(channel: NDArray[np.float32], start: int, stop: int, rate_hz: int) -> NDArray[np.float32]:
    """Apply the K weighting to a stretch of a channel; its impulse response has died away after ``reach`` samples."""
    reach = rate_hz // 4
    size = 1 << (reach + rate_hz * _STEPS_AT_ONCE // _STEP_HZ).bit_length()
    spectrum = np.fft.rfft(_span(channel, start - reach, stop), size)
    weighted = np.fft.irfft(spectrum * _k_response(rate_hz, size), size)
    return weighted[reach : reach + stop - start].astype(np.float32, copy=False)


def _span(channel: NDArray[np.float32], start: int, stop: int) -> NDArray[np.float32]:
    """Return samples from ``start`` to ``stop``, with silence where these lie outside the sound."""
    inside = channel[max(0, start) : stop]
    return np.pad(inside, (max(0, -start), max(0, stop - len(channel))))


@lru_cache(maxsize=4)
def _k_response(rate_hz: int, size: int) -> NDArray[np.complex64]:
    """Frequency response of the two weighting filters on the bins of a transform of ``size``."""
    z = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    response = np.ones(len(z), complex)
    for b, a in (_head_shelf(rate_hz), _low_cut(rate_hz)):
        response *= np.polyval(b[::-1], z) / np.polyval(a[::-1], z)
    return response.astype(np.complex64)


def _head_shelf(rate_hz: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """High shelf of +4 dB for the head; its analogue prototype matches the standard's table at 48 kHz."""
    gain, quality, k = 10 ** (3.999843853973347 / 20), 0.7071752369554196, np.tan(np.pi * 1681.974450955533 / rate_hz)
    middle = gain**0.4996667741545416
    a0 = 1 + k / quality + k * k
    b = np.array([gain + middle * k / quality + k * k, 2 * (k * k - gain), gain - middle * k / quality + k * k])
    return b / a0, np.array([1, 2 * (k * k - 1) / a0, (1 - k / quality + k * k) / a0])


def _low_cut(rate_hz: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """High pass at 38 Hz; the standard leaves its numerator unscaled."""
    quality, k = 0.5003270373238773, np.tan(np.pi * 38.13547087602444 / rate_hz)
    a0 = 1 + k / quality + k * k
    return np.array([1.0, -2.0, 1.0]), np.array([1, 2 * (k * k - 1) / a0, (1 - k / quality + k * k) / a0])


@lru_cache(maxsize=1)
def _interpolators() -> list[NDArray[np.float32]]:
    """Windowed-sinc filters for the three points between two samples."""
    positions = np.arange(_TAPS_A_PHASE) - _TAPS_A_PHASE / 2 + 1
    phases = []
    for step in range(1, _OVERSAMPLING):
        distance = positions - step / _OVERSAMPLING
        window = np.i0(9.0 * np.sqrt(np.maximum(0, 1 - (distance / (_TAPS_A_PHASE / 2)) ** 2))) / np.i0(9.0)
        taps = np.sinc(distance) * window
        phases.append((taps / taps.sum())[::-1].astype(np.float32))
    return phases
