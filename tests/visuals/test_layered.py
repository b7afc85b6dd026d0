"""Layered drawings: nothing overlaps, arrows go forward, cycles are broken, crossings go where they can."""

from itertools import combinations

import pytest

from vortex.visuals.layered import backward, fold, lay_out, ranks
from vortex.visuals.layout import Rect

DIAMOND = [(0, 1), (0, 2), (1, 3), (2, 3)]
LOOP = [(0, 1), (1, 2), (2, 3), (3, 1)]
LEAP = [(0, 1), (0, 4), (1, 2), (1, 3), (2, 3), (2, 4)]
GAP = (40.0, 20.0, 30.0)


@pytest.mark.parametrize("down", [False, True])
@pytest.mark.parametrize("links", [DIAMOND, LOOP, LEAP, [(0, 0), (0, 1)], [(3, 2), (1, 0)]])
def test_boxes_stand_apart_inside_the_drawing_and_arrows_meet_them(links, down):
    drawing = lay_out([(100, 50)] * 5, links, GAP, down)
    whole = Rect(0, 0, drawing.width, drawing.height)
    assert all(whole.holds(box) for box in drawing.boxes)
    assert not any(one.intersects(other) for one, other in combinations(drawing.boxes, 2))
    for (tail, head), route in zip(links, drawing.routes, strict=True):
        for node, end in ((tail, route.points[0]), (head, route.points[-1])):
            assert drawing.boxes[node].holds(Rect(*end, 0, 0))
        for point in route.points[1:-1]:
            assert not any(box.inset(1).holds(Rect(*point, 0, 0), slack=0) for box in drawing.boxes)


def test_a_node_comes_after_all_that_lead_to_it():
    assert ranks(5, LEAP) == [0, 1, 2, 3, 3]
    drawing = lay_out([(100, 50)] * 5, LEAP, GAP)
    assert all(drawing.boxes[tail].right < drawing.boxes[head].x for tail, head in LEAP)


def test_only_the_edge_that_leads_back_is_turned():
    assert backward(4, LOOP) == {3}
    assert ranks(4, LOOP) == [0, 1, 2, 3]
    assert backward(1, [(0, 0)]) == {0}


def test_crossings_are_undone():
    drawing = lay_out([(100, 50)] * 4, [(0, 3), (1, 2)], GAP)
    tops = [box.y for box in drawing.boxes]
    assert (tops[0] < tops[1]) == (tops[3] < tops[2])


def test_a_chain_is_folded_into_rows_that_are_read_like_text():
    drawing = fold(5, 3, (100, 50), (40, 30))
    assert [box.y for box in drawing.boxes] == [0, 0, 0, 80, 80]
    assert drawing.boxes[3].x == drawing.boxes[0].x
    assert (drawing.width, drawing.height) == (380, 130)
    back = drawing.routes[2]
    assert back.bent
    assert back.label_at == (190, 65)
