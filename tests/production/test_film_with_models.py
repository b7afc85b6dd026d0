"""A film whose pictures and clips true pipelines make, with random weights, leased within one declared budget."""

import json
from pathlib import Path
from typing import Any

import pytest

from vortex.core.events import Event
from vortex.studio import Studio

pytest.importorskip("torch")
pytest.importorskip("diffusers")
pytest.importorskip("peft")

pytestmark = pytest.mark.filterwarnings(
    # numpy 2 tells diffusers' scheduler that torch's arrays take no copy argument.
    "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"
)

ARTICLE = Path(__file__).parents[2] / "examples" / "article.md"


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from factories import films, pictures

    folder = tmp_path_factory.mktemp("models")
    pictures.save_sdxl(folder / "sdxl")
    pictures.save_sdxl_lora(folder / "sdxl/ink.safetensors", seed=1)
    (folder / "sdxl/lora_registry.yaml").write_text("loras: {ink: {file: ink.safetensors, weight: 0.5}}")
    films.save_ltx(folder / "ltx")
    return folder


def flags(models: Path, limit_gb: float) -> dict[str, Any]:
    return {
        "render.height": 240, "render.preset": "ultrafast", "search.embedder": "none", "runtime.device": "cpu",
        "runtime.soft_limit_gb": limit_gb - 0.1, "runtime.hard_limit_gb": limit_gb, "image.size": 128,
        "image.engine": "diffusion", "image.model": str(models / "sdxl"), "image.max_retries": 6,
        "image.loras": "ink",
        "clip.engine": "diffusion", "clip.model": str(models / "ltx"), "clip.size": 128,
    }  # fmt: skip


def test_a_film_uses_a_picture_and_a_video_model_in_turn(models: Path, tmp_path: Path) -> None:
    film = Studio(flags(models, 2.2)).make(ARTICLE, out=tmp_path, seconds=60)
    assert film.verdict.passed
    report = json.loads((tmp_path / "out/report.json").read_text())
    kinds = [shot["kind"] for shot in report["shots"]]
    assert kinds.count("still") == kinds.count("clip") == 1
    made = {part["engine"]: part["rung"] for part in report["parts"] if part["name"].startswith("picture of")}
    assert made == {"diffusion 1, sdxl + ink 0.5": "local model", "diffusion 1, ltx (LTX)": "local model"}


def test_a_budget_in_which_neither_fits_gives_a_drawn_film_that_says_so(models: Path, tmp_path: Path) -> None:
    told: list[Event] = []
    film = Studio(flags(models, 0.2) | {"clip.size": 0}, listen=told.append).make(ARTICLE, out=tmp_path, seconds=60)
    assert film.verdict.passed
    warned = [each.message for each in told if each.kind == "warning" and each.stage == "pictures"]
    assert len(warned) == 2 and all("on its lowest rung; 200.0 MB of 200.0 MB are free" in each for each in warned)
