"""Where the boxes of a flow go and how its arrows run: layers from left to right or downwards, or rows that are read.

A drawing is plain numbers with its top-left corner at (0, 0); who draws moves it to its place. Cycles are broken by
depth-first search, layers are longest paths, an edge over several layers runs through a free lane in each, crossings
are reduced by barycentre sweeps, and boxes are pulled towards their neighbours as far as their order allows.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import fmean
from typing import NamedTuple

from vortex.visuals.layout import Rect, bounding

_SWEEPS = 24
_RELAXATIONS = 16

Link = tuple[int, int]
"""Tail and head of an edge."""


class Point(NamedTuple):
    """A place in pixels."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Route:
    """The way of an arrow from the edge of one box to that of another."""

    points: tuple[Point, ...]
    bent: bool = False
    """Whether its pieces meet at right angles; otherwise it swings from point to point along the flow."""

    labelled: int = 0
    """Index of the piece that has room for a label."""

    @property
    def label_at(self) -> Point:
        """Return the middle of the piece that has room for a label."""
        one, other = self.points[self.labelled : self.labelled + 2]
        return Point((one.x + other.x) / 2, (one.y + other.y) / 2)


@dataclass(frozen=True, slots=True)
class Drawing:
    """Boxes of the nodes and ways of the edges, in the order in which they were given."""

    boxes: tuple[Rect, ...]
    routes: tuple[Route, ...]
    width: float
    height: float
    down: bool = False
    """Whether it flows downwards."""


def fold(count: int, per_row: int, cell: tuple[float, float], gap: tuple[float, float]) -> Drawing:
    """Return a chain of equal boxes in rows that are read like text; an arrow leads back to the start of each row.

    Args:
        count: number of boxes.
        per_row: boxes in a full row; 1 makes a column.
        cell: width and height of a box in pixels.
        gap: distance of two boxes in a row and of two rows.
    """
    width, height = cell
    across, down = gap
    boxes = [
        Rect((index % per_row) * (width + across), (index // per_row) * (height + down), width, height)
        for index in range(count)
    ]
    routes = [_onward(one, other) for one, other in pairwise(boxes)]
    rows = -(-count // per_row)
    whole = min(count, per_row) * (width + across) - across
    return Drawing(tuple(boxes), tuple(routes), whole, rows * (height + down) - down, per_row == 1)


def _onward(one: Rect, other: Rect) -> Route:
    """Return the way to the next box: straight to its neighbour, or through the gutter to the next row."""
    if one.y == other.y:
        return Route((Point(one.right, one.centre[1]), Point(other.x, other.centre[1])))
    leave, arrive = Point(one.centre[0], one.bottom), Point(other.centre[0], other.y)
    if one.x == other.x:
        return Route((leave, arrive))
    gutter = (leave.y + arrive.y) / 2
    return Route((leave, Point(leave.x, gutter), Point(arrive.x, gutter), arrive), True, 1)


def lay_out(
    sizes: Sequence[tuple[float, float]], links: Sequence[Link], gap: tuple[float, float, float], down: bool = False
) -> Drawing:
    """Return a layered drawing of a directed graph.

    Args:
        sizes: width and height of each node's box in pixels.
        links: edges, by index of the nodes; cycles and loops are allowed.
        gap: least distance of two layers, and of two boxes in a layer, and the breadth of the lane beside all boxes
            that an edge takes which leads back.
        down: layers run from top to bottom instead of from left to right.

    Source: Sugiyama, Tagawa, Toda: Methods for visual understanding of hierarchical system structures (1981).
    """
    turned = [(height, width) for width, height in sizes] if down else list(sizes)
    back = backward(len(sizes), links)
    graph = _Layers(len(sizes), links, back)
    graph.reduce_crossings()
    boxes = _boxes(graph, turned, gap[:2])
    routes = _routes(graph, boxes, links, gap[0], gap[2])
    drawing = _cropped(boxes[: len(sizes)], routes, gap[2] / 2)
    return _transposed(drawing) if down else drawing


def _cropped(boxes: Sequence[Rect], routes: Sequence[Route], half_lane: float) -> Drawing:
    """Return the drawing moved to the top-left corner, with what arrows take beside the boxes."""
    taken = [*boxes]
    for route in routes:
        margin = half_lane if route.bent else 0.0
        taken += [Rect(point.x, point.y - margin, 0, 2 * margin) for point in route.points]
    whole = bounding(taken)
    moved = tuple(box.moved(-whole.x, -whole.y) for box in boxes)
    ways = tuple(
        replace(route, points=tuple(Point(p.x - whole.x, p.y - whole.y) for p in route.points)) for route in routes
    )
    return Drawing(moved, ways, whole.width, whole.height)


def ranks(count: int, links: Sequence[Link]) -> list[int]:
    """Return the layer of each node: the length of the longest path that leads to it, cycles broken."""
    back = backward(count, links)
    forward = [link for index, link in enumerate(links) if index not in back]
    rank = [0] * count
    for _ in range(count):
        for tail, head in forward:
            rank[head] = max(rank[head], rank[tail] + 1)
    entered = {head for _, head in forward}
    for node in range(count):
        heads = [rank[head] for tail, head in forward if tail == node]
        if node not in entered and heads:
            rank[node] = min(heads) - 1
    return rank


def backward(count: int, links: Sequence[Link]) -> frozenset[int]:
    """Return the indices of edges that lead back to a node from which their tail was reached."""
    leaving: list[list[int]] = [[] for _ in range(count)]
    for index, (tail, _) in enumerate(links):
        leaving[tail].append(index)
    entered = {head for tail, head in links if head != tail}
    found: set[int] = set()
    done: set[int] = set()
    above: set[int] = set()

    def visit(node: int) -> None:
        above.add(node)
        for index in leaving[node]:
            head = links[index][1]
            if head in above:
                found.add(index)
            elif head not in done:
                visit(head)
        above.discard(node)
        done.add(node)

    for node in sorted(range(count), key=lambda node: node in entered):
        if node not in done:
            visit(node)
    return frozenset(found)


class _Layers:
    """Nodes and lanes (what a long edge leaves free in the layers that it passes) in their layers, in order."""

    def __init__(self, count: int, links: Sequence[Link], back: frozenset[int]) -> None:
        self.count = count
        self.back = back
        rank = ranks(count, links)
        self.layers: list[list[int]] = [[] for _ in range(max(rank) + 1)]
        for node in range(count):
            self.layers[rank[node]].append(node)
        self.chains: dict[int, list[int]] = {}
        """Edge → its tail, its lanes, its head."""
        next_lane = count
        for index, (tail, head) in enumerate(links):
            if index not in back:
                lanes = range(next_lane, next_lane + rank[head] - rank[tail] - 1)
                next_lane = lanes.stop
                for at, lane in enumerate(lanes, rank[tail] + 1):
                    self.layers[at].append(lane)
                self.chains[index] = [tail, *lanes, head]
        self.num_items = next_lane
        self.before: list[list[int]] = [[] for _ in range(next_lane)]
        self.after: list[list[int]] = [[] for _ in range(next_lane)]
        for chain in self.chains.values():
            for one, other in pairwise(chain):
                self.after[one].append(other)
                self.before[other].append(one)

    def reduce_crossings(self) -> None:
        """Sort every layer by the barycentre of its neighbours, to and fro, and keep the best order met."""
        best, least = [list(layer) for layer in self.layers], self._crossings()
        for sweep in range(_SWEEPS):
            forth = sweep % 2 == 0
            place = {item: float(at) for layer in self.layers for at, item in enumerate(layer)}
            for layer in self.layers if forth else self.layers[::-1]:
                sides = self.before if forth else self.after
                centre = {item: fmean(place[n] for n in sides[item]) if sides[item] else place[item] for item in layer}
                layer.sort(key=lambda item: centre[item])
                place.update((item, float(at)) for at, item in enumerate(layer))
            crossings = self._crossings()
            if crossings < least:
                best, least = [list(layer) for layer in self.layers], crossings
        self.layers = best

    def outermost(self, node: int, end: int) -> bool:
        """Return whether ``node`` is the first (``end`` 0) or last (-1) of the boxes of its layer."""
        layer = next(layer for layer in self.layers if node in layer)
        return [item for item in layer if item < self.count][end] == node

    def _crossings(self) -> int:
        place = {item: at for layer in self.layers for at, item in enumerate(layer)}
        total = 0
        for layer in self.layers:
            ways = [(place[item], place[head]) for item in layer for head in self.after[item]]
            total += sum((a - c) * (b - d) < 0 for n, (a, b) in enumerate(ways) for c, d in ways[:n])
        return total


def _boxes(graph: _Layers, sizes: Sequence[tuple[float, float]], gap: tuple[float, float]) -> list[Rect]:
    """Return a box for every node and lane; a lane is as long as its layer and has no width."""
    high = [height for _, height in sizes] + [0.0] * (graph.num_items - graph.count)
    middle = _relaxed(graph, high, gap[1])
    top = min(middle[item] - high[item] / 2 for item in range(graph.num_items))
    boxes = [Rect(0, 0, 0, 0)] * graph.num_items
    left = 0.0
    for layer in graph.layers:
        deep = max(sizes[item][0] for item in layer if item < graph.count)
        for item in layer:
            width = sizes[item][0] if item < graph.count else deep
            boxes[item] = Rect(left + (deep - width) / 2, middle[item] - high[item] / 2 - top, width, high[item])
        left += deep + gap[0]
    return boxes


def _relaxed(graph: _Layers, high: Sequence[float], gap: float) -> list[float]:
    """Return the middle of every node and lane across the flow, each near the mean of its neighbours."""
    middle = [0.0] * graph.num_items
    for layer in graph.layers:
        for item, at in zip(layer, apart([0.0] * len(layer), [high[i] for i in layer], gap), strict=True):
            middle[item] = at
    for turn in range(_RELAXATIONS):
        for layer in graph.layers if turn % 2 == 0 else graph.layers[::-1]:
            wanted = []
            for item in layer:
                neighbours = graph.before[item] + graph.after[item]
                wanted.append(fmean(middle[n] for n in neighbours) if neighbours else middle[item])
            for item, at in zip(layer, apart(wanted, [high[i] for i in layer], gap), strict=True):
                middle[item] = at
    return middle


def apart(
    wanted: Sequence[float], high: Sequence[float], gap: float, within: tuple[float, float] | None = None
) -> list[float]:
    """Return middles as near to ``wanted`` as keeps neighbours ``gap`` apart, in the sense of least squares.

    Args:
        wanted: where the middles would like to be, in the order that they must keep.
        high: the extent of each.
        gap: least distance of the edges of two neighbours.
        within: bounds that no edge may pass; there must be room for all between them.

    Source: pool adjacent violators; Barlow et al., Statistical inference under order restrictions (1972).
    """
    offsets = [0.0]
    for one, other in pairwise(high):
        offsets.append(offsets[-1] + (one + other) / 2 + gap)
    pools: list[tuple[float, int]] = []
    for want, offset in zip(wanted, offsets, strict=False):
        mean, size = want - offset, 1
        while pools and pools[-1][0] > mean:
            other_mean, other_size = pools.pop()
            mean = (mean * size + other_mean * other_size) / (size + other_size)
            size += other_size
        pools.append((mean, size))
    flat = [mean for mean, size in pools for _ in range(size)]
    if within and flat:
        least, most = within[0] + high[0] / 2, within[1] - high[-1] / 2 - offsets[-1]
        flat = [min(max(mean, least), most) for mean in flat]
    return [mean + offset for mean, offset in zip(flat, offsets, strict=False)]


def _routes(graph: _Layers, boxes: Sequence[Rect], links: Sequence[Link], gap: float, lane: float) -> list[Route]:
    ends = _ends(graph, boxes)
    reach = bounding(boxes)
    below, above = reach.bottom - lane / 2, reach.y + lane / 2
    routes = []
    for index, link in enumerate(links):
        if index not in graph.back:
            points = [point for item in graph.chains[index] for point in ends[index, item]]
            routes.append(Route(tuple(points[1:-1])))
        elif all(graph.outermost(node, -1) for node in link) or not all(graph.outermost(node, 0) for node in link):
            below += lane
            routes.append(_return(graph, boxes, link, below, gap / 2))
        else:
            above -= lane
            routes.append(_return(graph, boxes, link, above, gap / 2))
    return routes


def _ends(graph: _Layers, boxes: Sequence[Rect]) -> dict[tuple[int, int], tuple[Point, Point]]:
    """Return where each edge enters and leaves each box of its chain: spread over the side, in the others' order."""
    entering: dict[int, list[tuple[float, int]]] = defaultdict(list)
    leaving: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for index, chain in graph.chains.items():
        for one, other in pairwise(chain):
            leaving[one].append((boxes[other].centre[1], index))
            entering[other].append((boxes[one].centre[1], index))

    def height(item: int, side: dict[int, list[tuple[float, int]]], index: int) -> float:
        order = [edge for _, edge in sorted(side[item])]
        if index not in order:
            return boxes[item].centre[1]
        step = min(0.5, 0.24 * (len(order) - 1)) * boxes[item].height / max(1, len(order) - 1)
        return boxes[item].centre[1] + (order.index(index) - (len(order) - 1) / 2) * step

    return {
        (index, item): (
            Point(boxes[item].x, height(item, entering, index)),
            Point(boxes[item].right, height(item, leaving, index)),
        )
        for index, chain in graph.chains.items()
        for item in chain
    }


def _return(graph: _Layers, boxes: Sequence[Rect], link: Link, channel: float, aside: float) -> Route:
    """Return the way of an edge that leads back: beside everything, and between layers where a box is in the way."""
    tail, head = (boxes[node] for node in link)
    under = channel > tail.y
    end = -1 if under else 0
    apart = 0.32 * tail.width if link[0] == link[1] else 0.0
    out: tuple[Point, ...] = (Point(tail.centre[0] + apart, tail.bottom if under else tail.y),)
    into: tuple[Point, ...] = (Point(head.centre[0] - apart, head.bottom if under else head.y),)
    if not graph.outermost(link[0], end):
        out = (Point(tail.right, tail.centre[1]), Point(tail.right + aside, tail.centre[1]))
    if not graph.outermost(link[1], end):
        into = (Point(head.x - aside, head.centre[1]), Point(head.x, head.centre[1]))
    points = (*out, Point(out[-1].x, channel), Point(into[0].x, channel), *into)
    return Route(points, True, len(out))


def _transposed(drawing: Drawing) -> Drawing:
    boxes = tuple(Rect(box.y, box.x, box.height, box.width) for box in drawing.boxes)
    routes = tuple(replace(route, points=tuple(Point(p.y, p.x) for p in route.points)) for route in drawing.routes)
    return Drawing(boxes, routes, drawing.height, drawing.width, down=True)
