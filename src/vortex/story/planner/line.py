"""A sentence as the planner sees it: with its claim, its time and what stands behind it."""

from dataclasses import dataclass

from vortex.core.claim import Claim
from vortex.story.script import Sentence
from vortex.visuals.shot import Cue


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of a scene."""

    sentence: Sentence
    claim: Claim
    seconds: float
    block: str = ""
    """``<document id>/<block id>`` of the block that holds the quote; "" for frames."""
    language: str = "en"
    """That of the film; ISO 639-1."""

    @property
    def text(self) -> str:
        """What is spoken."""
        return self.sentence.text


@dataclass(frozen=True, slots=True)
class Option:
    """One way to show a few consecutive sentences."""

    kind: str
    params: dict[str, object]
    reason: str
    cues: tuple[Cue, ...] = ()
    worth: float = 0.5
    """How well the kind shows what is said, 0 to 1."""
    pages: tuple[tuple[str, int], ...] = ()
    """Document id and index of each page whose picture is needed."""


def cue(line: Line, word: int, target: str, action: str = "show") -> Cue:
    """Return a cue on a word of ``line``, kept inside the sentence."""
    last = len(line.text.split()) - 1
    return Cue.model_validate(
        {"sentence": line.sentence.id, "word": max(0, min(word, last)), "target": target, "action": action}
    )
