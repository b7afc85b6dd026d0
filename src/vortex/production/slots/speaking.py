"""The sound of a slot: its lines spoken one after the other, and music below where the recipe names some."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vortex.core.errors import EngineError, MediaError
from vortex.core.text import sentences
from vortex.engines.speech.base import SpeechEngine, SpeechRequest
from vortex.knowledge.language import detect_language
from vortex.media.loudness import integrated_lufs
from vortex.media.master import Mastered, master
from vortex.media.sound import Sound
from vortex.media.sound_file import read_sound, resample
from vortex.media.track import SubtitleCue
from vortex.production.slots.buffers import RATE_HZ
from vortex.production.slots.recipe import MOST_S, SlotOrder
from vortex.production.slots.showrunner import Script
from vortex.story.spoken import say_words

TARGET_LUFS = -14.0
_BETWEEN_SENTENCES_S, _AFTER_S = 0.25, 0.4
_FADE_IN_S, _FADE_OUT_S, _SEAM_S = 0.3, 1.0, 0.5
_LEAST_MUSIC_S = 2.0
_LOUDNESS_IS_NEAR_LU = 1.0
_SLOWEST, _FASTEST = 80, 300


@dataclass(frozen=True, slots=True, eq=False)
class Spoken:
    """The lines of a slot, spoken."""

    sound: Sound
    """Mono, at ``RATE_HZ``, with a short silence at its end."""
    cues: tuple[SubtitleCue, ...]
    language: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Manner:
    """How the voice is asked to speak."""

    voice: str
    words_per_minute: int
    emotion: str
    seed: int


def manner_of(order: SlotOrder, usual_voice: str, usual_rate: int, seed: int) -> Manner:
    """Return how the voice is asked to speak: the recipe's voice and speed, over those of the settings."""
    rate = round(min(_FASTEST, max(_SLOWEST, usual_rate * order.speed)))
    return Manner(order.voice or usual_voice, rate, order.emotion or "neutral", seed)


def speak(script: Script, engine: SpeechEngine, manner: Manner, progress: Callable[[float], None]) -> Spoken:
    """Return the lines of a script, spoken.

    Args:
        script: what is said.
        engine: the voice.
        manner: how.
        progress: hears the finished share after each sentence; may raise.

    Raises:
        EngineError: the voice failed, or the script is longer than a slot.
    """
    language = detect_language(" ".join(script.lines)) or "en"
    told = [(line, text) for line, part in enumerate(script.lines) for text in sentences(part)]
    parts: list[NDArray[np.float32]] = []
    cues: list[SubtitleCue] = []
    at, before = 0, 0
    for number, (line, text) in enumerate(told):
        if number:
            pause = script.pause_s if line != before else _BETWEEN_SENTENCES_S
            parts.append(np.zeros(round(pause * RATE_HZ), np.float32))
            at += len(parts[-1])
        request = SpeechRequest(
            say_words(text, language, {}), language, manner.voice, manner.words_per_minute, manner.emotion,
            seed=manner.seed,
        )  # fmt: skip
        samples = resample(engine.speak(request).sound, RATE_HZ).samples
        cues.append(SubtitleCue(at / RATE_HZ, (at + len(samples)) / RATE_HZ, text))
        parts.append(samples)
        at, before = at + len(samples), line
        _require_room(at / RATE_HZ, number + 1, len(told))
        progress((number + 1) / len(told))
    parts.append(np.zeros(round(_AFTER_S * RATE_HZ), np.float32))
    notes = () if language == "en" else (f"The script is taken for the language {language!r}.",)
    return Spoken(Sound(np.concatenate(parts), RATE_HZ), tuple(cues), language, notes)


def with_music(voice: Sound, order: SlotOrder, folder: Path) -> Mastered:
    """Return the finished sound: the voice with the recipe's music below, at the usual loudness.

    Args:
        voice: mono, at ``RATE_HZ``.
        order: names the music and its level against the voice; at 1 they are equally loud, at 0 there is no music.
        folder: in which the music is looked for unless its path is absolute.

    Raises:
        MediaError: the music cannot be read, is silent or is too short, or the voice is silent.
    """
    mixed = voice
    if order.bgm and order.bgm_volume > 0:
        mixed = Sound(voice.samples + _music(voice, folder / order.bgm, order.bgm_volume), RATE_HZ)
    return master(mixed, TARGET_LUFS)


def notes_on(finished: Mastered) -> Iterator[str]:
    """Yield what differs from the usual in a finished sound, in whole sentences."""
    if abs(finished.after_lufs - TARGET_LUFS) > _LOUDNESS_IS_NEAR_LU:
        yield (
            f"The sound has {finished.after_lufs:.1f} LUFS instead of {TARGET_LUFS:g}: it is hardly more than peaks, "
            "and turning it up further would clip them."
        )


def _music(voice: Sound, path: Path, volume: float) -> NDArray[np.float32]:
    """Return the music, as long as the voice."""
    music = read_sound(path, RATE_HZ)
    mono = Sound(np.ascontiguousarray(music.by_channel.mean(axis=1), np.float32), RATE_HZ)
    if mono.duration_s < _LEAST_MUSIC_S:
        raise MediaError(f"{path}: the music lasts {mono.duration_s:.1f} s; {_LEAST_MUSIC_S:g} s is the least")
    level = integrated_lufs(mono)
    if not np.isfinite(level):
        raise MediaError(f"{path}: the music is silent; name another file or none")
    gain = np.float32(volume * 10 ** ((integrated_lufs(voice) - level) / 20))
    looped = np.resize(_seamless(mono.samples), len(voice.samples)) * gain
    index = np.arange(len(looped)) / RATE_HZ
    edges = np.minimum(index / _FADE_IN_S, (voice.duration_s - index) / _FADE_OUT_S)
    return looped * np.clip(edges, 0, 1).astype(np.float32)


def _seamless(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Fold the end of the music over its beginning with equal power, so that it can repeat without a seam."""
    fade = round(_SEAM_S * RATE_HZ)
    rise = np.sin(np.linspace(0, np.pi / 2, fade, dtype=np.float32))
    folded = samples[:-fade].copy()
    folded[:fade] = folded[:fade] * rise + samples[-fade:] * rise[::-1]
    return folded


def _require_room(seconds: float, told: int, total: int) -> None:
    if seconds + _AFTER_S > MOST_S:
        raise EngineError(
            f"after {told} of {total} sentences the script takes {seconds:.1f} s, and a slot has at most {MOST_S} s; "
            "shorten it; nothing was cut off"
        )
