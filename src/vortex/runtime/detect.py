"""What a folder holds, told by heads alone: JSON, the head of a safetensors file, the magic of GGUF.

Each recogniser looks for what only its own format has; they are asked in a fixed order, from the most particular to
``config.json``, which transformers' own tables explain. No weight is read and no library of models is imported.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from vortex.core.errors import ModelError, PolicyError
from vortex.runtime.claims import transformers_claims
from vortex.runtime.folder import ModelFolder
from vortex.runtime.gguf import read_gguf
from vortex.runtime.headers import is_plain_name
from vortex.runtime.sae import find_sae

Category = Literal[
    "transformers",
    "vision_encoder",
    "asr",
    "diffusers",
    "sae",
    "sentence_transformers",
    "open_clip",
    "timm",
    "peft",
    "gguf",
    "kokoro",
]
_UNKNOWN = "(not told)"


@dataclass(frozen=True, slots=True)
class Detection:
    """What a folder holds."""

    category: Category
    architecture: str
    """Class, pipeline or kind of network, in the words of its own format."""
    model_type: str
    auto_classes: tuple[str, ...] = ()
    """transformers' auto classes that claim it, the first to be tried first."""
    classes: tuple[str, ...] = ()
    """transformers' classes that it may be, in the same order."""
    base_model: str = ""
    """The network that this one adds to or reads: of an adapter or an autoencoder."""
    problem: str = ""
    """Why it cannot be loaded although it was recognised; "" where it can."""


def detect(path: Path) -> Detection:
    """Say what a model folder, or a single weight file, holds.

    Raises:
        ModelError: nothing known was found, or a head is broken; names what was seen.
        MissingExtra: ``config.json`` needs the tables of transformers, which is not installed.
        PolicyError: the folder names files outside itself.
    """
    folder = ModelFolder(Path(path))
    for recognise in _RECOGNISERS:
        found = recognise(folder)
        if found is not None:
            return found
    seen = ", ".join(sorted(folder.names)[:6]) or "nothing"
    raise ModelError(
        f"{path}: no known model format; seen: {seen}{_pickled(folder)}; name a folder with a config.json or "
        "model_index.json, or a GGUF file"
    )


def _pickled(folder: ModelFolder) -> str:
    return f"; {folder.pickles[0]} is a pickle, which only a config.json beside it explains" if folder.pickles else ""


def _diffusers(folder: ModelFolder) -> Detection | None:
    index = folder.json("model_index.json")
    if not index:
        if {"unet", "vae"} <= folder.names or {"transformer", "vae"} <= folder.names:
            return Detection("diffusers", _UNKNOWN, "pipeline", problem="it has no model_index.json; fetch that file")
        if not folder.config.get("_class_name"):
            return None
        return Detection("diffusers", str(folder.config["_class_name"]), "component")
    name = index.get("_class_name")
    if not isinstance(name, str):
        return Detection(
            "diffusers", str(name), "pipeline", problem="its pipeline is code of its own, which is not run"
        )
    return Detection("diffusers", name, "pipeline", problem=_foreign_part(folder, index))


def _foreign_part(folder: ModelFolder, index: Mapping[str, Any]) -> str:
    """Return what is wrong with a part of a pipeline that brings code of its own; "" if none does."""
    for part, value in index.items():
        if part.startswith("_") or not isinstance(value, list) or len(value) != 2 or value[0] is None:
            continue
        if not is_plain_name(part) or not is_plain_name(str(value[0])):
            raise PolicyError(f"{folder.path}: names the part {part!r} outside its folder; do not use this model")
        if (folder.path / part / f"{value[0]}.py").is_file():
            return f"its part {part} is code of its own, which is not run"
        if not _is_of_diffusers(str(value[0])):
            raise PolicyError(
                f"{folder.path}: its part {part} asks for the module {value[0]!r}, and only those of diffusers and "
                "transformers are imported; do not use this model"
            )
    return ""


@cache
def _is_of_diffusers(library: str) -> bool:
    """Say whether a library of an index is one that diffusers knows; it would import any other."""
    spec = find_spec("diffusers")
    if library in ("diffusers", "transformers") or spec is None or spec.origin is None:
        return True
    return (Path(spec.origin).parent / "pipelines" / library).is_dir()


def _gguf(folder: ModelFolder) -> Detection | None:
    if not folder.gguf_files:
        return None
    header = read_gguf(folder.gguf_files[0])
    kind = header.architecture or _UNKNOWN
    return Detection("gguf", str(header.values.get("general.name") or kind), kind)


def _peft(folder: ModelFolder) -> Detection | None:
    config = folder.json("adapter_config.json")
    if not config:
        return None
    base = str(config.get("base_model_name_or_path") or "")
    return Detection(
        "peft", str(config.get("task_type") or _UNKNOWN), str(config.get("peft_type") or ""), base_model=base
    )


def _sae(folder: ModelFolder) -> Detection | None:
    found = find_sae(folder)
    if found is None:
        return None
    return Detection("sae", f"{found.d_in}→{found.d_sae}→{found.d_out}", found.kind, base_model=found.base_model)


def _sentence_transformers(folder: ModelFolder) -> Detection | None:
    if "modules.json" not in folder.names or folder.path.is_file():
        return None
    kind = str(folder.config.get("model_type") or _UNKNOWN)
    return Detection("sentence_transformers", _architecture(folder.config) or "SentenceTransformer", kind)


def _open_clip(folder: ModelFolder) -> Detection | None:
    model = folder.json("open_clip_config.json").get("model_cfg")
    if not isinstance(model, dict):
        return None
    told = model.get("vision_cfg")
    vision = told if isinstance(told, dict) else {}
    return Detection("open_clip", str(vision.get("timm_model_name") or "CLIP"), "open_clip")


def _timm(folder: ModelFolder) -> Detection | None:
    name = folder.config.get("architecture")
    if not isinstance(name, str) or not {"pretrained_cfg", "num_features"} & set(folder.config):
        return None
    return Detection("timm", name, name.split("_")[0].split(".")[0])


def _kokoro(folder: ModelFolder) -> Detection | None:
    if not {"istftnet", "plbert"} <= set(folder.config):
        return None
    return Detection("kokoro", "KModel", "kokoro")


def _transformers(folder: ModelFolder) -> Detection | None:
    config = folder.config
    if not config:
        return None
    kind, name = config.get("model_type"), _architecture(config)
    if not isinstance(kind, str) or not kind:
        raise ModelError(f"{folder.path / 'config.json'}: names no model_type; add it, or fetch the file again")
    try:
        claim = transformers_claims().claim(kind, name)
    except ModelError as error:
        extra = "; it brings code of its own, which is not run" if config.get("auto_map") else ""
        raise ModelError(f"{folder.path / 'config.json'}: {error}{extra}") from error
    category: Category = claim.category  # type: ignore[assignment]
    # A tower without a head stands in no table of tasks; what it takes in tells what it is.
    if category == "transformers" and set(claim.auto_classes) <= {"AutoModel"} and _sees(config):
        category = "vision_encoder"
    return Detection(category, claim.architecture, kind, claim.auto_classes, claim.classes)


def _sees(config: Any) -> bool:
    return "patch_size" in config and "image_size" in config and "vocab_size" not in config


def _architecture(config: Any) -> str:
    names = config.get("architectures")
    return str(names[0]) if isinstance(names, list) and names else ""


def _loose_file(folder: ModelFolder) -> Detection | None:
    """Tell safetensors without any configuration by the names of their tensors."""
    if not folder.weight_files:
        return None
    names = list(folder.tensors)
    if any(".lora_A." in name or ".lora_down." in name or name.startswith("lora_") for name in names):
        base = folder.headers[0].metadata.get("ss_base_model_version", "")
        return Detection("peft", "single file", "LORA", base_model=base)
    if any(name.startswith("model.diffusion_model.") for name in names):
        return Detection("diffusers", _UNKNOWN, "single file", problem="which network it is, is not told; use a folder")
    return None


_RECOGNISERS: tuple[Callable[[ModelFolder], Detection | None], ...] = (
    _diffusers,
    _gguf,
    _peft,
    _sae,
    _sentence_transformers,
    _open_clip,
    _timm,
    _kokoro,
    _transformers,
    _loose_file,
)
