"""Is the film as loud as it should be, without clipping, without holes, on both ears, and as long as its picture?"""

import numpy as np

from vortex.review.hearing import HOP_S, Heard
from vortex.review.measured import Streams, stretches
from vortex.review.verdict import Finding, Outcome, Skip, clock

TARGET_LUFS = -14.0
LUFS_TOLERANCE = 1.0
PEAK_BAR_DB = -1.0
CODEC_TOLERANCE_DB = 0.3
"""AAC moves peaks: a master that keeps to the bar may come back from the decoder this much higher."""
LONGEST_SILENCE_S = 3.0
SILENCE_DB = -50.0
LEAST_RATE_HZ = 32000
CANCELLED_DB = 6.0
"""Both channels mixed to one may be this much softer than they are by themselves; more means that they cancel out."""
DEAF_DB = 30.0
"""A channel that is this much softer than the other is as good as not there."""
SHORTEST_S = 0.4
"""Loudness is only defined from here on."""
_TOO_SHORT = f"the sound is shorter than {SHORTEST_S} s"
_NAMES = (
    "loudness", "true peak", "clipping", "silence", "both channels", "sample rate", "sound and picture end together",
)  # fmt: skip


def check(heard: Heard | None, streams: Streams, expected: bool) -> list[Outcome]:
    """Return all outcomes on the sound; a film that should speak and is mute fails, a silent one is excused."""
    if heard is None or streams.audio_s is None:
        if not expected:
            return [Skip(name, "the film has no sound", excused=True) for name in _NAMES]
        mute = Finding("loudness", False, "no sound", f"{TARGET_LUFS:.0f} LUFS", "The film holds no sound at all.")
        return [mute, *(Skip(name, "the film has no sound", excused=True) for name in _NAMES[1:])]
    return [
        loudness(heard.lufs) if heard.duration_s >= SHORTEST_S else Skip("loudness", _TOO_SHORT),
        true_peak(heard.peak_db),
        clipping(heard),
        silence(heard),
        both_channels(heard),
        sample_rate(heard),
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


def clipping(heard: Heard) -> Finding:
    """Check that nowhere three samples in a row stand at full scale."""
    places = heard.clipped
    where = tuple(clock(moment) for moment in places[:5])
    return Finding("clipping", not places, f"{len(places)} places", "0", where=where, measure=len(places))


def silence(heard: Heard) -> Finding:
    """Check that the film is never silent for longer than three seconds."""
    quiet = heard.levels < SILENCE_DB
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


def both_channels(heard: Heard) -> Finding:
    """Check that both channels sound, and that they do not cancel each other out where they are mixed to one."""
    bar = f"mixed to one no more than {CANCELLED_DB:.0f} dB softer, apart no more than {DEAF_DB:.0f} dB"
    loud = heard.channels.max(axis=1, initial=-200) >= SILENCE_DB
    if heard.num_channels == 1 or not loud.any():
        return Finding("both channels", True, f"{heard.num_channels} channel", bar, "Nothing to compare.")
    each = heard.channels[loud].mean(axis=0)
    apart = float(each.max() - each.min())
    lost = float(np.median(heard.channels[loud].mean(axis=1) - heard.levels[loud]))
    faults = ("one channel is silent",) if apart > DEAF_DB else ("they cancel out",) if lost > CANCELLED_DB else ()
    seen = f"{max(0.0, lost):.1f} dB softer, {apart:.1f} dB apart"
    return Finding("both channels", not faults, seen, bar, "; ".join(faults).capitalize(), measure=lost)


def sample_rate(heard: Heard) -> Finding:
    """Report the sample rate; below 32 kHz the sound of s and f is lost."""
    passed = heard.rate_hz >= LEAST_RATE_HZ
    return Finding(
        "sample rate", passed, f"{heard.rate_hz} Hz", f"≥ {LEAST_RATE_HZ} Hz", gating=False, measure=heard.rate_hz
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


def _finite(level_db: float) -> float | None:
    """Return a level as JSON can carry it: the level of silence is no number."""
    return level_db if np.isfinite(level_db) else None
