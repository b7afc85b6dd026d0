from collections.abc import Callable
from dataclasses import replace

import pytest

from vortex.core.claim import Claim
from vortex.story.planner import shapes
from vortex.story.planner.line import Line, Option
from vortex.story.script import Sentence
from vortex.story.writers.candidates import role_of
from vortex.visuals import params

Shape = Callable[[list[Line]], Option | None]


def lines(*texts: str, role: str = "") -> list[Line]:
    return [
        Line(Sentence(f"s{n}", text, role or role_of(text)), Claim(f"s{n}", text, "statement"), 5.0, "doc/b0")  # type: ignore[arg-type]
        for n, text in enumerate(texts)
    ]


def shown(shape: Shape, *texts: str, role: str = "") -> dict[str, object]:
    option = shape(lines(*texts, role=role))
    assert option is not None
    getattr(params, option.kind.capitalize()).model_validate(option.params)
    spoken = {f"s{n}": text.split() for n, text in enumerate(texts)}
    assert all(cue.word < len(spoken[cue.sentence]) for cue in option.cues)
    return option.params


def test_quantities_of_other_languages_are_read_as_they_write_them() -> None:
    (plain,) = lines("L'arc de méridien mesure près de 1 075 km.")
    option = shapes.number([replace(plain, language="fr")])
    assert option is not None and (option.params["value"], option.params["unit"]) == ("1 075", "km")
    (two,) = lines("Aus Wasser von 100 Grad entstehen etwa 1.700 Liter Dampf.")
    assert shapes.number([replace(two, language="de")]) is None


def test_definitions() -> None:
    found = shown(shapes.definition, "A node port is a point where edges can attach to a node.")
    assert found == {"term": "Node port", "text": "A point where edges can attach to a node", "kicker": "Definition"}
    named = shown(shapes.definition, "heapify(): transform a list into a heap.", role="definition")
    assert named["term"] == "heapify()"
    assert shapes.definition(lines("The value is a list of numbers.")) is None


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("The film shrinks to 12.5 percent of its size.", "12.5", "percent"),
        ("It holds 7 million rows of data.", "7 million", "rows"),
        ("A Senator shall be chosen for six Years.", "Six", "Years"),
    ],
)
def test_quantities(text: str, value: str, unit: str) -> None:
    found = shown(shapes.number, text)
    assert (found["value"], found["unit"]) == (value, unit)


def test_years_and_labels_are_no_quantities() -> None:
    assert shapes.number(lines("The first film was shown in 1895 by two brothers.")) is None
    assert shapes.number(lines("Chapter 112 tells of it.")) is None


def test_steps_follow_each_other() -> None:
    found = shown(shapes.flow, "Predict the block.", "Subtract the prediction.", role="step")
    assert found["nodes"] == [{"label": "Predict the block"}, {"label": "Subtract the prediction"}]


def test_conditions_lead_to_what_follows() -> None:
    found = shown(shapes.cause, "If the heap is empty, an error is raised.")
    assert found["nodes"] == [{"label": "If the heap is empty"}, {"label": "An error is raised"}]


def test_dates_make_a_timeline() -> None:
    found = shown(shapes.timeline, "Muybridge photographed a horse in 1878.", "The brothers showed films in 1895.")
    assert [event["date"] for event in found["events"]] == ["1878", "1895"]  # type: ignore[attr-defined]
    assert shapes.timeline(lines("It was shown in 1895.", "It was made in 1878.")) is None


def test_contrasts_stand_side_by_side() -> None:
    found = shown(shapes.compare, "A fraction is long to write, whereas a decimal loses its last digits.")
    assert [column["title"] for column in found["columns"]] == ["Fraction", "Decimal"]  # type: ignore[attr-defined]


def test_a_list_in_a_sentence_comes_item_by_item() -> None:
    option = shapes.enumeration(lines("The colours of a pixel are red, green, and blue."))
    assert option is not None and option.params == {
        "heading": "The colours of a pixel",
        "items": ["Red", "Green", "Blue"],
    }
    assert [cue.word for cue in option.cues] == [6, 7, 9]
