from pathlib import Path

import pytest

from vortex.core.errors import ConfigError, EngineError
from vortex.engines.llm.base import Message
from vortex.engines.llm.scripted import ScriptedLLM


def ask(engine: ScriptedLLM, text: str) -> str:
    return engine.complete((Message("user", text),)).text


def test_answers_what_fits_first_and_each_once() -> None:
    engine = ScriptedLLM([("colour", "blue"), "one", "two"])
    assert [ask(engine, "A number?"), ask(engine, "Which colour?"), ask(engine, "Again?")] == ["one", "blue", "two"]
    with pytest.raises(EngineError, match="no answer left for 'More"):
        ask(engine, "More?")


def test_reads_its_table(tmp_path: Path) -> None:
    file = tmp_path / "answers.json"
    file.write_text('["plain", {"when": "json", "answer": {"n": 1}}]')
    engine = ScriptedLLM.from_file(file)
    assert ask(engine, "as json") in ('{"n": 1}', "plain")
    file.write_text('{"no": "list"')
    with pytest.raises(ConfigError, match=r"answers\.json"):
        ScriptedLLM.from_file(file)
