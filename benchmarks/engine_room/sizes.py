"""What the resident set weighs at true shapes, counted on the meta device and beside it from heads, without a weight.

The second count is the product's own, which its ledger believes before a model is loaded.
"""

import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.engine_room.shapes import TRUE, Network, Shapes, build_voice
from benchmarks.film import ROOT
from benchmarks.result import Bar, Table
from vortex.runtime.folder import ModelFolder
from vortex.runtime.pipelines import weight_bytes
from vortex.runtime.quantised import Bits, quantised_bytes

sys.path.insert(0, str(ROOT / "tests"))

_BYTES_EACH: Mapping[str, float] = {"int8": 1.0, "nf4": 0.5 + 1 / 64 + 4 / 64 / 256}
_ROW_BYTES = 2
ROWS: tuple[tuple[str, Bits, float, tuple[str, ...]], ...] = (
    ("Flux, transformer alone, NF4", "nf4", 6.0, ("picture:transformer",)),
    (
        "CogVideoX-5B with encoder and decoder, INT8",
        "int8",
        11.0,
        ("clip:transformer", "clip:text_encoder", "clip:vae"),
    ),
)
"""What, how, the bar in GB, and which networks."""


def count(network: Any, bits: Bits | None) -> float:
    """Return the bytes of a network of the meta device in 2 bytes a number, or with linear layers in ``bits``."""
    import torch

    packed = [each for each in network.modules() if isinstance(each, torch.nn.Linear) and each.in_features % 16 == 0]
    inside = sum(each.weight.numel() for each in packed) if bits else 0
    rows = sum(each.out_features for each in packed) * _ROW_BYTES if bits == "int8" else 0
    rest = (sum(each.numel() for each in network.parameters()) - inside) * 2
    return rest + rows + inside * (_BYTES_EACH[bits] if bits else 2)


def from_heads(network: Any, bits: Bits | None) -> int:
    """Return the same by the product, from a file that has a true head and a hole for weights."""
    from factories.weights import write_safetensors

    shapes = {name: tuple(each.shape) for name, each in network.named_parameters()}
    with tempfile.TemporaryDirectory() as place:
        write_safetensors(Path(place) / "model.safetensors", shapes, "BF16")
        tensors = ModelFolder(Path(place)).tensors.values()
        return quantised_bytes(tensors, bits) if bits is not None else weight_bytes(tensors, "bfloat16")


def measure(shapes: Shapes = TRUE) -> tuple[Table, tuple[Bar, ...]]:
    """Return the table of sizes, and the bars of the specification where ``shapes`` are the true ones."""
    networks = {f"picture:{name}": each for name, each in shapes.picture.items()}
    networks |= {f"clip:{name}": each for name, each in shapes.clip.items()}
    networks |= {"llm": shapes.llm, "wan:transformer": shapes.wan}
    networks |= {f"judge:{number}": each for number, each in enumerate(shapes.judges)}
    built = {name: _built(each) for name, each in networks.items()}
    built["voice"] = build_voice(shapes)
    rows = tuple(
        (name, sum(each.numel() for each in network.parameters()) / 1e9, *_sizes(network))
        for name, network in built.items()
    )
    columns = ("network", "10^9 numbers", "GB in bfloat16", "GB in INT8", "GB in NF4", "GB in NF4 by heads")
    return Table(f"Sizes at {shapes.name} shapes, on the meta device", columns, rows), _bars(built)


def _built(network: Network) -> Any:
    return network.build()


def _sizes(network: Any) -> tuple[float, ...]:
    four: Bits = "nf4"
    counted = [count(network, bits) / 1e9 for bits in (None, "int8", four)]
    return (*counted, from_heads(network, four) / 1e9)


def _bars(built: Mapping[str, Any]) -> tuple[Bar, ...]:
    bars = [
        Bar(f"GB of {what}", sum(count(built[name], bits) for name in names) / 1e9, limit, "at most")
        for what, bits, limit, names in ROWS
    ]
    voice = sum(each.numel() for each in built["voice"].parameters()) * 4 / 1e9
    judges = [each for name, each in built.items() if name.startswith("judge:")]
    # The limits are those of the specification, which says nothing of the type of either.
    return (
        *bars,
        Bar("GB of Kokoro, float32", voice, 0.4, "at most"),
        Bar("GB of the two CLIPs, INT8", sum(count(each, "int8") for each in judges) / 1e9, 0.6, "at most"),
        Bar("GB of the two CLIPs, float16", sum(count(each, None) for each in judges) / 1e9, 0.6, "at most"),
    )
