import pytest

from vortex.story.planner.phrase import POINT_WORDS, shorten, subject, word_of


@pytest.mark.parametrize(
    ("text", "short"),
    [
        (
            "SQLite can find the correct row using a binary search.",
            "SQLite can find the correct row using a binary search",
        ),
        (
            "To satisfy the query, SQLite reads every row, because it has no index to look into.",
            "To satisfy the query, SQLite reads every row",
        ),
        (
            "A dark room is lit by one lamp, which hangs from the ceiling of the old house.",
            "A dark room is lit by one lamp",
        ),
    ],
)
def test_phrases_leave_out_whole_clauses(text: str, short: str) -> None:
    assert shorten(text) == short


def test_another_language_is_taken_whole_or_not_at_all() -> None:
    text = "Die Dampfmaschine verwandelt Wärme in Bewegung."
    assert shorten(text, 6, "de") == text[:-1]
    assert shorten(f"{text[:-1]} und treibt damit seit langer Zeit viele Pumpen an.", 6, "de") == ""


def test_conditions_and_denials_stay() -> None:
    condition = "The index error is raised by the function in this place only if the whole heap is really empty."
    assert shorten(condition) == ""
    denial = "Nobody in the room does not see the picture that hangs on the wall of the house."
    assert shorten(denial) == ""


def test_no_phrase_is_longer_than_asked_or_broken_off() -> None:
    text = "The value that is returned may be larger than the one that was added to the heap before it was sorted."
    assert len(shorten(text).split()) <= POINT_WORDS
    assert not shorten(text).endswith(("the", "to", "of", "than"))


def test_a_subject_is_what_stands_before_the_verb() -> None:
    assert subject("A covering index holds all columns.") == "Covering index"
    assert subject("It holds all columns.") == ""


def test_finds_the_word_that_names_a_phrase() -> None:
    text = "The simplest way is to sort the rows by hand."
    assert word_of(text, "Sort the rows") == 5
    assert word_of(text, "Elephants") == 0
