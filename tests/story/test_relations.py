from collections.abc import Callable

import pytest

from story.test_shapes import lines
from vortex.story.planner import relations
from vortex.story.planner.line import Line, Option
from vortex.visuals import params

Shape = Callable[[list[Line]], Option | None]


def shown(shape: Shape, *texts: str, role: str = "") -> Option:
    option = shape(lines(*texts, role=role))
    assert option is not None
    getattr(params, option.kind.capitalize()).model_validate(option.params)
    spoken = {f"s{n}": text.split() for n, text in enumerate(texts)}
    assert all(cue.word < len(spoken[cue.sentence]) for cue in option.cues)
    return option


def test_a_rule_stands_beside_its_exception() -> None:
    option = shown(relations.exception, "No Person shall be convicted of Treason unless two Witnesses testify.")
    columns = option.params["columns"]
    assert isinstance(columns, list)
    left, right = columns
    assert left == {"title": "No Person", "items": ["Shall be convicted of Treason"]}
    assert right == {"title": "Unless", "items": ["Two Witnesses testify"]}
    assert [cue.word for cue in option.cues] == [0, 2, 7, 8]
    assert relations.exception(lines("The heap keeps its smallest item on top.")) is None


def test_one_thing_leads_to_another() -> None:
    option = shown(relations.relation, "The executive Power shall be vested in a President of the United States.")
    assert [node["label"] for node in option.params["nodes"]] == [  # type: ignore[attr-defined]
        "The executive Power",
        "A President of the United States",
    ]
    assert option.params["edges"] == [{"tail": 0, "head": 1, "label": "shall be vested in"}]
    assert [cue.word for cue in option.cues] == [0, 3, 7]
    assert "vested" in option.reason


@pytest.mark.parametrize(
    "text",
    [
        "It consists of many parts.",
        "If the heap is full, it consists of many rows.",
        "Complex values may contain characters, such as commas and white space, which are used in parsing a text.",
    ],
)
def test_what_is_no_thing_leads_nowhere(text: str) -> None:
    assert relations.relation(lines(text)) is None


def test_who_is_bound_to_what() -> None:
    option = shown(relations.duty, "Each House shall keep a Journal of its Proceedings.")
    assert option.params == {"term": "Each House", "text": "shall keep a Journal of its Proceedings", "kicker": ""}
    assert relations.duty(lines("No Tax shall be laid on Articles exported from any State.")) is None
    assert relations.duty(lines("They shall keep a Journal of the Proceedings.")) is None


def test_terms_that_are_defined_in_a_row_stand_side_by_side() -> None:
    texts = ("heappush(): push an item onto the heap.", "heappop(): pop the smallest item from the heap.")
    option = shown(relations.glossary, *texts, role="definition")
    assert [column["title"] for column in option.params["columns"]] == ["heappush()", "heappop()"]  # type: ignore[attr-defined]
    assert "heappush()" in option.reason and "heappop()" in option.reason
    assert relations.glossary(lines(texts[0], texts[0], role="definition")) is None


def test_two_of_which_the_same_is_told_stand_side_by_side() -> None:
    texts = ("The nodesep attribute sets the distance of nodes.", "The ranksep attribute sets the distance of ranks.")
    option = shown(relations.parallel, *texts, role="statement")
    assert [column["title"] for column in option.params["columns"]] == ["Nodesep attribute", "Ranksep attribute"]  # type: ignore[attr-defined]
    assert relations.parallel(lines("The heap is a tree of numbers.", "The film is a row of pictures.")) is None
