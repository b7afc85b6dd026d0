"""One loader for every model folder: look at the heads, refuse what is unsafe, then load with what fits.

Nothing is fetched, no code of the folder is run, pickles are refused. Importing this module imports no library of
models; loading imports the one that the folder needs.
"""

import struct
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

from vortex.core.errors import ModelError, PolicyError, VortexError
from vortex.core.events import Event, Listener, ignore
from vortex.runtime import formats
from vortex.runtime.detect import Category
from vortex.runtime.folder import ModelFolder
from vortex.runtime.info import ModelInfo, get_model_info, is_model_supported, require_library
from vortex.runtime.networks import LoadOptions, Mode, Opened, open_network

_FOREIGN = (
    OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError, ImportError, UnpicklingError, struct.error
)  # fmt: skip
"""What libraries of models raise for a folder that they cannot take."""
_PARTED = ("transformers", "vision_encoder", "asr")
_OPENERS: Mapping[Category, Callable[..., Opened]] = {
    "transformers": open_network,
    "vision_encoder": open_network,
    "asr": open_network,
    "diffusers": formats.open_diffusers,
    "sae": formats.open_sae,
    "sentence_transformers": formats.open_sentence_transformers,
    "open_clip": formats.open_open_clip,
    "timm": formats.open_timm,
    "peft": formats.open_peft,
    "gguf": formats.open_gguf,
    "kokoro": formats.open_kokoro,
}


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model in memory."""

    model: Any
    """A network, a pipeline, or an autoencoder, as its library makes it; in evaluation mode."""
    info: ModelInfo
    how: str
    """``streamed``, or by which library and why."""
    unused: tuple[str, ...] = ()
    """Tensors of the files that have no place in the network, such as a head that its class does not have."""


class OmniModelLoader:
    """Loads whatever a folder holds."""

    def __init__(self, path: str | Path) -> None:
        """Take a model folder or a single weight file; it is looked at when it is loaded."""
        self.path = Path(path)

    def load(
        self,
        mode: Mode = "full",
        *,
        device: str = "cpu",
        dtype: str = "auto",
        allow_pickle: bool = False,
        check_finite: bool = False,
        base: str | Path = "",
    ) -> LoadedModel:
        """Load the model.

        Args:
            mode: the whole, or one part of a model that has several; only that part's weights are read.
            device: where the weights go, such as ``cuda:0``.
            dtype: type of the numbers; ``auto`` takes what the model was saved with.
            allow_pickle: read weights that are pickles, with a reader that makes numbers only.
            check_finite: refuse weights that hold NaN or infinity.
            base: folder of the model that an adapter is put on.

        Raises:
            ModelError: the folder is unknown, broken, or incomplete, or has no such part.
            PolicyError: it would run code of its own, its weights are pickles, or it names files outside itself.
            MissingExtra: the library that it needs is not installed.
        """
        options = LoadOptions(mode, device, dtype, allow_pickle, check_finite, str(base))
        return _load(self.path, options)


def load_omni_model(path: str | Path, mode: Mode = "full", **options: Any) -> LoadedModel:
    """Load what a folder holds; see ``OmniModelLoader.load``."""
    return OmniModelLoader(path).load(mode, **options)


def load_model_safe(
    path: str | Path, mode: Mode = "full", skip_on_error: bool = True, listen: Listener = ignore
) -> LoadedModel | None:
    """Load what a folder holds, or tell why not and return None.

    Args:
        path: the folder.
        mode: see ``OmniModelLoader.load``.
        skip_on_error: return None for a model that cannot be loaded, after a warning; else raise.
        listen: hears the warning.

    Raises:
        VortexError: the model cannot be loaded and ``skip_on_error`` is false.
    """
    try:
        return _load(Path(path), LoadOptions(mode))
    except VortexError as error:
        if not skip_on_error:
            raise
        listen(Event("warning", "models", message=f"left out: {error}"))
        return None


def _load(path: Path, options: LoadOptions) -> LoadedModel:
    info = get_model_info(path)
    category = info.found.category
    _require_safe(info, options)
    require_library(category)
    if options.mode != "full" and category not in _PARTED:
        raise ModelError(f"{path}: a {category} model has no parts; load it with mode='full'")
    folder = ModelFolder(path)
    folder.require_files()
    try:
        opened = _OPENERS[category](folder, info.found, options)
    except VortexError:
        raise
    except _foreign() as error:
        said = " ".join(str(error).split())
        raise ModelError(
            f"{path}: {category} {info.found.architecture} cannot be loaded: {said}; fetch its files again"
        ) from error
    return LoadedModel(opened.model, info, opened.how, opened.unused)


def _foreign() -> tuple[type[Exception], ...]:
    """Return what libraries of models raise, with the kinds of their own."""
    kinds: tuple[type[Exception], ...] = _FOREIGN
    if "safetensors" in sys.modules:
        from safetensors import SafetensorError

        kinds += (SafetensorError,)
    if "huggingface_hub" in sys.modules:
        from huggingface_hub.errors import StrictDataclassError

        kinds += (StrictDataclassError,)
    return kinds


def _require_safe(info: ModelInfo, options: LoadOptions) -> None:
    if info.problems:
        raise ModelError("; ".join(info.problems))
    if info.pickles and not info.dtypes and info.found.category not in ("gguf", "sae") and not options.allow_pickle:
        raise PolicyError(
            f"{info.path}: its weights are a pickle ({info.pickles[0]}), which can run code; convert it to "
            "safetensors, or allow it with allow_pickle=True, which reads numbers only"
        )


__all__ = [
    "LoadedModel",
    "Mode",
    "OmniModelLoader",
    "get_model_info",
    "is_model_supported",
    "load_model_safe",
    "load_omni_model",
]
