"""Title and sources: what lies beside the words leaves them alone, in every shape, and long words come first."""

from pathlib import Path

import pytest

from visuals.shots import STORY, assert_legible, element, pictures, scene
from visuals.test_kinds import SHAPES
from vortex.visuals.picture import Format

EXAMPLES = Path(__file__).parent / "examples"
TITLE = {"title": "Generic functions for extracting model information", "kicker": "Chapter 2"}
ENTRY = {"title": "GNU Linear Programming Kit", "file": "glpk.pdf.gz", "pages": "pp. 2, 37–39"}
CARDS = [
    ("title", {**TITLE, "image": "page.png"}),
    ("title", {**TITLE, "sign": "12"}),
    ("title", {"title": "Heaps", "subtitle": "From the documentation", "sign": "H"}),
    ("sources", {"entries": [{**ENTRY, "images": ["page.png"] * 4}], "note": "Voice: eSpeak NG."}),
    ("sources", {"entries": [ENTRY], "note": "Voice: eSpeak NG."}),
    ("sources", {"entries": [{**ENTRY, "images": ["page.png"]}, *[ENTRY] * 5], "note": "Voice: eSpeak NG."}),
]


@pytest.mark.parametrize("size", SHAPES)
@pytest.mark.parametrize(("kind", "params"), CARDS)
def test_sheets_and_signs_leave_the_words_alone(kind, params, size):
    made = scene(kind, params, STORY, Format(*size), EXAMPLES)
    assert_legible(made)
    beside = [each.bounds for each in made.elements if each.name.startswith(("sheet", "sign"))]
    texts = [mark.box for each in made.elements if each.role == "text" for mark in each.marks]
    assert beside
    assert not any(text.intersects(sheet) for text in texts for sheet in beside)


def test_a_title_that_needs_the_whole_card_has_it():
    made = scene("title", {"title": "words that are many " * 9, "sign": "W"}, STORY)
    assert not any(each.name == "sign" for each in made.elements)


@pytest.mark.parametrize(("kind", "params"), CARDS)
def test_a_card_stands_from_its_first_frame(kind, params):
    first, later = pictures(scene(kind, params, STORY, assets=EXAMPLES), 0, 1)
    assert (first != first[0, 0]).any(axis=2).mean() > 0.02
    assert (first == later).mean() > 0.99


def test_the_pages_of_one_source_overlap_with_the_first_on_top():
    made = scene(*CARDS[3], STORY, assets=EXAMPLES)
    names = [each.name for each in made.elements if each.name.startswith("sheet")]
    assert names == ["sheet/3", "sheet/2", "sheet/1", "sheet/0"]
    assert element(made, "sheet/0").bounds.intersects(element(made, "sheet/1").bounds)
