"""Tables of contents, indexes and bibliographies: found by how lines end, where they stand and how they repeat."""

import itertools
import re
from collections.abc import Sequence

from vortex.knowledge.pdf.draft import Draft
from vortex.knowledge.pdf.lines import Line

_LEADER = re.compile(r"(?:\.\s?){4,}|(?:\s\.){3,}|…{2,}")
_ENDS_IN_PAGE = re.compile(r"(?:^|[\s.,])(?:\d{1,4}|[ivxlc]{1,6})$")
_INDEX_ENTRY = re.compile(r"[^\d\s].*[,\s.]\d{1,4}(?:[-–]\d{1,4})?(?:,\s*\d{1,4}(?:[-–]\d{1,4})?)*,?$")
_CITED = re.compile(r"^\[[^\]]{1,12}\]|^[A-Z][\w'’-]+,? (?:[A-Z]\.[ -]?)+|^(?:[A-Z]\. ?)+[A-Z][\w'’-]+")
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d[a-z]?\b")
_MIN_LINES = 5
_LATE = 0.6
"""Share of the document before which there is no index or bibliography at the end."""


def listing_of(lines: Sequence[Line], index: int, num_pages: int) -> str:
    """Return ``toc`` or ``index`` when most lines of a page are entries that end in page numbers, else ""."""
    texts = [line.text.strip() for line in lines]
    if len(texts) < _MIN_LINES:
        return ""
    numbered = [text for text in texts if text[-1:].isalnum() and _ENDS_IN_PAGE.search(text)]
    if len(numbered) < _MIN_LINES:
        return ""
    led = sum(1 for text in numbered if _LEADER.search(text))
    late = index >= _LATE * num_pages and num_pages > 6
    entries = sum(1 for text in numbered if len(text) < 70 and _INDEX_ENTRY.search(text))
    if late and led + entries >= 0.5 * len(texts) and led + entries >= _MIN_LINES:
        return "index"
    rising = _rising([number for number in map(_page_number, numbered) if number])
    if led >= 0.4 * len(texts) or (
        len(numbered) >= 0.7 * len(texts) and rising and not late and led + entries >= _MIN_LINES
    ):
        return "toc"
    return ""


def _page_number(text: str) -> int:
    last = re.split(r"[\s.,]", text)[-1]
    return int(last) if last.isdigit() else 0


def _rising(numbers: list[int]) -> bool:
    if len(numbers) < _MIN_LINES:
        return False
    steps = list(itertools.pairwise(numbers))
    return sum(1 for first, second in steps if first <= second) >= 0.9 * len(steps)


def mark_listings(drafts: Sequence[Draft], num_pages: int) -> None:
    """Mark tables of contents and indexes that fill only a part of a page, and bibliographies, section by section."""
    for section in _sections(drafts):
        lines = [line for draft in section if draft.kind != "heading" for line in draft.lines]
        if not lines:
            continue
        pages = {draft.page for draft in section}
        reason = listing_of(lines, min(pages), num_pages) or _bibliography(section, num_pages)
        if reason:
            for draft in section:
                draft.aside = reason


def _sections(drafts: Sequence[Draft]) -> list[list[Draft]]:
    sections: list[list[Draft]] = []
    for draft in drafts:
        if draft.aside:
            continue
        if draft.kind == "heading" or not sections:
            sections.append([])
        sections[-1].append(draft)
    return sections


def _bibliography(section: Sequence[Draft], num_pages: int) -> str:
    prose = [draft for draft in section if draft.kind in ("paragraph", "item")]
    late = bool(prose) and prose[0].page >= 0.4 * num_pages
    cited = [draft for draft in prose if (_CITED.match(draft.text) or draft.name) and _YEAR.search(draft.text)]
    named = [draft for draft in prose if _CITED.match(draft.text)]
    return "bibliography" if late and len(cited) >= max(3, 0.55 * len(prose)) and len(named) >= 2 else ""
