"""The sentences of the source that could be spoken, each with where it stands and what it leans on.

A paragraph is more than its sentences: "It is fast" is worth nothing without the sentence before. So a candidate
remembers its predecessor where it needs one, and the lead of a list and its items hold together.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from vortex.core.document import Block, Passage
from vortex.core.text import sentences
from vortex.story.exhibits import EXHIBITS, exhibits_of
from vortex.story.languages.table import LANGUAGES
from vortex.story.material import Material
from vortex.story.polish import fault, leans_back, polish, split_long, without_joint
from vortex.story.quotes import find_quote
from vortex.story.script import SentenceRole
from vortex.story.words import word_set
from vortex.story.writers import frames

LEAST_DEFINITION = 6
"""Words of the shortest sentence that says what something is."""
MOST_ITEMS = 6
"""Longest list that is told item by item."""
_DEFINITION = re.compile(
    r"^(?:an?\s+|the\s+)?(?P<term>[\w'’\-() ]{2,48}?)\s+"
    r"(?:(?:is|are)\s+(?:(?:simply |just )?an?\s+(?!good|bad|way|number|case|problem|great|nice|common)"
    r"|the\s+(?!most|one|only|main|best|same|first|reason|case|problem|way|key|least|last)"
    r"|(?:\S+\s){1,3}(?:that|which|whose|for which|in which|where)\s|another\s|any\s|defined\s)"
    r"|means\s|refers to\s|denotes\s)",
    re.IGNORECASE,
)
_WEAK_TERMS = word_set(
    """there it this that what which here these they one if when since because as while although unless once after
    before where following value result reason problem difference idea
    goal purpose exception argument example solution trick rest answer default point way aim case effect output return
    interesting nice feature"""
)
_RUNS_ON = word_set(
    """by as is are with using of to the a an and or in on like be for follows following that then way this these use
    type write enter say get form forms command commands call calls syntax expression statement example examples code
    issue have has"""
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
    listing: str = ""
    """Id of the first block of the list that it belongs to; a list is told whole or not at all. "" for none."""
    exhibits: tuple[str, ...] = ()
    """Ids (``<document id>/<block id>``) of the figures, tables, equations and listings that it speaks of."""


def definition_term(text: str, language: str = "en") -> str:
    """Return the term that ``text`` defines, such as "index" in "An index is a table …"; "" if it defines nothing."""
    known = LANGUAGES.get(language)
    if language != "en":
        abroad = known.definition.match(text) if known and known.definition else None
        return abroad["term"] if abroad and len(abroad["term"].split()) <= 5 else ""
    found = _DEFINITION.match(text)
    term = found["term"].strip() if found and len(text.split()) >= LEAST_DEFINITION else ""
    words = term.lower().split()
    return term if 0 < len(words) <= 5 and not _WEAK_TERMS & set(words) else ""


def gather(material: Material) -> tuple[Candidate, ...]:
    """Return every sentence of the sections that were found that can be spoken, in reading order."""
    gatherer = _Gatherer(material)
    announcing = {
        document.id: frozenset(a.id for a, b in pairwise(document.blocks) if b.kind in EXHIBITS)
        for document in material.documents
    }
    for passage in _passages(material):
        gatherer.read(passage, material.blocks_of(passage), announcing[material.document_of(passage).id])
    return tuple(gatherer.found)


def _passages(material: Material) -> list[Passage]:
    """Return all passages of the sections in which a ranked passage stands, in reading order."""
    order = {document.id: place for place, document in enumerate(material.documents)}
    wanted = {(passage.id.rpartition(":")[0], passage.section) for passage in material.in_order}
    near = [passage for passage in material.passages if (passage.id.rpartition(":")[0], passage.section) in wanted]
    return sorted(near, key=lambda p: (order[material.document_of(p).id], p.chunk_index))


class _Gatherer:
    """Goes through passages and numbers what can be spoken."""

    def __init__(self, material: Material) -> None:
        self._material = material
        self.found: list[Candidate] = []

    def read(self, passage: Passage, blocks: Sequence[Block], announcing: frozenset[str]) -> None:
        """Take the sentences of one passage's prose; lists are taken as lists.

        ``announcing`` are the blocks that an exhibit follows; their last sentence may run into it.
        """
        place = 0
        while place < len(blocks):
            items = list(takewhile(lambda block: block.kind == "item", blocks[place:]))
            if items:
                self._read_list(passage, blocks[place - 1] if place else None, items)
            elif blocks[place].kind == "paragraph":
                self._read_prose(passage, blocks[place], blocks[place].id in announcing)
            place += max(len(items), 1)

    def _read_prose(self, passage: Passage, block: Block, announces: bool = False) -> None:
        previous, language = -1, self._language(passage)
        written = sentences(block.text)
        for place, sentence in enumerate(written):
            quote = find_quote(passage.text, sentence)
            text = named(sentence, block) if place == 0 else sentence
            text = ended(text) if announces and place == len(written) - 1 else text
            parts = spoken(text, block.kind == "item", language) if quote else ()
            previous = previous if parts else -1
            for part, text in enumerate(parts):
                needs = part > 0 or leans_back(without_joint(text, language), language)
                if needs and previous < 0:
                    break
                is_entry = place + part == 0 and block.name and text != sentence
                role: SentenceRole = "definition" if is_entry else role_of(text, language)
                said = _Said(text, quote, role, place + part == 0)
                previous = self._add(passage, block, said, previous if needs else -1)

    def _read_list(self, passage: Passage, before: Block | None, items: Sequence[Block]) -> None:
        lead = sentences(before.text)[-1] if before and before.text.rstrip().endswith(":") else ""
        language = self._language(passage)
        joined = joined_list(lead, [item.text for item in items], language)
        quote = find_quote(passage.text, " ".join([lead, *(item.text for item in items)])) if joined else ""
        if joined and quote and before:
            self._add(passage, before, _Said(joined, quote))
            return
        firsts = [sentences(item.text)[0] for item in items]
        opening = announced(lead, language)
        steps = [spoken(first, True, language) for first in firsts]
        whole = opening and 2 <= len(items) <= MOST_ITEMS and all(len(step) == 1 for step in steps)
        if not (whole and before):
            for item in items:
                self._read_prose(passage, item)
            return
        head = _Said(opening, find_quote(passage.text, lead))
        previous = self._add(passage, before, head, listing=items[0].id)
        for item, first, step in zip(items, firsts, steps, strict=True):
            said = _Said(step[0], find_quote(passage.text, first), "step")
            previous = self._add(passage, item, said, previous, items[0].id)

    def _language(self, passage: Passage) -> str:
        return self._material.document_of(passage).language or "en"

    def _add(self, passage: Passage, block: Block, said: "_Said", leans_on: int = -1, listing: str = "") -> int:
        number = len(self.found)
        self.found.append(
            Candidate(
                number=number,
                text=without_joint(said.text, self._language(passage)),
                joined=said.text,
                quote=said.quote,
                passage=passage.id,
                block=block,
                document=passage.id.rpartition(":")[0],
                role=said.role,
                opens=said.opens,
                leans_on=leans_on,
                listing=listing,
                exhibits=exhibits_of(self._material, passage, block, said.quote),
            )
        )
        return number


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence and what it restates."""

    text: str
    quote: str
    role: SentenceRole = "statement"
    opens: bool = False


def spoken(sentence: str, terse: bool = False, language: str = "en") -> tuple[str, ...]:
    """Return a written sentence as one or two that can be spoken; nothing if it cannot."""
    parts = split_long(polish(sentence))
    return parts if not any(fault(without_joint(part, language), terse, language) for part in parts) else ()


def named(sentence: str, block: Block) -> str:
    """Return the first sentence of an entry of a reference with its name made speakable: "heappush(): push …"."""
    head, colon, rest = sentence.partition(": ")
    if not colon or not block.name or head != block.name:
        return sentence
    name = re.split(r"[(\s]", head)[0].rpartition(".")[2]
    if not name[:1].isalpha():
        return ""
    return f"{name}{'()' if '(' in head else ''}: {rest[:1].lower()}{rest[1:]}"


def ended(sentence: str) -> str:
    """Return a sentence that runs into an exhibit, "R provides the t test:", as one that ends; itself otherwise."""
    bare_end = re.sub(r",?\s*\b(?:e\.g|i\.e|for example|for instance|such as|namely)[.,]*$", "", sentence.rstrip(": "))
    last = bare_end.split()[-1].lower() if bare_end else ""
    if not bare_end or bare_end[-1] in ".!?," or last in _RUNS_ON:
        return sentence
    return f"{bare_end}."


def announced(lead: str, language: str = "en") -> str:
    """Return the sentence that announces a list as one that ends; "" if it cannot be spoken."""
    text = polish(re.sub(r",?\s*(?:as follows|the following)?:$", ".", lead)) if lead else ""
    if text and text.rstrip(".").split()[-1].lower() in _RUNS_ON:
        return ""
    return text if text and not fault(text, language=language) else ""


def joined_list(lead: str, items: Sequence[str], language: str = "en") -> str:
    """Return a list of short phrases as one sentence, "It has three parts: a, b, and c."; "" if that reads badly."""
    phrases = [polish(item).rstrip(".;,") for item in items]
    short = 2 <= len(phrases) <= 5 and all(0 < len(phrase.split()) <= 7 for phrase in phrases)
    are_sentences = all(item.rstrip().endswith(".") for item in items)
    known = LANGUAGES.get(language)
    if not lead or not short or not known or are_sentences or any("," in phrase for phrase in phrases):
        return ""
    # German writes its nouns with a capital wherever they stand.
    kept = [language == "de" or phrase.split()[0][1:2].isupper() for phrase in phrases]
    small = [each if keeps else each[0].lower() + each[1:] for each, keeps in zip(phrases, kept, strict=True)]
    text = f"{polish(lead)} {frames.enumerated(small, known.phrases)}."
    return text if not fault(text, language=language) else ""


def role_of(text: str, language: str = "en") -> SentenceRole:
    """Return what a sentence of running text does: give an example, define a term, or state."""
    if _EXAMPLE.match(text):
        return "example"
    return "definition" if definition_term(without_joint(text, language), language) else "statement"
