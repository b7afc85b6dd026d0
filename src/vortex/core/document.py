"""The words for what was read: documents, pages, blocks and passages.

They live on the lowest floor because reading, telling, drawing and checking all speak of the same page. All values
are frozen; positions are fractions of the page, so they survive any rendering resolution.
"""

from dataclasses import dataclass
from typing import Literal

BlockKind = Literal["heading", "paragraph", "item", "figure", "table", "equation", "code", "caption", "footnote"]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, as fractions of its width and height; (0, 0) is the top-left corner."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a document: its place in the file and the label that a reader sees printed on it."""

    index: int
    """Place in the file, from 0."""
    label: str
    """What is printed on the page ("37", "iv"); index plus one where nothing is printed; "" for pageless sources."""
    width_pt: float = 0.0
    height_pt: float = 0.0


@dataclass(frozen=True, slots=True)
class Block:
    """One unit of a page's content, in reading order."""

    id: str
    """Unique within the document and stable for the same bytes, such as ``b0042``."""
    kind: BlockKind
    text: str
    """Plain text with hyphenation repaired; of a figure, its caption; of an equation, its source or text layer."""
    page: int = 0
    """Index of the page where the block starts."""
    box: Box | None = None
    """Where it stands on the page; ``None`` for pageless sources."""
    section: tuple[str, ...] = ()
    """Titles of the enclosing headings, outermost first."""
    level: int = 0
    """Depth of a heading (1 is outermost); 0 for everything else."""
    name: str = ""
    """How the document calls it, such as "Figure 3"; "" when it has no name."""
    rows: tuple[tuple[str, ...], ...] = ()
    """Cells of a table; the first row is the header."""
    image: str = ""
    """File name of the picture inside the folder that was handed to the reader; "" when none was cut out."""
    language: str = ""
    """Programming language of a code block, when known."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """Something that was read but is no prose of the document."""

    reason: Literal["toc", "index", "bibliography", "header"]
    text: str
    page: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """A source as it was read."""

    id: str
    """First 16 hex digits of the SHA-256 of the file's bytes, unpacked where it is gzip-packed."""
    path: str
    title: str
    language: str
    """ISO 639-1 code of the text's main language; "" when it cannot be told."""
    pages: tuple[Page, ...]
    blocks: tuple[Block, ...]
    warnings: tuple[str, ...] = ()
    """What a user should know about the reading, in whole sentences."""
    set_aside: tuple[SetAside, ...] = ()
    """Running heads, tables of contents, indexes and bibliographies; not among ``blocks``."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a document's prose, small enough to search for and to quote from."""

    id: str
    """Unique over all documents: ``<document id>:<chunk index>``."""
    source: str
    """File name of the document."""
    chunk_index: int
    start_word: int
    """First word, counted from 0 over the whole kept text of the document."""
    end_word: int
    """One past the last word."""
    pages: tuple[int, ...]
    labels: tuple[str, ...]
    """Printed labels of ``pages``, in the same order."""
    boxes: tuple[tuple[int, Box], ...]
    """(page index, box) of every block that the passage covers."""
    section: tuple[str, ...]
    text: str
    """The paragraphs, joined by a blank line."""
    blocks: tuple[str, ...] = ()
    """Ids of the blocks that the passage covers."""
