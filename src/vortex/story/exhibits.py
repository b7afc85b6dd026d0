"""Which figure, table, equation or listing a sentence speaks of.

A sentence names its exhibit ("see Figure 3"), or the exhibit stands right after the paragraph, which is how authors
place what they have just announced.
"""

import re

from vortex.core.document import Block, Document, Passage
from vortex.story.material import Material

EXHIBITS = ("figure", "table", "equation", "code")
_MENTION = re.compile(r"\b(figure|fig\.|table|listing|equation|eq\.)\s+(\d[\d.]*\d|\d|[A-Z]\b)", re.IGNORECASE)
_FULL = {"fig.": "figure", "eq.": "equation"}


def exhibits_of(material: Material, passage: Passage, block: Block, quote: str) -> tuple[str, ...]:
    """Return the ids (``<document id>/<block id>``) of what a quote from ``block`` speaks of, named ones first."""
    document = material.document_of(passage)
    named = [found for mention in _MENTION.finditer(quote) if (found := _named(document, mention))]
    beside = _beside(document, block, quote)
    names = dict.fromkeys([*named, *([beside] if beside else [])])
    return tuple(f"{document.id}/{name}" for name in names)


def _named(document: Document, mention: re.Match[str]) -> str:
    kind = str(mention[1]).lower()
    wanted = f"{_FULL.get(kind, kind)} {mention[2]}".lower()
    return next((b.id for b in document.blocks if b.kind in EXHIBITS and b.name.lower().rstrip(".:") == wanted), "")


def _beside(document: Document, block: Block, quote: str) -> str:
    """Return the exhibit that follows ``block`` immediately, in its section; "" for none.

    An equation belongs to the sentence that runs into it, a listing or a figure to the whole paragraph.
    """
    places = {each.id: place for place, each in enumerate(document.blocks)}
    after = document.blocks[places[block.id] + 1 : places[block.id] + 2]
    runs_into = block.text.rstrip().endswith(quote.rstrip())
    beside = [b.id for b in after if b.kind in EXHIBITS and b.section == block.section]
    return next((name for b, name in zip(after, beside, strict=False) if b.kind != "equation" or runs_into), "")
