"""Every architecture of the table is told by its head alone."""

import builtins
import io
import os
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest
from factories.architectures import TABLE, Row
from factories.weights import write_json, write_safetensors

from vortex.core.errors import ModelError
from vortex.runtime.detect import detect
from vortex.runtime.info import get_model_info
from vortex.runtime.loader import is_model_supported

WITH_TRANSFORMERS = find_spec("transformers") is not None


def written(row: Row, folder: Path) -> Path:
    if row.library and find_spec(row.library) is None:
        pytest.skip(f"{row.library} is not installed: it writes the folder and tells its architectures")
    row.write(folder)
    return folder


def test_the_table_has_sixty_architectures() -> None:
    assert len({row.name for row in TABLE}) >= 60
    assert len({row.category for row in TABLE}) == 11


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_an_architecture_is_told(row: Row, tmp_path: Path) -> None:
    found = detect(written(row, tmp_path))
    assert (found.category, found.model_type) == (row.category, row.model_type)
    if row.library and row.category in ("transformers", "vision_encoder", "asr"):
        assert found.architecture == row.name
        assert found.auto_classes


def test_all_are_told_in_50_ms_of_cpu_each(tmp_path: Path) -> None:
    rows = [row for row in TABLE if not row.library or find_spec(row.library)]
    slow = {}
    for row in rows:
        folder = tmp_path / row.name
        folder.mkdir()
        row.write(folder)
        start = time.process_time()
        detect(folder)
        slow[row.name] = time.process_time() - start
    assert {name: spent for name, spent in slow.items() if spent > 0.05} == {}


def test_no_weight_byte_is_read(tmp_path: Path) -> None:
    """The files end where their heads end, so that a byte of a weight cannot be read."""
    write_json(tmp_path / "cfg.json", {"architecture": "standard"})
    shapes = {"W_enc": (1000, 4000), "W_dec": (4000, 1000), "b_enc": (4000,), "b_dec": (1000,)}
    path = write_safetensors(tmp_path / "sae_weights.safetensors", shapes, body=False)
    head = path.stat().st_size
    assert detect(tmp_path).category == "sae"
    assert head < 500
    info = get_model_info(tmp_path)
    assert info.num_parameters == 8_005_000
    assert "cut off" in info.problems[0]


def test_reading_stays_within_the_head_of_a_whole_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_safetensors(
        tmp_path / "model.safetensors", {f"lora_{n}.lora_down.weight": (512, 512) for n in range(9)}
    )
    read: list[int] = []
    plain = builtins.open

    class Counting(io.FileIO):
        def read(self, size: int = -1) -> bytes:
            data = super().read(size)
            read.append(len(data))
            return data

    monkeypatch.setattr(
        Path, "open", lambda self, mode="r", **how: Counting(self) if "b" in mode else plain(self, mode)
    )
    assert detect(path).category == "peft"
    assert sum(read) < 2000 < os.path.getsize(path)


def test_the_tables_read_as_text_are_those_of_the_library() -> None:
    pytest.importorskip("transformers", reason="transformers is not installed")
    pytest.importorskip("torch", reason="torch is not installed")
    from transformers.models.auto import modeling_auto

    from vortex.runtime.claims import transformers_claims

    claims = transformers_claims()
    for task, table in claims.tables.items():
        name = f"MODEL{'_FOR_' + task if task else ''}_MAPPING_NAMES"
        theirs = {k: (v,) if isinstance(v, str) else tuple(v) for k, v in getattr(modeling_auto, name).items()}
        assert dict(table) == theirs, name
    for task, auto in claims.auto_classes.items():
        assert hasattr(modeling_auto, auto), task


def test_detection_imports_no_library_of_models(tmp_path: Path) -> None:
    write_json(tmp_path / "config.json", {"model_type": "llama", "architectures": ["LlamaForCausalLM"]})
    code = (
        "import sys\nfrom vortex.runtime.loader import is_model_supported\n"
        f"is_model_supported({str(tmp_path)!r})\n"
        "print([m for m in ('torch', 'transformers', 'diffusers', 'peft', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


def test_without_transformers_other_formats_are_still_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from vortex.runtime import claims

    claims.transformers_claims.cache_clear()
    monkeypatch.setattr(claims, "find_spec", lambda name: None)
    write_json(tmp_path / "model_index.json", {"_class_name": "FluxPipeline"})
    assert detect(tmp_path).category == "diffusers"
    (tmp_path / "model_index.json").unlink()
    write_json(tmp_path / "config.json", {"model_type": "llama", "architectures": ["LlamaForCausalLM"]})
    told = is_model_supported(tmp_path)
    claims.transformers_claims.cache_clear()
    assert not told.supported
    assert "pip install 'vortex-film[models]'" in told.error
    assert (told.architecture, told.model_type) == ("LlamaForCausalLM", "llama")


@pytest.mark.skipif(not WITH_TRANSFORMERS, reason="transformers is not installed")
@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"model_type": "lama", "architectures": ["LamaForCausalLM"]}, "near it: llama"),
        ({"model_type": "llama", "architectures": ["LlamaForCausalML"]}, "near it: LlamaForCausalLM"),
        ({"model_type": "zz9", "auto_map": {"AutoModel": "m.Z"}}, "code of its own, which is not run"),
        ({"architectures": ["LlamaForCausalLM"]}, "names no model_type"),
    ],
)
def test_an_unknown_architecture_is_named(config: dict[str, object], said: str, tmp_path: Path) -> None:
    write_json(tmp_path / "config.json", config)
    with pytest.raises(ModelError, match=said):
        detect(tmp_path)


@pytest.mark.parametrize("content", [b"", b"[1]", b"{", b"\xff\xfe", b"[" * 100_000])
def test_a_broken_config_is_named(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_bytes(content)
    with pytest.raises(ModelError, match=r"config\.json"):
        detect(tmp_path)


def test_a_scope_knows_the_model_whose_tokenizer_it_needs(tmp_path: Path) -> None:
    rows = {row.name: row for row in TABLE}
    rows["Gemma Scope"].write(tmp_path / "gemma-scope-2b-pt-res")
    assert detect(tmp_path / "gemma-scope-2b-pt-res").base_model == "google/gemma-2-2b"
    rows["Gemma Scope 2"].write(tmp_path / "b")
    assert detect(tmp_path / "b").base_model == "google/gemma-3-1b-pt"
    rows["SAELens standard"].write(tmp_path / "c")
    assert detect(tmp_path / "c").base_model == "gpt2-small"


def test_an_empty_folder_and_a_missing_one_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no known model format; seen: nothing"):
        detect(tmp_path)
    with pytest.raises(ModelError, match="no such folder"):
        detect(tmp_path / "none")
