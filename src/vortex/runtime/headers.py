"""The heads of weight files: names, types, shapes and places of tensors, without a byte of the weights.

A head is a stranger's claim. It is read within limits, and what it claims is compared with itself and, on request,
with the file that it stands in.
"""

import json
import stat
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from operator import index
from pathlib import Path
from typing import Any

from vortex.core.errors import ModelError, PolicyError
from vortex.core.units import format_bytes

MAX_HEADER_BYTES = 100_000_000
"""Of a safetensors file; the limit of the format."""
MAX_JSON_BYTES = 64_000_000
"""Of a JSON file; the largest vocabularies and indexes in use are below this."""
BITS: Mapping[str, int] = {
    "F64": 64, "F32": 32, "F16": 16, "BF16": 16, "F8_E4M3": 8, "F8_E5M2": 8, "F8_E8M0": 8, "F4": 4,
    "I64": 64, "I32": 32, "I16": 16, "I8": 8, "U64": 64, "U32": 32, "U16": 16, "U8": 8, "BOOL": 8,
}  # fmt: skip
_STRANGERS = (
    (b"\x80\x02", "a Python pickle"),
    (b"\x80\x04", "a Python pickle"),
    (b"PK\x03\x04", "a zip archive, such as a PyTorch pickle"),
    (b"GGUF", "a GGUF file"),
    (b"version https://git-lfs", "a Git LFS pointer: the weights themselves were never fetched"),
    (b"<!DOCTYPE", "a web page"),
    (b"<html", "a web page"),
)


@dataclass(frozen=True, slots=True)
class TensorEntry:
    """One tensor as a head describes it."""

    name: str
    dtype: str
    """A key of ``BITS``, or the type of a foreign format as that writes it."""
    shape: tuple[int, ...]
    file: Path
    start: int
    """Byte of the file at which its data begins."""
    size_bytes: int

    @property
    def num_elements(self) -> int:
        """How many numbers it holds."""
        return prod(self.shape)


@dataclass(frozen=True, slots=True)
class WeightHeader:
    """The head of one weight file."""

    file: Path
    tensors: Mapping[str, TensorEntry]
    metadata: Mapping[str, str]
    end: int
    """Length in bytes that the file must have."""

    def require_whole(self) -> None:
        """Compare the length of the file with what its head promises.

        Raises:
            ModelError: the file is shorter or longer.
        """
        found = self.file.stat().st_size
        if found != self.end:
            word = "cut off" if found < self.end else "longer than its head says"
            raise ModelError(f"{self.file}: {word}: {found} bytes of {self.end}; fetch it again")


def size_of(path: Path) -> int:
    """Return the length of a file in bytes.

    Raises:
        ModelError: it is not there, or is a folder.
        PolicyError: it is a pipe or a device, whose reading might never end.
    """
    try:
        found = path.stat()
    except OSError as error:
        word = "is a link that leads nowhere" if path.is_symlink() else "cannot be read"
        raise ModelError(f"{path}: {word} ({error.strerror}); fetch it again") from error
    if stat.S_ISDIR(found.st_mode):
        raise ModelError(f"{path}: is a folder where a file belongs; fetch it again")
    if not stat.S_ISREG(found.st_mode):
        raise PolicyError(f"{path}: is a pipe or a device, not a file; do not use this model")
    return found.st_size


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object.

    Raises:
        ModelError: the file is missing, too large, no JSON, or no object.
        PolicyError: it is no file.
    """
    size = size_of(path)
    if size > MAX_JSON_BYTES:
        limit = format_bytes(MAX_JSON_BYTES)
        raise ModelError(f"{path}: has {format_bytes(size)}; no such file needs more than {limit}; fetch it again")
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"{path}: cannot be read as JSON: {error}; fetch it again") from error
    if not isinstance(found, dict):
        raise ModelError(f"{path}: holds a {type(found).__name__}, not an object; fetch it again")
    return found


def read_safetensors(path: Path) -> WeightHeader:
    """Read the head of a safetensors file; the file itself may be cut off behind it.

    Source: the safetensors format (8 bytes little-endian length, JSON, data).

    Raises:
        ModelError: the file is no safetensors, or its head contradicts itself.
        PolicyError: it is no file.
    """
    size = size_of(path)
    try:
        with path.open("rb", buffering=0) as file:
            lead = file.read(8)
            length = struct.unpack("<Q", lead)[0] if len(lead) == 8 else 0
            if not 2 <= length <= min(MAX_HEADER_BYTES, max(0, size - 8)):
                raise ModelError(_foreign(path, lead + file.read(24), length, size))
            text = file.read(length)
    except OSError as error:
        raise ModelError(f"{path}: cannot be read: {error.strerror}; mend that and try again") from error
    try:
        table = json.loads(text, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise ModelError(_foreign(path, lead + text[:24], length, size, str(error))) from error
    if not isinstance(table, dict):
        raise ModelError(f"{path}: its head is no table of tensors")
    metadata = table.pop("__metadata__", None) or {}
    if not isinstance(metadata, dict):
        raise ModelError(f"{path}: its __metadata__ is {str(metadata)[:80]}, not an object; fetch it again")
    entries = {name: _entry(path, 8 + length, name, each) for name, each in table.items()}
    end = _require_order(path, 8 + length, entries)
    return WeightHeader(path, entries, {str(key): str(value) for key, value in metadata.items()}, end)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in its head")
    return found


def _foreign(path: Path, lead: bytes, length: int, size: int, why: str = "") -> str:
    if not size:
        return f"{path}: is empty; fetch it again"
    for magic, name in _STRANGERS:
        if lead.startswith(magic):
            return f"{path}: is {name}, not safetensors; fetch the true file"
    if length > MAX_HEADER_BYTES:
        return f"{path}: claims a head of {length} bytes; {MAX_HEADER_BYTES} are allowed; fetch it again"
    if length > size - 8:
        return f"{path}: cut off within its head: {size} bytes, the head alone has {length + 8}; fetch it again"
    return f"{path}: is no safetensors file{': ' if why else ''}{why}"


def _entry(path: Path, data_start: int, name: str, raw: Any) -> TensorEntry:
    try:
        dtype, shape = str(raw["dtype"]), tuple(index(each) for each in raw["shape"])
        first, last = (index(each) for each in raw["data_offsets"])
    except (TypeError, KeyError, ValueError) as error:
        raise ModelError(f"{path}: tensor {name!r} is described as {str(raw)[:80]}; fetch it again") from error
    if dtype not in BITS:
        raise ModelError(f"{path}: tensor {name!r} has the unknown type {dtype!r}; known: {', '.join(BITS)}")
    if min(shape, default=0) < 0 or first < 0:
        raise ModelError(f"{path}: tensor {name!r} has a negative size or place: {list(shape)} at {first}")
    need = prod(shape) * BITS[dtype] // 8
    if last - first != need:
        raise ModelError(
            f"{path}: tensor {name!r} {dtype}{list(shape)} needs {need} bytes, its head gives {last - first}"
        )
    return TensorEntry(name, dtype, shape, path, data_start + first, need)


def _require_order(path: Path, start: int, entries: Mapping[str, TensorEntry]) -> int:
    """Return where the data ends; tensors must follow each other without a gap or an overlap."""
    place = start
    for entry in sorted(entries.values(), key=lambda each: (each.start, each.size_bytes)):
        if entry.start != place:
            raise ModelError(f"{path}: tensor {entry.name!r} begins at byte {entry.start}, expected {place}")
        place += entry.size_bytes
    return place


def read_index(path: Path) -> tuple[Path, ...]:
    """Return the shards that an index of weights names, each once, in the order of their names.

    Raises:
        ModelError: the index is broken or names a file that is not there.
        PolicyError: it names a file outside its own folder.
    """
    weight_map = read_json(path).get("weight_map")
    if not isinstance(weight_map, dict) or not weight_map:
        raise ModelError(f"{path}: has no weight_map")
    names = sorted({str(name) for name in weight_map.values()})
    for name in names:
        if not is_plain_name(name):
            raise PolicyError(f"{path}: names the shard {name!r}, outside its own folder; do not use this model")
        if not (path.parent / name).is_file():
            raise ModelError(f"{path}: the shard {name} is missing; fetch it again")
    return tuple(path.parent / name for name in names)


def is_plain_name(name: str) -> bool:
    """Say whether ``name`` is a file name alone: no folder, drive, parent or control character."""
    return bool(name) and name not in (".", "..") and not any(c in "/\\:\0" or ord(c) < 32 for c in name)


def read_npz(path: Path) -> WeightHeader:
    """Read the heads of the arrays in a NumPy archive.

    Raises:
        ModelError: the archive or an array in it cannot be read.
        PolicyError: an array holds Python objects, that is, a pickle.
    """
    import numpy as np

    size_of(path)
    entries = {}
    try:
        with zipfile.ZipFile(path) as archive:
            for item in archive.infolist():
                with archive.open(item) as file:
                    major, _ = np.lib.format.read_magic(file)
                    read = np.lib.format.read_array_header_1_0 if major == 1 else np.lib.format.read_array_header_2_0
                    shape, _, dtype = read(file)
                if dtype.hasobject:
                    raise PolicyError(f"{path}: {item.filename} holds Python objects; only numbers are read")
                name = item.filename.removesuffix(".npy")
                size = prod(shape) * dtype.itemsize
                entries[name] = TensorEntry(name, str(dtype), tuple(shape), path, item.header_offset, size)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, NotImplementedError) as error:
        raise ModelError(f"{path}: cannot be read as a NumPy archive: {error}") from error
    return WeightHeader(path, entries, {}, path.stat().st_size)
