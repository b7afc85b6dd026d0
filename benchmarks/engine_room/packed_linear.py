"""The packed linear layer beside those that a user would otherwise have: plain ones, and torchao's.

Each kind of layer is timed in processes of its own, in turns, because what one leaves in the heap changes what another
pays for its memory by a factor of three. One thread, processor time, since other programs may run beside it: one layer
again and again, whose weights stay in a cache if it is large enough, and layers that follow each other as in a network,
whose weights come from memory.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks.film import ROOT, WORK
from benchmarks.result import Bar, Result, Table

SIZE, LAYERS = 4096, 5
ROWS = (1, 4, 16)
AGAIN, CHAIN = "one layer again and again", "layers that follow each other"
ROUNDS, TURNS, QUICK_TURNS = 7, 5, 1
PEER = WORK / "torchao"
PLAIN, SINGLE, EIGHT, FOUR, TORCHAO = (
    "nn.Linear, bf16",
    "nn.Linear, fp32",
    "packed int8",
    "packed int4, groups of 64",
    "torchao Int8WeightOnly, eager",
)
BARS = ((EIGHT, PLAIN, 2.5), (FOUR, PLAIN, 2.5), (EIGHT, TORCHAO, 15.0), (FOUR, TORCHAO, 15.0))

Times = dict[str, dict[str, list[float]]]
"""Layer → walk and rows, as ``key`` writes them → processor ms of a layer, one a round."""


def time_one(name: str, rounds: int) -> None:
    """Time one kind of layer in this process and print what was found as JSON."""
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(0)
    weights = [torch.randn(SIZE, SIZE) * 0.02 for _ in range(LAYERS)]
    rows = {number: torch.randn(number, SIZE) for number in ROWS}
    exact = rows[16] @ weights[0].T
    stack = [maker(name)(weight) for weight in weights]
    del weights
    times: dict[str, list[float]] = {key(walk, number): [] for walk in (AGAIN, CHAIN) for number in ROWS}
    given = {number: x.to(stack[0].weight.dtype) for number, x in rows.items()}
    with torch.no_grad():
        for round_ in range(-1, rounds):
            for number, x in given.items():
                chain = _per_call(stack, x)
                stack[0](x)
                again = _per_call([stack[0]] * LAYERS, x)
                # The first calls of some are many times slower.
                if round_ >= 0:
                    times[key(CHAIN, number)].append(chain)
                    times[key(AGAIN, number)].append(again)
        error = float((stack[0](given[16]).float() - exact).norm() / exact.norm())
    print(json.dumps({"times": times, "error": error, "bytes": _size(stack[0])}))


def key(walk: str, number: int) -> str:
    """Return the name of a column of times."""
    return f"{walk}, {number} row{'s' * (number > 1)}"


def maker(name: str) -> Callable[[Any], Any]:
    """Return what makes a layer of a weight (out, in) in single precision."""
    import torch

    def plain(weight: Any, kind: Any) -> Any:
        layer = torch.nn.Linear(SIZE, SIZE, bias=False, dtype=kind)
        layer.weight.data = weight.to(kind)
        return layer.eval()

    def theirs(weight: Any) -> Any:
        from torchao.quantization import Int8WeightOnlyConfig, quantize_

        layer = torch.nn.Sequential(plain(weight, torch.bfloat16))
        quantize_(layer, Int8WeightOnlyConfig())
        return layer[0]

    def ours(packing: tuple[Any, ...]) -> Callable[[Any], Any]:
        from vortex.runtime.packed_linear import PackedLinear
        from vortex.runtime.packed_weights import Packing

        return lambda weight: PackedLinear.of(weight, None, Packing(*packing))

    made: dict[str, Callable[[], Callable[[Any], Any]]] = {
        PLAIN: lambda: lambda weight: plain(weight, torch.bfloat16),
        SINGLE: lambda: lambda weight: plain(weight, torch.float32),
        EIGHT: lambda: ours(("int8",)),
        FOUR: lambda: ours(("int4", 64)),
        TORCHAO: lambda: theirs,
    }
    return made[name]()


def _per_call(stack: list[Any], x: Any) -> float:
    """Return processor milliseconds of one layer, over a walk through all of them."""
    began = time.process_time_ns()
    for layer in stack:
        layer(x)
    return (time.process_time_ns() - began) / 1e6 / len(stack)


def _size(layer: Any) -> int:
    """Return the bytes of a layer's weights; torchao's tensor holds others within."""
    inner = getattr(layer.weight, "tensor_data_names", None)
    if inner:
        return sum(getattr(layer.weight, name).nbytes for name in inner)
    return sum(each.nbytes for each in (*layer.parameters(), *layer.buffers()))


def measured(name: str) -> dict[str, Any]:
    """Time one kind of layer in a process, of which only that of the peer sees the peer."""
    code = f"from benchmarks.engine_room.packed_linear import time_one; time_one({name!r}, {ROUNDS})"
    environment = os.environ | {"PYTHONPATH": str(PEER) if name == TORCHAO else "", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def run(quick: bool) -> Result:
    """Time all layers, in turns."""
    names = [PLAIN, SINGLE, EIGHT, FOUR, *([TORCHAO] if PEER.is_dir() else [])]
    turns = [{name: measured(name) for name in names} for _ in range(QUICK_TURNS if quick else TURNS)]
    found = turns[0]
    times: Times = {
        name: {
            column: [each for turn in turns for each in turn[name]["times"][column]] for column in found[name]["times"]
        }
        for name in names
    }
    medians = {name: {column: statistics.median(each) for column, each in kept.items()} for name, kept in times.items()}
    walks = [
        Table(
            f"Processor ms of a layer {SIZE}→{SIZE}, one thread, {walk}",
            ("layer", "MB", "error", *_columns()),
            tuple(
                (name, found[name]["bytes"] / 1e6, found[name]["error"], *(medians[name][key(walk, n)] for n in ROWS))
                for name in times
            ),
        )
        for walk in (AGAIN, CHAIN)
    ]
    return Result(
        title="The packed linear layer",
        tables=(*walks, *(_ratios(times, medians, walk) for walk in (AGAIN, CHAIN))),
        bars=tuple(
            Bar(f"{ours} at one row, times as fast as {theirs}", _ratio(medians, ours, theirs, key(AGAIN, 1)), limit)
            for ours, theirs, limit in BARS
            if theirs in times
        ),
        notes=_notes(times),
        settings={"size": SIZE, "layers": LAYERS, "rounds": ROUNDS, "turns": len(turns)},
    )


def _columns() -> tuple[str, ...]:
    return tuple(f"{n} row{'s' * (n > 1)}" for n in ROWS)


def _ratio(medians: dict[str, dict[str, float]], ours: str, theirs: str, column: str) -> float:
    return medians[theirs][column] / medians[ours][column]


def _ratios(times: Times, medians: dict[str, dict[str, float]], walk: str) -> Table:
    rows = []
    for ours in (EIGHT, FOUR):
        for theirs in (name for name in times if name not in (EIGHT, FOUR)):
            each = (_ratio(medians, ours, theirs, key(walk, number)) for number in ROWS)
            rows.append((ours, theirs, *each, _quartiles(times, ours, theirs, key(walk, 1))))
    return Table(f"Times as fast, {walk}", ("layer", "as", *_columns(), "quartiles at 1 row"), tuple(rows))


def _quartiles(times: Times, ours: str, theirs: str, column: str) -> str:
    ratios = [b / a for a, b in zip(times[ours][column], times[theirs][column], strict=True)]
    low, _, high = statistics.quantiles(ratios, n=4)
    return f"{low:.2f} to {high:.2f}"


def _notes(times: Times) -> tuple[str, ...]:
    missing = () if TORCHAO in times else ("torchao is not installed: benchmarks/engine_room/setup.sh",)
    return (
        "The error is that of sixteen rows against single precision, as a share of the length of the result; weights "
        "and activations are normal random numbers.",
        "Eight bits are half of the bytes of bf16, so that where memory is the limit they cannot be more than twice as "
        "fast; four bits are a bit more than a quarter.",
        "Most of torchao's time is that of taking memory for the unpacked weight anew in each call.",
        "From sixteen rows on, packed int8 unpacks its weights for a true product, as int4 does from 65 on; below, "
        "time grows with every four rows, and bf16 is faster from about six.",
        *missing,
    )
