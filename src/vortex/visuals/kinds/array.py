"""Cells in a row: they wear roles, change places along arcs, and arrows with names point at them.

What changes places moves over the row and never through a neighbour: of the cells that move, as many as possible keep
their order and slide along the row; each of the others is lifted, and two that meet up there fly at different heights.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from vortex.core.errors import EngineError
from vortex.visuals.graph import Element, Scene, State
from vortex.visuals.graphics import skia
from vortex.visuals.kinds.shrink import demand, largest
from vortex.visuals.kinds.steps import CHANGE_S, Course, course, divide, draw_box, inscribed, type_size, wear
from vortex.visuals.kinds.turns import say
from vortex.visuals.layout import Rect
from vortex.visuals.looks import Look, look, resting
from vortex.visuals.stage import Stage
from vortex.visuals.states import Array, Pointer
from vortex.visuals.text import TextBlock, TextStyle
from vortex.visuals.theme import argb

_SLIDE_S = 0.6
_LIFT, _LIFT_MORE = 1.12, 0.78
"""Height of the first level of flight over the row, and of each further one over the one below, in cells."""
_TYPE = 0.46
"""Ideal type size, in heights of a cell."""
_FEW = 6
"""More cells than this want the whole width: what stands on shelves is then put under them."""
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

    @property
    def levels(self) -> int:
        """How many levels of flight are needed over the row."""
        return max((max(flights(old, new)) for old, new in pairwise(self.orders)), default=0)


@dataclass(frozen=True, slots=True)
class _Row:
    """The row, measured; y counts from its top."""

    pitch: float
    cell: tuple[float, float]
    """Width and height."""
    style: TextStyle
    small: TextStyle
    levels: int
    lanes: dict[str, int]
    """For each pointer, how far below the cells its name stands."""
    numbers: float
    """Height of the line of place numbers."""
    stem: float

    @property
    def top(self) -> float:
        """Top edge of the cells."""
        return self.lift(self.levels)

    def lift(self, level: int) -> float:
        """Return how far above its place in the row a cell flies."""
        return (_LIFT + (level - 1) * _LIFT_MORE) * self.cell[1] if level else 0.0

    @property
    def height(self) -> float:
        """Of everything."""
        lanes = max(self.lanes.values(), default=-1) + 1
        below = self.stem + lanes * self.lane if lanes else 0.0
        return self.top + self.cell[1] + self.numbers + below

    @property
    def lane(self) -> float:
        """Height of one line of names of pointers."""
        return 1.3 * self.small.size


def build(array: Array, stage: Stage) -> Scene:
    """Draw the row at once; cells, window and pointers change with the steps."""
    count = len(array.cells)
    way = _Way(_orders(array), _windows(array), _pointers(array))
    scene = stage.scene()
    states = course("array", array, stage, [f"cell:{index}" for index in range(count)])
    room = divide(scene, stage, array, states, beside=stage.frame.wide and count <= _FEW)
    row = largest(lambda scale: _measured(array, states, stage, room, way, scale))
    place = room.placed(count * row.pitch, row.height - row.top)
    corner = Rect(place.x + (row.pitch - row.cell[0]) / 2, max(place.y, room.y + row.top), *row.cell)
    if array.numbered:
        _add_numbers(scene, stage, row, corner, count)
    for index, text in enumerate(array.cells):
        parts = _add_cell(scene, stage, row, states, (index, text, corner), way)
        _slide(parts, stage, row, states, index, way)
    _add_pointers(scene, stage, row, corner, states, way)
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


def _measured(array: Array, states: Course, stage: Stage, room: Rect, way: _Way, scale: float) -> _Row:
    """Return the row with cells of ``scale`` times the largest size.

    Raises:
        DoesNotFit: they do not fit in ``room``, or what is written in them is not legible there.
    """
    unit, least = stage.frame.unit, stage.frame.minimum
    pitch = min(room.width / len(array.cells), 1.1 * _LARGEST * unit * scale)
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
    lanes = _lanes(way.pointers, small, pitch)
    row = _Row(pitch, (width, height), style, small, way.levels, lanes, numbers, 1.9 * small.size)
    demand(row.height, room.height, "the array's height")
    return row


def _lanes(states: Sequence[dict[str, int]], style: TextStyle, pitch: float) -> dict[str, int]:
    """Return on which line each pointer's name stands: those that meet or pass each other need lines of their own."""
    lanes: dict[str, int] = {}
    for name in {name: None for state in states for name in state}:
        taken = {lanes[other] for other in lanes if _meet(states, (name, other), style, pitch)}
        lanes[name] = next(lane for lane in range(len(lanes) + 1) if lane not in taken)
    return lanes


def _meet(states: Sequence[dict[str, int]], pair: tuple[str, str], style: TextStyle, pitch: float) -> bool:
    one, other = pair
    apart = [state[one] - state[other] for state in states if one in state and other in state]
    needed = sum(TextBlock(name, style, 1e6).width for name in pair) / 2 + 0.4 * style.size
    return bool(apart) and (min(map(abs, apart)) * pitch < needed or min(apart) * max(apart) < 0)


def _add_numbers(scene: Scene, stage: Stage, row: _Row, corner: Rect, count: int) -> None:
    """Count the places under the cells."""
    style = replace(row.small, colour=stage.theme.muted)
    for place in range(count):
        block = TextBlock(str(place), style, 1e6)
        box = corner.moved(place * row.pitch, 0)
        scene.text(f"place:{place}", block, box.centre[0] - block.width / 2, box.bottom + 0.18 * row.small.size)


def _add_cell(
    scene: Scene, stage: Stage, row: _Row, states: Course, cell: tuple[int, str, Rect], way: _Way
) -> list[Element]:
    """Add a cell where it stands at first; return its box and its texts."""
    index, first, corner = cell
    target = f"cell:{index}"
    box = corner.moved(index * row.pitch, 0)
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
    for n, (old, new) in enumerate(pairwise(way.orders), start=1):
        start, goal = old.index(index), new.index(index)
        if start == goal:
            continue
        level, at = flights(old, new)[index], states.frames[n]
        if at == 0:
            for part in parts:
                part.animate("dx", 0, (goal - index) * row.pitch, 0.0)
            continue
        later = min((frame for frame in states.frames if frame > at), default=at + stage.frames(_SLIDE_S))
        seconds = min(_SLIDE_S, (later - at) / stage.timing.fps)
        for part in parts:
            # It is up before it sets out, and stays there until it has arrived: no neighbour is in its way.
            part.animate("dx", at + stage.frames(0.15 * seconds), (goal - index) * row.pitch, 0.7 * seconds, "in_out")
            if level:
                part.animate("dy", at, -row.lift(level), 0.3 * seconds)
                part.animate("dy", at + stage.frames(0.72 * seconds), 0.0, 0.28 * seconds, "in_out")


def _add_pointers(scene: Scene, stage: Stage, row: _Row, corner: Rect, states: Course, way: _Way) -> None:
    """Add an arrow and a name for each pointer, and let them go from cell to cell."""
    style = replace(row.small, colour=stage.theme.accent, weight="semibold")
    top = corner.bottom + row.numbers + 0.25 * row.small.size
    base = top + row.stem - 0.35 * row.small.size
    middle = corner.centre[0]
    arrows, names = [], []
    for name, lane in row.lanes.items():
        below = base + lane * row.lane
        arrows.append(_add_arrow(scene, stage, f"pointer:{name}", (middle, top), below, row.small.size))
    for name, lane in row.lanes.items():
        block = TextBlock(name, style, 1e6)
        place = Rect(middle - block.width / 2, base + lane * row.lane, block.width, block.height)
        # Names on lower lines hang on an arrow that passes behind those above them.
        patch = _add_patch(scene, stage, f"pointer:{name}/patch", place.top_slice(row.lane + 1))
        names.append([patch, scene.text(f"pointer:{name}/text", block, place.x, place.y)])
    for name, arrow, parts in zip(row.lanes, arrows, names, strict=True):
        _point([arrow, *parts], row, states, [state.get(name) for state in way.pointers])


def _add_arrow(scene: Scene, stage: Stage, name: str, tip: tuple[float, float], bottom: float, size: float) -> Element:
    """Add an arrow that points up."""
    x, y = tip
    head, thick = 0.62 * size, 1.3 * stage.stroke
    colour = argb(stage.theme.accent)
    path = skia.Path()
    path.moveTo(x, y)
    path.lineTo(x - 0.42 * head, y + head)
    path.lineTo(x + 0.42 * head, y + head)
    path.close()
    stem = skia.Rect.MakeXYWH(x - thick / 2, y + 0.8 * head, thick, bottom - y - 0.8 * head)

    def paint(canvas: Any, _: State) -> None:
        ink = skia.Paint(Color=colour, AntiAlias=True)
        canvas.drawPath(path, ink)
        canvas.drawRect(stem, ink)

    return scene.add(name, Rect(x - head, y, 2 * head, bottom - y), paint)


def _add_patch(scene: Scene, stage: Stage, name: str, box: Rect) -> Element:
    fill = skia.Paint(Color=argb(stage.theme.background))
    area = skia.Rect.MakeXYWH(box.x, box.y, box.width, box.height)
    return scene.add(name, box, lambda canvas, _: canvas.drawRect(area, fill))


def _point(parts: Sequence[Element], row: _Row, states: Course, places: Sequence[int | None]) -> None:
    """Let a pointer appear, go from cell to cell, and disappear."""
    for part in parts:
        part.begin("opacity", 0.0)
        before: int | None = None
        for at, place in states.turns(lambda n: places[n]):
            if place is None:
                part.hide(at, 0.2)
            else:
                part.animate("dx", at, place * row.pitch, 0.0 if before is None else CHANGE_S, "in_out")
                part.animate("opacity", at, 1.0, 0.3 if before is None and at else 0.0)
            before = place
