"""A field of squares, such as a maze: squares wear roles and numbers, and a line grows through them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from string import ascii_uppercase
from typing import Any

from vortex.core.errors import EngineError
from vortex.visuals.graph import Element, Scene, State
from vortex.visuals.graphics import skia
from vortex.visuals.kinds.cued import with_cues
from vortex.visuals.kinds.division import divide
from vortex.visuals.kinds.shrink import demand
from vortex.visuals.kinds.steps import Course, course
from vortex.visuals.kinds.turns import Turns, say
from vortex.visuals.kinds.wear import draw_box, inscribed, looks_of, type_size, wear
from vortex.visuals.layout import DoesNotFit, Rect
from vortex.visuals.looks import Look
from vortex.visuals.stage import Stage
from vortex.visuals.states import Grid
from vortex.visuals.text import TextBlock, TextStyle
from vortex.visuals.theme import Colour, argb, mix

_LARGEST = 0.17
"""The largest square, as a share of the unit."""
_TYPE = 0.42
"""Ideal type size, in squares."""
_LONG = 1.9
"""Fields that are wider than this many heights leave no room beside them."""
_LINE, _LINE_S = 0.5, 0.09
"""Width of the line, in squares, and the seconds that it takes from one to the next."""
_PALE = 0.42
"""How much of its colour the line has, so that numbers can be read on it."""

Way = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Field:
    """The squares in their places."""

    corner: tuple[float, float]
    size: float
    style: TextStyle

    def square(self, row: int, column: int) -> Rect:
        """Return a square's whole place."""
        x, y = self.corner
        return Rect(x + column * self.size, y + row * self.size, self.size, self.size)

    def box(self, row: int, column: int) -> Rect:
        """Return what is drawn of a square."""
        return self.square(row, column).inset(max(0.5, 0.03 * self.size))


def build(grid: Grid, stage: Stage) -> Scene:
    """Draw the field at once; roles, texts and the line change with the steps."""
    cells = [(row, column) for row in range(grid.rows) for column in range(grid.columns)]
    scene = stage.scene()
    steps = course("grid", grid, stage, [_name(*cell) for cell in cells])
    ways = steps.turns(_ways(grid).__getitem__)
    states = with_cues(steps, stage, lambda target: (target,))
    room = divide(scene, stage, grid, steps, beside=stage.frame.wide and grid.columns < _LONG * grid.rows)
    field = _placed(grid, stage, states, room)
    if grid.numbered:
        _add_numbers(scene, stage, grid, field)
    looks = {cell: looks_of(stage, states.roles(_name(*cell))) for cell in cells}
    cued = {cue.target for cue in stage.cues}
    still = [cell for cell in cells if len(looks[cell]) == 1 and _name(*cell) not in cued]
    _add_still(scene, stage, field, [(field.box(*cell), looks[cell][0][1]) for cell in still])
    for cell in cells:
        if cell not in still:
            _add_square(scene, stage, field, cell, looks[cell])
    pale = mix(stage.theme.background, stage.theme.way, _PALE)
    _add_ways(scene, stage, field, ways, pale)
    crossed = {cell for _, way in ways for cell in way}
    for cell in cells:
        worn = looks[cell] if cell not in crossed else tuple((at, replace(each, fill=pale)) for at, each in looks[cell])
        texts = states.texts(_name(*cell))
        inks: Turns[Colour] = ((0, stage.theme.ink),)
        say(scene, stage, f"{_name(*cell)}/text", inscribed(stage, field.box(*cell), field.style, (texts, inks, worn)))
    return scene


def _name(row: int, column: int) -> str:
    return f"cell:{row},{column}"


def _ways(grid: Grid) -> list[Way]:
    """Return the line of each state.

    Raises:
        EngineError: it leaves the field.
    """
    ways: list[Way] = [()]
    for index, step in enumerate(grid.steps):
        new = ways[-1] if step.path is None else step.path
        for row, column in new:
            if not (0 <= row < grid.rows and 0 <= column < grid.columns):
                raise EngineError(
                    f"grid.steps.{index}.path goes through ({row}, {column}), but rows go from 0 to {grid.rows - 1} "
                    f"and columns from 0 to {grid.columns - 1}; mend storyboard.json"
                )
        ways.append(new)
    return ways


def _placed(grid: Grid, stage: Stage, states: Course, room: Rect) -> _Field:
    """Return the field as large as the room allows.

    Raises:
        DoesNotFit: what is written in a square is not legible.
    """
    least = stage.frame.minimum
    margin = 1.9 * least if grid.numbered else 0.0
    size = min((room.width - margin) / grid.columns, (room.height - margin) / grid.rows)
    size = min(size, _LARGEST * stage.frame.unit)
    if size < 0.6 * least:
        raise DoesNotFit(f"{grid.rows} x {grid.columns} squares of {size:.0f} px cannot be told apart; show fewer")
    style = replace(stage.style("body", align="centre", weight="semibold"), line_height=1.2, tracking=0.0)
    names = [_name(row, column) for row in range(grid.rows) for column in range(grid.columns)]
    texts = {text for name in names for _, text in states.texts(name) if text}
    if texts:
        largest = type_size(texts, style, (0.88 * size, 0.9 * size), least)
        style = replace(style, size=min(largest, max(least, _TYPE * size)))
    place = room.placed(grid.columns * size + margin, grid.rows * size + margin)
    return _Field((place.x + margin, place.y + margin), size, style)


def _add_numbers(scene: Scene, stage: Stage, grid: Grid, field: _Field) -> None:
    """Letter the columns above the field and count the rows at its left, as on a chessboard."""
    least = stage.frame.minimum
    style = replace(stage.style("small", colour=stage.theme.muted), size=least, line_height=1.2)
    for column in range(grid.columns):
        block = TextBlock(ascii_uppercase[column], style, 1e6)
        demand(block.width, field.size, "a column's number")
        above = field.square(0, column)
        scene.text(f"column:{column}", block, above.centre[0] - block.width / 2, above.y - 1.45 * least)
    for row in range(grid.rows):
        block = TextBlock(str(row + 1), style, 1e6)
        demand(block.height, field.size, "a row's number")
        beside = field.square(row, 0)
        scene.text(f"row:{row}", block, beside.x - 0.5 * least - block.width, beside.centre[1] - block.height / 2)


def _add_still(scene: Scene, stage: Stage, field: _Field, boxes: Sequence[tuple[Rect, Look]]) -> None:
    """Add all squares that never change as one element."""
    if not boxes:
        return

    def paint(canvas: Any, _: State) -> None:
        for box, look in boxes:
            if look.opacity:
                draw_box(canvas, stage, box, look, 0.1 * field.size)

    area = boxes[0][0]
    for box, _ in boxes:
        area = area.union(box)
    scene.add("field", area.outset(1), paint)


def _add_square(scene: Scene, stage: Stage, field: _Field, cell: tuple[int, int], looks: Turns[Look]) -> None:
    box = field.box(*cell)
    wear(
        scene,
        stage,
        _name(*cell),
        box.outset(1),
        looks,
        lambda canvas, look: draw_box(canvas, stage, box, look, 0.1 * field.size),
    )


def _add_ways(scene: Scene, stage: Stage, field: _Field, ways: Turns[Way], colour: Colour) -> None:
    """Add the line: it grows as long as it only gets longer; another one takes its place."""
    for index, group in enumerate(_grown(ways)):
        at, whole = group[0][0], group[-1][1]
        line = _add_line(scene, f"path:{index}", [field.square(*cell).centre for cell in whole], field.size, colour)
        line.begin("opacity", 0.0).animate("opacity", at, 1.0, 0.0).begin("progress", 0.0)
        before = 1
        for start, way in group:
            share = (len(way) - 1) / max(1, len(whole) - 1)
            seconds = min(1.6, max(0.3, _LINE_S * (len(way) - before)))
            line.animate("progress", start, share, seconds, "in_out")
            before = len(way)
        gone = min((start for start, _ in ways if start > group[-1][0]), default=None)
        if gone is not None:
            line.hide(gone)


def _grown(ways: Turns[Way]) -> Iterator[list[tuple[int, Way]]]:
    """Yield runs of lines each of which begins with the one before."""
    run: list[tuple[int, Way]] = []
    for at, way in ways:
        if run and (not way or way[: len(run[-1][1])] != run[-1][1]):
            yield run
            run = []
        if way:
            run.append((at, way))
    if run:
        yield run


def _add_line(scene: Scene, name: str, points: Sequence[tuple[float, float]], size: float, colour: Colour) -> Element:
    """Add a line through ``points``, equally long from each to the next in progress."""
    thick = _LINE * size

    def paint(canvas: Any, state: State) -> None:
        pen = skia.Paint(Color=argb(colour), AntiAlias=True, StrokeWidth=thick)
        pen.setStyle(skia.Paint.kStroke_Style)
        pen.setStrokeCap(skia.Paint.kRound_Cap)
        pen.setStrokeJoin(skia.Paint.kRound_Join)
        path = skia.Path()
        path.moveTo(*points[0])
        for point in _passed(points, 0.0, state.progress)[1:] or points[:1]:
            path.lineTo(*point)
        canvas.drawPath(path, pen)

    def changed(old: State, new: State) -> Iterator[Rect]:
        low, high = sorted((old.progress, new.progress))
        for one, other in pairwise(_passed(points, low, high)):
            yield _around(one, other).outset(thick)

    area = _around(*points)
    return scene.add(
        name,
        area.outset(thick),
        paint,
        damage=changed,
        covers=lambda state: _around(*_passed(points, 0.0, state.progress)).outset(thick / 2),
    )


def _passed(points: Sequence[tuple[float, float]], low: float, high: float) -> list[tuple[float, float]]:
    """Return the part of a line between two shares of its way, by its points."""
    last = len(points) - 1
    inner = [points[n] for n in range(last + 1) if low * last < n < high * last]
    return [_along(points, low * last), *inner, _along(points, high * last)]


def _along(points: Sequence[tuple[float, float]], place: float) -> tuple[float, float]:
    index = min(int(place), len(points) - 1)
    (x, y), (to_x, to_y) = points[index], points[min(index + 1, len(points) - 1)]
    return x + (to_x - x) * (place - index), y + (to_y - y) * (place - index)


def _around(*points: tuple[float, float]) -> Rect:
    left, top = min(x for x, _ in points), min(y for _, y in points)
    return Rect(left, top, max(x for x, _ in points) - left, max(y for _, y in points) - top)
