"""Which figure, table, equation or listing a sentence speaks of.

A sentence names its exhibit ("see Figure 3"), or its paragraph does; or the exhibit stands right after the paragraph,
which is how authors place what they have just announced; or a figure near by has a caption that speaks of the same.
"""

import re
from collections.abc import Sequence

from vortex.core.document import Block, Document, Passage
from vortex.core.text import content_words, sentences
from vortex.story.material import Material

EXHIBITS = ("figure", "table", "equation", "code")
_MENTION = re.compile(r"\b(figure|fig\.|table|listing|equation|eq\.)\s+(\d[\d.]*\d|\d|[A-Z]\b)", re.IGNORECASE)
NEAR_BLOCKS = 3
"""A figure so many blocks before or after a paragraph may belong to it."""
SHARED = 0.6
"""Share of a caption's content words that a sentence must hold for the figure to be what it speaks of."""
_FULL = {"fig.": "figure", "eq.": "equation"}


def exhibits_of(material: Material, passage: Passage, block: Block, quote: str) -> tuple[str, ...]:
    """Return the ids (``<document id>/<block id>``) of what a quote from ``block`` speaks of, named ones first."""
    document = material.document_of(passage)
    before, after = material.around(document, block, NEAR_BLOCKS)
    found = [
        *_mentioned(document, quote),
        _beside(block, after[:1], quote),
        *_mentioned(document, _next_to(block.text, quote), ("figure",)),
        *_alike((*before, *after), block, quote, document.language),
    ]
    return tuple(f"{document.id}/{name}" for name in dict.fromkeys(filter(None, found)))


def _mentioned(document: Document, text: str, kinds: tuple[str, ...] = EXHIBITS) -> list[str]:
    return [name for mention in _MENTION.finditer(text) if (name := _named(document, mention, kinds))]


def _next_to(text: str, quote: str) -> str:
    """Return the sentences of a paragraph right before and after those of a quote: what they show, it speaks of."""
    written = sentences(text)
    spots = [place for place, each in enumerate(written) if each in quote or quote in each]
    near = {spot + step for spot in spots for step in (-1, 1)}
    return " ".join(each for place, each in enumerate(written) if place in near)


def _named(document: Document, mention: re.Match[str], kinds: tuple[str, ...]) -> str:
    kind = str(mention[1]).lower()
    wanted = f"{_FULL.get(kind, kind)} {mention[2]}".lower()
    return next((b.id for b in document.blocks if b.kind in kinds and b.name.lower().rstrip(".:") == wanted), "")


def _beside(block: Block, after: Sequence[Block], quote: str) -> str:
    """Return the exhibit that follows ``block`` immediately, in its section; "" for none.

    An equation belongs to the sentence that runs into it, a listing or a figure to the whole paragraph.
    """
    runs_into = block.text.rstrip().endswith(quote.rstrip())
    beside = [b for b in after if b.kind in EXHIBITS and b.section == block.section]
    return next((b.id for b in beside if b.kind != "equation" or runs_into), "")


def _alike(near: Sequence[Block], block: Block, quote: str, language: str) -> list[str]:
    """Return the figures among the blocks ``near`` whose captions say what the quote says, best first."""
    figures = [each for each in near if each.kind == "figure" and each.image and each.section == block.section]
    if not figures:
        return []
    said = set(content_words(quote, language))
    shares: dict[str, float] = {}
    for each in figures:
        caption = set(content_words(each.text.removeprefix(each.name), language))
        shares[each.id] = len(caption & said) / len(caption) if len(caption & said) >= 2 else 0.0
    return sorted((name for name, share in shares.items() if share >= SHARED), key=lambda name: -shares[name])
