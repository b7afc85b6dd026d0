"""What docs/slots.md shows is run, and what it names is there."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from vortex.core.plugins import load_plugins
from vortex.core.settings import setting_keys
from vortex.production.slots import validate_recipe
from vortex.production.slots.recipe import RecipeA, RecipeB

ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "docs/slots.md").read_text(encoding="utf8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, re.S)


@pytest.mark.parametrize("recipe", blocks("json"))
def test_a_recipe_of_the_guide_is_one(recipe: str) -> None:
    assert validate_recipe(json.loads(recipe)) == []


def test_the_guide_shows_every_key() -> None:
    shown = [json.loads(recipe) for recipe in blocks("json")]
    for kind, recipe in zip((RecipeA, RecipeB), shown, strict=True):
        assert set(recipe) == set(kind.model_fields)
        for name, part in recipe.items():
            assert set(part) == set(kind.model_fields[name].annotation.model_fields)  # type: ignore[union-attr]


def test_settings_and_engines_of_the_guide_are_known() -> None:
    named = set(re.findall(r"`((?:slot|image|clip|sight|llm)\.[a-z_]+)`", GUIDE)) - {"slot.json", "slot.mp4"}
    tables = tomllib.loads(blocks("toml")[0])
    named |= {f"{section}.{key}" for section, table in tables.items() for key in table}
    assert len(named) > 8
    assert named <= set(setting_keys())
    for kind in ("image", "clip", "sight"):
        assert tables[kind]["engine"] in load_plugins()[kind]


def test_the_example_in_python_runs(tmp_path: Path) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    environment = os.environ | {"VORTEX_SLOT_SIDE": "64", "XDG_CONFIG_HOME": str(tmp_path)}
    command = [sys.executable, "-c", blocks("python")[0]]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    first, second = done.stdout.splitlines()
    assert re.fullmatch(r"True \(\d+, 3, 64, 64\) [0-9a-f]{64}", first)
    assert second.startswith("Breakdown(audio_ms=")
