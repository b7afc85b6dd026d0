"""Reads plain text: paragraphs between empty lines, headings by their shape, lists by their marks."""

import itertools
import re

from vortex.core.text import sentences, words
from vortex.knowledge.readers.structure import BlockList

_NAMED = re.compile(
    r"(?P<word>part|book|chapter|article|title|section|appendix|amendment|act|scene|canto|teil|kapitel|artikel|chapitre|partie"
    r"|capítulo|artículo|sección|parte|capitolo|articolo|часть|глава|статья|раздел)\s+(?:\d+|[IVXLC]+)\b\.?",
    re.IGNORECASE,
)
_DEPTHS = {"part": 1, "book": 1, "title": 1, "teil": 1, "partie": 1, "parte": 1, "часть": 1, "section": 3, "scene": 3}
_NUMBERED = re.compile(r"(?P<number>\d+(?:\.\d+)*)\.?\s+\S")
_ITEM = re.compile(r"(?:[-*•·–]|\(?(?:\d{1,2}|[a-z])[.)])\s+(?=\S)")
_BROKEN = re.compile(r"(\w)-\n\s*(?=[a-zà-ÿа-я])")
_CLAUSE = re.compile(r"\b(?:shall|will|must|may|can|cannot)\b")
"""Verbs that titles write with a capital, and old laws, full of capitals as they are, do not."""
_UNDERLINE = re.compile(r"[=\-~^#*]{3,}\s*$")


def read_text(text: str) -> BlockList:
    """Read plain text into blocks."""
    found = BlockList()
    for group in _groups(text):
        _add(found, group)
    return found


def _groups(text: str) -> list[list[str]]:
    """Split into groups of lines at empty lines; form feeds are empty lines."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n").expandtabs(4).split("\n")
    groups: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            groups[-1].append(line.rstrip())
        elif groups[-1]:
            groups.append([])
    return [group for group in groups if group]


def _add(found: BlockList, group: list[str]) -> None:
    if len(group) == 2 and _UNDERLINE.fullmatch(group[1].strip()):
        found.heading(group[0].strip(), 1 if group[1].strip()[0] == "=" else 2)
        return
    if len(group) >= 2 and (level := _level(group[0], alone=False)):
        found.heading(group[0].strip(), level)
        group = group[1:]
    elif len(group) <= 2 and (level := _level(" ".join(group), alone=True)):
        found.heading(" ".join(" ".join(group).split()), level)
        return
    if _is_code(group):
        found.add("code", "\n".join(group))
        return
    for part in _items(group):
        marked = _ITEM.match(part)
        text = _unwrap(part[marked.end() :] if marked else part)
        found.add(
            "item" if marked and len(_items(group)) > 1 else "paragraph",
            text if len(_items(group)) > 1 else _unwrap(part),
        )


def _level(line: str, *, alone: bool) -> int:
    """Return the level of a line that is shaped like a heading, else 0."""
    text = " ".join(line.split())
    tokens = words(text)
    if not tokens or len(text) > 90 or text.endswith((",", ";", ":")):
        return 0
    if (match := _NAMED.match(text)) and len(tokens) <= 12 and (alone or match.end() >= len(text) - 1):
        return _DEPTHS.get(match["word"].lower(), 2)
    if not alone or text.endswith((".", "!", "?")):
        return 0
    if (number := _NUMBERED.match(text)) and len(tokens) <= 12:
        return number["number"].count(".") + 1
    capital = sum(1 for token in tokens if token[0].isupper() or token[0].isdigit())
    letters = [char for char in text if char.isalpha()]
    if letters and all(char.isupper() for char in letters) and len(tokens) <= 12:
        return 1
    is_title = len(tokens) <= 10 and capital >= 0.6 * len(tokens) and text[0].isupper()
    return 2 if is_title and not _CLAUSE.search(text) and len(sentences(text)) == 1 else 0


def _is_code(group: list[str]) -> bool:
    indented = all(line.startswith("    ") for line in group)
    return indented and sum(1 for line in group if re.search(r"[{}();=<>]|^\s*[$>#]", line)) >= 0.5 * len(group)


def _items(group: list[str]) -> list[str]:
    """Split a group at lines that open with a list mark, when at least two do."""
    starts = [place for place, line in enumerate(group) if _ITEM.match(line.strip())]
    if len(starts) < 2:
        return ["\n".join(line.strip() for line in group)]
    edges = [0, *[start for start in starts if start], len(group)]
    return ["\n".join(line.strip() for line in group[low:high]) for low, high in itertools.pairwise(edges)]


def _unwrap(text: str) -> str:
    return " ".join(_BROKEN.sub(r"\1", text).split())
