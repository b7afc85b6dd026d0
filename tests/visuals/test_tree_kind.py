"""Trees: layers are tidy, labels pass each other on their edge, and faults are named."""

import random

import pytest

from visuals.shots import STORY, assert_legible, element, scene
from vortex.core.errors import EngineError
from vortex.visuals.layout import DoesNotFit
from vortex.visuals.picture import Format
from vortex.visuals.record import record

HEAP = {"labels": [str(11 * n) for n in range(7)], "parents": [-1, 0, 0, 1, 1, 2, 2]}


@pytest.mark.parametrize("size", [(1280, 720), (720, 1280), (720, 720)])
@pytest.mark.parametrize("swap", [(0, 1), (2, 6), (3, 1), (0, 5)])
def test_labels_that_change_places_never_meet(size, swap):
    order = list(range(7))
    order[swap[0]], order[swap[1]] = order[swap[1]], order[swap[0]]
    made = scene("tree", {**HEAP, "steps": [{"order": order}]}, STORY, Format(*size), step_0=(0, 8))
    assert_legible(made)
    last = {one.text: there.box for one, there in record(made).visible(made.num_frames - 1) if "label" in one.name}
    for node, label in enumerate(order):
        left, top, right, bottom = last[HEAP["labels"][label]]
        assert element(made, f"node:{node}").bounds.centre == pytest.approx(
            ((left + right) / 2, (top + bottom) / 2), abs=1.5
        )


@pytest.mark.parametrize("size", [(1280, 720), (720, 1280), (720, 720)])
@pytest.mark.parametrize("edges", [(), (1, 4)])
def test_labels_never_meet_whatever_changes_places(size, edges):
    chance, order, steps = random.Random(3), list(range(7)), []
    for number in range(8):
        if number % 3:
            node = chance.randrange(1, 7)
            parent = HEAP["parents"][node]
            order[node], order[parent] = order[parent], order[node]
        else:
            chance.shuffle(order)
        marks = [{"at": f"node:{number % 7}", "text": f"node {number}"}] if number % 2 else []
        steps.append({"order": list(order), "marks": marks})
    marks = [{"at": f"edge:{n}", "text": "0.5"} for n in edges]
    made = scene("tree", {**HEAP, "marks": marks, "steps": steps}, STORY, Format(*size))
    assert_legible(made)


@pytest.mark.parametrize("size", [(1280, 720), (720, 1280), (720, 720)])
def test_thirty_one_nodes_are_legible(size):
    parents = [-1, *((n - 1) // 2 for n in range(1, 31))]
    made = scene("tree", {"labels": [str(n) for n in range(31)], "parents": parents}, STORY, Format(*size))
    assert_legible(made)


def test_a_mark_changes_the_label_that_stands_there_then():
    steps = [{"order": [1, 0, 2, 3, 4, 5, 6], "marks": [{"at": "node:0", "text": "new"}]}]
    made = scene("tree", {**HEAP, "steps": steps}, STORY, step_0=(0, 8))
    shown = [one.text for one, _ in record(made).visible(made.num_frames - 1) if one.name.startswith("label:")]
    assert sorted(shown) == sorted(["0", "new", "22", "33", "44", "55", "66"])


def test_edges_carry_texts_that_meet_nothing():
    marks = [{"at": f"edge:{n}", "text": f"{n} %"} for n in range(1, 7)]
    made = scene("tree", {**HEAP, "marks": marks}, STORY)
    assert_legible(made)
    assert sum(one.name.endswith("/text") for one in made.elements) == 6


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"labels": ["A", "B"], "parents": [-1]}, "1 entries for 2 labels"),
        ({"labels": ["A", "B", "C"], "parents": [-1, 2, 0]}, r"parents\.1 is 2"),
        ({"labels": ["A", "B"], "parents": [0, 0]}, r"parents\.0 is 0"),
        ({"labels": ["A", "B"], "parents": [-1, -1]}, r"parents\.1 is -1"),
        ({**HEAP, "steps": [{"order": [0, 1]}]}, r"steps\.0\.order is \[0, 1\]"),
        ({**HEAP, "marks": [{"at": "edge:0"}]}, "'edge:0'; there are node:0 … node:6, edge:1 … edge:6"),
    ],
)
def test_faults_are_named(params, message):
    with pytest.raises(EngineError, match=message):
        scene("tree", params, STORY)


def test_labels_that_nobody_could_read_are_refused():
    parents = [-1, *((n - 1) // 2 for n in range(1, 31))]
    with pytest.raises(DoesNotFit, match="tree's"):
        scene("tree", {"labels": ["an unusually long label for a node of a tree"] * 31, "parents": parents}, STORY)
