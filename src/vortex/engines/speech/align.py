"""Word times for voices that report none: their sound is laid over the embedded voice's, whose times are known.

Both speak the same sentence. Their spectra, freed of pitch and of the colour of the voice, are warped onto each other,
and the known times are read off the warp. Nothing is recognised and no model is needed.

Source: Sakoe and Chiba, "Dynamic programming algorithm optimization for spoken word recognition", 1978 (warping);
Davis and Mermelstein, 1980 (cepstra on the mel scale).
"""

import numpy as np
from numpy.typing import NDArray

from vortex.engines.speech.base import Utterance, WordTime
from vortex.media.sound import Sound
from vortex.media.sound_file import resample

_RATE_HZ = 16000
_HOP_S = 0.01
_WINDOW = 400
_NUM_BANDS, _NUM_CEPSTRA = 40, 13
_MAX_FRAMES = 3000
_OFF_DIAGONAL = 0.4
"""What a step that stands still in one of the sounds costs more than one that goes on in both."""


def aligned_times(reference: Utterance, sound: Sound) -> tuple[WordTime, ...]:
    """Return when the words of ``reference`` are spoken in ``sound``, which says the same.

    Args:
        reference: the same words from a voice that knows its times.
        sound: mono, without long silence at its ends.

    Returns:
        One time for each word, in order, never decreasing, inside the sound.
    """
    longest_s = max(reference.sound.duration_s, sound.duration_s)
    hop_s = max(_HOP_S, longest_s / _MAX_FRAMES)
    known, unknown = _cepstra(reference.sound, hop_s), _cepstra(sound, hop_s)
    at_known, at_unknown = _warp(known, unknown)
    edges = np.array([(time.start_s, time.end_s) for time in reference.times]).reshape(-1) / hop_s
    moved = np.interp(edges, at_known, at_unknown) * hop_s
    ordered = np.maximum.accumulate(np.clip(moved, 0, sound.duration_s)).reshape(-1, 2)
    return tuple(WordTime(float(start), float(end)) for start, end in ordered)


def _cepstra(sound: Sound, hop_s: float) -> NDArray[np.float32]:
    """Return normalised cepstra, one row every ``hop_s``; shape (frames, cepstra)."""
    samples = resample(sound, _RATE_HZ).samples
    padded = np.pad(samples, _WINDOW // 2)
    starts = np.arange(0, len(samples), hop_s * _RATE_HZ).astype(int)
    frames = padded[starts[:, None] + np.arange(_WINDOW)] * np.hanning(_WINDOW).astype(np.float32)
    power = np.square(np.abs(np.fft.rfft(frames, 512)))
    bands = np.log(power @ _mel_bands().T + 1e-6)
    order = np.arange(_NUM_CEPSTRA)[:, None] * (np.arange(_NUM_BANDS) + 0.5)
    cepstra = bands @ np.cos(np.pi / _NUM_BANDS * order).T
    normal: NDArray[np.float32] = (cepstra - cepstra.mean(axis=0)) / (cepstra.std(axis=0) + 1e-6)
    return normal.astype(np.float32)


def _mel_bands() -> NDArray[np.float64]:
    """Return triangular filters, evenly spaced on the mel scale; shape (bands, bins of a transform of 512)."""
    mels = np.linspace(2595 * np.log10(1 + 60 / 700), 2595 * np.log10(1 + 7600 / 700), _NUM_BANDS + 2)
    edges = 700 * (10 ** (mels / 2595) - 1)
    bins_hz = np.fft.rfftfreq(512, 1 / _RATE_HZ)
    rising = (bins_hz - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins_hz) / (edges[2:] - edges[1:-1])[:, None]
    return np.clip(np.minimum(rising, falling), 0, None)


def _warp(known: NDArray[np.float32], unknown: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return a path of matching frames: for each frame of ``known`` the mean of its partners in ``unknown``."""
    squares = np.square(known).sum(axis=1)[:, None] + np.square(unknown).sum(axis=1)
    cost = np.sqrt(np.maximum(squares - 2 * known @ unknown.T, 0))
    came_from = _fill(cost)
    row, column = len(known) - 1, len(unknown) - 1
    partners: list[list[int]] = [[] for _ in known]
    while row >= 0 and column >= 0:
        partners[row].append(column)
        step = came_from[row, column]
        row, column = row - (step != 1), column - (step != 2)
    return np.arange(len(known), dtype=float), np.array([np.mean(found) for found in partners])


def _fill(cost: NDArray[np.float32]) -> NDArray[np.int8]:
    """Return for each pair of frames the best step to it: 0 from both, 1 from the left, 2 from above.

    Pairs on one anti-diagonal do not depend on each other, so each is filled at once.
    """
    rows, columns = cost.shape
    total = np.full((rows + 1, columns + 1), np.inf, np.float32)
    total[0, 0] = 0
    came_from = np.zeros((rows, columns), np.int8)
    dear = np.float32(1 + _OFF_DIAGONAL)
    for diagonal in range(rows + columns - 1):
        i = np.arange(max(0, diagonal - columns + 1), min(rows, diagonal + 1))
        j = diagonal - i
        here = cost[i, j]
        options = np.stack([total[i, j] + 2 * here, total[i + 1, j] + dear * here, total[i, j + 1] + dear * here])
        came_from[i, j] = options.argmin(axis=0)
        total[i + 1, j + 1] = options.min(axis=0)
    return came_from
