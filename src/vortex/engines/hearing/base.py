"""What every engine that writes down speech promises."""

from dataclasses import dataclass
from typing import Protocol

from vortex.core.settings import HearingSettings
from vortex.media.sound import Sound
from vortex.runtime.room import EngineRoom


@dataclass(frozen=True, slots=True)
class HeardWord:
    """A word that was heard, and when, in seconds from the start of the sound."""

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was heard."""

    text: str
    words: tuple[HeardWord, ...]
    """In order, times never decreasing; empty where the model knows no times."""
    language: str
    """ISO 639-1 code."""


class HearingEngine(Protocol):
    """Writes down speech. Deterministic on the same device. Made by ``from_room(HearingSettings, EngineRoom)``."""

    name: str
    version: str
    rung: str

    @classmethod
    def from_room(cls, settings: HearingSettings, room: EngineRoom) -> "HearingEngine":
        """Return the engine; no weight is read before the first sound."""
        ...

    def transcribe(self, sound: Sound, language: str = "") -> Transcript:
        """Write down what is said.

        Args:
            sound: any rate and number of channels; mixed and resampled here.
            language: ISO 639-1 code; "" lets the model find out.

        Raises:
            EngineError: the model does not know the language; names those that it does.
            ModelError: the model is missing or broken, or does not fit.
        """
        ...

    def close(self) -> None:
        """Give back what is held; calling it twice is harmless."""
        ...
