"""A model folder as it lies on disk: its file names, its JSON, its weight files."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from vortex.core.errors import ModelError
from vortex.runtime.gguf import is_gguf
from vortex.runtime.headers import TensorEntry, WeightHeader, read_index, read_json, read_safetensors, size_of

PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".msgpack", ".h5")
"""Endings of weight files that run code when read, or that nothing here reads."""
_MAX_FILES = 20_000
_WEIGHT_STEMS = ("model", "diffusion_pytorch_model", "pytorch_model", "adapter_model", "open_clip_model")


@dataclass(frozen=True)
class ModelFolder:
    """A folder, or a single file of weights, whose heads are read when they are asked for."""

    path: Path

    def __post_init__(self) -> None:
        if not self.path.exists():
            raise ModelError(f"{self.path}: no such folder or file; see: vortex models list")

    def require_files(self) -> None:
        """Make sure that all below are plain files, since libraries read what they find.

        Raises:
            ModelError: one is a link that leads nowhere.
            PolicyError: one is a pipe or a device.
        """
        for each in self.files:
            size_of(each)

    @cached_property
    def root(self) -> Path:
        """The folder, also where the path is a file in it."""
        return self.path if self.path.is_dir() else self.path.parent

    @cached_property
    def names(self) -> frozenset[str]:
        """Names of the files and folders at the top; of a single file, its own name."""
        if self.path.is_file():
            return frozenset({self.path.name})
        return frozenset(each.name for each in self.path.iterdir())

    @cached_property
    def files(self) -> tuple[Path, ...]:
        """All files below, in order; hidden folders are left out."""
        if self.path.is_file():
            return (self.path,)
        found: list[Path] = []
        waiting, seen = [self.path], set[Path]()
        while waiting and len(found) < _MAX_FILES:
            place = waiting.pop()
            # Links may lead in a circle, and two of them never end.
            if (real := place.resolve()) in seen:
                continue
            seen.add(real)
            for each in sorted(place.iterdir()):
                if each.is_dir():
                    waiting += [each] if not each.name.startswith(".") else []
                else:
                    found.append(each)
        return tuple(sorted(found))

    @cached_property
    def stamp(self) -> str:
        """SHA-256 over name, size and time of writing of all ``files``; another one once any of them is another."""
        told = [(str(each.relative_to(self.root)), each.stat()) for each in self.files if each.exists()]
        lines = [f"{name}\0{found.st_size}\0{found.st_mtime_ns}" for name, found in told]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    @cached_property
    def config(self) -> Mapping[str, Any]:
        """What ``config.json`` says; empty where there is none."""
        return self.json("config.json")

    def json(self, name: str) -> Mapping[str, Any]:
        """Read a JSON file of the folder; empty where there is none.

        Raises:
            ModelError: the file is broken.
        """
        return read_json(self.path / name) if name in self.names and self.path.is_dir() else {}

    @cached_property
    def gguf_files(self) -> tuple[Path, ...]:
        """GGUF files at the top, by what they begin with, whatever their name."""
        if self.path.is_file():
            return (self.path,) if is_gguf(self.path) else ()
        return tuple(
            each for name in sorted(self.names) if name.endswith(".gguf") and is_gguf(each := self.path / name)
        )

    @cached_property
    def weight_files(self) -> tuple[Path, ...]:
        """Safetensors files that make up the weights of the top folder: the shards of an index, or single files.

        Raises:
            ModelError: an index is broken, or a shard is missing.
            PolicyError: an index names a file outside its folder.
        """
        if self.path.is_file():
            return (self.path,) if self.path.suffix == ".safetensors" else ()
        for stem in _WEIGHT_STEMS:
            if f"{stem}.safetensors" in self.names:
                return (self.path / f"{stem}.safetensors",)
            if f"{stem}.safetensors.index.json" in self.names:
                return read_index(self.path / f"{stem}.safetensors.index.json")
        return tuple(self.path / name for name in sorted(self.names) if name.endswith(".safetensors"))

    @cached_property
    def headers(self) -> tuple[WeightHeader, ...]:
        """Heads of ``weight_files``."""
        return tuple(read_safetensors(path) for path in self.weight_files)

    @property
    def tensors(self) -> Mapping[str, TensorEntry]:
        """Tensors of all ``headers``.

        Raises:
            ModelError: two shards hold the same tensor.
        """
        return joined(self.headers)

    @property
    def pickles(self) -> tuple[str, ...]:
        """Weight files below that are refused, relative to the folder."""
        found = [each for each in self.files if each.suffix in PICKLES and each.name != "training_args.bin"]
        return tuple(str(each.relative_to(self.root)) for each in found)

    @property
    def custom_files(self) -> tuple[str, ...]:
        """What of the folder asks for code of its own to be run: Python files, and JSON files with an ``auto_map``."""
        asking = [name for name in ("config.json", "tokenizer_config.json") if self.json(name).get("auto_map")]
        code = [str(each.relative_to(self.root)) for each in self.files if each.suffix == ".py"]
        return (*asking, *code) if self.path.is_dir() else ()


def joined(headers: Iterable[WeightHeader]) -> dict[str, TensorEntry]:
    """Return the tensors of several files in one table.

    Raises:
        ModelError: two files hold the same tensor.
    """
    found: dict[str, TensorEntry] = {}
    for header in headers:
        for name, entry in header.tensors.items():
            if name in found:
                raise ModelError(f"{entry.file}: tensor {name!r} stands in {found[name].file.name} as well")
            found[name] = entry
    return found
