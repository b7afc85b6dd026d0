import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vortex.knowledge.fusion import diversify, fuse, normalise, pack

scores = st.dictionaries(st.integers(0, 30), st.floats(-50, 50), max_size=20)


@given(scores)
def test_normalised_scores_keep_their_order_between_0_and_1(values):
    normal = normalise(values)
    assert all(0 <= score <= 1 for score in normal.values())
    ordered = sorted(values, key=lambda key: values[key])
    assert sorted(ordered, key=lambda key: normal[key]) == ordered


@given(scores, scores, st.floats(0, 1))
def test_fusion_ranks_all_candidates_best_first(lexical, dense, weight):
    mixed = fuse(lexical, dense, weight)
    assert mixed.keys() == lexical.keys() | dense.keys()
    assert list(mixed.values()) == sorted(mixed.values(), reverse=True)


def test_the_weight_decides():
    lexical, dense = {1: 9.0, 2: 5.0, 3: 0.0}, {3: 0.9, 2: 0.5, 1: 0.1}
    assert [next(iter(fuse(lexical, dense, weight))) for weight in (1.0, 0.0)] == [1, 3]


@given(st.lists(st.integers(1, 300), min_size=1), st.integers(1, 1000))
def test_what_is_packed_fits(sizes, budget):
    taken = pack(sizes, budget)
    assert taken == sorted(taken)
    assert sum(sizes[place] for place in taken) <= max(budget, sizes[0])


def test_diversify_prefers_what_is_new():
    alike = np.array([[1, 0.99, 0], [0.99, 1, 0], [0, 0, 1]], np.float32)
    assert diversify([7, 8, 9], {7: 1.0, 8: 0.95, 9: 0.6}, alike, 2, 0.5) == [7, 9]
    assert diversify([7, 8, 9], {7: 1.0, 8: 0.95, 9: 0.6}, alike, 2, 1.0) == [7, 8]
