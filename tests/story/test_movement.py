import pytest

from vortex.core.claim import Claim
from vortex.story.planner.line import Line, cue
from vortex.story.planner.movement import STILL_S, moments, read_along, stillest
from vortex.story.script import Sentence


def line(text: str, seconds: float, name: str = "s1") -> Line:
    return Line(Sentence(name, text), Claim(name, text, "statement"), seconds)


LONG = line("one two three four five, six seven eight nine ten", 10.0)


def test_moments_are_counted_from_the_start_of_the_shot() -> None:
    lines = [line("one two three four", 4.0), line("one two", 2.0, "s2")]
    cues = (cue(lines[1], 1, "item:1"), cue(lines[0], 1, "item:0"))
    assert moments(lines, cues) == pytest.approx([1.0, 5.0])
    assert stillest(lines, cues) == pytest.approx(4.0)
    assert stillest(lines, ()) == pytest.approx(6.0)


def test_long_sentences_are_read_along_at_their_clauses() -> None:
    cues = read_along([LONG], (cue(LONG, 0, "text"),), lambda number: "text")
    assert [(each.word, each.action) for each in cues] == [(0, "show"), (5, "light")]
    assert stillest([LONG], cues) <= STILL_S


def test_short_sentences_are_left_alone_but_none_is_without_a_cue() -> None:
    lines = [line("one two three", 3.0), line("one two three", 3.0, "s2")]
    cues = read_along(lines, (cue(lines[0], 0, "mark:0", "light"),), lambda number: f"mark:{number}")
    assert [(each.sentence, each.word, each.target) for each in cues] == [("s1", 0, "mark:0"), ("s2", 0, "mark:1")]
