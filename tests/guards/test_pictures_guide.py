"""What the guide to pictures shows is run, and what it names is there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from factories import pictures

from vortex.core.settings import setting_keys
from vortex.core.units import format_bytes
from vortex.engines.image.characters import read_characters
from vortex.engines.image.families import FAMILIES, Family
from vortex.engines.image.registry import read_registry

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/pictures.md").read_text(encoding="utf8")
YAML = re.findall(r"```yaml\n(.*?)```", GUIDE, re.S)
PYTHON = re.findall(r"```python\n(.*?)```", GUIDE, re.S)


def test_every_setting_of_the_section_is_told_and_every_one_told_is_known() -> None:
    prose = re.sub(r"```python\n.*?```", "", GUIDE, flags=re.S)
    named = set(re.findall(r"\b((?:image|runtime)\.[a-z_]+)\b", prose))
    assert named <= set(setting_keys())
    assert {key for key in setting_keys() if key.startswith("image.")} <= named


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_the_table_of_families_is_that_of_the_product(family: Family) -> None:
    row = (
        family.name, family.steps, f"{family.guidance:g}", "yes" if family.has_negative else "no", family.max_tokens,
        *(format_bytes(family.spec.size_bytes[each]) for each in ("bfloat16", "int8", "nf4")), family.spec.licence,
    )  # fmt: skip
    assert f"| {' | '.join(map(str, row))} |" in GUIDE


def test_the_files_that_it_shows_are_read(tmp_path: Path) -> None:
    registry, cast = YAML
    (tmp_path / "lora_registry.yaml").write_text(registry)
    (tmp_path / "characters.yaml").write_text(cast)
    found = read_registry(tmp_path / "lora_registry.yaml")
    assert (found.loras["ink"].weight, found.loras["ink"].trigger) == (0.8, "ink drawing")
    assert found.controls == {"canny": "controlnets/canny"}
    assert read_characters(tmp_path / "characters.yaml")["ada"].seed == "same"


@pytest.mark.parametrize("number", range(len(PYTHON)))
def test_an_example_runs(number: int, tmp_path: Path) -> None:
    """With tiny models in the places of those that it names, and for the first at the size of a thumbnail."""
    pytest.importorskip("diffusers")
    pictures.save_sdxl(tmp_path / "sdxl")
    stored = tmp_path / "store/black-forest-labs--FLUX.1-schnell"
    pictures.save_flux(stored, decoder_blocks=4)
    (stored / "vortex-model.json").write_text(
        '{"name": "black-forest-labs/FLUX.1-schnell", "revision": "main", "commit": "", "licence": "", "files": []}'
    )
    (tmp_path / "characters.yaml").write_text(YAML[1])
    code = "import torch; torch.set_num_threads(1)\n" + PYTHON[number].replace(
        "width=1024, height=576", "width=64, height=48"
    )
    environ = {**os.environ, "VORTEX_MODELS_FOLDER": str(tmp_path / "store"), "VORTEX_RUNTIME_DEVICE": "cpu"}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert ("of 4 pictures kept" in done.stdout) == (number == 0)
