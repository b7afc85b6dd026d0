import pytest

from vortex.story.polish import MAX_WORDS, fault, leans_back, polish, split_long, without_joint


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("A heap (see Figure 3) is a tree [12].", "A heap is a tree."),
        ("The table is stored as shown in figure 1 below.", "The table is stored."),
        ("Rows are sorted, as described in section 4.2, by key.", "Rows are sorted, by key."),
        ("Its first item is heap[0], always :-)", "Its first item is heap[0], always"),
        ("It breaks for (priority, task) pairs.", "It breaks for (priority, task) pairs."),
        ("Call t.test(x) for the test (or wilcox.test).", "Call t.test(x) for the test."),
    ],
)
def test_polishing_cuts_what_nobody_says(written: str, said: str) -> None:
    assert polish(written) == said


def test_joints_are_cut_only_where_they_are_joints() -> None:
    assert without_joint("However, the planner needs indices.") == "The planner needs indices."
    assert without_joint("But it is fast.") == "It is fast."
    assert without_joint("So far we have compared one.") == "So far we have compared one."
    assert without_joint("First graders read it.") == "First graders read it."
    assert without_joint("So entsteht aus Wasser Dampf.", "de") == "So entsteht aus Wasser Dampf."
    assert without_joint("Cependant, le métal se dilate.", "fr") == "Le métal se dilate."
    assert without_joint("Однако, металл расширяется.", "ru") == "Металл расширяется."


@pytest.mark.parametrize(
    "text",
    [
        "Type x <- c(1, 2) to begin with it.",
        "The process is illustrated by Figure 12.",
        "I use them in a few applications.",
        "which shows a reasonable fit to the data.",
        "Returns the variance of the fitted model.",
        'He said "open the door to them.',
        "See https://example.org for the whole of it.",
        "Many words " * 15 + "stand.",
        "Consider a small, artificial example from Silvey.",
    ],
)
def test_what_cannot_be_told_has_a_fault(text: str) -> None:
    assert fault(text)


def test_plain_sentences_have_none() -> None:
    assert fault("An index is another table with all rows in order.") == ""
    assert fault("dot has a feature for drawing parts of a diagram.") == ""
    assert fault("Subtract the prediction.", terse=True) == "" != fault("Subtract the prediction.")


@pytest.mark.parametrize(
    ("text", "leans"),
    [
        ("It is fast.", True),
        ("It is possible to sort them by hand.", False),
        ("Tournaments are a good way to achieve that.", True),
        ("In this case, the table is read twice.", True),
        ("This module provides a heap.", False),
        ("An index is a table.", False),
    ],
)
def test_knows_what_points_back(text: str, leans: bool) -> None:
    assert leans_back(text) is leans


def test_long_sentences_split_where_both_parts_stand_alone() -> None:
    first = "The query planner reads all of the rows of the table in the order in which they were written to disk"
    second = "the engine compares each of them with the value that is looked for"
    parts = split_long(f"{first}, and {second}.")
    assert parts == (f"{first}.", f"The{second[3:]}.")
    assert all(len(part.split()) <= MAX_WORDS for part in parts)
    whole = "A long list of words without any seam " * 5
    assert split_long(whole) == (whole,)


def test_the_last_of_several_clauses_keeps_its_place() -> None:
    text = (
        "Structures for schedulers have long been studied by many people, the heap is reasonably fast in each of them, "
        "and the worst case is not much different from the average case."
    )
    assert split_long(text) != (
        text.split(", and ")[0] + ".",
        "The worst case is not much different from the average case.",
    )


@pytest.mark.parametrize(
    "text",
    [
        "You can also request a reverse sort like this.",
        "Has two optional arguments which must be named.",
        "Changed in version 3.5: Added the optional key and reverse parameters.",
        "So far we have compared a single sample to a normal distribution.",
        "We thank Phong Vo for his advice about drawing.",
        "The expression is an R expression,, that uses the arguments.",
        "The process of developing packages is described in Section Packages of the manual.",
    ],
)
def test_what_leads_out_of_the_film_has_a_fault(text: str) -> None:
    assert fault(text)


def test_a_pointer_after_a_colon_is_cut() -> None:
    assert polish("Axes is an argument to a few plot methods: see xaxt and yaxt.") == (
        "Axes is an argument to a few plot methods."
    )


def test_clauses_that_depend_on_one_word_stay_together() -> None:
    text = (
        "Structures for schedulers have been studied, and heaps are good, as they are reasonably fast, the speed is "
        "almost constant, and the worst case is not much different from the average case."
    )
    assert not any(part.endswith("almost constant.") for part in split_long(text))
    first = "In a heap of many large numbers, the list grows by a half of its former length before anybody asks for it"
    second = "the engine copies all of the items to the new place in memory"
    assert split_long(f"{first}, and {second}.") == (f"{first}.", f"The{second[3:]}.")
