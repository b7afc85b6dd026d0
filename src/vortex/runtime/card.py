"""Two programs on one card: each process of Vortex declares its limit where the others can see it.

The declarations are files in a shared folder. A lock of the kernel on each says whether its process still lives, so
that a killed one needs no tidying up. Programs that declare nothing are seen by the device's own count of free bytes,
before each load.
"""

import fcntl
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from vortex.core.errors import MemoryPressureError
from vortex.core.units import format_bytes


@dataclass(frozen=True, slots=True)
class Claim:
    """What one process declared."""

    process: int
    size_bytes: int


@contextmanager
def claim_device(folder: Path, device: str, size_bytes: int, total_bytes: int) -> Iterator[tuple[Claim, ...]]:
    """Declare ``size_bytes`` of ``device`` while the block runs, and yield the declarations of others.

    Args:
        folder: where all processes of this user declare; made if it is not there.
        device: such as ``cuda:0``.
        size_bytes: the hard limit of this process.
        total_bytes: what the device has.

    Raises:
        MemoryPressureError: it does not fit beside what others declared; names them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    prefix = device.replace(":", "-") + "."
    with open(folder / "lock", "a") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        others = tuple(_living(folder, prefix))
        taken = sum(each.size_bytes for each in others)
        if taken + size_bytes > total_bytes:
            names = ", ".join(f"process {each.process} {format_bytes(each.size_bytes)}" for each in others)
            raise MemoryPressureError(
                f"{device} has {format_bytes(total_bytes)}, and {format_bytes(size_bytes)} were asked for; declared by"
                f" others: {names or 'nothing'}. Ask for at most {format_bytes(max(0, total_bytes - taken))}"
                f"{' or end one of these' if others else ''}"
            )
        own, path = _declare(folder, prefix, size_bytes)
    try:
        yield others
    finally:
        path.unlink(missing_ok=True)
        own.close()


def _declare(folder: Path, prefix: str, size_bytes: int) -> tuple[IO[str], Path]:
    handle, name = tempfile.mkstemp(prefix=prefix, suffix=".claim", dir=folder)
    own = os.fdopen(handle, "w")
    fcntl.flock(own, fcntl.LOCK_EX)
    json.dump({"process": os.getpid(), "size_bytes": size_bytes}, own)
    own.flush()
    return own, Path(name)


def _living(folder: Path, prefix: str) -> Iterator[Claim]:
    """Yield the declarations whose processes still hold their locks, and remove the others."""
    for path in sorted(folder.glob(f"{prefix}*.claim")):
        try:
            with open(path) as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()
        except BlockingIOError:
            yield Claim(**json.loads(path.read_text()))
        except FileNotFoundError:
            continue
