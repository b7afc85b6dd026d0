"""A head is a stranger's claim: whatever it says, it is read or refused with a sentence."""

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from factories.weights import write_gguf_head, write_json, write_raw, write_safetensors
from hypothesis import given, settings
from hypothesis import strategies as st

from vortex.core.errors import ModelError, PolicyError, VortexError
from vortex.runtime.folder import ModelFolder
from vortex.runtime.gguf import read_gguf
from vortex.runtime.headers import read_index, read_npz, read_safetensors
from vortex.runtime.loader import is_model_supported

GOOD = {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16]}


def test_a_head_is_read(tmp_path: Path) -> None:
    header = read_safetensors(write_safetensors(tmp_path / "m", {"b": (3,), "a": (2, 2)}, "BF16", {"format": "pt"}))
    assert {name: (e.dtype, e.shape, e.size_bytes) for name, e in header.tensors.items()} == {
        "b": ("BF16", (3,), 6),
        "a": ("BF16", (2, 2), 8),
    }
    assert header.metadata == {"format": "pt"}
    header.require_whole()


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({**GOOD, "dtype": "F31"}, "unknown type 'F31'"),
        ({**GOOD, "shape": [2, 3]}, "needs 24 bytes, its head gives 16"),
        ({**GOOD, "shape": [-2, -2]}, "negative"),
        ({**GOOD, "data_offsets": [8, 24]}, "begins at byte"),
        ({**GOOD, "data_offsets": [16, 0]}, "needs 16 bytes, its head gives -16"),
        ({**GOOD, "shape": [1 << 62, 1 << 62]}, "needs "),
        ({**GOOD, "shape": "ab"}, "is described as"),
        ({"dtype": "F32"}, "is described as"),
        (7, "is described as"),
    ],
)
def test_a_claim_that_contradicts_itself_is_refused(entry: Any, said: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=said):
        read_safetensors(write_raw(tmp_path / "m.safetensors", {"a": entry}, 24))


def test_overlapping_tensors_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="tensor 'b' begins at byte"):
        read_safetensors(write_raw(tmp_path / "m.safetensors", {"a": GOOD, "b": {**GOOD, "data_offsets": [8, 24]}}, 24))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty; fetch it again"),
        (b"\x80\x02}q\x00.", "a Python pickle"),
        (b"PK\x03\x04" + bytes(60), "a zip archive, such as a PyTorch pickle"),
        (b"GGUF" + bytes(60), "a GGUF file"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0", "Git LFS pointer"),
        (b"<!DOCTYPE html><html></html>", "a web page"),
        (struct.pack("<Q", 1 << 40) + bytes(64), "claims a head of 1099511627776 bytes"),
        (struct.pack("<Q", 500) + b"{}", "cut off within its head"),
        (struct.pack("<Q", 4) + b"[1] ", "no table"),
        (struct.pack("<Q", 6) + b"{bad}}", "no safetensors"),
        (struct.pack("<Q", 21) + b'{"a": null,"a": null}', "stands twice"),
    ],
)
def test_what_is_no_safetensors_is_called_by_its_name(data: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / "m.safetensors").write_bytes(data)
    with pytest.raises(ModelError, match=said):
        read_safetensors(tmp_path / "m.safetensors")


def test_a_file_that_ends_early_is_told_and_one_that_is_too_long(tmp_path: Path) -> None:
    path = write_safetensors(tmp_path / "m.safetensors", {"a": (100,)})
    whole = path.read_bytes()
    for data, said in ((whole[:-1], "cut off"), (whole + b"x", "longer than its head says")):
        path.write_bytes(data)
        with pytest.raises(ModelError, match=said):
            read_safetensors(path).require_whole()


@settings(max_examples=150, deadline=None)
@given(
    data=st.binary(max_size=200), lead=st.sampled_from([b"", struct.pack("<Q", 60), b"GGUF\x03\0\0\0", b"PK\x03\x04"])
)
def test_no_bytes_at_all_surprise_a_reader(data: bytes, lead: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "any.safetensors"
    path.write_bytes(lead + data)
    for read in (read_safetensors, read_gguf, read_npz):
        try:
            read(path)
        except VortexError as error:
            assert "any.safetensors" in str(error)


@pytest.mark.parametrize(
    "name", ["../evil.safetensors", "/etc/passwd", "a/../../b.safetensors", "..", "C:\\x", "a\x00b"]
)
def test_an_index_that_leaves_its_folder_is_refused(name: str, tmp_path: Path) -> None:
    write_json(tmp_path / "config.json", {"model_type": "llama", "architectures": ["LlamaForCausalLM"]})
    index = write_json(tmp_path / "model.safetensors.index.json", {"weight_map": {"a": name}})
    with pytest.raises(PolicyError, match="outside its own folder"):
        read_index(index)
    assert (
        "outside its own folder" in is_model_supported(tmp_path).error
        or "transformers" in is_model_supported(tmp_path).error
    )


def test_a_missing_shard_is_named(tmp_path: Path) -> None:
    index = write_json(tmp_path / "model.safetensors.index.json", {"weight_map": {"a": "model-2.safetensors"}})
    with pytest.raises(ModelError, match=r"the shard model-2\.safetensors is missing"):
        read_index(index)


def test_a_tensor_in_two_shards_is_refused(tmp_path: Path) -> None:
    for name in ("a.safetensors", "b.safetensors"):
        write_safetensors(tmp_path / name, {"same": (2,)})
    with pytest.raises(ModelError, match=r"stands in a\.safetensors as well"):
        ModelFolder(tmp_path).tensors  # noqa: B018


def test_a_gguf_head_is_read_up_to_its_vocabulary(tmp_path: Path) -> None:
    header = read_gguf(write_gguf_head(tmp_path / "m.gguf", "qwen2"))
    assert header.architecture == "qwen2"
    assert header.values["qwen2.rope.freq_base"] == 10000.0
    assert header.values["general.tags"] == ["text-generation", "tiny"]
    assert header.values["tokenizer.ggml.add_bos_token"] is True
    assert "tokenizer.ggml.tokens" not in header.values


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"GGML" + bytes(40), "is no GGUF file"),
        (b"GGUF" + struct.pack("<IQQ", 1, 0, 0), "version 1 is unknown"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 1 << 40), "claims 1099511627776 keys"),
        (b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1 << 40), "claims a text of"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 5), "cut off"),
        (b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1) + b"k" + struct.pack("<I", 99), "unknown kind 99"),
        (b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1) + b"k" + struct.pack("<IIQ", 9, 9, 3), "lists within lists"),
    ],
)
def test_a_broken_gguf_head_is_refused(data: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / "m.gguf").write_bytes(data)
    with pytest.raises(ModelError, match=said):
        read_gguf(tmp_path / "m.gguf")


def test_a_numpy_archive_with_objects_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "params.npz", W_enc=np.array([{"a": 1}], dtype=object))
    with pytest.raises(PolicyError, match="holds Python objects"):
        read_npz(tmp_path / "params.npz")


def test_a_deep_json_is_refused(tmp_path: Path) -> None:
    text = json.dumps({"a": 1})[:-1] + ', "b": ' + "[" * 5000 + "]" * 5000 + "}"
    (tmp_path / "config.json").write_text(text)
    assert is_model_supported(tmp_path).error


def test_a_pipeline_with_a_part_outside_is_refused(tmp_path: Path) -> None:
    write_json(tmp_path / "model_index.json", {"_class_name": "FluxPipeline", "../vae": ["diffusers", "AutoencoderKL"]})
    assert "outside its folder" in is_model_supported(tmp_path).error


def test_a_pipeline_with_code_of_its_own_is_refused(tmp_path: Path) -> None:
    write_json(tmp_path / "model_index.json", {"_class_name": ["pipeline", "Mine"]})
    assert "code of its own" in is_model_supported(tmp_path).error
    write_json(tmp_path / "model_index.json", {"_class_name": "FluxPipeline", "unet": ["my_unet", "Mine"]})
    (tmp_path / "unet").mkdir()
    (tmp_path / "unet/my_unet.py").write_text("raise SystemExit")
    told = is_model_supported(tmp_path)
    assert "its part unet is code of its own" in told.error
    assert told.has_custom_files
