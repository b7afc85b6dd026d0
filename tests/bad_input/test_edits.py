"""What a person edits: a change costs what it touches, and what it breaks is named with place, value and remedy."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bad_input.command import vortex
from vortex.studio import Studio

Change = Callable[[Any], None]


def edit(file: Path, change: Change) -> None:
    data = json.loads(file.read_text(encoding="utf8"))
    change(data)
    file.write_text(json.dumps(data, ensure_ascii=False), encoding="utf8")


def takes(film: Path) -> dict[str, bytes]:
    return {path.parent.name: path.read_bytes() for path in (film / "build/takes").glob("*/take.mp4")}


def last_sentence(script: Any) -> dict[str, Any]:
    return [each for scene in script["scenes"] for each in scene["sentences"]][-1]


def test_one_edited_sentence_costs_one_shot(film: Path) -> None:
    before = takes(film)
    edit(film / "script.json", lambda script: last_sentence(script).update(text=first_clause(script)))
    finished = Studio().make(out=film)
    assert (finished.shots_made, finished.verdict.passed) == (1, True)
    after = takes(film)
    assert len(after) == len(before) + 1
    assert {key: after[key] for key in before} == before
    again = Studio().make(out=film)
    assert again.shots_made == 0


def first_clause(script: Any) -> str:
    """Return the last sentence with its first word changed in a way that its quote still supports."""
    text = last_sentence(script)["text"]
    first, _, rest = text.partition(" ")
    return f"{'One' if first in ('A', 'An') else 'Indeed,'} {rest if first in ('A', 'An') else text}"


def test_a_sentence_that_the_source_does_not_support_is_refused_before_anything_is_drawn(film: Path) -> None:
    before = takes(film)
    edit(film / "script.json", lambda script: last_sentence(script).update(text="It explodes after 90 minutes."))
    sentence = last_sentence(json.loads((film / "script.json").read_text()))["id"]
    done = vortex("render", film, cwd=film.parent)
    assert done.code == 5
    assert f"{film}/script.json: 1 sentence is not supported by the source: {sentence} " in done.error
    assert "not in the quote: 90" in done.error
    assert "Say them as their quotes do, name another passage and quote, or delete them" in done.error
    assert takes(film) == before
    ledger = json.loads((film / "claims.json").read_text())["claims"]
    assert [claim["sentence"] for claim in ledger if not claim["supported"]] == [sentence]


def test_a_deleted_sentence_makes_the_film_shorter_and_the_report_says_so(film: Path) -> None:
    edit(film / "script.json", lambda script: script["scenes"][0]["sentences"].pop(1))
    done = vortex("render", film, "--json", cwd=film.parent)
    assert done.code == 0, done.err
    notes = json.loads((film / "out/report.json").read_text())["notes"]
    assert any(note.startswith("The script was edited: the film lasts about") for note in notes)


def test_an_edited_storyboard_of_another_script_is_kept_aside(film: Path) -> None:
    edit(film / "storyboard.json", lambda board: board["shots"][0].update(reason="my own"))
    mine = (film / "storyboard.json").read_text()
    edit(film / "script.json", lambda script: script["scenes"][0]["sentences"].pop(1))
    done = vortex("plan", "-o", film, "-q", cwd=film.parent)
    assert done.code == 0, done.err
    assert "kept as storyboard.edited.json, and planned anew" in done.err
    assert (film / "storyboard.edited.json").read_text() == mine


def second_shot(**values: Any) -> Change:
    return lambda board: board["shots"][1].update(values)


def sentence_with(**values: Any) -> Change:
    return lambda script: script["scenes"][0]["sentences"][1].update(values)


BROKEN: dict[str, tuple[str, Change, str]] = {
    "no title": ("script", lambda d: d.pop("title"), "script.json: title is missing; write it"),
    "text is a number": ("script", sentence_with(text=3), "scenes[0].sentences[1].text = 3 must be text"),
    "empty text": ("script", sentence_with(text=" "), "has the empty text ' '; write it or delete the sentence"),
    "passage of another book": ("script", sentence_with(passage="x:1"), "names passage 'x:1', which is not among"),
    "an id twice": ("script", sentence_with(id="s0001"), "'s0001'"),
    "a key that nobody knows": ("script", sentence_with(colour="red"), "[1].colour is unknown; there are: id, text"),
    "unknown kind": ("storyboard", second_shot(kind="hologram"), "'shot002': kind 'hologram' is not known; choose"),
    "unknown parameter": ("storyboard", second_shot(kind="title", params={"titel": "x"}), "'shot002': title.tit"),
    "unknown sentence": ("storyboard", second_shot(sentences=["s9999"]), "(unknown: s9999; missing: s0002)"),
    "a page of nothing": (
        "storyboard",
        lambda d: d.update(needs=[{"document": "x", "page": 3}]),
        "needs[0] asks for page 3 of document 'x', which no source has",
    ),
    "no list": ("storyboard", lambda d: d.update(shots=3), "shots"),
}


@pytest.mark.parametrize(("name", "change", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_edit_is_named(name: str, change: Change, message: str, film: Path) -> None:
    edit(film / f"{name}.json", change)
    done = vortex("render", film, cwd=film.parent)
    assert done.code == 2, done.err
    assert done.error.startswith(f"{film}/{name}.json")
    assert message in done.error
    assert (film / "out/film.mp4").is_file(), "the last good film stays"


@pytest.mark.parametrize("name", ["script", "storyboard"])
def test_a_file_that_is_no_json_is_named_with_its_line(name: str, film: Path) -> None:
    (film / f"{name}.json").write_text("{\n  oops\n", encoding="utf8")
    done = vortex("render", film, cwd=film.parent)
    assert done.code == 2
    assert f"{film}/{name}.json, line 2: no JSON" in done.error


TOML = {
    "text for a number": ("seconds = 15", 'seconds = "15"', "film.toml: brief.seconds = '15' must be a whole number"),
    "too long": ("seconds = 15", "seconds = 5000", "film.toml: brief.seconds = 5000: a film lasts 5 to 1800 s"),
    "no such shape": ('"16:9"', '"4:3"', "film.toml: brief.shape = '4:3': choose one of 16:9, 9:16, 1:1"),
    "misspelt key": ("audience", "audiance", "film.toml: unknown key 'audiance' in [brief]; there are: sources"),
    "no TOML": ("[brief]", "[brief", "film.toml: cannot be read: Expected ']'"),
    "misspelt setting": ("embedder", "embeder", "unknown setting 'search.embeder' from "),
    "no such engine": ('"none"', '"nine"', "no embed engine named 'nine'; there are: minilm"),
    "no such profile": ('"draft"', '"daft"', "no profile named 'daft'; there are: standard, draft, final"),
    "no source": ("sources = [", 'sources = ["gone.pdf"] #', "gone.pdf: does not exist; name a PDF"),
}


@pytest.mark.parametrize(("old", "new", "message"), TOML.values(), ids=TOML)
def test_a_broken_film_toml_is_named(old: str, new: str, message: str, film: Path) -> None:
    text = (film / "film.toml").read_text(encoding="utf8")
    assert old in text
    (film / "film.toml").write_text(text.replace(old, new), encoding="utf8")
    done = vortex("render", film, cwd=film.parent)
    assert done.code in (2, 3, 4)
    assert message in done.error
