"""Asking a model hub what a repository holds, and fetching files from it: the one network path of the product.

Every file is taken at a fixed commit, goes on where an interrupted one stopped, and is kept only with the size and the
hash that the hub told before.
"""

import hashlib
import http.client
import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from vortex.core.errors import ModelError, PolicyError
from vortex.runtime.folder import PICKLES
from vortex.runtime.headers import is_plain_name

_CHUNK = 1 << 20
_TRIES = 4
_MAX_ANSWER = 32_000_000
_CODE = (".py", ".sh", ".so", ".dll", ".exe")

Tell = Callable[[int], None]
"""Hears how many bytes more were fetched."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """One file of a repository."""

    path: str
    """Relative, with slashes; checked to stay in its folder."""
    size_bytes: int
    sha256: str
    """Of large files; "" for those that the hub keeps in git."""
    git_hash: str
    """SHA-1 of git's blob, of small files."""


@dataclass(frozen=True, slots=True)
class Repository:
    """What a repository holds at one commit."""

    name: str
    commit: str
    licence: str
    files: tuple[RemoteFile, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which files are wanted, and which are left out for safety."""

    files: tuple[RemoteFile, ...]
    refused: tuple[str, ...]
    """Pickles and programs."""


@dataclass(frozen=True, slots=True)
class Hub:
    """A hub at an address that speaks as huggingface.co does."""

    url: str
    token: str = ""
    timeout_s: float = 30.0

    def repository(self, name: str, revision: str = "main") -> Repository:
        """Ask what a repository holds.

        Raises:
            ModelError: the hub cannot be reached, has no such repository or revision, or wants a token.
            PolicyError: a file of it would leave its folder.
        """
        place = f"{self.url}/api/models/{name}/revision/{urllib.parse.quote(revision, safe='')}?blobs=true"
        what = f"{name} at {revision}"
        with self._open(place, what) as answer:
            told = _object(answer.read(_MAX_ANSWER), what)
        card = told.get("cardData")
        licence = str(card.get("license") or "") if isinstance(card, dict) else ""
        files = tuple(_file(name, each) for each in told.get("siblings") or [])
        return Repository(name, str(told.get("sha") or revision), licence, files)

    def fetch(self, repository: Repository, file: RemoteFile, target: Path, tell: Tell) -> None:
        """Fetch one file, or go on with it; ``target`` appears only when it is whole and right.

        Raises:
            ModelError: the connection failed several times, or size or hash are not those promised.
        """
        target.parent.mkdir(parents=True, exist_ok=True)
        part = part_of(target, file)
        place = f"{self.url}/{repository.name}/resolve/{repository.commit}/{urllib.parse.quote(file.path)}"
        for left in reversed(range(_TRIES)):
            try:
                self._append(place, file, part, tell)
                break
            except (OSError, http.client.HTTPException) as error:
                if not left:
                    raise ModelError(
                        f"{file.path}: the connection broke {_TRIES} times: {error}; pull again"
                    ) from error
                time.sleep(0.5 * 2 ** (_TRIES - 1 - left))
        if not matches(part, file):
            part.unlink()
            raise ModelError(f"{file.path}: what came is not what {self.url} promised; nothing was kept, pull again")
        os.replace(part, target)

    def _append(self, place: str, file: RemoteFile, part: Path, tell: Tell) -> None:
        have = part.stat().st_size if part.is_file() else 0
        if have >= file.size_bytes:
            return
        with self._open(place, file.path, {"Range": f"bytes={have}-"} if have else {}) as answer:
            fresh = answer.status != 206
            if fresh and have:
                tell(-have)
            with part.open("wb" if fresh else "ab") as out:
                while chunk := answer.read(_CHUNK):
                    out.write(chunk)
                    tell(len(chunk))
        if part.stat().st_size < file.size_bytes:
            raise http.client.IncompleteRead(b"", file.size_bytes - part.stat().st_size)

    def _open(self, place: str, what: str, headers: Mapping[str, str] | None = None) -> Any:
        request = urllib.request.Request(place, headers={"User-Agent": "vortex", **(headers or {})})
        if self.token:  # must not follow a redirect to another host
            request.add_unredirected_header("Authorization", f"Bearer {self.token}")
        try:
            return urllib.request.urlopen(request, timeout=self.timeout_s)
        except urllib.error.HTTPError as error:
            if headers is not None and (error.code >= 500 or error.code == 429):
                raise  # of a file: it is tried again
            raise ModelError(f"{what}: {_refusal(error.code)} ({self.url})") from error
        except urllib.error.URLError as error:
            if headers is None:
                raise ModelError(f"{self.url} cannot be reached: {error.reason}") from error
            raise


def _refusal(code: int) -> str:
    if code in (401, 403):
        return f"the hub wants a token ({code}); accept its licence there and set HF_TOKEN"
    if code == 404:
        return "the hub has no such repository, revision or file (404)"
    return f"the hub answered {code}" + ("; try again later" if code >= 500 or code == 429 else "")


def _object(data: bytes, what: str) -> dict[str, Any]:
    try:
        told = json.loads(data)
    except ValueError as error:
        raise ModelError(f"{what}: the hub's answer is no JSON; is its address right?") from error
    if not isinstance(told, dict):
        raise ModelError(f"{what}: the hub's answer is a {type(told).__name__}, not an object")
    return told


def _file(repository: str, raw: Any) -> RemoteFile:
    path = str(raw.get("rfilename", "")) if isinstance(raw, dict) else ""
    if not path or not all(is_plain_name(part) for part in path.split("/")):
        raise PolicyError(f"{repository}: names the file {path!r}, outside its folder; do not use this repository")
    large = raw.get("lfs") or {}
    size = large.get("size", raw.get("size"))
    if not isinstance(size, int) or size < 0:
        raise ModelError(f"{repository}: the hub tells no size of {path}")
    return RemoteFile(path, size, str(large.get("sha256") or ""), str(raw.get("blobId") or ""))


def select(repository: Repository, include: tuple[str, ...]) -> Selection:
    """Return what to fetch: all files, or those that match a pattern; never a pickle or a program.

    Raises:
        ModelError: nothing matches.
        PolicyError: all weights that match are pickles.
    """
    wanted = [
        file for file in repository.files if not include or any(fnmatch(file.path, pattern) for pattern in include)
    ]
    if not wanted:
        shown = ", ".join(file.path for file in repository.files[:5]) or "nothing"
        raise ModelError(f"{repository.name}: no file matches {', '.join(include) or 'anything'}; it holds: {shown}")
    pickles = [file.path for file in wanted if file.path.endswith(PICKLES)]
    safe = [file for file in wanted if not file.path.endswith((*PICKLES, *_CODE))]
    if pickles and not any(file.path.endswith((".safetensors", ".gguf", ".npz")) for file in safe):
        raise PolicyError(
            f"{repository.name}: its weights are pickles ({pickles[0]}), which can run code and are never fetched; "
            "look for a revision with safetensors"
        )
    return Selection(tuple(safe), tuple(file.path for file in wanted if file not in safe))


def part_of(target: Path, file: RemoteFile) -> Path:
    """Return where a file is collected until it is whole; another content is collected elsewhere."""
    return target.with_name(f"{target.name}.{(file.sha256 or file.git_hash)[:12]}.part")


def matches(path: Path, file: RemoteFile) -> bool:
    """Say whether a file on disk has the size and the hash that the hub told."""
    if not path.is_file() or path.stat().st_size != file.size_bytes:
        return False
    if file.sha256:
        return digest(path) == file.sha256
    return not file.git_hash or _git_digest(path, file.size_bytes) == file.git_hash


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _git_digest(path: Path, size_bytes: int) -> str:
    return hashlib.sha1(b"blob %d\0" % size_bytes + path.read_bytes(), usedforsecurity=False).hexdigest()
