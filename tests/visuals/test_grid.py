"""Grids: squares are square, the line grows, and what leaves the field is refused."""

import pytest

from visuals.shots import STORY, element, example, scene
from vortex.core.errors import EngineError
from vortex.visuals.layout import DoesNotFit
from vortex.visuals.picture import Format


@pytest.mark.parametrize("size", [(1280, 720), (720, 1280), (720, 720)])
def test_squares_are_square_and_inside_the_content(size):
    made = example("grid", Format(*size))
    boxes = [one.bounds for one in made.elements if one.name.startswith("cell:") and "/" not in one.name]
    assert boxes and all(box.width == pytest.approx(box.height) for box in boxes)
    assert all(made.frame.content.outset(2).holds(box) for box in boxes)


def test_a_line_that_gets_longer_goes_on_and_another_takes_its_place():
    ways = [[[0, 0], [0, 1]], [[0, 0], [0, 1], [1, 1]], [[2, 2], [2, 1]], []]
    params = {"rows": 3, "columns": 3, "steps": [{"path": way} for way in ways]}
    made = scene("grid", params, STORY, step_0=(0, 4), step_1=(0, 14), step_2=(1, 4), step_3=(2, 6))
    first, second = element(made, "path:0"), element(made, "path:1")
    at = [STORY.sentences[n].words[word].start + 12 for n, word in ((0, 4), (0, 14), (1, 4), (2, 6))]
    assert [first.state(frame).progress for frame in at[:2]] == [0.5, 1.0]
    assert [first.state(frame).opacity for frame in at] == [1, 1, 0, 0]
    assert [second.state(frame).opacity for frame in at] == [0, 0, 1, 0]


def test_a_path_outside_the_field_is_named():
    with pytest.raises(EngineError, match=r"steps\.0\.path goes through \(0, 3\)"):
        scene("grid", {"rows": 2, "columns": 3, "steps": [{"path": [[0, 2], [0, 3]]}]}, STORY)


def test_squares_too_small_for_their_numbers_are_refused():
    with pytest.raises(DoesNotFit, match="'1000'"):
        scene("grid", {"rows": 14, "columns": 20, "marks": [{"at": "cell:3,3", "text": "1000"}]}, STORY)
