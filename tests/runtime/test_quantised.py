"""Pipelines with networks in fewer bits: their sizes from heads, and pictures that stay close."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from factories import pictures

from vortex.core.errors import MissingExtra, ModelError
from vortex.runtime.ledger import State
from vortex.runtime.loader import OmniModelLoader
from vortex.runtime.pipelines import PipelineMover, Way, Work, network_sizes, networks_of
from vortex.runtime.quantised import is_movable, quantised_ways

torch = pytest.importorskip("torch")
pytest.importorskip("diffusers")
LARGE = ("transformer", "text_encoder_2")


@pytest.fixture(scope="module")
def flux(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pictures.save_flux(tmp_path_factory.mktemp("models") / "flux")


def ways(folder: Path) -> tuple[Way, ...]:
    return quantised_ways(folder, "int8", Work(1000, 100), "cpu", LARGE)


def paint(pipe: Any) -> np.ndarray:
    made = torch.Generator().manual_seed(3)
    size = {"height": 48, "width": 64}
    return pipe("a cat", num_inference_steps=2, generator=made, output_type="np", max_sequence_length=64, **size).images


def held(pipe: Any) -> int:
    return sum(each.nbytes for part in networks_of(pipe).values() for each in (*part.parameters(), *part.buffers()))


def test_the_size_from_heads_is_the_size_in_memory(flux: Path) -> None:
    mover = PipelineMover(flux, "cpu", lambda: ways(flux))
    whole, tiled = mover.stage()
    assert (whole.name, tiled.name) == ("int8, whole", "int8, tiled decoder")
    pipe = mover.load(whole, None)
    assert held(pipe) == pytest.approx(whole.footprint.weights_bytes, rel=0.01)
    transformer = sum(each.nbytes for each in (*pipe.transformer.parameters(), *pipe.transformer.buffers()))
    assert transformer < 0.7 * network_sizes(flux, "bfloat16")["transformer"].whole_bytes
    kinds = {type(each).__name__ for each in pipe.transformer.modules()}
    assert "PackedLinear" in kinds


def test_pictures_stay_close_and_are_the_same_each_time(flux: Path) -> None:
    mover = PipelineMover(flux, "cpu", lambda: ways(flux))
    whole = mover.stage()[0]
    pipe = mover.load(whole, None)
    first, again = paint(pipe), paint(pipe)
    assert np.array_equal(first, again)
    plain = OmniModelLoader(flux).load(dtype="bfloat16").model
    plain.set_progress_bar_config(disable=True)
    assert 0 < np.abs(first - paint(plain)).mean() < 0.05
    assert np.array_equal(paint(mover.load(whole, mover.unload(pipe, State.RAM))), first)


def test_a_folder_that_comes_only_as_a_variant_is_opened(tmp_path: Path) -> None:
    folder = pictures.save_sdxl(tmp_path / "sdxl", variant="fp16", max_shard_size="1MB")
    assert not list(folder.glob("unet/diffusion_pytorch_model.safetensors"))
    pipe = OmniModelLoader(folder).load(dtype="float32").model
    assert pipe.unet.dtype is torch.float32
    assert len(quantised_ways(folder, "int8", Work(1, 1), "cpu", ("unet",))) == 2


def test_what_is_not_there_is_said(flux: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError, match="nf4 is for cards only"):
        quantised_ways(flux, "nf4", Work(1, 1), "cpu", LARGE)
    with pytest.raises(ModelError, match="none of the networks that are quantised: unet"):
        quantised_ways(flux, "int8", Work(1, 1), "cpu", ("unet",))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match="nf4"):
        quantised_ways(flux, "nf4", Work(1, 1), "cuda:0", LARGE)


def test_what_can_leave_a_card() -> None:
    assert is_movable("int8", "cpu")
    assert is_movable("nf4", "cuda:0")
    assert not is_movable("int8", "cuda:0")
