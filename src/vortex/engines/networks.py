"""Networks of transformers that engines lease: their names in the room, and what is read beside their weights."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from vortex.core.errors import ModelError
from vortex.runtime.folder import ModelFolder
from vortex.runtime.info import require_library
from vortex.runtime.pipelines import NetworkMover
from vortex.runtime.room import EngineRoom

_CHUNK_BYTES = 1 << 24
_WORDS = frozenset({"tokenizer.json", "vocab.json", "vocab.txt", "spiece.model", "tokenizer.model"})
"""Files that hold a vocabulary."""
_FOREIGN = (OSError, ValueError, KeyError, TypeError, AttributeError, ImportError, RuntimeError)
"""What transformers raises for a folder whose tokenizer or processor it cannot take."""


def default_dtype(device: str) -> str:
    """Return in which numbers a network runs: half precision on a card, single on a CPU, which is slower in halves."""
    return "float32" if device == "cpu" else "float16"


def join_network(room: EngineRoom, folder: Path, dtype: str, activation_bytes: int = 0) -> str:
    """Make the network of ``folder`` known in the room and return its name; two engines that ask share it."""
    name = f"{folder} ({dtype})"
    return room.join(name, lambda: NetworkMover(folder, room.device, dtype, activation_bytes))


@contextmanager
def reading(folder: Path, what: str) -> Iterator[None]:
    """Translate what transformers raises while it reads ``what`` of ``folder`` into a ``ModelError``.

    Raises:
        ModelError: it cannot be read.
        MissingExtra: transformers is not installed.
    """
    require_library("transformers")
    try:
        yield
    except _FOREIGN as error:
        raise ModelError(f"{folder}: its {what} cannot be read: {error}; fetch the folder again") from error


def tokenizer_of(folder: Path) -> Any:
    """Return the tokenizer of a folder.

    Raises:
        ModelError: it is missing or broken.
    """
    if not _WORDS & ModelFolder(folder).names:
        # Without any, the library would make up an empty vocabulary.
        raise ModelError(f"{folder}: no vocabulary ({', '.join(sorted(_WORDS))}); fetch the folder again")
    with reading(folder, "tokenizer"):
        from transformers import AutoTokenizer

        return AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)


def require_finite(network: Any, folder: Path) -> None:
    """Make sure that the weights of a network are numbers: with NaN among them it would answer nonsense, and no error.

    Raises:
        ModelError: a weight is NaN or infinite; names its tensor.
    """
    for name, weight in network.named_parameters():
        if not bool(weight.isfinite().all()):
            raise ModelError(f"{folder}: {name} holds NaN or infinity; the weights are broken, fetch them again")


def weights_hash(folder: Path) -> str:
    """Return SHA-256 over the weight files of a folder, as 64 hexadecimal digits; reads every byte."""
    return _hash_of(ModelFolder(folder).weight_files)


def _hash_of(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                digest.update(chunk)
    return digest.hexdigest()
