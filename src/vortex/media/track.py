"""What travels along with a film's picture and sound: subtitles, chapters, a title and a poster."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


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


@dataclass(frozen=True, slots=True)
class Extras:
    """What a film file carries besides picture and sound.

    ``subtitles`` stand in order and do not overlap; none means no track. ``language`` is that of sound and subtitles,
    as ``en`` or ``eng``. The first chapter starts at 0. ``metadata`` has keys such as ``title``, ``description``,
    ``comment``, ``date``. ``poster`` is a JPEG or PNG file that file browsers show.
    """

    subtitles: Sequence[SubtitleCue] = ()
    language: str = "en"
    chapters: Sequence[Chapter] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    poster: bytes | None = None
