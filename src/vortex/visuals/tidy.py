"""Tidy places for the nodes of a rooted tree: layers by depth, parents over the middle of their children."""

from collections.abc import Sequence

_COUSINS = 1.2
"""Distance of two neighbours of a layer that have different parents, in distances of siblings."""


def tidy(parents: Sequence[int], heap: bool = False) -> list[tuple[float, int]]:
    """Return for each node its place along its layer, the leftmost 0 and siblings 1 apart, and its depth.

    Source: Reingold and Tilford 1981, with contours as lists; equal subtrees are drawn alike.

    Args:
        parents: index of each node's parent, which comes before it; -1 for the root, which is the first.
        heap: whether an only child stands at the left of its parent rather than under it.
    """
    children: list[list[int]] = [[] for _ in parents]
    depths = [0] * len(parents)
    for node, parent in enumerate(parents):
        if parent >= 0:
            children[parent].append(node)
            depths[node] = depths[parent] + 1
    places = [0.0] * len(parents)
    # For each node the least and the greatest place of each layer of its subtree.
    contours: list[list[tuple[float, float]]] = [[] for _ in parents]
    for node in reversed(range(len(parents))):
        merged: list[tuple[float, float]] = []
        for child in children[node]:
            shift = _push(merged, contours[child])
            _move(child, shift, places, children)
            merged = _joined(merged, [(low + shift, high + shift) for low, high in contours[child]])
        if children[node]:
            middle = (places[children[node][0]] + places[children[node][-1]]) / 2
            places[node] = middle + (0.5 if heap and len(children[node]) == 1 else 0.0)
        contours[node] = [(places[node], places[node]), *merged]
    left = min(places)
    return [(place - left, depth) for place, depth in zip(places, depths, strict=True)]


def _push(done: Sequence[tuple[float, float]], new: Sequence[tuple[float, float]]) -> float:
    """Return how far a subtree has to move to the right to stand clear of those before it."""
    gaps = [1.0] + [_COUSINS] * len(new)
    return max((high + gap - low for (_, high), (low, _), gap in zip(done, new, gaps, strict=False)), default=0.0)


def _move(node: int, shift: float, places: list[float], children: Sequence[Sequence[int]]) -> None:
    places[node] += shift
    for child in children[node]:
        _move(child, shift, places, children)


def _joined(done: Sequence[tuple[float, float]], new: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the contour of two subtrees beside each other."""
    both = [(one[0], other[1]) for one, other in zip(done, new, strict=False)]
    return [*both, *done[len(new) :], *new[len(done) :]]
