"""Whether an adapter fits the model that it is put on, told by the heads of both."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from vortex.core.errors import ModelError
from vortex.runtime.folder import ModelFolder
from vortex.runtime.headers import WeightHeader, read_safetensors

_LORA_IN, _LORA_OUT = (".lora_A.", ".lora_down."), (".lora_B.", ".lora_up.")
_WRAPPER = "base_model.model."
_TOLD = ("modelspec.architecture", "ss_base_model_version", "base_model", "ss_sd_model_name")
"""Where trainers of LoRAs write down what they were trained on."""


def require_base(adapter: ModelFolder, base: ModelFolder) -> None:
    """Make sure that every layer of a LoRA exists in the base with the sizes that it was trained for.

    Raises:
        ModelError: it does not; names the adapter, the model that it was made for, and the one that it was put on.
    """
    told = str(adapter.json("adapter_config.json").get("base_model_name_or_path") or "(not told)")
    here = str(base.config.get("_name_or_path") or base.config.get("model_type") or "")
    names = f"adapter {adapter.path} was made for {told!r} and does not fit {base.path} ({here or 'unknown'})"
    layers = {name.rpartition(".")[0]: entry.shape for name, entry in base.tensors.items() if name.endswith(".weight")}
    if not _num_fitting(((name, entry.shape) for name, entry in adapter.tensors.items()), layers, names):
        raise ModelError(f"{adapter.path}: holds no layer of a LoRA")
    _require_rank(adapter)


def _require_rank(adapter: ModelFolder) -> None:
    """Make sure that no rank of a configuration is above that of the tensors, since memory is taken for it first."""
    config = adapter.json("adapter_config.json")
    told = {key: config.get(key) for key in ("r", "init_r", "target_r")}
    pattern = config.get("rank_pattern")
    told |= pattern if isinstance(pattern, dict) else {}
    held = max(min(entry.shape) for entry in adapter.tensors.values() if len(entry.shape) == 2)
    for key, value in told.items():
        if isinstance(value, int) and value > held:
            raise ModelError(
                f"{adapter.path / 'adapter_config.json'}: {key} is {value}, and its tensors have rank {held}; "
                "fetch it again"
            )


def require_pipeline(adapter: Path, folder: Path, made: Any) -> None:
    """Make sure that every layer of a LoRA file exists in a pipeline with the sizes that it was trained for.

    The names of other trainers are turned into those of diffusers by the pipeline's own class, with tensors that have
    shapes and no numbers.

    Args:
        adapter: a safetensors file.
        folder: of the pipeline, with one folder for each network.
        made: class of the pipeline in diffusers.

    Raises:
        ModelError: it does not fit, or is no LoRA; names what it was made for and the model that it was put on.
    """
    header = read_safetensors(adapter)
    told = next((header.metadata[key] for key in _TOLD if header.metadata.get(key)), "(not told)")
    names = f"LoRA {adapter} was made for {told!r} and does not fit {folder} ({made.__name__})"
    try:
        found = made.lora_state_dict(_hollow(header))
    except (ValueError, KeyError, RuntimeError, AttributeError, IndexError) as error:
        raise ModelError(f"{names}: {error}") from error
    shapes = {name: tuple(each.shape) for name, each in (found[0] if isinstance(found, tuple) else found).items()}
    layers: dict[str, tuple[int, ...]] = {}
    for part in sorted(each for each in folder.iterdir() if each.is_dir()):
        tables = ModelFolder(part).tensors
        layers |= {
            f"{part.name}.{name.rpartition('.')[0]}": each.shape
            for name, each in tables.items()
            if name.endswith(".weight")
        }
    if not _num_fitting(shapes.items(), layers, names):
        raise ModelError(f"{names}: it holds no layer that could be put on it")


def _hollow(header: WeightHeader) -> dict[str, Any]:
    """Return tensors of the head's shapes without numbers; single numbers, such as scales, are read."""
    import torch
    from safetensors import safe_open

    found = {}
    with safe_open(header.file, framework="pt") as file:
        for name, entry in header.tensors.items():
            found[name] = file.get_tensor(name) if entry.num_elements == 1 else torch.empty(entry.shape, device="meta")
    return found


def _num_fitting(
    tensors: Iterable[tuple[str, tuple[int, ...]]], layers: Mapping[str, tuple[int, ...]], names: str
) -> int:
    """Return how many matrices of a LoRA have a layer to go to; ``names`` begins what is said of one that has none."""
    matched = 0
    for name, own in tensors:
        side = next((mark for mark in (*_LORA_IN, *_LORA_OUT) if mark in name), "")
        if not side or len(own) != 2:
            continue
        layer = name.partition(side)[0].removeprefix(_WRAPPER)
        shape = _find(layers, layer)
        if shape is None:
            raise ModelError(f"{names}: there is no layer {layer!r}")
        size, wanted = (shape[1], own[1]) if side in _LORA_IN else (shape[0], own[0])
        if len(shape) == 2 and size != wanted:
            raise ModelError(f"{names}: layer {layer!r} has {size} values where the adapter has {wanted}")
        matched += 1
    return matched


def _find(layers: Mapping[str, tuple[int, ...]], name: str) -> tuple[int, ...] | None:
    """Return the shape of a layer, also where one of both leaves out the name of the body."""
    for each in (name, name.partition(".")[2]):
        if each in layers:
            return layers[each]
    return next((shape for layer, shape in layers.items() if layer.endswith(f".{name}")), None)


def base_folder(adapter: ModelFolder, given: str) -> Path:
    """Return the folder of the base: the one given, or the one that the adapter names if that is a folder here.

    Raises:
        ModelError: neither is there; names what the adapter was made for.
    """
    told = str(adapter.json("adapter_config.json").get("base_model_name_or_path") or "")
    path = Path(given or told)
    if (given or told) and path.is_dir():
        return path
    raise ModelError(f"{adapter.path}: needs its base model {told or '(not told)'!r}; give its folder as base")
