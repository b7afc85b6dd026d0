import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from vortex.story.brief import Brief
from vortex.story.budget import WordBudget
from vortex.story.claims import check_script
from vortex.story.material import Material
from vortex.story.script import Scene, Script, Sentence
from vortex.story.shots import ShotSettings, plan_shots
from vortex.story.storyboard import Storyboard
from vortex.story.words import bare
from vortex.story.writers.extract import ExtractWriter
from vortex.visuals import params
from vortex.visuals.shot import Shot

BUDGET = WordBudget(180)
Planned = tuple[Material, Script, Storyboard]


def plan(material: Material, script: Script, seconds: float = 180) -> Storyboard:
    return plan_shots(script, material, check_script(script, material), ShotSettings(WordBudget(seconds)))


@pytest.fixture(scope="module", params=["film_article", "planner_page"])
def planned(request: pytest.FixtureRequest) -> Planned:
    material: Material = request.getfixturevalue(request.param)
    script = ExtractWriter().write(Brief(seconds=180), material, BUDGET)
    return material, script, plan(material, script)


def seconds(shot: Shot, script: Script) -> float:
    texts = {each.id: each.text for scene in script.scenes for each in scene.sentences}
    return BUDGET.seconds_of_all(texts[name] for name in shot.sentences)


def test_every_sentence_is_shown_once_in_order(planned: Planned) -> None:
    _, script, board = planned
    spoken = [each.id for scene in script.scenes for each in scene.sentences]
    assert [name for shot in board.shots for name in shot.sentences] == spoken
    assert all(shot.reason and shot.sentences for shot in board.shots)


def test_params_fit_their_kinds_and_cues_their_words(planned: Planned) -> None:
    _, script, board = planned
    texts = {each.id: each.text.split() for scene in script.scenes for each in scene.sentences}
    kinds = {kind.__name__.lower(): kind for kind in params.Params.__subclasses__()}
    for shot in board.shots:
        kinds[shot.kind].model_validate(shot.params)
        for cue in shot.cues:
            assert cue.sentence in shot.sentences and cue.word < len(texts[cue.sentence])


def test_it_opens_with_the_title_and_ends_with_the_sources(planned: Planned) -> None:
    material, script, board = planned
    first, last = board.shots[0], board.shots[-1]
    assert (first.kind, first.params["title"]) == ("title", script.title)
    assert last.kind == "sources"
    assert last.params["entries"][0]["file"] == material.documents[0].path.rpartition("/")[2]


def test_shots_are_neither_hasty_nor_endless(planned: Planned) -> None:
    _, script, board = planned
    body = [shot for shot in board.shots if shot.kind not in ("title", "sources")]
    lengths = [seconds(shot, script) for shot in body]
    assert max(lengths) <= 20
    assert sum(length < 4 for length in lengths) <= len(lengths) / 4


def test_kinds_vary_and_points_stay_few(planned: Planned) -> None:
    _, script, board = planned
    assert len({shot.kind for shot in board.shots}) >= 5
    points = sum(seconds(shot, script) for shot in board.shots if shot.kind == "points")
    assert points <= 0.4 * BUDGET.forecast(script)


def test_every_statement_is_cited_on_its_page(planned: Planned) -> None:
    material, script, board = planned
    chips = {chip.sentence: chip.text for shot in board.shots for chip in shot.citations}
    for claim in check_script(script, material):
        if claim.kind == "statement":
            expected = f"p. {claim.label}" if claim.label else "§ "
            assert chips[claim.sentence].startswith(expected)


def test_pages_that_are_shown_are_asked_for(planned: Planned) -> None:
    material, _, board = planned
    shown = {text for shot in board.shots for text in texts_of(shot.params) if text.startswith("page-")}
    assert shown == {need.image for need in board.needs}
    figures = {block.image for document in material.documents for block in document.blocks if block.image}
    assert {shot.params["image"] for shot in board.shots if shot.kind == "figure"} <= figures


def texts_of(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts_of(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts_of(inner)


def test_what_stands_on_the_screen_stands_in_sentence_quote_or_heading(planned: Planned) -> None:
    material, script, board = planned
    under = {passage.id: " ".join(passage.section) for passage in material.passages}
    said = {
        each.id: f"{each.text} {each.quote} {under.get(each.passage, '')}"
        for scene in script.scenes
        for each in scene.sentences
    }
    for shot in board.shots:
        if shot.kind not in ("points", "definition", "number", "flow", "compare", "timeline"):
            continue
        if "The film says what it will go through" in shot.reason:
            said |= {shot.sentences[0]: " ".join([script.title, *(scene.title for scene in script.scenes)])}
        held = {bare(word) for name in shot.sentences for word in re.split(r"[\s-]+", said[name])} | {"definition", ""}
        for text in texts_of(shot.params):
            assert {bare(word) for word in re.split(r"[\s-]+", text)} <= held, shot
            assert not text.endswith("…")


def test_short_films_have_no_chapter_cards(film_article: Material) -> None:
    script = ExtractWriter().write(Brief(seconds=45), film_article, WordBudget(45))
    board = plan(film_article, script, 45)
    assert sum(shot.kind == "title" for shot in board.shots) == 1


def test_a_tiny_film_has_a_title_and_one_picture(film_article: Material) -> None:
    script = ExtractWriter().write(Brief(seconds=8), film_article, WordBudget(8))
    board = plan(film_article, script, 8)
    assert len(board.shots) == 2 and board.shots[0].kind == "title"


def test_numbers_that_are_compared_become_a_chart(make: Callable[..., Material]) -> None:
    material = make("The second pump is faster than the first.", title="Pumps")
    table = (("Pump", "Litres"), ("A", "12"), ("B", "1,150"), ("C", "97.5"))
    shown = chart_of(material, table, "The second pump is faster than the first.")
    assert (shown.kind, shown.params["form"], shown.params["categories"]) == ("chart", "bar", ["A", "B", "C"])
    assert shown.params["series"][0]["values"] == [12.0, 1150.0, 97.5]
    words = chart_of(
        material, (("Pump", "Maker"), ("A", "Ada"), ("B", "Bob")), "The second pump is faster than the first."
    )
    assert words.kind == "table"


def chart_of(material: Material, rows: tuple[tuple[str, ...], ...], text: str) -> Shot:
    from dataclasses import replace

    from vortex.core.document import Block

    document = material.documents[0]
    table = Block("b0099", "table", "Table 1: Litres an hour", section=document.blocks[0].section, rows=rows)
    wider = Material((replace(document, blocks=(*document.blocks, table)),), material.passages, material.ranked)
    sentence = Sentence("s1", text, "statement", "doc:0", text, ("doc/b0099",))
    script = Script("Pumps", "en", (Scene("c0", "Pumps", (sentence,)),), "test", "embedded")
    return plan(wider, script).shots[0]


@pytest.mark.parametrize(
    "rows",
    [
        (("Pump", "Built in"), ("A", "1912"), ("B", "1950"), ("C", "1975")),
        (("Pump", "Id"), ("A", "812"), ("B", "150"), ("C", "975")),
        (("Pump", "Place"), ("A", "1"), ("B", "2"), ("C", "3")),
        (("Pump", "Litres", "Share"), ("A", "12", "5 %"), ("B", "15", "6 %"), ("C", "17", "7 %")),
        (("Pump", "Litres", "Turns"), ("A", "12", "90000"), ("B", "15", "80000"), ("C", "17", "70000")),
        (("Row", "Litres"), ("1", "12"), ("2", "15"), ("3", "17")),
    ],
)
def test_numbers_that_are_no_quantity_of_one_kind_stay_a_table(
    make: Callable[..., Material], rows: tuple[tuple[str, ...], ...]
) -> None:
    material = make("The second pump is faster than the first.", title="Pumps")
    assert chart_of(material, rows, "The second pump is faster than the first.").kind == "table"


def test_a_chart_says_which_word_compares(make: Callable[..., Material]) -> None:
    material = make("The second pump is faster than the first.", title="Pumps")
    rows = (("Pump", "Litres"), ("A", "12"), ("B", "15"), ("C", "17"))
    reason = chart_of(material, rows, "The second pump is faster than the first.").reason
    assert "“faster”" in reason and "Litres" in reason
