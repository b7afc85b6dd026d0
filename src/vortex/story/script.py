"""The script: scenes of sentences, each tied to the passage that supports it. Editable as ``script.json``."""

from dataclasses import dataclass
from typing import Literal

SentenceRole = Literal["hook", "promise", "link", "statement", "definition", "step", "example", "recap"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, as it is spoken and captioned."""

    id: str
    """Unique in the script and stable under edits of other sentences, such as ``s0007``."""
    text: str
    role: SentenceRole = "statement"
    """``hook``, ``promise``, ``link`` and ``recap`` frame the film; all others assert something and need a quote."""
    passage: str = ""
    """Id of the passage that supports it; "" for frames."""
    quote: str = ""
    """The source's own sentence or sentences that this one restates."""
    exhibits: tuple[str, ...] = ()
    """Ids (``<document id>/<block id>``) of the figures, tables, equations, code that it speaks of."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A stretch of the film about one thing; becomes a chapter."""

    id: str
    title: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """All that will be said, in order."""

    title: str
    language: str
    scenes: tuple[Scene, ...]
    writer: str
    rung: str
    """``embedded``, ``local model`` or ``remote model``."""
    notes: tuple[str, ...] = ()
    """What was left out or done differently than asked, in whole sentences; printed in the report."""
    promised_s: float = 0.0
    """Length that the writer promises where the sources do not fill the one asked for; 0 keeps what was asked."""
