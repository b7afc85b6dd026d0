"""Values that follow each other over the frames of a shot, and texts that do so in one place."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from vortex.visuals.graph import Element, Scene
from vortex.visuals.stage import Stage
from vortex.visuals.text import TextBlock
from vortex.visuals.theme import Colour

Value = TypeVar("Value")

Turns = tuple[tuple[int, Value], ...]
"""(frame, value) pairs: the first from frame 0 on, the others rising, and no value twice in a row."""

_GONE_S, _COME_S = 0.13, 0.3
"""How long an old text takes to go, before the frame of the new one, and how long that takes to come."""


def turns(frames: Sequence[int], values: Sequence[Value]) -> "Turns[Value]":
    """Return the values with their frames, without what is not seen: repetitions, and all but the last of a frame."""
    made: list[tuple[int, Value]] = []
    for at, value in zip(frames, values, strict=True):
        if made and made[-1][0] == at:
            made.pop()
        if not made or made[-1][1] != value:
            made.append((at, value))
    return tuple(made)


def at_frame(values: Turns[Value], frame: int) -> Value:
    """Return the value that holds at ``frame``."""
    return values[bisect_right(values, frame, key=lambda turn: turn[0]) - 1][1]


@dataclass(frozen=True, slots=True)
class Line:
    """A text that has been set and has its place."""

    block: TextBlock
    x: float
    y: float
    background: Colour
    """What it stands on; where that changes, the one on which it is read worst."""


def say(scene: Scene, stage: Stage, name: str, lines: Turns[Line | None], *, apart: bool = False) -> list[Element]:
    """Add texts that follow each other in one place: the old one has gone before the new one comes.

    The same words in another colour change over at once, unless they stand ``apart``. Returns one element a text, in
    order; the first has the name, the others are its parts.
    """
    made: list[Element] = []
    gone, fade = stage.frames(_GONE_S), stage.frames(_COME_S)
    for index, (at, line) in enumerate(lines):
        if line is None:
            continue
        until = lines[index + 1][0] if index + 1 < len(lines) else None
        element = scene.text(
            name if not made else f"{name}/{len(made) + 1}", line.block, line.x, line.y, background=line.background
        )
        made.append(element)
        before = lines[index - 1][1] if index else None
        if not apart and before is not None and before.block.text == line.block.text:
            element.begin("opacity", 0.0).animate("opacity", at, 1.0, 0.0)
        else:
            element.show(at, min(fade, until - at if until else fade) / scene.fps)
        if until is not None:
            after = lines[index + 1][1]
            same = not apart and after is not None and after.block.text == line.block.text
            length = 0 if same else min(gone, until - at - 1)
            element.hide(until - length, length / scene.fps)
    return made
