"""The product's own store of models: one folder for each, with a manifest of what was fetched and from where.

Nothing outside the store is ever touched. A folder is a model once its manifest stands in it, which is written last.
"""

import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from vortex.core.errors import ModelError, PolicyError
from vortex.core.events import Event, Listener, ignore
from vortex.core.units import format_bytes
from vortex.runtime.headers import is_plain_name, read_json
from vortex.runtime.hub import Hub, RemoteFile, Repository, digest, matches, part_of, select

MANIFEST = "vortex-model.json"
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*(?:/[A-Za-z0-9][\w.-]*)?")
_SPARE_BYTES = 200_000_000
"""What must stay free on the disk."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file of a stored model."""

    path: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class StoredModel:
    """A model in the store."""

    name: str
    folder: Path
    revision: str
    commit: str
    licence: str
    files: tuple[StoredFile, ...]

    @property
    def size_bytes(self) -> int:
        """Size of its files."""
        return sum(file.size_bytes for file in self.files)


@dataclass(frozen=True, slots=True)
class Pull:
    """What a pull will do."""

    repository: Repository
    revision: str
    folder: Path
    files: tuple[RemoteFile, ...]
    refused: tuple[str, ...]
    """Files that are left out for safety."""
    total_bytes: int
    present_bytes: int
    """Of these, already on disk."""


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether a stored model is still what was fetched."""

    name: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ModelStore:
    """Models in one folder, and the hub that more can be pulled from."""

    folder: Path
    hub: Hub

    def models(self) -> tuple[StoredModel, ...]:
        """Return the models, by name; unfinished pulls are none."""
        found = [_read(each.parent) for each in sorted(self.folder.glob(f"*/{MANIFEST}"))]
        return tuple(sorted(found, key=lambda model: model.name))

    def find(self, name: str) -> StoredModel:
        """Return one model.

        Raises:
            ModelError: it is not in the store; names what is.
        """
        place = self.place(name)
        if not (place / MANIFEST).is_file():
            known = ", ".join(model.name for model in self.models()) or "none"
            raise ModelError(f"no model {name!r} in {self.folder}; there are: {known}; run: vortex models pull {name}")
        return _read(place)

    def place(self, name: str) -> Path:
        """Return the folder that a model of this name has or would have.

        Raises:
            ModelError: the name is none of a repository.
        """
        if not _NAME.fullmatch(name) or ".." in name or "--" in name:
            raise ModelError(f"{name!r} is no name of a repository; write OWNER/NAME, such as openai/whisper-tiny")
        return self.folder / name.replace("/", "--")

    def plan(self, name: str, revision: str = "main", include: tuple[str, ...] = ()) -> Pull:
        """Ask the hub what a pull would fetch.

        Raises:
            ModelError: the name is none, the hub has no such model, or nothing matches.
            PolicyError: its weights are pickles, or a file would leave its folder.
        """
        place = self.place(name)
        repository = self.hub.repository(name, revision)
        selection = select(repository, include)
        present = sum(_present(place / file.path, file) for file in selection.files)
        total = sum(file.size_bytes for file in selection.files)
        return Pull(repository, revision, place, selection.files, selection.refused, total, present)

    def pull(self, pull: Pull, listen: Listener = ignore) -> StoredModel:
        """Fetch what was planned; what is there already is not fetched again, an interrupted file goes on.

        Raises:
            ModelError: the disk is too small, the connection fails, or a file is not what was promised.
        """
        self._require_space(pull)
        for refused in pull.refused:
            listen(Event("note", "pull", message=f"left out: {refused} (a pickle or a program)"))
        pull.folder.mkdir(parents=True, exist_ok=True)
        done = 0
        for file in pull.files:
            done = self._fetch(pull, file, done, listen)
        files = tuple(StoredFile(f.path, f.size_bytes, digest(pull.folder / f.path)) for f in pull.files)
        repository = pull.repository
        stored = StoredModel(repository.name, pull.folder, pull.revision, repository.commit, repository.licence, files)
        _write(stored)
        listen(Event("stage_finished", "pull", done, pull.total_bytes, f"{len(files)} files"))
        return stored

    def _fetch(self, pull: Pull, file: RemoteFile, done: int, listen: Listener) -> int:
        """Fetch one file unless it is there; return how many bytes are done after it."""
        target = pull.folder / file.path
        if not matches(target, file):
            got = done + (_size(part_of(target, file)))

            def tell(count: int) -> None:
                nonlocal got
                got += count
                listen(Event("progress", "pull", got, pull.total_bytes, file.path))

            self.hub.fetch(pull.repository, file, target, tell)
        done += file.size_bytes
        listen(Event("progress", "pull", done, pull.total_bytes, file.path))
        return done

    def _require_space(self, pull: Pull) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(self.folder).free
        need = pull.total_bytes - pull.present_bytes + _SPARE_BYTES
        if need > free:
            raise ModelError(
                f"{pull.repository.name} needs {format_bytes(need)} in {self.folder}, which has {format_bytes(free)} "
                "free; make room, pull less with --include, or set models.folder"
            )

    def verify(self, name: str) -> Checked:
        """Read every file of a model and compare it with its hash.

        Raises:
            ModelError: there is no such model.
        """
        model = self.find(name)
        problems = []
        for file in model.files:
            path = model.folder / file.path
            if not path.is_file():
                problems.append(f"{file.path}: missing")
            elif path.stat().st_size != file.size_bytes or digest(path) != file.sha256:
                problems.append(f"{file.path}: changed since it was fetched")
        return Checked(model.name, tuple(problems))

    def remove(self, name: str) -> int:
        """Delete a model, or an unfinished pull of it, and return how many bytes that freed.

        Raises:
            ModelError: there is neither.
        """
        place = self.place(name)
        if not place.is_dir():
            self.find(name)
        freed = sum(_size(each) for each in place.rglob("*"))
        shutil.rmtree(place)
        return freed

    def leftovers(self) -> tuple[Path, ...]:
        """Return what no model in the store needs: unfinished pulls, and files that no manifest names."""
        return tuple(self._leftovers())

    def _leftovers(self) -> Iterator[Path]:
        for place in sorted(self.folder.iterdir()) if self.folder.is_dir() else ():
            if not place.is_dir():
                continue
            manifest = place / MANIFEST
            named = {file.path for file in _read(place).files} | {MANIFEST} if manifest.is_file() else set()
            for path in sorted(place.rglob("*")):
                if not path.is_dir() and path.relative_to(place).as_posix() not in named:
                    yield path

    def prune(self, leftovers: tuple[Path, ...]) -> int:
        """Delete leftovers and the folders that this empties; return how many bytes that freed."""
        freed = sum(_size(path) for path in leftovers)
        for path in leftovers:
            path.unlink()
            for above in path.parents:
                if above == self.folder or any(above.iterdir()):
                    break
                above.rmdir()
        return freed


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _present(target: Path, file: RemoteFile) -> int:
    return file.size_bytes if _size(target) == file.size_bytes else _size(part_of(target, file))


def _read(place: Path) -> StoredModel:
    raw = read_json(place / MANIFEST)
    try:
        files = tuple(StoredFile(str(f["path"]), int(f["size_bytes"]), str(f["sha256"])) for f in raw["files"])
        for file in files:
            if not all(is_plain_name(part) for part in file.path.split("/")):
                raise PolicyError(f"{place / MANIFEST}: names {file.path!r}, outside its own folder; remove this model")
        name, revision, commit, licence = (str(raw[key]) for key in ("name", "revision", "commit", "licence"))
        return StoredModel(name, place, revision, commit, licence, files)
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{place / MANIFEST}: broken ({error}); pull the model again") from error


def _write(model: StoredModel) -> None:
    values = {key: value for key, value in asdict(model).items() if key != "folder"}
    part = model.folder / f"{MANIFEST}.part"
    part.write_text(json.dumps(values, indent=1) + "\n", encoding="utf8")
    os.replace(part, model.folder / MANIFEST)
