"""Where the parts of a graph stand: nodes, the ways of edges around nodes, and free room for texts.

Plain numbers, no drawing. Lengths are in pixels.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from vortex.visuals.kinds.shrink import demand
from vortex.visuals.layout import DoesNotFit, Frame, Rect
from vortex.visuals.states import Graph
from vortex.visuals.stress import spread

Point = tuple[float, float]

_PIECES = 24
"""An edge's way is measured at so many points."""
_BOWS = (0.0, 0.13, -0.13, 0.24, -0.24)
"""How far the middle of an edge may leave the straight line, in lengths of it."""
_PAIR_BOW = 0.14
_LABEL_AT = (0.5, 0.42, 0.58, 0.34, 0.66, 0.27, 0.73)
_SEEN = 1.3
"""So much of an edge is to be seen beside its label, in heights of the label."""
_DIRECTIONS = 16
_ASPECTS = (2.2, 1.5, 1.0)
"""Width over height of the picture for which graphs are laid out in wide, square and upright frames."""


@dataclass(frozen=True, slots=True)
class Disc:
    """A node: a circle, or a capsule where its label is longer than wide."""

    x: float
    y: float
    radius: float
    half: float
    """Half of the straight part of a capsule; 0 for a circle."""
    roundness: float = 1.0
    """Radius of the corners that are drawn, in radii; less for labels in two lines, which reach into the corners."""

    @property
    def corner(self) -> float:
        """Return the radius of the corners."""
        return self.roundness * self.radius

    @property
    def box(self) -> Rect:
        """Return the box around it."""
        width = self.radius + self.half
        return Rect(self.x - width, self.y - self.radius, 2 * width, 2 * self.radius)

    def distance(self, x: float, y: float) -> float:
        """Return how far a point is from its edge; negative inside."""
        return math.hypot(max(0.0, abs(x - self.x) - self.half), y - self.y) - self.radius

    def meets(self, box: Rect, gap: float) -> bool:
        """Return whether a box comes nearer than ``gap``."""
        away = max(box.x - self.x - self.half, self.x - self.half - box.right, 0.0)
        down = max(box.y - self.y, self.y - box.bottom, 0.0)
        return math.hypot(away, down) < self.radius + gap


@dataclass(frozen=True, slots=True)
class Way:
    """An edge's way from node to node, clear of both: a curve with one control point."""

    points: tuple[Point, ...]

    def at(self, share: float) -> Point:
        """Return the point at a share of the way."""
        return self.points[round(share * (len(self.points) - 1))]

    @property
    def length(self) -> float:
        """Return how long the way is."""
        return sum(math.dist(one, other) for one, other in pairwise(self.points))

    def meets(self, box: Rect) -> bool:
        """Return whether the way goes through a box."""
        return any(box.x <= x <= box.right and box.y <= y <= box.bottom for x, y in self._dense())

    def _dense(self) -> Iterator[Point]:
        for (x, y), (to_x, to_y) in pairwise(self.points):
            yield x, y
            yield (x + to_x) / 2, (y + to_y) / 2
        yield self.points[-1]


def places(graph: Graph, frame: Frame) -> list[Point]:
    """Return the middle of each node as shares of the picture: as given, or found.

    What is found depends on the shape of the frame alone, not on what stands beside the picture, so that a graph that
    is shown twice is known again.
    """
    if graph.nodes[0].x is not None:
        return [(node.x or 0.0, node.y or 0.0) for node in graph.nodes]
    links = [(edge.tail, edge.head) for edge in graph.edges]
    aspect = _ASPECTS[0 if frame.wide else 2 if frame.portrait else 1]
    found = spread(len(graph.nodes), links, aspect, 1.0)
    return [(x / aspect, y) for x, y in found]


def check_apart(discs: Sequence[Disc], gap: float) -> None:
    """Refuse nodes that come nearer to each other than ``gap``.

    Raises:
        DoesNotFit: two do.
    """
    for index, one in enumerate(discs):
        for other in discs[:index]:
            across = max(0.0, abs(one.x - other.x) - one.half - other.half)
            between = math.hypot(across, one.y - other.y) - one.radius - other.radius
            demand(gap, between, "the gap between two nodes")


def ways(graph: Graph, discs: Sequence[Disc], room: Rect, clear: float) -> list[Way]:
    """Return the way of each edge: straight where no node is in the way, and apart from its way back.

    Args:
        graph: its edges.
        discs: its nodes.
        room: what no way leaves.
        clear: how far a way ends before a node.

    Raises:
        DoesNotFit: an edge cannot be led around the nodes.
    """
    found: list[Way] = []
    for index, edge in enumerate(graph.edges):
        same = [n for n, other in enumerate(graph.edges) if {other.tail, other.head} == {edge.tail, edge.head}]
        bows: Iterable[float] = _BOWS
        if len(same) > 1:
            # Seen from its own tail, so that the way there and the way back bow to different sides.
            turn = 1 if edge.tail < edge.head else -1
            bows = [turn * _PAIR_BOW * (2 * same.index(index) - len(same) + 1)]
        others = [disc for n, disc in enumerate(discs) if n not in (edge.tail, edge.head)]
        tries = [_way(discs[edge.tail], discs[edge.head], bow, clear) for bow in bows]
        inside = [way for way in tries if way and all(room.holds(Rect(*point, 0, 0)) for point in way.points)]
        free = [way for way in inside if all(_misses(way, disc, 1.4 * clear) for disc in others)]
        if not free:
            raise DoesNotFit(f"the edge from node {edge.tail} to node {edge.head} finds no way; give the nodes places")
        found.append(free[0])
    return found


def straight(tail: Disc, head: Disc) -> Way:
    """Return the straight way between two nodes that do not meet."""
    return _way(tail, head, 0.0, 0.0) or Way(((tail.x, tail.y), (head.x, head.y)))


def _way(tail: Disc, head: Disc, bow: float, clear: float) -> Way | None:
    """Return the part of a curve between two nodes that lies outside both; ``None`` if there is none."""
    across, down = head.x - tail.x, head.y - tail.y
    control = (tail.x + head.x) / 2 + 2 * bow * down, (tail.y + head.y) / 2 - 2 * bow * across

    def point(share: float) -> Point:
        back = 1 - share
        x = back * back * tail.x + 2 * back * share * control[0] + share * share * head.x
        y = back * back * tail.y + 2 * back * share * control[1] + share * share * head.y
        return x, y

    start = _leaving(lambda share: tail.distance(*point(share)) - clear)
    end = 1 - _leaving(lambda share: head.distance(*point(1 - share)) - clear)
    if end - start < 0.05:
        return None
    return Way(tuple(point(start + (end - start) * n / _PIECES) for n in range(_PIECES + 1)))


def _leaving(outside: Callable[[float], float]) -> float:
    """Return the share of a way at which it is outside, by halving; it begins inside."""
    low, high = 0.0, 0.5
    for _ in range(24):
        middle = (low + high) / 2
        low, high = (low, middle) if outside(middle) >= 0 else (middle, high)
    return high


def _misses(way: Way, disc: Disc, gap: float) -> bool:
    return all(disc.distance(x, y) >= gap for x, y in way.points)


@dataclass(frozen=True, slots=True)
class Taken:
    """What texts have to keep clear of."""

    room: Rect
    discs: Sequence[Disc]
    ways: Sequence[Way]
    gap: float

    def label(self, size: Point, index: int, others: Sequence[Rect]) -> Rect:
        """Return a place for the label of an edge, on its way, which it interrupts.

        Raises:
            DoesNotFit: there is none.
        """
        way = self.ways[index]
        (x, y), (to_x, to_y) = way.points[0], way.points[-1]
        along = (abs(to_x - x) * size[0] + abs(to_y - y) * size[1]) / max(1.0, math.dist((x, y), (to_x, to_y)))
        demand(along + _SEEN * size[1], way.length, f"edge {index} with its label")
        tries = [_around(way.at(share), size) for share in _LABEL_AT]
        possible = self._possible(tries, others, f"the label of edge {index}")
        crossing = [other for n, other in enumerate(self.ways) if n != index]
        free = [box for box in possible if not any(each.meets(box.outset(0.3 * self.gap)) for each in crossing)]
        return (free or possible)[0]

    def beside(self, size: Point, index: int, others: Sequence[Rect]) -> Rect:
        """Return a place for the text at a node: near it, outside, best above or below.

        Raises:
            DoesNotFit: there is none.
        """
        disc = self.discs[index]
        tries = [
            _outside(disc, size, 2 * math.pi * turn / _DIRECTIONS, push * self.gap)
            for push in (1.0, 1.8)
            for turn in sorted(range(_DIRECTIONS), key=_preference)
        ]
        possible = self._possible(tries, others, f"the text at node {index}")
        # Nobody may take it for what belongs to another node or to an edge.
        return max(possible, key=lambda box: min(self._clearance(box, index, others), 1.2 * size[1]))

    def _possible(self, tries: Sequence[Rect], others: Sequence[Rect], what: str) -> list[Rect]:
        """Return the places that meet no node and no other text.

        Raises:
            DoesNotFit: there is none.
        """
        possible = [
            box
            for box in tries
            if self.room.holds(box)
            and not any(disc.meets(box, 0.45 * self.gap) for disc in self.discs)
            and not any(other.outset(0.5 * self.gap).intersects(box) for other in others)
        ]
        if not possible:
            raise DoesNotFit(f"{what} finds no free place; shorten it or give the nodes places")
        return possible

    def _clearance(self, box: Rect, index: int, others: Sequence[Rect]) -> float:
        """Return how far a box is from everything but its own node; lying on an edge is worst."""
        if any(way.meets(box.outset(0.2 * self.gap)) for way in self.ways):
            return -1.0
        points = (point for way in self.ways for point in way.points)
        edges = min((_apart(box, Rect(*point, 0, 0)) for point in points), default=math.inf)
        texts = min((_apart(box, other) for other in others), default=math.inf)
        nodes = (disc.box for n, disc in enumerate(self.discs) if n != index)
        # Near its own node's edges it still belongs to the node.
        return min(1.6 * edges, texts, *(_apart(box, node) for node in nodes), math.inf)


def _apart(one: Rect, other: Rect) -> float:
    across = max(one.x - other.right, other.x - one.right, 0.0)
    return math.hypot(across, max(one.y - other.bottom, other.y - one.bottom, 0.0))


def _preference(turn: int) -> tuple[int, int]:
    """Return the order in which directions are tried: above, below, the sides, then what is oblique."""
    order = {12: 0, 4: 1, 0: 2, 8: 3}
    return order.get(turn, 4 if turn % 2 == 0 else 5), turn


def _around(point: Point, size: Point) -> Rect:
    return Rect(point[0] - size[0] / 2, point[1] - size[1] / 2, *size)


def _outside(disc: Disc, size: Point, angle: float, gap: float) -> Rect:
    """Return a box of that size in a direction from a node, ``gap`` away from it."""
    across, down = math.cos(angle), math.sin(angle)
    away = 0.0
    while disc.meets(_around((disc.x + across * away, disc.y + down * away), size), gap):
        away += 2.0
    return _around((disc.x + across * away, disc.y + down * away), size)
