"""Figures, tables, equations and listings of the source, shown while they are spoken of."""

import re
from collections.abc import Sequence
from dataclasses import replace

from vortex.core.document import Block
from vortex.core.text import content_words, words
from vortex.story.material import Material
from vortex.story.planner.line import Line, Option, cue
from vortex.story.planner.movement import STILL_S
from vortex.story.polish import polish
from vortex.story.words import bare
from vortex.story.writers.frames import section_title, unlettered
from vortex.visuals.shot import Cue

WHOLE = (0.0, 0.0, 1.0, 1.0)
"""A figure as a part of itself: it is framed, and comes as near as it may, while more is said about it."""
CODE_LINES = 12
CODE_COLUMNS = 76
UNLIT_S = 8.3
"""A listing of which no line can be lit is looked at for so long at most."""
MOST_HITS = 2
"""A word that stands in more lines of a listing than this names none of them."""
TABLE_ROWS = 8
TABLE_COLUMNS = 6
_IDENTIFIER = re.compile(r"[A-Za-z_][\w.]*")
_COMPARES = re.compile(
    r"\b(?:more|less|fewer|higher|lower|larger|smaller|faster|slower|most|least|compared|than|rate|share|growth|grew|fell|"
    r"increas\w+|decreas\w+|percent|trend)\b",
    re.IGNORECASE,
)
_ID = re.compile(
    r"\b(?:id|no|nr|number|code|key|year|page|row ?id|index|rank|zip|port|version|line)\b|#", re.IGNORECASE
)
MOST_APART = 50
"""Numbers of one quantity whose largest values lie further apart cannot be read in one chart."""
_NUMERIC = re.compile(r"[-−+]?[$€£]?\d[\d,]*(?:\.\d+)?\s*%?")


def exhibit(lines: Sequence[Line], material: Material) -> Option | None:
    """Show the exhibit that all ``lines`` speak of, of several the one that shows most; ``None`` if none is common."""
    shared = [name for name in lines[0].sentence.exhibits if all(name in line.sentence.exhibits for line in lines)]
    found = [material.exhibit(name) for name in shared]
    blocks = [replace(block, section=unlettered(block.section, document)) for document, block in filter(None, found)]
    options = [option for block in blocks if (option := _show(lines, block)) is not None]
    return max(options, key=lambda option: option.worth, default=None)


def _show(lines: Sequence[Line], block: Block) -> Option | None:
    makers = {"figure": _figure, "table": _table, "equation": _equation, "code": _code}
    return makers[block.kind](lines, block) if block.kind in makers else None


def _figure(lines: Sequence[Line], block: Block) -> Option | None:
    if not block.image:
        return None
    caption = re.sub(rf"^{re.escape(block.name)}\s*[:.]?\s*", "", polish(block.text)) if block.name else block.text
    short = caption if len(caption.split()) <= 16 else ""
    short = short or ("" if block.name else _section(block))
    name = block.name or "a figure"
    framed = _framed(lines)
    where = _section(block) or "which is shown while it is spoken of"
    return Option(
        "figure",
        {"image": block.image, "caption": short, "name": block.name, "parts": [WHOLE] if framed else []},
        f"{_mention(lines, block)} {name} of the source, {where}.",
        (cue(lines[0], 0, "figure"), *framed),
        1.0,
    )


def _framed(lines: Sequence[Line]) -> tuple[Cue, ...]:
    """Frame a figure where more is said about it: at a further sentence, or at a late clause of a long one."""
    if len(lines) > 1:
        return (cue(lines[1], 0, "part:0", "light"),)
    (line,) = lines
    words = line.text.split()
    if line.seconds <= STILL_S:
        return ()
    middle = len(words) // 2
    seams = [n for n in range(3, len(words) - 3) if words[n - 1][-1] in ",;:"]
    return (cue(line, min(seams, key=lambda n: abs(n - middle), default=middle), "part:0", "light"),)


def _mention(lines: Sequence[Line], block: Block) -> str:
    """Return why these sentences belong to an exhibit, as the beginning of a sentence."""
    for line in lines:
        if block.name and block.name.lower() in line.claim.quote.lower():
            return f"The sentence “{_first_words(line.text)} …” names"
    said = {word for line in lines for word in content_words(line.text)}
    caption = dict.fromkeys(words(block.text.removeprefix(block.name)))
    shared = [word for word in caption if len(word) > 3 and set(content_words(word)) & said]
    if shared and block.kind == "figure":
        return f"“{', '.join(shared[:3])}” stands in the caption of"
    return f"“{_first_words(lines[0].text)} …” stands right beside"


def _first_words(text: str) -> str:
    return " ".join(text.split()[:4]).rstrip(",;:")


def _equation(lines: Sequence[Line], block: Block) -> Option | None:
    latex = block.text if re.search(r"\\[a-z]+|[\^_]\{?\w", block.text) else ""
    if not latex and not block.image:
        return None
    shown = {"latex": latex} if latex else {"image": block.image}
    return Option(
        "equation",
        dict(shown),
        f"{_mention(lines, block)} the formula {' '.join(block.text.split())[:40]}.".replace("  ", " "),
        (cue(lines[0], 0, "equation"),),
        0.97,
    )


def _table(lines: Sequence[Line], block: Block) -> Option | None:
    if len(block.rows) < 2 or not 1 < max(map(len, block.rows)) <= TABLE_COLUMNS:
        return None
    chart = _chart(lines, block)
    if chart is not None:
        return chart
    rows = block.rows[: TABLE_ROWS + 1]
    cues = [cue(lines[0], 0, "row:0"), *_down(lines, len(rows) - 1)]
    for line in lines:
        cues += [
            cue(line, place, f"row:{number}", "light")
            for number, row in enumerate(rows[1:], start=1)
            for place, word in enumerate(line.text.split())
            if row and bare(row[0]) and bare(word) == bare(row[0])
        ][:3]
    shown: dict[str, object] = {"rows": [list(row) for row in rows], "caption": _caption(block)}
    reason = f"{_mention(lines, block)} a table of the source headed {', '.join(filter(None, rows[0]))}."
    return Option("table", shown, reason, tuple(cues), 0.95)


def _down(lines: Sequence[Line], count: int) -> list[Cue]:
    """Show the rows of a table one after another, in the time of the first three quarters of what is said."""
    spots = [(line, word) for line in lines for word in range(len(line.text.split()))]
    last = max(1, len(spots) * 3 // 4)
    return [cue(*spots[min(len(spots) - 1, last * n // count)], f"row:{n}") for n in range(1, count + 1)]


def _chart(lines: Sequence[Line], block: Block) -> Option | None:
    """Draw a table whose numbers are compared in words; first column names, all others numbers of one quantity."""
    header, *rows = block.rows
    width = len(header)
    compared = [found.group() for line in lines if (found := _COMPARES.search(line.text))]
    if not (compared and 3 <= len(rows) <= 12 and 2 <= width <= 5 and all(len(row) == width for row in rows)):
        return None
    names = [row[0].strip() for row in rows]
    columns = [[row[n].strip() for row in rows] for n in range(1, width)]
    if len(set(names)) < len(names) or not _comparable(header[1:], columns):
        return None
    in_time = all(re.fullmatch(r"(?:1\d|20)\d\d", name) for name in names)
    if not in_time and all(_NUMERIC.fullmatch(name) for name in names):
        return None
    series = [
        {"name": name, "values": list(map(_value, column))} for name, column in zip(header[1:], columns, strict=True)
    ]
    shown: dict[str, object] = {
        "form": "line" if in_time else "bar",
        "categories": names,
        "series": series,
        "caption": _caption(block),
    }
    cues = tuple(cue(lines[0], 0, f"series:{n}") for n in range(width - 1))
    reason = f"“{compared[0]}” compares {', '.join(header[1:])} of {names[0]} to {names[-1]}, numbers of one table."
    return Option("chart", shown, reason, cues, 1.0)


def _comparable(heads: Sequence[str], columns: Sequence[Sequence[str]]) -> bool:
    """Tell whether columns hold numbers of one quantity: all numbers, of one unit and size, no ids, years or ranks."""
    if not all(_NUMERIC.fullmatch(cell) for column in columns for cell in column):
        return False
    units = {re.sub(r"[-−+\d,.\s]", "", cell) for column in columns for cell in column}
    numbers = [list(map(_value, column)) for column in columns]
    largest = [max(map(abs, column)) for column in numbers]
    alike = min(largest) > 0 and max(largest) <= MOST_APART * min(largest)
    return len(units) == 1 and alike and not any(map(_names_only, heads, numbers))


def _names_only(head: str, column: Sequence[float]) -> bool:
    """Tell whether the numbers of a column are names: ids, years, or the places of a list."""
    whole = all(value == int(value) for value in column)
    years = whole and all(1000 <= value <= 2100 for value in column)
    places = whole and [value - column[0] for value in column] == list(range(len(column))) and column[0] in (0, 1)
    return years or places or bool(_ID.search(head))


def _value(cell: str) -> float:
    return float(re.sub(r"[^\d.\-]", "", cell.replace("−", "-")))


def _caption(block: Block) -> str:
    """Return what stands above a table: its caption, or the section in which it stands."""
    text = polish(block.text) if block.text else ""
    own = 0 < len(text.split()) <= 14 and not any(text == cell for row in block.rows for cell in row)
    return text if own else _section(block)


def _section(block: Block) -> str:
    """Return the heading under which an exhibit stands, as a title; "" where it has none."""
    title = section_title(block.section, "")
    return title if len(title.split()) <= 9 else ""


def _code(lines: Sequence[Line], block: Block) -> Option | None:
    listing = [line.rstrip() for line in block.text.expandtabs(4).strip("\n").split("\n")]
    named = _named_in(lines)
    window = _window(listing, named)
    if max(map(len, window)) > CODE_COLUMNS or not any(_IDENTIFIER.search(row) for row in window):
        return None
    # A lone line cannot stand out from others, so nothing moves while it is shown.
    cues = _lights(lines, window) if len(window) > 1 else []
    if not cues and sum(line.seconds for line in lines) > UNLIT_S:
        return None
    shown: dict[str, object] = {"text": "\n".join(window), "language": block.language, "heading": _section(block)}
    lit = [int(each.target.removeprefix("line:")) for each in cues]
    about = f"its line {lit[0]} holds what is named" if lit else f"it begins with {window[0].strip()[:30]}"
    reason = f"{_mention(lines, block)} the listing: {about}."
    return Option("code", shown, reason, tuple(cues), 0.92 if lit else 0.76)


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
    """Light a line of code on the word that names something only this line holds, or first holds."""
    held = [_parts(row) for row in window]
    found: list[Cue] = []
    for line in lines:
        for place, word in enumerate(line.text.split()):
            stems = set(content_words(bare(word).removesuffix("()").replace("_", " ")))
            rows = [n for n, row in enumerate(held, 1) if stems and stems <= row]
            fresh = not found or (found[-1].target, found[-1].sentence) != (
                f"line:{rows[0]}" if rows else "",
                line.sentence.id,
            )
            if rows and len(rows) <= MOST_HITS and fresh:
                found.append(cue(line, place, f"line:{rows[0]}", "light"))
    return found


def _parts(row: str) -> set[str]:
    """Return the stems of all names of a line of code and of the words that they are put together from."""
    names = _IDENTIFIER.findall(row)
    pieces = [piece for name in names for piece in re.findall(r"[A-Z]?[a-z]{3,}|[A-Z]{3,}", name)]
    return set(content_words(" ".join([*names, *pieces]).replace("_", " ")))
