"""Which labels of a tree slide along edges from one state to the next, and how far they leave the straight way.

Plain numbers, no drawing. Two labels that change places pass each other on different sides of their edge. A label that
would meet something on its way, or leave the room, does not slide at all: it fades over instead.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from vortex.visuals.kinds.graph_places import Disc
from vortex.visuals.layout import Rect

_SAMPLES = 24


@dataclass(frozen=True, slots=True)
class Sign:
    """What one label is at one state: its text ("" while nothing is seen of it) and the node at which it stands."""

    text: str
    node: int


@dataclass(frozen=True, slots=True)
class Slide:
    """One label's way from node to node; at half way it is ``bow`` pixels to the right of the straight line."""

    start: Disc
    goal: Disc
    bow: float

    @property
    def bows(self) -> tuple[float, float]:
        """The bow in x and in y."""
        across, down = self.goal.x - self.start.x, self.goal.y - self.start.y
        length = max(1.0, math.hypot(across, down))
        return -self.bow * down / length, self.bow * across / length

    def boxes(self, size: tuple[float, float]) -> Iterator[Rect]:
        """Yield where a label of that size is at equal shares of the way."""
        bow_x, bow_y = self.bows
        for step in range(_SAMPLES + 1):
            share = step / _SAMPLES
            bump = 4 * share * (1 - share)
            x = self.start.x + (self.goal.x - self.start.x) * share + bow_x * bump
            y = self.start.y + (self.goal.y - self.start.y) * share + bow_y * bump
            yield Rect(x - size[0] / 2, y - size[1] / 2, *size)


def slides(
    parents: Sequence[int],
    discs: Sequence[Disc],
    where: tuple[Rect, tuple[float, float]],
    signs: tuple[Sequence[Sign], Sequence[Sign]],
) -> dict[int, Slide]:
    """Return the labels that slide from one state to the next.

    Args:
        parents: index of each node's parent.
        discs: the nodes.
        where: what no label leaves, and the size of the largest label.
        signs: all labels before and after.
    """
    room, size = where
    found: dict[int, Slide] = {}
    for label, (old, new) in enumerate(zip(*signs, strict=True)):
        joined = parents[old.node] == new.node or parents[new.node] == old.node
        if joined and old.text and old.text == new.text:
            found[label] = _passing(discs[old.node], discs[new.node], size)
    still = [
        _around(discs[new.node], size)
        for old, new in zip(*signs, strict=True)
        if old.node == new.node and old.text and new.text
    ]
    ways = {label: list(slide.boxes(size)) for label, slide in found.items()}
    stopped = {
        label
        for label, way in ways.items()
        if any(not room.holds(box) or any(box.intersects(other) for other in still) for box in way)
    }
    for (one, way), (other, other_way) in combinations(ways.items(), 2):
        if any(box.intersects(met) for box, met in zip(way, other_way, strict=True)):
            stopped |= {one, other}
    return {label: slide for label, slide in found.items() if label not in stopped}


def _passing(start: Disc, goal: Disc, size: tuple[float, float]) -> Slide:
    """Return the flattest way on which two labels of that size pass each other on one edge."""
    most = 0.6 * math.hypot(*size)
    for step in range(1, 17):
        slide, back = (Slide(*ends, most * step / 16) for ends in ((start, goal), (goal, start)))
        pairs = zip(slide.boxes(size), back.boxes(size), strict=True)
        if not any(box.outset(1.0).intersects(met) for box, met in pairs):
            return slide
    return slide


def _around(disc: Disc, size: tuple[float, float]) -> Rect:
    return Rect(disc.x - size[0] / 2, disc.y - size[1] / 2, *size)
