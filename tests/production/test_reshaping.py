"""A second shape of a film stands beside the first, passes the gate, and changes nothing of it."""

import json
from pathlib import Path

import pytest

from vortex.core.errors import ConfigError
from vortex.media.probe import probe
from vortex.production import editing
from vortex.studio import Studio

MINE = ("film.toml", "script.json", "storyboard.json", "claims.json")


def files(film: Path) -> dict[str, bytes]:
    own = [path for path in (film / "out").rglob("*") if path.is_file() and "9x16" not in path.name]
    return {str(path.relative_to(film)): path.read_bytes() for path in [*own, *(film / name for name in MINE)]}


def test_an_upright_film_stands_beside_the_first_and_touches_nothing_of_it(film: Path) -> None:
    before = files(film)
    made = Studio().make(out=film, aspect="9:16")
    assert (made.mp4.name, made.report.name, made.verdict.passed) == ("film.9x16.mp4", "report.9x16.html", True)
    assert files(film) == before
    seen = probe(made.mp4)
    assert (seen.width, seen.height) == (240, 426)
    beside = {path.name for path in (film / "out").glob("*.9x16.*")}
    assert {"film.9x16.srt", "film.9x16.vtt", "film.9x16.otio", "report.9x16.json", "poster.9x16.jpg"} <= beside
    script = json.loads((film / "script.json").read_text())
    spoken = [each.text for scene in made.script.scenes for each in scene.sentences]
    assert spoken == [each["text"] for scene in script["scenes"] for each in scene["sentences"]]


def test_pages_are_planned_again_and_the_report_says_so(film: Path) -> None:
    first = {shot["id"]: shot for shot in json.loads((film / "storyboard.json").read_text())["shots"]}
    pages = [name for name, shot in first.items() if shot["kind"] == "page"]
    assert pages
    made = Studio().make(out=film, aspect="9:16")
    second = {shot["id"]: shot for shot in json.loads((film / "build/storyboard.9x16.json").read_text())["shots"]}
    assert "page" not in {shot["kind"] for shot in second.values()}
    assert {name for name in first if second.get(name) != first[name]} >= set(pages)
    notes = json.loads(made.report.with_suffix(".json").read_text())["notes"]
    told = [note for note in notes if note.startswith("In 9:16, shot ")]
    assert [note.split()[3] for note in told] == [name for name in first if second.get(name) != first[name]]
    assert "its page would be too small to read" in told[0]


def test_a_second_run_makes_nothing_and_gives_the_same_bytes(film: Path) -> None:
    first = Studio().make(out=film, aspect="1:1")
    picture = first.mp4.read_bytes()
    again = Studio().make(out=film, aspect="1:1")
    assert (again.shots_made, again.mp4.read_bytes()) == (0, picture)


def test_a_shot_that_is_too_wide_is_planned_again(film: Path) -> None:
    rows = [[f"Measurement{number}" for number in range(6)]] * 3
    with Studio().editing(film) as editor:
        editor.apply(lambda d, _: editing.replace_shot(d, "shot002", "table", {"rows": rows}), "wide")
    made = Studio().make(out=film, aspect="9:16")
    notes = json.loads(made.report.with_suffix(".json").read_text())["notes"]
    assert any("shot002 (table) was planned again" in note and "cannot be set legibly" in note for note in notes)


def test_a_second_shape_that_speaks_otherwise_has_sounds_of_its_own(film: Path) -> None:
    """The film itself was edited and not made again yet: its sounds still say the old words."""
    before = files(film)
    with Studio().editing(film) as editor:
        editor.apply(lambda d, _: editing.set_order(d, "voice", words_per_minute=150), "slower")
    made = Studio().make(out=film, aspect="9:16")
    assert made.verdict.passed
    stems = (film / "out/stems").iterdir
    assert {name for name in files(film) if name.startswith("out/stems")} == {
        name for name in before if name.startswith("out/stems")
    }
    assert all(before[name] == data for name, data in files(film).items() if name.startswith("out/"))
    named = json.loads((film / "out/film.9x16.otio").read_text())["tracks"]["children"][2]["children"]
    spoken = [clip["media_references"]["media"]["target_url"] for clip in named if "media_references" in clip]
    assert all(".9x16.wav" in file and (film / "out" / file).is_file() for file in spoken)
    assert len(spoken) == sum("9x16" in stem.name for stem in stems())


@pytest.mark.parametrize("shape", ["4:3", "16:9"])
def test_a_shape_that_is_none_or_the_films_own_is_refused(shape: str, film: Path) -> None:
    with pytest.raises(ConfigError, match=f"--aspect {shape}: choose one of 9:16, 1:1; the film itself is 16:9"):
        Studio().make(out=film, aspect=shape)
