"""Every engine of the tables can be made from settings alone, as a film makes it, and does its part."""

import json
from pathlib import Path

import pytest
from speech_server import speech_server

from vortex.core.errors import ConfigError, PluginError
from vortex.core.events import Event
from vortex.core.plugins import load_plugins
from vortex.core.settings import RuntimeSettings, load_settings
from vortex.production.crew import hire
from vortex.runtime.room import EngineRoom
from vortex.story.brief import Brief
from vortex.studio import Studio

INDEX = "An index is another table with all rows in the order of a column."
SCAN = "SQLite reads every row of the table where there is no index."
LOG = "A log keeps each change before it is made in the file."
ROOM = EngineRoom(RuntimeSettings("cpu"), lambda name: Path(name))
AIM = "The viewers: pupils. Afterwards they should build one. The style: brisk."


@pytest.fixture
def source(tmp_path: Path) -> Path:
    file = tmp_path / "tables.md"
    file.write_text(f"# Tables\n\n## Searching\n\n{INDEX} {SCAN}\n\n## Writing\n\n{LOG}\n")
    return file


def every_engine() -> list[tuple[str, str]]:
    keys = {"speech": "voice.engine", "video": "render.engine", "embed": "search.embedder", "writer": "film.writer"}
    tables = load_plugins()
    return [(keys.get(kind, f"{kind}.engine"), name) for kind in tables if kind != "lesson" for name in tables[kind]]


@pytest.mark.parametrize(("key", "name"), every_engine())
def test_every_engine_is_made_from_settings(key: str, name: str, tmp_path: Path) -> None:
    answers = tmp_path / "answers.json"
    answers.write_text("[]")
    flags = {"film.writer": "llm", "llm.model": str(answers), "search.embedder": "none"} | {key: name}
    flags |= {f"{section}.model": str(tmp_path) for section in ("image", "clip", "sight", "hearing")}
    if name == "kokoro":
        pytest.importorskip("torch")
        from factories.voices import write_ready_kokoro

        flags["voice.folder"] = str(write_ready_kokoro(tmp_path / "kokoro"))
    crew = hire(load_settings(flags, environ={}).settings, load_plugins(), Brief(), ROOM)
    crew.close()
    assert crew.speech.rung and crew.writer.rung


@pytest.mark.parametrize("name", list(load_plugins()["lesson"]))
def test_every_lesson_is_hired_for_its_topic(name: str) -> None:
    settings = load_settings({"search.embedder": "none"}, environ={}).settings
    crew = hire(settings, load_plugins(), Brief(topic=name), ROOM)
    crew.close()
    assert crew.lesson is crew.writer and crew.writer.name == f"lesson {name}"


def test_a_language_model_writes_for_the_viewers_and_retries_as_often_as_is_set(source: Path, tmp_path: Path) -> None:
    passages = [f"P{number}" for number, _ in enumerate(Studio({}).chunk(source).kept, 1)]
    outline = {
        "scenes": [{"title": "Searching", "passages": passages[:1]}, {"title": "Writing", "passages": passages[-1:]}]
    }
    sentences = [{"text": text, "passage": passages[0], "quote": text} for text in (INDEX, SCAN)]
    last = [{"text": LOG, "passage": passages[-1], "quote": LOG}]
    rows = [
        {"when": f"film about 'tables', in the order in which a teacher would tell them. {AIM}", "answer": outline},
        {"when": "Write the scene 'Searching'", "answer": "no JSON"},
        {"when": "not the answer asked for", "answer": {"sentences": sentences}},
        {"when": "Write the scene 'Writing'", "answer": {"sentences": last}},
    ]
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps(rows))
    flags = {"film.writer": "llm", "llm.engine": "scripted", "llm.model": str(answers), "llm.max_retries": 1}
    wishes = {"audience": "pupils", "objective": "build one", "style": "brisk", "seconds": 90}
    planned = Studio(flags).plan(source, out=tmp_path / "film", **wishes)
    said = [each.text for scene in planned.told.script.scenes for each in scene.sentences]
    assert planned.told.script.writer == "llm scripted" and {INDEX, SCAN, LOG} <= set(said)


def test_a_served_voice_speaks_a_film(source: Path, tmp_path: Path) -> None:
    with speech_server() as server:
        flags = {"voice.engine": "remote", "voice.base_url": server.base_url, "voice.model": "m", "voice.name": "amy"}
        planned = Studio(flags).plan(source, out=tmp_path / "film", seconds=12)
    assert {(each["model"], each["voice"]) for each in server.asked} == {("m", "amy")}
    assert len(planned.lines) == len({line.id for line in planned.lines}) > 1


def test_a_film_has_pronunciations_of_its_own(source: Path, tmp_path: Path) -> None:
    planned = Studio({}).plan(source, out=tmp_path, seconds=12, pronunciations={"index": "in decks"})
    assert "in decks" in [word.said for line in planned.lines for word in line.request.words]


def test_a_slip_on_the_command_line_does_not_stay_in_the_film(source: Path, tmp_path: Path) -> None:
    Studio({}).plan(source, out=tmp_path, seconds=12)
    brief = (tmp_path / "film.toml").read_text()
    with pytest.raises(PluginError, match="no video engine named 'x'"):
        Studio({"render.engine": "x"}).plan(out=tmp_path)
    with pytest.raises(ConfigError, match="theme 'x' is not known"):
        Studio({"film.theme": "x"}).plan(out=tmp_path)
    assert (tmp_path / "film.toml").read_text() == brief


def test_wishes_that_a_quoting_writer_cannot_fulfil_are_named(source: Path, tmp_path: Path) -> None:
    heard: list[Event] = []
    Studio(listen=heard.append).plan(source, out=tmp_path / "film", seconds=12, audience="pupils")
    assert any("whatever the audience 'pupils'" in event.message for event in heard)
