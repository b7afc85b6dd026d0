from collections.abc import Callable

import pytest

from vortex.story.material import Material
from vortex.story.writers.candidates import announced, definition_term, ended, gather
from vortex.story.writers.rank import merit


@pytest.mark.parametrize(
    "text",
    [
        "To see which packages are loaded, use:",
        "A function is defined by an assignment of the form:",
        "You can write it like this:",
    ],
)
def test_a_sentence_that_needs_what_follows_is_not_ended(text: str) -> None:
    assert ended(text) == text


def test_a_sentence_that_can_do_without_is_ended() -> None:
    assert ended("R provides the t test:") == "R provides the t test."
    assert ended("One way is to use the port of an edge, e.g.") == "One way is to use the port of an edge."


def test_a_list_is_announced_by_a_whole_sentence_only() -> None:
    assert announced("An encoder repeats the same steps for every block:")
    assert announced("The advantages of many smaller sorts are:") == ""


def test_a_reason_defines_nothing() -> None:
    assert definition_term("An index is a table of rows.") == "index"
    assert definition_term("Since the logit link is the default the parameter may be omitted.") == ""


def test_a_share_in_percent_is_a_quantity(make: Callable[..., Material]) -> None:
    texts = ("The index holds a share of all the rows that stand there.", "The index holds 12 % of all the rows there.")
    plain, counted = (merit(gather(make(text))[0]) for text in texts)
    assert counted > plain
