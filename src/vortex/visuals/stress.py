"""Places for the nodes of a graph: neighbours about equally far apart, few crossings, as much room as there is.

Several drawings are relaxed, from a ring, from scattered places and, where the graph is planar, from a drawing without
crossings. The best are turned and stretched into the room, and the best of these is improved node by node. Equal graphs
get equal places.
"""

import math
from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Link = tuple[int, int]

_ROUNDS = (2, 8, 30, 200)
_SHAKEN = 10
"""Drawings that begin anywhere; the seed is fixed."""
_TURNS = 24
_BEST = 5
"""So many drawings are turned."""
_MOVES = 500
_SOFT = 0.012
_CROSSING, _LENGTH, _BEGINNING, _BACK = 0.18, 0.12, 0.015, 0.03
"""What one crossing costs in a graph of one node, the mean length of edges, a beginning at the far end, all edges back.

These and the softness of the least clearance are in diagonals of the room.
"""
_MOST_STRETCH = 1.8
"""A drawing is stretched by no more than this in one direction, so that its shape survives."""


def spread(num_nodes: int, links: Sequence[Link], width: float, height: float) -> list[tuple[float, float]]:
    """Return a place for each node, inside a room of ``width`` x ``height``.

    Args:
        num_nodes: at least 1.
        links: pairs of nodes; direction and repetition are of no account.
        width: of the room, in any unit.
        height: of the room, in the same unit.
    """
    if num_nodes <= 2:
        # On a line that the eye follows, rather than from corner to corner.
        shares = [(2 * node + 1) / (2 * num_nodes) for node in range(num_nodes)]
        return [(width * at, height / 2) if width > height else (width / 2, height * at) for at in shares]
    edges = sorted({(min(link), max(link)) for link in links if link[0] != link[1]})
    room = width, height
    drawings = [_filled(drawing, room) for drawing in _drawings(num_nodes, edges)]
    drawings.sort(key=lambda drawing: -_worth(drawing, edges, room))
    turned = [_filled(view, room) for drawing in drawings[:_BEST] for view in _turned(drawing)]
    best = _improved(max(turned, key=lambda view: _worth(view, edges, room)), edges, room)
    return [(float(x), float(y)) for x, y in np.clip(best, 0, room)]


def _drawings(num_nodes: int, edges: Sequence[Link]) -> Iterator[Floats]:
    """Yield drawings at several stages of relaxing.

    Source: SMACOF (de Leeuw 1977), with the weights of Kamada and Kawai 1989.
    """
    # A heavy import, and only graphs without places need it.
    import networkx

    graph = networkx.Graph()
    graph.add_nodes_from(range(num_nodes))
    graph.add_edges_from(edges)
    apart = np.full((num_nodes, num_nodes), math.sqrt(num_nodes) + 1.0)
    for node, lengths in networkx.all_pairs_shortest_path_length(graph):
        for other, length in lengths.items():
            apart[node, other] = length
    angles = 2 * np.pi * np.arange(num_nodes) / num_nodes
    starts = [np.stack([np.cos(angles), np.sin(angles)], axis=1)]
    planar, _ = networkx.check_planarity(graph)
    if planar and num_nodes > 3:
        places = networkx.planar_layout(graph)
        starts.append(np.array([places[node] for node in range(num_nodes)]))
    yield from starts
    chance = np.random.default_rng(0)
    scattered = [chance.normal(size=(num_nodes, 2)) for _ in range(_SHAKEN)]
    for start in [*starts, *scattered]:
        x_ND = start * (apart.mean() / max(1e-9, _distances(start).mean()))
        done = 0
        for rounds in _ROUNDS:
            for _ in range(rounds - done):
                x_ND = _relaxed(x_ND, apart)
            done = rounds
            yield x_ND


def _relaxed(x_ND: Floats, apart_NN: Floats) -> Floats:
    """Return the places after one round of majorisation."""
    count = len(x_ND)
    with np.errstate(divide="ignore"):
        weights_NN = np.where(apart_NN > 0, apart_NN**-2.0, 0.0)
    now_NN = np.maximum(_distances(x_ND), 1e-6)
    pull_NN = -weights_NN * apart_NN / now_NN
    np.fill_diagonal(pull_NN, 0.0)
    np.fill_diagonal(pull_NN, -pull_NN.sum(axis=1))
    laplacian_NN = -weights_NN
    np.fill_diagonal(laplacian_NN, weights_NN.sum(axis=1))
    # Only differences count, so that one node may be held where the mean is.
    placed: Floats = np.linalg.solve(laplacian_NN + np.full((count, count), 1.0 / count), pull_NN @ x_ND)
    return placed


def _distances(x_ND: Floats) -> Floats:
    apart: Floats = np.linalg.norm(x_ND[:, None] - x_ND[None], axis=2)
    return apart


def _turned(x_ND: Floats) -> Iterator[Floats]:
    """Yield the drawing from all sides, and its mirror images."""
    for mirror in (1.0, -1.0):
        for turn in range(_TURNS):
            angle = 2 * np.pi * turn / _TURNS
            sine, cosine = np.sin(angle), np.cos(angle)
            yield (x_ND * [1.0, mirror]) @ np.array([[cosine, sine], [-sine, cosine]])


def _filled(x_ND: Floats, room: tuple[float, float]) -> Floats:
    """Return the drawing in the middle of the room, as large as it can be."""
    low, high = x_ND.min(axis=0), x_ND.max(axis=0)
    factors = np.array(room) / np.maximum(high - low, 1e-9)
    factors = np.minimum(factors, _MOST_STRETCH * factors.min())
    filled: Floats = (x_ND - (low + high) / 2) * factors + np.array(room) / 2
    return filled


def _improved(x_ND: Floats, edges: Sequence[Link], room: tuple[float, float]) -> Floats:
    """Return the drawing after many small moves of single nodes, of which those are kept that are worth something."""
    chance = np.random.default_rng(1)
    worth = _worth(x_ND, edges, room)
    for reach in np.geomspace(0.15, 0.01, _MOVES):
        moved = x_ND.copy()
        node = chance.integers(len(x_ND))
        moved[node] = np.clip(moved[node] + chance.normal(size=2) * reach * np.array(room), 0, room)
        new = _worth(moved, edges, room)
        if new > worth:
            x_ND, worth = moved, new
    return x_ND


def _worth(x_ND: Floats, edges: Sequence[Link], room: tuple[float, float]) -> float:
    """Return how good a drawing is: wide clearances, few crossings, short edges, and read from the left or the top.

    Clearances are those between two nodes and between a node and an edge that is not its own; the narrowest count
    most, by a soft minimum. Long edges cost something, and so do crossings, less in graphs that can hardly do without.
    """
    size = math.hypot(*room)
    upper = _distances(x_ND)[np.triu_indices(len(x_ND), 1)] / 2
    clear = np.concatenate([upper, _clearances(x_ND, edges)]) / size
    soft = -_SOFT * math.log(float(np.exp(-clear / _SOFT).sum()))
    along = x_ND[:, 0] / room[0] if room[0] > room[1] else x_ND[:, 1] / room[1]
    back = float(np.mean([along[one] > along[other] for one, other in edges])) if edges else 0.0
    length = float(np.mean([math.dist(x_ND[one], x_ND[other]) for one, other in edges])) / size if edges else 0.0
    cost = (
        _CROSSING * crossings(x_ND, edges) / len(x_ND) + _LENGTH * length + _BEGINNING * float(along[0]) + _BACK * back
    )
    # Rounded, so that mirror images of one worth are not told apart by the last bit.
    return round(soft - cost, 6)


def crossings(x_ND: Floats, edges: Sequence[Link]) -> int:
    """Return how many pairs of edges cross when drawn as straight lines."""
    pairs = [(one, other) for one, other in combinations(edges, 2) if not set(one) & set(other)]
    if not pairs:
        return 0
    a, b = (x_ND[[one[end] for one, _ in pairs]] for end in (0, 1))
    c, d = (x_ND[[other[end] for _, other in pairs]] for end in (0, 1))
    return int(np.sum((_side(a, b, c) != _side(a, b, d)) & (_side(c, d, a) != _side(c, d, b))))


def _side(a: Floats, b: Floats, c: Floats) -> NDArray[np.bool_]:
    return (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) > (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])


def _clearances(x_ND: Floats, edges: Sequence[Link]) -> Floats:
    """Return the distances of all nodes from all edges that are not theirs."""
    if not edges:
        return np.empty(0)
    ends = np.array(edges)
    a_ED, along_ED = x_ND[ends[:, 0]], x_ND[ends[:, 1]] - x_ND[ends[:, 0]]
    away_NED = x_ND[:, None] - a_ED
    share_NE = np.clip((away_NED * along_ED).sum(axis=2) / np.maximum((along_ED**2).sum(axis=1), 1e-9), 0, 1)
    far_NE = np.linalg.norm(away_NED - along_ED * share_NE[..., None], axis=2)
    own_NE = (np.arange(len(x_ND))[:, None, None] == ends).any(axis=2)
    others: Floats = far_NE[~own_NE]
    return others
