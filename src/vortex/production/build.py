"""The content-addressed build: every stage's result lives in a folder named by the hash of all that it depends on.

A result is made in a folder beside its place and renamed when it is whole, so what is found is complete: ``kill -9``
loses the step in hand and nothing else. A result whose files changed behind our back is made again.
"""

import errno
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from vortex.core.errors import MediaError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_BARRED = frozenset({errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.ENOENT, errno.ENOTDIR})
_RECEIPT = "receipt.json"


def digest(*parts: Any) -> str:
    """Return 24 hex digits of the SHA-256 of the parts: dataclasses, models, paths as text, numbers, lists, dicts."""
    plain = TypeAdapter(Any).dump_python(parts, mode="json")
    text = json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@cache
def code_version(*rooms: str) -> str:
    """Return a hash of the source of packages and modules of ours, so that no result outlives the code that made it."""
    root = Path(__file__).parents[1]
    files = sorted(path for room in rooms for path in _sources(root / room))
    return digest([(str(path.relative_to(root)), file_digest(path)) for path in files])


def _sources(place: Path) -> Iterator[Path]:
    return iter((place,)) if place.is_file() else place.rglob("*.py")


@dataclass(frozen=True, slots=True)
class Result:
    """A finished step: its folder, and whether it was there already."""

    folder: Path
    reused: bool


class Build:
    """The ``build`` folder of a film."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.asked: set[tuple[str, str]] = set()
        """(stage, key) of every result that was asked for, so that all others can be forgotten."""

    def place(self, stage: str, key: str) -> Path:
        """Return where the result of ``stage`` under ``key`` stands, made or not."""
        return self.root / stage / key

    def has(self, stage: str, key: str) -> bool:
        """Return whether the result is there, with the very files that were made."""
        self.asked.add((stage, key))
        return _whole(self.place(stage, key))

    def step(self, stage: str, key: str, make: Callable[[Path], None]) -> Result:
        """Return the result under ``key``, calling ``make`` with an empty folder to fill if it is not there.

        Raises:
            MediaError: the disk is full or cannot be written; work done so far stays.
        """
        place = self.place(stage, key)
        if self.has(stage, key):
            return Result(place, reused=True)
        with writing(place.parent):
            place.parent.mkdir(parents=True, exist_ok=True)
            working = Path(tempfile.mkdtemp(prefix=f".{key}-", dir=place.parent))
            try:
                make(working)
                receipt = {path.name: _mark(path) for path in sorted(working.iterdir())}
                (working / _RECEIPT).write_text(json.dumps(receipt, indent=1))
                _take_place(working, place)
            finally:
                shutil.rmtree(working, ignore_errors=True)
        return Result(place, reused=False)

    def sweep(self) -> None:
        """Remove what killed runs left unfinished."""
        for stale in self.root.glob("*/.*-*"):
            if stale.is_dir():
                shutil.rmtree(stale, ignore_errors=True)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Say clearly that ``folder`` could not be written, if that is what goes wrong inside.

    Raises:
        MediaError: the disk is full, or the folder cannot be written.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL | _BARRED:
            raise
        what = "the disk is full" if error.errno in _FULL else os.strerror(error.errno)
        mend = "free some space" if error.errno in _FULL else "make it writable"
        raise MediaError(
            f"{folder}: {what}; {mend} or choose another folder, and run again: finished work is kept"
        ) from error


def _mark(path: Path) -> list[Any]:
    return [path.stat().st_size, "" if path.is_dir() else file_digest(path)]


def _whole(place: Path) -> bool:
    """Check sizes, not hashes: a hit must cost nothing, and a half-written file cannot get here."""
    try:
        receipt = json.loads((place / _RECEIPT).read_text())
        return all(
            (place / name).is_dir() or (place / name).stat().st_size == size for name, (size, _) in receipt.items()
        )
    except (OSError, ValueError):
        return False


def _take_place(working: Path, place: Path) -> None:
    if place.exists() and not _whole(place):
        shutil.rmtree(place, ignore_errors=True)
    try:
        working.rename(place)
    except OSError:
        if not _whole(place):  # another worker made the same result first: theirs is as good
            raise
