"""Kokoro for slots: one call for each text, at the voice's own pace, into a buffer that was made before."""

from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from vortex.core.errors import EngineError
from vortex.core.settings import VoiceSettings, load_settings
from vortex.engines.speech.base import SpeechRequest, Utterance
from vortex.engines.speech.emotions import delivery
from vortex.engines.speech.kokoro import KokoroSpeech, manner_of
from vortex.engines.speech.kokoro_voices import FASTEST, SLOWEST, Character
from vortex.media.sound import Sound
from vortex.runtime.room import EngineRoom
from vortex.runtime.rooms import own_room

LONGEST_S = 45
RATE_HZ = 24_000


class KokoroVoice:
    """Speaks texts of at most ``LONGEST_S`` seconds; a ``with`` block, or ``close``, ends its reader."""

    def __init__(self, engine: KokoroSpeech, room: EngineRoom | None = None) -> None:
        """Speak with ``engine``; ``room`` is closed with this voice where nobody else owns it."""
        self._engine, self._room = engine, room

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the reader and let the model go; calling it twice is harmless."""
        self._engine.close()
        if self._room is not None:
            self._room.close()

    def synthesize(
        self,
        text: str,
        voice_id: str = "",
        speed: float = 1.0,
        emotion: str = "neutral",
        seed: int = 0,
        output: NDArray[np.float32] | None = None,
    ) -> Utterance:
        """Speak a text.

        Args:
            text: at most ``LONGEST_S`` seconds when spoken.
            voice_id: a character or a published voice; "" takes the English narrator. It decides the language.
            speed: factor on the pace of the voice, 0.8 to 1.2.
            emotion: a name of ``emotions.yaml``.
            seed: decides the breath; equal calls with equal seeds give equal samples.
            output: float32 of shape (N,); the sound is written to its beginning, silence to its rest.

        Returns:
            Sound at 24 kHz, which lies in ``output`` if that was given, and the time of each word of ``text``.

        Raises:
            EngineError: a value is out of range, there is no such voice, the text is too long, or ``output`` cannot
                hold it.
        """
        if not SLOWEST <= speed <= FASTEST:
            raise EngineError(f"speed = {speed:g}: kokoro speaks at {SLOWEST} to {FASTEST} of its own pace")
        _require_buffer(output)
        character = self._character(voice_id)
        words = text.split()
        meant = delivery(SpeechRequest((), emotion=emotion))
        spoken = self._engine.say(words, character, manner_of(meant, character, speed, seed, LONGEST_S))
        return spoken if output is None else _written(spoken, output)

    def _character(self, name: str) -> Character:
        if not name:
            return self._engine.cast.find("", "en")
        if name not in self._engine.cast.characters:
            raise EngineError(
                f"kokoro has no voice {name!r}; it has {', '.join(self._engine.cast.characters) or 'none'}"
            )
        return self._engine.cast.characters[name]


def load_kokoro(device: str = "auto", folder: str | Path = "") -> KokoroVoice:
    """Return the voice of a folder that ``vortex voices convert`` was run on.

    Args:
        device: ``auto``, ``cpu``, ``cuda`` or ``cuda:N``.
        folder: with ``config.json``, ``model.safetensors`` and ``voices/``; "" takes ``voice.folder`` of the settings.

    Raises:
        ModelError: there is no such folder.
        PolicyError: it was not converted.
        ConfigError: the device has no such name.
        EngineError: no folder is named, here or in the settings.
    """
    voice = VoiceSettings(folder=str(folder)) if str(folder) else load_settings().settings.voice
    room = own_room("" if device == "auto" else device)
    return KokoroVoice(KokoroSpeech.from_room(voice, room), room)


def _require_buffer(output: NDArray[np.float32] | None) -> None:
    if output is not None and (output.dtype != np.float32 or output.ndim != 1):
        raise EngineError(f"output must be float32 of one dimension, not {output.dtype} of {output.ndim}")


def _written(spoken: Utterance, output: NDArray[np.float32]) -> Utterance:
    size = len(spoken.sound.samples)
    if size > len(output):
        raise EngineError(f"the text takes {size} samples and output has {len(output)}; make it longer")
    output[:size] = spoken.sound.samples
    output[size:] = 0
    return Utterance(Sound(output[:size], spoken.sound.rate_hz), spoken.times)
