"""A table as a book would set it: rules instead of boxes, numbers at the right, and the row that is spoken of lit.

Columns are as wide as their content asks; what is too wide is broken into lines where it is text, and the whole is
set smaller as long as it stays legible. The file has this name because ``table`` is the table of kinds.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from vortex.core.errors import EngineError
from vortex.visuals import params
from vortex.visuals.graph import Element, Scene, State
from vortex.visuals.graphics import skia
from vortex.visuals.kinds.parts import add_bar, add_heading
from vortex.visuals.kinds.shrink import demand, exactly, largest, scaled
from vortex.visuals.layout import DoesNotFit, Rect
from vortex.visuals.stage import Stage
from vortex.visuals.text import TextBlock, TextStyle
from vortex.visuals.theme import argb

_NUMBER = re.compile(r"[-+−–~≈<>≤≥±]?\s?[$€£]?\s?\d[\d.,\s\u202f]*\s?(%|[a-zµ°]{1,3}|[kKMGT]?i?B|×)?(\s?±.*)?")
_NOTHING = ("", "-", "–", "—", "n/a", "N/A")
_MOST_LINES = 3
_SPREAD = 0.8
"""Share of the width that a narrow table is spread over, as far as the eye can follow a row."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """All cells set, with the widths of columns and the heights of rows that they need."""

    cells: tuple[tuple[TextBlock | None, ...], ...]
    widths: tuple[float, ...]
    heights: tuple[float, ...]
    numeric: tuple[bool, ...]
    gap: float

    @property
    def width(self) -> float:
        """Width of the whole, with half a gap at both ends for the light of a row."""
        return sum(self.widths) + self.gap * len(self.widths)


def build(table: params.Table, stage: Stage) -> Scene:
    """Draw header and rules first, and each row on its cue or on that of one of its cells."""
    scene = stage.scene()
    rows = _squared(table.rows)
    room = add_heading(scene, stage, table.caption)
    plan = largest(lambda scale: _arranged(rows, stage, room.width, room.height, scale))
    place = room.placed(plan.width, sum(plan.heights))
    frames = _frames(stage, rows)
    _add_rules(scene, stage, plan, place)
    _light(scene, stage, plan, place, frames)
    return scene


def is_numeric(cells: Sequence[str]) -> bool:
    """Return whether a column holds numbers, as far as it holds anything."""
    filled = [cell.strip() for cell in cells if cell.strip() not in _NOTHING]
    return bool(filled) and all(_NUMBER.fullmatch(cell) for cell in filled)


def _squared(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Return the rows, all as long as the longest."""
    wide = max(len(row) for row in rows)
    if wide == 0:
        raise EngineError(f"a table of {len(rows)} rows has no columns; mend storyboard.json")
    return [[cell.strip() for cell in row] + [""] * (wide - len(row)) for row in rows]


def _arranged(rows: Sequence[Sequence[str]], stage: Stage, width: float, height: float, scale: float) -> _Plan:
    """Set all cells at ``scale``.

    Raises:
        DoesNotFit: they do not fit in ``width`` and ``height`` pixels.
    """
    body = scaled(stage, replace(stage.style("lead"), line_height=1.25), _ideal(len(rows), len(rows[0])) * scale)
    head = replace(body, weight="semibold", size=max(stage.frame.minimum, 0.86 * body.size), colour=stage.theme.muted)
    columns = list(zip(*rows, strict=True))
    numeric = tuple(is_numeric(column[1:]) for column in columns)
    gap, pad = (1.5 if stage.frame.wide else 0.8) * body.size, (0.95 if len(rows) > 4 else 1.2) * body.size
    room = width - gap * len(columns)
    widths = _widths(columns, numeric, head, body, room)
    lines = _MOST_LINES if stage.frame.wide else 2 * _MOST_LINES
    cells = tuple(
        tuple(_cell(text, head if r == 0 else body, widths[c], numeric[c], lines) for c, text in enumerate(row))
        for r, row in enumerate(rows)
    )
    tallest = [max(cell.height if cell else 0.0 for cell in row) or body.size for row in cells]
    demand(sum(tallest) + 0.55 * body.size * len(rows), height, "the table's height")
    pad = min(pad, (height - sum(tallest)) / len(rows))
    spread = min(max(1.12 * sum(widths), min(_SPREAD * width, 2.2 * sum(widths))), room) / sum(widths)
    wider = tuple(each * spread for each in widths)
    return _Plan(cells, wider, tuple(tall + pad for tall in tallest), numeric, gap)


def _ideal(rows: int, columns: int) -> float:
    """Return the ideal type size of a table, in sizes of the lead step: the fewer its cells, the larger."""
    if rows <= 4 and columns <= 6:
        return 1.25 if columns <= 4 else 1.1
    return 1.0 if rows <= 5 and columns <= 3 else 0.84


def _widths(
    columns: Sequence[Sequence[str]], numeric: Sequence[bool], head: TextStyle, body: TextStyle, room: float
) -> list[float]:
    """Return what each column needs; if all together need too much, columns of words give way.

    Raises:
        DoesNotFit: even the longest words do not fit beside each other.
    """
    wanted, least = [], []
    for column, number in zip(columns, numeric, strict=True):
        blocks = [TextBlock(text, head if at == 0 else body, 1e6) for at, text in enumerate(column) if text]
        wanted.append(max((block.width for block in blocks), default=body.size))
        firm = [block.width for block in blocks[1:]] if number else []
        least.append(max([block.longest_word + 2 for block in blocks] + firm, default=body.size))
    demand(sum(least), room, "the table's width")
    # Narrow columns get all that they want; the widest ones share the rest.
    low, high = 0.0, max(wanted)
    while high - low > 1:
        middle = (low + high) / 2
        if sum(max(each, min(want, middle)) for each, want in zip(least, wanted, strict=True)) > room:
            high = middle
        else:
            low = middle
    top = high if sum(wanted) <= room else low
    return [max(each, min(want, top)) for each, want in zip(least, wanted, strict=True)]


def _cell(text: str, style: TextStyle, width: float, number: bool, most_lines: int) -> TextBlock | None:
    if not text:
        return None
    block = exactly(text, replace(style, align="right") if number else style, width + 1)
    if block.lines > most_lines:
        raise DoesNotFit(f"the cell {text[:40]!r} needs {block.lines} lines; split the shot or shorten the text")
    return block


def _frames(stage: Stage, rows: Sequence[Sequence[str]]) -> list[int]:
    """Return when each row appears: on a cue that shows it or one of its cells, else with the header."""
    shown: list[int | None] = []
    for index, row in enumerate(rows):
        cues = [stage.cue(name) for name in (f"row:{index}", *(f"cell:{index},{n}" for n in range(len(row))))]
        shown.append(min((at for at in cues if at is not None), default=None))
    if not stage.timed_cues():
        return [0, *stage.reveals([f"row:{index}" for index in range(1, len(rows))])]
    first = shown[0] or 0
    return [first, *(first if at is None else at for at in shown[1:])]


def _add_rules(scene: Scene, stage: Stage, plan: _Plan, place: Rect) -> None:
    """Add the rule under the header, hairlines between the rows, and a rule that closes the table."""
    top = place.y
    for index, height in enumerate(plan.heights):
        top += height
        strong = index in (0, len(plan.heights) - 1)
        thick = (1.1 if index == 0 else 0.8) * stage.stroke if strong else 0.5 * stage.stroke
        colour = stage.theme.muted if strong else stage.theme.line
        add_bar(scene, f"rule:{index}", Rect(place.x, top - thick / 2, plan.width, thick), colour).draw(0, 0.7)


def _light(scene: Scene, stage: Stage, plan: _Plan, place: Rect, frames: Sequence[int]) -> None:
    """Add all rows, and light rows and cells as they are named."""
    theme = stage.theme
    bands, texts = {}, {}
    top = place.y
    for r, (row, height) in enumerate(zip(plan.cells, plan.heights, strict=True)):
        band = Rect(place.x, top, plan.width, height)
        bands[f"row:{r}"] = _add_band(scene, stage, f"band:{r}", band.inset(0, 0.6 * stage.stroke))
        left = place.x + plan.gap / 2
        tallest = max((cell.height for cell in row if cell), default=0.0)
        for c, cell in enumerate(row):
            if cell is not None:
                spot = Rect(left - 0.36 * plan.gap, top, plan.widths[c] + 0.72 * plan.gap, height)
                bands[f"cell:{r},{c}"] = _add_band(scene, stage, f"spot:{r},{c}", spot.inset(0, 0.12 * height))
                x = left + plan.widths[c] - cell.width if plan.numeric[c] else left
                lit = theme.ink if r == 0 else theme.accent
                # Heads stand on their rule, everything else in the middle of its row.
                y = top + (height + (tallest if r == 0 else cell.height)) / 2 - cell.height
                text = scene.text(f"cell:{r},{c}", cell, x, y, lit=lit)
                texts[f"cell:{r},{c}"] = text.show(frames[r], 0.4 if frames[r] else 0.3)
            left += plan.widths[c] + plan.gap
        top += height
    _obey(stage, bands, texts, frames)


def _add_band(scene: Scene, stage: Stage, name: str, box: Rect) -> Element:
    """Add the light behind a row or a cell: nothing at rest, the theme's tint when lit."""
    radius = 0.5 * stage.radius
    area = skia.Rect.MakeXYWH(box.x, box.y, box.width, box.height)
    colour = stage.theme.tint

    def paint(canvas: Any, state: State) -> None:
        if state.light > 0:
            canvas.drawRoundRect(area, radius, radius, skia.Paint(Color=argb(colour, state.light), AntiAlias=True))

    return scene.add(name, box, paint)


def _obey(stage: Stage, bands: dict[str, Element], texts: dict[str, Element], frames: Sequence[int]) -> None:
    """Light what the cues name, each until the next is named; ``hide`` takes a row's or a cell's words away."""
    cues = [(at, cue) for at, cue in stage.timed_cues() if cue.target in bands]
    turns = [
        (at, cue.target)
        for at, cue in cues
        if cue.action in ("light", "focus")
        or (cue.action == "show" and not cue.target.startswith(("row:0", "cell:0,")))
    ]
    if not cues:
        turns = sorted((frames[index], f"row:{index}") for index in range(1, len(frames)))
    for at, target in turns:
        until = min((later for later, other in turns if later > at and other != target), default=None)
        bands[target].light(at, until)
        if target in texts:
            texts[target].light(at, until)
    for at, cue in cues:
        if cue.action == "hide":
            row = cue.target.replace("row:", "cell:") + ("," if cue.target.startswith("row:") else "")
            for name, text in texts.items():
                if name == cue.target or (row.endswith(",") and name.startswith(row)):
                    text.hide(at)
