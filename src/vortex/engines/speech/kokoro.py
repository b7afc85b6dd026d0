"""The voice Kokoro, on this machine: phonemes from the embedded voice's process, durations and sound from the network.

The network says how long each phoneme lasts before it makes a sound, so every word's time is exact and the pace can be
set. What a pace in words a minute means to a voice is measured once, over prose, by asking for durations alone: single
sentences keep the rhythm that the voice has learnt.
"""

import hashlib
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from vortex.core.errors import EngineError, ModelError
from vortex.core.settings import VoiceSettings
from vortex.engines.speech.base import SpeechRequest, Utterance, VoiceCard
from vortex.engines.speech.emotions import Delivery, delivery, louder
from vortex.engines.speech.kokoro_voices import Cast, Character
from vortex.engines.speech.phonemes import PhonemeReader, Phonemes, pieces
from vortex.engines.speech.word_times import WordEvent, trim, word_times
from vortex.media.sound import Sound
from vortex.runtime.folder import ModelFolder
from vortex.runtime.info import require_library
from vortex.runtime.kokoro import describe, held_bytes, open_kokoro, read_voice
from vortex.runtime.ledger import Footprint, Rung
from vortex.runtime.modules import ModuleMover
from vortex.runtime.room import EngineRoom
from vortex.runtime.spec import ModelSpec

if TYPE_CHECKING:
    import torch

    from vortex.models.kokoro import Kokoro, Prosody

SPEC = ModelSpec(
    repo="hexgrad/Kokoro-82M",
    revision="main",
    files=("config.json", "*.pth", "voices/*.pt"),
    size_bytes={"float32": 325_100_000},
    licence="Apache-2.0",
)
"""Published as pickles, which are not fetched: its folder is named by its path, and converted once."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_MAX_SYMBOLS = 200
"""Longer texts are spoken in pieces, for the memory of the vocoder; the network takes 510."""
_FRAMES_A_SYMBOL = 4
_STAGE_COPIES, _SOURCE_COPIES, _HARMONICS = 8, 4, 9
"""How many tensors of the largest shapes live at once."""
_RATE_HZ, _FRAME = 24_000, 600
_FRAMES_A_MINUTE = 60 * _RATE_HZ / _FRAME
_TEMPI = (0.25, 4.0)


@dataclass(frozen=True, slots=True)
class Manner:
    """How a text is to be said, once an emotion has become numbers."""

    tempo: float
    """Factor on the pace that the voice has learnt."""
    pitch_ratio: float = 1.0
    gain_db: float = 0.0
    seed: int = 0
    longest_s: float = math.inf


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """A part of a text with its durations."""

    tokens_1T: "torch.Tensor"
    style_1S: "torch.Tensor"
    prosody: "Prosody"
    frames_T: "torch.Tensor"
    num_blanks: int
    """At its end, which are not spoken."""


class KokoroSpeech:
    """Speaks with a folder of Kokoro. Chance, which is in the breath, comes from the request's seed."""

    name = "kokoro"
    version = "1"
    rung = "local model"

    def __init__(self, room: EngineRoom, folder: Path) -> None:
        """Use the model in ``folder``, which was converted; its weights are loaded with the first sentence.

        Raises:
            ModelError: the folder is not there, or its configuration is no Kokoro's.
            PolicyError: it was not converted.
            MissingExtra: the extra ``models`` is not installed.
        """
        require_library("kokoro")
        self._room, self._folder = room, ModelFolder(folder)
        self._told = describe(self._folder)
        self._vocabulary = "".join(self._told.numbers)
        self._reader, self.cast = PhonemeReader(), Cast(folder)
        self.version = f"{type(self).version}.{_fingerprint(folder)}"
        self._voices: dict[str, torch.Tensor] = {}
        self._pace: dict[str, tuple[int, float]] = {}
        self._key = room.join(f"speech/kokoro {folder}", self._mover)

    @classmethod
    def from_room(cls, settings: VoiceSettings, room: EngineRoom) -> Self:
        """Return the voice of the folder that the settings name.

        Raises:
            EngineError: they name none.
        """
        if not settings.folder:
            raise EngineError(
                "the voice kokoro needs the folder of its model; fetch hexgrad/Kokoro-82M, run: vortex voices convert "
                "FOLDER, then: --set voice.folder=FOLDER"
            )
        return cls(room, room.folder(settings.folder, SPEC))

    def languages(self) -> tuple[str, ...]:
        """Return the ISO 639-1 codes for which the folder has a voice and letters can be read."""
        return self.cast.languages

    def voices(self) -> tuple[VoiceCard, ...]:
        """Return characters and published voices."""
        return tuple(VoiceCard(each.name, each.language, each.mixture) for each in self.cast.characters.values())

    def speak(self, request: SpeechRequest) -> Utterance:
        """Speak one sentence; see ``SpeechEngine.speak``."""
        manner = delivery(request)
        if not 80 <= request.words_per_minute <= 300:
            raise EngineError(f"kokoro cannot speak {request.words_per_minute} words a minute; ask for 80 to 300")
        character = self.cast.find(request.voice, request.language)
        tempo = self._tempo(character, request.words_per_minute * manner.tempo)
        words = tuple(word.said for word in request.words)
        return self.say(words, character, Manner(tempo, manner.pitch_ratio, manner.gain_db, request.seed))

    def say(self, words: Sequence[str], character: Character, manner: Manner) -> Utterance:
        """Speak words as ``manner`` tells.

        Raises:
            EngineError: there is nothing to say, or it would be longer than ``manner.longest_s``.
        """
        said = tuple(_CONTROL.sub(" ", word).strip() for word in words)
        if not any(said):
            raise EngineError("there is nothing to say: the request holds no spoken word; leave the sentence out")
        text = self._reader.read(said, character.reads, self._vocabulary)
        if not text.symbols:
            raise EngineError(f"kokoro has no sound for {' '.join(said)[:80]!r}; write out how it is said")
        with self._room.use(self._key) as network:
            planned = self._planned(network, text, character, manner.tempo)
            length_s = sum(int(each.frames_T.sum()) for each in planned) * _FRAME / _RATE_HZ
            if length_s > manner.longest_s:
                raise EngineError(
                    f"this text takes {length_s:.1f} s, and {manner.longest_s:g} s is the most; speak it in parts"
                )
            samples = _sounded(network, planned, manner)
        return louder(_timed(said, text, planned, samples), manner.gain_db)

    def close(self) -> None:
        """End the process that reads letters; the model stays with the room. Calling it twice is harmless."""
        self._reader.close()

    def _mover(self) -> ModuleMover:
        rung = Rung("float32", Footprint(held_bytes(self._folder), 0, self._working_bytes()))
        return ModuleMover(
            (rung,), lambda _: open_kokoro(self._folder), device=self._room.device, folder=self._folder.path
        )

    def _working_bytes(self) -> int:
        """Return what the longest piece needs beside the weights: the last stage of the vocoder, and its source."""
        stage = _FRAME // self._told.hop * self._told.last_channels * _STAGE_COPIES * 4
        source = _FRAME * _HARMONICS * _SOURCE_COPIES * 8
        return _MAX_SYMBOLS * _FRAMES_A_SYMBOL * (stage + source)

    def _planned(self, network: "Kokoro", text: Phonemes, character: Character, tempo: float) -> list[_Piece]:
        """Return the pieces of a text with durations at ``tempo``."""
        import torch

        voice = self._voice(character).to(self._room.device)
        planned = []
        for piece in pieces(text.symbols, min(_MAX_SYMBOLS, self._told.most_symbols, len(voice))):
            whole = text.symbols[piece]
            symbols = whole.rstrip(" ")
            numbers = [0, *(self._told.numbers[symbol] for symbol in symbols), 0]
            tokens = torch.tensor([numbers], device=self._room.device)
            style = voice[len(symbols) - 1]
            prosody = network.prosody(tokens, style)
            # Rounded along the text, so that what is lost at one phoneme is given to the next.
            edges = torch.cumsum(prosody.frames_T.double() / tempo, 0).round()
            frames = torch.diff(edges, prepend=edges.new_zeros(1)).clamp(min=1).long()
            planned.append(_Piece(tokens, style, prosody, frames, len(whole) - len(symbols)))
        return planned

    def _voice(self, character: Character) -> "torch.Tensor":
        """Return the mixed styles of a character, (510, 1, 2S)."""
        if character.name not in self._voices:
            parts = [weight * read_voice(self._folder.path, name) for name, weight in character.blend.items()]
            style = self._told.style
            if odd := [name for name, part in zip(character.blend, parts, strict=True) if part.shape[-1] != style]:
                raise ModelError(
                    f"{self._folder.path}: the voice {odd[0]} is of another model; its style is no {style}"
                )
            rows = min(len(part) for part in parts)
            mixed = parts[0][:rows]
            for part in parts[1:]:
                mixed = mixed + part[:rows]
            self._voices[character.name] = mixed
        return self._voices[character.name]

    def _tempo(self, character: Character, words_per_minute: float) -> float:
        """Return the factor at which the character reads prose at a pace.

        Raises:
            EngineError: the voice would have to be bent beyond recognition.
        """
        num_words, natural = self._measured(character)
        wanted = num_words / words_per_minute * _FRAMES_A_MINUTE
        tempo = natural / wanted
        if not _TEMPI[0] <= tempo <= _TEMPI[1]:
            raise EngineError(
                f"the voice {character.name} of kokoro cannot speak {words_per_minute:.0f} words a minute"
            )
        return tempo

    def _measured(self, character: Character) -> tuple[int, float]:
        """Return how many words the prose has, and how many frames at the pace that was learnt."""
        if character.name not in self._pace:
            words = self.cast.prose(character.language).split()
            text = self._reader.read(words, character.reads, self._vocabulary)
            with self._room.use(self._key) as network:
                planned = self._planned(network, text, character, 1.0)
            natural = sum(float(each.prosody.frames_T.sum()) for each in planned)
            self._pace[character.name] = len(words), natural
        return self._pace[character.name]


def manner_of(request: Delivery, character: Character, speed: float, seed: int, longest_s: float) -> Manner:
    """Return how a character speaks at its own pace times ``speed``."""
    return Manner(request.tempo * speed * character.speed, request.pitch_ratio, request.gain_db, seed, longest_s)


def _sounded(network: "Kokoro", planned: Sequence[_Piece], manner: Manner) -> NDArray[np.float32]:
    import torch

    chance = torch.Generator().manual_seed(manner.seed)
    parts = [
        network.sound(
            each.tokens_1T, each.style_1S, each.prosody, each.frames_T, pitch=manner.pitch_ratio, chance=chance
        )
        for each in planned
    ]
    samples: NDArray[np.float32] = torch.cat(parts).cpu().numpy()
    return samples


def _timed(
    words: Sequence[str],
    text: Phonemes,
    planned: Sequence[_Piece],
    samples_N: NDArray[np.float32],
) -> Utterance:
    """Cut off silence and bind times to words: each begins where its first phoneme does."""
    trimmed = trim(samples_N, _RATE_HZ)
    if trimmed is None:
        raise EngineError(f"kokoro was silent over {' '.join(words)[:80]!r}; write out how it is said")
    begins: list[int] = []
    offset = 0
    for each in planned:
        edges = np.cumsum([0, *each.frames_T.tolist()]) * _FRAME + offset
        # The first and the last token are the edges of the piece and stand for no symbol.
        offset = int(edges[-1])
        begins += edges[1:-2].tolist() + [offset] * each.num_blanks
    events = [WordEvent(word.at, begins[word.symbol] - trimmed.offset) for word in text.words]
    return Utterance(Sound(trimmed.samples, _RATE_HZ), word_times(words, events, trimmed.samples, _RATE_HZ))


def _fingerprint(folder: Path) -> str:
    """Return a short hash of all that the sound depends on in a folder."""
    told = hashlib.sha256()
    for file in sorted((*folder.glob("*.json"), *folder.glob("*.yaml"), *folder.rglob("*.safetensors"))):
        with file.open("rb") as stream:
            told.update(f"{file.relative_to(folder)}\0".encode() + hashlib.file_digest(stream, "sha256").digest())
    return told.hexdigest()[:12]
