"""What a writer may use: the documents that were read and the passages that were found in them.

Searching is another room's work; this one is handed its result as plain values. Everything that a film asserts must
stand in one of these passages, so the material also answers where a quote stands: on which page, under which label
and in which boxes.
"""

from dataclasses import dataclass
from functools import cached_property

from vortex.core.document import Block, Document, Passage


@dataclass(frozen=True)
class Material:
    """Documents, their passages, and the order in which the passages matter."""

    documents: tuple[Document, ...]
    passages: tuple[Passage, ...]
    ranked: tuple[str, ...] = ()
    """Ids of passages, most relevant first; document order where the film is about the whole document."""
    topic: str = ""
    """What the passages were searched for; "" for the whole document."""
    traces: tuple[str, ...] = ()
    """Ids of documents that no one wrote: what a computation recorded of itself."""

    @cached_property
    def by_id(self) -> dict[str, Passage]:
        """Passages by id."""
        return {passage.id: passage for passage in self.passages}

    @cached_property
    def _documents_by_id(self) -> dict[str, Document]:
        return {document.id: document for document in self.documents}

    @cached_property
    def _blocks(self) -> dict[str, dict[str, Block]]:
        return {document.id: {block.id: block for block in document.blocks} for document in self.documents}

    @cached_property
    def _places(self) -> dict[str, dict[str, int]]:
        return {
            document.id: {block.id: place for place, block in enumerate(document.blocks)} for document in self.documents
        }

    @cached_property
    def in_order(self) -> tuple[Passage, ...]:
        """The ranked passages, most relevant first; all passages where none is ranked."""
        if not self.ranked:
            return self.passages
        return tuple(self.by_id[name] for name in self.ranked if name in self.by_id)

    def document_of(self, passage: Passage) -> Document:
        """Return the document that a passage was cut from."""
        return self._documents_by_id[passage.id.rpartition(":")[0]]

    def blocks_of(self, passage: Passage) -> tuple[Block, ...]:
        """Return the blocks that a passage covers, in reading order."""
        blocks = self._blocks[self.document_of(passage).id]
        return tuple(blocks[name] for name in passage.blocks if name in blocks)

    def around(self, document: Document, block: Block, reach: int) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
        """Return up to ``reach`` blocks before and after ``block``, each in reading order."""
        place = self._places[document.id][block.id]
        return document.blocks[max(0, place - reach) : place], document.blocks[place + 1 : place + 1 + reach]

    def exhibit(self, name: str) -> tuple[Document, Block] | None:
        """Return the document and block behind ``<document id>/<block id>``, or ``None`` if there is no such block."""
        document, _, block = name.partition("/")
        found = self._blocks.get(document, {}).get(block)
        return (self._documents_by_id[document], found) if found else None
