"""The resident set within a declared budget, beside what users do without one: on a card at true shapes, else scaled.

Every part runs in a process of its own and is measured there; this one only starts them, one after the other.
"""

import json
import statistics
import sys
import time
from collections.abc import Sequence
from typing import Any

from benchmarks import measure
from benchmarks.engine_room import policies, sizes
from benchmarks.engine_room.folders import make_set
from benchmarks.engine_room.placing import DRIVERS, SCALES
from benchmarks.engine_room.playing import Players
from benchmarks.engine_room.shapes import TRUE, Shapes
from benchmarks.film import ROOT, WORK
from benchmarks.result import Bar, Result, Table
from vortex.runtime.device import accelerator

BUDGETS_GB = (8, 12, 16, 24)
SLOTS, QUICK_SLOTS = 3, 1
ROUNDS, QUICK_ROUNDS = 7, 2
REQUESTS = 2_000
SPARE_GB = 0.512
"""Of host memory beyond the model and one shard, while it is loaded."""
PICTURE_NF4_GB = 9.07
"""What the picture model takes in NF4 with both text encoders, by the table of sizes: budgets of a card are made for
it, so that those of the host are scaled by what it takes there on its lowest rung."""


def _call(module: str, *arguments: Any) -> Any:
    """Run a module of this package in a process of its own and return the JSON of its last line."""
    output = WORK / "residency.json"
    texts = [each if isinstance(each, str) else json.dumps(each) for each in arguments]
    command = (sys.executable, "-m", f"benchmarks.engine_room.{module}", *texts)
    measure.run(measure.Command(command, ROOT, output), timeout_s=600)
    return json.loads(output.read_text(encoding="utf8").splitlines()[-1])


def run(quick: bool, scale: str = "") -> Result:
    """Measure everything; ``scale`` is for tests."""
    card = accelerator()
    device = card.name if card is not None else "cpu"
    shapes = SCALES[scale or ("tiny" if quick else "host" if card is None else "true")]
    WORK.mkdir(exist_ok=True)
    players = Players(shapes, make_set(shapes, device=device), device)
    factor = 1.0 if shapes is TRUE else players.lowest_bytes("picture") / 1e9 / PICTURE_NF4_GB
    # Tiny models are smaller than what a process does beside them.
    floor = 0.5 if shapes.name == "tiny" else 0.0
    budgets = BUDGETS_GB[-1:] if quick else BUDGETS_GB
    limits = [max(floor, budget * factor) for budget in budgets]
    slots, rounds = (QUICK_SLOTS, QUICK_ROUNDS) if quick else (SLOTS, ROUNDS)
    common = {"scale": shapes.name, "device": device}
    drivers = DRIVERS[::2] if quick else DRIVERS
    played = {
        driver: _call("placing", {**common, "driver": driver, "limits_gb": own, "num_slots": slots})
        for driver in drivers
        for own in (limits if driver in DRIVERS[:2] else limits[-1:],)
    }
    moved = _call("stepping", "moves", {**common, "rounds": rounds, "limit_gb": max(floor, 12 * factor)})
    everything = sum(players.bytes_of(name) for name in players.names) / 1e9
    started = _call("stepping", "cold", {**common, "limit_gb": max(floor, 2 * everything), "began": time.time()})
    sized, size_bars = sizes.measure(shapes if quick else TRUE)
    names = [f"{budget} GB" for budget in budgets]
    return Result(
        title="The resident set within a budget" + ("" if card else ", in host memory with scaled shapes"),
        tables=(
            _placed(names, limits, played),
            _steps(moved),
            _switched(moved["switches"], device),
            _started(started, everything),
            sized,
            policies.compare(REQUESTS // 10 if quick else REQUESTS),
        ),
        bars=(
            *_budget_bars(names, limits, played[DRIVERS[0]]),
            *_cold_bars(started, shapes, players, everything),
            *(_card_bars(moved) if card else ()),
            *(() if quick else size_bars),
        ),
        notes=_notes(shapes, device, factor, everything, names, played[DRIVERS[0]]),
        settings={"device": device, "shapes": shapes.name, "slots": slots, "rounds": rounds},
    )


def _placed(names: Sequence[str], limits: Sequence[float], played: dict[str, Any]) -> Table:
    rows = []
    for driver, runs in played.items():
        knows = driver in DRIVERS[:2]
        told = zip(names if knows else ["none"], limits if knows else [None], runs, strict=True)
        for number, (name, limit, seen) in enumerate(told):
            made = len(seen["slots_s"])
            above = sum(limit is not None and peak > limit for peak in seen["peaks_gb"])
            rows.append((
                driver, name, limit, max(seen["peaks_gb"], default=None), above if made else None, seen["loads"],
                seen["loaded_gb"], seen["load_s"], statistics.median(seen["slots_s"]) if made else None,
                seen["cpu_s"] / made if made else None, _share(seen, played[DRIVERS[0]], number if knows else -1),
                "refused" if seen["refused"] else f"{seen['ways']['picture']}; {seen['ways']['clip']}",
            ))  # fmt: skip
    columns = (
        "driver", "budget as", "limit GB", "peak GB", "slots above", "loads", "GB loaded", "s of loading",
        "median s a slot", "processor s a slot", "of ours", "picture; clip held as",
    )  # fmt: skip
    return Table("Slots in turn: script, voice beside picture, clip, two judges", columns, tuple(rows))


def _share(seen: dict[str, Any], ours: Sequence[dict[str, Any]], number: int) -> float | None:
    """Return processor seconds a slot over those of the engine room under the same limit, else under the largest."""
    both = [each["cpu_s"] / len(each["slots_s"]) for each in (seen, ours[number]) if each["slots_s"]]
    return both[0] / both[1] if len(both) == 2 else None


def _steps(moved: dict[str, Any]) -> Table:
    rows, stepped, painted = [], moved["steps"], moved["pictures"]
    for name, times in stepped.items():
        resident = statistics.median(stepped[f"{name.partition(':')[0]}: resident"])
        middle = statistics.median(times)
        rows.append((name, middle, max(times), middle / resident, len(times)))
    times = painted["seconds"]
    rows.append(
        (f"Flux, four steps and decoder: {painted['way']}", statistics.median(times), max(times), None, len(times))
    )
    return Table("A step, seconds", ("what", "P50", "P99 (the slowest)", "x resident", "rounds"), tuple(rows))


def _switched(switched: dict[str, Any], device: str) -> Table:
    plain = "plain reading of its files, GB/s" if device == "cpu" else "page-locked copy, GB/s"
    rows = tuple(
        (name, e["gb"], e["gb_s"], e["plain_gb_s"], e["gb_s"] / e["plain_gb_s"]) for name, e in switched.items()
    )
    where = "from files in the page cache" if device == "cpu" else "from page-locked memory"
    return Table(f"Bringing a model {where}", ("model", "GB", "GB/s", plain, "share"), rows)


def _started(started: dict[str, Any], everything: float) -> Table:
    rows = (
        ("s until libraries are imported", started["imports_s"]),
        ("s from there until all are held", started["load_s"]),
        ("GB of weights", everything),
        ("GB/s", everything / started["load_s"]),
        ("GB held then", started["held_gb"]),
        ("most GB of host memory", started["peak_host_gb"]),
        ("picture held as", started["ways"]["picture"]),
        ("clip held as", started["ways"]["clip"]),
    )
    return Table("A new process until the whole set is held", ("what", "value"), rows)


def _budget_bars(names: Sequence[str], limits: Sequence[float], runs: Sequence[dict[str, Any]]) -> list[Bar]:
    return [
        Bar(f"GB at the peak under the limit scaled from {name}", max(seen["peaks_gb"]), limit, "at most")
        for name, limit, seen in zip(names, limits, runs, strict=True)
        if seen["peaks_gb"]
    ]


def _cold_bars(started: dict[str, Any], shapes: Shapes, players: Players, everything: float) -> list[Bar]:
    files = [each for each in players.place.rglob("*.safetensors")]
    shard = max(each.stat().st_size for each in files) / 1e9
    stays = everything if players.device == "cpu" else 0.0
    bars = [
        Bar(
            "GB of host memory beyond the set while it is loaded",
            started["peak_host_gb"] - stays,
            shard + SPARE_GB,
            "at most",
        )
    ]
    if shapes is TRUE:
        bars.append(Bar("s of a cold start", started["imports_s"] + started["load_s"], 30.0, "at most"))
    return bars


def _card_bars(moved: dict[str, Any]) -> list[Bar]:
    painted, switched = moved["pictures"], moved["switches"]
    return [
        Bar(
            "s of a Flux-schnell picture of four steps, slowest, under 12 GB", max(painted["seconds"]), 12.0, "at most"
        ),
        *(
            Bar(f"share of the page-locked copy rate, {name}", each["gb_s"] / each["plain_gb_s"], 0.8)
            for name, each in switched.items()
        ),
    ]


def _notes(
    shapes: Shapes, device: str, factor: float, everything: float, names: Sequence[str], ours: Sequence[dict[str, Any]]
) -> tuple[str, ...]:
    host = (
        "No card was there. All models are the true classes with narrower layers, in host memory"
        f" ({shapes.name}: {everything:.2f} GB); limits of 8, 12, 16 and 24 GB are scaled by {factor:.4f}: what the"
        " picture model takes here on its lowest rung over what it takes in NF4 on a card. Speed is that of one thread"
        " of a processor; no figure here says anything about a card.",
        "Memory is what the kernel counts as resident, mapped files included, beyond what the process had after it"
        " ran the same with tiny models. Files are in the page cache. A pipeline's weights are mapped, so that some of"
        " their loading is paid in the first run; where bringing is timed, all pages are touched.",
        "Where nothing can be sent to another memory, offloading goes to files: for the peer, and on our lowest rung."
        " The peer stays open with a copy of all blocks on disk, which are read from the page cache here.",
    )
    refusals = (
        f"{name}, after {len(seen['slots_s'])} slots: {seen['refused']}"
        for name, seen in zip(names, ours, strict=True)
        if seen["refused"]
    )
    return (
        *(host if device == "cpu" else ("Memory is what torch reserved of the card; the context is not in it.",)),
        "Limits include 5 % for what the allocator cannot hand out again, and what kernels ask for themselves (50 MB on"
        " the host, 200 MB on a card, for each pipeline); peers know of no limit.",
        "Sizes: NF4 with double quantisation of all linear layers, the rest in two bytes. The bar of 6 GB is for the"
        " transformer of Flux alone; with T5-XXL and CLIP in NF4, and the decoder, it is 9.07 GB. GB are 10^9 bytes.",
        "Weights are random: speed and memory do not depend on them, and nothing is said about quality.",
        *refusals,
    )
