"""The film's folder: where everything a person may read or edit stands, and what of it a person has edited."""

import fcntl
import hashlib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, get_args

from vortex.core.errors import ConfigError, JobError
from vortex.production.build import Build, file_digest, writing
from vortex.story.brief import Brief, Shape
from vortex.story.budget import LONGEST_S, SHORTEST_S


class FilmFolder:
    """One film on disk: ``film.toml``, ``script.json``, ``storyboard.json``, ``claims.json``, ``build/``, ``out/``.

    A second shape of the same film lives in the same folder, and so does the film in another language; the products
    carry language and shape in their names.
    """

    def __init__(self, root: Path, shape: str = "", language: str = "") -> None:
        self.root = root
        self.language = language
        """Language of a translation of the film, such as ``fr``; "" for the film itself."""
        self.shape = shape
        """Shape of a second film of the same script, such as ``9:16``; "" for the film itself."""
        self.build = Build(root / "build")
        self.out = root / "out"
        self.brief_file = root / "film.toml"
        self.script_file = root / "script.json"
        self.storyboard_file = root / "storyboard.json"
        self.claims_file = root / "claims.json"
        self.pictures = root / "pictures"
        """Pictures that a person put into the film; there is no such folder before the first."""
        self.boarded_file = root / "build" / "script.boarded.json"
        """The script that the present storyboard was planned for."""
        self.state_file = root / "build" / "state.json"

    def in_shape(self, shape: str) -> "FilmFolder":
        """Return this folder as that of a second shape, with the same build."""
        return self._beside(FilmFolder(self.root, shape, self.language))

    def in_language(self, language: str) -> "FilmFolder":
        """Return this folder as that of the film in another language, with the same build and a ledger of its own."""
        return self._beside(FilmFolder(self.root, self.shape, language))

    def _beside(self, other: "FilmFolder") -> "FilmFolder":
        other.build = self.build
        if other.language:
            other.claims_file = self.root / f"claims.{other.language}.json"
        return other

    @property
    def mark(self) -> str:
        """What the names of the products carry, such as ``9x16`` or ``fr``; "" for those of the film itself."""
        return ".".join(filter(None, (self.language, self.shape.replace(":", "x"))))

    def product(self, name: str) -> Path:
        """Return where a finished file stands: ``out/film.srt``, or ``out/film.9x16.srt`` in a second shape."""
        stem, dot, kind = name.partition(".")
        return self.out / (f"{stem}.{self.mark}{dot}{kind}" if self.mark else name)

    def prepare(self) -> None:
        """Make the folders.

        Raises:
            ConfigError: the place is a file, or cannot be written.
        """
        if self.root.is_file():
            raise ConfigError(f"-o {self.root}: is a file; name a folder for the film")
        try:
            self.build.root.mkdir(parents=True, exist_ok=True)
            self.out.mkdir(exist_ok=True)
            probe = self.build.root / ".writable"
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            raise ConfigError(f"-o {self.root}: cannot be written ({error.strerror}); choose another folder") from error

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder for one run at a time.

        Raises:
            JobError: another run is at work here.
        """
        with (self.build.root / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise JobError(f"{self.root}: another run is at work here; wait for it or choose another -o") from error
            self.build.sweep()
            yield

    def offer(self, file: Path, text: str) -> bool:
        """Write generated ``text`` to a file that people may edit, unless it was edited; return whether it was written.

        A file counts as edited when it is not what was last offered.
        """
        if self.edited(file) and file_digest(file) != _mark(text):
            return False
        self.replace(file, text)
        return True

    def replace(self, file: Path, text: str) -> None:
        """Write ``text`` to a file that people may edit, and remember that it is ours."""
        write(file, text)
        write(self.state_file, json.dumps(self._state() | {file.name: _mark(text)}, indent=1, sort_keys=True))

    def keep(self, file: Path) -> None:
        """Take ``file`` for a person's from now on, whatever wrote it, so that nothing generated replaces it."""
        state = {name: mark for name, mark in self._state().items() if name != file.name}
        write(self.state_file, json.dumps(state, indent=1, sort_keys=True))

    def edited(self, file: Path) -> bool:
        """Return whether a person changed ``file`` since it was last written here."""
        return file.exists() and self._state().get(file.name) != file_digest(file)

    def _state(self) -> dict[str, Any]:
        try:
            state: dict[str, Any] = json.loads(self.state_file.read_text())
        except (OSError, ValueError):
            return {}
        return state


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def write(file: Path, text: str) -> None:
    """Write ``text`` so that a reader sees the old file or the new one, never half of it.

    Raises:
        MediaError: the disk is full or cannot be written.
    """
    beside = file.with_name(f".{file.name}.new")
    with writing(file.parent):
        file.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(text, encoding="utf8")
        beside.replace(file)


def brief_text(brief: Brief, sections: dict[str, dict[str, Any]], profile: str = "") -> str:
    """Return ``film.toml`` for a brief, the profile and the settings that were chosen for it, by section."""
    tables = {"brief": asdict(brief)} | {name: values for name, values in sections.items() if values}
    lines = ["# What this film is; change it and run: vortex make -o <this folder>"]
    lines += ["", f"profile = {_toml(profile)}"] if profile else []
    for name, values in tables.items():
        lines += ["", f"[{name}]", *(f"{key} = {_toml(value)}" for key, value in values.items())]
    return "\n".join(lines) + "\n"


def read_brief(file: Path, tables: Mapping[str, Any] | None = None) -> Brief:
    """Return the brief of a ``film.toml``, or of ``tables`` that will stand in it.

    Raises:
        ConfigError: the file is no TOML, has no ``[brief]``, or a key or value in it is wrong.
    """
    table = (brief_tables(file) if tables is None else tables).get("brief")
    if not isinstance(table, dict):
        raise ConfigError(f"{file}: has no [brief] table; run: vortex plan SOURCE -o {file.parent}")
    known = {field.name: field for field in fields(Brief)}
    for key, value in table.items():
        if key not in known:
            raise ConfigError(f"{file}: unknown key {key!r} in [brief]; there are: {', '.join(known)}")
        wanted = _KINDS.get(key, str)
        inner = value if wanted is list else value.values() if isinstance(value, dict) else ()
        if not isinstance(value, wanted) or not all(isinstance(each, str) for each in inner):
            raise ConfigError(f"{file}: brief.{key} = {value!r} must be {_WANTED[wanted]}")
    return Brief(**(table | {name: tuple(table.get(name, ())) for name in ("sources", "sections")}))


def read_profile(file: Path) -> str:
    """Return the profile that a ``film.toml`` names; "" if it or the file is not there.

    Raises:
        ConfigError: the file is no TOML, or the profile is no text.
    """
    profile = brief_tables(file).get("profile", "") if file.is_file() else ""
    if not isinstance(profile, str):
        raise ConfigError(f'{file}: profile = {profile!r} must be text, such as "draft"')
    return profile


def require_sense(brief: Brief, where: str = "") -> None:
    """Refuse a brief whose values no film can have.

    Args:
        brief: the order.
        where: what stands before the name of the value in the message.

    Raises:
        ConfigError: names the value and what is possible.
    """
    if not SHORTEST_S <= brief.seconds <= LONGEST_S:
        raise ConfigError(
            f"{where}seconds = {brief.seconds}: a film lasts {SHORTEST_S} to {LONGEST_S} s; ask for that, or for "
            "several films"
        )
    shapes = get_args(Shape)
    if brief.shape not in shapes:
        raise ConfigError(f"{where}shape = {brief.shape!r}: choose one of {', '.join(shapes)}")
    if brief.language and not re.fullmatch("[a-z]{2}", brief.language):
        raise ConfigError(f"{where}language = {brief.language!r}: write an ISO 639-1 code, such as en")


def brief_tables(file: Path) -> dict[str, Any]:
    """Return all tables of a ``film.toml``.

    Raises:
        ConfigError: the file is no TOML, or cannot be read.
    """
    try:
        return tomllib.loads(file.read_text(encoding="utf8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{file}: cannot be read: {error}") from error


_KINDS: dict[str, type] = {
    "seconds": int,
    "seed": int,
    "parameters": dict,
    "sources": list,
    "sections": list,
    "pronunciations": dict,
}
_WANTED: dict[type, str] = {
    int: "a whole number",
    list: "a list of file names or of sections",
    dict: 'a table of words and how they are said, such as { SQL = "sequel" }',
    str: "text",
}


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_toml(each) for each in value) + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_toml(key)} = {_toml(each)}" for key, each in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)
