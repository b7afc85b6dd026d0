"""Who can speak with a folder of Kokoro: published voices, and characters that mix them, as data."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from vortex.core.errors import EngineError
from vortex.engines.speech.phonemes import READERS
from vortex.runtime.kokoro import voice_names

_TABLE = Path(__file__).with_name("kokoro_voices.yaml")
_EXTRA = "characters.yaml"
SLOWEST, FASTEST = 0.8, 1.2


@dataclass(frozen=True, slots=True)
class Character:
    """A voice as it is asked for by name."""

    name: str
    reads: str
    """How letters are read, such as ``en-us``."""
    blend: Mapping[str, float]
    """Published voice → weight; the weights add up to 1."""
    speed: float = 1.0

    @property
    def language(self) -> str:
        """ISO 639-1 code."""
        return self.reads.partition("-")[0]

    @property
    def mixture(self) -> str:
        """What it is mixed of, in words."""
        return ", ".join(f"{weight:.0%} {voice}" for voice, weight in self.blend.items())


class Cast:
    """The characters that a folder has the voices for."""

    def __init__(self, folder: Path) -> None:
        """Look at the names in ``folder``; no weights are read."""
        self._folder = folder

    @cached_property
    def characters(self) -> Mapping[str, Character]:
        """By name: characters of the tables, then published voices under their own names.

        Raises:
            EngineError: the folder's own table is broken; names the entry.
        """
        here = voice_names(self._folder)
        letters = self._table["letters"]
        plain = {name: Character(name, letters[name[0]], {name: 1.0}) for name in here if name[0] in letters}
        told = {**self._table["characters"], **self._added}
        mixed = {name: _character(name, entry) for name, entry in told.items()}
        return {**{name: each for name, each in mixed.items() if set(each.blend) <= set(here)}, **plain}

    @property
    def languages(self) -> tuple[str, ...]:
        """ISO 639-1 codes of those that somebody speaks."""
        return tuple(sorted({each.language for each in self.characters.values()}))

    def prose(self, language: str) -> str:
        """Return text by which a pace is measured."""
        return str(self._table["prose"][language])

    def find(self, name: str, language: str) -> Character:
        """Return the character of that name, or the language's default for "".

        Raises:
            EngineError: there is none, or it speaks another language; names those who do.
        """
        if language not in self.languages:
            spoken = ", ".join(self.languages) or f"none: there is no voice in {self._folder / 'voices'}"
            raise EngineError(f"kokoro speaks no language {language!r} here; it speaks {spoken}")
        able = [each.name for each in self.characters.values() if each.language == language]
        if not name:
            return self.characters[next((each for each in self._table["defaults"][language] if each in able), able[0])]
        if name not in able:
            near = difflib.get_close_matches(name, able, 5, 0.3) or able
            raise EngineError(f"kokoro has, for the language {language!r}, no voice {name!r}; choose {', '.join(near)}")
        return self.characters[name]

    @cached_property
    def _table(self) -> Mapping[str, Any]:
        table: Mapping[str, Any] = yaml.safe_load(_TABLE.read_text(encoding="utf8"))
        return table

    @property
    def _added(self) -> Mapping[str, Any]:
        file = self._folder / _EXTRA
        if not file.is_file():
            return {}
        try:
            added = yaml.safe_load(file.read_text(encoding="utf8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise EngineError(f"{file}: cannot be read: {error}") from error
        if not isinstance(added, dict):
            raise EngineError(f"{file}: must be names with reads, speed and blend")
        return added


def _character(name: str, entry: Any) -> Character:
    try:
        blend = {str(voice): float(weight) for voice, weight in entry["blend"].items()}
        reads, speed = str(entry["reads"]), float(entry.get("speed", 1.0))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise EngineError(
            f"character {name!r}: needs reads (such as en-us) and blend (voice: weight): {error}"
        ) from error
    if reads not in READERS:
        raise EngineError(f"character {name!r}: reads = {reads!r}; letters can be read as {', '.join(READERS)}")
    total = sum(blend.values())
    if min(blend.values(), default=-1.0) < 0 or not total:
        raise EngineError(f"character {name!r}: weights of its blend must not be negative, nor all zero: {blend}")
    if not SLOWEST <= speed <= FASTEST:
        raise EngineError(f"character {name!r}: speed = {speed:g} must lie between {SLOWEST} and {FASTEST}")
    return Character(name, reads, {voice: weight / total for voice, weight in blend.items()}, speed)
