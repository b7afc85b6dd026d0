"""The head of a GGUF file: what kind of network it holds, read without a package and without its weights.

Key-value pairs are read up to the first long list, which is the vocabulary; every writer in use puts what describes
the network before it.

Source: the GGUF format, versions 2 and 3.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from vortex.core.errors import ModelError
from vortex.runtime.headers import size_of

MAGIC = b"GGUF"
_MAX_TEXT = 1_000_000
_MAX_LIST = 1024
_MAX_PAIRS = 65_536
_STRING, _LIST, _BOOL = 8, 9, 7
_NUMBERS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 10: "<Q", 11: "<q", 12: "<d"}


@dataclass(frozen=True, slots=True)
class GgufHeader:
    """What the head says."""

    version: int
    num_tensors: int
    values: Mapping[str, Any]
    """Keys before the vocabulary, such as ``general.architecture``."""

    @property
    def architecture(self) -> str:
        """Name of the network's kind, such as ``llama``."""
        return str(self.values.get("general.architecture", ""))


def is_gguf(path: Path) -> bool:
    """Say whether a file begins as GGUF does.

    Raises:
        ModelError: it is a link that leads nowhere, or a folder.
        PolicyError: it is a pipe or a device.
    """
    size_of(path)
    with path.open("rb", buffering=0) as file:
        return file.read(4) == MAGIC


def read_gguf(path: Path) -> GgufHeader:
    """Read the head.

    Raises:
        ModelError: the file is no GGUF, or its head is broken or cut off.
    """
    with path.open("rb", buffering=65_536) as file:
        if file.read(4) != MAGIC:
            raise ModelError(f"{path}: is no GGUF file; it does not begin with {MAGIC.decode()}")
        version, num_tensors, num_pairs = _read(path, file, "<IQQ")
        if version not in (2, 3):
            raise ModelError(f"{path}: GGUF version {version} is unknown; versions 2 and 3 are")
        if num_pairs > _MAX_PAIRS:
            raise ModelError(f"{path}: claims {num_pairs} keys; {_MAX_PAIRS} are allowed")
        values: dict[str, Any] = {}
        for _ in range(num_pairs):
            key = _text(path, file)
            value = _value(path, file, _read(path, file, "<I")[0])
            if value is None:
                break
            values[key] = value
    return GgufHeader(version, num_tensors, values)


def _read(path: Path, file: BinaryIO, form: str) -> tuple[Any, ...]:
    data = file.read(struct.calcsize(form))
    try:
        return struct.unpack(form, data)
    except struct.error as error:
        raise ModelError(f"{path}: cut off within its head; fetch it again") from error


def _text(path: Path, file: BinaryIO) -> str:
    (length,) = _read(path, file, "<Q")
    if length > _MAX_TEXT:
        raise ModelError(f"{path}: claims a text of {length} bytes in its head; {_MAX_TEXT} are allowed")
    data = file.read(length)
    if len(data) != length:
        raise ModelError(f"{path}: cut off within its head; fetch it again")
    return data.decode("utf8", "replace")


def _value(path: Path, file: BinaryIO, kind: int) -> Any:
    """Return a value, or None for a list that is too long to be worth reading."""
    if kind == _STRING:
        return _text(path, file)
    if kind == _BOOL:
        return bool(_read(path, file, "<B")[0])
    if kind in _NUMBERS:
        return _read(path, file, _NUMBERS[kind])[0]
    if kind != _LIST:
        raise ModelError(f"{path}: value of unknown kind {kind} in its head")
    of, length = _read(path, file, "<IQ")
    if length > _MAX_LIST:
        return None
    if of == _LIST:
        raise ModelError(f"{path}: lists within lists in its head")
    return [_value(path, file, of) for _ in range(length)]
