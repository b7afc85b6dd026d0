"""Joins two rankings into one, chooses hits that differ, and packs them into a budget of words. Pure.

Scores are normalised over the candidates of one query and mixed with a weight that favours the lexical side: rank
fusion with equal weights was measured to be worse than BM25 alone.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

DEFAULT_WEIGHT = 0.8
"""Share of the lexical score in the mix."""


def normalise(scores: Mapping[int, float]) -> dict[int, float]:
    """Scale scores so that the best is 1 and the worst of them 0; a single one is 1."""
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    span = high - low
    return {key: (score - low) / span if span > 0 else 1.0 for key, score in scores.items()}


def fuse(lexical: Mapping[int, float], dense: Mapping[int, float], weight: float = DEFAULT_WEIGHT) -> dict[int, float]:
    """Mix two sets of scores into one, best first.

    Args:
        lexical: candidate → BM25 score, higher is better.
        dense: candidate → cosine; empty when there is no embedder.
        weight: share of the lexical side, 0 to 1.
    """
    if not dense:
        return _best_first(normalise(lexical))
    left, right = normalise(lexical), normalise(dense)
    mixed = {
        key: weight * left.get(key, 0.0) + (1 - weight) * right.get(key, 0.0) for key in left.keys() | right.keys()
    }
    return _best_first(mixed)


def _best_first(scores: Mapping[int, float]) -> dict[int, float]:
    return dict(sorted(scores.items(), key=lambda entry: (-entry[1], entry[0])))


def diversify(
    order: Sequence[int], scores: Mapping[int, float], alike: NDArray[np.float32], k: int, trade: float
) -> list[int]:
    """Choose ``k`` of ``order`` by maximal marginal relevance.

    Args:
        order: candidates, best first.
        scores: candidate → score, 0 to 1.
        alike: similarity of the candidates, shape (len(order), len(order)), 0 to 1, in the order of ``order``.
        k: how many to choose.
        trade: 1 is relevance alone, 0 is difference alone.

    Source: Carbonell and Goldstein, The use of MMR, 1998.
    """
    chosen: list[int] = []
    left = list(range(len(order)))
    while left and len(chosen) < k:
        best = max(
            left,
            key=lambda at: (
                trade * scores[order[at]]
                - (1 - trade) * max((float(alike[at, other]) for other in chosen), default=0.0),
                -at,
            ),
        )
        chosen.append(best)
        left.remove(best)
    return [order[at] for at in chosen]


def pack(sizes: Sequence[int], budget: int) -> list[int]:
    """Return which of the hits, given best first by their sizes in words, fit into ``budget`` words together.

    A hit that does not fit is passed over and smaller ones after it may still fit; the first is always taken.
    """
    taken: list[int] = []
    left = budget
    for place, size in enumerate(sizes):
        if size <= left or not taken:
            taken.append(place)
            left -= size
    return taken
