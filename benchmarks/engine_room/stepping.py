"""One step of a denoiser under each way of holding it, with the same latents: Flux from its pipeline, Wan alone.

Also what bringing models takes: from files, and on a card from page-locked memory beside the measured rate of the link.
``moves`` and ``cold`` are each run in a process of its own, and print JSON.
"""

import gc
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from benchmarks.engine_room.folders import fill, make_set
from benchmarks.engine_room.placing import SCALES, SOFT, Meter
from benchmarks.engine_room.playing import NAMES, Players, one_thread
from benchmarks.engine_room.shapes import Shapes
from vortex.core.events import ignore
from vortex.core.settings import RuntimeSettings
from vortex.runtime.ledger import State
from vortex.runtime.room import EngineRoom

_LINK_BYTES = 1 << 30


def steps(scale: str, device: str, rounds: int) -> dict[str, list[float]]:
    """Return the seconds of single steps by ``network: way``, the ways of a network in turns."""
    shapes = SCALES[scale]
    place = make_set(shapes, device=device)
    found: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as parking:
        for name, make, given in _denoisers(shapes, place, device):
            held = {way: hold(make(), device, f"{parking}/{name}-{way}") for way, hold in _ways(device).items()}
            for turn in range(rounds + 1):
                for way, network in held.items():
                    took, _ = _timed(device, partial(network, **given))
                    # The first turn is not counted.
                    found.setdefault(f"{name}: {way}", []).extend([took] if turn else [])
            held.clear()
            gc.collect()
    return found


def _ways(device: str) -> dict[str, Callable[[Any, str, str], Any]]:
    ways: dict[str, Callable[[Any, str, str], Any]] = {
        "resident": lambda network, device, _: network.to(device),
        "group offload of diffusers": _grouped,
        "our ladder, a block at a time": _by_ladder,
    }
    if device != "cpu":
        ways["our ladder, a network at a time"] = _network_at_a_time
    return ways


def _grouped(network: Any, device: str, parking: str) -> Any:
    """Offload as the documentation of diffusers shows it: on a card with a stream, on the host by files, per layer."""
    import torch

    more = {"offload_to_disk_path": parking} if device == "cpu" else {"use_stream": True}
    network.enable_group_offload(
        onload_device=torch.device(device), offload_device=torch.device("cpu"), offload_type="leaf_level", **more
    )
    return network


def _by_ladder(network: Any, device: str, parking: str) -> Any:
    from vortex.runtime.pipelines import _offload_blocks

    pipe = SimpleNamespace(components={"transformer": network})
    _offload_blocks(pipe, device, parking if device == "cpu" else "")
    return network


def _network_at_a_time(network: Any, device: str, parking: str) -> Any:
    """Bring the whole network for each step, the dearest case: within one picture it would stay for all steps."""
    import torch
    from accelerate.hooks import CpuOffload, add_hook_to_module

    return add_hook_to_module(network.to("cpu"), CpuOffload(torch.device(device)))


def _denoisers(shapes: Shapes, place: Path, device: str) -> list[tuple[str, Callable[[], Any], dict[str, Any]]]:
    import diffusers
    import torch

    def flux() -> Any:
        made: Any = diffusers.FluxTransformer2DModel
        return made.from_pretrained(place / "picture" / "transformer", dtype=torch.bfloat16, local_files_only=True)

    def wan() -> Any:
        return fill(shapes.wan.build(), "cpu" if device == "cpu" else device).to("cpu")

    return [("Flux", flux, _flux_given(shapes, device)), ("Wan", wan, _wan_given(shapes, device))]


def _flux_given(shapes: Shapes, device: str) -> dict[str, Any]:
    import torch

    config, sizes = shapes.picture["transformer"].config, shapes.sizes
    side = sizes.picture // 16
    how = {"device": device, "dtype": torch.bfloat16}
    places = torch.zeros(side * side, 3, device=device)
    places[:, 1] = torch.arange(side, device=device).repeat_interleave(side)
    places[:, 2] = torch.arange(side, device=device).repeat(side)
    return {
        "hidden_states": torch.ones(1, side * side, 64, **how),
        "encoder_hidden_states": torch.ones(1, sizes.tokens, config.get("joint_attention_dim", 4096), **how),
        "pooled_projections": torch.ones(1, config.get("pooled_projection_dim", 768), **how),
        "timestep": torch.ones(1, **how),
        "img_ids": places,
        "txt_ids": torch.zeros(sizes.tokens, 3, device=device),
        "return_dict": False,
    }


def _wan_given(shapes: Shapes, device: str) -> dict[str, Any]:
    import torch

    sizes, how = shapes.sizes, {"device": device, "dtype": torch.bfloat16}
    frames = (sizes.clip_frames - 1) // 4 + 1
    return {
        "hidden_states": torch.ones(1, 16, frames, sizes.clip_height // 8, sizes.clip_width // 8, **how),
        "timestep": torch.ones(1, device=device),
        "encoder_hidden_states": torch.ones(1, sizes.tokens, shapes.wan.config.get("text_dim", 4096), **how),
        "return_dict": False,
    }


def _timed(device: str, work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds of ``work``, to the end of what it gave the card to do, and its result."""
    import torch

    with torch.no_grad():
        _wait(device)
        began = time.perf_counter()
        result = work()
        _wait(device)
        return time.perf_counter() - began, result


def _wait(device: str) -> None:
    if device != "cpu":
        import torch

        torch.cuda.synchronize(device)


def pictures(scale: str, device: str, rounds: int, limit_gb: float) -> dict[str, Any]:
    """Return the seconds of whole pictures of four steps under a budget, after one that is not counted, and the way."""
    shapes = SCALES[scale]
    players = Players(shapes, make_set(shapes, device=device), device)
    with _room(players, limit_gb, ("picture",)) as room, room.use("picture") as pipe:
        times = [_timed(device, partial(players.paint, pipe, 4))[0] for _ in range(rounds + 1)][1:]
        return {"seconds": times, "way": room.way("picture")}


def cold(scale: str, device: str, limit_gb: float, began: float) -> dict[str, Any]:
    """Hold the whole set at once and return what it took since ``began``, by the clock of the machine."""
    import torch
    import transformers

    shapes = SCALES[scale]
    place = make_set(shapes, device=device)
    players = Players(shapes, place, device)
    transformers.utils.logging.disable_progress_bar()
    torch.zeros(1, device=device)
    _import(players)
    imported, meter, host = time.time(), Meter(device), Meter("cpu")
    with _room(players, limit_gb, players.names) as room:
        for name in players.names:
            with room.use(name) as model:
                _touch(model, device)
        _wait(device)
        done = time.time()
        sizes = [each.footprint.weights_bytes for each in room.residency.placements() if each.footprint]
        return {
            "imports_s": imported - began,
            "load_s": done - imported,
            "held_gb": meter.held_gb(),
            "weights_gb": sum(sizes) / 1e9,
            "peak_host_gb": host.peak_gb(),
            "ways": {name: room.way(name) for name in players.names},
        }


def _import(players: Players) -> None:
    """Import the classes of every model, so that what is imported is told from what is loaded."""
    import diffusers
    import transformers

    for kind in ("FluxPipeline", "CogVideoXPipeline", "FluxTransformer2DModel", "CogVideoXTransformer3DModel"):
        getattr(diffusers, kind)
    for kind in ("T5EncoderModel", "CLIPTextModel", "CLIPModel", "Qwen2ForCausalLM", "T5TokenizerFast"):
        getattr(transformers, kind)
    players.mover("voice").stage()


def _touch(model: Any, device: str) -> None:
    """On the host, bring the pages in that are only mapped so far."""
    if device != "cpu":
        return
    import torch

    parts = [each for each in getattr(model, "components", {"": model}).values() if hasattr(each, "parameters")]
    for part in parts:
        for tensor in part.parameters():
            tensor.detach().view(-1).view(torch.uint8)[::4096].sum()


def _room(players: Players, limit_gb: float, names: tuple[str, ...]) -> EngineRoom:
    room = EngineRoom(
        RuntimeSettings(players.device, SOFT * limit_gb, limit_gb), lambda name: Path(name), listener=ignore
    )
    for name in names:
        room.join(name, partial(players.mover, name))
    return room


def switches(scale: str, device: str, rounds: int) -> dict[str, Any]:
    """Return bytes a second of bringing the two largest models, and of a plain copy or read of as many bytes."""
    shapes = SCALES[scale]
    place = make_set(shapes, device=device)
    players = Players(shapes, place, device)
    found: dict[str, Any] = {}
    for name in ("llm", *NAMES):
        mover, size = players.mover(name), players.bytes_of(name)
        rung = mover.stage()[0]
        kept, seconds, plain = None, [], []
        for _ in range(rounds):
            took, model = _timed(device, partial(_brought, mover, rung, kept, device))
            seconds.append(took)
            plain.append(_link(device) if device != "cpu" else _read(place / name))
            kept = mover.unload(model, State.STAGED if device == "cpu" else State.PINNED)
            del model
            gc.collect()
        # On a card the first round is from files.
        counted = seconds[1:] if device != "cpu" and len(seconds) > 1 else seconds
        rates = {"ours": size / statistics.median(counted), "plain": statistics.median(plain)}
        found[name] = {"gb": size / 1e9, "gb_s": rates["ours"] / 1e9, "plain_gb_s": rates["plain"] / 1e9}
    return found


def _brought(mover: Any, rung: Any, kept: Any, device: str) -> Any:
    model = mover.load(rung, kept)
    _touch(model, device)
    return model


def _read(folder: Path) -> float:
    """Return the bytes a second of reading the weight files into one buffer."""
    files = sorted(folder.rglob("*.safetensors"))
    buffer = bytearray(16 << 20)
    began, total = time.perf_counter(), 0
    for path in files:
        with path.open("rb", buffering=0) as file:
            while count := file.readinto(buffer):
                total += count
    return total / (time.perf_counter() - began)


def _link(device: str) -> float:
    """Return the bytes a second of a copy from page-locked memory, by the clock of the card."""
    import torch

    source = torch.empty(_LINK_BYTES, dtype=torch.uint8, pin_memory=True)
    target = torch.empty(_LINK_BYTES, dtype=torch.uint8, device=device)
    first, last = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    target.copy_(source, non_blocking=True)
    first.record()
    target.copy_(source, non_blocking=True)
    last.record()
    last.synchronize()
    return _LINK_BYTES / (first.elapsed_time(last) / 1000)


def moves(scale: str, device: str, rounds: int, limit_gb: float) -> dict[str, Any]:
    """Return steps, pictures and switches of one process."""
    return {
        "steps": steps(scale, device, rounds),
        "pictures": pictures(scale, device, rounds, limit_gb),
        "switches": switches(scale, device, rounds),
    }


if __name__ == "__main__":
    what, asked = sys.argv[1], json.loads(sys.argv[2])
    one_thread(asked["device"])
    print(json.dumps({"moves": moves, "cold": cold}[what](**asked)))
