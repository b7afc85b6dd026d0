"""A LoRA is put only on a pipeline that it was made for, and the refusal names both."""

from pathlib import Path

import pytest
from factories import films
from factories.weights import write_safetensors

from vortex.core.errors import ModelError
from vortex.runtime.adapters import require_pipeline

pytest.importorskip("torch")
diffusers = pytest.importorskip("diffusers")


@pytest.fixture(scope="module")
def wan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return films.save_wan(tmp_path_factory.mktemp("models") / "wan-tiny")


@pytest.mark.parametrize("names", ["diffusers", "original"])
def test_a_lora_of_the_model_is_taken(tmp_path: Path, wan: Path, names: str) -> None:
    file = films.save_lora(tmp_path / "a.safetensors", wan, names=names)
    require_pipeline(file, wan, diffusers.WanPipeline)
    with pytest.raises(ModelError, match=r"a\.safetensors.*LTXPipeline"):
        require_pipeline(file, films.save_ltx(tmp_path / "ltx"), diffusers.LTXPipeline)


def test_a_lora_of_another_family_names_both(tmp_path: Path, wan: Path) -> None:
    other = films.save_lora(tmp_path / "b.safetensors", films.save_ltx(tmp_path / "ltx"), told="ltx-video")
    with pytest.raises(
        ModelError, match=r"b\.safetensors was made for 'ltx-video'.*wan-tiny \(WanPipeline\).*no layer"
    ):
        require_pipeline(other, wan, diffusers.WanPipeline)


def test_a_lora_of_another_size_says_which_layer(tmp_path: Path, wan: Path) -> None:
    layer = "transformer.blocks.0.attn1.to_q"
    shapes = {f"{layer}.lora_A.weight": (4, 5120), f"{layer}.lora_B.weight": (5120, 4)}
    file = write_safetensors(tmp_path / "large.safetensors", shapes)
    with pytest.raises(ModelError, match=r"attn1\.to_q' has 24 values where the adapter has 5120"):
        require_pipeline(file, wan, diffusers.WanPipeline)


@pytest.mark.parametrize("name", ["diffusion_model.x.lora_A.weight", "weight"])
def test_what_is_no_lora_is_refused(tmp_path: Path, wan: Path, name: str) -> None:
    file = write_safetensors(tmp_path / "odd.safetensors", {name: (4, 4)})
    with pytest.raises(ModelError, match=r"odd\.safetensors"):
        require_pipeline(file, wan, diffusers.WanPipeline)
