"""What all kinds share that show a thing in changing states: when each step begins, and how marks add up.

A kind calls ``course`` for the states and their frames, ``division.divide`` for the room of its picture, and sets its
elements in motion with ``wear.wear`` (roles) and ``turns.say`` (texts). An element has the name of its cue target; what
is written on it is called ``target/text``.
"""

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol, TypeVar

from vortex.core.errors import EngineError
from vortex.visuals.kinds.turns import Turns, turns
from vortex.visuals.stage import Stage
from vortex.visuals.states import Mark, Role, Shelf, Step

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
