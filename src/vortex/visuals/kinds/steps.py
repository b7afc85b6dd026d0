"""What all kinds share that show a thing in changing states.

When each step begins, how marks add up, and how the frame is divided into heading, picture, note and shelves. A kind
calls ``course`` for the states and their frames, ``divide`` for the room of its picture, and sets its elements
in motion with ``wear`` (roles) and ``turns.say`` (texts). An element has the name of its cue target; what is written
on it is called ``target/text``.
"""

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Protocol, TypeVar

from vortex.core.errors import EngineError
from vortex.visuals.graph import Element, Scene, State
from vortex.visuals.graphics import skia
from vortex.visuals.kinds.parts import add_heading
from vortex.visuals.kinds.shelves import add_shelves, plan_shelves
from vortex.visuals.kinds.turns import Line, Turns, at_frame, say, turns
from vortex.visuals.layout import DoesNotFit, Rect
from vortex.visuals.looks import Look, look, mixed
from vortex.visuals.stage import Stage
from vortex.visuals.states import Mark, Role, Shelf, Step
from vortex.visuals.text import TextBlock, TextStyle, compose
from vortex.visuals.theme import Colour, argb, contrast

CHANGE_S = 0.45
"""How long a change of role or place takes."""

Value = TypeVar("Value")


class Stepped(Protocol):
    """Parameters of a kind that goes in steps."""

    @property
    def heading(self) -> str:
        """Stands above the picture."""

    @property
    def marks(self) -> tuple[Mark, ...]:
        """How elements stand at first."""

    @property
    def shelves(self) -> tuple[Shelf, ...]:
        """The shelves at first."""

    @property
    def steps(self) -> Sequence[Step]:
        """What changes."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one element stands: its role, and what is written in or at it; ``None`` if no mark ever said."""

    role: Role = "plain"
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """All states of a shot: the first picture, and one after each step."""

    frames: tuple[int, ...]
    """When each state begins, in order; the first is 0. States of the same frame: the last is seen."""
    states: tuple[Mapping[str, Standing], ...]

    def standing(self, target: str, index: int) -> Standing:
        """Return how ``target`` stands in state ``index``."""
        return self.states[index].get(target, Standing())

    def index_at(self, frame: int) -> int:
        """Return the index of the state that is seen at ``frame``."""
        return bisect_right(self.frames, frame) - 1

    def roles(self, target: str) -> Turns[Role]:
        """Return the roles that ``target`` has, and from which frame on."""
        return self.turns(lambda index: self.standing(target, index).role)

    def texts(self, target: str, first: str = "") -> Turns[str]:
        """Return what is written at ``target``, and from which frame on; ``first`` until a mark says otherwise.

        Nothing is written at what is hidden.
        """

        def text(index: int) -> str:
            now = self.standing(target, index)
            said = first if now.text is None else now.text
            return "" if now.role == "hidden" else said

        return self.turns(text)

    def turns(self, value: Callable[[int], Value]) -> Turns[Value]:
        """Return the values of all states by index, and from which frame on, without those that nobody sees."""
        return turns(self.frames, [value(index) for index in range(len(self.frames))])


def course(kind: str, params: Stepped, stage: Stage, targets: Collection[str]) -> Course:
    """Return the states of a shot and when they begin.

    Args:
        kind: name of the kind, for messages.
        params: its parameters.
        stage: knows the cues.
        targets: every element that a mark or a cue may name.

    Raises:
        EngineError: a mark or cue names nothing, or the steps' words are not in their order.
    """
    where = [("marks", params.marks)] + [(f"steps.{n}.marks", step.marks) for n, step in enumerate(params.steps)]
    for place, marks in where:
        for mark in marks:
            if mark.at not in targets:
                raise EngineError(f"{kind}.{place} names {mark.at!r}; {_choice(targets)}")
    names = [f"step:{index}" for index in range(len(params.steps))]
    for cue in stage.cues:
        if cue.target not in targets and cue.target not in names:
            raise EngineError(f"a cue of the {kind} names {cue.target!r}; {_choice([*names, *targets])}")
    frames = stage.reveals(names)
    for index, (before, after) in enumerate(pairwise(frames)):
        if after < before:
            raise EngineError(
                f"{kind}: step:{index + 1} is cued before step:{index} (frames {after} and {before}); cue them in order"
            )
    return Course((0, *frames), tuple(_folded(params.marks, params.steps)))


def divide(scene: Scene, stage: Stage, params: Stepped, course: Course, *, beside: bool | None = None) -> Rect:
    """Add heading, note line and shelves, and return the room that is left for the picture.

    Args:
        scene: where to.
        stage: gives shape, theme and type.
        params: heading, notes and shelves.
        course: when they change.
        beside: whether shelves stand at the right of the picture; by default in wide shapes.

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
    return _add_notes(scene, stage, params, course, room)


def wear(
    scene: Scene, stage: Stage, name: str, area: Rect, looks: Turns[Look], draw: Callable[[Any, Look], None]
) -> Element:
    """Add what wears a role, such as the box of a cell, and change it when its look changes.

    Args:
        scene: where to.
        stage: not changed.
        name: the cue target.
        area: everything that ``draw`` may touch.
        looks: from ``Course.roles`` through ``looks_of``; a kind may make its own.
        draw: draws one look on a Skia canvas; opacity has been seen to.
    """
    all_looks = [each for _, each in looks]

    def paint(canvas: Any, state: State) -> None:
        now = mixed(all_looks, state.progress)
        if now.opacity <= 0:
            return
        if now.opacity < 1:
            canvas.saveLayerAlpha(skia.Rect.MakeXYWH(area.x, area.y, area.width, area.height), round(now.opacity * 255))
        draw(canvas, now)
        if now.opacity < 1:
            canvas.restore()

    element = scene.add(name, area, paint).begin("progress", 0.0)
    for index, (at, _) in enumerate(looks[1:], start=1):
        element.animate("progress", at, float(index), CHANGE_S)
    if len(looks) > 1:
        element.shade = lambda state: mixed(all_looks, state.progress).edge
    return element


def looks_of(stage: Stage, roles: Turns[Role]) -> Turns[Look]:
    """Return how the roles look in the stage's theme."""
    return tuple((at, look(stage.theme, role)) for at, role in roles)


def inscribed(
    stage: Stage, box: Rect, style: TextStyle, over_time: tuple[Turns[str], Turns[Colour], Turns[Look]]
) -> Turns[Line | None]:
    """Return what is written in the middle of ``box``, set in ``style``, for ``turns.say``.

    Args:
        stage: gives the theme.
        box: where it stands.
        style: with the size that fits; see ``type_size``.
        over_time: the texts, their colours, and the looks of what they stand on.
    """
    texts, colours, looks = over_time
    frames = sorted({at for course in over_time for at, _ in course})
    seen = turns(frames, [(at_frame(texts, at), at_frame(colours, at)) for at in frames])
    lines: list[tuple[int, Line | None]] = []
    for index, (at, (text, colour)) in enumerate(seen):
        if not text:
            lines.append((at, None))
            continue
        until = seen[index + 1][0] if index + 1 < len(seen) else stage.timing.num_frames
        fills = [each.fill for start, each in looks if at <= start < until] + [at_frame(looks, at).fill]
        worst = min(fills, key=lambda fill: contrast(colour, fill))
        block = TextBlock(text, replace(style, colour=colour), 1e6)
        inner = box.placed(block.width, block.height)
        lines.append((at, Line(block, inner.x, inner.y, worst)))
    return tuple(lines)


def type_size(texts: Iterable[str], style: TextStyle, room: tuple[float, float], least: float) -> float:
    """Return the largest size in which each of ``texts`` fits on one line in ``room``.

    Args:
        texts: what has to have one size.
        style: its own size is of no account.
        room: width and height in pixels.
        least: the smallest legible size.

    Raises:
        DoesNotFit: one does not fit in that size.
    """
    width, height = room
    size = height / style.line_height
    for text in texts:
        one = TextBlock(text, replace(style, size=100.0), 1e6).width / 100
        size = min(size, width / one)
        if size < least:
            raise DoesNotFit(
                f"{text[:40]!r} needs {one * least:.0f} x {least * style.line_height:.0f} px and has {width:.0f} x "
                f"{height:.0f}; shorten it or show less at once"
            )
    if size < least:
        raise DoesNotFit(f"type of {size:.0f} px is under the legible {least:.0f}; show less at once")
    return size


def draw_box(canvas: Any, stage: Stage, box: Rect, look: Look, radius: float | None = None) -> None:
    """Draw a rounded box that wears ``look``; its edge lies inside."""
    edge = look.weight * stage.stroke
    inner = box.inset(edge / 2)
    area = skia.Rect.MakeXYWH(inner.x, inner.y, inner.width, inner.height)
    round_by = min(stage.radius if radius is None else radius, inner.width / 2, inner.height / 2)
    canvas.drawRoundRect(area, round_by, round_by, skia.Paint(Color=argb(look.fill), AntiAlias=True))
    line = skia.Paint(Color=argb(look.edge), AntiAlias=True, StrokeWidth=edge)
    line.setStyle(skia.Paint.kStroke_Style)
    canvas.drawRoundRect(area, round_by, round_by, line)


def _choice(targets: Iterable[str]) -> str:
    """Return what may be named, by the first and the last of each sort."""
    sorts: dict[str, list[str]] = {}
    for target in targets:
        sorts.setdefault(target.partition(":")[0], []).append(target)
    spans = [group[0] if len(group) == 1 else f"{group[0]} … {group[-1]}" for group in sorts.values()]
    return f"there are {', '.join(spans)}; mend storyboard.json" if spans else "there is nothing to name"


def _folded(first: Iterable[Mark], steps: Iterable[Step]) -> Iterable[Mapping[str, Standing]]:
    """Yield the state before the first step and after each; every mark holds until the next one of its element."""
    state: dict[str, Standing] = {}
    for marks in (first, *(step.marks for step in steps)):
        state = dict(state)
        for mark in marks:
            old = state.get(mark.at, Standing())
            role = old.role if mark.role is None else mark.role
            state[mark.at] = Standing(role, old.text if mark.text is None else mark.text)
        yield state


def _standing_shelves(params: Stepped) -> list[tuple[Shelf, ...]]:
    """Return the shelves of each state."""
    states = [params.shelves]
    for step in params.steps:
        states.append(states[-1] if step.shelves is None else step.shelves)
    return states


def _add_notes(scene: Scene, stage: Stage, params: Stepped, course: Course, room: Rect) -> Rect:
    """Add the line under the picture as it changes, and return the room above it."""
    notes = [""]
    for step in params.steps:
        notes.append(notes[-1] if step.note is None else step.note)
    shown = course.turns(notes.__getitem__)
    texts = list(dict.fromkeys(note for _, note in shown if note))
    if not texts:
        return room
    blocks = _set_notes(stage, texts, room.width)
    height = max(block.height for block in blocks.values())
    top = room.bottom - height
    ground = stage.theme.background

    def line(note: str) -> Line | None:
        if not note:
            return None
        block = blocks[note]
        return Line(block, room.centre[0] - block.width / 2, top + (height - block.height) / 2, ground)

    say(scene, stage, "note", tuple((at, line(note)) for at, note in shown))
    return Rect(room.x, room.y, room.width, room.height - height - 1.3 * stage.space)


def _set_notes(stage: Stage, texts: Sequence[str], width: float) -> dict[str, TextBlock]:
    """Set all notes in one size, in one line where that is possible without much shrinking.

    Raises:
        DoesNotFit: one of them is longer than two lines (three in upright shapes) of the smallest legible type.
    """
    style = stage.style("body", align="centre", weight="semibold")
    size, smallest = style.size, stage.frame.minimum
    most = 2 if stage.frame.wide else 3
    while True:
        lines = 1 if size > 0.8 * style.size else most
        now = replace(style, size=size, line_height=1.3)
        blocks = {text: compose(text, now, width, balanced=True) for text in texts}
        if all(block.lines <= lines and block.longest_word <= width for block in blocks.values()):
            return blocks
        if size <= smallest:
            longest = max(texts, key=len)
            raise DoesNotFit(f"the note {longest[:60]!r} needs more than {most} lines; shorten it")
        size = max(smallest, 0.95 * size)
