"""The last step of the sound: the right loudness for the web, no peak that clips, and music that makes way for words.

One gain is applied to the whole film, so that quiet passages stay quiet; only the peaks that this gain lifts over the
ceiling are turned down, for a few milliseconds each. A compressor that rides every syllable is what listeners dislike
in automatic loudness tools.

Source: ITU-R BS.1770-4 (measure), EBU R 128 (one gain, then a true-peak limiter).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vortex.core.errors import MediaError
from vortex.media.loudness import integrated_lufs, true_peak_db, true_peaks_within
from vortex.media.sound import Sound

_MAX_ROUNDS = 4
_CLOSE_ENOUGH_LU = 0.1
_SAFETY_DB = 0.05
"""The limiter's own gain changes move the wave between the samples by less than this."""
_LOOK_AHEAD_S = 0.004
_RELEASE_DB_A_S = 125.0
_BLOCK = 1 << 19
_LEAD_S = 2
"""Blocks are worked on with this much of what went before: longer than the release of any cut."""
_AUDIBLE_CUT_DB = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class Mastered:
    """The mastered sound and what was done to it; ``limited_fraction`` is the share of samples turned down."""

    sound: Sound
    before_lufs: float
    after_lufs: float
    true_peak_db: float
    gain_db: float
    limited_fraction: float


def master(sound: Sound, target_lufs: float = -14.0, ceiling_db: float = -1.5) -> Mastered:
    """Bring a sound to a loudness without letting its true peak pass a ceiling.

    The result is within 1 LU of the target for speech and music; a sound whose peaks stand so far above its body that
    the limiter takes more than that comes out quieter, and ``after_lufs`` says by how much.

    Args:
        sound: mono or stereo, at least 0.4 s long and not silent; of mono, the loudness is that of two speakers.
        target_lufs: integrated loudness to reach; -14 for the web, -16 for podcasts, -23 for broadcast.
        ceiling_db: highest true peak in dB of full scale, below 0. The default leaves half a decibel under the usual
            limit of -1, because AAC lifts the peaks of music by about that much.

    Raises:
        MediaError: the sound is silent or too short to be measured.
    """
    # Two equal channels are louder than one; measuring one and adding the difference saves half of the work.
    both_lu = 10 * np.log10(2 / sound.num_channels)
    before = integrated_lufs(sound) + both_lu
    if not np.isfinite(before):
        raise MediaError("the sound is silent, so no gain makes it loud; check that the voice was rendered")
    gain_db = target_lufs - before
    for rounds_left in reversed(range(_MAX_ROUNDS)):
        limited, fraction = limit(sound, ceiling_db, gain_db)
        after = integrated_lufs(limited) + both_lu
        if abs(after - target_lufs) <= _CLOSE_ENOUGH_LU or not rounds_left:
            break
        gain_db += target_lufs - after
        limited = sound  # the last try is let go before the next is made
    return Mastered(limited, before, after, true_peak_db(limited), gain_db, fraction)


def limit(sound: Sound, ceiling_db: float, gain_db: float = 0.0) -> tuple[Sound, float]:
    """Turn a sound down around peaks, in time before each, so that its true peak stays under ``ceiling_db``.

    Args:
        sound: mono or stereo.
        ceiling_db: highest true peak of the result in dB of full scale.
        gain_db: applied first.

    Returns:
        The limited sound and the share of its samples that were turned down.
    """
    ceiling, gain = 10 ** ((ceiling_db - _SAFETY_DB) / 20), np.float32(10 ** (gain_db / 20))
    samples, num_cut = sound.by_channel * gain, 0
    for start in range(0, len(samples), _BLOCK):
        stop = min(start + _BLOCK, len(samples))
        first, last = max(0, start - sound.rate_hz * _LEAD_S), min(stop + sound.rate_hz, len(samples))
        peaks = true_peaks_within(sound, first, last, ceiling, gain)
        if not (peaks > ceiling).any():
            continue
        cut_db = _cuts_db(peaks / ceiling, sound.rate_hz)[start - first : stop - first]
        samples[start:stop] *= (10 ** (-cut_db / 20)).astype(np.float32)[:, None]
        num_cut += int((cut_db > _AUDIBLE_CUT_DB).sum())
    limited = Sound(samples.reshape(sound.samples.shape), sound.rate_hz)
    over_db = true_peak_db(limited) - ceiling_db
    if over_db > 0:
        samples *= np.float32(10 ** (-over_db / 20))
    return limited, num_cut / max(1, len(samples))


def duck(
    music: Sound,
    speech: Sequence[tuple[float, float]],
    depth_db: float = -12.0,
    attack_s: float = 0.08,
    release_s: float = 0.4,
) -> Sound:
    """Turn music down while someone speaks.

    Args:
        music: mono or stereo.
        speech: start and end of each stretch of speech in seconds, in order.
        depth_db: change of level under speech, negative.
        attack_s: time that the music takes to get out of the way; it ends where the speech starts.
        release_s: time that it takes to come back after the speech.
    """
    stretches = _joined(speech, attack_s + release_s)
    if not stretches:
        return music
    times = [time for start, end in stretches for time in (start - attack_s, start, end, end + release_s)]
    levels = [0.0, depth_db, depth_db, 0.0] * len(stretches)
    level_db = np.interp(np.arange(len(music.samples)) / music.rate_hz, times, levels)
    gain = (10 ** (level_db / 20)).astype(np.float32)
    return Sound((music.by_channel * gain[:, None]).reshape(music.samples.shape), music.rate_hz)


def _joined(stretches: Sequence[tuple[float, float]], gap_s: float) -> list[tuple[float, float]]:
    """Join stretches with less than ``gap_s`` between them: music that surfaces between two words pumps."""
    joined: list[tuple[float, float]] = []
    for start, end in sorted(stretches):
        if joined and start - joined[-1][1] < gap_s:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _cuts_db(overs: NDArray[np.float32], rate_hz: int) -> NDArray[np.float64]:
    """Return how far to turn each sample down, from how far its peak stands over the ceiling (as a factor)."""
    ahead = max(2, round(_LOOK_AHEAD_S * rate_hz))
    needed_db = 20 * np.log10(np.maximum(overs, 1.0), dtype=np.float64)
    return _smoothed(_held_ahead(_released(needed_db, rate_hz), ahead), ahead)


def _released(cut_db: NDArray[np.float64], rate_hz: int) -> NDArray[np.float64]:
    """Let each cut fade linearly in dB; a running maximum along slanted lines does it."""
    slope = np.arange(len(cut_db)) * (_RELEASE_DB_A_S / rate_hz)
    released: NDArray[np.float64] = np.maximum(np.maximum.accumulate(cut_db + slope) - slope, 0.0)
    return released


def _held_ahead(cut_db: NDArray[np.float64], ahead: int) -> NDArray[np.float64]:
    """Return the highest cut among each sample and the ``ahead`` samples after it (van Herk's two running maxima)."""
    window = ahead + 1
    length = len(cut_db)
    padded = np.pad(cut_db, (0, 2 * window - length % window)).reshape(-1, window)
    forward = np.maximum.accumulate(padded, axis=1).ravel()
    backward = np.maximum.accumulate(padded[:, ::-1], axis=1)[:, ::-1].ravel()
    return np.maximum(backward[:length], forward[ahead : ahead + length])


def _smoothed(cut_db: NDArray[np.float64], ahead: int) -> NDArray[np.float64]:
    """Average each sample with the ``ahead`` before it: the gain glides, and a held cut is still reached in time."""
    window = ahead + 1
    total = np.concatenate([[0.0], np.cumsum(np.concatenate([np.full(ahead, cut_db[0]), cut_db]))])
    smoothed: NDArray[np.float64] = np.maximum((total[window:] - total[:-window]) / window, 0.0)
    return smoothed
