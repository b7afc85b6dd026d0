"""Speech into files, for who wants a voice and no film: any engine by name, any format by the ending of the file."""

import hashlib
import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from vortex.core.errors import EngineError
from vortex.core.plugins import load_plugins
from vortex.core.settings import VoiceSettings, load_settings
from vortex.core.text import sentences
from vortex.engines.speech.base import SayWord, SpeechEngine, SpeechRequest
from vortex.engines.speech.cloning import ClonedVoice, Consent, Reference, VoiceShelf, shelf_of
from vortex.media.sound import Sound
from vortex.media.sound_encode import format_of, write_sound
from vortex.runtime.room import EngineRoom
from vortex.runtime.rooms import own_room

USUAL_RATE = 165
"""Words a minute at speed 1."""
PAUSE_S = 0.25
"""Between sentences."""


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """A word of the text and when it is said, in seconds."""

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class SpokenFile:
    """A text that was spoken into a file."""

    path: Path
    duration_s: float
    words: tuple[SpokenWord, ...]
    cached: bool = False
    """Whether it was taken from the cache."""


@dataclass(frozen=True, slots=True)
class Speaking:
    """All that a spoken file depends on beside its text and its engine; the cache knows no other."""

    speaker: str = ""
    language: str = "en"
    emotion: str = "neutral"
    speed: float = 1.0
    """0.5 to 1.8: a factor on 165 words a minute."""
    pitch: float = 0.0
    """Semitones, -4 to 4."""

    def request(self, text: str) -> SpeechRequest:
        """Return what an engine is asked to say.

        Raises:
            EngineError: the speed is out of range.
        """
        if not 0.5 <= self.speed <= 1.8:
            raise EngineError(f"speed = {self.speed:g}: ask for 0.5 to 1.8")
        words = tuple(SayWord(word, word) for word in text.split())
        rate = round(USUAL_RATE * self.speed)
        return SpeechRequest(words, self.language, self.speaker, rate, self.emotion, self.pitch)


class TTSEngine:
    """A voice by the name of its engine: ``espeak``, ``kokoro``, ``xtts``, ``sovits``, ``remote``, or a plugin's.

    Which languages it speaks, ``languages()`` tells; others are refused. The engine is made at the first text.
    """

    def __init__(
        self,
        model_name: str = "",
        *,
        settings: VoiceSettings | None = None,
        cache: Path | None = None,
        room: EngineRoom | None = None,
    ) -> None:
        """Remember who is to speak; nothing is loaded.

        Args:
            model_name: the engine; "" takes that of the settings.
            settings: instead of those of files and environment.
            cache: folder in which spoken files are kept by all that they depend on; ``None`` keeps none.
            room: where the engine leases its model; a room of its own by default, closed with it.
        """
        self._settings = settings or load_settings().settings.voice
        self._name = model_name or self._settings.engine
        self._cache, self._room, self._owns = cache, room, room is None
        self._engine: SpeechEngine | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let the voice go; calling it twice is harmless."""
        if self._engine is not None:
            self._engine.close()
            self._engine = None
        if self._owns and self._room is not None:
            self._room.close()
            self._room = None

    @property
    def engine(self) -> SpeechEngine:
        """The engine, made when it is first asked for.

        Raises:
            PluginError: there is none of that name.
            MissingExtra: it needs a package that is not installed.
        """
        if self._engine is None:
            self._engine = self._made()
        return self._engine

    def languages(self) -> tuple[str, ...]:
        """Return the ISO 639-1 codes that can be spoken."""
        return self.engine.languages()

    def clones(self) -> VoiceShelf:
        """Return the cloned voices."""
        return shelf_of(self._settings)

    def say(self, text: str, speaking: Speaking | None = None) -> tuple[Sound, tuple[SpokenWord, ...]]:
        """Speak a text, sentence by sentence.

        Returns:
            Mono sound at the engine's rate, and when each word is said.

        Raises:
            EngineError: there is nothing to say, or the engine refuses or fails.
        """
        asked = speaking or Speaking()
        parts: list[NDArray[np.float32]] = []
        words: list[SpokenWord] = []
        rate_hz = at = 0
        for sentence in _told(text):
            request = asked.request(sentence)
            spoken = self.engine.speak(request)
            rate_hz = spoken.sound.rate_hz
            if parts:
                parts.append(np.zeros(round(PAUSE_S * rate_hz), np.float32))
                at += len(parts[-1])
            for word, time in zip(request.words, spoken.times, strict=True):
                words.append(SpokenWord(word.shown, at / rate_hz + time.start_s, at / rate_hz + time.end_s))
            parts.append(spoken.sound.samples)
            at += len(parts[-1])
        return Sound(np.concatenate(parts), rate_hz), tuple(words)

    def synthesize(
        self, text: str, speaker: str = "", output_path: str | Path = "speech.wav", *, speaking: Speaking | None = None
    ) -> SpokenFile:
        """Speak a text into a file.

        Args:
            text: one or more sentences.
            speaker: a voice of the engine, or a clone; "" takes the engine's default for the language.
            output_path: ends with ``.wav``, ``.flac``, ``.mp3`` or ``.ogg``.
            speaking: language, emotion, speed and pitch; its speaker gives way to ``speaker``.

        Raises:
            EngineError: see ``say``.
            MediaError: the ending stands for no format.
        """
        asked = speaking or Speaking()
        asked = Speaking(speaker or asked.speaker, asked.language, asked.emotion, asked.speed, asked.pitch)
        path = Path(output_path)
        kept = self._kept(text, asked, format_of(path))
        if kept is not None and kept.with_suffix(".json").is_file():
            shutil.copyfile(kept, path)
            told = json.loads(kept.with_suffix(".json").read_text(encoding="utf8"))
            return SpokenFile(path, told["duration_s"], tuple(SpokenWord(**word) for word in told["words"]), True)
        sound, words = self.say(text, asked)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_sound(path, sound)
        spoken = SpokenFile(path, sound.duration_s, words)
        if kept is not None:
            _keep(kept, spoken)
        return spoken

    def clone_voice(
        self, reference_audio: str | Path | Reference, speaker_name: str, consent: Consent | None = None
    ) -> ClonedVoice:
        """Keep a person's voice to speak with.

        Args:
            reference_audio: 3 to 30 s of the person's speech; a ``Reference`` also tells what is said in it.
            speaker_name: what the voice is called from now on.
            consent: who agreed to what; without it, nobody is cloned.

        Raises:
            PolicyError: there is no consent.
            EngineError: the engine cannot clone, or the reference cannot be used.
        """
        if not hasattr(self.engine, "shelf"):
            raise EngineError(f"the voice {self._name} cannot be cloned from anybody; use xtts or sovits")
        given = reference_audio if isinstance(reference_audio, Reference) else Reference(Path(reference_audio))
        voice = self.clones().add(speaker_name, given, consent)
        self._engine = None if self._engine is None else self._renewed(self._engine)
        return voice

    def cache_key(self, text: str, speaking: Speaking, file_format: str) -> str:
        """Return the hash of what a spoken file depends on: engine, text, speaker, emotion, speed, pitch, format."""
        told = {"engine": self.engine.name, "version": self.engine.version, "text": text, "format": file_format}
        return hashlib.sha256(json.dumps({**told, **asdict(speaking)}, sort_keys=True).encode()).hexdigest()

    def _kept(self, text: str, speaking: Speaking, file_format: str) -> Path | None:
        return self._cache and self._cache / f"{self.cache_key(text, speaking, file_format)}.{file_format}"

    def _renewed(self, engine: SpeechEngine) -> SpeechEngine:
        """Make the engine again: its version tells of its clones."""
        engine.close()
        return self._made()

    def _made(self) -> SpeechEngine:
        kind = load_plugins()["speech"].load(self._name)
        if hasattr(kind, "from_room"):
            self._room = self._room or own_room()
            made: SpeechEngine = kind.from_room(self._settings, self._room)
        else:
            made = kind.from_settings(self._settings) if hasattr(kind, "from_settings") else kind()
        return made


def _told(text: str) -> list[str]:
    found = sentences(text)
    if not found:
        raise EngineError("there is nothing to say: the text is empty")
    return found


def _keep(kept: Path, spoken: SpokenFile) -> None:
    """Copy a file into the cache; what tells of it comes last, so that half a copy is never taken for a whole one."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(spoken.path, kept)
    told = {"duration_s": spoken.duration_s, "words": [asdict(word) for word in spoken.words]}
    unfinished = kept.with_suffix(".part")
    unfinished.write_text(json.dumps(told), encoding="utf8")
    unfinished.replace(kept.with_suffix(".json"))
