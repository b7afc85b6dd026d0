"""Whisper: what is said in any sound, in windows of half a minute, greedily and so always the same.

Source: Radford et al., "Robust speech recognition via large-scale weak supervision", 2022.
"""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from vortex.core.errors import EngineError, ModelError
from vortex.core.settings import HearingSettings
from vortex.engines.hearing.base import Transcript
from vortex.engines.hearing.passage import Numbering, Passage, read_passage
from vortex.engines.hearing.words import TimedToken, words_of
from vortex.engines.networks import default_dtype, join_network, reading, require_finite, tokenizer_of
from vortex.media.resample import resample
from vortex.media.sound import Sound
from vortex.runtime.folder import ModelFolder
from vortex.runtime.room import EngineRoom
from vortex.runtime.spec import ModelSpec

SMALL = ModelSpec(
    "openai/whisper-small",
    "main",
    ("*.json", "merges.txt", "model.safetensors"),
    {"float32": 966_939_648, "float16": 483_469_824},
    "Apache-2.0",
)
_SILENCE = 10 ** (-80 / 20)
"""A window whose loudest sample is below this is not asked about: Whisper invents words for silence."""
_SHORTEST_S = 0.1

Samples = NDArray[np.float32]


class WhisperHearing:
    """Whisper of any size from a folder of transformers. Nothing is held between sounds.

    Words have times where the folder names the heads whose attention follows the sound. A window in which a sentence is
    cut off ends with the sentence before it, unless that is in its first half.
    """

    name = "whisper"
    version = "1"
    rung = "local model"

    def __init__(self, room: EngineRoom, model: str = "") -> None:
        """Hear with the model of a folder, or of that name in the store; "" takes whisper-small."""
        self._room, self._model, self._is_checked = room, model, False
        self.version = f"1: {Path(model or SMALL.repo).name}"

    @classmethod
    def from_room(cls, settings: HearingSettings, room: EngineRoom) -> Self:
        """Return the engine; no weight is read before the first sound."""
        return cls(room, settings.model)

    def transcribe(self, sound: Sound, language: str = "") -> Transcript:
        """Write down what is said.

        Args:
            sound: any rate and number of channels.
            language: ISO 639-1 code; "" lets the model find out from the first window that is not silent.

        Returns:
            What was heard; nothing, in no language where none was named, if all is silent.
        """
        samples = resample(Sound(sound.by_channel.mean(axis=1), sound.rate_hz), self._rate_hz).samples
        with self._room.use(self._name) as network:
            if not self._is_checked:
                require_finite(network, self._folder)
                self._is_checked = True
            language = _require_known(language, network)
            tokens: list[TimedToken] = []
            at_s = 0.0
            while len(window := self._window(samples, at_s)) > _SHORTEST_S * self._rate_hz:
                passage = Passage((), self._window_s)
                if np.abs(window).max() >= _SILENCE:
                    language = language or self._detect(network, window)
                    passage = self._hear(network, window, language)
                tokens += [each.later(at_s) for each in passage.tokens]
                at_s += passage.end_s
            has_times = _has_aligned_heads(network)
        decode = self._words.decode
        words = words_of(tokens, decode, language, sound.duration_s) if has_times else ()
        return Transcript(decode([each.token for each in tokens]).strip(), words, language)

    def close(self) -> None:
        """Do nothing: no lease outlives a call."""

    @cached_property
    def _folder(self) -> Path:
        folder = self._room.folder(self._model, SMALL)
        found = ModelFolder(folder).config.get("model_type")
        if found != "whisper":
            raise ModelError(f"{folder}: model_type {found!r} is no whisper")
        return folder

    @cached_property
    def _name(self) -> str:
        config: Mapping[str, Any] = ModelFolder(self._folder).config
        width, layers = int(config.get("d_model", 768)), int(config.get("decoder_layers", 12))
        heads, longest = int(config.get("decoder_attention_heads", 12)), int(config.get("max_target_positions", 448))
        # Keys and values of a window and the widest layer of the encoder; and what every head looked at, by which
        # words get their times.
        activation_bytes = 4 * 1500 * (width * (2 * layers + 16) + layers * heads * longest)
        return join_network(self._room, self._folder, default_dtype(self._room.device), activation_bytes)

    @cached_property
    def _words(self) -> Any:
        return tokenizer_of(self._folder)

    @cached_property
    def _ear(self) -> Any:
        with reading(self._folder, "preprocessor_config.json"):
            from transformers import WhisperFeatureExtractor

            return WhisperFeatureExtractor.from_pretrained(self._folder, local_files_only=True)

    @property
    def _rate_hz(self) -> int:
        return int(self._ear.sampling_rate)

    @property
    def _window_s(self) -> float:
        return float(self._ear.chunk_length)

    def _window(self, samples: Samples, at_s: float) -> Samples:
        start = round(at_s * self._rate_hz)
        return samples[start : start + round(self._window_s * self._rate_hz)]

    def _features(self, network: Any, window: Samples) -> dict[str, Any]:
        found = self._ear(window, sampling_rate=self._rate_hz, return_tensors="pt", return_attention_mask=True)
        return {
            "input_features": found["input_features"].to(network.device, network.dtype),
            "attention_mask": found["attention_mask"].to(network.device),
        }

    def _detect(self, network: Any, window: Samples) -> str:
        languages = _languages(network)
        if not languages:
            return "en"
        found = int(network.detect_language(self._features(network, window)["input_features"])[0])
        return next(code for code, token in languages.items() if token == found)

    def _hear(self, network: Any, window: Samples, language: str) -> Passage:
        import torch

        aligned = _has_aligned_heads(network)
        named = {"language": language, "task": "transcribe"} if _languages(network) else {}
        with torch.inference_mode():
            found = network.generate(
                **self._features(network, window), **named, return_timestamps=True, return_token_timestamps=aligned,
                return_dict_in_generate=True, force_unique_generate_call=True, do_sample=False, num_beams=1,
            )  # fmt: skip
        written = found["sequences"][0].tolist()
        ends_s = found["token_timestamps"][0].tolist() if aligned else [0.0] * len(written)
        config = network.generation_config
        numbering = Numbering(int(config.eos_token_id), int(config.no_timestamps_token_id) + 1)
        is_last = len(window) < round(self._window_s * self._rate_hz)
        return read_passage(written, ends_s, numbering, len(window) / self._rate_hz, is_last=is_last)


def _languages(network: Any) -> dict[str, int]:
    """Return code → token of the languages that a model knows; empty for one that knows English alone."""
    known = getattr(network.generation_config, "lang_to_id", None) or {}
    return {name.strip("<|>"): int(token) for name, token in known.items()}


def _require_known(language: str, network: Any) -> str:
    known = _languages(network) or {"en": 0}
    if language and language not in known:
        raise EngineError(f"the model does not know the language {language!r}; it knows {', '.join(sorted(known))}")
    return language


def _has_aligned_heads(network: Any) -> bool:
    return bool(getattr(network.generation_config, "alignment_heads", None))
