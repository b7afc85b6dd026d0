"""What single kinds promise beyond what all do: counting, the camera's way, lit lines, lit terms."""

import pytest

from visuals.shots import STORY, element, example, scene
from vortex.core.errors import EngineError
from vortex.visuals.kinds.number import counter
from vortex.visuals.picture import Format


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


LOOP = {
    "text": "for n in range(3):\n    total = total + n",
    "values": [{"line": 2, "text": f"total = {total}"} for total in (0, 1, 3)],
}


@pytest.mark.parametrize("size", [(1280, 720), (720, 1280), (720, 720)])
def test_the_values_of_a_line_follow_each_other_on_their_words(size):
    made = scene("code", LOOP, STORY, Format(*size), value_0=(0, 5), value_1=(1, 2), value_2=(2, 4))
    values = [element(made, f"value:{n}") for n in range(3)]
    for value, (sentence, word) in zip(values, [(0, 5), (1, 2), (2, 4)], strict=True):
        at = STORY.sentences[sentence].words[word].start - 4
        assert value.state(at).opacity == 0 and value.state(at + 12).opacity == 1
    for frame in range(made.num_frames):
        assert sum(value.state(frame).opacity > 0 for value in values) <= 1


def test_a_cue_of_a_value_that_is_not_there_is_named():
    with pytest.raises(EngineError, match="'value:3' names no value of a listing that has 3"):
        scene("code", LOOP, STORY, value_3=(0, 5))


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
