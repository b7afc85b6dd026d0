from collections.abc import Callable
from dataclasses import replace

from vortex.core.document import Block
from vortex.core.text import sentences
from vortex.story.exhibits import exhibits_of
from vortex.story.material import Material


def test_a_mention_and_a_neighbour_are_exhibits(planner_page: Material) -> None:
    document = planner_page.documents[0]
    blocks = {f"{document.id}/{block.id}": block for block in document.blocks}
    passage = next(p for p in planner_page.passages if "Figure 4 gives a logical view" in p.text)
    block = next(b for b in planner_page.blocks_of(passage) if "Figure 4 gives" in b.text)
    found = exhibits_of(planner_page, passage, block, "Figure 4 gives a logical view of the Idx1 index.")
    assert [blocks[name].name for name in found] == ["Figure 4"]
    assert all(planner_page.exhibit(name) for name in found)


def test_prose_between_prose_has_none(planner_page: Material) -> None:
    passage = planner_page.passages[0]
    block = planner_page.blocks_of(passage)[0]
    assert exhibits_of(planner_page, passage, block, block.text) == ()
    assert planner_page.exhibit("no/such") is None


def test_a_paragraph_that_names_a_figure_shows_it_with_each_of_its_sentences(planner_page: Material) -> None:
    document = planner_page.documents[0]
    passage = next(p for p in planner_page.passages if "Figure 4 gives a logical view" in p.text)
    block = next(b for b in planner_page.blocks_of(passage) if "Figure 4 gives" in b.text)
    other = next(each for each in sentences(block.text) if "Figure" not in each)
    names = [planner_page.exhibit(name) for name in exhibits_of(planner_page, passage, block, other)]
    assert "Figure 4" in [found[1].name for found in names if found]
    assert document.id


def test_a_figure_near_by_is_shown_when_its_caption_says_the_same(make: Callable[..., Material]) -> None:
    material = make(
        "Warm air rises over the lake.", "Fish sleep at night.", ("paragraph", "Boats wait in the harbour.")
    )
    document, passage = material.documents[0], material.passages[0]
    section = document.blocks[0].section
    figure = Block("f1", "figure", "Figure 1: Air over a lake", section=section, name="Figure 1", image="air.png")
    nearer = replace(document, blocks=(*document.blocks, figure))
    wider = Material((nearer,), material.passages, material.ranked)
    first, fish, _ = document.blocks
    assert exhibits_of(wider, passage, first, first.text) == ("doc/f1",)
    assert exhibits_of(wider, passage, fish, fish.text) == ()
