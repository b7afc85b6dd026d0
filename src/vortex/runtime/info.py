"""What can be said of a model before it is loaded: whether it can be, how large it is, what is wrong with it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from vortex.core.errors import MissingExtra, ModelError, VortexError
from vortex.core.registry import DISTRIBUTION
from vortex.runtime.counts import require_true_counts
from vortex.runtime.detect import Category, Detection, detect
from vortex.runtime.folder import PICKLES, ModelFolder
from vortex.runtime.headers import WeightHeader, size_of

LIBRARIES: Mapping[Category, str] = {
    "transformers": "transformers",
    "vision_encoder": "transformers",
    "asr": "transformers",
    "diffusers": "diffusers",
    "sae": "torch",
    "sentence_transformers": "sentence_transformers",
    "open_clip": "open_clip",
    "timm": "timm",
    "peft": "peft",
    "gguf": "gguf",
    "kokoro": "transformers",
}
"""Category → module that its loading needs."""


@dataclass(frozen=True, slots=True)
class ModelSupport:
    """Whether a folder can be loaded here."""

    supported: bool
    category: str
    architecture: str
    model_type: str
    has_custom_files: bool
    error: str
    """Why not, and what mends it; "" where it can be."""


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What heads tell about a model."""

    path: Path
    found: Detection
    num_parameters: int
    weight_bytes: int
    dtypes: Mapping[str, int]
    """Type of number → how many of them."""
    num_files: int
    custom_files: tuple[str, ...]
    """Code that the folder brings; it is never run."""
    pickles: tuple[str, ...]
    """Weight files that are refused."""
    problems: tuple[str, ...]


def get_model_info(path: str | Path) -> ModelInfo:
    """Describe a model by its heads.

    Raises:
        ModelError: nothing known was found there, or a head that tells the kind is broken.
        MissingExtra: telling the kind needs a package that is not installed.
        PolicyError: the folder names files outside itself.
    """
    folder = ModelFolder(Path(path))
    found = detect(folder.path)
    problems = [found.problem] if found.problem else []
    headers: list[WeightHeader] = []
    for each in _weight_folders(folder):
        try:
            headers += each.headers
        except ModelError as error:
            problems.append(str(error))
    dtypes: Counter[str] = Counter()
    for header in headers:
        problems += _cut_off(header)
        for entry in header.tensors.values():
            dtypes[entry.dtype] += entry.num_elements
    if not problems:
        problems += _untrue(folder)
    others = [each for each in folder.files if each.suffix in (".gguf", ".npz", *PICKLES)]
    held = sum(entry.size_bytes for header in headers for entry in header.tensors.values())
    size = held or sum(size_of(each) for each in others)
    if not size and not problems:
        problems.append(f"{folder.path}: holds no weights; fetch its weight files")
    return ModelInfo(
        folder.path, found, sum(dtypes.values()), size, dict(dtypes), len(folder.files),
        folder.custom_files, folder.pickles, tuple(problems),
    )  # fmt: skip


def is_model_supported(path: str | Path) -> ModelSupport:
    """Say whether a model can be loaded here; what speaks against it is told, not raised."""
    try:
        info = get_model_info(path)
    except VortexError as unknown:
        return ModelSupport(False, "", *_told(Path(path)), str(unknown))
    found = info.found
    error = next(iter(info.problems), "") or _refused(info) or _absent(found.category)
    return ModelSupport(not error, found.category, found.architecture, found.model_type, bool(info.custom_files), error)


def require_library(category: Category) -> None:
    """Make sure that the package is installed which loads a category.

    Raises:
        MissingExtra: it is not; names the command that installs it.
    """
    module = LIBRARIES[category]
    if find_spec(module) is None:
        raise MissingExtra(f"a {category} model needs {module}; run: {_command(module)}")


def _absent(category: Category) -> str:
    try:
        require_library(category)
    except MissingExtra as missing:
        return str(missing)
    return ""


def _command(module: str) -> str:
    if module in ("torch", "transformers", "diffusers", "peft", "gguf"):
        return f"pip install '{DISTRIBUTION}[models]'"
    return f"pip install {'open_clip_torch' if module == 'open_clip' else module.replace('_', '-')}"


def _weight_folders(folder: ModelFolder) -> list[ModelFolder]:
    """Return the folder, and for a pipeline or an autoencoder its parts, as far as they hold safetensors."""
    if folder.path.is_file():
        return [folder]
    below = sorted(
        {each.parent for each in folder.files if each.name.endswith((".safetensors", ".safetensors.index.json"))}
    )
    return [ModelFolder(each) for each in below]


def _cut_off(header: WeightHeader) -> list[str]:
    try:
        header.require_whole()
    except ModelError as error:
        return [str(error)]
    return []


def _untrue(folder: ModelFolder) -> list[str]:
    try:
        require_true_counts(folder)
    except ModelError as error:
        return [str(error)]
    return []


def _refused(info: ModelInfo) -> str:
    safe = sum(info.dtypes.values()) or info.found.category in ("gguf", "sae")
    if safe or not info.pickles:
        return ""
    return (
        f"{info.path}: its weights are a pickle ({info.pickles[0]}), which can run code; convert it to safetensors, or "
        "load it with allow_pickle=True, which reads numbers only"
    )


def _told(path: Path) -> tuple[str, str, bool]:
    """Return what ``config.json`` says of itself, as far as it can be read, of a folder that was not recognised."""
    try:
        folder = ModelFolder(path)
        config: Mapping[str, Any] = folder.config if path.is_dir() else {}
        names = config.get("architectures") or [""]
        return str(names[0]), str(config.get("model_type") or ""), bool(folder.custom_files)
    except (VortexError, OSError):
        return "", "", False
