"""What travels along with a film's picture and sound: subtitles, chapters, a title and a poster."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict


@dataclass(frozen=True, slots=True)
class SubtitleCue:
    """A text that is shown from ``start_s`` until ``end_s``; lines are parted by a newline."""

    start_s: float
    end_s: float
    text: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """A named part of a film; it lasts until the next one starts."""

    start_s: float
    title: str


class Extras(TypedDict, total=False):
    """What a film file may carry besides picture and sound: the keywords of ``mux``."""

    subtitles: Sequence[SubtitleCue]
    """In order and without overlap; none means no track."""
    language: str
    """Of sound and subtitles, as ``en`` (the default) or ``eng``."""
    chapters: Sequence[Chapter]
    """In order, the first at 0."""
    metadata: Mapping[str, str]
    """With keys such as ``title``, ``description``, ``comment``, ``date``."""
    poster: bytes | None
    """A JPEG or PNG file that file browsers show."""
