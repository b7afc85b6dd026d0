"""The resident set on disk: folders as their upstreams have them, with random weights, made once.

Speed and memory do not depend on the values. A block of random numbers is repeated, since drawing each would take
longer than everything that is measured.
"""

import json
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.engine_room.shapes import CLIP_TOKENS, Network, Shapes, build_voice
from benchmarks.film import ROOT, WORK

sys.path.insert(0, str(ROOT / "tests"))

_RANDOM = 1 << 22
SHARD = "5GB"
_FLOW = {"_class_name": "FlowMatchEulerDiscreteScheduler", "shift": 1.0, "use_dynamic_shifting": False}
_DDIM = {
    "_class_name": "CogVideoXDDIMScheduler", "prediction_type": "v_prediction", "timestep_spacing": "trailing",
    "beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012, "rescale_betas_zero_snr": True,
}  # fmt: skip


def make_set(shapes: Shapes, place: Path | None = None, device: str = "cpu") -> Path:
    """Return the folder that holds ``picture``, ``clip``, ``llm``, ``judge-0``, ``judge-1`` and ``voice``.

    It is made anew where it was made for other shapes.
    """
    place = place or WORK / f"residency-{shapes.name}"
    mark, wanted = place / "shapes.txt", repr(shapes)
    if mark.is_file() and mark.read_text(encoding="utf8") == wanted:
        return place
    shutil.rmtree(place, ignore_errors=True)
    _save_picture(shapes, place / "picture", device)
    _save_clip(shapes, place / "clip", device, place / "picture" / "text_encoder_2")
    _save(shapes.llm, place / "llm", device)
    for number, judge in enumerate(shapes.judges):
        _save(judge, place / f"judge-{number}", device)
    _save_voice(shapes, place / "voice", device)
    mark.write_text(wanted, encoding="utf8")
    return place


def fill(network: Any, device: str) -> Any:
    """Return a network of the meta device on ``device``, with random values, also in what it keeps beside weights."""
    import torch

    network.to_empty(device=device)
    chance = torch.Generator(device).manual_seed(7)
    block = torch.randn(_RANDOM, generator=chance, device=device) * 0.02
    with torch.no_grad():
        for name, tensor in network.named_parameters():
            if tensor.dim() == 1 and name.endswith("weight"):
                tensor.fill_(1.0)
                continue
            flat = tensor.view(-1)
            for start in range(0, len(flat), _RANDOM):
                part = flat[start : start + _RANDOM]
                part.copy_(block[: len(part)])
        for tensor in network.buffers():
            tensor.fill_(1)
    return network


def _save(network: Network, folder: Path, device: str) -> None:
    fill(network.build(), device).save_pretrained(folder, max_shard_size=SHARD)


def _save_picture(shapes: Shapes, folder: Path, device: str) -> None:
    from factories.words import save_clip_words, save_t5_words

    for name, network in shapes.picture.items():
        _save(network, folder / name, device)
    save_clip_words(folder / "tokenizer")
    save_t5_words(folder / "tokenizer_2", shapes.sizes.tokens)
    _write(folder / "scheduler" / "scheduler_config.json", _FLOW)
    words = {"tokenizer": "CLIPTokenizer", "tokenizer_2": "T5TokenizerFast"}
    _write_index(folder, "FluxPipeline", shapes.picture, words, str(_FLOW["_class_name"]))


def _save_clip(shapes: Shapes, folder: Path, device: str, encoder: Path) -> None:
    """Save the clip model; its T5 is the one of the picture model, and takes no room a second time."""
    from factories.words import save_t5_words

    for name, network in shapes.clip.items():
        if name == "text_encoder":
            shutil.copytree(encoder, folder / name, copy_function=os.link)
        else:
            _save(network, folder / name, device)
    save_t5_words(folder / "tokenizer", shapes.sizes.tokens)
    _write(folder / "scheduler" / "scheduler_config.json", _DDIM)
    _write_index(folder, "CogVideoXPipeline", shapes.clip, {"tokenizer": "T5TokenizerFast"}, str(_DDIM["_class_name"]))


def _save_voice(shapes: Shapes, folder: Path, device: str) -> None:
    from safetensors.torch import save_file

    folder.mkdir(parents=True)
    state = fill(build_voice(shapes), device).state_dict()
    save_file({name: tensor.contiguous().cpu() for name, tensor in state.items()}, folder / "model.safetensors")


def _write_index(
    folder: Path, pipeline: str, networks: Mapping[str, Network], words: Mapping[str, str], scheduler: str
) -> None:
    import diffusers

    parts = {name: [each.library, each.kind] for name, each in networks.items()}
    parts |= {name: ["transformers", kind] for name, kind in words.items()}
    head = {"_class_name": pipeline, "_diffusers_version": diffusers.__version__}
    _write(folder / "model_index.json", {**head, **parts, "scheduler": ["diffusers", scheduler]})


def _write(path: Path, value: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), encoding="utf8")


assert CLIP_TOKENS == 518, "the configurations name the ends of the tokenizer of the tests"
