"""Places of graphs and trees as plain numbers."""

import math
from itertools import combinations

import numpy as np
import pytest

from vortex.visuals.stress import crossings, spread
from vortex.visuals.tidy import tidy

LADDER = [(0, 1), (0, 2), (1, 2), (1, 3), (2, 3), (2, 4), (3, 4), (3, 5), (4, 5)]


@pytest.mark.parametrize("room", [(900, 350), (400, 700)])
def test_a_planar_graph_is_drawn_without_crossings_and_with_room(room):
    places = spread(6, LADDER, *room)
    assert crossings(np.array(places), LADDER) == 0
    assert all(0 <= x <= room[0] + 1e-6 and 0 <= y <= room[1] + 1e-6 for x, y in places)
    assert min(math.dist(one, other) for one, other in combinations(places, 2)) > 0.2 * min(room)


def test_crossings_are_counted():
    square = np.array([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)])
    assert crossings(square, [(0, 2), (1, 3)]) == 1
    assert crossings(square, [(0, 1), (2, 3)]) == 0
    assert crossings(square, [(0, 1), (1, 2)]) == 0


@pytest.mark.parametrize("links", [[], [(0, 1)], [(0, 1), (1, 0)]])
def test_graphs_of_several_parts_are_spread_too(links):
    places = spread(4, links, 600, 300)
    assert min(math.dist(one, other) for one, other in combinations(places, 2)) > 60


def test_one_node_stands_in_the_middle():
    assert spread(1, [], 600, 300) == [(300, 150)]


def test_two_nodes_stand_on_a_line():
    assert spread(2, [(0, 1)], 600, 300) == [(150, 150), (450, 150)]
    assert spread(2, [(0, 1)], 300, 600) == [(150, 150), (150, 450)]


def test_parents_stand_over_the_middle_of_their_children_and_nobody_is_nearer_than_siblings():
    parents = [-1, 0, 0, 0, 1, 1, 3, 3, 3, 7]
    places = tidy(parents)
    for node in range(len(parents)):
        under = [places[child][0] for child, parent in enumerate(parents) if parent == node]
        if under:
            assert places[node][0] == pytest.approx((under[0] + under[-1]) / 2)
    for one, other in combinations(places, 2):
        assert one[1] != other[1] or abs(one[0] - other[0]) >= 1 - 1e-9
    assert min(place for place, _ in places) == 0


def test_an_only_child_of_a_heap_stands_at_the_left():
    assert tidy([-1, 0], heap=True) == [(0.5, 0), (0.0, 1)]
    assert tidy([-1, 0]) == [(0.0, 0), (0.0, 1)]
