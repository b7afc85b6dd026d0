"""A table of names that can be made into things, without importing any of them before they are asked for."""

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from vortex.core.errors import MissingExtra, PluginError

DISTRIBUTION = "vortex-film"


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a thing lives and what it needs."""

    target: str
    """``module:Class``."""
    extra: str = ""
    """The extra whose installation makes the module importable; "" for none."""
    summary: str = ""


class Registry:
    """Names of one kind of thing. A miss suggests, a clash raises, a missing extra says how to mend it."""

    def __init__(self, kind: str, entries: dict[str, Entry] | None = None) -> None:
        self.kind = kind
        self._entries = dict(entries or {})

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._entries))

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def add(self, name: str, entry: Entry) -> None:
        """Enter a name.

        Raises:
            PluginError: the name is taken by another target.
        """
        taken = self._entries.get(name)
        if taken is not None and taken.target != entry.target:
            raise PluginError(
                f"{self.kind} {name!r} is claimed by {taken.target} and by {entry.target}; uninstall or rename one"
            )
        self._entries[name] = entry

    def entry(self, name: str) -> Entry:
        """Return the entry of ``name``; a ``module:Class`` path is its own entry.

        Raises:
            PluginError: there is no such name; suggests near ones.
        """
        if name in self._entries:
            return self._entries[name]
        if ":" in name:
            return Entry(target=name)
        near = get_close_matches(name, self._entries, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise PluginError(f"no {self.kind} named {name!r}; {hint}there are: {', '.join(self) or 'none'}")

    def load(self, name: str) -> Any:
        """Import and return what ``name`` stands for.

        Raises:
            PluginError: the name is unknown, or its module has no such class.
            MissingExtra: its module needs a package that is not installed.
        """
        entry = self.entry(name)
        module_name, _, attribute = entry.target.partition(":")
        try:
            found = getattr(importlib.import_module(module_name), attribute)
        except ModuleNotFoundError as error:
            if entry.extra:
                command = f"pip install '{DISTRIBUTION}[{entry.extra}]'"
                raise MissingExtra(f"{self.kind} {name!r} needs {error.name}; run: {command}") from error
            raise PluginError(f"{self.kind} {name!r}: cannot import {error.name} for {entry.target}") from error
        except AttributeError as error:
            raise PluginError(f"{self.kind} {name!r}: {module_name} has no {attribute!r}") from error
        if not isinstance(found, type):
            raise PluginError(f"{self.kind} {name!r}: {entry.target} is no class; name an engine's class")
        return found
