"""Every category is loaded and run once, and equals what its own library makes of the folder."""

import json
import socket
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from factories.architectures import TABLE
from factories.networks import (
    NETWORKS,
    save_gguf,
    save_lora,
    save_network,
    save_omni,
    save_pipeline,
    save_text_pipeline,
    try_network,
)

from vortex.core.errors import ModelError, PolicyError
from vortex.core.events import Event
from vortex.runtime.loader import OmniModelLoader, is_model_supported, load_model_safe, load_omni_model

torch = pytest.importorskip("torch", reason="torch is not installed; see the extra dev-models")
transformers = pytest.importorskip("transformers", reason="transformers is not installed; see the extra dev-models")


@pytest.fixture(autouse=True)
def _foreign_warnings() -> Iterator[None]:
    """Let libraries of models warn; their warnings are none of ours."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: object, address: object) -> None:
        raise AssertionError(f"loading asked the network for {address}")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_says_what_its_library_lets_it_say(name: str, tmp_path: Path) -> None:
    category, _ = NETWORKS[name]
    folder = save_network(name, tmp_path, max_shard_size="20KB")
    told = is_model_supported(folder)
    assert (told.supported, told.category, told.error) == (True, category, "")
    loaded = OmniModelLoader(folder).load()
    theirs = getattr(transformers, told.architecture).from_pretrained(folder).eval()
    assert not any(each.is_meta for each in (*loaded.model.parameters(), *loaded.model.buffers()))
    kept = dict(theirs.named_buffers()) | theirs.state_dict()
    ours = dict(loaded.model.named_buffers()) | loaded.model.state_dict()
    assert all(torch.equal(ours[key], value) for key, value in kept.items())
    # Equal weights at other addresses may take other vector instructions, which round the last bit differently.
    torch.testing.assert_close(try_network(loaded.model), try_network(theirs), rtol=1e-6, atol=1e-6)


def test_most_networks_are_streamed(tmp_path: Path) -> None:
    how = {}
    for name in NETWORKS:
        how[name] = load_omni_model(save_network(name, tmp_path / name)).how
    assert {name for name, each in how.items() if each != "streamed"} <= {"mixtral"}, how


def test_a_dtype_is_that_of_the_library(tmp_path: Path) -> None:
    folder = save_network("llama", tmp_path)
    ours = load_omni_model(folder, dtype="bfloat16").model
    theirs = transformers.LlamaForCausalLM.from_pretrained(folder, dtype=torch.bfloat16).eval()
    assert torch.equal(try_network(ours), try_network(theirs))


def test_without_a_named_architecture_the_weights_decide(tmp_path: Path) -> None:
    folder = save_network("bert", tmp_path)
    config = json.loads((folder / "config.json").read_text())
    del config["architectures"]
    (folder / "config.json").write_text(json.dumps(config))
    assert type(load_omni_model(folder).model).__name__ == "BertModel"


def test_one_part_is_loaded_alone(tmp_path: Path) -> None:
    folder = save_network("clip", tmp_path)
    part = load_omni_model(folder, "vision_only").model
    whole = transformers.CLIPModel.from_pretrained(folder)
    assert type(part).__name__ == type(whole.vision_model).__name__
    for name, value in whole.vision_model.state_dict().items():
        assert torch.equal(part.state_dict()[name], value)


PARTS = {
    "thinker_only": "Qwen2_5OmniThinkerForConditionalGeneration",
    "talker_only": "Qwen2_5OmniTalkerForConditionalGeneration",
    "vision_only": "Qwen2_5OmniVisionEncoder",
    "audio_only": "Qwen2_5OmniAudioEncoder",
}


def test_each_part_of_an_omni_model_is_loaded_alone(tmp_path: Path) -> None:
    folder = save_omni(tmp_path)
    for mode, name in PARTS.items():
        loaded = load_omni_model(folder, mode)
        assert (type(loaded.model).__name__, loaded.how) == (name, "streamed")
        assert not any(each.is_meta for each in (*loaded.model.parameters(), *loaded.model.buffers()))
    said = load_omni_model(folder, "thinker_only").model(input_ids=torch.arange(6, 12)[None]).logits
    assert said.isfinite().all()


def test_the_voices_of_an_omni_model_are_a_pickle_and_need_a_word(tmp_path: Path) -> None:
    folder = save_omni(tmp_path)
    torch.save(
        {"Chelsie": {"bos_token": 1, "cond": torch.ones(1, 2), "ref_mel": torch.ones(1, 2, 8)}}, folder / "spk_dict.pt"
    )
    with pytest.raises(PolicyError, match=r"reads spk_dict\.pt, a pickle"):
        load_omni_model(folder)
    loaded = load_omni_model(folder, allow_pickle=True)
    assert list(loaded.model.speaker_map) == ["Chelsie"]
    assert loaded.how == "by transformers: its own loader reads more than weights"


def test_a_part_that_is_not_there_is_named(tmp_path: Path) -> None:
    folder = save_network("llama", tmp_path)
    with pytest.raises(ModelError, match=r"no part for talker_only; its parts: model, lm_head"):
        load_omni_model(folder, "talker_only")


def test_code_that_a_folder_brings_is_reported_and_never_run(tmp_path: Path) -> None:
    folder = save_network("llama", tmp_path)
    config = json.loads((folder / "config.json").read_text())
    config["auto_map"] = {"AutoModelForCausalLM": "modeling_mine.Mine", "AutoConfig": "modeling_mine.Config"}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "modeling_mine.py").write_text("raise SystemExit('this was run')")
    assert is_model_supported(folder).has_custom_files
    loaded = load_omni_model(folder)
    assert loaded.info.custom_files == ("config.json", "modeling_mine.py")
    assert type(loaded.model).__module__.startswith("transformers.")


def test_tensors_without_a_place_are_told(tmp_path: Path) -> None:
    folder = save_network("llama", tmp_path)
    config = (folder / "config.json").read_text().replace("LlamaForCausalLM", "LlamaModel")
    (folder / "config.json").write_text(config)
    assert load_omni_model(folder).unused == ("lm_head.weight",)


def test_a_lora_for_pictures_is_sent_to_its_pipeline(tmp_path: Path) -> None:
    pytest.importorskip("peft", reason="peft is not installed; see the extra dev-models")
    next(row for row in TABLE if row.name == "LoRA of kohya").write(tmp_path)
    with pytest.raises(ModelError, match=r"for a picture pipeline \(sdxl_base_v1-0\)"):
        load_omni_model(tmp_path)


def test_a_pipeline_runs(tmp_path: Path) -> None:
    pytest.importorskip("diffusers", reason="diffusers is not installed; see the extra dev-models")
    loaded = load_omni_model(save_pipeline(tmp_path))
    loaded.model.set_progress_bar_config(disable=True)
    made = loaded.model(num_inference_steps=2, generator=torch.manual_seed(0), output_type="np").images
    assert made.shape == (1, 8, 8, 3)


def _without(file: Path, name: str) -> None:
    from safetensors.torch import load_file, save_file

    tensors = load_file(file)
    tensors.pop(name)
    save_file(tensors, file)


def test_a_pipeline_with_a_text_runs_and_leaves_no_part_to_chance(tmp_path: Path) -> None:
    pytest.importorskip("diffusers", reason="diffusers is not installed; see the extra dev-models")
    folder = save_text_pipeline(tmp_path)
    pipeline = load_omni_model(folder).model
    pipeline.set_progress_bar_config(disable=True)
    how = {"guidance_scale": 1.0, "num_inference_steps": 2, "height": 8, "width": 8, "output_type": "np"}
    made = pipeline("!", **how, generator=torch.manual_seed(0)).images
    assert made.shape[0] == 1
    assert torch.from_numpy(made).isfinite().all()
    _without(folder / "unet/diffusion_pytorch_model.safetensors", "conv_norm_out.weight")
    with pytest.raises(ModelError, match=r"unet: has no weights for conv_norm_out\.weight"):
        load_omni_model(folder)
    _without(folder / "text_encoder/model.safetensors", "final_layer_norm.bias")
    with pytest.raises(ModelError, match=r"text_encoder: has no weights for final_layer_norm\.bias"):
        load_omni_model(folder)


def test_an_adapter_changes_its_base(tmp_path: Path) -> None:
    pytest.importorskip("peft", reason="peft is not installed; see the extra dev-models")
    base = save_network("llama", tmp_path / "base")
    adapter = save_lora(NETWORKS["llama"][1](), tmp_path / "lora", str(base))
    plain = try_network(load_omni_model(base).model)
    tuned = load_omni_model(adapter)
    assert tuned.info.found.base_model == str(base)
    assert not torch.equal(try_network(tuned.model), plain)


def test_an_adapter_of_another_model_names_both(tmp_path: Path) -> None:
    pytest.importorskip("peft", reason="peft is not installed; see the extra dev-models")
    adapter = save_lora(NETWORKS["llama"][1](), tmp_path / "lora", "org/first-model")
    other = save_network("gpt2", tmp_path / "second-model")
    with pytest.raises(ModelError, match=r"made for 'org/first-model' and does not fit .*second-model"):
        load_omni_model(adapter, base=other)
    with pytest.raises(ModelError, match=r"needs its base model 'org/first-model'"):
        load_omni_model(adapter)


def test_gguf_runs(tmp_path: Path) -> None:
    pytest.importorskip("gguf", reason="gguf is not installed; see the extra dev-models")
    loaded = load_omni_model(save_gguf(tmp_path))
    assert loaded.info.found.model_type == "llama"
    assert try_network(loaded.model).shape == (1, 10, 96)


def test_a_pickle_is_refused_unless_allowed(tmp_path: Path) -> None:
    folder = save_network("llama", tmp_path)
    model = transformers.LlamaForCausalLM.from_pretrained(folder)
    torch.save(model.state_dict(), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    assert "convert it to safetensors" in is_model_supported(folder).error
    with pytest.raises(PolicyError, match="pickle"):
        load_omni_model(folder)
    loaded = load_omni_model(folder, allow_pickle=True)
    assert torch.equal(try_network(loaded.model), try_network(model))


class Evil:
    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return (open, ("stolen", "w"))


def test_an_evil_pickle_runs_nothing_even_when_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = save_network("llama", tmp_path / "m")
    torch.save({"weight": Evil()}, folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelError, match="cannot be loaded: Weights only load failed"):
        load_omni_model(folder, allow_pickle=True)
    assert not (tmp_path / "stolen").exists()


def test_values_that_are_no_numbers_are_found_when_asked(tmp_path: Path) -> None:
    folder = save_network("llama", tmp_path)
    file = folder / "model.safetensors"
    data = bytearray(file.read_bytes())
    data[-4:] = b"\x00\x00\xc0\x7f"
    file.write_bytes(data)
    load_omni_model(folder)
    with pytest.raises(ModelError, match=r"model\.safetensors: tensor '.*' holds 1 values that are no numbers"):
        load_omni_model(folder, check_finite=True)


def test_weights_of_another_shape_name_both(tmp_path: Path) -> None:
    folder = save_network("llama", tmp_path)
    text = (folder / "config.json").read_text().replace('"hidden_size": 32', '"hidden_size": 64')
    (folder / "config.json").write_text(text)
    with pytest.raises(ModelError, match=r"is \[96, 32\], the configuration wants \[96, 64\]"):
        load_omni_model(folder)


def test_missing_weights_are_not_left_to_chance(tmp_path: Path) -> None:
    folder = save_network("llama", tmp_path)
    text = (folder / "config.json").read_text().replace('"num_hidden_layers": 2', '"num_hidden_layers": 3')
    (folder / "config.json").write_text(text)
    with pytest.raises(ModelError, match=r"has no weights for model\.layers\.2\..* and \d+ more"):
        load_omni_model(folder)


def test_a_broken_model_is_left_out_aloud(tmp_path: Path) -> None:
    heard: list[Event] = []
    assert load_model_safe(tmp_path, listen=heard.append) is None
    assert [event.kind for event in heard] == ["warning"]
    with pytest.raises(ModelError):
        load_model_safe(tmp_path, skip_on_error=False)
