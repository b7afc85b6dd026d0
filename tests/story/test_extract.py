from pathlib import Path

import pytest

from vortex.core.errors import SourceError
from vortex.core.text import words
from vortex.story.brief import Brief
from vortex.story.budget import WordBudget
from vortex.story.claims import check_script, is_frame
from vortex.story.material import Material
from vortex.story.polish import MAX_WORDS
from vortex.story.script import Script, Sentence
from vortex.story.writers.extract import ExtractWriter


def write(material: Material, seconds: int, topic: str = "") -> Script:
    return ExtractWriter().write(Brief(topic=topic, seconds=seconds), material, WordBudget(seconds))


def told(script: Script) -> list[Sentence]:
    return [each for scene in script.scenes for each in scene.sentences if not is_frame(each)]


@pytest.fixture(params=["film_article", "planner_page"])
def material(request: pytest.FixtureRequest) -> Material:
    found: Material = request.getfixturevalue(request.param)
    return found


@pytest.mark.parametrize("seconds", [30, 60, 120, 180])
def test_the_film_is_as_long_as_asked(material: Material, seconds: int) -> None:
    assert WordBudget(seconds).forecast(write(material, seconds)) == pytest.approx(seconds, rel=0.1)


def test_every_sentence_is_supported_and_easy_to_follow(material: Material) -> None:
    script = write(material, 180)
    assert all(claim.supported for claim in check_script(script, material))
    assert all(len(each.text.split()) <= MAX_WORDS + 3 for each in told(script))
    for each in told(script):
        strange = (
            set(map(str.lower, words(each.text)))
            - set(map(str.lower, words(each.quote)))
            - {"in", "short", "first", "then", "finally"}
        )
        assert not strange, each


def test_it_has_a_beginning_parts_and_an_end(material: Material) -> None:
    script = write(material, 120)
    first, *parts, last = script.scenes
    assert first.sentences[0].role == "hook"
    assert first.sentences[0].text.endswith("?")
    assert 3 <= len(parts) <= 8
    assert all(part.sentences[0].role == "link" for part in parts if part.title.lower() != script.title.lower())
    assert [each.role for each in last.sentences] == ["recap"] * len(last.sentences)
    ids = [each.id for scene in script.scenes for each in scene.sentences]
    assert len(set(ids)) == len(ids)


def test_the_same_order_gives_the_same_script(material: Material) -> None:
    assert write(material, 90) == write(material, 90)


def test_nothing_is_said_twice_but_in_the_recap(material: Material) -> None:
    said = [each.text for each in told(write(material, 180)) if each.role != "recap"]
    assert len(set(said)) == len(said)


def test_a_topic_keeps_to_its_sections(planner_page: Material) -> None:
    found = [p.id for p in planner_page.passages if "Sorting" in " ".join(p.section)]
    narrowed = Material(planner_page.documents, planner_page.passages, tuple(found), "sorting by an index")
    script = write(narrowed, 60, "sorting by an index")
    assert script.title == "Sorting by an index"
    assert all("Sorting" in " ".join(narrowed.by_id[each.passage].section) for each in told(script))


def test_five_seconds_hold_a_title_and_a_sentence(film_article: Material) -> None:
    script = write(film_article, 8)
    assert WordBudget(8).forecast(script) <= 8.5
    assert [each.role == "hook" for each in script.scenes[0].sentences] == [True, False]
    assert "room for its title" in script.notes[0]


def test_too_short_says_how_long_is_enough(make) -> None:  # type: ignore[no-untyped-def]
    long = make("An index is another table that holds the content of a column in front of the row in which it stands.")
    with pytest.raises(SourceError, match=r"5 s are too short.*at least \d+ s"):
        write(long, 5)


def test_a_thin_source_gives_a_shorter_film_and_says_so(film_article: Material) -> None:
    script = write(film_article, 1800)
    assert WordBudget(1800).forecast(script) < 1200
    assert "too few sentences" in script.notes[-1]
    assert script.promised_s == pytest.approx(WordBudget(1800).forecast(script), abs=0.1)


def test_nothing_to_tell_is_an_error(make) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(SourceError, match="sentence that can be spoken"):
        write(make("x <- 1; y <- 2", "see https://example.org"), 60)


def test_a_list_is_told_whole_with_what_announces_it(make) -> None:  # type: ignore[no-untyped-def]
    steps = ("Predict the block from other pixels.", "Subtract the prediction.", "Write the numbers that are left.")
    material = make("An encoder repeats the same steps for every block:", *(("item", step) for step in steps))
    script = write(material, 25)
    assert [each.text for each in told(script) if each.role == "step"] == [
        "First, predict the block from other pixels.",
        "Then, subtract the prediction.",
        "Finally, write the numbers that are left.",
    ]
    assert "An encoder repeats the same steps for every block." in [each.text for each in told(script)]


def test_a_list_of_phrases_becomes_a_sentence(make) -> None:  # type: ignore[no-untyped-def]
    material = make(
        "An index of the table always holds:", ("item", "The column"), ("item", "The row"), ("item", "A key")
    )
    script = write(material, 12)
    assert script.scenes[0].sentences[-1].text == "An index of the table always holds: the column, the row, and a key."
    assert all(claim.supported for claim in check_script(script, material))


def test_real_books_are_told_without_debris(inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    from story.conftest import read

    book = read(inputs / "R-intro.pdf", tmp_path_factory)
    script = write(book, 300)
    assert all(claim.supported for claim in check_script(script, book))
    assert not [each.text for each in told(script) if any(sign in each.text for sign in ("<-", "://", "[1]", ">"))]
