"""Loading with the library that a format belongs to: one function for each, imports inside.

All are told to stay offline, to take safetensors, and to run no code of the folder.
"""

from dataclasses import replace
from typing import Any

from vortex.core.errors import ModelError
from vortex.runtime.adapters import base_folder, require_base
from vortex.runtime.autoencoder import open_autoencoder
from vortex.runtime.detect import Detection, detect
from vortex.runtime.folder import ModelFolder
from vortex.runtime.networks import LoadOptions, Opened, open_network
from vortex.runtime.shards import read_tensors, require_filled, require_finite


def open_sae(folder: ModelFolder, found: Detection, options: LoadOptions) -> Opened:
    """Load a sparse autoencoder."""
    return Opened(open_autoencoder(folder, options.device), "streamed")


def open_diffusers(folder: ModelFolder, found: Detection, options: LoadOptions) -> Opened:
    """Load a pipeline, or one part of one, with diffusers."""
    import diffusers
    import torch

    if options.check_finite:
        _require_finite_below(folder)
    whole = found.model_type == "pipeline"
    made: Any = diffusers.DiffusionPipeline if whole else getattr(diffusers, found.architecture, None)
    if made is None:
        raise ModelError(f"{folder.path}: diffusers {diffusers.__version__} knows no {found.architecture}")
    kind = {} if options.dtype == "auto" else {"dtype": getattr(torch, options.dtype)}
    safe = not options.allow_pickle
    parts = _texts(folder, options) if whole else {}
    diffusers.utils.logging.disable_progress_bar()
    model = made.from_pretrained(str(folder.path), local_files_only=True, use_safetensors=safe, **kind, **parts)
    for name, part in (model.components if whole else {"": model}).items():
        _require_weights(folder, name, part)
    return Opened(model.to(options.device), "by diffusers: it joins the parts")


def _texts(folder: ModelFolder, options: LoadOptions) -> dict[str, Any]:
    """Load the parts of a pipeline that are networks of transformers, which diffusers would leave to chance."""
    parts = {}
    for part, value in folder.json("model_index.json").items():
        place = folder.path / part
        if isinstance(value, list) and value[0] == "transformers" and (place / "config.json").is_file():
            found = replace(detect(place), classes=(str(value[1]),))
            parts[part] = open_network(ModelFolder(place), found, options).model
    return parts


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
    """Load the voice network of kokoro, whose weights are a pickle that was allowed."""
    from kokoro import KModel

    weights = next((each for each in folder.files if each.suffix == ".pth"), None)
    if weights is None:
        raise ModelError(f"{folder.path}: has no .pth file")
    model = KModel(repo_id="local", config=str(folder.path / "config.json"), model=str(weights))
    return Opened(model.to(options.device).eval(), "by kokoro: its own names")
