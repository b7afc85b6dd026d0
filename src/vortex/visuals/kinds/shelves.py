"""Shelves: the named lists beside a picture, such as a queue or a table of distances.

Every shelf has as many places as it ever needs, all of one size, so that a change never moves what stays: the old text
goes, the new one comes, and the place of what is new is lit until its shelf changes again.
"""

import math
from dataclasses import dataclass, replace
from itertools import accumulate

from vortex.visuals.graph import Scene
from vortex.visuals.kinds.parts import add_panel
from vortex.visuals.kinds.shrink import demand, exactly, largest, scaled
from vortex.visuals.kinds.turns import Line, Turns, at_frame, say, turns
from vortex.visuals.layout import DoesNotFit, Rect
from vortex.visuals.stage import Stage
from vortex.visuals.states import Shelf
from vortex.visuals.text import TextBlock, TextStyle

_WIDTHS = (0.2, 0.27, 0.34)
"""Shares of the room that shelves at its right may take; the first that is wide enough for large type is taken."""
_HEIGHT = 0.42
"""Share of the room that shelves under a picture may take at most."""
_LARGE = 0.8


@dataclass(frozen=True, slots=True)
class _Board:
    """One shelf, measured."""

    name: str
    title: TextBlock
    history: Turns[tuple[str, ...]]
    """Its items over time; empty, too, where it is not there."""
    there: Turns[bool]
    texts: dict[str, TextBlock]
    places: tuple[Rect, ...]
    """Relative to the shelf's top left corner."""
    height: float


@dataclass(frozen=True, slots=True)
class ShelfPlan:
    """All shelves, measured, and their top left corners, relative to that of them all."""

    boards: tuple[_Board, ...]
    corners: tuple[tuple[float, float], ...]
    width: float
    height: float


def plan_shelves(stage: Stage, shelves: Turns[tuple[Shelf, ...]], room: Rect, aside: bool) -> ShelfPlan:
    """Return the shelves in the largest type that their part of the room allows.

    Args:
        stage: gives type and distances.
        shelves: all shelves over time.
        room: what they share with the picture.
        aside: whether they stand at the picture's right, else under it.

    Raises:
        DoesNotFit: they are too many or too long.
    """
    if not aside:
        return largest(lambda scale: _lowest(stage, shelves, room, scale))

    def narrowest(scale: float) -> ShelfPlan:
        for share in _WIDTHS[:-1] if scale > _LARGE else ():
            try:
                return _planned(stage, shelves, (share * room.width, room.height), scale)
            except DoesNotFit:
                continue
        return _planned(stage, shelves, (_WIDTHS[-1] * room.width, room.height), scale)

    return largest(narrowest)


def add_shelves(scene: Scene, stage: Stage, plan: ShelfPlan, place: Rect) -> None:
    """Add all shelves in ``place``, in the middle of its height."""
    top = place.placed(plan.width, plan.height).y
    for index, (board, (x, y)) in enumerate(zip(plan.boards, plan.corners, strict=True)):
        _add_board(scene, stage, f"shelf:{index}", board, (place.x + x, top + y))


def _lowest(stage: Stage, shelves: Turns[tuple[Shelf, ...]], room: Rect, scale: float) -> ShelfPlan:
    """Return the shelves under each other or side by side, whichever is lower.

    Raises:
        DoesNotFit: neither fits.
    """
    size = room.width, _HEIGHT * room.height
    abreast = len({shelf.name for _, shown in shelves for shelf in shown})
    try:
        beside = _planned(stage, shelves, size, scale, abreast)
    except DoesNotFit:
        return _planned(stage, shelves, size, scale)
    try:
        return min(beside, _planned(stage, shelves, size, scale), key=lambda plan: plan.height)
    except DoesNotFit:
        return beside


def _planned(
    stage: Stage, shelves: Turns[tuple[Shelf, ...]], size: tuple[float, float], scale: float, abreast: int = 1
) -> ShelfPlan:
    """Measure all shelves at ``scale``, one under the other or all ``abreast``.

    Raises:
        DoesNotFit: they need more width or height than ``size``.
    """
    item = scaled(stage, replace(stage.style("body", align="centre"), line_height=1.2), 0.84 * scale)
    title = scaled(stage, stage.style("small", colour=stage.theme.muted, weight="semibold"), scale)
    names = dict.fromkeys(shelf.name for _, shown in shelves for shelf in shown)
    between = 2.0 * stage.space
    width = (size[0] - (abreast - 1) * between) / abreast
    boards = tuple(_board(name, shelves, width, (title, item)) for name in names)
    gap = 0.9 * item.size
    tops = [0.0, *accumulate(board.height + gap for board in boards)]
    total = max(board.height for board in boards) if abreast > 1 else tops[-1] - gap
    demand(total, size[1], "the shelves' height")
    corners = tuple((n * (width + between), 0.0) if abreast > 1 else (0.0, tops[n]) for n in range(len(boards)))
    return ShelfPlan(boards, corners, size[0], total)


def _board(name: str, shelves: Turns[tuple[Shelf, ...]], width: float, styles: tuple[TextStyle, TextStyle]) -> _Board:
    """Measure one shelf; its places stand in rows that are ``width`` pixels wide.

    Raises:
        DoesNotFit: a text is wider than that.
    """
    title, item = styles
    frames = [at for at, _ in shelves]
    found = [[shelf for shelf in shown if shelf.name == name] for _, shown in shelves]
    history = turns(frames, [shelf[0].items if shelf else () for shelf in found])
    texts = dict.fromkeys(text for _, items in history for text in items)
    pad, gap = 0.5 * item.size, 0.32 * item.size
    blocks = {text: exactly(text, item, width - 2 * pad) for text in texts}
    wide = max((block.width for block in blocks.values()), default=0.0) + 2 * pad
    wide = max(wide, 2.0 * item.size)
    tall = max((block.height for block in blocks.values()), default=0.0) + 0.5 * item.size
    count = max((len(items) for _, items in history), default=0)
    across = max(1, int((width + gap) // (wide + gap)))
    # As many in each row as in the others: six are three and three rather than four and two.
    across = math.ceil(count / max(1, math.ceil(count / across)))
    heading = exactly(name, title, width)
    first = heading.height + 0.25 * item.size
    places = tuple(
        Rect(n % across * (wide + gap), first + n // across * (tall + gap), wide, tall) for n in range(count)
    )
    there = turns(frames, [bool(shelf) for shelf in found])
    return _Board(name, heading, history, there, blocks, places, places[-1].bottom if places else heading.height)


def _add_board(scene: Scene, stage: Stage, name: str, board: _Board, corner: tuple[float, float]) -> None:
    """Add a shelf's name and its places."""
    x, y = corner
    title = Line(board.title, x, y, stage.theme.background)
    say(scene, stage, f"{name}/name", tuple((at, title if there else None) for at, there in board.there))
    for index, place in enumerate(board.places):
        box = place.moved(x, y)
        items = [items[index] if index < len(items) else "" for _, items in board.history]
        shown = turns([at for at, _ in board.history], items)
        _add_place(scene, stage, f"{name}/{index}", box, shown, board.history)
        lines = tuple((at, _in_the_middle(board.texts[text], box, stage) if text else None) for at, text in shown)
        say(scene, stage, f"{name}/{index}/text", lines)


def _add_place(
    scene: Scene, stage: Stage, name: str, box: Rect, shown: Turns[str], history: Turns[tuple[str, ...]]
) -> None:
    """Add the box of one item: there while it holds something, lit from a change until the shelf changes again."""
    panel = add_panel(scene, stage, name, box)
    panel.begin("opacity", float(bool(shown[0][1])))
    for at, text in shown[1:]:
        panel.animate("opacity", at, float(bool(text)), 0.3)
        if text and text not in at_frame(history, at - 1):
            panel.light(at, min((later for later, _ in history if later > at), default=None))


def _in_the_middle(block: TextBlock, box: Rect, stage: Stage) -> Line:
    inner = box.placed(block.width, block.height)
    return Line(block, inner.x, inner.y, stage.theme.panel)
