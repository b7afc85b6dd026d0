"""Pipelines whose largest networks are held in fewer bits, with their sizes counted from heads.

On the processor, int8 is the product's own packed layers. On a card, int8 and nf4 are those of bitsandbytes. Each
pipeline has one such mechanism: quantised networks are held whole, never brought in parts.
"""

import importlib.util
from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any, Literal

from vortex.core.errors import MissingExtra, ModelError
from vortex.core.events import Event
from vortex.core.units import counted
from vortex.runtime.budget import log_event
from vortex.runtime.device import HostMemory
from vortex.runtime.folder import ModelFolder
from vortex.runtime.formats import join_pipeline, open_part, variant_of
from vortex.runtime.gguf import read_gguf
from vortex.runtime.headers import TensorEntry, read_json
from vortex.runtime.ledger import Footprint
from vortex.runtime.networks import LoadOptions
from vortex.runtime.pipelines import Way, Work, network_sizes, weight_bytes

Bits = Literal["int8", "nf4"]
REST = "bfloat16"
"""Type of everything that is not quantised, and of the products."""
_BYTES_EACH: dict[Bits, float] = {"int8": 1.0, "nf4": 0.5 + 1 / 64 + 4 / 64 / 256}
"""Of a weight: in nf4, a block of 64 has a scale of one byte, and 256 scales have one of four (Dettmers 2023)."""
_EMBEDDINGS = ("embed", "shared.", "relative_attention_bias")
_COLUMNS = 16
"""Layers whose inputs are no multiple of this stay as they are."""


def quantised_ways(folder: Path, bits: Bits, work: Work, device: str, networks: Collection[str]) -> tuple[Way, ...]:
    """Return the ways to hold a pipeline with ``networks`` of it quantised, best first.

    Args:
        folder: of a pipeline.
        bits: how.
        work: what it needs beside its weights.
        device: such as ``cuda:0`` or ``cpu``.
        networks: names of its largest parts, such as ``transformer`` and ``text_encoder_2``; those that it lacks are
            left out.

    Raises:
        ModelError: there is no such way on this device; or see ``network_sizes``.
        MissingExtra: bitsandbytes is not installed.
    """
    if device == "cpu" and bits == "nf4":
        raise ModelError("nf4 is for cards only; on the processor, set the precision to int8")
    if device != "cpu" and importlib.util.find_spec("bitsandbytes") is None:
        raise MissingExtra(f"{bits} on a card needs bitsandbytes; install it: pip install 'vortex-film[nf4]'")
    sizes = network_sizes(folder, REST)
    chosen = tuple(name for name in networks if name in sizes)
    if not chosen:
        raise ModelError(f"{folder}: has none of the networks that are quantised: {', '.join(networks)}")
    packed = sum(quantised_bytes(ModelFolder(folder / name).tensors.values(), bits) for name in chosen)
    whole = packed + sum(size.whole_bytes for name, size in sizes.items() if name not in chosen)

    def build() -> Any:
        if device == "cpu":
            return _packed(ModelFolder(folder), chosen)
        return _by_bitsandbytes(ModelFolder(folder), bits, chosen, device)

    return (
        Way(f"{bits}, whole", Footprint(whole, 0, work.whole_bytes), build),
        Way(f"{bits}, tiled decoder", Footprint(whole, 0, work.tiled_bytes), build, tiled=True),
    )


def gguf_ways(folder: Path, file: Path, part: str, dtype: str, work: Work) -> tuple[Way, ...]:
    """Return the ways to hold a pipeline whose network ``part`` comes from a GGUF file, best first.

    Args:
        folder: of the pipeline; of ``part`` only its configuration is read.
        file: by the names of diffusers, or of the original code where diffusers converts those.
        part: such as ``transformer``.
        dtype: of everything that the file does not hold in fewer bits, and of the products.
        work: what it needs beside its weights.

    Raises:
        ModelError: the file is no GGUF.
    """
    rest = sum(size.whole_bytes for name, size in network_sizes(folder, dtype).items() if name != part)
    whole = rest + _gguf_bytes(file, dtype)

    def build() -> Any:
        network = _gguf_part(folder / part, file, dtype)
        return join_pipeline(ModelFolder(folder), LoadOptions(dtype=dtype), {part: network})

    return (
        Way(f"{file.name}, whole", Footprint(whole, 0, work.whole_bytes), build),
        Way(f"{file.name}, tiled decoder", Footprint(whole, 0, work.tiled_bytes), build, tiled=True),
    )


def is_movable(bits: Bits, device: str) -> bool:
    """Say whether a quantised pipeline can leave its device and come back; the int8 of bitsandbytes cannot."""
    return device == "cpu" or bits == "nf4"


def quantised_bytes(tensors: Iterable[TensorEntry], bits: Bits) -> int:
    """Return what the tensors of a network take in memory once its linear layers are quantised."""
    entries = tuple(tensors)
    packed = [each for each in entries if _is_linear(each)]
    rows = sum(each.shape[0] for each in packed) * 2 if bits == "int8" else 0
    rest = weight_bytes([each for each in entries if not _is_linear(each)], REST)
    return round(sum(each.num_elements for each in packed) * _BYTES_EACH[bits]) + rows + rest


def _is_linear(tensor: TensorEntry) -> bool:
    """Say whether a tensor is the weight of a linear layer, by its shape and name."""
    plain = len(tensor.shape) == 2 and tensor.name.endswith(".weight") and tensor.shape[1] % _COLUMNS == 0
    return plain and not any(each in tensor.name for each in _EMBEDDINGS)


def _packed(folder: ModelFolder, networks: Collection[str]) -> Any:
    """Return a pipeline with packed layers; one network after the other is read and packed."""
    from vortex.runtime.packed_linear import swap_linears

    options, parts = LoadOptions(dtype=REST), {}
    for name in networks:
        parts[name] = open_part(folder, name, options)
        left = Counter(each.reason for each in swap_linears(parts[name], "int8").skipped)
        for reason, count in left.items():
            text = f"{folder.path / name}: {counted(count, 'linear layer')} stayed in {REST}: {reason}"
            log_event(Event("note", "models", message=text))
        # Layers that were let go leave holes, which the C library keeps.
        HostMemory().release_cache()
    return join_pipeline(folder, options, parts)


def _by_bitsandbytes(folder: ModelFolder, bits: Bits, networks: Collection[str], device: str) -> Any:
    """Return a pipeline with layers of bitsandbytes, on its card, where they are quantised while they are read."""
    import torch

    parts = {}
    with torch.cuda.device(device):
        for name in networks:
            parts[name] = _bnb_part(folder, name, bits)
    return join_pipeline(folder, LoadOptions(dtype=REST), parts)


def _bnb_part(folder: ModelFolder, name: str, bits: Bits) -> Any:
    import diffusers
    import torch
    import transformers

    library, kind = folder.json("model_index.json")[name]
    owner: Any = transformers if library == "transformers" else diffusers
    rest = getattr(torch, REST)
    four = {"load_in_4bit": True, "bnb_4bit_quant_type": "nf4", "bnb_4bit_compute_dtype": rest}
    config = owner.BitsAndBytesConfig(
        **({**four, "bnb_4bit_use_double_quant": True} if bits == "nf4" else {"load_in_8bit": True})
    )
    place = folder.path / name
    variant = {"variant": each} if (each := variant_of(ModelFolder(place))) else {}
    how = {"dtype": rest, "local_files_only": True, "use_safetensors": True, **variant}
    return getattr(owner, kind).from_pretrained(str(place), quantization_config=config, **how)


def _gguf_bytes(file: Path, dtype: str) -> int:
    read_gguf(file)
    import gguf

    plain = (gguf.GGMLQuantizationType.F32, gguf.GGMLQuantizationType.F16)
    each = 4 if dtype == "float32" else 2
    tensors = gguf.GGUFReader(file).tensors
    return sum(int(t.n_elements) * each if t.tensor_type in plain else int(t.n_bytes) for t in tensors)


def _gguf_part(place: Path, file: Path, dtype: str) -> Any:
    import diffusers
    import torch

    kind = str(read_json(place / "config.json").get("_class_name", ""))
    made = getattr(diffusers, kind, None)
    if made is None or not hasattr(made, "from_single_file"):
        raise ModelError(f"{place}: diffusers {diffusers.__version__} reads no GGUF file for {kind or 'it'}")
    kept = getattr(torch, dtype)
    config = diffusers.GGUFQuantizationConfig(compute_dtype=kept)
    how = {"config": str(place), "local_files_only": True, "dtype": kept}
    return made.from_single_file(str(file), quantization_config=config, **how)
