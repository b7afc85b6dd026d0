"""Graphs: places are kept or found, edges go around nodes, texts find free room, and faults are named."""

from itertools import combinations

import pytest

from visuals.shots import STORY, assert_legible, element, example, scene
from vortex.core.errors import EngineError
from vortex.visuals.layout import DoesNotFit
from vortex.visuals.picture import Format
from vortex.visuals.record import record

LINE = [{"label": name, "x": x, "y": 0.5} for name, x in (("A", 0), ("B", 0.5), ("C", 1))]


def test_given_places_are_kept():
    made = scene("graph", {"nodes": LINE, "edges": [{"tail": 0, "head": 1}]}, STORY)
    one, other, last = (element(made, f"node:{n}").bounds.centre for n in range(3))
    assert other[0] - one[0] == pytest.approx(last[0] - other[0])
    assert one[1] == other[1] == last[1]


def test_an_edge_goes_around_a_node_that_is_not_its_own():
    made = scene("graph", {"nodes": LINE, "edges": [{"tail": 0, "head": 2}, {"tail": 0, "head": 1}]}, STORY)
    middle = element(made, "node:1").bounds
    around, straight = element(made, "edge:0").bounds, element(made, "edge:1").bounds
    assert straight.height < 0.3 * middle.height < around.height


def test_the_way_there_and_the_way_back_are_two():
    edges = [{"tail": 0, "head": 1, "label": "4"}, {"tail": 1, "head": 0, "label": "7"}]
    made = scene("graph", {"nodes": LINE[:2], "edges": edges, "directed": True}, STORY)
    one, other = (element(made, f"edge:{n}/text").bounds for n in range(2))
    assert not one.intersects(other)


def test_equal_graphs_get_equal_places():
    one, other = (record(example("graph")) for _ in range(2))
    assert one == other


@pytest.mark.parametrize("size", [(1280, 720), (720, 1280), (720, 720)])
def test_a_ring_with_names_weights_and_distances_is_apart(size):
    nodes = [{"label": name} for name in ("Oslo", "Rome", "Paris", "Kyiv", "Bonn", "Lima")]
    edges = [{"tail": n, "head": (n + 1) % 6, "label": str(10 * n)} for n in range(6)]
    marks = [{"at": f"node:{n}", "text": str(100 + n)} for n in range(6)]
    made = scene("graph", {"nodes": nodes, "edges": edges, "marks": marks}, STORY, Format(*size))
    assert_legible(made)
    discs = [element(made, f"node:{n}").bounds for n in range(6)]
    assert not any(one.intersects(other) for one, other in combinations(discs, 2))


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"nodes": LINE, "edges": [{"tail": 0, "head": 3}]}, r"edges\.0 leads from 0 to 3, but has to join two of 3"),
        ({"nodes": LINE, "edges": [{"tail": 1, "head": 1}]}, r"edges\.0 leads from 1 to 1"),
        ({"nodes": [{"label": "A", "x": 0.5}]}, r"nodes\.0 has x 0\.5 and y None"),
        ({"nodes": [*LINE, {"label": "D"}]}, r"nodes\.3 has x None and y None"),
    ],
)
def test_faults_are_named(params, message):
    with pytest.raises(EngineError, match=message):
        scene("graph", params, STORY)


def test_nodes_in_one_place_are_refused():
    with pytest.raises(DoesNotFit, match="gap between two nodes"):
        scene("graph", {"nodes": [LINE[0], LINE[0]]}, STORY)
