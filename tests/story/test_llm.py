import json
from collections.abc import Callable
from typing import Any

import pytest

from vortex.core.errors import EngineError, SourceError
from vortex.engines.llm.scripted import ScriptedLLM
from vortex.story.brief import Brief
from vortex.story.budget import WordBudget
from vortex.story.claims import check_script
from vortex.story.material import Material
from vortex.story.script import Script
from vortex.story.writers.llm import LLMWriter

FIRST = "An index is another table with all rows in the order of a column."
SECOND = "SQLite reads every row of the table where there is no index."
OUTLINE = {"scenes": [{"title": "An index", "passages": ["doc:0"]}]}


@pytest.fixture
def material(make: Callable[..., Material]) -> Material:
    return make(FIRST, SECOND)


def sentence(text: str, quote: str, passage: str = "doc:0") -> dict[str, str]:
    return {"text": text, "passage": passage, "quote": quote}


def write(material: Material, *answers: Any) -> tuple[Script, ScriptedLLM]:
    engine = ScriptedLLM([answer if isinstance(answer, str) else json.dumps(answer) for answer in answers])
    return LLMWriter(engine, max_retries=2).write(Brief(seconds=30), material, WordBudget(30)), engine


def test_supported_sentences_become_a_script(material: Material) -> None:
    draft = {"sentences": [sentence("An index is a table with its rows in order.", FIRST), sentence(SECOND, SECOND)]}
    script, engine = write(material, OUTLINE, draft)
    assert [each.text for each in script.scenes[1].sentences] == ["An index is a table with its rows in order.", SECOND]
    assert all(claim.supported for claim in check_script(script, material))
    assert (script.writer, script.rung, len(engine.asked)) == ("llm", "local model", 2)


def test_what_fails_is_asked_for_again_with_the_reason_then_cut(material: Material) -> None:
    draft = {
        "sentences": [sentence(SECOND, SECOND), sentence("An index has 7 rows.", FIRST), sentence("Ants fly.", "Ants.")]
    }
    again = {"sentences": [sentence(FIRST, FIRST), sentence("Ants still fly high up.", "Ants.")]}
    script, engine = write(material, OUTLINE, draft, again)
    assert "numbers: not in the quote: 7" in engine.asked[-1][-1].content
    assert [each.text for each in script.scenes[1].sentences] == [SECOND, FIRST]
    assert "Ants still fly" in script.notes[0]


def test_an_invalid_answer_is_returned_with_its_mistake(material: Material) -> None:
    draft = {"sentences": [sentence(FIRST, FIRST)]}
    script, engine = write(material, "no json", {"scenes": []}, f"```json\n{json.dumps(OUTLINE)}\n```", draft)
    assert len(script.scenes) == 3
    assert "scenes" in engine.asked[2][-1].content
    with pytest.raises(EngineError, match="no valid outline in 3 tries"):
        write(material, "a", "b", "c")


def test_a_title_of_the_models_own_is_not_used(material: Material) -> None:
    outline = {"scenes": [{"title": "Why elephants win", "passages": ["doc:0", "doc:7"]}]}
    script, _ = write(material, outline, {"sentences": [sentence(FIRST, FIRST)]})
    assert script.scenes[1].title == "Searching"


def test_a_model_that_only_invents_makes_no_film(material: Material) -> None:
    invented = {"sentences": [sentence("Elephants fly high above the sea.", "Elephants fly.")]}
    with pytest.raises(SourceError, match="no sentence of scripted stands"):
        write(material, OUTLINE, invented, invented)
