"""The layout record: where every element stood at every frame, so that a gate can check what a viewer saw.

It is made from the same states that the compositor paints, and kept as stretches of frames in which nothing about an
element changes. Frames at which it cannot be seen are left out.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import get_args

from vortex.core.errors import MediaError
from vortex.visuals.graph import Element, Role, Scene, State, TextMark, place
from vortex.visuals.layout import Rect
from vortex.visuals.theme import Colour


@dataclass(frozen=True, slots=True)
class Stretch:
    """Frames ``start`` to ``end`` (half-open) during which an element looks the same."""

    start: int
    end: int
    box: tuple[float, float, float, float]
    """Left, top, right, bottom in pixels."""
    opacity: float = 1.0
    size: float = 0.0
    """Type size in pixels; 0 for what is no text."""
    colour: Colour = ""
    """Of the text; of what is no text where it changes over time, else empty."""


@dataclass(frozen=True, slots=True)
class RecordedElement:
    """One text, figure, caption, chip or decoration, and its stretches in the order of time."""

    name: str
    role: Role
    text: str
    background: Colour
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class LayoutRecord:
    """All elements of a shot, in the order in which they are painted."""

    width: int
    height: int
    fps: int
    num_frames: int
    background: Colour
    elements: tuple[RecordedElement, ...]

    def visible(self, frame: int) -> Iterator[tuple[RecordedElement, Stretch]]:
        """Yield what can be seen at ``frame``."""
        for element in self.elements:
            for stretch in element.stretches:
                if stretch.start <= frame < stretch.end:
                    yield element, stretch

    def write(self, path: Path) -> None:
        """Write the record as JSON; equal records give equal bytes."""
        path.write_text(json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


def record(scene: Scene) -> LayoutRecord:
    """Return the layout record of ``scene``."""
    elements = tuple(recorded for element in scene.elements for recorded in _recorded(element, scene.num_frames))
    frame = scene.frame
    return LayoutRecord(frame.width, frame.height, scene.fps, scene.num_frames, scene.theme.background, elements)


def read_record(path: Path) -> LayoutRecord:
    """Read a record that ``LayoutRecord.write`` has written.

    Raises:
        MediaError: the file is missing or is no layout record.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        data["elements"] = tuple(_element(each) for each in data["elements"])
        return LayoutRecord(**data)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise MediaError(f"{path} is no layout record ({error}); make the shot again") from error


def _element(data: dict[str, object]) -> RecordedElement:
    stretches = data.pop("stretches")
    if not isinstance(stretches, list) or data["role"] not in get_args(Role):
        raise ValueError(f"element {data.get('name')!r} has no stretches or an unknown role")
    made = tuple(Stretch(**{**each, "box": tuple(each["box"])}) for each in stretches)
    return RecordedElement(**data, stretches=made)  # type: ignore[arg-type]


def _recorded(element: Element, num_frames: int) -> Iterator[RecordedElement]:
    spans = list(_spans(element, num_frames))
    if not element.marks:
        yield RecordedElement(element.name, element.role, "", "", _joined(_plain(element, *span) for span in spans))
    for index, mark in enumerate(element.marks):
        name = element.name if len(element.marks) == 1 else f"{element.name}#{index}"
        stretches = _joined(_marked(element, mark, *span) for span in spans)
        yield RecordedElement(name, element.role, mark.text, mark.background, stretches)


def _spans(element: Element, num_frames: int) -> Iterator[tuple[int, int, State]]:
    """Yield the stretches of equal state in which the element can be seen."""
    changes = [0, *sorted(frame for frame in element.moving() if 0 < frame < num_frames), num_frames]
    for start, end in pairwise(changes):
        state = element.state(start)
        if state.opacity > 0 and end > start:
            yield start, end, state


def _plain(element: Element, start: int, end: int, state: State) -> Stretch:
    covered = element.covers(state) if element.covers else element.bounds
    shade = element.shade(state) if element.shade else ""
    return Stretch(start, end, _corners(element, covered, state), round(state.opacity, 3), colour=shade)


def _marked(element: Element, mark: TextMark, start: int, end: int, state: State) -> Stretch:
    box = _corners(element, mark.box, state)
    size = round(mark.size * state.scale, 2)
    return Stretch(start, end, box, round(state.opacity, 3), size, mark.colour_at(state.light))


def _corners(element: Element, box: Rect, state: State) -> tuple[float, float, float, float]:
    placed = place(box, element.bounds, state)
    return round(placed.x, 1), round(placed.y, 1), round(placed.right, 1), round(placed.bottom, 1)


def _joined(stretches: Iterator[Stretch]) -> tuple[Stretch, ...]:
    """Return the stretches with neighbours that look the same made one."""
    done: list[Stretch] = []
    for new in stretches:
        old = done[-1] if done else None
        if (
            old
            and old.end == new.start
            and (old.box, old.opacity, old.size, old.colour)
            == (
                new.box,
                new.opacity,
                new.size,
                new.colour,
            )
        ):
            done[-1] = Stretch(old.start, new.end, old.box, old.opacity, old.size, old.colour)
        else:
            done.append(new)
    return tuple(done)
