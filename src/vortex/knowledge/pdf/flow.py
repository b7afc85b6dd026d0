"""From the lines of a page to its blocks: headings, paragraphs, list items, code, equations, captions and footnotes.

Everything is decided by how a line is set: its size, weight and family against the body text of the document, its
indent against its column, and the distance to the line before. Words decide only where a typographer uses words to say
what a thing is: "Figure 3" at the start of a caption.
"""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from vortex.core.document import BlockKind
from vortex.knowledge.captions import CAPTION, caption_name
from vortex.knowledge.pdf.draft import Draft
from vortex.knowledge.pdf.lines import Line, Region
from vortex.knowledge.pdf.style import Body
from vortex.knowledge.pdf.tables import find_open_tables, has_cells

BULLET = re.compile(r"(?:[•∙·▪▫‣◦●○■□►▶❖➢✓✔➤→*–—\-]|\ufffd|\uf0b7)\s+(?=\S)")
NUMBERED = re.compile(r"\(?(?P<number>\d{1,2}|[a-z]|[ivx]{1,4})[.)]\s+(?=\S)")
_BROKEN_ADDRESS = re.compile(r"(?:://|www\.)\S*[./_-]$")
_TERM_CHARS = 40
_PROMPT = re.compile(r"(?:[>$%+]|>>>|\.\.\.)\s")
_WORDS = re.compile(r"[^\W\d_]{4,}")


@dataclass(frozen=True, slots=True)
class _Column:
    left: float
    right: float
    leading: float


def flow(lines: Sequence[Line], body: Body, page: int, footnotes_below: float) -> list[Draft]:
    """Group the lines of one page, in reading order, into drafts.

    Args:
        lines: as ``read_lines`` returns them.
        body: the document's body text.
        page: index of the page.
        footnotes_below: distance from the top of the page, in points, of the rule above the footnotes; the page's
            height when there is none.
    """
    column = _measure(lines, body)
    drafts: list[Draft] = []
    start = 0
    for table in find_open_tables(lines):
        drafts += _blocks(lines[start : table.start], body, column, page, footnotes_below)
        region = Region.around(table.lines)
        drafts.append(Draft("table", page, region, table.lines, rows=table.rows))
        start = table.start + len(table.lines)
    return drafts + _blocks(lines[start:], body, column, page, footnotes_below)


def _blocks(lines: Sequence[Line], body: Body, column: _Column, page: int, footnotes_below: float) -> list[Draft]:
    kinds = _kinds(lines, body, column, footnotes_below)
    groups: list[list[int]] = []
    for place, line in enumerate(lines):
        before = [lines[at] for at in groups[-1]] if groups else []
        same = bool(before) and kinds[place] == kinds[place - 1] and _joins(before, line, kinds[place], column)
        if same or (before and _is_item_rest(lines, kinds, groups[-1], place, column)):
            groups[-1].append(place)
        else:
            groups.append([place])
    return _join_terms([_draft(kinds[group[0]], [lines[at] for at in group], page) for group in groups], column)


def _join_terms(drafts: list[Draft], column: _Column) -> list[Draft]:
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


def _explains(draft: Draft, terms: Draft, column: _Column) -> bool:
    short = len(terms.lines) <= 4 and all(
        len(line.text) <= _TERM_CHARS and not _PROMPT.match(line.text) for line in terms.lines
    )
    hanging = draft.region.left > terms.region.left + 1.5 * draft.lines[0].size
    below = 0 < draft.lines[0].baseline - terms.lines[-1].baseline < 1.6 * column.leading
    return terms.kind == "code" and short and hanging and below and terms.region.left < column.left + 6


def _measure(lines: Sequence[Line], body: Body) -> _Column:
    plain = [line for line in lines if line.share("mono") < 0.5] or list(lines)
    prose = [line for line in plain if abs(line.size - body.size) < 0.6] or plain
    if not prose:
        return _Column(0, 0, 1.2 * body.size)
    steps = sorted(
        below.baseline - above.baseline
        for above, below in itertools.pairwise(prose)
        if 0 < below.baseline - above.baseline < 2.2 * body.size
    )
    leading = steps[len(steps) // 3] if steps else 1.2 * body.size
    lefts = sorted(line.left for line in prose)
    return _Column(lefts[len(lefts) // 10], max(line.right for line in prose), leading)


def _kinds(lines: Sequence[Line], body: Body, column: _Column, footnotes_below: float) -> list[BlockKind]:
    kinds: list[BlockKind] = []
    for place, line in enumerate(lines):
        before = lines[place - 1] if place else None
        kinds.append(_kind(line, before, kinds[-1] if kinds else "heading", body, column, footnotes_below))
    for place, line in enumerate(lines):
        beside = [at for at in (place - 1, place + 1) if 0 <= at < len(lines) and kinds[at] == "equation"]
        if kinds[place] in ("paragraph", "item") and any(_is_part(line, lines[at], column) for at in beside):
            kinds[place] = "equation"
    return kinds


def _is_part(line: Line, equation: Line, column: _Column) -> bool:
    """Return whether a line is the numerator, denominator or limit of the equation beside it."""
    close = abs(line.baseline - equation.baseline) < 1.1 * column.leading
    return close and len(line.text) <= 24 and not _WORDS.search(line.text) and line.left > column.left + 2 * line.size


def _kind(
    line: Line, before: Line | None, kind_before: BlockKind, body: Body, column: _Column, footnotes_below: float
) -> BlockKind:
    small = line.size < 0.95 * body.size
    if small and (
        line.baseline > footnotes_below or (kind_before == "footnote" and before and _follows(before, line, column))
    ):
        return "footnote"
    if CAPTION.match(line.text):
        return "caption"
    if body.is_outlined(line):
        return "heading"
    mono = line.share("mono") > 0.75 and not _is_rest_of_prose(line, before, kind_before, column)
    if mono or _is_commented_code(line, before, kind_before, column):
        return "code"
    if _is_heading(line, before, body, column):
        return "heading"
    if _is_equation(line, column):
        return "equation"
    if BULLET.match(line.text) or NUMBERED.match(line.text) or _term(line):
        return "item"
    if kind_before == "caption" and before and _follows(before, line, column) and line.size <= before.size + 0.1:
        return "caption"
    return "paragraph"


def _is_commented_code(line: Line, before: Line | None, kind_before: BlockKind, column: _Column) -> bool:
    """Return whether a line that is not all in typewriter type is still code, with a remark set in another type."""
    if kind_before == "code" and before and line.text.startswith("#") and abs(line.left - before.left) < 1:
        return True
    if not line.runs[0].font.mono or line.left < column.left + 1.5 * line.size:
        return False
    return bool(_PROMPT.match(line.text) or any(run.text.startswith(("#", "//", "/*")) for run in line.runs[1:]))


def _term(line: Line) -> str:
    """Return the term that a line of a definition list begins with: set apart by its type and a gap; else ""."""
    rest = next((at for at, run in enumerate(line.runs) if not run.font.mono), 0)
    if not rest or line.runs[rest].left - line.runs[rest - 1].right < 0.8 * line.size:
        return ""
    term = Line(line.runs[:rest]).text
    return term if len(term) <= _TERM_CHARS else ""


def _follows(before: Line, line: Line, column: _Column) -> bool:
    return 0 < line.baseline - before.baseline < 1.25 * max(column.leading, 1.2 * min(before.size, line.size))


def _is_rest_of_prose(line: Line, before: Line | None, kind_before: BlockKind, column: _Column) -> bool:
    """Return whether a line in typewriter type is only the wrapped rest of a sentence."""
    if before is None or kind_before not in ("paragraph", "item", "footnote") or not _follows(before, line, column):
        return False
    full = before.right > column.right - 6 * before.size
    return full and line.left <= before.left + 0.5 * line.size and not before.text.rstrip().endswith((":", "."))


def _is_heading(line: Line, before: Line | None, body: Body, column: _Column) -> bool:
    text = line.text.strip()
    if len(text) > 150 or not re.search(r"[^\W\d_]", text) or line.share("mono") > 0.5:
        return False
    larger = line.size >= 1.12 * body.size
    bold = line.share("bold") > 0.9 and line.size >= 0.97 * body.size and not body.bold
    apart = (
        before is None or not 0 < line.baseline - before.baseline < 1.2 * column.leading or before.share("bold") > 0.9
    )
    ends_sentence = text.endswith((".", ",", ";", ":")) and not larger
    return (larger or (bold and apart)) and not ends_sentence


def _is_equation(line: Line, column: _Column) -> bool:
    indented = line.left > column.left + 2 * line.size
    formula = line.share("math") > 0.25 or bool(re.search(r"[=≤≥∑∫√≈∈]", line.text) and line.share("italic") > 0.2)
    return (
        indented and formula and len(line.text) > 2 and len(_WORDS.findall(line.text)) <= 3 and line.share("mono") < 0.3
    )


def _joins(group: Sequence[Line], line: Line, kind: BlockKind, column: _Column) -> bool:
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
        return _follows(last, line, column) and not CAPTION.match(line.text)
    if kind == "footnote":
        return not line.mark and not re.match(r"\d{1,2}\s", line.text) and step < 1.6 * column.leading
    if kind == "item" or not _goes_on(last, line, step, column):
        return False
    indent = line.left - (min(other.left for other in group[1:]) if len(group) > 1 else last.left)
    return not (0.9 * line.size < indent < 5 * line.size) and not _broke_off(last, line, column)


def _same_weight(first: Line, second: Line) -> bool:
    return (first.share("bold") > 0.5) == (second.share("bold") > 0.5)


def _goes_on(last: Line, line: Line, step: float, column: _Column) -> bool:
    same_size = abs(line.size - last.size) < 0.12 * max(line.size, last.size)
    return same_size and 0 < step < 1.25 * max(column.leading, 1.05 * line.size)


def _broke_off(last: Line, line: Line, column: _Column) -> bool:
    """Return whether the line before ended a paragraph: it is short, its sentence ends, and a new one begins."""
    width = column.right - column.left
    short = last.right < min(column.right, max(line.right, last.left + 0.5 * width)) - 0.2 * width
    return short and last.text.rstrip().endswith((".", ":", "!", "?", "”")) and not line.text[:1].islower()


def _is_item_rest(lines: Sequence[Line], kinds: list[BlockKind], group: list[int], place: int, column: _Column) -> bool:
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
    if term := _term(draft.lines[0]):
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
