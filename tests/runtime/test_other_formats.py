"""Formats whose libraries are no part of the project: loaded and run where somebody installed them."""

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from factories.networks import save_network
from factories.weights import write_json

from vortex.core.errors import MissingExtra
from vortex.runtime import info
from vortex.runtime.loader import is_model_supported, load_omni_model

torch = pytest.importorskip("torch", reason="torch is not installed; see the extra dev-models")


@pytest.fixture(autouse=True)
def _foreign_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def test_an_embedder_of_sentences_runs(tmp_path: Path) -> None:
    pytest.importorskip("transformers", reason="transformers is not installed; see the extra dev-models")
    library = pytest.importorskip("sentence_transformers", reason="sentence-transformers is not installed")
    from sentence_transformers import models
    from transformers import BertTokenizerFast

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "cat", "sat"]
    save_network("bert", tmp_path / "bert")
    (tmp_path / "vocab.txt").write_text("\n".join(words))
    BertTokenizerFast(str(tmp_path / "vocab.txt")).save_pretrained(tmp_path / "bert")
    first = models.Transformer(str(tmp_path / "bert"))
    library.SentenceTransformer(modules=[first, models.Pooling(32)]).save(str(tmp_path / "whole"))
    loaded = load_omni_model(tmp_path / "whole")
    assert loaded.info.found.category == "sentence_transformers"
    assert loaded.model.encode(["a cat sat"]).shape == (1, 32)


def test_two_towers_of_open_clip_run(tmp_path: Path) -> None:
    library = pytest.importorskip("open_clip", reason="open_clip_torch is not installed")
    from safetensors.torch import save_file

    vision = {"layers": 1, "width": 32, "head_width": 16, "patch_size": 8, "image_size": 32}
    text = {"width": 32, "heads": 2, "layers": 1, "context_length": 16, "vocab_size": 64}
    model = {"embed_dim": 16, "vision_cfg": vision, "text_cfg": text}
    made = library.CLIP(**model)
    write_json(tmp_path / "open_clip_config.json", {"model_cfg": model, "preprocess_cfg": {}})
    save_file(made.state_dict(), tmp_path / "open_clip_model.safetensors")
    loaded = load_omni_model(tmp_path)
    assert loaded.info.found.category == "open_clip"
    picture = torch.ones(1, 3, 32, 32)
    torch.testing.assert_close(loaded.model.encode_image(picture), made.eval().encode_image(picture))


def test_a_network_of_timm_runs(tmp_path: Path) -> None:
    library = pytest.importorskip("timm", reason="timm is not installed")
    made = library.create_model("test_vit", num_classes=3).eval()
    library.models.save_for_hf(made, tmp_path, model_config={"num_classes": 3}, safe_serialization=True)
    loaded = load_omni_model(tmp_path)
    assert loaded.info.found.category == "timm"
    picture = torch.ones(1, 3, 160, 160)
    torch.testing.assert_close(loaded.model(picture), made(picture))


def test_a_missing_library_is_named_with_what_installs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(info, "find_spec", lambda name: None)
    write_json(tmp_path / "config.json", {"architecture": "resnet18", "num_features": 8, "pretrained_cfg": {}})
    (tmp_path / "model.safetensors").write_bytes(b"\x1c\0\0\0\0\0\0\0" + b'{"__metadata__":{"a":"bcd"}}')
    with pytest.raises(MissingExtra, match="a timm model needs timm; run: pip install timm"):
        info.require_library("timm")
    with pytest.raises(MissingExtra, match=r"needs diffusers; run: pip install 'vortex-film\[models\]'"):
        info.require_library("diffusers")
    assert not is_model_supported(tmp_path).supported
