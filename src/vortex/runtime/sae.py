"""Sparse autoencoders: how their folders look, which network they read, and the autoencoder itself.

They have no ``config.json`` of the usual kind and no tokenizer; that comes from the network whose activations they
read, which their own configuration or the name of their repository tells.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vortex.core.errors import ModelError
from vortex.runtime.folder import ModelFolder
from vortex.runtime.headers import TensorEntry, read_json, read_npz, read_safetensors

SITES = ("resid_post", "mlp_out", "attn_out", "transcoder", "resid_post_all")
"""Folders of a repository that holds autoencoders for several places of a network."""
_SCOPE = re.compile(r"gemma-scope-(2-)?(\d+[bm])-(pt|it)")
_ENCODERS, _DECODERS = ("W_enc", "w_enc", "encoder.weight"), ("W_dec", "w_dec", "decoder.weight")
_DEPTH = 4


@dataclass(frozen=True, slots=True)
class SaeShape:
    """An autoencoder by its head."""

    folder: Path
    kind: str
    """``standard``, ``topk``, ``jumprelu``, ``gated`` or ``transcoder``."""
    d_in: int
    d_sae: int
    d_out: int
    base_model: str
    """The network that it reads; "" where neither configuration nor name tells."""
    hook: str


def find_sae(folder: ModelFolder) -> SaeShape | None:
    """Return the autoencoder of a folder, or the first below it; None where there is none.

    Raises:
        ModelError: the shapes of encoder and decoder contradict each other.
    """
    if folder.path.is_file():
        known = folder.path.suffix in (".npz", ".safetensors")
        return _sae_of(folder.root, (folder.path,)) if known else None
    for place in _places(folder):
        found = _sae_of(place, weights_of(place))
        if found:
            return found
    return None


def weights_of(place: Path) -> tuple[Path, ...]:
    """Return the files of a folder that may hold an autoencoder."""
    if (place / "params.npz").is_file():
        return (place / "params.npz",)
    named = [place / name for name in ("sae_weights.safetensors", "sae.safetensors", "params.safetensors")]
    return tuple(each for each in named if each.is_file())


def _places(folder: ModelFolder) -> Iterator[Path]:
    """Yield folders that may hold one: the folder itself, else those below the known sites."""
    yield folder.path
    if not folder.names & set(SITES) and not any(name.startswith("layer_") for name in folder.names):
        return
    waiting = [(each, 1) for each in sorted(folder.path.iterdir(), reverse=True) if each.is_dir()]
    while waiting:
        place, depth = waiting.pop()
        yield place
        if depth < _DEPTH:
            waiting += [(each, depth + 1) for each in sorted(place.iterdir(), reverse=True) if each.is_dir()]


def _sae_of(place: Path, files: tuple[Path, ...]) -> SaeShape | None:
    for path in files:
        header = read_npz(path) if path.suffix == ".npz" else read_safetensors(path)
        encoder = next((header.tensors[name] for name in _ENCODERS if name in header.tensors), None)
        decoder = next((header.tensors[name] for name in _DECODERS if name in header.tensors), None)
        if encoder is not None and decoder is not None and "b_dec" in header.tensors:
            return _described(place, path, header.tensors, encoder, decoder)
    return None


def _described(
    place: Path, path: Path, tensors: Mapping[str, TensorEntry], encoder: TensorEntry, decoder: TensorEntry
) -> SaeShape:
    config = _config(place)
    if len(encoder.shape) != 2 or len(decoder.shape) != 2:
        raise ModelError(f"{path}: {encoder.name}{list(encoder.shape)} is no matrix, or {decoder.name} is none")
    d_in, d_sae = encoder.shape[::-1] if encoder.name == "encoder.weight" else encoder.shape
    features, d_out = decoder.shape[::-1] if decoder.name == "decoder.weight" else decoder.shape
    if features != d_sae:
        raise ModelError(f"{path}: {encoder.name} has {d_sae} features, {decoder.name} has {features}")
    wanted = config.get("d_sae", config.get("num_latents")) or d_sae
    if wanted != d_sae:
        raise ModelError(f"{path}: has {d_sae} features, its configuration says {wanted}")
    hook = str(config.get("hook_name") or config.get("hook_point") or config.get("hf_hook_point_in") or place.name)
    return SaeShape(place, _kind(config, tensors, d_in != d_out), d_in, d_sae, d_out, _base(config, place), hook)


def _config(place: Path) -> dict[str, Any]:
    path = next((place / name for name in ("cfg.json", "config.json") if (place / name).is_file()), None)
    raw = read_json(path) if path else {}
    inner = raw.get("metadata")
    return raw | (inner if isinstance(inner, dict) else {})


def _kind(config: Mapping[str, Any], tensors: Mapping[str, TensorEntry], other_size: bool) -> str:
    told = str(config.get("architecture") or "").lower()
    if "transcoder" in told or config.get("transcode") or other_size or "W_skip" in tensors:
        return "transcoder"
    if told in ("standard", "topk", "jumprelu", "gated"):
        return told
    if "threshold" in tensors:
        return "jumprelu"
    return "topk" if config.get("k") else "standard"


def _base(config: Mapping[str, Any], place: Path) -> str:
    told = config.get("model_name") or config.get("base_model") or config.get("model")
    if isinstance(told, str) and told:
        return told
    match = _SCOPE.search(str(place.resolve()).replace("_", "-"))
    if not match:
        return ""
    size, tuned = match[2], match[3]
    if match[1]:
        return f"google/gemma-3-{size}-{tuned}"
    return f"google/gemma-2-{size}" + ("-it" if tuned == "it" else "")
