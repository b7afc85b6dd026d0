"""A series of a small book: films of their own, a map of what they cover, and nothing made twice."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from vortex.core.errors import ConfigError, GateFailed, SourceError
from vortex.production.series import known_order, require_finished
from vortex.studio import Studio

ARTICLE = Path(__file__).parents[2] / "examples" / "article.pdf"
SETTINGS = {"render.height": 240, "render.preset": "ultrafast", "search.embedder": "none"}
BOOK = "How a Film Is Made of Frames"
FILES = ("coverage.html", "coverage.json", "series.json")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("series") / "series"
    made = Studio(SETTINGS).series(ARTICLE, out=root, seconds=30, episodes=3, limit=2)
    assert [(each.state, each.error) for each in made.episodes] == [("finished", ""), ("finished", ""), ("planned", "")]
    return root


@pytest.fixture
def series(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "series", symlinks=True))


def data(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf8"))


def quoted(folder: Path) -> list[dict[str, Any]]:
    return [claim for claim in data(folder / "claims.json")["claims"] if claim["quote"]]


def test_each_episode_is_a_film_of_its_own_sections(finished: Path) -> None:
    rows = data(finished / "coverage.json")["sections"]
    for each in data(finished / "series.json")["episodes"][:2]:
        folder = finished / each["folder"]
        assert data(folder / "out/report.json")["passed"]
        assert data(folder / "script.json")["title"] == each["title"]
        assert {claim["label"] for claim in quoted(folder)} <= set(each["pages"])
        told = [row for row in rows if row["episode"] == each["number"] and row["sentences"]]
        assert [name for row in told for name in row["sentences"]] == [claim["sentence"] for claim in quoted(folder)]
        last = data(folder / "storyboard.json")["shots"][-1]
        assert last["params"]["entries"][0]["title"] == BOOK, "the book is what is cited, not the episode"


def test_the_map_says_what_became_of_every_section(finished: Path) -> None:
    content = data(finished / "coverage.json")
    rows = content["sections"]
    assert [row["episode"] for row in rows] == sorted(row["episode"] for row in rows)
    assert sum(row["words"] for row in rows) == content["words"]
    assert sum(row["words"] for row in rows if row["fate"] == "told") == content["told_words"] > 0
    for row in rows:
        assert (row["fate"] == "told") == bool(row["sentences"]) == (not row["why"])
        assert row["fate"] in (("planned",) if row["episode"] == 3 else ("told", "not chosen", "nothing to tell"))
    assert {"toc", "header"} <= {each["reason"] for each in content["left_out"]}
    page = (finished / "coverage.html").read_text(encoding="utf8")
    assert all(row["section"].rpartition(" > ")[2] in page for row in rows)
    assert "episode-01/out/film.mp4" in page


def test_finished_episodes_are_not_made_again(series: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in series.glob("episode-0[12]/**/*") if path.is_file()}
    made = Studio(SETTINGS).series(ARTICLE, out=series, seconds=30, episodes=3)
    assert [each.state for each in made.episodes] == ["finished"] * 3
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert all(row.fate != "planned" for row in made.map.sections)


def test_another_division_is_another_series(series: Path) -> None:
    planned = Studio(SETTINGS).series(ARTICLE, out=series, seconds=30, episodes=4, dry_run=True)
    finished = [each.episode.sections for each in planned.episodes if each.state == "finished"]
    known = [
        tuple(each["sections"]) for each in data(series / "series.json")["episodes"] if each["state"] == "finished"
    ]
    assert len(planned.episodes) == 4
    assert finished == known
    assert len(finished) < 2


def test_a_dry_run_makes_nothing(tmp_path: Path) -> None:
    planned = Studio(SETTINGS).series(ARTICLE, out=tmp_path / "new", seconds=30, episodes=3, dry_run=True)
    assert [each.state for each in planned.episodes] == ["planned"] * 3
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["build", *FILES]


def test_an_episode_that_cannot_be_made_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    made = Studio(SETTINGS).series(ARTICLE, out=tmp_path / "series", seconds=5, episodes=2)
    assert [each.state for each in made.episodes] == ["failed", "failed"]
    assert all("are too short for" in each.error for each in made.episodes)
    with pytest.raises(GateFailed, match="2 of 2 episodes could not be made: episode-01: 5 s are too short"):
        require_finished(made)
    assert {row.fate for row in made.map.sections} <= {"not made", "nothing to tell"}


def test_a_film_is_narrowed_to_the_sections_of_its_brief(tmp_path: Path) -> None:
    section = data_of_plan(tmp_path)[2]
    plan = Studio(SETTINGS).plan(
        ARTICLE, out=tmp_path / "film", seconds=30, sections=(section["section"],), title="Time"
    )
    assert plan.told.script.title == "Time"
    assert {claim.label for claim in plan.told.claims if claim.quote} <= set(section["pages"])
    with pytest.raises(
        SourceError, match=r"no section '2\. Exact tine' in the sources; the nearest are: 2\. Exact time"
    ):
        Studio(SETTINGS).plan(ARTICLE, out=tmp_path / "other", sections=("2. Exact tine",))


def data_of_plan(tmp_path: Path) -> list[dict[str, Any]]:
    Studio(SETTINGS).series(ARTICLE, out=tmp_path / "plan", seconds=30, dry_run=True)
    rows: list[dict[str, Any]] = data(tmp_path / "plan/coverage.json")["sections"]
    return rows


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "cannot be read"),
        ("[1]", "holds a list"),
        ('{"schema": "vortex.series", "version": 1}', "lacks book, episodes, episodes_asked, seconds, sha256"),
    ],
)
def test_a_broken_series_is_named(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "series.json").write_text(text)
    with pytest.raises(ConfigError, match=rf"series\.json: {message}.*; delete it to plan the series anew"):
        known_order(tmp_path)


def test_a_series_of_a_later_program_is_not_read_as_its_own(series: Path) -> None:
    file = series / "series.json"
    file.write_text(json.dumps(data(file) | {"version": 2}))
    with pytest.raises(ConfigError, match=r"is of vortex\.series 2, not a series of this program"):
        known_order(series)


def test_a_length_that_no_film_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="seconds = 2"):
        Studio(SETTINGS).series(ARTICLE, out=tmp_path / "series", seconds=2)
