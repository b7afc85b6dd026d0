"""What telling a model folder costs, and how much host memory loading one takes beyond the model itself.

The folders of the table of architectures are those of the tests. The large model is a Llama whose shards are holes:
reading zeros takes the same memory as reading weights. The meta device stands in for a card: what is put there leaves
the host.
"""

import json
import shutil
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks import measure
from benchmarks.film import ROOT, WORK
from benchmarks.result import Bar, Result, Table

sys.path.insert(0, str(ROOT / "tests"))

SHARDS, QUICK_SHARDS = 6, 2
SHARD_MB = 200
SPARE_MB = 512
ROUTES = ("streamed to the host", "streamed to another device", "by transformers, to the host")


@dataclass(frozen=True, slots=True)
class Told:
    """What telling one folder cost."""

    name: str
    is_right: bool
    cpu_ms: float
    read_kb: float


def tell_all() -> list[Told]:
    """Write every folder of the table, tell it twice, and measure the second time."""
    from factories.architectures import TABLE

    from vortex.runtime.detect import detect

    process, found = psutil.Process(), []
    for row in TABLE:
        with tempfile.TemporaryDirectory() as place:
            row.write(Path(place))
            detect(Path(place))
            before, began = process.io_counters().read_chars, time.process_time()
            told = detect(Path(place))
            spent = time.process_time() - began
            read = process.io_counters().read_chars - before
        right = (told.category, told.model_type) == (row.category, row.model_type)
        found.append(Told(row.name, right, 1000 * spent, read / 1000))
    return found


def write_large(folder: Path, num_shards: int) -> None:
    """Write a Llama of about ``num_shards`` shards, each a hole with a true head."""
    import torch
    from factories.weights import write_json, write_safetensors
    from transformers import LlamaConfig, LlamaForCausalLM

    # One layer of these sizes is 50 MB in bfloat16, and four make a shard.
    sizes = {"hidden_size": 1024, "intermediate_size": 6912, "num_attention_heads": 8, "num_key_value_heads": 8}
    config = LlamaConfig(vocab_size=1000, num_hidden_layers=4 * num_shards, dtype="bfloat16", **sizes)
    config.architectures = ["LlamaForCausalLM"]
    config.save_pretrained(folder)
    with torch.device("meta"):
        shapes = {name: tuple(each.shape) for name, each in LlamaForCausalLM(config).state_dict().items()}
    shards: list[dict[str, tuple[int, ...]]] = [{} for _ in range(num_shards)]
    for name, shape in shapes.items():
        number = int(name.split(".")[2]) // 4 if ".layers." in name else 0
        shards[number][name] = shape
    places = {}
    for number, shard in enumerate(shards):
        file = f"model-{number + 1:05}-of-{num_shards:05}.safetensors"
        write_safetensors(folder / file, shard, "BF16")
        places |= dict.fromkeys(shard, file)
    write_json(folder / "model.safetensors.index.json", {"metadata": {}, "weight_map": places})


def load(route: str, folder: Path) -> None:
    """Load in this process and print what memory it took beyond what stays."""
    import transformers

    from vortex.runtime.loader import load_omni_model

    transformers.LlamaForCausalLM  # noqa: B018  # imported before the count begins
    transformers.utils.logging.disable_progress_bar()
    # The peak that the kernel keeps for a process begins with that of its parent, so it is set back.
    Path("/proc/self/clear_refs").write_text("5")
    before = _memory("VmRSS")
    if route == ROUTES[2]:
        model = transformers.LlamaForCausalLM.from_pretrained(folder)
    else:
        model = load_omni_model(folder, device="cpu" if route == ROUTES[0] else "meta").model
    stays = sum(each.nbytes for each in model.parameters() if not each.is_meta)
    beyond = _memory("VmHWM") - before - stays
    print(json.dumps({"beyond_mb": beyond / 1e6, "stays_mb": stays / 1e6}))


def _memory(what: str) -> int:
    """Return a line of the kernel's account of this process, in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith(what))


def run(quick: bool) -> Result:
    """Tell the table, then load the large model on every route in a process of its own."""
    told = tell_all()
    folder = WORK / "large-model"
    shutil.rmtree(folder, ignore_errors=True)
    write_large(folder, QUICK_SHARDS if quick else SHARDS)
    shard_mb = max(path.stat().st_size for path in folder.glob("*.safetensors")) / 1e6
    rows, beyond = [], {}
    for route in ROUTES:
        output = WORK / "loading.json"
        code = f"from benchmarks.engine_room.loading import *; load({route!r}, Path({str(folder)!r}))"
        cost = measure.run(measure.Command((sys.executable, "-c", code), ROOT, output))
        seen = json.loads(output.read_text())
        beyond[route] = seen["beyond_mb"]
        rows.append((route, seen["stays_mb"], seen["beyond_mb"], cost.cpu_s))
    shutil.rmtree(folder)
    spent = [each.cpu_ms for each in told]
    wrong = [each.name for each in told if not each.is_right]
    return Result(
        title="Telling and loading model folders",
        tables=(
            Table(
                f"Telling {len(told)} architectures by their heads",
                ("what", "median", "most"),
                (
                    ("processor ms", statistics.median(spent), max(spent)),
                    ("kB read", statistics.median(each.read_kb for each in told), max(each.read_kb for each in told)),
                ),
            ),
            Table("Loading a Llama", ("route", "MB that stay", "MB beyond", "processor s of the process"), tuple(rows)),
        ),
        bars=(
            Bar("architectures told right", len(told) - len(wrong), 60),
            Bar("architectures told wrong", len(wrong), 0, "at most"),
            Bar("processor ms for the slowest", max(spent), 50, "at most"),
            *(
                Bar(f"MB beyond the model, {route}", beyond[route], shard_mb + SPARE_MB, "at most")
                for route in ROUTES[:2]
            ),
        ),
        notes=(
            "The first folder of a process that needs transformers' tables takes about 15 ms more, once: they are read "
            "from its source text.",
            "transformers maps the files into memory, so that weights count when they are first used, not when loaded.",
            *(f"told wrong: {name}" for name in wrong),
        ),
        settings={"shards": QUICK_SHARDS if quick else SHARDS, "shard_mb": round(shard_mb)},
    )
