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
