from pathlib import Path

import pytest

from vortex.core.errors import EngineError
from vortex.core.events import ignore
from vortex.engines.llm.base import Message
from vortex.engines.llm.scripted import ScriptedLLM
from vortex.production.build import Build
from vortex.production.remembering import RememberedLLM, at_work
from vortex.story.writers.extract import ExtractWriter
from vortex.story.writers.llm import LLMWriter

ONE, TWO = (Message("user", "one"),), (Message("user", "two"),)


def test_a_killed_run_asks_only_for_what_is_missing(tmp_path: Path) -> None:
    first = RememberedLLM(ScriptedLLM(["1"]), Build(tmp_path))
    said = first.complete(ONE)
    with pytest.raises(EngineError, match="no answer left"):
        first.complete(TWO)
    engine = ScriptedLLM(["2"])
    again = RememberedLLM(engine, Build(tmp_path))
    assert again.complete(ONE) == said
    assert again.complete(TWO).text == "2"
    assert engine.asked == [TWO]


def test_another_question_form_or_model_is_asked(tmp_path: Path) -> None:
    engine = ScriptedLLM(["1", "2", "3"])
    asked = RememberedLLM(engine, Build(tmp_path))
    answers = [asked.complete(ONE).text, asked.complete(ONE, schema={}).text, asked.complete(ONE, max_tokens=7).text]
    assert answers == ["1", "2", "3"]
    other = ScriptedLLM(["4"])
    other.version = "2"
    assert RememberedLLM(other, Build(tmp_path)).complete(ONE).text == "4"


def test_only_a_language_model_is_remembered(tmp_path: Path) -> None:
    extract = ExtractWriter()
    assert at_work(extract, Build(tmp_path), ignore) is extract
    writer = LLMWriter(ScriptedLLM([]), context_tokens=8000)
    working = at_work(writer, Build(tmp_path), ignore)
    assert isinstance(working, LLMWriter) and isinstance(working.engine, RememberedLLM)
    assert (working.version, working.rung) == (writer.version, writer.rung)
