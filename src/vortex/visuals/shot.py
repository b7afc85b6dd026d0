"""A shot as data: what is shown, on which words, and why. It is what a person may edit in ``storyboard.json``."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

GENERATED = ("still", "clip")
"""Kinds whose pictures a model makes; until then their parameters name none."""


class Cue(BaseModel):
    """Something that happens on a word: ``target`` is the name of an element of the shot's kind."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sentence: str
    """Id of a sentence of the shot."""
    word: int = Field(ge=0)
    """Index of the word in the sentence's text, split at white space."""
    target: str
    """Element of the kind, such as ``item:2``, ``term:0``, ``line:3-5``."""
    action: Literal["show", "light", "focus", "hide"] = "show"


class Citation(BaseModel):
    """The chip that is on screen while a sentence is spoken."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sentence: str
    text: str
    """As shown, such as ``p. 37``."""


class Shot(BaseModel):
    """One picture of the film and the sentences that are spoken over it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    kind: str
    """A name from the table of kinds (``vortex.visuals.kinds``)."""
    params: dict[str, Any]
    """Validated by the kind's own model."""
    sentences: tuple[str, ...]
    """Ids of the script's sentences, in the order in which they are spoken."""
    cues: tuple[Cue, ...] = ()
    citations: tuple[Citation, ...] = ()
    reason: str = ""
    """Why the planner chose this kind, in one sentence."""
    pinned: bool = False
    """A pinned shot is never planned anew."""
