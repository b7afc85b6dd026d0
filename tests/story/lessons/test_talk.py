"""What a lesson says and shows is taken down word for word, and its pictures change on the words that are marked."""

import pytest

from vortex.story.lessons.talk import Lecture, Talk
from vortex.story.lessons.trace import Row
from vortex.visuals.states import Mark, Step

HEAD = Row("Run of the lesson test", {"seed": "7", "low": "-0.5"})


def told(note: str, *steps: Step, text: str = "From ^one to ^two it is {low}.") -> Lecture:
    talk = Talk("Test", "a test", HEAD, 1)
    talk.scene("Scene")
    talk.shot("array", "For the test.", cells=["-1", "2"])
    talk.say(text, step=steps or (Step(note=note),))
    return talk.lecture("test", "en")


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("0 - 0.07 × (-4.71)", "0 − 0.07 × (−4.71)"),
        ("-3", "−3"),
        ("2020-01", "2020-01"),
        ("A-1", "A-1"),
        ("a - b", "a - b"),
    ],
)
def test_numbers_are_seen_with_a_minus_and_said_with_a_hyphen(written: str, seen: str) -> None:
    lecture = told(written)
    (shot,) = lecture.board.shots
    assert shot.params["steps"][0]["note"] == seen
    assert shot.params["cells"] == ["−1", "2"]
    assert lecture.script.scenes[0].sentences[0].text == "From one to two it is -0.5."


def test_each_marked_word_brings_its_own_step() -> None:
    (shot,) = told("", *(Step(marks=(Mark(at=f"cell:{n}", role="active"),)) for n in (0, 1))).board.shots
    assert [(cue.word, cue.target) for cue in shot.cues] == [(1, "step:0"), (3, "step:1")]


def test_more_steps_than_marked_words_are_a_mistake_of_the_lesson() -> None:
    with pytest.raises(AssertionError, match="more changes than marked words"):
        told("", Step(), Step(), text="Only ^one.")
