"""When each word of a known text is spoken: a network says which letters it hears, a trellis lays the text over them.

It looks only for when, where a recogniser has to guess what was said as well.

Source: Kürzinger et al., "CTC-segmentation of large corpora for German end-to-end speech recognition", 2020; Baevski et
al., "wav2vec 2.0", 2020 (the network).
"""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vortex.core.errors import EngineError, ModelError
from vortex.engines.hearing.base import HeardWord
from vortex.engines.hearing.trellis import align_tokens
from vortex.engines.networks import join_network
from vortex.media.resample import resample
from vortex.media.sound import Sound
from vortex.runtime.folder import ModelFolder
from vortex.runtime.headers import read_json
from vortex.runtime.room import EngineRoom
from vortex.runtime.spec import ModelSpec

BASE_960H = ModelSpec(
    "facebook/wav2vec2-base-960h",
    "main",
    ("*.json", "model.safetensors"),
    {"float32": 377_585_280},
    "Apache-2.0",
)
_WINDOW_S, _OVERLAP_S = 20.0, 1.0
_FEWEST = 3
"""Frames; the first layers of the network need about two to say anything."""


class CtcAligner:
    """A wav2vec2 that was trained to write letters, from a folder of transformers. Nothing is held between sounds."""

    def __init__(self, room: EngineRoom, model: str = "") -> None:
        """Align by the model of a folder, or of that name in the store; "" takes wav2vec2-base-960h, for English."""
        self._room, self._model = room, model

    def align(self, sound: Sound, words: Sequence[str]) -> tuple[HeardWord, ...]:
        """Return when each word is spoken.

        Args:
            sound: any rate and number of channels.
            words: as they are spoken, numbers as words; what the model's letters cannot write is passed over, and a
                word without any letter of its own takes the moment between its neighbours.

        Returns:
            One for each word, in order, never overlapping, within the sound.

        Raises:
            EngineError: there is no letter in the words, or the sound is too short for them.
            ModelError: the model is missing or broken, or does not fit.
        """
        letters = [self._letters_of(word) for word in words]
        flat = [token for word in letters for token in ([*word, self._between] if word else [])][:-1]
        if not flat:
            raise EngineError(f"{' '.join(words)[:60]!r}: no letter of it is known to the model; spell out numbers")
        samples = resample(Sound(sound.by_channel.mean(axis=1), sound.rate_hz), self._rate_hz).samples
        chances_TV, frame_s = self._listen(samples)
        spans = align_tokens(chances_TV, flat, self._blank)
        heard, at, latest_s = [], 0, 0.0
        for word, tokens in zip(words, letters, strict=True):
            start_s = latest_s
            if tokens:
                start_s = spans[at].start * frame_s
                latest_s = min(spans[at + len(tokens) - 1].end * frame_s, sound.duration_s)
                at += len(tokens) + 1
            heard.append(HeardWord(word, start_s, latest_s))
        return tuple(heard)

    @cached_property
    def _folder(self) -> Path:
        folder = self._room.folder(self._model, BASE_960H)
        found = ModelFolder(folder).config.get("model_type")
        if found not in ("wav2vec2", "wav2vec2-conformer", "hubert", "wavlm"):
            raise ModelError(f"{folder}: model_type {found!r} does not write letters; run: {BASE_960H.pull_command()}")
        return folder

    @cached_property
    def _vocabulary(self) -> dict[str, int]:
        path = self._folder / "vocab.json"
        if not path.is_file():
            raise ModelError(f"{self._folder}: no vocab.json, which says which letters the model writes")
        return {str(letter): int(token) for letter, token in read_json(path).items()}

    @cached_property
    def _blank(self) -> int:
        return int(ModelFolder(self._folder).config.get("pad_token_id") or 0)

    @cached_property
    def _between(self) -> int:
        """The token that stands between words."""
        named = ModelFolder(self._folder).json("tokenizer_config.json").get("word_delimiter_token", "|")
        return self._vocabulary.get(str(named), self._vocabulary.get("|", self._blank))

    def _letters_of(self, word: str) -> list[int]:
        # A vocabulary has letters of one case only; the other one is tried where the first is not known.
        tries = ((each, each.upper(), each.lower()) for each in word.replace("’", "'"))
        found = (next((self._vocabulary[way] for way in ways if way in self._vocabulary), None) for ways in tries)
        return [token for token in found if token not in (None, self._between)]

    @cached_property
    def _intake(self) -> dict[str, Any]:
        return dict(ModelFolder(self._folder).json("preprocessor_config.json"))

    @property
    def _rate_hz(self) -> int:
        return int(self._intake.get("sampling_rate", 16000))

    @cached_property
    def _name(self) -> str:
        # Its first layer has 512 channels at a fifth of the rate; half precision overflows in its normalisation.
        return join_network(self._room, self._folder, "float32", 2 * 4 * 512 * round(_WINDOW_S * self._rate_hz) // 5)

    def _listen(self, samples: NDArray[np.float32]) -> tuple[NDArray[np.float32], float]:
        """Return the logarithm of the chance of every letter in every frame, and the seconds between frames.

        A long sound is heard in windows that overlap; each frame is taken from the one in which it is further inside.
        """
        if self._intake.get("do_normalize", True) and len(samples):
            samples = (samples - samples.mean()) / np.sqrt(samples.var() + 1e-7)
        with self._room.use(self._name) as network:
            hop = int(network.config.inputs_to_logits_ratio)
            size, margin = round(_WINDOW_S * self._rate_hz) // hop, round(_OVERLAP_S * self._rate_hz) // hop // 2
            num_frames, start, rows = len(samples) // hop, 0, []
            if num_frames < _FEWEST:
                raise EngineError(f"a sound of {len(samples) / self._rate_hz:.3f} s is too short to hold a word")
            while start + 2 * margin < num_frames or not start:
                is_last = start + size >= num_frames
                said = _ask(network, samples[start * hop : (start + size) * hop])
                rows.append(said[margin if start else 0 : None if is_last else size - margin])
                start = num_frames if is_last else start + size - 2 * margin
        chances_TV = np.concatenate(rows)
        if not np.isfinite(chances_TV).all():
            raise ModelError(f"{self._folder}: what it hears is not finite; the weights are broken, fetch them again")
        return chances_TV, hop / self._rate_hz


def _ask(network: Any, samples: NDArray[np.float32]) -> NDArray[np.float32]:
    import torch

    with torch.inference_mode():
        given = torch.from_numpy(np.ascontiguousarray(samples, np.float32))[None].to(network.device)
        said: NDArray[np.float32] = network(given).logits[0].float().log_softmax(dim=-1).cpu().numpy()
    return said
