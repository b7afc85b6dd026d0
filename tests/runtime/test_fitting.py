"""What fits, told from heads alone."""

from pathlib import Path

import pytest
from factories.weights import write_json, write_safetensors

from vortex.core.errors import ModelError
from vortex.runtime.fitting import fit
from vortex.runtime.ledger import Budget

GB = 10**9


def save(folder: Path) -> Path:
    """Write the heads of a pipeline of 12 GB and 4 GB networks; the bodies are holes."""
    parts = {"transformer": ["diffusers", "FluxTransformer2DModel"], "vae": ["diffusers", "AutoencoderKL"]}
    write_json(folder / "model_index.json", {"_class_name": "FluxPipeline", **parts})
    blocks = {f"transformer_blocks.{n}.weight": (1000, 1_000_000) for n in range(6)}
    write_json(folder / "transformer/config.json", {"_class_name": "FluxTransformer2DModel"})
    write_safetensors(folder / "transformer/diffusion_pytorch_model.safetensors", blocks, "BF16")
    write_json(folder / "vae/config.json", {"_class_name": "AutoencoderKL"})
    write_safetensors(folder / "vae/diffusion_pytorch_model.safetensors", {"weight": (2000, 1_000_000)}, "BF16")
    return folder


@pytest.mark.parametrize(
    ("hard_gb", "held"),
    [(20, "auto, whole"), (14, "auto, a network at a time"), (6, "auto, a block at a time"), (3, None)],
)
def test_a_smaller_budget_goes_down_the_ladder(hard_gb: int, held: str | None, tmp_path: Path) -> None:
    found = fit([save(tmp_path / "flux")], Budget(hard_gb * GB - 1, hard_gb * GB), "cuda:0")
    (model,) = found.models
    assert [row.size_bytes for row in model.rows] == [round(1.05 * size * GB) for size in (16, 12, 4)]
    assert (model.held.way if model.held else None) == held
    assert found.together == (held is not None)


def test_two_that_fit_alone_take_turns(tmp_path: Path) -> None:
    folders = [save(tmp_path / name) for name in ("one", "two")]
    found = fit(folders, Budget(19 * GB, 20 * GB), "cuda:0")
    assert all(model.held for model in found.models) and not found.together


def test_a_folder_that_holds_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="flux"):
        fit([tmp_path / "flux"], Budget(1, 2), "cpu")
