"""Networks of transformers: built on the meta device, then filled shard by shard.

Where weights need more than their place (quantised, stored under the names of an older version, or a pickle that was
allowed), the library's own loader is used instead, and the result says so. Nothing is ever left to chance: a network
with a place that no weight fills is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from vortex.core.errors import ModelError, PolicyError
from vortex.runtime.detect import Detection
from vortex.runtime.folder import ModelFolder
from vortex.runtime.headers import TensorEntry
from vortex.runtime.shards import Fit, Target, fit, require_filled, shapes_of, stream, twins_of, unfilled

if TYPE_CHECKING:
    import torch

Mode = Literal["full", "thinker_only", "talker_only", "vision_only", "audio_only"]
_MODALITIES: Mapping[Mode, str] = {"vision_only": "image", "audio_only": "audio"}
_NAMED: Mapping[Mode, str] = {"thinker_only": "thinker", "talker_only": "talker"}
_HALF = ("float16", "bfloat16")


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """How a model is loaded."""

    mode: Mode = "full"
    """The whole of it, or one part of a model that has several."""
    device: str = "cpu"
    dtype: str = "auto"
    """Of the numbers, such as ``bfloat16``; ``auto`` takes what the configuration says."""
    allow_pickle: bool = False
    """Read weights that are pickles, numbers only."""
    check_finite: bool = False
    """Look at every weight for NaN and infinity."""
    base: str = ""
    """Folder of the model that an adapter is put on."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A network in memory."""

    model: Any
    how: str
    """``streamed``, or ``by <library>: <reason>``."""
    unused: tuple[str, ...] = ()
    """Tensors of the files that have no place in the network."""


def open_network(folder: ModelFolder, found: Detection, options: LoadOptions) -> Opened:
    """Load a network of transformers.

    Raises:
        ModelError: weights are missing or of other shapes, or the model has no such part.
    """
    import transformers

    config = transformers.AutoConfig.from_pretrained(folder.path, local_files_only=True, trust_remote_code=False)
    _leave_out_mask(config, folder)
    dtype = _dtype(options.dtype, config)
    reason = _needs_library(folder, config)
    for name in found.classes if not reason else ():
        made = getattr(transformers, name)
        model = _skeleton(made, config, dtype)
        if _keeps_exact(model, dtype):
            reason = "some of its layers are kept in single precision"
            break
        laid = _laid(model, folder, options.mode)
        if options.mode == "full" and _loads_more(made):
            require_filled(laid.missing, twins_of(model), folder.path)
            return _by_its_own(made, folder, options, dtype)
        if not unfilled(_needed(laid, model, options.mode), twins_of(model)):
            return Opened(_filled(model, folder, laid, options, dtype), "streamed", laid.unused)
    return _by_library(folder, found, options, config, dtype, reason or "its weights are stored under other names")


def _leave_out_mask(config: Any, folder: ModelFolder) -> None:
    """Build a network that listens without the vector that stands for masked sound, if its folder has none.

    Sound is masked only in training, and published folders of wav2vec2 and its kin lack that vector.
    """
    listens = hasattr(config, "conv_dim") and hasattr(config, "mask_time_prob")
    if listens and not any(name.endswith("masked_spec_embed") for name in folder.tensors):
        config.mask_time_prob = config.mask_feature_prob = 0.0


def _loads_more(made: Any) -> bool:
    """Say whether a class has a loader of its own, which reads more than weights."""
    from transformers import PreTrainedModel

    return made.from_pretrained.__func__ is not PreTrainedModel.from_pretrained.__func__


def _by_its_own(made: Any, folder: ModelFolder, options: LoadOptions, dtype: "torch.dtype | None") -> Opened:
    if folder.pickles and not options.allow_pickle:
        raise PolicyError(
            f"{folder.path}: the loader of {made.__name__} reads {folder.pickles[0]}, a pickle; allow it with "
            "allow_pickle=True, which reads numbers only, or load one part of the model"
        )
    model = made.from_pretrained(
        folder.path, local_files_only=True, trust_remote_code=False, use_safetensors=True, dtype=dtype or "auto"
    )
    if options.check_finite:
        _require_all_finite(model, folder.path)
    return Opened(model.to(options.device).eval(), "by transformers: its own loader reads more than weights")


def _laid(model: Any, folder: ModelFolder, mode: Mode) -> Fit:
    """Lay the tensors of a folder to a network by their own names, or by the new ones that transformers gives them."""
    wanted, prefix = shapes_of(model), str(getattr(model, "base_model_prefix", ""))
    plain = fit(wanted, folder.tensors, prefix)
    if not unfilled(_needed(plain, model, mode), twins_of(model)):
        return plain
    renamed = _renamed(model, folder.tensors)
    return fit(wanted, renamed, prefix) if len(renamed) == len(folder.tensors) else plain


def _renamed(model: Any, tensors: Mapping[str, TensorEntry]) -> dict[str, TensorEntry]:
    """Return tensors by the names that this version of transformers gives those of older ones, as far as it tells."""
    try:
        from transformers.conversion_mapping import get_model_conversion_mapping
        from transformers.core_model_loading import WeightRenaming, rename_source_key
    except ImportError:
        return {}
    changes = get_model_conversion_mapping(model)
    renamings = [each for each in changes if isinstance(each, WeightRenaming)]
    converters = [each for each in changes if not isinstance(each, WeightRenaming)]
    new = {name: rename_source_key(name, renamings, converters) for name in tensors}
    # What a converter would compute keeps its own name, and its place stays empty: the library has to load it.
    return {name if computed else given: tensors[name] for name, (given, computed) in new.items()}


def _needs_library(folder: ModelFolder, config: Any) -> str:
    if getattr(config, "quantization_config", None):
        return "its weights are quantised"
    return "" if folder.weight_files else "its weights are a pickle"


def _dtype(wanted: str, config: Any) -> "torch.dtype | None":
    import torch

    if wanted == "auto":
        told = getattr(config, "dtype", None)
        return told if isinstance(told, torch.dtype) else None
    found = getattr(torch, wanted, None)
    if not isinstance(found, torch.dtype):
        raise ModelError(f"no type of numbers named {wanted!r}; write float32, bfloat16 or float16")
    return found


def _skeleton(made: Any, config: Any, dtype: "torch.dtype | None") -> Any:
    import torch

    with torch.device("meta"):
        return made._from_config(config, dtype=dtype)


def _keeps_exact(model: Any, dtype: "torch.dtype | None") -> bool:
    """Say whether the library would keep layers in single precision, some of them only where float16 is asked for."""
    asked = str(dtype).removeprefix("torch.")
    always = getattr(model, "_keep_in_fp32_modules_strict", None) if asked in _HALF else None
    from_float16 = getattr(model, "_keep_in_fp32_modules", None) if asked == "float16" else None
    return bool(always or from_float16)


def _needed(laid: Fit, model: Any, mode: Mode) -> tuple[str, ...]:
    prefix = part_name(model, mode)
    return tuple(name for name in laid.missing if name.startswith(prefix))


def part_name(model: Any, mode: Mode) -> str:
    """Return the path of a part with a closing dot; "" for the whole.

    Raises:
        ModelError: the model has no such part; names those that it has.
    """
    if mode == "full":
        return ""
    part = _encoder(model, _MODALITIES[mode]) if mode in _MODALITIES else getattr(model, _NAMED[mode], None)
    for name, each in model.named_modules():
        if each is part and name:
            return f"{name}."
    parts = ", ".join(name for name, _ in model.named_children())
    raise ModelError(f"{type(model).__name__} has no part for {mode}; its parts: {parts}; load it with mode='full'")


def _encoder(model: Any, modality: str) -> Any:
    """Return the tower for pictures or sounds of a network, or of a network within it; None where there is none."""
    for each in model.modules():
        found = each.get_encoder(modality=modality) if hasattr(each, "get_encoder") else each
        if found is not each:
            return found
    return None


def _filled(model: Any, folder: ModelFolder, laid: Fit, options: LoadOptions, dtype: "torch.dtype | None") -> Any:
    prefix = part_name(model, options.mode)
    places = {name: place for name, place in laid.places.items() if place.startswith(prefix)}
    stream(model, folder.headers, places, Target(options.device, dtype, options.check_finite))
    require_filled(_needed(laid, model, options.mode), twins_of(model), folder.path)
    part = model.get_submodule(prefix.removesuffix(".")) if prefix else model
    _compute_buffers(model, part, options.device)
    _read_generation(model, folder)
    return part.eval()


def _compute_buffers(model: Any, part: Any, device: str) -> None:
    """Let the network compute what it keeps but does not store, such as the frequencies of its positions."""
    import torch

    stale = [
        (module, name, each)
        for module in part.modules()
        for name, each in module._buffers.items()
        if each is not None and each.is_meta
    ]
    for module, name, each in stale:
        module._buffers[name] = torch.empty_like(each, device=device)
    for module in model.modules():
        module.__dict__.pop("_is_hf_initialized", None)
    for tensor in model.state_dict(keep_vars=True).values():
        tensor._is_hf_initialized = True
    model.initialize_weights()


def _read_generation(model: Any, folder: ModelFolder) -> None:
    if "generation_config.json" in folder.names and hasattr(model, "can_generate") and model.can_generate():
        from transformers import GenerationConfig

        model.generation_config = GenerationConfig.from_pretrained(folder.path, local_files_only=True)


def _by_library(
    folder: ModelFolder, found: Detection, options: LoadOptions, config: Any, dtype: "torch.dtype | None", reason: str
) -> Opened:
    import transformers

    made = getattr(transformers, found.classes[0])
    model, told = made.from_pretrained(
        folder.path,
        config=config,
        local_files_only=True,
        trust_remote_code=False,
        use_safetensors=not (options.allow_pickle and not folder.weight_files),
        output_loading_info=True,
        dtype=dtype or "auto",
    )
    require_filled(tuple(sorted(told["missing_keys"])), {}, folder.path)
    prefix = part_name(model, options.mode)
    part = model.get_submodule(prefix.removesuffix(".")) if prefix else model
    if options.check_finite:
        _require_all_finite(part, folder.path)
    unused = tuple(sorted(told["unexpected_keys"]))
    return Opened(part.to(options.device).eval(), f"by transformers: {reason}", unused)


def _require_all_finite(model: Any, path: Path) -> None:
    from vortex.runtime.shards import require_finite

    for name, tensor in model.state_dict().items():
        require_finite(path, name, tensor)
