"""Whether a LoRA was made for the model that it is put on, told by the heads of both before anything is loaded.

LoRAs come under four names for the same layer: those of peft and diffusers (``unet.down_blocks.1….lora_A.weight``), of
kohya with the layers of diffusers or of the original code, their dots turned to underscores, and of the original code
with dots. All are brought to the name of diffusers with underscores, and then the sizes must agree.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from vortex.core.errors import ModelError
from vortex.engines.image.families import Family
from vortex.engines.image.registry import NamedLora
from vortex.runtime.folder import ModelFolder
from vortex.runtime.headers import TensorEntry, read_json, read_safetensors

Shapes = Mapping[str, tuple[int, ...]]
_SIDES = {
    ".lora_A.weight": 1, ".lora_A.default.weight": 1, ".lora_down.weight": 1, ".lora.down.weight": 1,
    ".lora_B.weight": 0, ".lora_B.default.weight": 0, ".lora_up.weight": 0, ".lora.up.weight": 0,
}  # fmt: skip
"""Ending → which dimension of the layer's weight it shares: 1 inputs, 0 outputs."""
_OWNERS = (
    ("text_encoder_2", ("text_encoder_2.", "lora_te2_")),
    ("text_encoder", ("text_encoder.", "lora_te1_", "lora_te_")),
    ("denoiser", ("unet.", "transformer.", "diffusion_model.", "lora_unet_", "lora_transformer_")),
)
_FLUX_LAYERS = {
    "img_attn_proj": "attn_to_out_0", "txt_attn_proj": "attn_to_add_out", "img_mlp_0": "ff_net_0_proj",
    "img_mlp_2": "ff_net_2", "txt_mlp_0": "ff_context_net_0_proj", "txt_mlp_2": "ff_context_net_2",
    "img_mod_lin": "norm1_linear", "txt_mod_lin": "norm1_context_linear", "linear2": "proj_out",
    "modulation_lin": "norm_linear",
}  # fmt: skip
_FLUX_JOINED = {"img_attn_qkv": "attn_to_q", "txt_attn_qkv": "attn_add_q_proj", "linear1": "attn_to_q"}
"""Layers that the original code has in one; all read the same input as the named one."""


@dataclass(frozen=True, slots=True)
class _Layer:
    owner: str
    name: str
    """With underscores, as diffusers calls the layer."""
    joined: bool
    """Whether it stands for several layers of diffusers, so that only its inputs can be compared."""


def require_fit(lora: NamedLora, folder: Path, family: Family) -> None:
    """Make sure that every layer of a LoRA is in a model, with the sizes that it was made for.

    Args:
        lora: read are its heads alone.
        folder: of the pipeline.
        family: of the pipeline.

    Raises:
        ModelError: it is not, which names the LoRA and what it is for, and the model and what that is; or the file is
            cut off, or something else than it is called.
    """
    header = read_safetensors(lora.file)
    header.require_whole()
    entries = header.tensors
    names = f"LoRA {lora.name!r} ({lora.file}) does not fit {folder} ({family.name})"
    made_for = lora.base or guess_base(entries)
    if made_for and made_for != family.base:
        raise ModelError(f"{names}: it is for {made_for}, the model is {family.base}")
    matched = 0
    here = _Here(folder, family)
    for entry, layer, side in _layers(entries, here):
        shape = here.shapes(layer.owner).get(layer.name)
        if shape is None:
            raise ModelError(f"{names}: the model has no layer {layer.name!r} in its {here.network(layer.owner)}")
        if (side or not layer.joined) and entry.shape[side] != shape[side]:
            word = "inputs" if side else "outputs"
            raise ModelError(
                f"{names}: layer {layer.name!r} has {shape[side]} {word}, the LoRA was made for {entry.shape[side]}"
            )
        matched += 1
    if not matched:
        raise ModelError(f"{names}: the file holds no layer of a LoRA")


def guess_base(entries: Mapping[str, TensorEntry]) -> str:
    """Return what a LoRA is for, by names that only one base has; "" if there are none."""
    text = " ".join(entries)
    if re.search(r"single_transformer_blocks|double_blocks|single_blocks|add_q_proj", text):
        return "flux"
    widths = {e.shape[1] for n, e in entries.items() if re.search(r"attn2_to_k|attn2\.to_k", n) and _side(n) == 1}
    return {frozenset({2048}): "sdxl", frozenset({768}): "sd", frozenset({1024}): "sd"}.get(frozenset(widths), "")


class _Here:
    """Layers of a pipeline by network, each read when it is asked for."""

    def __init__(self, folder: Path, family: Family) -> None:
        self._folder, self._family = folder, family
        self._read: dict[str, Shapes] = {}

    def network(self, owner: str) -> str:
        return self._family.denoiser if owner == "denoiser" else owner

    def shapes(self, owner: str) -> Shapes:
        name = self.network(owner)
        if name not in self._read:
            self._read[name] = self._layers_of(name)
        return self._read[name]

    def layers_per_block(self) -> int:
        return int(read_json(self._folder / self._family.denoiser / "config.json").get("layers_per_block") or 2)

    def _layers_of(self, name: str) -> Shapes:
        place = self._folder / name
        tensors = ModelFolder(place).tensors if place.is_dir() else {}
        weights = {
            each.removesuffix(".weight"): entry.shape for each, entry in tensors.items() if each.endswith(".weight")
        }
        weights = weights or _layers_of_config(place)
        return {each.removeprefix("text_model.").replace(".", "_"): shape for each, shape in weights.items()}


def _layers_of_config(place: Path) -> dict[str, tuple[int, ...]]:
    """Return the layers of a network whose weights are elsewhere, such as in a GGUF file, from its configuration.

    Raises:
        ModelError: it has none, or one that diffusers does not know.
    """
    import diffusers
    import torch

    config = read_json(place / "config.json")
    made = getattr(diffusers, str(config.get("_class_name", "")), None)
    if made is None:
        raise ModelError(
            f"{place}: holds neither weights nor a network of diffusers; a LoRA cannot be compared with it"
        )
    with torch.device("meta"):
        tensors = made.from_config(config).named_parameters()
    return {name.removesuffix(".weight"): tuple(each.shape) for name, each in tensors if name.endswith(".weight")}


def _layers(entries: Mapping[str, TensorEntry], here: _Here) -> Iterator[tuple[TensorEntry, _Layer, int]]:
    for name, entry in entries.items():
        side = _side(name)
        if side is None or len(entry.shape) < 2:
            continue
        ending = next(each for each in _SIDES if name.endswith(each))
        yield entry, _layer(name.removesuffix(ending), here), side


def _side(name: str) -> int | None:
    return next((side for ending, side in _SIDES.items() if name.endswith(ending)), None)


def _layer(name: str, here: _Here) -> _Layer:
    owner, rest = "denoiser", name
    for each, prefixes in _OWNERS:
        found = next((prefix for prefix in prefixes if name.startswith(prefix)), None)
        if found:
            owner, rest = each, name.removeprefix(found)
            break
    flat = rest.replace(".", "_").removeprefix("base_model_model_")
    if owner != "denoiser":
        return _Layer(owner, flat.removeprefix("text_model_"), False)
    return _flux_layer(flat) or _Layer(owner, _unet_layer(flat, here), False)


def _flux_layer(flat: str) -> _Layer | None:
    found = re.fullmatch(r"(double|single)_blocks_(\d+)_(\w+)", flat)
    if not found:
        return None
    block = "transformer_blocks" if found[1] == "double" else "single_transformer_blocks"
    joined = found[3] in _FLUX_JOINED
    last = _FLUX_JOINED.get(found[3]) or _FLUX_LAYERS.get(found[3], found[3])
    return _Layer("denoiser", f"{block}_{found[2]}_{last}", joined)


def _unet_layer(flat: str, here: _Here) -> str:
    """Return the name that diffusers gives a layer of the original UNet; others stay as they are."""
    found = re.match(r"(input|output|middle)_blocks?_(\d+)_(?:(\d+)_)?(?=\w)", flat)
    if not found:
        return flat
    rest, number, place = flat[found.end() :], int(found[2]), found[3]
    if found[1] == "middle":
        return f"mid_block_{'attentions' if number == 1 else 'resnets'}_0_{flat[len(f'middle_block_{number}_') :]}"
    per_block = here.layers_per_block() + 1
    block, layer = divmod(number - 1 if found[1] == "input" else number, per_block)
    side = "down" if found[1] == "input" else "up"
    return f"{side}_blocks_{block}_{'attentions' if place == '1' else 'resnets'}_{layer}_{rest}"
