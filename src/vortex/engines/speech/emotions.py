"""Emotions as data: what each does to pace, pitch and loudness, the same for every voice that can be bent."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import yaml

from vortex.core.errors import EngineError
from vortex.engines.speech.base import SpeechRequest, Utterance
from vortex.media.master import limit

_TABLE = Path(__file__).with_name("emotions.yaml")
_MOST_SEMITONES = 4.0
_CEILING_DB = -0.1


@dataclass(frozen=True, slots=True)
class Emotion:
    """How a sentence differs from a neutral one."""

    tempo: float
    """Factor on the pace."""
    pitch: float
    """Semitones."""
    energy: float
    """Decibels."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a request is to be spoken."""

    tempo: float
    """Factor on the pace that was asked for."""
    pitch_ratio: float
    """Factor on the pitch of the voice."""
    gain_db: float


def emotions() -> tuple[str, ...]:
    """Return the names of all emotions, ``neutral`` first."""
    return tuple(_emotions())


def delivery(request: SpeechRequest) -> Delivery:
    """Return what the emotion and the pitch of a request mean.

    Raises:
        EngineError: there is no such emotion, or the pitch is out of range.
    """
    known = _emotions()
    if request.emotion not in known:
        raise EngineError(f"there is no emotion {request.emotion!r}; choose one of {', '.join(known)}")
    if not -_MOST_SEMITONES <= request.pitch <= _MOST_SEMITONES:
        raise EngineError(f"a voice cannot be moved by {request.pitch:g} semitones; ask for -4 to 4")
    meant = known[request.emotion]
    return Delivery(meant.tempo, 2 ** ((meant.pitch + request.pitch) / 12), meant.energy)


def refuse_manner(request: SpeechRequest, engine: str) -> None:
    """Refuse what an engine cannot do rather than leave it out.

    Raises:
        EngineError: the request has an emotion, or a pitch of its own.
    """
    if delivery(request) != Delivery(1.0, 1.0, 0.0):
        raise EngineError(
            f"the voice {engine} can neither be given an emotion ({request.emotion}) nor another pitch "
            f"({request.pitch:g} semitones); leave them at neutral and 0, or use espeak or kokoro"
        )


def louder(spoken: Utterance, gain_db: float) -> Utterance:
    """Return the utterance with its level changed; single peaks that would clip are turned down."""
    if not gain_db and np.abs(spoken.sound.samples).max(initial=0) <= 1:
        return spoken
    return Utterance(limit(spoken.sound, _CEILING_DB, gain_db)[0], spoken.times)


@cache
def _emotions() -> dict[str, Emotion]:
    table = yaml.safe_load(_TABLE.read_text(encoding="utf8"))
    return {name: Emotion(**values) for name, values in table.items()}
