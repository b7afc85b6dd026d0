"""The sentences of the source that could be spoken, each with where it stands and what it leans on.

A paragraph is more than its sentences: "It is fast" is worth nothing without the sentence before. So a candidate
remembers its predecessor where it needs one, and the lead of a list and its items hold together.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from vortex.core.document import Block, Passage
from vortex.core.text import sentences
from vortex.story.material import Material
from vortex.story.polish import fault, leans_back, polish, split_long, without_joint
from vortex.story.quotes import find_quote
from vortex.story.script import SentenceRole

PROSE = ("paragraph", "item")
_DEFINITION = re.compile(
    r"^(?:an?\s+|the\s+)?(?P<term>[\w'’\-() ]{2,48}?)\s+(?:is|are|means|refers to|denotes|is called)\s+(?:an?|the|one|"
    r"another|any|defined|simply|just|called)\b",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(r"^(?:for (?:example|instance)|suppose|consider|imagine|as an example|let us|let's|say )", re.I)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that could be spoken."""

    number: int
    """Place in reading order over all candidates."""
    text: str
    """As spoken alone."""
    joined: str
    """As spoken right after its predecessor, with its opening joint."""
    quote: str
    passage: str
    block: Block
    document: str
    role: SentenceRole
    opens: bool
    """Whether it is the first sentence of its block."""
    leans_on: int = -1
    """Number of the candidate that must be spoken right before it; -1 for none."""


def definition_term(text: str) -> str:
    """Return the term that ``text`` defines, such as "index" in "An index is a table …"; "" if it defines nothing."""
    found = _DEFINITION.match(text)
    term = found["term"].strip() if found else ""
    words = term.lower().split()
    weak = {"there", "it", "this", "that", "what", "which", "here", "these", "they", "one", "if", "when", "following"}
    return term if 0 < len(words) <= 5 and not weak & set(words) else ""


def gather(material: Material) -> tuple[Candidate, ...]:
    """Return every sentence of the ranked passages that can be spoken, in reading order."""
    found: list[Candidate] = []
    for passage in _in_reading_order(material):
        blocks = material.blocks_of(passage)
        for place, block in enumerate(blocks):
            if block.kind in PROSE:
                before = blocks[place - 1] if place else None
                after = blocks[place + 1] if place + 1 < len(blocks) else None
                found.extend(_of_block(passage, (before, block, after), found))
    return tuple(found)


def _in_reading_order(material: Material) -> list[Passage]:
    order = {document.id: place for place, document in enumerate(material.documents)}
    return sorted(material.in_order, key=lambda p: (order[material.document_of(p).id], p.chunk_index))


def _of_block(
    passage: Passage, around: tuple[Block | None, Block, Block | None], found: list[Candidate]
) -> Iterator[Candidate]:
    before, block, after = around
    number = len(found)
    previous = _lead(before, block, found)
    for place, sentence in enumerate(sentences(block.text)):
        quote = find_quote(passage.text, sentence)
        parts = _spoken(sentence, leads=after is not None and after.kind == "item") if quote else ()
        if not parts:
            previous = -1
        for part, text in enumerate(parts):
            needs = (
                part > 0 or leans_back(without_joint(text)) or (block.kind == "item" and place == 0 and previous >= 0)
            )
            if needs and previous < 0:
                break
            yield Candidate(
                number, without_joint(text), text, quote, passage.id, block, passage.id.rpartition(":")[0],
                _role(text, block), place == 0 and part == 0, previous if needs else -1,
            )  # fmt: skip
            previous, number = number, number + 1


def _lead(before: Block | None, block: Block, found: list[Candidate]) -> int:
    """Return the number of the candidate that announces the list to which an item belongs; -1 for none."""
    if block.kind != "item" or before is None or not found or found[-1].block.id != before.id:
        return -1
    return found[-1].number if before.kind == "item" or before.text.rstrip().endswith(":") else -1


def _spoken(sentence: str, leads: bool) -> tuple[str, ...]:
    text = polish(sentence)
    if text.endswith(":"):
        if not leads:
            return ()
        text = text[:-1] + "."
    if text and text[-1] not in ".!?\"”'":
        return ()
    parts = split_long(text)
    return parts if not any(fault(without_joint(part)) for part in parts) else ()


def _role(text: str, block: Block) -> SentenceRole:
    if block.kind == "item":
        return "step"
    if _EXAMPLE.match(text):
        return "example"
    return "definition" if definition_term(without_joint(text)) else "statement"
