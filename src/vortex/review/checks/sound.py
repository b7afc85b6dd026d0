"""Is the film as loud as it should be, without clipping, without holes, and as long as its picture?"""

import numpy as np
from numpy.typing import NDArray

from vortex.media.loudness import integrated_lufs, true_peak_db
from vortex.media.sound import Sound
from vortex.review.measured import Streams, stretches
from vortex.review.verdict import Finding, Outcome, Skip, clock

TARGET_LUFS = -14.0
LUFS_TOLERANCE = 1.0
PEAK_BAR_DB = -1.0
CODEC_TOLERANCE_DB = 0.3
"""AAC moves peaks: a master that keeps to the bar may come back from the decoder this much higher."""
LONGEST_SILENCE_S = 3.0
SILENCE_DB = -50.0
FULL_SCALE = 0.999
SHORTEST_S = 0.4
"""Loudness is only defined from here on."""
_TOO_SHORT = f"the sound is shorter than {SHORTEST_S} s"
HOP_S = 0.005
_RISE_S = 0.15
_NAMES = ("loudness", "true peak", "clipping", "silence", "sound and picture end together")


def check(sound: Sound | None, streams: Streams, expected: bool) -> list[Outcome]:
    """Return all outcomes on the sound; a film that should speak and is mute fails, a silent one is excused."""
    if sound is None or streams.audio_s is None:
        if not expected:
            return [Skip(name, "the film has no sound", excused=True) for name in _NAMES]
        mute = Finding("loudness", False, "no sound", f"{TARGET_LUFS:.0f} LUFS", "The film holds no sound at all.")
        return [mute, *(Skip(name, "the film has no sound", excused=True) for name in _NAMES[1:])]
    return [
        loudness(integrated_lufs(sound)) if sound.duration_s >= SHORTEST_S else Skip("loudness", _TOO_SHORT),
        true_peak(true_peak_db(sound)),
        clipping(sound),
        silence(sound),
        ends_together(streams),
    ]


def loudness(lufs: float) -> Finding:
    """Check the integrated loudness of the whole film, in LUFS. Source: ITU-R BS.1770-4."""
    passed = abs(lufs - TARGET_LUFS) <= LUFS_TOLERANCE
    return Finding(
        "loudness", passed, f"{lufs:.1f} LUFS", f"{TARGET_LUFS:.0f} ± {LUFS_TOLERANCE:.0f} LUFS", measure=_finite(lufs)
    )


def true_peak(peak_db: float) -> Finding:
    """Check the highest peak between samples, with room for what AAC adds. Source: ITU-R BS.1770-4, annex 2."""
    passed = peak_db <= PEAK_BAR_DB + CODEC_TOLERANCE_DB
    over = peak_db > PEAK_BAR_DB
    detail = f"Measured after decoding; {CODEC_TOLERANCE_DB} dB above the bar is put down to the codec." if over else ""
    return Finding(
        "true peak", passed, f"{peak_db:.1f} dBTP", f"≤ {PEAK_BAR_DB:.0f} dBTP", detail, measure=_finite(peak_db)
    )


def clipping(sound: Sound) -> Finding:
    """Check that nowhere three samples in a row stand at full scale."""
    samples = sound.by_channel
    full: NDArray[np.bool_] = np.any((samples >= FULL_SCALE) | (samples <= -FULL_SCALE), axis=1)
    runs = [run for run in stretches(full) if run[1] - run[0] >= 3]
    where = tuple(clock(start / sound.rate_hz) for start, _ in runs[:5])
    return Finding("clipping", not runs, f"{len(runs)} places", "0", where=where, measure=len(runs))


def silence(sound: Sound) -> Finding:
    """Check that the film is never silent for longer than three seconds."""
    quiet = levels_db(sound) < SILENCE_DB
    longest = max((end - start for start, end in stretches(quiet)), default=0) * HOP_S
    holes = [(start, end) for start, end in stretches(quiet) if (end - start) * HOP_S > LONGEST_SILENCE_S]
    where = tuple(f"{clock(start * HOP_S)} to {clock(end * HOP_S)}" for start, end in holes)
    return Finding(
        "silence",
        not holes,
        f"{longest:.1f} s at longest",
        f"≤ {LONGEST_SILENCE_S:.0f} s",
        where=where,
        measure=longest,
    )


def ends_together(streams: Streams) -> Finding:
    """Check that sound and picture are equally long, within one frame."""
    assert streams.audio_s is not None
    apart = streams.audio_s - streams.video_s
    frame = float(1 / streams.fps)
    return Finding(
        "sound and picture end together",
        abs(apart) <= frame + 1e-3,
        f"{apart * 1000:+.0f} ms",
        f"within one frame ({frame * 1000:.0f} ms)",
        f"Sound {streams.audio_s:.3f} s, picture {streams.video_s:.3f} s.",
        measure=apart,
    )


def levels_db(sound: Sound) -> NDArray[np.float32]:
    """Return the level of each hop in dB of full scale (root mean square, floor -120), shape (M,)."""
    mono = sound.by_channel.mean(axis=1)
    hop = max(1, round(HOP_S * sound.rate_hz))
    whole = mono[: len(mono) // hop * hop].reshape(-1, hop)
    power = np.einsum("ij,ij->i", whole, whole) / hop
    levels: NDArray[np.float32] = 10 * np.log10(np.maximum(power, 1e-12)).astype(np.float32)
    return levels


def rises_db(sound: Sound) -> NDArray[np.float32]:
    """Return by how much the voice rises at each hop: its level in the next 150 ms less that in the last, in dB.

    The wave is brought down to about 16 kHz and differentiated twice, which brings out consonants, leaves little of
    what music and hum do below them, and nothing of the cymbals above: a voice is heard coming in over a ducked bed
    too. What lies 45 dB under the loud parts is silence.
    """
    step = max(1, sound.rate_hz // 16000)
    mono = sound.by_channel.mean(axis=1)
    coarse = mono[: len(mono) // step * step].reshape(-1, step).mean(axis=1)
    levels = levels_db(Sound(np.diff(coarse, n=2), sound.rate_hz // step))
    span = round(_RISE_S / HOP_S)
    if len(levels) <= 2 * span:
        return np.zeros(0, np.float32)
    total = np.cumsum(np.maximum(levels, np.percentile(levels, 95) - 45), dtype=np.float64)
    rises = np.zeros(len(levels), np.float32)
    rises[span:-span] = (total[2 * span :] - 2 * total[span:-span] + total[: -2 * span]) / span
    return rises


def _finite(level_db: float) -> float | None:
    """Return a level as JSON can carry it: the level of silence is no number."""
    return level_db if np.isfinite(level_db) else None
