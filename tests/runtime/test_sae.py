"""Sparse autoencoders of every kind are loaded and run."""

from pathlib import Path

import pytest
from factories.architectures import TABLE
from factories.weights import write_json, write_safetensors

from vortex.core.errors import ModelError
from vortex.runtime.loader import load_omni_model

torch = pytest.importorskip("torch", reason="torch is not installed; see the extra dev-models")
ROWS = [row for row in TABLE if row.category == "sae"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_an_autoencoder_runs(row: object, tmp_path: Path) -> None:
    row.write(tmp_path)  # type: ignore[attr-defined]
    model = load_omni_model(tmp_path).model
    features = model.encode(torch.ones(2, model.shape.d_in))
    assert features.shape == (2, model.shape.d_sae)
    assert model.decode(features).shape == (2, model.shape.d_out)


def _saved(folder: Path, kind: str, **tensors: object) -> Path:
    from safetensors.torch import save_file

    write_json(folder / "cfg.json", {"architecture": kind, "k": 2 if kind == "topk" else None})
    plain = {"W_enc": torch.eye(4), "W_dec": torch.eye(4), "b_enc": torch.zeros(4), "b_dec": torch.zeros(4)}
    save_file({**plain, **tensors}, folder / "sae_weights.safetensors")
    return folder


def test_each_kind_keeps_what_its_paper_says(tmp_path: Path) -> None:
    x = torch.tensor([3.0, -1.0, 1.0, 2.0])
    said = {}
    for kind, more in {
        "standard": {},
        "topk": {},
        "jumprelu": {"threshold": torch.full((4,), 1.5)},
        "gated": {"r_mag": torch.zeros(4), "b_mag": torch.ones(4), "b_gate": torch.full((4,), -2.5)},
    }.items():
        (tmp_path / kind).mkdir()
        said[kind] = load_omni_model(_saved(tmp_path / kind, kind, **more)).model.encode(x).tolist()
    assert said == {"standard": [3, 0, 1, 2], "topk": [3, 0, 0, 2], "jumprelu": [3, 0, 0, 2], "gated": [4, 0, 0, 0]}


def test_contradicting_shapes_are_named(tmp_path: Path) -> None:
    write_json(tmp_path / "cfg.json", {"d_sae": 64})
    shapes = {"W_enc": (16, 64), "W_dec": (32, 16), "b_enc": (64,), "b_dec": (16,)}
    write_safetensors(tmp_path / "sae_weights.safetensors", shapes)
    with pytest.raises(ModelError, match="W_enc has 64 features, W_dec has 32"):
        load_omni_model(tmp_path)
