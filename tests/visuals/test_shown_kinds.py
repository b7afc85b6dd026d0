"""What single kinds promise beyond what all do: counting, the camera's way, lit lines, lit terms."""

import pytest

from visuals.shots import STORY, element, example, scene
from vortex.core.errors import EngineError
from vortex.visuals.kinds.number import counter


@pytest.mark.parametrize(
    ("text", "half"), [("1,048,576", "524,288"), ("97.5 %", "48.8 %"), ("$2,400", "$1,200"), ("300", "150")]
)
def test_a_quantity_counts_up_to_exactly_what_the_source_writes(text, half):
    assert counter(text)(0.5) == half
    assert counter(text)(1.0) == text


@pytest.mark.parametrize("text", ["1984", "7", "007", "twenty", "1.5 million", "10–20"])
def test_what_is_no_plain_quantity_is_not_counted(text):
    assert counter(text) is None


def test_the_page_is_seen_whole_first_and_its_marks_only_while_the_camera_rests():
    made = example("page")
    page, marks = element(made, "page"), [element(made, f"mark:{index}") for index in range(3)]
    assert page.state(10).progress == 0 and page.state(10).opacity > 0.5
    for mark in marks:
        seen = [frame for frame in range(made.num_frames) if mark.state(frame).opacity == 1]
        assert seen and all(page.state(frame).progress in (1.0, 2.0) for frame in seen)


def test_lines_are_lit_on_their_cue_and_the_others_step_back():
    made = example("code")
    at = STORY.sentences[1].words[4].start + 10
    lit = [n for n in range(1, 9) if element(made, f"line:{n}").state(at).light == 1]
    assert lit == [5, 6, 7]
    assert element(made, "line:1").state(at).progress == 0


@pytest.mark.parametrize("target", ["line:9", "line:x", "line:0-2", "line:4-3"])
def test_lines_that_do_not_exist_are_named(target):
    with pytest.raises(EngineError, match=target):
        scene("code", {"text": "a = 1\nb = 2"}, STORY, **{target: (0, 0)})


def test_a_value_of_no_line_is_named():
    with pytest.raises(EngineError, match="line 3 of 1"):
        scene("code", {"text": "a = 1", "values": [{"line": 3, "text": "1"}]}, STORY)


def test_a_term_is_lit_while_it_is_spoken_of():
    made = example("equation")
    at = STORY.sentences[1].words[5].start
    assert [element(made, f"term:{n}").state(at).light for n in range(3)] == [0, 1, 0]


def test_an_equation_needs_a_formula_or_a_picture():
    with pytest.raises(EngineError, match="neither latex nor image"):
        scene("equation", {"caption": "nothing"}, STORY)
