"""What a film is asked to be: the person's side of ``film.toml``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Shape = Literal["16:9", "9:16", "1:1"]


@dataclass(frozen=True, slots=True)
class Brief:
    """The order for a film."""

    sources: tuple[str, ...] = ()
    topic: str = ""
    """What the film is about; "" means the whole document."""
    title: str = ""
    """What the film is called; "" takes the topic or the document's own title."""
    sections: tuple[str, ...] = ()
    """Sections of the sources that the film is made of, such as ``2 Vectors > 2.1 Assignment``; () means all. Each
    brings the sections beneath it, unless it ends with ``> .``."""
    audience: str = "general"
    objective: str = ""
    style: str = "plain"
    seconds: int = 120
    """Length asked for, 5 to 1800."""
    shape: Shape = "16:9"
    language: str = ""
    """ISO 639-1; "" takes the document's language."""
    seed: int = 7
    """Chance of a lesson; equal seeds give equal films."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """Of a lesson, such as ``{"rows": "8"}``; see ``vortex lessons show``."""
    pronunciations: Mapping[str, str] = field(default_factory=dict)
    """How words are said, written → said; it wins over every rule."""
