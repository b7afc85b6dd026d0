import json
from pathlib import Path
from typing import Any

import pytest

from vortex.core.errors import ConfigError
from vortex.story.brief import Brief
from vortex.story.budget import WordBudget
from vortex.story.claims import check_script
from vortex.story.files import load_script, load_storyboard, save_claims, save_script, save_storyboard
from vortex.story.material import Material
from vortex.story.script import Script
from vortex.story.shots import ShotSettings, plan_shots
from vortex.story.writers.extract import ExtractWriter

BUDGET = WordBudget(60)


@pytest.fixture(scope="module")
def script(film_article: Material) -> Script:
    return ExtractWriter().write(Brief(seconds=60), film_article, BUDGET)


def test_everything_comes_back_as_it_was(tmp_path: Path, script: Script, film_article: Material) -> None:
    claims = check_script(script, film_article)
    board = plan_shots(script, film_article, claims, ShotSettings(BUDGET))
    save_script(script, tmp_path / "s.json")
    save_claims(claims, tmp_path / "c.json")
    save_storyboard(board, tmp_path / "b.json")
    assert load_script(tmp_path / "s.json", film_article) == script
    ledger = json.loads((tmp_path / "c.json").read_text())["claims"]
    assert [(row["sentence"], row["quote"], row["supported"]) for row in ledger] == [
        (claim.sentence, claim.quote, claim.supported) for claim in claims
    ]
    again = load_storyboard(tmp_path / "b.json", script)
    assert again.needs == board.needs
    assert [shot.model_dump(mode="json") for shot in again.shots] == [
        shot.model_dump(mode="json") for shot in board.shots
    ]


def edit(path: Path, *keys: Any, value: Any) -> None:
    data = json.loads(path.read_text())
    inner = data
    for key in keys[:-1]:
        inner = inner[key]
    inner[keys[-1]] = value
    path.write_text(json.dumps(data))


@pytest.mark.parametrize(
    ("keys", "value", "said"),
    [
        (("scenes", 2, "sentences", 1, "passage"), "x:1", "passage 'x:1'"),
        (("scenes", 2, "sentences", 1, "text"), " ", "empty text"),
        (("scenes", 2, "sentences", 1, "id"), "s0001", "two sentences have the id 's0001'"),
        (("scenes", 2, "sentences", 1, "role"), "joke", r"scenes\[2\].sentences\[1\].role = 'joke' must be one of"),
        (("scenes", 0, "sentences", 0, "text"), 7, r"scenes\[0\].sentences\[0\].text = 7 must be text"),
        (("scenes", 0, "colour"), "red", r"scenes\[0\].colour is unknown"),
        (("scenes",), "none", "scenes = 'none' must be a list"),
        (("scenes",), [], "no sentence is left"),
        (("title",), None, "title = None"),
        (("schema",), 9, "another version"),
    ],
)
def test_bad_edits_of_a_script_are_named(
    tmp_path: Path, script: Script, film_article: Material, keys: tuple[Any, ...], value: Any, said: str
) -> None:
    file = tmp_path / "script.json"
    save_script(script, file)
    edit(file, *keys, value=value)
    with pytest.raises(ConfigError, match=said) as caught:
        load_script(file, film_article)
    assert str(file) in str(caught.value)


def test_bad_edits_of_a_storyboard_are_named(tmp_path: Path, script: Script, film_article: Material) -> None:
    file = tmp_path / "storyboard.json"
    board = plan_shots(script, film_article, check_script(script, film_article), ShotSettings(BUDGET))
    save_storyboard(board, file)
    edit(file, "shots", 0, "sentences", value=["s9999"])
    with pytest.raises(ConfigError, match="unknown: s9999; missing: s0001"):
        load_storyboard(file, script)
    edit(file, "shots", 0, "kind", value=3)
    with pytest.raises(ConfigError, match=r"shots\[0\].kind = 3"):
        load_storyboard(file)
    file.write_text('{"shots": [,')
    with pytest.raises(ConfigError, match="line 1: no JSON"):
        load_storyboard(file)
