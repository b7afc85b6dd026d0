from collections.abc import Callable

from vortex.story.brief import Brief
from vortex.story.budget import WordBudget
from vortex.story.claims import check_script
from vortex.story.material import Material
from vortex.story.shots import ShotSettings, plan_shots
from vortex.story.storyboard import Storyboard, page_image
from vortex.story.writers.extract import ExtractWriter

TEXT = (
    "An index is a list of the values of a column, each with the row in which it stands.",
    "A lookup by an index takes time proportional to the logarithm of the number of rows.",
    "A full scan reads every row of the table, so its time is proportional to the number of rows.",
)


def board_of(material: Material) -> Storyboard:
    budget = WordBudget(40)
    script = ExtractWriter().write(Brief(seconds=40), material, budget)
    return plan_shots(script, material, check_script(script, material), ShotSettings(budget, page_pictures=False))


def test_pages_lie_on_the_cards_and_are_asked_for(make: Callable[..., Material]) -> None:
    board = board_of(make(*TEXT))
    first, last = board.shots[0], board.shots[-1]
    assert first.params["image"] == page_image("doc", 0)
    (entry,) = last.params["entries"]
    assert entry["images"][0] == page_image("doc", 0)
    assert {first.params["image"], *entry["images"]} <= {need.image for need in board.needs}


def test_a_source_without_pages_has_its_initial(make: Callable[..., Material]) -> None:
    board = board_of(make(*TEXT, paged=False))
    title = board.shots[0].params
    assert "image" not in title
    assert title["sign"] == "T"
    assert board.shots[-1].params["entries"][0]["images"] == []
    assert board.needs == ()
