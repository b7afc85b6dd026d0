"""The desk at which a planned film is edited: files are read into a draft, written back, and remembered for undoing."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vortex.core.errors import ConfigError
from vortex.production.editing import Draft
from vortex.production.folder import FilmFolder, brief_tables, brief_text, read_brief, write
from vortex.story.files import load_script, load_storyboard, script_text, storyboard_text

_REMEMBERED = 20
"""Edits that can be undone."""
_TOLD = "what.txt"
_UNDONE = "undone"


class Desk:
    """Reads and writes what a person may edit in one film; whoever uses it holds the folder."""

    def __init__(self, film: FilmFolder) -> None:
        self.film = film
        self._history = film.build.root / "edits"

    def read(self) -> Draft:
        """Return the film as it stands.

        Raises:
            ConfigError: it was not planned yet, or a file of it is broken.
        """
        film = self.film
        missing = next((file for file in self._files if not file.is_file()), None)
        if missing is not None:
            raise ConfigError(f"{film.root}: holds no {missing.name}; run first: vortex plan -o {film.root}")
        script = load_script(film.script_file)
        board = load_storyboard(film.storyboard_file, script)
        return Draft(script, board, load_script(film.boarded_file), brief_tables(film.brief_file))

    def write(self, before: Draft, after: Draft, what: str) -> None:
        """Write what changed, and remember how it was; ``what`` tells the edit in a few words.

        From now on the script is a person's: no writer replaces it, whatever the voice or the order become. What cannot
        be written whole is not written at all.
        """
        self._remember(what)
        try:
            self._write(before, after)
        except BaseException:
            self.undo()
            raise

    def _write(self, before: Draft, after: Draft) -> None:
        film = self.film
        if after.order != before.order:
            write(film.brief_file, _order_text(film.brief_file, after.order))
        if after.script != before.script:
            write(film.script_file, script_text(after.script))
        if after.board != before.board:
            write(film.storyboard_file, storyboard_text(after.board))
        if after.boarded != before.boarded:
            write(film.boarded_file, script_text(after.boarded))
        film.keep(film.script_file)

    def undo(self) -> str:
        """Bring back the film as it was before the last edit, and return what that edit was.

        What is replaced may hold more than that edit, changed by hand since; it is kept as ``build/edits/undone``.

        Raises:
            ConfigError: there is no edit to undo.
        """
        entries = self._entries()
        if not entries:
            raise ConfigError(f"{self.film.root}: there is no edit to undo")
        last = entries[-1]
        what = (last / _TOLD).read_text(encoding="utf8")
        kept = self._history / _UNDONE
        kept.mkdir(exist_ok=True)
        for file in (*self._files, self.film.state_file):
            shutil.copyfile(file, kept / file.name)
            before = (last / file.name).read_text(encoding="utf8")
            if file.read_text(encoding="utf8") != before:
                write(file, before)
        shutil.rmtree(last)
        return what

    @property
    def _files(self) -> tuple[Path, ...]:
        film = self.film
        return film.brief_file, film.script_file, film.storyboard_file, film.boarded_file

    def _entries(self) -> list[Path]:
        return sorted(self._history.glob("[0-9]*"))

    def _remember(self, what: str) -> None:
        entries = self._entries()
        place = self._history / f"{int(entries[-1].name) + 1 if entries else 1:06d}"
        working = place.with_name(f".{place.name}-new")
        shutil.rmtree(working, ignore_errors=True)
        working.mkdir(parents=True)
        for file in (*self._files, self.film.state_file):
            shutil.copyfile(file, working / file.name)
        (working / _TOLD).write_text(what, encoding="utf8")
        working.rename(place)
        for old in entries[: len(entries) + 1 - _REMEMBERED]:
            shutil.rmtree(old)


def _order_text(file: Path, order: Mapping[str, Any]) -> str:
    """Return ``film.toml`` for the tables of a draft."""
    sections = {name: table for name, table in order.items() if name not in ("brief", "profile")}
    brief = read_brief(file, order)
    return brief_text(brief, sections, str(order.get("profile", "")))
