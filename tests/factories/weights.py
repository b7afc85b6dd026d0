"""Weight files with true heads: sparse ones that cost no disk, and small ones with numbers."""

import json
import struct
from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import Any

from vortex.runtime.headers import BITS

Shapes = Mapping[str, tuple[int, ...]]


def write_safetensors(
    path: Path, shapes: Shapes, dtype: str = "F32", metadata: Mapping[str, str] | None = None, body: bool = True
) -> Path:
    """Write a safetensors file whose body is a hole, or with ``body=False`` is missing."""
    head: dict[str, Any] = {"__metadata__": dict(metadata or {"format": "pt"})}
    end = 0
    for name, shape in shapes.items():
        size = prod(shape) * BITS[dtype] // 8
        head[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [end, end + size]}
        end += size
    return write_raw(path, head, end if body else 0)


def write_raw(path: Path, head: Mapping[str, Any], size_bytes: int) -> Path:
    """Write a safetensors file with any head."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(head).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.truncate(8 + len(text) + size_bytes)
    return path


def write_json(path: Path, value: Mapping[str, Any]) -> Path:
    """Write a JSON file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), encoding="utf8")
    return path


def write_gguf_head(path: Path, architecture: str, name: str = "tiny") -> Path:
    """Write the head of a GGUF file: what describes the network, then a vocabulary that is cut off."""
    pairs = {
        "general.architecture": architecture,
        "general.name": name,
        "general.file_type": 7,
        f"{architecture}.block_count": 2,
        f"{architecture}.rope.freq_base": 10000.0,
        "general.tags": ["text-generation", "tiny"],
        "tokenizer.ggml.add_bos_token": True,
    }
    data = b"GGUF" + struct.pack("<IQQ", 3, 12, len(pairs) + 1)
    for key, value in pairs.items():
        data += _gguf_text(key) + _gguf_value(value)
    data += _gguf_text("tokenizer.ggml.tokens") + struct.pack("<IIQ", 9, 8, 32_000) + _gguf_text("<unk>")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def _gguf_text(text: str) -> bytes:
    return struct.pack("<Q", len(text.encode())) + text.encode()


def _gguf_value(value: Any) -> bytes:
    if isinstance(value, str):
        return struct.pack("<I", 8) + _gguf_text(value)
    if isinstance(value, bool):
        return struct.pack("<IB", 7, value)
    if isinstance(value, int):
        return struct.pack("<II", 4, value)
    if isinstance(value, float):
        return struct.pack("<If", 6, value)
    return struct.pack("<IIQ", 9, 8, len(value)) + b"".join(_gguf_text(each) for each in value)
