"""What each line of a page is, by how it is set.

Size, weight and family are held against the body text of the document, the indent against the column, and the distance
against the usual leading. Words decide only where a typographer uses words to say what a thing is: "Figure 3" at the
start of a caption.
"""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from vortex.core.document import BlockKind
from vortex.knowledge.captions import CAPTION
from vortex.knowledge.pdf.lines import Line
from vortex.knowledge.pdf.style import Body

BULLET = re.compile(r"(?:[•∙·▪▫‣◦●○■□►▶❖➢✓✔➤→*–—\-]|\ufffd|\uf0b7)\s+(?=\S)")
NUMBERED = re.compile(r"\(?(?P<number>\d{1,2}|[a-z]|[ivx]{1,4})[.)]\s+(?=\S)")
PROMPT = re.compile(r"(?:[>$%+]|>>>|\.\.\.)\s")
_WORDS = re.compile(r"[^\W\d_]{4,}")
TERM_CHARS = 40


@dataclass(frozen=True, slots=True)
class Column:
    """Where the prose of a page stands, in points."""

    left: float
    right: float
    leading: float


def measure(lines: Sequence[Line], body: Body) -> Column:
    """Measure the column that the prose of a page stands in."""
    plain = [line for line in lines if line.share("mono") < 0.5] or list(lines)
    prose = [line for line in plain if abs(line.size - body.size) < 0.6] or plain
    if not prose:
        return Column(0, 0, 1.2 * body.size)
    steps = sorted(
        below.baseline - above.baseline
        for above, below in itertools.pairwise(prose)
        if 0 < below.baseline - above.baseline < 2.2 * body.size
    )
    leading = steps[len(steps) // 3] if steps else 1.2 * body.size
    lefts = sorted(line.left for line in prose)
    return Column(lefts[len(lefts) // 10], max(line.right for line in prose), leading)


def find_kinds(lines: Sequence[Line], body: Body, column: Column, footnotes_below: float) -> list[BlockKind]:
    """Return the kind of every line; see ``flow`` for the arguments."""
    kinds: list[BlockKind] = []
    for place, line in enumerate(lines):
        before = lines[place - 1] if place else None
        kinds.append(_kind(line, before, kinds[-1] if kinds else "heading", body, column, footnotes_below))
    for place, line in enumerate(lines):
        beside = [at for at in (place - 1, place + 1) if 0 <= at < len(lines) and kinds[at] == "equation"]
        if kinds[place] in ("paragraph", "item") and any(_is_part(line, lines[at], column) for at in beside):
            kinds[place] = "equation"
    return kinds


def _is_part(line: Line, equation: Line, column: Column) -> bool:
    """Return whether a line is the numerator, denominator or limit of the equation beside it."""
    close = abs(line.baseline - equation.baseline) < 1.1 * column.leading
    return close and len(line.text) <= 24 and not _WORDS.search(line.text) and line.left > column.left + 2 * line.size


def _kind(
    line: Line, before: Line | None, kind_before: BlockKind, body: Body, column: Column, footnotes_below: float
) -> BlockKind:
    small = line.size < 0.95 * body.size
    if small and (
        line.baseline > footnotes_below or (kind_before == "footnote" and before and follows(before, line, column))
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
    marked = BULLET.match(line.text) or NUMBERED.match(line.text)
    if term_of(line) or (marked and not _is_wrapped(line, before, column)):
        return "item"
    if kind_before == "caption" and before and follows(before, line, column) and line.size <= before.size + 0.1:
        return "caption"
    return "paragraph"


def _is_commented_code(line: Line, before: Line | None, kind_before: BlockKind, column: Column) -> bool:
    """Return whether a line that is not all in typewriter type is still code, with a remark set in another type."""
    if kind_before == "code" and before and line.text.startswith("#") and abs(line.left - before.left) < 1:
        return True
    if not line.runs[0].font.mono or line.left < column.left + 1.5 * line.size:
        return False
    return bool(PROMPT.match(line.text) or any(run.text.startswith(("#", "//", "/*")) for run in line.runs[1:]))


def term_of(line: Line) -> str:
    """Return the term that a line of a definition list begins with: set apart by its type and a gap; else ""."""
    rest = next((at for at, run in enumerate(line.runs) if not run.font.mono), 0)
    if not rest or line.runs[rest].left - line.runs[rest - 1].right < 0.8 * line.size:
        return ""
    term = Line(line.runs[:rest]).text
    return term if len(term) <= TERM_CHARS else ""


def follows(before: Line, line: Line, column: Column) -> bool:
    """Return whether a line stands right below another, as the next line of a paragraph does."""
    return 0 < line.baseline - before.baseline < 1.25 * max(column.leading, 1.2 * min(before.size, line.size))


def _is_wrapped(line: Line, before: Line | None, column: Column) -> bool:
    """Return whether a line only happens to begin like a list item, in the middle of a sentence."""
    if before is None or not follows(before, line, column) or line.left > before.left + 0.5 * line.size:
        return False
    return before.right > column.right - 3 * before.size and not before.text.rstrip().endswith(
        (".", ":", ";", "!", "?")
    )


def _is_rest_of_prose(line: Line, before: Line | None, kind_before: BlockKind, column: Column) -> bool:
    """Return whether a line in typewriter type is only the wrapped rest of a sentence."""
    if before is None or kind_before not in ("paragraph", "item", "footnote") or not follows(before, line, column):
        return False
    full = before.right > column.right - 6 * before.size
    return full and line.left <= before.left + 0.5 * line.size and not before.text.rstrip().endswith((":", "."))


def _is_heading(line: Line, before: Line | None, body: Body, column: Column) -> bool:
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


def _is_equation(line: Line, column: Column) -> bool:
    indented = line.left > column.left + 2 * line.size
    formula = line.share("math") > 0.25 or bool(re.search(r"[=≤≥∑∫√≈∈]", line.text) and line.share("italic") > 0.2)
    return (
        indented and formula and len(line.text) > 2 and len(_WORDS.findall(line.text)) <= 3 and line.share("mono") < 0.3
    )
