"""Figures, tables, equations and listings of the source, shown while they are spoken of."""

import re
from collections.abc import Sequence

from vortex.core.document import Block
from vortex.core.text import content_words
from vortex.story.material import Material
from vortex.story.planner.line import Line, Option, cue
from vortex.story.polish import polish
from vortex.story.words import bare
from vortex.visuals.shot import Cue

CODE_LINES = 12
CODE_COLUMNS = 76
TABLE_ROWS = 8
TABLE_COLUMNS = 6
_IDENTIFIER = re.compile(r"[A-Za-z_][\w.]*")
_COMPARES = re.compile(
    r"\b(?:more|less|fewer|higher|lower|larger|smaller|faster|slower|most|least|compared|than|rate|share|growth|grew|fell|"
    r"increas\w+|decreas\w+|percent|trend)\b",
    re.IGNORECASE,
)
_NUMERIC = re.compile(r"[-−+]?[$€£]?\d[\d,]*(?:\.\d+)?\s*%?")


def exhibit(lines: Sequence[Line], material: Material) -> Option | None:
    """Show the exhibit that all ``lines`` speak of, or ``None`` if there is none in common."""
    shared = [name for name in lines[0].sentence.exhibits if all(name in line.sentence.exhibits for line in lines)]
    for name in shared:
        found = material.exhibit(name)
        option = _show(lines, found[1]) if found else None
        if option is not None:
            return option
    return None


def _show(lines: Sequence[Line], block: Block) -> Option | None:
    makers = {"figure": _figure, "table": _table, "equation": _equation, "code": _code}
    return makers[block.kind](lines, block) if block.kind in makers else None


def _figure(lines: Sequence[Line], block: Block) -> Option | None:
    if not block.image:
        return None
    caption = re.sub(rf"^{re.escape(block.name)}\s*[:.]?\s*", "", polish(block.text)) if block.name else block.text
    short = caption if len(caption.split()) <= 16 else ""
    name = block.name or "a figure"
    return Option(
        "figure",
        {"image": block.image, "caption": short, "name": block.name},
        f"{name[0].upper()}{name[1:]} of the source stands beside these sentences.",
        (cue(lines[0], 0, "figure"),),
        1.0,
    )


def _equation(lines: Sequence[Line], block: Block) -> Option | None:
    latex = block.text if re.search(r"\\[a-z]+|[\^_]\{?\w", block.text) else ""
    if not latex and not block.image:
        return None
    shown = {"latex": latex} if latex else {"image": block.image}
    return Option(
        "equation", dict(shown), "The formula is part of what is said.", (cue(lines[0], 0, "equation"),), 0.97
    )


def _table(lines: Sequence[Line], block: Block) -> Option | None:
    if len(block.rows) < 2 or not 1 < max(map(len, block.rows)) <= TABLE_COLUMNS:
        return None
    chart = _chart(lines, block)
    if chart is not None:
        return chart
    rows = block.rows[: TABLE_ROWS + 1]
    cues = [cue(lines[0], 0, "row:0")]
    for line in lines:
        cues += [
            cue(line, place, f"row:{number}", "light")
            for number, row in enumerate(rows[1:], start=1)
            for place, word in enumerate(line.text.split())
            if row and bare(row[0]) and bare(word) == bare(row[0])
        ][:3]
    shown: dict[str, object] = {"rows": [list(row) for row in rows], "caption": _caption(block)}
    return Option("table", shown, "The numbers stand in a table of the source.", tuple(cues), 0.95)


def _chart(lines: Sequence[Line], block: Block) -> Option | None:
    """Draw a table whose numbers are compared in words; first column names, all others numbers."""
    header, *rows = block.rows
    width = len(header)
    compared = any(_COMPARES.search(line.text) for line in lines)
    if not (compared and 3 <= len(rows) <= 12 and 2 <= width <= 5 and all(len(row) == width for row in rows)):
        return None
    if not all(_NUMERIC.fullmatch(cell.strip()) for row in rows for cell in row[1:]):
        return None
    names = [row[0] for row in rows]
    form = "line" if all(re.fullmatch(r"(?:1\d|20)\d\d", name.strip()) for name in names) else "bar"
    series = [{"name": header[n], "values": [_value(row[n]) for row in rows]} for n in range(1, width)]
    shown: dict[str, object] = {"form": form, "categories": names, "series": series, "caption": _caption(block)}
    cues = tuple(cue(lines[0], 0, f"series:{n}") for n in range(width - 1))
    return Option("chart", shown, "The sentences compare numbers of a table.", cues, 1.0)


def _value(cell: str) -> float:
    return float(re.sub(r"[^\d.\-]", "", cell.replace("−", "-")))


def _caption(block: Block) -> str:
    text = polish(block.text) if block.text else ""
    return text if 0 < len(text.split()) <= 14 and not any(text == cell for row in block.rows for cell in row) else ""


def _code(lines: Sequence[Line], block: Block) -> Option | None:
    listing = [line.rstrip() for line in block.text.expandtabs(4).strip("\n").split("\n")]
    named = _named_in(lines)
    window = _window(listing, named)
    if max(map(len, window)) > CODE_COLUMNS or not any(_IDENTIFIER.search(row) for row in window):
        return None
    cues = _lights(lines, window)
    shown: dict[str, object] = {"text": "\n".join(window), "language": block.language}
    return Option("code", shown, "The listing stands right beside these sentences.", tuple(cues), 0.92)


def _named_in(lines: Sequence[Line]) -> set[str]:
    return {found for line in lines for found in _IDENTIFIER.findall(line.text)}


def _window(listing: list[str], named: set[str]) -> list[str]:
    """Return the stretch of at most ``CODE_LINES`` lines that holds most of the names that are spoken."""
    if len(listing) <= CODE_LINES:
        return listing
    hits = [len(named & set(_IDENTIFIER.findall(line))) for line in listing]
    starts = range(len(listing) - CODE_LINES + 1)
    best = max(starts, key=lambda start: (sum(hits[start : start + CODE_LINES]), -start))
    return listing[best : best + CODE_LINES]


def _lights(lines: Sequence[Line], window: list[str]) -> list[Cue]:
    """Light a line of code on the word that names something only this line holds."""
    found: list[Cue] = []
    for line in lines:
        for place, word in enumerate(line.text.split()):
            name = bare(word).removesuffix("()")
            rows = [n for n, row in enumerate(window, 1) if name in map(str.lower, _IDENTIFIER.findall(row))]
            if len(name) > 2 and len(rows) == 1 and content_words(name):
                found.append(cue(line, place, f"line:{rows[0]}", "light"))
    return found
