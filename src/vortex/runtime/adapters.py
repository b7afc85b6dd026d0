"""Whether an adapter fits the model that it is put on, told by the heads of both."""

from pathlib import Path

from vortex.core.errors import ModelError
from vortex.runtime.folder import ModelFolder

_LORA_IN, _LORA_OUT = (".lora_A.", ".lora_down."), (".lora_B.", ".lora_up.")
_WRAPPER = "base_model.model."


def require_base(adapter: ModelFolder, base: ModelFolder) -> None:
    """Make sure that every layer of a LoRA exists in the base with the sizes that it was trained for.

    Raises:
        ModelError: it does not; names the adapter, the model that it was made for, and the one that it was put on.
    """
    told = str(adapter.json("adapter_config.json").get("base_model_name_or_path") or "(not told)")
    here = str(base.config.get("_name_or_path") or base.config.get("model_type") or "")
    names = f"adapter {adapter.path} was made for {told!r} and does not fit {base.path} ({here or 'unknown'})"
    layers = {name.rpartition(".")[0]: entry.shape for name, entry in base.tensors.items() if name.endswith(".weight")}
    matched = 0
    for name, entry in adapter.tensors.items():
        side = next((mark for mark in (*_LORA_IN, *_LORA_OUT) if mark in name), "")
        if not side or len(entry.shape) != 2:
            continue
        layer = name.partition(side)[0].removeprefix(_WRAPPER)
        shape = _find(layers, layer)
        if shape is None:
            raise ModelError(f"{names}: there is no layer {layer!r}")
        size, wanted = (shape[1], entry.shape[1]) if side in _LORA_IN else (shape[0], entry.shape[0])
        if len(shape) == 2 and size != wanted:
            raise ModelError(f"{names}: layer {layer!r} has {size} values where the adapter has {wanted}")
        matched += 1
    if not matched:
        raise ModelError(f"{adapter.path}: holds no layer of a LoRA")


def _find(layers: dict[str, tuple[int, ...]], name: str) -> tuple[int, ...] | None:
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
