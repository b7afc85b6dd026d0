"""From the lines of a page to its blocks: lines of one kind that belong together become one draft.

Whether a line goes on with the block before it is told by its indent and by the distance to the line above, each
against what is usual in the column.
"""

import itertools
import re
from collections.abc import Sequence

from vortex.core.document import BlockKind
from vortex.knowledge.captions import CAPTION, caption_name
from vortex.knowledge.pdf.draft import Draft
from vortex.knowledge.pdf.kinds import (
    BULLET,
    NUMBERED,
    PROMPT,
    TERM_CHARS,
    Column,
    find_kinds,
    follows,
    measure,
    term_of,
)
from vortex.knowledge.pdf.lines import Line, Region
from vortex.knowledge.pdf.style import Body
from vortex.knowledge.pdf.tables import find_open_tables, has_cells

_BROKEN_ADDRESS = re.compile(r"(?:://|www\.)\S*[./_-]$")


def flow(lines: Sequence[Line], body: Body, page: int, footnotes_below: float) -> list[Draft]:
    """Group the lines of one page, in reading order, into drafts.

    Args:
        lines: as ``read_lines`` returns them.
        body: the document's body text.
        page: index of the page.
        footnotes_below: distance from the top of the page, in points, of the rule above the footnotes; the page's
            height when there is none.
    """
    column = measure(lines, body)
    drafts: list[Draft] = []
    start = 0
    for table in find_open_tables(lines):
        drafts += _blocks(lines[start : table.start], body, column, page, footnotes_below)
        region = Region.around(table.lines)
        drafts.append(Draft("table", page, region, table.lines, rows=table.rows))
        start = table.start + len(table.lines)
    return drafts + _blocks(lines[start:], body, column, page, footnotes_below)


def _blocks(lines: Sequence[Line], body: Body, column: Column, page: int, footnotes_below: float) -> list[Draft]:
    kinds = find_kinds(lines, body, column, footnotes_below)
    groups: list[list[int]] = []
    for place, line in enumerate(lines):
        before = [lines[at] for at in groups[-1]] if groups else []
        same = bool(before) and kinds[place] == kinds[place - 1] and _joins(before, line, kinds[place], column)
        if same or (before and _is_item_rest(lines, kinds, groups[-1], place, column)):
            groups[-1].append(place)
        else:
            groups.append([place])
    return _join_terms([_draft(kinds[group[0]], [lines[at] for at in group], page) for group in groups], column)


def _join_terms(drafts: list[Draft], column: Column) -> list[Draft]:
    """Make one list item of terms in typewriter type at the margin and the indented text right below them."""
    joined: list[Draft] = []
    for draft in drafts:
        terms = joined[-1] if joined else None
        if terms and draft.kind == "paragraph" and _explains(draft, terms, column):
            name = ", ".join(line.text.strip() for line in terms.lines)
            region = terms.region.union(draft.region)
            joined[-1] = Draft(
                "item", draft.page, region, terms.lines + draft.lines, f"{name}: {draft.text}", name=name
            )
        else:
            joined.append(draft)
    return joined


def _explains(draft: Draft, terms: Draft, column: Column) -> bool:
    short = len(terms.lines) <= 4 and all(
        len(line.text) <= TERM_CHARS and not PROMPT.match(line.text) for line in terms.lines
    )
    hanging = draft.region.left > terms.region.left + 1.5 * draft.lines[0].size
    below = 0 < draft.lines[0].baseline - terms.lines[-1].baseline < 1.6 * column.leading
    return terms.kind == "code" and short and hanging and below and terms.region.left < column.left + 6


def _joins(group: Sequence[Line], line: Line, kind: BlockKind, column: Column) -> bool:
    """Return whether a line of the same kind goes on with the block."""
    last = group[-1]
    step = line.baseline - last.baseline
    if kind == "code":
        return 0 < step < 2.3 * column.leading
    if kind == "heading":
        return (
            0 < step < 1.6 * line.size
            and abs(line.size - last.size) < 0.3
            and len(group) < 3
            and _same_weight(last, line)
        )
    if kind == "equation":
        return abs(step) < 2.2 * column.leading
    if kind == "caption":
        return follows(last, line, column) and not CAPTION.match(line.text)
    if kind == "footnote":
        return not line.mark and not re.match(r"\d{1,2}\s", line.text) and step < 1.6 * column.leading
    if kind == "item" or not _goes_on(last, line, step, column):
        return False
    indent = line.left - (min(other.left for other in group[1:]) if len(group) > 1 else last.left)
    return not (0.9 * line.size < indent < 5 * line.size) and not _broke_off(last, line, column)


def _same_weight(first: Line, second: Line) -> bool:
    return (first.share("bold") > 0.5) == (second.share("bold") > 0.5)


def _goes_on(last: Line, line: Line, step: float, column: Column) -> bool:
    same_size = abs(line.size - last.size) < 0.12 * max(line.size, last.size)
    return same_size and 0 < step < 1.25 * max(column.leading, 1.05 * line.size)


def _broke_off(last: Line, line: Line, column: Column) -> bool:
    """Return whether the line before ended a paragraph: it is short, its sentence ends, and a new one begins."""
    width = column.right - column.left
    short = last.right < min(column.right, max(line.right, last.left + 0.5 * width)) - 0.2 * width
    return short and last.text.rstrip().endswith((".", ":", "!", "?", "”")) and not line.text[:1].islower()


def _is_item_rest(lines: Sequence[Line], kinds: list[BlockKind], group: list[int], place: int, column: Column) -> bool:
    """Return whether a paragraph line is the hanging rest of the list item before it."""
    line, last, first = lines[place], lines[group[-1]], lines[group[0]]
    if kinds[group[0]] != "item" or kinds[place] != "paragraph":
        return False
    hanging = line.left > first.left + 0.6 * line.size or (len(group) > 1 and abs(line.left - last.left) < 1)
    level = len(group) == 1 or abs(line.left - lines[group[1]].left) < 0.8 * line.size
    return hanging and level and _goes_on(last, line, line.baseline - last.baseline, column)


def _draft(kind: BlockKind, group: list[Line], page: int) -> Draft:
    region = Region.around(group)
    draft = Draft(kind, page, region, tuple(group), text=join_lines(group))
    if kind == "paragraph" and has_cells(group):
        draft.kind, draft.text = "code", _code(group)
    elif kind == "code":
        draft.text = _code(group)
    elif kind == "heading":
        draft.style = (round(max(line.size for line in group), 1), group[0].share("bold") > 0.5)
    elif kind == "item":
        _take_mark(draft)
    elif kind == "caption":
        draft.name = caption_name(draft.text)
    elif kind == "equation":
        draft.picture = Region(region.left - 4, region.top - 4, region.right + 4, region.bottom + 4)
    elif kind == "footnote":
        draft.text = re.sub(r"^\d{1,3}\s+", "", draft.text.removeprefix(group[0].mark)).strip()
    return draft


def _take_mark(draft: Draft) -> None:
    """Take the bullet away; keep a number or a term as the item's name."""
    if term := term_of(draft.lines[0]):
        draft.name, draft.text = term, f"{term}: {draft.text[len(' '.join(term.split())) :].strip()}"
    elif bullet := BULLET.match(draft.text):
        draft.text = draft.text[bullet.end() :]
    elif number := NUMBERED.match(draft.text):
        draft.name = number["number"]
        draft.text = draft.text[number.end() :]


def join_lines(lines: Sequence[Line]) -> str:
    """Join lines of prose; a word that was broken at a line's end keeps its soft hyphen for a later decision."""
    text = ""
    for line in lines:
        glue = "" if not text or text.endswith("\u00ad") or _BROKEN_ADDRESS.search(text) else " "
        text += glue + line.text.strip()
    return " ".join(text.split())


def _code(lines: Sequence[Line]) -> str:
    """Join lines of code, with indents by the width of a character and empty lines by distance."""
    left = min(line.left for line in lines)
    longest = max((run for line in lines for run in line.runs), key=lambda run: len(run.text))
    width = max(1.0, (longest.right - longest.left) / len(longest.text))
    steps = sorted(below.baseline - above.baseline for above, below in itertools.pairwise(lines))
    leading = steps[len(steps) // 4] if steps else 0.0
    rows: list[str] = []
    for place, line in enumerate(lines):
        if place and line.baseline - lines[place - 1].baseline > 1.6 * leading:
            rows.append("")
        rows.append(_spaced(line, left, width))
    return "\n".join(rows)


def _spaced(line: Line, left: float, width: float) -> str:
    row = ""
    for run in line.runs:
        column = round((run.left - left) / width)
        gap = column - len(row)
        row += (
            " " * (gap if gap > 1 and run.spaced else int(bool(row) and run.spaced) if row else max(0, gap)) + run.text
        )
    return row.replace("\u00ad", "-").rstrip()
