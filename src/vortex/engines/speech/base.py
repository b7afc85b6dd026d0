"""What every voice promises."""

from dataclasses import dataclass
from typing import Protocol

from vortex.media.sound import Sound


@dataclass(frozen=True, slots=True)
class SayWord:
    """One word of a caption and how it is said: ``shown`` "e.g." may be ``said`` "for example"."""

    shown: str
    said: str


@dataclass(frozen=True, slots=True)
class SpeechRequest:
    """One sentence to speak; all that the sound depends on."""

    words: tuple[SayWord, ...]
    language: str = "en"
    """ISO 639-1 code."""
    voice: str = ""
    """A name that the engine lists; "" is its default for the language."""
    words_per_minute: int = 165
    """80 to 300."""
    emotion: str = "neutral"
    """A name of ``emotions.yaml``; bends pace, pitch and loudness away from those of a neutral sentence."""
    pitch: float = 0.0
    """Semitones to speak higher, -4 to 4."""
    seed: int = 0
    """Decides what a voice leaves to chance, such as breath. A voice without chance always sounds the same; a server
    that takes no seed may differ from call to call, and the build keeps its first answer."""


@dataclass(frozen=True, slots=True)
class WordTime:
    """When a word is spoken, in seconds from the start of the sentence's sound."""

    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Utterance:
    """A spoken sentence: mono sound, and one time for every word of the request, in order, never decreasing."""

    sound: Sound
    times: tuple[WordTime, ...]


@dataclass(frozen=True, slots=True)
class VoiceCard:
    """A voice that an engine lists."""

    name: str
    language: str
    """ISO 639-1 code; "" where it speaks all of its engine's."""
    about: str = ""


class SpeechEngine(Protocol):
    """Speaks sentences. Deterministic: the same request gives the same samples and times.

    A voice that needs settings offers ``from_settings(VoiceSettings)``, one that leases a model
    ``from_room(VoiceSettings, EngineRoom)``; others are made without arguments. One that knows its voices by name has
    ``voices()``, which returns a ``VoiceCard`` for each. Emotion and pitch are heard in the
    sound or refused, never left out.
    """

    name: str
    version: str
    rung: str

    def languages(self) -> tuple[str, ...]:
        """Return the ISO 639-1 codes that the engine can speak."""
        ...

    def speak(self, request: SpeechRequest) -> Utterance:
        """Speak one sentence.

        Raises:
            EngineError: the language is not spoken here (names what is), the voice or the emotion is unknown, the voice
                cannot be bent so, or its process died twice.
        """
        ...

    def close(self) -> None:
        """Free the voice; calling it twice is harmless."""
        ...
