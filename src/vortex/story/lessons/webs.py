"""Graphs for lessons, drawn by chance so that they can be laid out without an edge that crosses another."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from string import ascii_uppercase

from vortex.visuals.states import Link, Mark, Role, Vertex

Edge = tuple[int, int]


@dataclass(frozen=True)
class Web:
    """A connected graph: node 0 is the start, the last node is far from it.

    Nodes are named by letters, or by numbers where there are not enough letters.
    """

    labels: tuple[str, ...]
    edges: tuple[Edge, ...]

    def neighbours(self, node: int) -> list[int]:
        """Return what a node is joined to, in the order of the alphabet."""
        near = [head if tail == node else tail for tail, head in self.edges if node in (tail, head)]
        return sorted(near, key=self.labels.__getitem__)

    def edge(self, one: int, other: int) -> int:
        """Return which edge joins two nodes."""
        return self.edges.index((min(one, other), max(one, other)))

    def vertices(self) -> list[Vertex]:
        """Return the nodes as the picture needs them."""
        return [Vertex(label=label) for label in self.labels]

    def links(self, texts: tuple[str, ...] = ()) -> list[Link]:
        """Return the edges as the picture needs them, with ``texts`` at them."""
        return [
            Link(tail=tail, head=head, label=texts[index] if texts else "")
            for index, (tail, head) in enumerate(self.edges)
        ]

    def way(self, nodes: tuple[int, ...], role: Role) -> tuple[Mark, ...]:
        """Return marks for the nodes of a way and the edges between them."""
        edges = [Mark(at=f"edge:{self.edge(one, other)}", role=role) for one, other in pairwise(nodes)]
        return (*edges, *(Mark(at=f"node:{node}", role=role) for node in nodes))


def draw(random: Random, nodes: int, spare: int) -> Web:
    """Return a graph of so many nodes; up to ``spare`` edges more than a tree needs."""
    columns = _columns(random, nodes)
    edges = [(_nearest(column, node, after), node) for column, after in pairwise(columns) for node in after]
    chances = [pair for pair in _pairs(columns) if pair not in edges]
    random.shuffle(chances)
    rank = {node: (place, row) for place, column in enumerate(columns) for row, node in enumerate(column)}
    for pair in chances:
        if len(edges) < nodes - 1 + spare and not any(_cross(pair, edge, rank) for edge in edges):
            edges.append(pair)
    first, *rest = map(str, range(1, nodes + 1)) if nodes > len(ascii_uppercase) else list(ascii_uppercase[:nodes])
    random.shuffle(rest)
    return Web((first, *rest), tuple(sorted(edges)))


def _columns(random: Random, nodes: int) -> list[list[int]]:
    sizes, left = [1], nodes - 2
    while left:
        sizes.append(min(left, random.choice((2, 3))))
        left -= sizes[-1]
    numbers = iter(range(nodes))
    return [[next(numbers) for _ in range(size)] for size in [*sizes, 1]]


def _nearest(column: list[int], node: int, after: list[int]) -> int:
    height = (after.index(node) + 0.5) / len(after)
    return min(column, key=lambda each: abs((column.index(each) + 0.5) / len(column) - height))


def _pairs(columns: list[list[int]]) -> Iterator[Edge]:
    """Yield what may be joined: nodes of columns side by side, and those one under the other."""
    for column in columns:
        yield from pairwise(column)
    for column, after in pairwise(columns):
        yield from ((one, other) for one in column for other in after)


def _cross(one: Edge, other: Edge, rank: dict[int, tuple[int, int]]) -> bool:
    """Tell whether two edges between the same columns cross."""
    (left, a), (right, b) = (rank[node] for node in one)
    (side, c), (far, d) = (rank[node] for node in other)
    return left != right and (left, right) == (side, far) and (a - c) * (b - d) < 0
