"""Matrices and vectors beside each other, with signs between: rows, columns and cells are lit, values come and change.

All values share one type size. Of the ways to break the row of matrices into lines, the one with the largest type is
taken, so that a product stands in one line in wide shapes and in two or three in upright ones.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from vortex.core.errors import EngineError
from vortex.visuals.graph import Element, Scene, State
from vortex.visuals.graphics import skia
from vortex.visuals.kinds.cued import with_cues
from vortex.visuals.kinds.division import divide
from vortex.visuals.kinds.matrix_plan import Plan, Spot, best_plan
from vortex.visuals.kinds.signs import hue_of
from vortex.visuals.kinds.steps import Course, course
from vortex.visuals.kinds.turns import Turns, say
from vortex.visuals.kinds.wear import draw_box, inscribed, wear
from vortex.visuals.layout import Rect
from vortex.visuals.looks import Look, look
from vortex.visuals.stage import Stage
from vortex.visuals.states import Mark, Matrix, Role
from vortex.visuals.theme import Colour, argb, contrast, mix

_LEGIBLE = 4.5
_EDGED: tuple[Role, ...] = ("active", "open", "path", "good", "bad")
"""Roles that keep their edge where the fill already says how large a number is."""
_PALEST = 0.06


def build(matrix: Matrix, stage: Stage) -> Scene:
    """Draw the matrices as they stand at first; steps light their parts and write into their cells.

    Raises:
        EngineError: a matrix is ragged, a name or a sign has no place, or a mark names nothing.
        DoesNotFit: the values cannot be set legibly beside each other.
    """
    _check(matrix)
    course("matrix", matrix, stage, list(_targets(matrix)))
    # From here on only cells are marked: what is said of a row is said of each of its cells.
    spread = matrix.model_copy(
        update={
            "marks": tuple(_spread(matrix, matrix.marks)),
            "steps": tuple(
                step.model_copy(update={"marks": tuple(_spread(matrix, step.marks))}) for step in matrix.steps
            ),
        }
    )
    states = course("matrix", spread, stage, list(_targets(matrix)))
    scene = stage.scene()
    room = divide(scene, stage, matrix, states)
    states = with_cues(states, stage, lambda target: _cells(matrix, target))
    plan = best_plan(stage, matrix, _written(matrix, states), room)
    for index in range(len(matrix.blocks)):
        _add_block(scene, stage, matrix, states, plan, index)
    return scene


def _check(matrix: Matrix) -> None:
    for index, block in enumerate(matrix.blocks):
        lengths = {len(row) for row in block.rows}
        if len(lengths) > 1 or 0 in lengths:
            raise EngineError(
                f"matrix.blocks.{index}.rows have {sorted(lengths)} values; give each row the same number, at least one"
            )
        for name, names, count in (
            ("row_names", block.row_names, len(block.rows)),
            ("column_names", block.column_names, len(block.rows[0])),
        ):
            if names and len(names) != count:
                raise EngineError(f"matrix.blocks.{index}.{name} holds {len(names)} names for {count}; mend it")
    if len(matrix.signs) >= len(matrix.blocks):
        raise EngineError(
            f"matrix.signs holds {len(matrix.signs)} signs for {len(matrix.blocks)} matrices; one stands between two"
        )


def _targets(matrix: Matrix) -> Iterator[str]:
    for b, block in enumerate(matrix.blocks):
        rows, columns = range(len(block.rows)), range(len(block.rows[0]))
        yield f"block:{b}"
        yield from (f"row:{b},{r}" for r in rows)
        yield from (f"column:{b},{c}" for c in columns)
        yield from (f"cell:{b},{r},{c}" for r in rows for c in columns)


def _spread(matrix: Matrix, marks: Sequence[Mark]) -> Iterator[Mark]:
    """Yield each mark, and for one of a block, row or column those of its cells.

    Raises:
        EngineError: a mark writes at something that is no cell.
    """
    for mark in marks:
        yield mark
        if mark.at.startswith("cell:"):
            continue
        if mark.text is not None:
            raise EngineError(f"a mark of the matrix writes {mark.text!r} at {mark.at}; write at one cell, cell:b,r,c")
        yield from (Mark(at=cell, role=mark.role) for cell in _cells(matrix, mark.at)[1:])


def _cells(matrix: Matrix, target: str) -> list[str]:
    """Return a target and, after it, the cells that it stands for."""
    sort, _, place = target.partition(":")
    if sort == "cell":
        return [target]
    b, *other = map(int, place.split(","))
    rows, columns = range(len(matrix.blocks[b].rows)), range(len(matrix.blocks[b].rows[0]))
    rows = range(other[0], other[0] + 1) if sort == "row" else rows
    columns = range(other[0], other[0] + 1) if sort == "column" else columns
    return [target, *(f"cell:{b},{r},{c}" for r in rows for c in columns)]


def _written(matrix: Matrix, states: Course) -> list[list[list[list[str]]]]:
    """Return for each block, row and column every text that ever stands there."""
    return [
        [
            [[text for _, text in states.texts(f"cell:{b},{r},{c}", value)] for c, value in enumerate(row)]
            for r, row in enumerate(block.rows)
        ]
        for b, block in enumerate(matrix.blocks)
    ]


def _add_block(scene: Scene, stage: Stage, matrix: Matrix, states: Course, plan: Plan, index: int) -> None:
    """Add one matrix with its names, its brackets and the sign before it."""
    block, spot = matrix.blocks[index], plan.spots[index]
    cells = [f"cell:{index},{r},{c}" for r in range(len(block.rows)) for c in range(len(block.rows[0]))]

    def gone(n: int) -> bool:
        return states.standing(f"block:{index}", n).role == "hidden" and all(
            states.standing(cell, n).role == "hidden" for cell in cells
        )

    there = states.turns(lambda n: not gone(n))
    # A field of shades with names at its sides is read as a map, which has no brackets.
    bare = matrix.shaded and bool(block.row_names or block.column_names)
    frame = [] if bare else [_add_brackets(scene, stage, f"block:{index}", spot, plan.size)]
    for name, words in spot.words:
        frame.append(scene.text(f"block:{index}/{name}", words.block, words.x, words.y))
    for element in frame:
        element.begin("opacity", float(there[0][1]))
        for at, seen in there[1:]:
            element.animate("opacity", at, float(seen), 0.3)
    shades = _shades(stage, matrix, states, index)
    for r, row in enumerate(block.rows):
        for c, value in enumerate(row):
            _add_cell(scene, stage, states, plan, (f"cell:{index},{r},{c}", value, spot.cell(r, c)), shades)


def _add_cell(
    scene: Scene, stage: Stage, states: Course, plan: Plan, cell: tuple[str, str, Rect], shades: dict[str, Colour]
) -> None:
    """Add what a cell wears, if it ever wears anything, and the values that are written in it."""
    name, value, box = cell
    ground = stage.theme.background

    def role(n: int) -> Role:
        return states.standing(name, n).role

    def text(n: int) -> str:
        said = states.standing(name, n).text
        return value if said is None else said

    looks: Turns[Look] = states.turns(lambda n: _worn(stage, role(n), shades.get(text(n))))
    if any(each.fill != ground and each.opacity for _, each in looks):
        inner = box.inset(0.5 * plan.seam)
        radius = min(0.5 * stage.radius, 0.2 * box.height)

        def draw(canvas: Any, now: Look) -> None:
            draw_box(canvas, stage, inner, now, radius)

        wear(scene, stage, name, box, looks, draw)
    texts = states.turns(lambda n: "" if role(n) == "hidden" else text(n))
    inks = states.turns(lambda n: stage.theme.ink)
    style = replace(stage.style("body"), size=plan.size, line_height=1.2)
    say(scene, stage, f"{name}/text", inscribed(stage, box, style, (texts, inks, looks)))


def _worn(stage: Stage, role: Role, shade: Colour | None) -> Look:
    """Return how a cell looks: as empty as paper at rest, unless its number shades it."""
    theme = stage.theme
    now = look(theme, role)
    if shade and role != "hidden":
        return replace(now, fill=shade, edge=now.edge if role in _EDGED else shade)
    if role == "plain":
        return replace(now, fill=theme.background, edge=theme.background)
    return now


def _shades(stage: Stage, matrix: Matrix, states: Course, index: int) -> dict[str, Colour]:
    """Return the fill of each number of a block by its text: the larger, the stronger; another hue below zero."""
    if not matrix.shaded:
        return {}
    numbers = {}
    for rows in _written(matrix, states)[index]:
        for text in (text for texts in rows for text in texts):
            value = number_of(text)
            if value is not None:
                numbers[text] = value
    most = max((abs(value) for value in numbers.values()), default=0.0) or 1.0
    return {text: shade(stage, value / most) for text, value in numbers.items()}


def number_of(text: str) -> float | None:
    """Return the number that a cell holds, or ``None`` where it is none."""
    try:
        value = float(text.replace("\u2212", "-").replace(",", "").removesuffix("%").strip())
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def shade(stage: Stage, share: float) -> Colour:
    """Return the fill of a number that is ``share`` (-1 to 1) of the greatest; the theme's ink can be read on it."""
    theme = stage.theme
    hue = hue_of(theme, share)
    strongest = 1.0
    while contrast(theme.ink, mix(theme.background, hue, strongest)) < _LEGIBLE:
        strongest -= 0.02
    return mix(theme.background, hue, _PALEST + (strongest - _PALEST) * abs(share))


def _add_brackets(scene: Scene, stage: Stage, name: str, spot: Spot, size: float) -> Element:
    """Add the square brackets of a matrix."""
    box, arm, thick = spot.brackets, 0.28 * size, 1.1 * stage.stroke
    pen = skia.Paint(Color=argb(stage.theme.ink), AntiAlias=True, StrokeWidth=thick)
    pen.setStyle(skia.Paint.kStroke_Style)
    path = skia.Path()
    for x, way in ((box.x, arm), (box.right, -arm)):
        path.addPoly(
            [skia.Point(*point) for point in ((x + way, box.y), (x, box.y), (x, box.bottom), (x + way, box.bottom))],
            False,
        )

    def paint(canvas: Any, _: State) -> None:
        canvas.drawPath(path, pen)

    return scene.add(name, box.outset(thick), paint)
