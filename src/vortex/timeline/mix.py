"""The sound of the film: every sentence at its sample, music under it that makes way for words.

The mix is made in blocks of a few seconds, so that half an hour of film needs no more memory than a minute; the level
of the whole is left to mastering.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vortex.core.errors import MediaError
from vortex.media.loudness import integrated_lufs
from vortex.media.master import duck
from vortex.media.sound import Sound
from vortex.media.sound_file import resample
from vortex.timeline.plan import RATE_HZ
from vortex.timeline.schedule import PlacedSentence, Timeline

_BLOCK = 8 * RATE_HZ
_MUSIC_BELOW_VOICE_LU = 6.0
"""Between sentences; ducking takes it 12 dB lower while someone speaks."""
_MUSIC_IN_S, _MUSIC_OUT_S, _LOOP_FADE_S = 1.0, 2.5, 1.0
_SAMPLE_S = 60


def mix(timeline: Timeline, sounds: Mapping[str, Sound], music: Sound | None = None) -> Sound:
    """Return the whole sound of the film at 48 kHz, before mastering; see ``mix_blocks``."""
    channels = music.num_channels if music else 1
    whole = np.zeros((timeline.num_samples, channels), np.float32)
    start = 0
    for block in mix_blocks(timeline, sounds, music):
        whole[start : start + len(block.samples)] = block.by_channel
        start += len(block.samples)
    return Sound(whole[:, 0] if channels == 1 else whole, RATE_HZ)


def mix_blocks(timeline: Timeline, sounds: Mapping[str, Sound], music: Sound | None = None) -> Iterator[Sound]:
    """Yield the sound of the film in blocks of 8 s, the last one shorter.

    Args:
        timeline: where the sentences are.
        sounds: the sound of each sentence by its id, mono, at any rate; a mapping that loads on access saves memory.
            A sentence is asked for once or, with music, twice.
        music: laid under the whole film, repeated where it is shorter, 18 dB under the voice while someone speaks and
            6 dB in the pauses (loudness by BS.1770).

    Raises:
        MediaError: the sound of a sentence is missing or has another length than the timeline says, or the music is
            silent.
    """
    bed = _Bed.under(timeline, sounds, music) if music else None
    carried: list[tuple[int, NDArray[np.float32]]] = []
    waiting = list(reversed(timeline.sentences))
    for start in range(0, timeline.num_samples, _BLOCK):
        stop = min(start + _BLOCK, timeline.num_samples)
        while waiting and waiting[-1].start_sample < stop:
            placed = waiting.pop()
            carried.append((placed.start_sample, _voice(placed, sounds)))
        block = np.zeros(stop - start, np.float32)
        for at, samples in carried:
            _add(block, samples, at - start)
        carried = [(at, samples) for at, samples in carried if at + len(samples) > stop]
        yield bed.joined(block, start) if bed else Sound(block, RATE_HZ)


def speech_intervals(timeline: Timeline) -> list[tuple[float, float]]:
    """Return start and end, in seconds, of every sentence."""
    return [
        (placed.start_sample / RATE_HZ, (placed.start_sample + placed.num_samples) / RATE_HZ)
        for placed in timeline.sentences
    ]


def _voice(placed: PlacedSentence, sounds: Mapping[str, Sound]) -> NDArray[np.float32]:
    if placed.id not in sounds:
        raise MediaError(f"there is no sound for sentence {placed.id!r}; speak it before mixing")
    sound = resample(sounds[placed.id], RATE_HZ)
    if len(sound.samples) != placed.num_samples or sound.num_channels != 1:
        raise MediaError(
            f"sentence {placed.id!r} has {len(sound.samples)} samples in {sound.num_channels} channels, the timeline "
            f"has {placed.num_samples} in one; schedule again after speaking"
        )
    return sound.samples


def _add(block: NDArray[np.float32], samples: NDArray[np.float32], at: int) -> None:
    """Add ``samples`` to ``block`` from index ``at``, which may lie before the block."""
    first = max(0, -at)
    last = min(len(samples), len(block) - at)
    if last > first:
        block[at + first : at + last] += samples[first:last]


@dataclass(frozen=True, slots=True)
class _Bed:
    """Music that repeats and knows when someone speaks."""

    loop: Sound
    speech: list[tuple[float, float]]
    num_samples: int

    @classmethod
    def under(cls, timeline: Timeline, sounds: Mapping[str, Sound], music: Sound) -> "_Bed":
        music = resample(music, RATE_HZ)
        if music.duration_s < 2 * _LOOP_FADE_S:
            raise MediaError(f"the music lasts {music.duration_s:.1f} s; {2 * _LOOP_FADE_S:.0f} s is the least")
        level = integrated_lufs(music.as_stereo())
        if not np.isfinite(level):
            raise MediaError("the music is silent; name another file or none")
        gain = np.float32(10 ** ((_voice_lufs(timeline, sounds) - _MUSIC_BELOW_VOICE_LU - level) / 20))
        return cls(_seamless(Sound(music.samples * gain, RATE_HZ)), speech_intervals(timeline), timeline.num_samples)

    def joined(self, voice: NDArray[np.float32], start: int) -> Sound:
        """Return the block of voice that begins at sample ``start`` with the music under it."""
        index = np.arange(start, start + len(voice))
        music = self.loop.by_channel[index % len(self.loop.samples)]
        edges = np.minimum(index / (_MUSIC_IN_S * RATE_HZ), (self.num_samples - index) / (_MUSIC_OUT_S * RATE_HZ))
        music = music * np.clip(edges, 0, 1).astype(np.float32)[:, None]
        shifted = [(begin - start / RATE_HZ, end - start / RATE_HZ) for begin, end in self.speech]
        both = duck(Sound(music, RATE_HZ), shifted).samples + voice[:, None]
        return Sound(both.reshape(-1) if both.shape[1] == 1 else both, RATE_HZ)


def _voice_lufs(timeline: Timeline, sounds: Mapping[str, Sound]) -> float:
    """Return the loudness of the first minute of speech; of a film without any, the usual level of a voice."""
    parts: list[NDArray[np.float32]] = []
    for placed in timeline.sentences:
        parts.append(_voice(placed, sounds))
        if sum(map(len, parts)) > _SAMPLE_S * RATE_HZ:
            break
    joined = Sound(np.concatenate([*parts, np.zeros(0, np.float32)]), RATE_HZ)
    level = integrated_lufs(joined.as_stereo()) if joined.duration_s >= 0.4 else float("-inf")
    return level if np.isfinite(level) else -18.0


def _seamless(music: Sound) -> Sound:
    """Fold the end of the music over its beginning with equal power, so that it can repeat without a seam."""
    fade = round(_LOOP_FADE_S * RATE_HZ)
    rise = np.sin(np.linspace(0, np.pi / 2, fade, dtype=np.float32))[:, None]
    samples = music.by_channel[:-fade].copy()
    samples[:fade] = samples[:fade] * rise + music.by_channel[-fade:] * rise[::-1]
    return Sound(samples.reshape((-1, *music.samples.shape[1:])), music.rate_hz)
