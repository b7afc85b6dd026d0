"""A sparse autoencoder as it is run: activations to features and back."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vortex.core.errors import ModelError
from vortex.runtime.folder import ModelFolder
from vortex.runtime.headers import read_json, read_npz, read_safetensors
from vortex.runtime.sae import SaeShape, find_sae, weights_of
from vortex.runtime.shards import read_tensors

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class SparseAutoencoder:
    """Turns activations (…, d_in) into features (…, d_sae) and back into (…, d_out).

    Source: Bricken et al. 2023 (standard), Gao et al. 2024 (top-k), Rajamanoharan et al. 2024 (gated, JumpReLU).
    """

    shape: SaeShape
    tensors: dict[str, "torch.Tensor"]
    """By the names ``W_enc`` (d_in, d_sae), ``W_dec`` (d_sae, d_out), ``b_enc``, ``b_dec``, and those of its kind."""
    k: int = 0
    subtracts_bias: bool = False
    """Whether ``b_dec`` is taken from the input first."""

    def encode(self, x: "torch.Tensor") -> "torch.Tensor":
        """Return the features of activations ``x`` (…, d_in), none below zero."""
        t = self.tensors
        x = x - t["b_dec"] if self.subtracts_bias else x
        if "r_mag" in t:
            gate = x @ t["W_enc"] + t["b_gate"] > 0
            return gate * (x @ (t["W_enc"] * t["r_mag"].exp()) + t["b_mag"]).relu()
        before = x @ t["W_enc"] + t["b_enc"]
        if "threshold" in t:
            return before.relu() * (before > t["threshold"])
        if self.k:
            values, places = before.topk(self.k, dim=-1)
            return before.new_zeros(before.shape).scatter(-1, places, values.relu())
        return before.relu()

    def decode(self, features: "torch.Tensor") -> "torch.Tensor":
        """Return the activations (…, d_out) that features (…, d_sae) stand for."""
        return features @ self.tensors["W_dec"] + self.tensors["b_dec"]


def open_autoencoder(folder: ModelFolder, device: str) -> SparseAutoencoder:
    """Load the autoencoder of a folder, or the first one below it.

    Raises:
        ModelError: there is none, or a tensor that its kind needs is missing.
    """
    shape = find_sae(folder)
    if shape is None:
        raise ModelError(f"{folder.path}: holds no sparse autoencoder")
    files = (folder.path,) if folder.path.is_file() else weights_of(shape.folder)
    tensors = {_plain(name): value.to(device) for name, value in _read(files[0])}
    for name, plain in (("encoder.weight", "W_enc"), ("decoder.weight", "W_dec")):
        if name in tensors:
            tensors[plain] = tensors.pop(name).T.contiguous()
    needed = {"b_gate", "b_mag"} if "r_mag" in tensors else {"b_enc"}
    lost = needed - set(tensors)
    if lost:
        raise ModelError(f"{files[0]}: a {shape.kind} autoencoder needs {', '.join(sorted(lost))}")
    config = _config(shape)
    return SparseAutoencoder(shape, tensors, int(config.get("k") or 0), bool(config.get("apply_b_dec_to_input")))


def _plain(name: str) -> str:
    return {"w_enc": "W_enc", "w_dec": "W_dec", "encoder.bias": "b_enc"}.get(name, name)


def _config(shape: SaeShape) -> dict[str, Any]:
    path = shape.folder / "cfg.json"
    return read_json(path) if path.is_file() else {}


def _read(path: Any) -> Any:
    if path.suffix != ".npz":
        return read_tensors(read_safetensors(path))
    import numpy as np
    import torch

    read_npz(path)
    with np.load(path, allow_pickle=False) as arrays:
        return [(name, torch.from_numpy(arrays[name])) for name in arrays.files]
