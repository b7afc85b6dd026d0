"""The lesson that docs/lessons.md shows can be told, and what holds all lessons together."""

import re
from pathlib import Path
from typing import Any

import pytest

from vortex.core.errors import ConfigError, SourceError
from vortex.core.plugins import load_plugins
from vortex.core.registry import Entry, Registry
from vortex.story.brief import Brief
from vortex.story.budget import WordBudget
from vortex.story.claims import check_script
from vortex.story.files import load_script, save_script
from vortex.story.lessons.catalogue import LESSONS, choose
from vortex.story.lessons.lesson import Lesson
from vortex.story.lessons.trace import Knob, Trace, counted, written
from vortex.story.lessons.writer import LessonWriter

DOCS = Path(__file__).parents[3] / "docs/lessons.md"
BUDGET = WordBudget(58, silence_s=2)


@pytest.fixture(scope="module")
def halving() -> type[Lesson[Any]]:
    (code,) = re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf8"), re.S)
    names: dict[str, Any] = {}
    exec(compile(code, str(DOCS), "exec"), names)
    made: type[Lesson[Any]] = names["Halving"]
    return made


@pytest.fixture
def writer(halving: type[Lesson[Any]]) -> LessonWriter:
    return LessonWriter(halving, 7, halving.read_parameters({}))


def test_the_lesson_of_the_docs_can_be_told(writer: LessonWriter, tmp_path: Path) -> None:
    material = writer.material(tmp_path / "trace.txt")
    script = writer.write(Brief(), material, BUDGET)
    claims = check_script(script, material)
    assert all(claim.supported for claim in claims)
    board = writer.plan(script, claims)
    assert [name for shot in board.shots for name in shot.sentences] == [claim.sentence for claim in claims]
    assert [shot.kind for shot in board.shots] == ["title", "array", "recap", "sources"]


def test_a_number_that_the_run_never_saw_is_not_supported(writer: LessonWriter, tmp_path: Path) -> None:
    material = writer.material(tmp_path / "trace.txt")
    file = tmp_path / "script.json"
    save_script(writer.write(Brief(), material, BUDGET), file)
    file.write_text(file.read_text().replace("Half of 64 is 32.", "Half of 64 is 33."))
    failed = [claim for claim in check_script(load_script(file, material), material) if not claim.supported]
    assert [claim.text for claim in failed] == ["Half of 64 is 33."]


def test_a_row_that_was_never_recorded_is_not_supported(writer: LessonWriter, tmp_path: Path) -> None:
    material = writer.material(tmp_path / "trace.txt")
    file = tmp_path / "script.json"
    save_script(writer.write(Brief(), material, BUDGET), file)
    file.write_text(file.read_text().replace("halve: value = 64, half = 32.", "halve: value = 64, half = 33."))
    assert any(not claim.supported for claim in check_script(load_script(file, material), material))


def test_an_edited_script_keeps_its_pictures(writer: LessonWriter, tmp_path: Path) -> None:
    material = writer.material(tmp_path / "trace.txt")
    file = tmp_path / "script.json"
    script = writer.write(Brief(), material, BUDGET)
    save_script(script, file)
    file.write_text(file.read_text().replace('"Half of 64 is 32."', '"Half is 32."'))
    board = writer.plan(load_script(file, material), ())
    shot = next(shot for shot in board.shots if shot.kind == "array")
    assert shot.cues[0].word == 2
    assert [each.id for each in board.shots] == [each.id for each in writer.plan(script, ()).shots]


def test_a_script_of_another_lesson_is_refused(writer: LessonWriter, tmp_path: Path) -> None:
    other = LessonWriter(choose("a-star", load_plugins()["lesson"]), 7, {"rows": 5, "columns": 6, "walls": 10})
    script = other.write(Brief(), other.material(tmp_path / "trace.txt"), BUDGET)
    with pytest.raises(ConfigError, match="not one of the lesson halving"):
        writer.plan(script, ())


def test_a_length_that_cannot_be_met_is_promised_otherwise(writer: LessonWriter, tmp_path: Path) -> None:
    script = writer.write(Brief(), writer.material(tmp_path / "trace.txt"), WordBudget(598, silence_s=2))
    assert 5 < script.promised_s < 120
    assert "10 min 00 s were asked for" in script.notes[0]


def test_a_topic_in_other_words_is_told_what_it_gets(writer: LessonWriter, tmp_path: Path) -> None:
    material = writer.material(tmp_path / "trace.txt")
    asked = writer.write(Brief(topic="halving a cake"), material, WordBudget(25, silence_s=2))
    assert asked.notes[0] == "The topic 'halving a cake' is taught by the lesson Halving."
    assert writer.write(Brief(topic="Halving"), material, WordBudget(25, silence_s=2)).notes == ()


def test_another_language_is_refused(writer: LessonWriter, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="told in English"):
        writer.write(Brief(language="fr"), writer.material(tmp_path / "trace.txt"), BUDGET)


def test_a_parameter_is_held_to_its_range(halving: type[Lesson[Any]]) -> None:
    assert halving.read_parameters({"start": "16"}) == {"start": 16}
    for bad in ("7", "513", "many", "1e3"):
        with pytest.raises(ConfigError, match="from 8 to 512"):
            halving.read_parameters({"start": bad})
    with pytest.raises(ConfigError, match="no such; there are: start"):
        halving.read_parameters({"stop": "16"})


@pytest.mark.parametrize(
    ("topic", "name"),
    [
        ("explain A* search on a graph, step by step", "a-star"),
        ("What is Bayes' theorem?", "bayes"),
        ("gradient-descent", "gradient-descent"),
        ("How does back propagation work in a neural network", "backpropagation"),
        ("Self-attention in transformers", "attention"),
        ("the PYTHAGOREAN theorem", "pythagoras"),
        ("determinants and linear maps", "linear-transformation"),
    ],
)
def test_a_topic_finds_its_lesson(topic: str, name: str) -> None:
    assert choose(topic, load_plugins()["lesson"]).name == name


@pytest.mark.parametrize("topic", ["the French Revolution", "a starling", "baking bread"])
def test_a_topic_without_a_lesson_is_told_what_there_is(topic: str) -> None:
    with pytest.raises(SourceError, match=r"a-star, .*bayes"):
        choose(topic, load_plugins()["lesson"])


def test_a_lesson_comes_in_through_the_plugins_door() -> None:
    registry = Registry("lesson", {"mine": Entry("vortex.story.lessons.bayes:Bayes")})
    assert choose("bayes rule", registry).name == "bayes"
    assert set(LESSONS) <= set(load_plugins()["lesson"])


@pytest.mark.parametrize(
    ("value", "text"),
    [(3, "3"), (0.5, "0.5"), (2.0, "2"), (-0.001, "0"), (1.005, "1"), ((1, 2.5), "1, 2.5"), ("x", "x")],
)
def test_values_are_written_one_way(value: object, text: str) -> None:
    assert written(value) == text


def test_chance_belongs_to_the_seed() -> None:
    draws = [Trace(seed, {}).random.random() for seed in (1, 1, 2)]
    assert draws[0] == draws[1] != draws[2]
    assert counted(1, "step") == "1 step" and counted(2, "axis", "axes") == "2 axes"
    assert Knob("n", 3, 1, 9, "size").read("4") == 4
