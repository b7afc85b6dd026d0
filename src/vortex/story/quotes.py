"""Where a quote stands: in its passage, in a block, on a page, and in which part of the block's box.

Sentences come with white space collapsed while passages keep theirs, and a typesetter's hyphen may or may not have
survived; so quotes are found by their words. A claim's box is the slice of the block in which the quoted lines stand:
the reader keeps boxes of blocks, and the lines' heights follow from how much text stands before the quote.
"""

import re
from dataclasses import dataclass

from vortex.core.document import Block, Box, Document, Passage
from vortex.story.material import Material

LINE_HEIGHT_PT = 13.0
"""A usual distance between lines of body text, where a page's size is known."""
_BREAK = "[\\s\u00ad\u0002\ufffe]+"


@dataclass(frozen=True, slots=True)
class Place:
    """The spot of a quote in its document."""

    document: Document
    block: Block
    page: int
    label: str
    boxes: tuple[Box, ...]


def find_quote(text: str, quote: str) -> str:
    """Return the exact substring of ``text`` that reads as ``quote`` with any white space; "" if there is none."""
    found = _search(text, quote)
    return found.group() if found else ""


def _search(text: str, quote: str) -> re.Match[str] | None:
    parts = [re.escape(part) for part in quote.split()]
    return re.search(_BREAK.join(parts), text) if parts else None


def locate(material: Material, passage: Passage, quote: str) -> Place | None:
    """Return where ``quote`` stands; the first block that holds it, or its first sentence, decides.

    A quote that runs over several blocks gets a box from each of them that lies on the page of the first.
    """
    document = material.document_of(passage)
    blocks = material.blocks_of(passage)
    for block in blocks:
        if found := _search(block.text, quote):
            share = (found.start() / len(block.text), found.end() / len(block.text))
            return _place(document, block, _slices(document, block, *share))
    within = [block for block in blocks if block.text and _search(quote, block.text)]
    if not within:
        return None
    same_page = [block for block in within if block.page == within[0].page]
    return _place(document, within[0], tuple(block.box for block in same_page if block.box))


def _place(document: Document, block: Block, boxes: tuple[Box, ...]) -> Place:
    labels = {page.index: page.label for page in document.pages}
    return Place(document, block, block.page, labels.get(block.page, ""), boxes)


def _slices(document: Document, block: Block, start: float, end: float) -> tuple[Box, ...]:
    """Return the box of the lines that hold the text between two fractions of a block's text."""
    if block.box is None:
        return ()
    heights = {page.index: page.height_pt for page in document.pages}
    height = block.box.bottom - block.box.top
    lines = max(1, round(height * heights.get(block.page, 0.0) / LINE_HEIGHT_PT))
    first, last = int(start * lines + 0.1), max(int(start * lines) + 1, -int(-end * lines // 1))
    top = block.box.top + height * min(first, lines - 1) / lines
    bottom = block.box.top + height * min(last, lines) / lines
    return (Box(block.box.left, top, block.box.right, bottom),)
