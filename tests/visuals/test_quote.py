"""A quote is read clause by clause, in time of a voice that may say it a little differently."""

import pytest

from visuals.shots import STORY, clock, element, scene
from vortex.visuals.kinds.quote import clauses

SPOKEN = "The Senate shall have the sole power, as we all know, to try every impeachment that is brought."
WRITTEN = "The Senate shall have the sole Power, to try every Impeachment that is brought."


@pytest.mark.parametrize(
    "text", ["One", "", WRITTEN, SPOKEN, "a, b, c, d, e, f, g", "word " * 40, *(each.id for each in STORY.sentences)]
)
def test_clauses_joined_are_the_text(text):
    assert "".join(clauses(text)) == text


def test_clauses_end_at_their_marks_and_none_is_too_long():
    assert clauses(SPOKEN)[0] == "The Senate shall have the sole power, "
    assert max(len(part.split()) for part in clauses("word " * 40)) <= 12


def test_each_clause_turns_to_ink_when_its_first_word_is_spoken():
    words = clock(SPOKEN).sentences[0].words
    made = scene("quote", {"text": WRITTEN, "attribution": "Article I, p. 3"}, clock(SPOKEN), text=(0, 0))
    text = element(made, "text")
    assert text.state(0).opacity == 1
    _, second = clauses(WRITTEN)
    begun = next(n for n, word in enumerate(words) if word.text == second.split()[0])
    assert text.state(words[begun].start - 6).progress == 1
    assert text.state(words[begun].start + 10).progress == 2


def test_a_quote_that_the_voice_does_not_say_is_read_evenly():
    made = scene("quote", {"text": "completely different words " * 6}, STORY, text=(0, 0))
    text = element(made, "text")
    reached = [text.state(frame).progress for frame in range(0, made.num_frames, 30)]
    assert reached == sorted(reached)
    assert reached[-1] == len(clauses("completely different words " * 5 + "completely different words"))
