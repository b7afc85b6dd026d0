"""Formats of other libraries: loaded and run where somebody installed them, and else named with what installs them.

That of Kokoro needs none but transformers, since its network is the project's own.
"""

import re
import warnings
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from factories.architectures import TABLE
from factories.networks import save_network
from factories.voices import write_kokoro
from factories.weights import write_json

from vortex.core.errors import MissingExtra, PolicyError
from vortex.runtime import info
from vortex.runtime.kokoro import convert, read_voice
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


MISSING = {
    "all-MiniLM": ("sentence_transformers", "pip install sentence-transformers"),
    "ViT-B-32": ("open_clip", "pip install open_clip_torch"),
    "resnet18.a1_in1k": ("timm", "pip install timm"),
}
"""Row of the table of architectures → module that loads it, and the command that brings the module."""


@pytest.mark.parametrize("name", MISSING)
def test_a_library_that_is_not_here_is_named_with_what_installs_it(name: str, tmp_path: Path) -> None:
    library, command = MISSING[name]
    if find_spec(library) is not None:
        pytest.skip(f"{library} is installed")
    row = next(each for each in TABLE if each.name == name)
    if row.library:
        pytest.importorskip(row.library, reason=f"{row.library} is not installed; see the extra dev-models")
    row.write(tmp_path)
    told = is_model_supported(tmp_path)
    assert (told.supported, told.category) == (False, row.category)
    assert told.error == f"a {row.category} model needs {library}; run: {command}"
    with pytest.raises(MissingExtra, match=re.escape(told.error)):
        load_omni_model(tmp_path)


def test_a_missing_extra_of_the_project_is_named_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(info, "find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"needs diffusers; run: pip install 'vortex-film\[models\]'"):
        info.require_library("diffusers")


def test_a_voice_as_it_is_published_is_a_pickle_and_speaks_once_that_is_allowed_or_converted(tmp_path: Path) -> None:
    pytest.importorskip("transformers", reason="transformers is not installed; see the extra dev-models")
    folder = write_kokoro(tmp_path / "kokoro")
    assert (is_model_supported(folder).category, is_model_supported(folder).supported) == ("kokoro", False)
    with pytest.raises(PolicyError, match=r"its weights are a pickle \(kokoro-v1_0\.pth\)"):
        load_omni_model(folder)
    published = load_omni_model(folder, allow_pickle=True)
    convert(folder)
    assert is_model_supported(folder).supported
    converted = load_omni_model(folder)
    assert converted.info.found.category == "kokoro"
    said = [speak(each.model, folder) for each in (published, converted)]
    assert torch.equal(*said)
    assert said[0].isfinite().all() and said[0].numel() > 24_000 / 4 and float(said[0].std()) > 1e-3


def speak(network: Any, folder: Path) -> "torch.Tensor":
    """Return the sound of ten phonemes, at 24 kHz."""
    tokens = torch.tensor([[0, *range(43, 53), 0]])
    style = read_voice(folder, "af_heart")[9]
    prosody = network.prosody(tokens, style)
    frames = prosody.frames_T.round().clamp(min=1).long()
    return network.sound(tokens, style, prosody, frames, chance=torch.Generator().manual_seed(0))
