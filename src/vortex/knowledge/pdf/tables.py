"""Tables: rows and columns from ruled lines, or from white space that runs through every row.

A wrong table is worse than none, because its cells would be narrated or drawn as facts. So a ruled grid must have
columns and rows, and a table without vertical rules must keep its columns apart in nearly every row.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from vortex.knowledge.pdf.lines import Line, Region, Run

_TOUCH_PT = 4.0
_MIN_ROWS = 3
_PROMPT = re.compile(r"(?:[>$%+]|>>>|\.\.\.)\s")
_REMARK = re.compile(r"#|//|/\*|--\s|%\s")


@dataclass(frozen=True)
class Table:
    """Rows of cells, and where they stand."""

    region: Region
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[Line, ...]
    """The segments that it swallowed."""


def find_ruled_tables(segments: Sequence[Line], rules: Sequence[Region]) -> list[Table]:
    """Return the tables that are drawn with horizontal and vertical rules."""
    found = []
    for grid in _grids(rules):
        region = _around(grid)
        inside = [line for line in segments if region.holds(line)]
        columns = _positions([rule.left for rule in grid if rule.height > rule.width and rule.height > 5])
        levels = _positions([rule.top for rule in grid if rule.width > rule.height and rule.width > 5])
        if len(columns) >= 3 and len(levels) >= 2 and len(inside) >= _MIN_ROWS:
            rows = _fill(inside, columns, levels)
            if len(rows) >= 2 and sum(1 for row in rows if sum(map(bool, row)) >= 2) >= len(rows) / 2:
                found.append(Table(region, rows, tuple(inside)))
    taken = [table.region for table in found]
    return found + [
        table for table in _between_rules(segments, rules) if not any(table.region.near(r, 0) for r in taken)
    ]


def _between_rules(segments: Sequence[Line], rules: Sequence[Region]) -> list[Table]:
    """Return the tables that are drawn with horizontal rules only, as books do."""
    wide = sorted((rule for rule in rules if rule.width > 80 and rule.height < 4), key=lambda rule: rule.top)
    found: list[Table] = []
    while wide:
        first, wide = wide[0], wide[1:]
        alike = [rule for rule in wide if abs(rule.left - first.left) < 8 and abs(rule.right - first.right) < 8]
        for count in range(min(len(alike), 30), 0, -1):
            region = _around([first, *alike[:count]])
            inside = [line for line in segments if region.holds(line, 0)]
            rows = _projected(inside)
            if rows:
                found.append(Table(region, rows, tuple(inside)))
                wide = [rule for rule in wide if rule.top > region.bottom]
                break
    return found


def _projected(lines: Sequence[Line]) -> tuple[tuple[str, ...], ...]:
    """Return rows whose columns are parted by strips that no line crosses; () when there are none."""
    if len(lines) < 2 or sum(1 for line in lines if line.share("mono") > 0.5) > 0.5 * len(lines):
        return ()
    spans: list[list[float]] = []
    for run in sorted((run for line in lines for run in line.runs), key=lambda run: run.left):
        if spans and run.left - spans[-1][1] < 0.5 * run.size:
            spans[-1][1] = max(spans[-1][1], run.right)
        else:
            spans.append([run.left, run.right])
    baselines = _positions([line.baseline for line in lines])
    if len(spans) < 2 or len(baselines) < 2:
        return ()
    rows = [[""] * len(spans) for _ in baselines]
    for line in sorted(lines, key=lambda line: line.left):
        row = rows[sum(1 for baseline in baselines if baseline <= line.baseline + 0.1) - 1]
        for run in line.runs:
            place = sum(1 for left, _ in spans if left <= run.left + 0.1) - 1
            row[place] = f"{row[place]} {run.text}".strip()
    filled = sum(1 for row in rows if sum(map(bool, row)) >= 2)
    return tuple(map(tuple, rows)) if filled >= max(2, 0.5 * len(rows)) else ()


def _grids(rules: Sequence[Region]) -> list[list[Region]]:
    """Group rules that touch each other, directly or through others."""
    groups: list[tuple[Region, list[Region]]] = []
    for rule in sorted(rules, key=lambda rule: (rule.top, rule.left)):
        region, members = rule, [rule]
        touching = [group for group in groups if group[0].near(region, _TOUCH_PT)]
        for group in touching:
            region, members = region.union(group[0]), members + group[1]
            groups.remove(group)
        groups.append((region, members))
    return [members for _, members in groups if len(members) >= 4]


def _around(rules: Sequence[Region]) -> Region:
    region = rules[0]
    for rule in rules[1:]:
        region = region.union(rule)
    return region


def _positions(values: list[float]) -> list[float]:
    distinct: list[float] = []
    for value in sorted(values):
        if not distinct or value - distinct[-1] > _TOUCH_PT:
            distinct.append(value)
    return distinct


def _fill(lines: list[Line], columns: list[float], levels: list[float]) -> tuple[tuple[str, ...], ...]:
    ruled_rows = len(levels) > max(3, len({round(line.baseline) for line in lines}) // 3)
    tops = levels if ruled_rows else sorted({line.top - 1 for line in lines})
    cells: dict[int, dict[int, list[Run]]] = {}
    for line in sorted(lines, key=lambda line: (line.baseline, line.left)):
        middle = line.baseline - 0.3 * line.size
        row = sum(1 for top in tops if top <= middle)
        for run in line.runs:
            column = sum(1 for left in columns if left <= run.left + 2) - 1
            cells.setdefault(row, {}).setdefault(max(0, column), []).append(run)
    width = len(columns) - 1
    return tuple(
        tuple(" ".join(run.text for run in row.get(column, ())) for column in range(width))
        for _, row in sorted(cells.items())
    )


def has_cells(lines: Sequence[Line]) -> bool:
    """Return whether most of at least three lines fall into pieces with wide gaps, as prose never does."""
    return len(lines) >= _MIN_ROWS and sum(1 for line in lines if len(_cells(line)) >= 2) >= 0.6 * len(lines)


@dataclass(frozen=True)
class OpenTable:
    """A table without rules among the lines of a column."""

    start: int
    """Place of its first line."""
    lines: tuple[Line, ...]
    rows: tuple[tuple[str, ...], ...]


def find_open_tables(lines: Sequence[Line]) -> list[OpenTable]:
    """Return the stretches of lines that white space parts into columns, when that is certain.

    Args:
        lines: of one column of the page, from top to bottom.
    """
    found: list[OpenTable] = []
    start = 0
    while start < len(lines):
        stop = start
        while stop < len(lines) and _may_be_row(lines, start, stop):
            stop += 1
        rows = _rows(lines[start:stop]) if stop - start >= _MIN_ROWS else ()
        if rows:
            found.append(OpenTable(start, tuple(lines[start:stop]), rows))
        start = max(stop, start + 1)
    return found


def _may_be_row(lines: Sequence[Line], start: int, place: int) -> bool:
    """Return whether a line has two cells, or is the hanging rest of a cell, close below the row before."""
    line = lines[place]
    if line.share("mono") > 0.9 or _PROMPT.match(line.text):
        return False
    if place == start:
        return len(_cells(line)) >= 2
    above = lines[place - 1]
    close = 0 < line.baseline - above.baseline < 2.2 * line.size and abs(line.size - above.size) < 1.5
    hanging = (
        line.left > lines[start].left + 2 * line.size and line.right <= max(row.right for row in lines[start:place]) + 4
    )
    return close and (len(_cells(line)) >= 2 or hanging)


def _rows(lines: Sequence[Line]) -> tuple[tuple[str, ...], ...]:
    cells = [_cells(line) for line in lines]
    wide = [row for row in cells if len(row) >= 2]
    remarks = sum(1 for row in wide if _REMARK.match(row[-1].text))
    if len(wide) < max(_MIN_ROWS, 0.5 * len(lines)) or remarks >= 0.5 * len(wide):
        return ()
    starts = _positions([cell.left for row in wide for cell in row])
    columns = [left for left in starts if sum(_has(row, left) for row in wide) >= 0.5 * len(wide)]
    if len(columns) < 2 or any(not _fits(row, columns) for row in cells):
        return ()
    rows: list[list[str]] = []
    for row in cells:
        placed = _placed(row, columns)
        if rows and not placed[0] and sum(map(bool, placed)) == 1:
            rows[-1] = [f"{old} {new}".strip() for old, new in zip(rows[-1], placed, strict=True)]
        else:
            rows.append(placed)
    return tuple(tuple(row) for row in rows) if len(rows) >= _MIN_ROWS else ()


def _placed(row: list["_Cell"], columns: list[float]) -> list[str]:
    placed = [""] * len(columns)
    for cell in row:
        place = max(0, sum(1 for left in columns if left <= cell.left + _TOUCH_PT) - 1)
        placed[place] = f"{placed[place]} {cell.text}".strip()
    return placed


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    left: float
    right: float


def _cells(line: Line) -> list[_Cell]:
    cells: list[_Cell] = []
    for run in line.runs:
        if cells and run.left - cells[-1].right < 1.2 * line.size:
            last = cells[-1]
            cells[-1] = _Cell(last.text + (" " if run.spaced else "") + run.text, last.left, run.right)
        else:
            cells.append(_Cell(run.text, run.left, run.right))
    return cells


def _has(row: list[_Cell], left: float) -> bool:
    return any(abs(cell.left - left) <= _TOUCH_PT for cell in row)


def _fits(row: list[_Cell], columns: list[float]) -> bool:
    """Return whether no cell runs across the start of a column that has a cell of its own in this row."""
    return all(
        not (cell.left < left - _TOUCH_PT and cell.right > left + _TOUCH_PT) or not _has(row, left)
        for cell in row
        for left in columns
    )
