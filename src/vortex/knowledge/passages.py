"""Cuts a document into passages: whole paragraphs of one section, grouped until they are worth finding.

Short paragraphs are merged with their neighbours, never dropped: dropping those under a length was measured to lose a
sixth of the evidence before any search begins. What is no prose is kept apart with its reason, so that nothing
disappears silently.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vortex.core.document import Block, Box, Document, Passage
from vortex.core.settings import PassageSettings
from vortex.core.text import count_words, sentences
from vortex.knowledge.rejects import Duplicates, flaw

_PROSE = ("paragraph", "item", "footnote", "caption")


@dataclass(frozen=True, slots=True)
class Rejected:
    """A stretch of text that is no evidence, and why."""

    reason: str
    """``toc``, ``index``, ``bibliography``, ``header``, ``ocr_noise``, ``low_alpha``, ``high_digit`` or
    ``near_duplicate``."""
    text: str
    page: int
    label: str


@dataclass(frozen=True, slots=True)
class Passages:
    """What a document gave."""

    kept: tuple[Passage, ...]
    rejected: tuple[Rejected, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A paragraph, or a part of a long one."""

    block: Block
    text: str
    num_words: int


def make_passages(document: Document, settings: PassageSettings | None = None) -> Passages:
    """Cut ``document`` into passages.

    Returns:
        Passages that hold every word of the document's prose in reading order, except what is rejected with a reason.

    Raises:
        ConfigError: the settings contradict each other.
    """
    settings = settings or PassageSettings()
    labels = {page.index: page.label for page in document.pages}
    rejected = [
        Rejected(aside.reason, aside.text, aside.page, labels.get(aside.page, "")) for aside in document.set_aside
    ]
    pieces: list[_Piece] = []
    duplicates = Duplicates()
    for block in document.blocks:
        reason = _reason_against(block, duplicates)
        if reason:
            rejected.append(Rejected(reason, block.text, block.page, labels.get(block.page, "")))
        elif block.kind in _PROSE:
            pieces += _split(block, settings)
    kept, start = [], 0
    for index, group in enumerate(_groups(pieces, settings)):
        passage = _passage(document, labels, index, start, group)
        start = passage.end_word
        kept.append(passage)
    return Passages(tuple(kept), tuple(rejected))


def _reason_against(block: Block, duplicates: Duplicates) -> str:
    if block.kind not in _PROSE:
        return ""
    return flaw(block.text) or ("near_duplicate" if duplicates.seen(block.text) else "")


def _split(block: Block, settings: PassageSettings) -> Iterable[_Piece]:
    """Split a paragraph that is too long into pieces of whole sentences, as even as they come."""
    total = count_words(block.text)
    if total <= settings.max_words or not settings.split_long:
        return [_Piece(block, block.text, total)]
    parts = -(-total // settings.max_words)
    left, pieces, pending, size = total, list[_Piece](), list[str](), 0
    for sentence in _sentences(block.text, settings.max_words):
        length = count_words(sentence)
        even = left / max(1, parts - len(pieces))
        full = len(pieces) + 1 < parts and size + length / 2 > even
        if pending and (full or size + length > settings.max_words):
            pieces.append(_Piece(block, " ".join(pending), size))
            left, pending, size = left - size, [], 0
        pending.append(sentence)
        size += length
    return [*pieces, _Piece(block, " ".join(pending), size)]


def _sentences(text: str, most: int) -> Iterator[str]:
    """Yield sentences; one above ``most`` words, as in text without full stops, is cut between words."""
    for sentence in sentences(text):
        parts = sentence.split()
        if len(parts) <= most:
            yield sentence
        else:
            yield from (" ".join(parts[at : at + most]) for at in range(0, len(parts), most))


def _groups(pieces: Iterable[_Piece], settings: PassageSettings) -> Iterator[list[_Piece]]:
    """Group pieces of one section; a small rest joins the group before it where that stays in bounds."""
    for section in _sections(pieces):
        groups: list[list[_Piece]] = []
        for piece in section:
            size = sum(other.num_words for other in groups[-1]) if groups else settings.min_words
            if groups and size < settings.min_words and size + piece.num_words <= settings.max_words:
                groups[-1].append(piece)
            else:
                groups.append([piece])
        yield from groups


def _sections(pieces: Iterable[_Piece]) -> Iterator[list[_Piece]]:
    current: list[_Piece] = []
    for piece in pieces:
        if current and piece.block.section != current[-1].block.section:
            yield current
            current = []
        current.append(piece)
    if current:
        yield current


def _passage(document: Document, labels: dict[int, str], index: int, start: int, group: list[_Piece]) -> Passage:
    blocks = list(dict.fromkeys(piece.block for piece in group))
    pages = tuple(sorted({block.page for block in blocks}))
    boxes: tuple[tuple[int, Box], ...] = tuple((block.page, block.box) for block in blocks if block.box)
    return Passage(
        id=f"{document.id}:{index}",
        source=document.path.replace("\\", "/").rsplit("/", 1)[-1],
        chunk_index=index,
        start_word=start,
        end_word=start + sum(piece.num_words for piece in group),
        pages=pages,
        labels=tuple(labels.get(page, "") for page in pages),
        boxes=boxes,
        section=group[0].block.section,
        text="\n\n".join(piece.text for piece in group),
        blocks=tuple(block.id for block in blocks),
    )
