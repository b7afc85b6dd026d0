"""What the gate is handed: the finished film, and what its makers say that it shows, says and rests on.

Everything here is a plain frozen value or a path, so that whoever makes a film can be asked for it, and a film made by
anybody else can be looked at with less.
"""

from dataclasses import dataclass
from pathlib import Path

from vortex.core.claim import Claim
from vortex.visuals.shot import Shot
from vortex.visuals.timing import ShotTiming


@dataclass(frozen=True, slots=True)
class SpokenSentence:
    """One sentence of the script and when it is spoken, in seconds from the film's first frame."""

    id: str
    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class ShotOnFilm:
    """One shot where it stands in the film."""

    shot: Shot
    timing: ShotTiming
    start: int
    """First frame of the shot, counted from the film's first frame."""
    layout: Path | None
    """The take's layout record; ``None`` where no record can exist, as for a generated clip."""
    rung: str = "embedded"
    """``embedded``, ``local model`` or ``remote model``."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A document that the film rests on."""

    id: str
    """First 16 hex digits of the SHA-256 of the file's bytes, unpacked, as claims name it."""
    path: Path
    title: str = ""
    language: str = ""
    """ISO 639-1 code; "" where it is not known."""


@dataclass(frozen=True, slots=True)
class Expectations:
    """What was ordered; ``None`` or 0 means that nothing was said about it."""

    seconds: float = 0.0
    """Length asked for; the film may be 10 % shorter or longer."""
    width: int = 0
    height: int = 0
    fps: int = 0
    captions: bool = True
    """Whether the film should carry a track of captions."""
    sound: bool = True
    """Whether the film should speak."""
    cited: bool = True
    """Whether it rests on documents; a lesson or a topic without a source does not."""


@dataclass(frozen=True, slots=True)
class Original:
    """The film that a translated one was made from."""

    language: str
    """ISO 639-1 code."""
    sentences: tuple[tuple[str, str], ...]
    """Id and text of everything that it says, in order."""
    shown: tuple[str, ...] = ()
    """What its pictures write."""
    translated: "Part | None" = None
    """Who translated it."""


@dataclass(frozen=True, slots=True)
class FilmUnderReview:
    """A finished film and all that is claimed about it."""

    mp4: Path
    title: str
    sentences: tuple[SpokenSentence, ...]
    shots: tuple[ShotOnFilm, ...]
    claims: tuple[Claim, ...]
    sources: tuple[SourceFile, ...]
    expected: Expectations = Expectations()
    language: str = "en"
    original: Original | None = None
    """Of a translated film; its numbers are compared with the original's."""


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A picture of one page of a source, for the report."""

    document: str
    """Id of the document."""
    page: int
    """Index of the page, from 0."""
    image: Path
    """PNG or JPEG of the whole page."""


@dataclass(frozen=True, slots=True)
class Part:
    """How one part of the film was made."""

    name: str
    """Such as ``voice``, ``script``, ``pictures``."""
    engine: str
    """Name and version."""
    rung: str
    """``embedded``, ``local model`` or ``remote model``."""


@dataclass(frozen=True, slots=True)
class Origin:
    """One thing that the film is made of."""

    kind: str
    """``source``, ``music``, ``picture``, ``font``, ``writer``, ``voice``, ``pictures``, ``model``, ``generated``,
    ``library`` or ``program``."""
    name: str
    """Of a file, its name."""
    version: str
    licence: str
    """SPDX expression, or ``unknown: …`` with the reason."""
    sha256: str
    """Of a file, its bytes; of a library, the list of its files' hashes; "" where there is nothing to hash."""
    told: str
    """Where it came from, or what it did."""


@dataclass(frozen=True, slots=True)
class Exhibits:
    """What the report shows beside the verdict; every entry may be missing, and the report says so."""

    pages: tuple[PagePicture, ...] = ()
    contact_sheet: Path | None = None
    poster: Path | None = None
    parts: tuple[Part, ...] = ()
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    brief: tuple[tuple[str, str], ...] = ()
    """What was asked, as (name, value) for a person to read."""
    origins: tuple[Origin, ...] = ()
    """Everything that the film is made of."""
