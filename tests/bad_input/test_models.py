"""Model folders that are not what they should be: each ends in one sentence that names file, value and remedy.

Every folder is a true one that was damaged. It is looked at, and given to the loader, which must refuse it by the same
words; some are also shown to the command line as a user runs it.
"""

import json
import os
import pickle
import shutil
import struct
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from factories.weights import write_gguf_head, write_json, write_raw, write_safetensors
from hub_server import hub_server

from bad_input.command import vortex
from vortex.core.errors import MemoryPressureError, ModelError, PolicyError, VortexError
from vortex.core.events import Event
from vortex.core.settings import RuntimeSettings
from vortex.runtime.loader import get_model_info, is_model_supported, load_omni_model
from vortex.runtime.pipelines import NetworkMover
from vortex.runtime.room import EngineRoom

torch = pytest.importorskip("torch", reason="torch is not installed; see the extra dev-models")
pytest.importorskip("transformers", reason="transformers is not installed; see the extra dev-models")

Damage = Callable[[Path], object]
WEIGHTS, INDEX, CONFIG = "model.safetensors", "model.safetensors.index.json", "config.json"
GONE, BELOW, OWN = 3, 1, 0
"""Exit codes of looking at a folder: it cannot be told, it is not allowed, it is told and cannot be loaded."""


@pytest.fixture(autouse=True)
def _foreign_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@pytest.fixture(scope="session")
def true_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a tiny Llama in one file and in shards; not to be changed."""
    from factories.networks import save_network

    place = tmp_path_factory.mktemp("models")
    save_network("llama", place / "whole")
    save_network("llama", place / "shards", max_shard_size="20KB")
    return place


def edit(path: Path, **values: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def replaced(name: str, make: Callable[[Path], object]) -> Damage:
    def damage(folder: Path) -> None:
        (folder / name).unlink()
        make(folder / name)

    return damage


def cut(name: str, keep: int) -> Damage:
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:keep])


def bytes_of(data: bytes) -> Damage:
    return lambda folder: (folder / WEIGHTS).write_bytes(data)


def shard_named(name: Any) -> Damage:
    def damage(folder: Path) -> None:
        table = json.loads((folder / INDEX).read_text())["weight_map"]
        edit(folder / INDEX, weight_map=table | {min(table): name})

    return damage


def renamed(old: str, new: str) -> Damage:
    return lambda folder: (folder / old).rename(folder / new)


def head(**entry: Any) -> Damage:
    return lambda folder: write_raw(
        folder / WEIGHTS, {"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]} | entry}, 4
    )


# Name → which folder, what is done to it, exit code of looking at it, error of loading it, what is said.
BROKEN: dict[str, tuple[str, Damage, int, type[VortexError], str]] = {
    "no configuration": (
        "whole", lambda f: (f / CONFIG).unlink(), GONE, ModelError,
        "no known model format; seen: generation_config.json, model.safetensors; name a folder with a config.json",
    ),
    "no weights": ("whole", lambda f: (f / WEIGHTS).unlink(), OWN, ModelError, "holds no weights; fetch its weight"),
    "a shard is missing": (
        "shards", lambda f: (f / "model-00003-of-00007.safetensors").unlink(), OWN, ModelError,
        "index.json: the shard model-00003-of-00007.safetensors is missing; fetch it again",
    ),
    "the configuration is cut off": (
        "whole", cut(CONFIG, 40), GONE, ModelError, "config.json: cannot be read as JSON: Unterminated string",
    ),
    "the index is cut off": ("shards", cut(INDEX, 90), OWN, ModelError, "index.json: cannot be read as JSON"),
    "weights are cut off": (
        "whole", cut(WEIGHTS, 100_000), OWN, ModelError, "cut off: 100000 bytes of 101048; fetch it again",
    ),
    "weights are cut off in their head": (
        "whole", cut(WEIGHTS, 40), OWN, ModelError, "cut off within its head: 40 bytes, the head alone has 2104; fetch",
    ),
    "weights are empty": ("whole", bytes_of(b""), OWN, ModelError, "model.safetensors: is empty; fetch it again"),
    "a web page instead of weights": (
        "whole", bytes_of(b"<!DOCTYPE html><html><title>Sign in</title></html>"), OWN, ModelError,
        "is a web page, not safetensors; fetch the true file",
    ),
    "a pointer instead of weights": (
        "whole", bytes_of(b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n"), OWN, ModelError,
        "the weights themselves were never fetched",
    ),
    "weights under a name of pickles": (
        "whole", renamed(WEIGHTS, "pytorch_model.bin"), OWN, PolicyError, "weights are a pickle (pytorch_model.bin)",
    ),
    "weights without an ending": (
        "whole", renamed(WEIGHTS, "model"), OWN, ModelError, "holds no weights; fetch its weight files",
    ),
    "a pickle under a name of safetensors": (
        "whole", bytes_of(pickle.dumps({"a": 1}) + bytes(64)), OWN, ModelError, "is a Python pickle, not safetensors",
    ),
    "GGUF under a name of safetensors": (
        "whole", lambda f: write_gguf_head(f / WEIGHTS, "llama"), OWN, ModelError, "is a GGUF file, not safetensors",
    ),
    "the configuration of another model": (
        "whole", lambda f: edit(f / CONFIG, hidden_size=48), OWN, ModelError,
        "tensor 'lm_head.weight' is [96, 32], the configuration wants [96, 48]; weights and config.json belong to",
    ),
    "an oversize head": (
        "whole", bytes_of(struct.pack("<Q", 1 << 40) + b"{}"), OWN, ModelError,
        "claims a head of 1099511627776 bytes; 100000000 are allowed",
    ),
    "a shape that its bytes contradict": (
        "whole", head(shape=[10**9, 10**9]), OWN, ModelError,
        "tensor 'a' F32[1000000000, 1000000000] needs 4000000000000000000 bytes, its head gives 4",
    ),
    "a shape that is no shape": ("whole", head(shape=[1.5]), OWN, ModelError, "tensor 'a' is described as {'dtype'"),
    "an infinite shape": ("whole", head(shape=[float("inf")]), OWN, ModelError, "tensor 'a' is described as"),
    "metadata that is none": (
        "whole", lambda f: write_raw(f / WEIGHTS, {"__metadata__": ["pt"]}, 0), OWN, ModelError,
        "its __metadata__ is ['pt'], not an object; fetch it again",
    ),
    "a billion layers": (
        "whole", lambda f: edit(f / CONFIG, num_hidden_layers=10**9), OWN, ModelError,
        "config.json: num_hidden_layers is 1000000000, and the files hold 21 tensors; fetch it again",
    ),
    "a shard above the folder": (
        "shards", shard_named("../whole/model.safetensors"), BELOW, PolicyError,
        "names the shard '../whole/model.safetensors', outside its own folder; do not use this model",
    ),
    "a shard at an absolute path": ("shards", shard_named("/etc/passwd"), BELOW, PolicyError, "shard '/etc/passwd'"),
    "a shard that is no name": ("shards", shard_named(None), OWN, ModelError, "the shard None is missing; fetch it"),
    "weights that are a pipe": (
        "whole", replaced(WEIGHTS, os.mkfifo), BELOW, PolicyError, "is a pipe or a device, not a file; do not use",
    ),
    "a configuration without an end": (
        "whole", replaced(CONFIG, lambda path: path.symlink_to("/dev/zero")), BELOW, PolicyError,
        "config.json: is a pipe or a device, not a file; do not use this model",
    ),
    "a link to nothing": (
        "whole", replaced(WEIGHTS, lambda path: path.symlink_to("blobs/0")), OWN, ModelError,
        "model.safetensors: is a link that leads nowhere (No such file or directory); fetch it again",
    ),
    "a link to itself": (
        "whole", replaced(WEIGHTS, lambda path: path.symlink_to(path.name)), OWN, ModelError,
        "is a link that leads nowhere (Too many levels of symbolic links)",
    ),
    "a folder instead of a file": (
        "whole", replaced(CONFIG, lambda path: path.mkdir()), GONE, ModelError, "is a folder where a file belongs",
    ),
    "an unknown architecture": (
        "whole", lambda f: edit(f / CONFIG, model_type="lama", architectures=["LamaForCausalLM"]), GONE, ModelError,
        "near it: llama",
    ),
    "an architecture that brings its code": (
        "whole", lambda f: edit(f / CONFIG, model_type="zz9", auto_map={"AutoModel": "evil.Z"}), GONE, ModelError,
        "code of its own, which is not run",
    ),
}  # fmt: skip
ONLY_WHEN_LOADED = {"the configuration of another model"}
AS_A_USER = (
    "no configuration", "a shard is missing", "weights are cut off", "a web page instead of weights",
    "weights under a name of pickles", "an oversize head", "a billion layers", "a shard above the folder",
    "weights that are a pipe", "an unknown architecture",
)  # fmt: skip
"""Of these, the command line is run; for all, what it calls."""


@pytest.mark.parametrize("name", BROKEN)
def test_a_damaged_folder_is_refused_in_one_sentence(name: str, true_models: Path, tmp_path: Path) -> None:
    origin, damage, code, kind, said = BROKEN[name]
    folder = Path(shutil.copytree(true_models / origin, tmp_path / "model"))
    damage(folder)
    if name not in ONLY_WHEN_LOADED:
        assert said in is_model_supported(folder).error
    assert looked_at(folder)[0] == code
    with pytest.raises(kind) as caught:
        load_omni_model(folder)
    assert type(caught.value) is kind
    text = str(caught.value)
    assert (said in text, text.startswith(str(folder)), "\n" in text) == (True, True, False), text


def looked_at(folder: Path) -> tuple[int, str]:
    """Return the exit code of looking at a folder, and what is said if it is an error."""
    try:
        get_model_info(folder)
    except VortexError as error:
        return error.exit_code, str(error)
    return 0, ""


@pytest.mark.parametrize("name", AS_A_USER)
def test_the_command_line_says_it_too(name: str, true_models: Path, tmp_path: Path) -> None:
    origin, damage, code, _, said = BROKEN[name]
    damage(Path(shutil.copytree(true_models / origin, tmp_path / "model")))
    done = vortex("models", "inspect", "model", cwd=tmp_path)
    assert done.code == code, done.err
    assert said in (done.error if code else next(line for line in done.out.splitlines() if "can be loaded" in line))


def test_folders_that_lead_in_circles_end(true_models: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(true_models / "whole", tmp_path / "model"))
    for name in ("again", "once-more"):
        (folder / name).symlink_to(".")
    done = vortex("models", "inspect", "model", "--json", cwd=tmp_path)
    assert (done.data["support"]["supported"], done.data["info"]["num_files"]) == (True, 3)
    (tmp_path / "empty").mkdir()
    for name in ("again", "once-more"):
        (tmp_path / "empty" / name).symlink_to(".")
    done = vortex("models", "inspect", "empty", cwd=tmp_path)
    assert (done.code, "no known model format; seen: again, once-more" in done.error) == (3, True)


def test_what_a_library_says_is_said_in_one_sentence(true_models: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(true_models / "whole", tmp_path / "model"))
    edit(folder / CONFIG, num_hidden_layers="two")
    with pytest.raises(
        ModelError, match=r"LlamaForCausalLM cannot be loaded: .*num_hidden_layers' expected int, got str"
    ):
        load_omni_model(folder)


def test_a_cut_off_gguf_is_told(tmp_path: Path) -> None:
    path = write_gguf_head(tmp_path / "tiny.gguf", "llama")
    path.write_bytes(path.read_bytes()[:50])
    done = vortex("models", "inspect", "tiny.gguf", cwd=tmp_path)
    assert (done.code, done.error) == (3, "tiny.gguf: cut off within its head; fetch it again")


def test_a_pipeline_with_a_part_outside_is_not_allowed(tmp_path: Path) -> None:
    write_json(tmp_path / "model/model_index.json", {"_class_name": "FluxPipeline", "../whole": ["diffusers", "X"]})
    done = vortex("models", "inspect", "model", cwd=tmp_path)
    assert (done.code, "names the part '../whole' outside its folder; do not use this model" in done.error) == (1, True)


def test_a_pipeline_that_asks_for_other_modules_is_not_allowed(tmp_path: Path) -> None:
    pytest.importorskip("diffusers", reason="diffusers is not installed; see the extra dev-models")
    parts = {
        "unet": ["diffusers", "UNet2DModel"],
        "safety_checker": ["stable_diffusion", "StableDiffusionSafetyChecker"],
    }
    write_json(tmp_path / "model/model_index.json", {"_class_name": "DDPMPipeline", **parts})
    assert "PolicyError" not in is_model_supported(tmp_path / "model").error
    (tmp_path / "evil.py").write_text("raise SystemExit('this was run')")
    write_json(tmp_path / "model/model_index.json", {"_class_name": "DDPMPipeline", **parts, "vae": ["evil", "Z"]})
    done = vortex("models", "inspect", "model", cwd=tmp_path, PYTHONPATH=str(tmp_path))
    assert (done.code, "its part vae asks for the module 'evil', and only those of diffusers" in done.error) == (
        1,
        True,
    )
    with pytest.raises(PolicyError, match="asks for the module 'evil'"):
        load_omni_model(tmp_path / "model")


def test_a_cut_off_gguf_is_refused_when_it_is_loaded(tmp_path: Path) -> None:
    pytest.importorskip("gguf", reason="gguf is not installed; see the extra dev-models")
    from factories.networks import save_gguf

    path = save_gguf(tmp_path / "whole") / "tiny.gguf"
    path.write_bytes(path.read_bytes()[:-400])
    with pytest.raises(ModelError, match=r"whole: gguf tiny cannot be loaded: .*; fetch its files again"):
        load_omni_model(tmp_path / "whole")
    write_gguf_head(tmp_path / "head" / "tiny.gguf", "llama")
    with pytest.raises(ModelError, match=r"head: gguf tiny cannot be loaded: .*; fetch its files again"):
        load_omni_model(tmp_path / "head")


def test_a_name_that_is_nowhere_is_told_with_the_command_that_fetches(tmp_path: Path) -> None:
    done = vortex("models", "inspect", "org/none", cwd=tmp_path)
    assert (done.code, done.error.endswith("run: vortex models pull org/none")) == (3, True)


def test_values_that_are_no_numbers_are_found(true_models: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(true_models / "shards", tmp_path / "model"))
    last = sorted(folder.glob("*.safetensors"))[-1]
    last.write_bytes(last.read_bytes()[:-4] + struct.pack("<f", float("nan")))
    with pytest.raises(
        ModelError, match=rf"{last.name}: tensor '.*' holds 1 values that are no numbers; fetch the file"
    ):
        load_omni_model(folder, check_finite=True)


def test_an_adapter_for_another_model_names_both(true_models: Path, tmp_path: Path) -> None:
    pytest.importorskip("peft", reason="peft is not installed; see the extra dev-models")
    write_json(tmp_path / "lora/adapter_config.json", {"peft_type": "LORA", "base_model_name_or_path": "org/larger"})
    layer = "base_model.model.model.layers.0.self_attn.q_proj"
    shapes = {f"{layer}.lora_A.weight": (4, 4096), f"{layer}.lora_B.weight": (4096, 4)}
    write_safetensors(tmp_path / "lora/adapter_model.safetensors", shapes)
    words = (
        "made for 'org/larger' and does not fit .*whole.*: layer '.*q_proj' has 32 values where the adapter has 4096"
    )
    with pytest.raises(ModelError, match=words):
        load_omni_model(tmp_path / "lora", base=true_models / "whole")


def test_an_adapter_with_a_rank_that_fills_the_memory_is_refused(true_models: Path, tmp_path: Path) -> None:
    pytest.importorskip("peft", reason="peft is not installed; see the extra dev-models")
    told = {"peft_type": "LORA", "base_model_name_or_path": str(true_models / "whole"), "target_modules": ["q_proj"]}
    layer = "base_model.model.model.layers.0.self_attn.q_proj"
    shapes = {f"{layer}.lora_A.weight": (4, 32), f"{layer}.lora_B.weight": (32, 4)}
    write_safetensors(tmp_path / "lora/adapter_model.safetensors", shapes)
    for more, key in (({"r": 10**8}, "r"), ({"r": 4, "rank_pattern": {"q_proj": 10**8}}, "q_proj")):
        write_json(tmp_path / "lora/adapter_config.json", {**told, **more})
        words = rf"adapter_config\.json: {key} is 100000000, and its tensors have rank 4; fetch it again"
        with pytest.raises(ModelError, match=words):
            load_omni_model(tmp_path / "lora")


def test_a_stored_model_that_was_damaged_is_found_and_mended(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        write_safetensors(tmp_path / f"remote/{name}.safetensors", {"weight": (40, 4)})
    write_json(tmp_path / "remote/config.json", {"_class_name": "UNet2DModel"})
    with hub_server(tmp_path / "remote") as hub:
        own = {"VORTEX_MODELS_HUB": hub.url, "VORTEX_MODELS_FOLDER": str(tmp_path / "store")}
        assert vortex("models", "pull", "org/tiny", cwd=tmp_path, **own).code == 0
        place = tmp_path / "store/org--tiny"
        cut("a.safetensors", 99)(place)
        renamed("b.safetensors", "d.safetensors")(place)
        (place / "c.safetensors").unlink()
        os.mkfifo(place / "c.safetensors")
        found = vortex("models", "verify", "org/tiny", cwd=tmp_path, **own)
        assert found.code == 3
        assert found.out.splitlines() == [
            "a.safetensors: changed since it was fetched",
            "b.safetensors: missing",
            "c.safetensors: missing",
            "mend it: vortex models pull org/tiny",
        ]
        (place / "c.safetensors").unlink()
        assert vortex("models", "pull", "org/tiny", cwd=tmp_path, **own).code == 0
        assert vortex("models", "verify", "org/tiny", cwd=tmp_path, **own).code == 0
    edit(place / "vortex-model.json", files=[{"path": "../../secret", "size_bytes": 1, "sha256": ""}])
    found = vortex("models", "verify", "org/tiny", cwd=tmp_path, **own)
    assert (found.code, "names '../../secret', outside its own folder; remove this model" in found.error) == (1, True)
    assert vortex("models", "remove", "org/tiny", cwd=tmp_path, **own).code == 0


def room(hard_gb: float, heard: list[Event]) -> EngineRoom:
    def find(name: str) -> Path:
        raise ModelError(f"no model {name!r}")

    settings = RuntimeSettings("cpu", hard_gb * 0.9, hard_gb, 0.0, 5.0)
    return EngineRoom(settings, find, listener=heard.append)


def test_a_budget_smaller_than_any_model_says_what_is_needed(true_models: Path) -> None:
    with room(0.002, []) as small:
        name = small.join("llama", lambda: NetworkMover(true_models / "whole", "cpu", activation_bytes=2_000_000))
        words = r"llama needs 2\.2 MB on its lowest rung; 2\.0 MB of 2\.0 MB are free"
        with pytest.raises(MemoryPressureError, match=words), small.use(name):
            pass
        assert small.residency.held() == {}


def test_a_folder_that_vanishes_while_leased_is_used_to_the_end_and_then_missed(
    true_models: Path, tmp_path: Path
) -> None:
    from factories.networks import try_network

    folder = Path(shutil.copytree(true_models / "shards", tmp_path / "model"))
    with room(1.0, []) as large:
        name = large.join("llama", lambda: NetworkMover(folder, "cpu"))
        with large.use(name) as network:
            before = try_network(network)
            shutil.rmtree(folder)
            assert torch.equal(try_network(network), before)
        with large.use(name) as same:
            assert same is network
        assert large.residency.unload() == (name,)
        with pytest.raises(ModelError, match=f"llama: {folder} is gone; put it back"), large.use(name):
            pass
        shutil.copytree(true_models / "whole", folder)
        with large.use(name) as again:
            assert torch.equal(try_network(again), before)


def test_a_folder_that_is_cut_off_between_two_loads_is_named(true_models: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(true_models / "whole", tmp_path / "model"))
    with room(1.0, []) as large:
        name = large.join("llama", lambda: NetworkMover(folder, "cpu"))
        with large.use(name):
            pass
        large.residency.unload()
        cut(WEIGHTS, 100_000)(folder)
        with pytest.raises(ModelError, match=r"model\.safetensors: cut off: 100000 bytes of 101048"), large.use(name):
            pass
        assert large.residency.held() == {}
