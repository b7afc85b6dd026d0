"""The commands about models, as a user runs them."""

import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from bad_input.command import VORTEX, environment, vortex
from factories.weights import write_json, write_raw, write_safetensors
from hub_server import hub_server


def test_a_model_goes_through_the_store(tmp_path: Path) -> None:
    write_json(tmp_path / "remote/config.json", {"_class_name": "UNet2DModel"})
    write_safetensors(tmp_path / "remote/diffusion_pytorch_model.safetensors", {"weight": (400, 4)})
    with hub_server(tmp_path / "remote") as hub:
        at_hub = {"VORTEX_MODELS_HUB": hub.url, "VORTEX_MODELS_FOLDER": str(tmp_path / "store")}
        forecast = vortex("models", "pull", "org/tiny", "--dry-run", cwd=tmp_path, **at_hub)
        assert "2 files, 6.5 kB, 6.5 kB of it to fetch" in forecast.out
        assert not (tmp_path / "store").exists()
        assert vortex("models", "pull", "org/tiny", cwd=tmp_path, **at_hub).code == 0
    assert vortex("models", "list", "--json", cwd=tmp_path, **at_hub).data[0]["name"] == "org/tiny"
    told = vortex("models", "inspect", "org/tiny", "--json", cwd=tmp_path, **at_hub).data
    assert (told["info"]["num_parameters"], told["support"]["category"]) == (1600, "diffusers")
    (tmp_path / "store/org--tiny/config.json").write_text("{}")
    assert vortex("models", "verify", "org/tiny", cwd=tmp_path, **at_hub).code == 3
    assert vortex("models", "remove", "org/tiny", cwd=tmp_path, **at_hub).code == 0
    assert "no models in" in vortex("models", "list", cwd=tmp_path, **at_hub).out


def test_an_interrupted_pull_is_taken_up_by_the_same_command(tmp_path: Path) -> None:
    write_json(tmp_path / "remote/config.json", {"_class_name": "UNet2DModel"})
    write_safetensors(tmp_path / "remote/model.safetensors", {"weight": (1000, 1000)})
    command = (VORTEX, "models", "pull", "org/tiny", "--quiet")
    with hub_server(tmp_path / "remote") as hub:
        at_hub = {"VORTEX_MODELS_HUB": hub.url, "VORTEX_MODELS_FOLDER": str(tmp_path / "store")}
        hub.pause_s = 5
        with subprocess.Popen(
            command, env=environment(tmp_path) | at_hub, stderr=subprocess.PIPE, text=True
        ) as running:
            wait_for(lambda: any(each.stat().st_size > 1_000_000 for each in (tmp_path / "store").rglob("*.part")))
            running.send_signal(signal.SIGINT)
            said = running.communicate(timeout=20)[1]
        assert (running.returncode, "Traceback" in said) == (130, False)
        assert vortex("models", "list", "--json", cwd=tmp_path, **at_hub).data == []
        hub.pause_s = 0
        assert vortex("models", "pull", "org/tiny", cwd=tmp_path, **at_hub).code == 0
        assert hub.asked[-1][1].startswith("bytes=")
    assert vortex("models", "verify", "org/tiny", cwd=tmp_path, **at_hub).code == 0


def wait_for(happened: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_prune_asks(tmp_path: Path) -> None:
    (tmp_path / "store/org--half").mkdir(parents=True)
    (tmp_path / "store/org--half/model.safetensors.part").write_bytes(b"123")
    own = {"VORTEX_MODELS_FOLDER": str(tmp_path / "store")}
    refused = vortex("models", "prune", cwd=tmp_path, **own)
    assert (refused.code, "add --yes" in refused.error) == (2, True)
    assert (tmp_path / "store/org--half").exists()
    assert vortex("models", "prune", "--yes", "--json", cwd=tmp_path, **own).data["freed_bytes"] == 3
    assert not (tmp_path / "store/org--half").exists()


def test_what_cannot_be_loaded_is_said_in_one_line(tmp_path: Path) -> None:
    write_json(tmp_path / "bad/model_index.json", {"_class_name": "FluxPipeline", "vae": ["diffusers", "X"]})
    write_raw(tmp_path / "bad/vae/model.safetensors", {"a": {"dtype": "F32", "shape": [9], "data_offsets": [0, 4]}}, 4)
    told = vortex("models", "inspect", "bad", cwd=tmp_path)
    assert told.code == 0
    assert "tensor 'a' F32[9] needs 36 bytes, its head gives 4" in told.out
    assert "no known model format" in vortex("models", "inspect", ".", cwd=tmp_path).error
    assert "no model 'org/none'" in vortex("models", "inspect", "org/none", cwd=tmp_path).error
