import pytest

from vortex.core.cohesion import dangling, elsewhere, pointer, repeated_runs, said_again, same_openings


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("This is done for speed.", "This"),
        ("It runs as a command line program.", "It"),
        ("If it is full, the table grows.", "it"),
        ("For that reason, one avoids full table scans.", "For that reason"),
        ("A solution to the first two challenges is a list.", "A solution to the first two"),
        ("In many applications of such tournaments, nobody needs the winner.", "such"),
        ("The first specifies the distance.", "The first"),
        ("The simplest is to examine the numbers.", "The simplest is"),
        ("You can replace the winner by it.", "it."),
        ("The same holds for lists.", "The same holds"),
        ("Neither is fast.", "Neither"),
    ],
)
def test_pointers_are_found(text: str, found: str) -> None:
    assert pointer(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "A heap and its items stand in a list.",
        "It is possible to sort without an index.",
        "This module provides a heap.",
        "Functions such as t() take a matrix.",
        "Both the search and the sort use one index.",
        "Those who vote choose the Senate.",
        "The first rowid is one.",
        "One normally sorts by another column.",
        "Neither the heap nor the list is sorted.",
    ],
)
def test_what_stands_alone_does_not_point(text: str) -> None:
    assert pointer(text) == ""


def test_a_pointer_dangles_unless_the_sentence_before_names_it() -> None:
    assert dangling("It is fast.", "") == "It"
    assert dangling("It is fast.", "A heap sorts numbers.") == ""
    assert dangling("They are fast.", "The heap grew.") == "They"
    assert dangling("They are fast.", "Heaps grow.") == ""
    assert dangling("They are fast.", "The heap always keeps its smallest item on top.") == "They"
    assert dangling("They are fast.", "The criteria keep a heap small.") == ""
    assert dangling("They are fast.", "A heap keeps its items in a tree.") == ""
    assert dangling("So the heap grows.", "") == "So " and dangling("So the heap grows.", "A list grows.") == ""
    assert dangling("However, the heap grows.", "") == "However,"
    assert dangling("However, the heap grows.", "A list stays short.") == ""
    assert dangling("Cependant, le tas croît.", "", "fr") == "Cependant, "
    assert dangling("Cependant, le tas croît.", "La liste reste courte.", "fr") == ""
    assert dangling("Dieser Haufen wächst.", "", "de") == "Dieser" and dangling("Der Haufen wächst.", "", "de") == ""


@pytest.mark.parametrize(
    "text",
    [
        "The rows are read as shown below.",
        "You can also request a reverse order like this.",
        "To see the packages, use.",
        "A function is defined by an assignment of the form.",
        "For the list, see Figure 3.",
    ],
)
def test_what_points_out_of_the_film_dangles_everywhere(text: str) -> None:
    assert elsewhere(text) and dangling(text, "An index lists rows.")


def test_neighbours_that_say_the_same_are_found() -> None:
    first = "Use the up and down arrow keys on most terminals."
    echo = said_again(["A heap is a tree.", first, "On most terminals, use the arrow keys up and down."])
    assert [(one.first, one.again) for one in echo] == [(1, 2)]
    assert said_again([first, "A heap is a tree.", first]) == []


def test_three_alike_openings_and_runs_are_found() -> None:
    texts = ["To see one, open a door.", "To see two, open a window.", "To see three, open a gate."]
    assert [one.what for one in same_openings(texts)] == ["to see"] and same_openings(texts[:2]) == []
    share, runs = repeated_runs(["large red boats sail fast", "large red boats sail home"])
    assert share == pytest.approx(1 / 3) and runs == ("larg red boat sail",)
    assert repeated_runs(["large red boats sail fast"]) == (0.0, ())
