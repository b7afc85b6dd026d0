"""How a picture that goes in steps shares the frame with its heading, its note line and its shelves."""

from collections.abc import Sequence
from dataclasses import replace

from vortex.visuals.graph import Scene
from vortex.visuals.kinds.parts import add_heading
from vortex.visuals.kinds.shelves import add_shelves, plan_shelves
from vortex.visuals.kinds.steps import Course, Stepped
from vortex.visuals.kinds.turns import Line, say
from vortex.visuals.layout import DoesNotFit, Rect
from vortex.visuals.stage import Stage
from vortex.visuals.states import Shelf
from vortex.visuals.text import TextBlock, compose


def divide(
    scene: Scene,
    stage: Stage,
    params: Stepped,
    course: Course,
    *,
    beside: bool | None = None,
    column: bool = False,
) -> Rect:
    """Add heading, note line and shelves, and return the room that is left for the picture.

    Args:
        scene: where to.
        stage: gives shape, theme and type.
        params: heading, notes and shelves.
        course: when they change.
        beside: whether shelves stand at the right of the picture; by default in wide shapes.
        column: whether the words are a column of their own, so that notes begin where the heading does.

    Raises:
        DoesNotFit: a note is longer than two lines, or the shelves need too much room.
    """
    room = add_heading(scene, stage, params.heading)
    shelves = course.turns(_standing_shelves(params).__getitem__)
    aside = stage.frame.wide if beside is None else beside
    gap = 1.6 * stage.space
    if any(shown for _, shown in shelves):
        plan = plan_shelves(stage, shelves, room, aside)
        if aside:
            place = Rect(room.right - plan.width, room.y, plan.width, room.height)
            room = Rect(room.x, room.y, room.width - plan.width - 1.4 * gap, room.height)
        else:
            place = Rect(room.x, room.bottom - plan.height, room.width, plan.height)
            room = Rect(room.x, room.y, room.width, room.height - plan.height - gap)
        add_shelves(scene, stage, plan, place)
    return _add_notes(scene, stage, params, course, room, column)


def _standing_shelves(params: Stepped) -> list[tuple[Shelf, ...]]:
    """Return the shelves of each state."""
    states = [params.shelves]
    for step in params.steps:
        states.append(states[-1] if step.shelves is None else step.shelves)
    return states


def _add_notes(scene: Scene, stage: Stage, params: Stepped, course: Course, room: Rect, column: bool) -> Rect:
    """Add the line under the picture as it changes, and return the room above it."""
    notes = [""]
    for step in params.steps:
        notes.append(notes[-1] if step.note is None else step.note)
    shown = course.turns(notes.__getitem__)
    texts = list(dict.fromkeys(note for _, note in shown if note))
    if not texts:
        return room
    blocks = _set_notes(stage, texts, room.width, column)
    height = max(block.height for block in blocks.values())
    top = room.bottom - height
    ground = stage.theme.background

    def line(note: str) -> Line | None:
        if not note:
            return None
        block = blocks[note]
        left = room.x if column else room.centre[0] - block.width / 2
        return Line(block, left, top + (height - block.height) / 2, ground)

    say(scene, stage, "note", tuple((at, line(note)) for at, note in shown))
    return Rect(room.x, room.y, room.width, room.height - height - 1.3 * stage.space)


def _set_notes(stage: Stage, texts: Sequence[str], width: float, column: bool) -> dict[str, TextBlock]:
    """Set all notes in one size, in one line where that is possible without much shrinking.

    Raises:
        DoesNotFit: one of them is longer than two lines (three in upright shapes) of the smallest legible type.
    """
    style = stage.style("body", align="left" if column else "centre", weight="semibold")
    size, smallest = style.size, stage.frame.minimum
    most = 2 if stage.frame.wide else 3
    while True:
        lines = 1 if size > 0.8 * style.size else most
        now = replace(style, size=size, line_height=1.3)
        blocks = {text: compose(text, now, width, balanced=True) for text in texts}
        if all(block.lines <= lines and block.longest_word <= width // 1 for block in blocks.values()):
            return blocks
        if size <= smallest:
            longest = max(texts, key=len)
            raise DoesNotFit(f"the note {longest[:60]!r} needs more than {most} lines; shorten it")
        size = max(smallest, 0.95 * size)
