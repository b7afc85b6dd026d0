"""What the README shows is run, and what the guides name is there."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf8")
PYTHON = re.findall(r"```python\n(.*?)```", README, re.S)


@pytest.mark.parametrize("code", PYTHON)
def test_an_example_in_python_runs(code: str, tmp_path: Path) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "film.mp4 passed" in done.stdout


def test_the_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"^make (\w+)", README, re.M):
        assert re.search(rf"^{target}:", makefile, re.M), target


def test_the_links_lead_somewhere() -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / link).exists(), link


def test_every_setting_in_the_readme_is_known() -> None:
    from vortex.core.settings import setting_keys

    named = re.findall(r"--set (\w+\.\w+)=", README)
    assert named
    assert set(named) <= set(setting_keys())


def test_the_engine_words_are_in_the_table() -> None:
    from vortex.core.plugins import load_plugins

    registries = load_plugins()
    assert "extract" in registries["writer"]
    assert "llm" in registries["writer"]


def test_every_setting_in_the_guide_to_language_models_is_known() -> None:
    from vortex.core.settings import setting_keys

    named = re.findall(r"\b((?:llm|film)\.[a-z_]+)\b", (ROOT / "docs/language-models.md").read_text(encoding="utf8"))
    assert set(named) <= set(setting_keys())
    assert {key for key in setting_keys() if key.startswith("llm.")} - set(named) <= {"llm.engine"}


@pytest.mark.parametrize("guide", ["CONTRIBUTING.md", "docs/architecture.md", "docs/lessons.md"])
def test_the_files_that_a_guide_names_are_there(guide: str) -> None:
    named = re.findall(r"`([\w./]+/[\w./]*|[\w/]+\.py)`", (ROOT / guide).read_text(encoding="utf8"))
    assert len(named) >= 3
    there = [
        f"/{path.relative_to(ROOT)}" for top in ("src", "tests", "docs", "benchmarks") for path in _below(ROOT / top)
    ]
    missing = [name for name in named if not any(path.endswith(f"/{name.rstrip('/')}") for path in there)]
    assert [name for name in missing if name not in ("build/", "tests/visuals/examples/KIND.json")] == []


def _below(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if "__pycache__" not in path.parts)
