"""Loading with the library that a format belongs to: one function for each, imports inside.

All are told to stay offline, to take safetensors, and to run no code of the folder.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from vortex.core.errors import ModelError
from vortex.runtime import kokoro
from vortex.runtime.adapters import base_folder, require_base
from vortex.runtime.autoencoder import open_autoencoder
from vortex.runtime.detect import Detection, detect
from vortex.runtime.folder import ModelFolder
from vortex.runtime.networks import LoadOptions, Opened, open_network
from vortex.runtime.shards import read_tensors, require_filled, require_finite

_WEIGHTS = re.compile(r"(?:diffusion_pytorch_model|model)(?:\.(\w+))?(?:-\d+-of-\d+)?\.safetensors")


def open_sae(folder: ModelFolder, found: Detection, options: LoadOptions) -> Opened:
    """Load a sparse autoencoder."""
    return Opened(open_autoencoder(folder, options.device), "streamed")


def open_diffusers(folder: ModelFolder, found: Detection, options: LoadOptions) -> Opened:
    """Load a pipeline, or one part of one, with diffusers."""
    import diffusers

    if options.check_finite:
        _require_finite_below(folder)
    if found.model_type == "pipeline":
        return Opened(join_pipeline(folder, options).to(options.device), "by diffusers: it joins the parts")
    made = getattr(diffusers, found.architecture, None)
    if made is None:
        raise ModelError(f"{folder.path}: diffusers {diffusers.__version__} knows no {found.architecture}")
    model = made.from_pretrained(str(folder.path), **_how(folder, options))
    _require_weights(folder, "", model)
    return Opened(model.to(options.device), "by diffusers: it joins the parts")


def join_pipeline(folder: ModelFolder, options: LoadOptions, parts: Mapping[str, Any] = MappingProxyType({})) -> Any:
    """Return a pipeline in host memory, with the networks of ``parts`` where they are given.

    Raises:
        ModelError: a network is missing, or has places that no weight fills.
    """
    import diffusers

    missing = [name for name in _index_of(folder) if name not in parts and not (folder.path / name).is_dir()]
    if missing:
        raise ModelError(f"{folder.path}: its index names {', '.join(missing)}, not there; fetch the folder again")
    texts = {name: open_part(folder, name, options) for name in _texts_of(folder) if name not in parts}
    diffusers.utils.logging.disable_progress_bar()
    made: Any = diffusers.DiffusionPipeline
    pipe = made.from_pretrained(str(folder.path), **_how(folder, options), **texts, **parts)
    for name, part in pipe.components.items():
        _require_weights(folder, name, part)
    return pipe


def open_part(folder: ModelFolder, name: str, options: LoadOptions) -> Any:
    """Return one network of a pipeline, such as ``text_encoder_2``, in host memory.

    Raises:
        ModelError: it is missing, or has places that no weight fills.
    """
    import diffusers

    place = folder.path / name
    library, kind = _index_of(folder).get(name, ("", ""))
    if library == "transformers":
        _require_known(kind, folder.path)
        # The index names the class; the tables of auto classes lack some, such as CLIPTextModelWithProjection.
        found = Detection("transformers", kind, "", classes=(kind,))
        return open_network(ModelFolder(place), found, options).model
    made = getattr(diffusers, kind, None)
    if made is None:
        raise ModelError(f"{folder.path}: diffusers {diffusers.__version__} has no {kind or name}")
    model = made.from_pretrained(str(place), **_how(ModelFolder(place), options))
    _require_weights(folder, name, model)
    return model


def _require_known(kind: str, folder: Path) -> None:
    import transformers

    if not kind.isidentifier() or not hasattr(transformers, kind):
        raise ModelError(f"{folder}: transformers {transformers.__version__} has no {kind or 'class'}")


def _how(folder: ModelFolder, options: LoadOptions) -> dict[str, Any]:
    import torch

    how: dict[str, Any] = {"local_files_only": True, "use_safetensors": not options.allow_pickle}
    if variant := variant_of(folder):
        how["variant"] = variant
    return how if options.dtype == "auto" else {**how, "dtype": getattr(torch, options.dtype)}


def variant_of(folder: ModelFolder) -> str:
    """Return the variant, such as ``fp16``, of a folder whose weights come in no other form; "" where they do."""
    found = {match[1] or "" for each in folder.files if (match := _WEIGHTS.fullmatch(each.name))}
    return min(found, default="")


def _index_of(folder: ModelFolder) -> dict[str, tuple[str, str]]:
    """Return library and class of each part of a pipeline that has one."""
    rows = folder.json("model_index.json").items()
    return {name: (str(each[0]), str(each[1])) for name, each in rows if isinstance(each, list) and each[0]}


def _texts_of(folder: ModelFolder) -> list[str]:
    """Return the parts of a pipeline that are networks of transformers, which diffusers would leave to chance."""
    index = _index_of(folder)
    return [
        name
        for name, each in index.items()
        if each[0] == "transformers" and (folder.path / name / "config.json").is_file()
    ]


def _require_weights(folder: ModelFolder, name: str, part: Any) -> None:
    empty = [key for key, each in part.named_parameters() if each.is_meta] if hasattr(part, "named_parameters") else []
    require_filled(tuple(empty), {}, folder.path / name)


def _require_finite_below(folder: ModelFolder) -> None:
    for place in sorted({each.parent for each in folder.files if each.suffix == ".safetensors"}):
        for header in ModelFolder(place).headers:
            for name, tensor in read_tensors(header):
                require_finite(header.file, name, tensor)


def open_gguf(folder: ModelFolder, found: Detection, options: LoadOptions) -> Opened:
    """Load a language model from GGUF with transformers, which turns its weights into plain numbers."""
    import transformers

    file = folder.gguf_files[0]
    model = transformers.AutoModelForCausalLM.from_pretrained(
        file.parent, gguf_file=file.name, local_files_only=True, trust_remote_code=False, dtype=options.dtype
    )
    return Opened(model.to(options.device).eval(), "by transformers: it unpacks the weights")


def open_peft(folder: ModelFolder, found: Detection, options: LoadOptions) -> Opened:
    """Load the base of an adapter, then the adapter onto it.

    Raises:
        ModelError: the base is not here, or is another model than the adapter was made for; names both.
    """
    import peft

    if "adapter_config.json" not in folder.names:
        told = found.base_model or "(not told)"
        raise ModelError(
            f"{folder.path}: is a LoRA for a picture pipeline ({told}); load the pipeline and add it there"
        )
    base = ModelFolder(base_folder(folder, options.base))
    require_base(folder, base)
    below = open_network(base, detect(base.path), options)
    model = peft.PeftModel.from_pretrained(below.model, str(folder.path), local_files_only=True)
    return Opened(model.eval(), f"by peft: an adapter on a base that was {below.how}")


def open_sentence_transformers(folder: ModelFolder, found: Detection, options: LoadOptions) -> Opened:
    """Load an embedder of sentences."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder.path), device=options.device, local_files_only=True, trust_remote_code=False)
    return Opened(model.eval(), "by sentence-transformers: it joins the parts")


def open_open_clip(folder: ModelFolder, found: Detection, options: LoadOptions) -> Opened:
    """Load a pair of towers of open_clip."""
    import open_clip

    model = open_clip.create_model(f"local-dir:{folder.path}", device=options.device)
    return Opened(model.eval(), "by open_clip: its own names")


def open_timm(folder: ModelFolder, found: Detection, options: LoadOptions) -> Opened:
    """Load a network of timm."""
    import timm

    model = timm.create_model(f"local-dir:{folder.path}", pretrained=True)
    return Opened(model.to(options.device).eval(), "by timm: its own names")


def open_kokoro(folder: ModelFolder, found: Detection, options: LoadOptions) -> Opened:
    """Load the voice network Kokoro."""
    network = kokoro.open_kokoro(folder, device=options.device, allow_pickle=options.allow_pickle)
    return Opened(network, "read whole: weight normalisation is multiplied out")
