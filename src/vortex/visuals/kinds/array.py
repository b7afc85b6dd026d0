"""Cells in a row: they wear roles, change places along arcs, and arrows with names point at them.

What changes places moves over the row and never through a neighbour: of the cells that move, as many as possible keep
their order and slide along the row; each of the others is lifted, and two that meet up there fly at different heights.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from vortex.core.errors import EngineError
from vortex.visuals.graph import Element, Scene
from vortex.visuals.kinds.cued import with_cues
from vortex.visuals.kinds.division import divide
from vortex.visuals.kinds.pointers import Pointers, add_pointers
from vortex.visuals.kinds.shrink import demand, largest
from vortex.visuals.kinds.steps import Course, course
from vortex.visuals.kinds.turns import say
from vortex.visuals.kinds.wear import draw_box, inscribed, type_size, wear
from vortex.visuals.layout import DoesNotFit, Rect
from vortex.visuals.looks import Look, look, resting
from vortex.visuals.stage import Stage
from vortex.visuals.states import Array, Pointer
from vortex.visuals.text import TextBlock, TextStyle

_SLIDE_S, _GONE_S = 0.6, 0.13
_LIFT, _LIFT_MORE = 1.12, 0.78
"""Height of the first level of flight over the row, and of each further one over the one below, in cells."""
_TYPE = 0.46
"""Ideal type size, in heights of a cell."""
_FEW = 6
"""More cells than this want the whole width: what stands on shelves is then put under them."""
_FOLDED = 1.3
"""By how much cells have to be larger in two lines than in one."""
_LARGEST = 0.2
"""The widest cell, as a share of the unit."""
_TALLEST, _UPRIGHT = 1.25, 1.5
"""Height of a cell that cannot be wide enough for its room, in widths, in wide and in other shapes."""


@dataclass(frozen=True, slots=True)
class _Way:
    """What the steps do to the row as a whole: one entry for each state."""

    orders: Sequence[tuple[int, ...]]
    windows: Sequence[tuple[int, int]]
    pointers: Sequence[dict[str, int]]

    def levels(self, across: int) -> int:
        """Return how many levels of flight are needed over lines of ``across`` cells."""
        return max(
            (
                level
                for old, new in pairwise(self.orders)
                for cell, level in enumerate(flights(old, new))
                if old.index(cell) // across == new.index(cell) // across
            ),
            default=0,
        )


@dataclass(frozen=True, slots=True)
class _Row:
    """The row, measured; in narrow shapes it may be folded into two."""

    across: int
    """Cells in a line."""
    lines: int
    pitch: float
    cell: tuple[float, float]
    """Width and height."""
    style: TextStyle
    small: TextStyle
    levels: int
    numbers: float
    """Height of the line of place numbers."""
    below: float
    """Height of the pointers."""

    @property
    def top(self) -> float:
        """Height of the air in which cells fly."""
        return self.lift(self.levels)

    @property
    def line(self) -> float:
        """Distance of two lines."""
        return self.top + self.cell[1] + self.numbers + self.below + 0.35 * self.cell[1]

    @property
    def height(self) -> float:
        """Of everything."""
        return self.lines * self.line - 0.35 * self.cell[1]

    def lift(self, level: int) -> float:
        """Return how far above its place in the row a cell flies."""
        return (_LIFT + (level - 1) * _LIFT_MORE) * self.cell[1] if level else 0.0

    def spot(self, place: int) -> tuple[float, float]:
        """Return how far a place is from the first one, to the right and down."""
        return place % self.across * self.pitch, place // self.across * self.line


def build(array: Array, stage: Stage) -> Scene:
    """Draw the row at once; cells, window and pointers change with the steps."""
    count = len(array.cells)
    scene = stage.scene()
    steps = course("array", array, stage, [f"cell:{index}" for index in range(count)])
    room = divide(scene, stage, array, steps, beside=stage.frame.wide and count <= _FEW)
    states = with_cues(steps, stage, lambda target: (target,))
    at = [steps.index_at(frame) for frame in states.frames]
    orders, windows, pointed = _orders(array), _windows(array), _pointers(array)
    way = _Way([orders[n] for n in at], [windows[n] for n in at], [pointed[n] for n in at])
    row = _best(array, states, stage, room, way)
    place = room.placed(row.across * row.pitch, row.height - row.top)
    corner = Rect(place.x + (row.pitch - row.cell[0]) / 2, max(place.y, room.y + row.top), *row.cell)
    if array.numbered:
        _add_numbers(scene, stage, row, corner, count)
    for index, text in enumerate(array.cells):
        parts = _add_cell(scene, stage, row, states, (index, text, corner), way)
        _slide(parts, stage, row, states, index, way)
    pointers = _placed_pointers(stage, row, corner, way, room)
    add_pointers(scene, stage, pointers, states, row.numbers + 0.25 * row.small.size)
    return scene


def flights(old: Sequence[int], new: Sequence[int]) -> list[int]:
    """Return for each cell at which level it changes places: 0 along the row, 1 and more over it.

    Source: the cells that stay low are a longest increasing subsequence (Schensted 1961), here by the quadratic method.

    Args:
        old: for each place, which cell stands there.
        new: the same, afterwards.
    """
    goal = {cell: place for place, cell in enumerate(new)}
    ends = [goal[cell] for cell in old]
    fixed = [place for place, end in enumerate(ends) if place == end]
    chains: list[list[int]] = [[]]
    for place, end in enumerate(ends):
        # What does not move at all stays low, so that whatever would pass it has to fly.
        if all((place < still) == (end < still) for still in fixed if still != place):
            before = [chain for chain in chains if not chain or ends[chain[-1]] < end]
            chains.append([*max(before, key=len), place])
    longest = max(chains, key=len)
    low = set(longest)
    levels = {place: 0 for place in low}
    for place in sorted(set(range(len(ends))) - low, key=lambda n: abs(ends[n] - n)):
        met = {levels[other] for other in levels if (other < place) != (ends[other] < ends[place])}
        levels[place] = next(level for level in range(1, len(ends) + 1) if level not in met)
    return [levels[old.index(cell)] for cell in range(len(old))]


def _orders(array: Array) -> list[tuple[int, ...]]:
    """Return the order of each state.

    Raises:
        EngineError: one is no order of the cells.
    """
    orders = [tuple(range(len(array.cells)))]
    for index, step in enumerate(array.steps):
        new = orders[-1] if step.order is None else step.order
        if sorted(new) != list(orders[0]):
            raise EngineError(
                f"array.steps.{index}.order is {list(new)}, but has to name each of the {len(orders[0])} cells once; "
                "mend storyboard.json"
            )
        orders.append(new)
    return orders


def _windows(array: Array) -> list[tuple[int, int]]:
    """Return the window of each state.

    Raises:
        EngineError: one is no stretch of the places.
    """
    last = len(array.cells) - 1
    windows = [(0, last)]
    for index, step in enumerate(array.steps):
        new = windows[-1] if step.window is None else step.window
        if not 0 <= new[0] <= new[1] <= last:
            raise EngineError(
                f"array.steps.{index}.window is {new}, but places go from 0 to {last}, the first before the last; "
                "mend storyboard.json"
            )
        windows.append(new)
    return windows


def _pointers(array: Array) -> list[dict[str, int]]:
    """Return for each state where which pointers stand.

    Raises:
        EngineError: one points at no cell, or a name stands twice.
    """
    states: list[dict[str, int]] = [{}]
    for index, step in enumerate(array.steps):
        given: Sequence[Pointer] = step.pointers or ()
        new = states[-1] if step.pointers is None else {pointer.name: pointer.at for pointer in given}
        wrong = [pointer for pointer in given if pointer.at >= len(array.cells)]
        if wrong or (step.pointers is not None and len(new) < len(given)):
            fault = f"{wrong[0].name!r} at {wrong[0].at}" if wrong else "a name twice"
            raise EngineError(
                f"array.steps.{index}.pointers has {fault}; places go from 0 to {len(array.cells) - 1}, and each name "
                "stands once; mend storyboard.json"
            )
        states.append(new)
    return states


def _best(array: Array, states: Course, stage: Stage, room: Rect, way: _Way) -> _Row:
    """Return the row in one line, or in two where the shape is narrow and that makes the cells much larger.

    Raises:
        DoesNotFit: nothing legible fits.
    """
    count = len(array.cells)
    folds = (1,) if stage.frame.wide or count <= _FEW else (1, 2)
    found: list[_Row] = []
    refused: DoesNotFit | None = None
    for lines in folds:
        across = math.ceil(count / lines)
        try:
            row = largest(lambda scale, across=across: _measured(array, states, stage, (room, across), way, scale))  # type: ignore[misc]
        except DoesNotFit as error:
            refused = refused or error
        else:
            found.append(row)
    if not found:
        assert refused is not None
        raise refused
    return max(found, key=lambda row: row.cell[0] if row.lines == 1 else row.cell[0] / _FOLDED)


def _measured(array: Array, states: Course, stage: Stage, where: tuple[Rect, int], way: _Way, scale: float) -> _Row:
    """Return the row with cells of ``scale`` times the largest size.

    Args:
        array: the cells.
        states: all that is ever written in them.
        stage: gives type and distances.
        where: the room, and how many cells stand in a line.
        way: flights and pointers.
        scale: 1 or less.

    Raises:
        DoesNotFit: they do not fit in the room, or what is written in them is not legible there.
    """
    room, across = where
    unit, least = stage.frame.unit, stage.frame.minimum
    pitch = min(room.width / across, 1.1 * _LARGEST * unit * scale)
    width = 0.91 * pitch
    height = min((_TALLEST if stage.frame.wide else _UPRIGHT) * width, 0.8 * _LARGEST * unit * scale)
    texts = {text for n, cell in enumerate(array.cells) for _, text in states.texts(f"cell:{n}", cell) if text}
    style = replace(stage.style("body", align="centre", weight="semibold"), line_height=1.2, tracking=0.0)
    size = type_size(texts, style, (0.88 * width, 0.9 * height), least)
    style = replace(style, size=min(size, max(least, _TYPE * height)))
    small = replace(stage.style("small", align="centre"), line_height=1.25)
    small = replace(small, size=max(least, min(small.size, 0.5 * height)))
    if array.numbered:
        demand(TextBlock(str(len(array.cells) - 1), small, 1e6).width, 0.98 * pitch, "a place's number")
    numbers = 1.45 * small.size if array.numbered else 0.0
    lines = math.ceil(len(array.cells) / across)
    row = _Row(across, lines, pitch, (width, height), style, small, way.levels(across), numbers, 0.0)
    pointers = _placed_pointers(stage, row, room.placed(across * pitch, height), way, room)
    lanes = max(pointers.lanes().values(), default=-1) + 1
    row = replace(row, below=pointers.stem + lanes * pointers.pitch if lanes else 0.0)
    demand(row.height, room.height, "the array's height")
    return row


def _placed_pointers(stage: Stage, row: _Row, corner: Rect, way: _Way, room: Rect) -> Pointers:
    """Return the pointers under a row whose first cell begins at ``corner``."""

    def spot(place: int) -> tuple[float, float]:
        across, down = row.spot(place)
        return corner.x + row.cell[0] / 2 + across, corner.y + row.cell[1] + down

    style = replace(row.small, colour=stage.theme.accent, weight="semibold")
    return Pointers(way.pointers, style, (room.x, room.right), spot)


def _add_numbers(scene: Scene, stage: Stage, row: _Row, corner: Rect, count: int) -> None:
    """Count the places under the cells."""
    # At the least legible size a thin stem falls between pixels, and none of them carries its ink.
    style = replace(row.small, colour=stage.theme.muted, weight="semibold")
    for place in range(count):
        block = TextBlock(str(place), style, 1e6)
        box = corner.moved(*row.spot(place))
        scene.text(f"place:{place}", block, box.centre[0] - block.width / 2, box.bottom + 0.18 * row.small.size)


def _add_cell(
    scene: Scene, stage: Stage, row: _Row, states: Course, cell: tuple[int, str, Rect], way: _Way
) -> list[Element]:
    """Add a cell where it stands at first; return its box and its texts."""
    index, first, corner = cell
    target = f"cell:{index}"
    box = corner.moved(*row.spot(index))
    theme = stage.theme

    def counts(n: int) -> bool:
        low, high = way.windows[n]
        return low <= way.orders[n].index(index) <= high

    def worn(n: int) -> Look:
        now = look(theme, states.standing(target, n).role)
        return now if counts(n) else resting(theme, now)

    looks = states.turns(worn)
    ground = wear(scene, stage, target, box.outset(1), looks, lambda canvas, now: draw_box(canvas, stage, box, now))
    inks = states.turns(lambda n: theme.ink if counts(n) else theme.muted)
    texts = states.texts(target, first)
    lines = inscribed(stage, box, row.style, (texts, inks, looks))
    return [ground, *say(scene, stage, f"{target}/text", lines)]


def _slide(parts: Sequence[Element], stage: Stage, row: _Row, states: Course, index: int, way: _Way) -> None:
    """Move a cell to its place of each step."""
    home = row.spot(index)
    first = tuple(range(len(way.orders[0])))
    for at, (old, new) in zip(states.frames, pairwise([first, *way.orders]), strict=True):
        start, goal = row.spot(old.index(index)), row.spot(new.index(index))
        if start == goal:
            continue
        level = flights(old, new)[index]
        across, down = goal[0] - home[0], goal[1] - home[1]
        moves = (frame for frame, order in states.turns(way.orders.__getitem__) if frame > at)
        later = min(moves, default=at + stage.frames(_SLIDE_S))
        seconds = min(_SLIDE_S, (later - at) / stage.timing.fps)
        for part in parts:
            if at == 0 or start[1] != goal[1]:
                _carry(stage, part, at, (across, down), seconds)
                continue
            # It is up before it sets out, and stays there until it has arrived: no neighbour is in its way.
            part.animate("dx", at + stage.frames(0.15 * seconds), across, 0.7 * seconds, "in_out")
            if level:
                part.animate("dy", at, down - row.lift(level), 0.3 * seconds)
                part.animate("dy", at + stage.frames(0.72 * seconds), down, 0.28 * seconds, "in_out")


def _carry(stage: Stage, part: Element, at: int, offset: tuple[float, float], seconds: float) -> None:
    """Take a part away and put it down elsewhere, after the others have made room: it does not travel through them."""
    there = at + stage.frames(0.85 * seconds)
    before, after = at > 0 and part.state(at - 1).opacity > 0, part.state(there).opacity > 0
    if at and after:
        part.animate("opacity", at - stage.frames(_GONE_S) if before else at, 0.0, _GONE_S if before else 0.0)
    part.animate("dx", at, offset[0], 0.0).animate("dy", at, offset[1], 0.0)
    if at and after:
        part.animate("opacity", there, 1.0, 0.3)
