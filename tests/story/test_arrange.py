from vortex.story.material import Material
from vortex.story.writers.arrange import choose, group, relevance
from vortex.story.writers.candidates import gather
from vortex.story.writers.rank import scores, vectors


def test_small_sections_are_told_with_their_parents(planner_page: Material) -> None:
    candidates = gather(planner_page)
    groups = group(candidates)
    assert sorted(number for each in groups for number in each.members) == [c.number for c in candidates]
    assert all(len(each.members) >= 3 for each in groups if len(each.section) > 1)


def test_what_a_search_found_first_is_near(planner_page: Material) -> None:
    candidates = gather(planner_page)
    groups = group(candidates)
    found = [p.id for p in planner_page.passages if p.section[-1].startswith("2.2")]
    near = relevance(groups, candidates, found)
    best = groups[near.index(max(near))]
    assert {candidates[n].passage for n in best.members} & set(found)
    worth = scores(candidates, "sorting by index", [], "en")
    space = vectors([c.text for c in candidates], "en")
    chosen = choose(groups, worth, space, 30, near)
    assert best in chosen
    assert chosen == sorted(chosen, key=lambda each: each.members[0])


def test_a_text_without_sections_has_parts(make) -> None:  # type: ignore[no-untyped-def]
    text = " ".join(f"The number {n} stands in the middle of its own sentence." for n in range(100, 190))
    groups = group(gather(make(text)))
    assert len(groups) == 3
    assert [n for each in groups for n in each.members] == list(range(90))
