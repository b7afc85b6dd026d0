"""Arrays: nothing meets while cells change places, pointers keep apart, and what is impossible is refused."""

import random

import pytest

from visuals.shots import STORY, assert_legible, element, scene
from vortex.core.errors import EngineError
from vortex.visuals.kinds.array import flights
from vortex.visuals.layout import DoesNotFit
from vortex.visuals.picture import Format
from vortex.visuals.record import record

CELLS = list("6238597")


def test_what_keeps_its_order_slides_and_what_does_not_flies():
    assert flights((0, 1, 2, 3), (3, 0, 1, 2)) == [0, 0, 0, 1]
    assert sorted(flights((0, 1, 2, 3), (3, 1, 2, 0))) == [0, 0, 1, 2]
    assert sorted(flights((0, 1), (1, 0))) == [0, 1]
    assert flights((2, 0, 1), (2, 0, 1)) == [0, 0, 0]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("size", [(1280, 720), (720, 1280)])
def test_no_texts_meet_while_cells_change_places(seed, size):
    chance, order, steps = random.Random(seed), list(range(7)), []
    for _ in range(6):
        one, other = chance.sample(range(7), 2)
        if chance.random() < 0.5:
            order[one], order[other] = order[other], order[one]
        else:
            order.insert(other, order.pop(one))
        steps.append({"order": list(order), "pointers": [{"name": "low", "at": one}, {"name": "high", "at": other}]})
    made = scene("array", {"cells": CELLS, "steps": steps}, STORY, Format(*size))
    assert_legible(made)
    places = {cell: element(made, f"cell:{cell}").state(made.num_frames) for cell in range(7)}
    boxes = {cell: element(made, f"cell:{cell}").box(state) for cell, state in places.items()}
    assert sorted(boxes, key=lambda cell: (round(boxes[cell].y), boxes[cell].x)) == order


def test_a_cell_brings_its_text_along():
    steps = [{"order": [1, 0, 2, 3, 4, 5, 6]}]
    made = scene("array", {"cells": CELLS, "steps": steps}, STORY, step_0=(0, 8))
    for frame in range(0, made.num_frames, 3):
        box, text = (element(made, name).state(frame) for name in ("cell:0", "cell:0/text"))
        assert (box.dx, box.dy) == (text.dx, text.dy)


def test_what_is_outside_the_window_steps_back():
    made = scene("array", {"cells": CELLS, "steps": [{"window": [2, 4]}]}, STORY, step_0=(0, 8))
    theme = made.theme
    inks = {
        one.name: there.colour
        for one, there in record(made).visible(made.num_frames - 1)
        if one.name.startswith("cell:") and one.text
    }
    outside = {name.split("/")[0] for name, ink in inks.items() if ink == theme.muted}
    assert outside == {"cell:0", "cell:1", "cell:5", "cell:6"}


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ({"order": [0, 1, 2, 3, 4, 5, 5]}, r"steps\.0\.order is \[0, 1, 2, 3, 4, 5, 5\]"),
        ({"window": [4, 2]}, r"steps\.0\.window is \(4, 2\)"),
        ({"window": [0, 7]}, r"places go from 0 to 6"),
        ({"pointers": [{"name": "low", "at": 7}]}, "'low' at 7; places go from 0 to 6"),
        ({"pointers": [{"name": "low", "at": 1}, {"name": "low", "at": 2}]}, "a name twice"),
    ],
)
def test_faults_are_named(step, message):
    with pytest.raises(EngineError, match=message):
        scene("array", {"cells": CELLS, "steps": [step]}, STORY)


def test_cells_that_nobody_could_read_are_refused():
    with pytest.raises(DoesNotFit, match="a very long cell"):
        scene("array", {"cells": ["a very long cell"] * 12}, STORY)


def test_many_cells_stand_in_two_lines_where_the_frame_is_narrow():
    tops = {}
    for size in ((1280, 720), (720, 1280)):
        made = scene("array", {"cells": [str(n) for n in range(16)]}, STORY, Format(*size))
        tops[size] = {round(element(made, f"cell:{n}").bounds.y) for n in range(16)}
    assert [len(each) for each in tops.values()] == [1, 2]


@pytest.mark.parametrize("size", [(1280, 720), (720, 1280), (720, 720)])
def test_names_of_pointers_never_meet_and_stay_inside(size):
    places = [
        {"low": 0, "high": 15},
        {"low": 0, "high": 15, "middle": 7},
        {"low": 8, "high": 15},
        {"low": 8, "high": 15, "middle": 11},
        {"high": 8, "middle": 8, "low": 9},
        {"root": 0},
        {"parent": 0, "child": 1},
        {"child": 0, "root": 3},
    ]
    steps = [{"pointers": [{"name": name, "at": at} for name, at in each.items()]} for each in places]
    made = scene("array", {"cells": [str(n) for n in range(16)], "steps": steps}, STORY, Format(*size))
    assert_legible(made)
