"""Running heads and feet, and the page labels printed in them, found by position and repetition over all pages.

The label table inside a PDF is often wrong, and a word such as "chapter" may stand anywhere in prose. What cannot lie
is the sequence: a number that stands at the top or bottom edge of many pages and grows by one from page to page is the
printed label, and a line that comes back at the same height of many pages is a running head.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from vortex.core.units import roman_value
from vortex.knowledge.pdf.lines import Line, PdfPage

_EDGE = 0.14
"""Share of the page's height, at the top and at the bottom, where running heads and feet may stand."""
_SIGNS = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_MIN_SUPPORT = 2


@dataclass(frozen=True, slots=True)
class _Candidate:
    written: str
    kind: str
    value: int

    def offset(self, index: int) -> tuple[str, int]:
        return self.kind, self.value - index


@dataclass(frozen=True)
class Furniture:
    """What was found at the edges of all pages."""

    labels: tuple[str, ...]
    """Printed label of every page; "" where neither a printed number nor its neighbours tell one."""
    running: tuple[frozenset[Line], ...]
    """Segments of every page that are running heads, feet or page numbers."""


def find_furniture(pages: Sequence[PdfPage]) -> Furniture:
    """Find the running heads and feet and the printed labels of all pages of one document."""
    edges = [_edge_rows(page) for page in pages]
    candidates = [[found for row in rows for found in _candidates(row)] for rows in edges]
    chosen = _choose(candidates)
    repeated = _repeated(edges)
    slots = Counter(
        _slot(row) for rows, label in zip(edges, chosen, strict=True) for row in rows if label and _carries(row, label)
    )
    running = []
    for page, rows, label in zip(pages, edges, chosen, strict=True):
        mine: set[Line] = set()
        for row in rows:
            if _is_numbered(row, label, slots[_slot(row)], page) or _key(row) in repeated:
                mine.update(row)
        running.append(frozenset(mine))
    return Furniture(tuple(_fill(chosen)), tuple(running))


def _edge_rows(page: PdfPage) -> list[list[Line]]:
    """Return the outermost rows of segments: at most three at the top and three at the bottom edge."""
    ordered = sorted(page.segments, key=lambda line: line.baseline)
    rows = [list(row) for _, row in groupby(ordered, key=lambda line: round(line.baseline / 3))]
    top = [row for row in rows[:3] if row[0].baseline < _EDGE * page.height]
    bottom = [row for row in rows[-3:] if row[0].baseline > (1 - _EDGE) * page.height]
    if not bottom and rows and rows[-1][0].baseline > 0.7 * page.height and _is_number(rows[-1]):
        bottom = rows[-1:]
    return top + [row for row in bottom if row not in top]


def _is_number(row: list[Line]) -> bool:
    return len(row) == 1 and " " not in row[0].text and _read(row[0].text.strip("-–— ")) is not None


def _candidates(row: list[Line]) -> Iterable[_Candidate]:
    text = " ".join(line.text for line in sorted(row, key=lambda line: line.left))
    tokens = [token.strip("-–—|·•[]()., ") for token in text.split()]
    for token in dict.fromkeys([*tokens[:2], *tokens[-1:]]):
        if found := _read(token):
            yield found


def _read(token: str) -> _Candidate | None:
    if token.isascii() and token.isdigit() and len(token) <= 4:
        return _Candidate(token, "arabic", int(token))
    if value := roman_value(token):
        return _Candidate(token, "roman" if token.islower() else "ROMAN", value)
    match = re.fullmatch(r"([A-Z]|\d{1,2})[-.–](\d{1,3})", token)
    return _Candidate(token, match[1] + "-", int(match[2])) if match else None


def _choose(candidates: list[list[_Candidate]]) -> list[_Candidate | None]:
    """Choose for every page the number that most of its neighbours continue."""
    support: dict[tuple[str, int], list[int]] = defaultdict(list)
    for index, found in enumerate(candidates):
        for offset in {candidate.offset(index) for candidate in found}:
            support[offset].append(index)

    def neighbours(index: int, candidate: _Candidate) -> int:
        return sum(1 for other in support[candidate.offset(index)] if 0 < abs(other - index) <= 8)

    chosen: list[_Candidate | None] = []
    for index, found in enumerate(candidates):
        best = max(found, key=lambda candidate: neighbours(index, candidate), default=None)
        chosen.append(best if best and neighbours(index, best) >= _MIN_SUPPORT - (len(candidates) <= 2) else None)
    return chosen


def _fill(chosen: list[_Candidate | None]) -> Iterable[str]:
    """Give unnumbered pages (chapter openings, full-page figures) the label that their neighbours imply."""
    for index, here in enumerate(chosen):
        if here:
            yield here.written
            continue
        before = next((place for place in range(index - 1, max(-1, index - 6), -1) if chosen[place]), None)
        after = next((place for place in range(index + 1, min(len(chosen), index + 6)) if chosen[place]), None)
        yield _between(chosen, before, index, after)


def _between(chosen: list[_Candidate | None], before: int | None, index: int, after: int | None) -> str:
    first = chosen[before] if before is not None else None
    last = chosen[after] if after is not None else None
    if first and last and before is not None and after is not None and first.offset(before) == last.offset(after):
        return _write(first.kind, first.value + index - before)
    if first is None and last and after is not None and index == 0 and last.value - after == 1:
        return _write(last.kind, 1)
    return ""


def _write(kind: str, value: int) -> str:
    if kind == "arabic":
        return str(value)
    if kind.endswith("-"):
        return f"{kind}{value}"
    text = ""
    for size, sign in _SIGNS:
        while value >= size:
            text, value = text + sign, value - size
    return text.upper() if kind == "ROMAN" else text


def _carries(row: list[Line], label: _Candidate) -> bool:
    return any(candidate == label for candidate in _candidates(row))


def _is_numbered(row: list[Line], label: _Candidate | None, pages_alike: int, page: PdfPage) -> bool:
    if label is None or not _carries(row, label):
        return False
    alone = len(row) == 1 and len(row[0].text.split()) == 1
    return alone or (pages_alike >= _MIN_SUPPORT and _is_short(row, page))


def _slot(row: list[Line]) -> int:
    return round(row[0].baseline / 3)


def _key(row: list[Line]) -> tuple[int, str]:
    text = " ".join(line.text for line in row).lower()
    return _slot(row), re.sub(r"\d+|\b[ivxlc]+\b", "#", text)


def _repeated(edges: list[list[list[Line]]]) -> set[tuple[int, str]]:
    counts = Counter(key for rows in edges for key in {_key(row) for row in rows})
    enough = 2 if len(edges) <= 6 else 3
    return {key for key, count in counts.items() if count >= enough}


def _is_short(row: list[Line], page: PdfPage) -> bool:
    return sum(len(line.text) for line in row) < 140 and (row[0].top < page.height / 2 or len(row) <= 3)
