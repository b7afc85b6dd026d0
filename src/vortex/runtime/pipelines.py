"""Diffusion pipelines and networks that a residency can bring and send away, with their sizes read from heads.

A pipeline can be held whole, with a decoder that works in tiles, with one of its networks on the device at a time, or
with one block of a network at a time: that is its ladder. What an engine adds, such as weights in four bits, it puts
between these as a way of its own.
"""

import re
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from vortex.core.errors import ModelError
from vortex.runtime.building import building
from vortex.runtime.folder import ModelFolder
from vortex.runtime.formats import join_pipeline, open_part
from vortex.runtime.headers import BITS, TensorEntry
from vortex.runtime.ledger import Footprint, Rung, State
from vortex.runtime.loader import OmniModelLoader
from vortex.runtime.modules import lock_pages, take_off
from vortex.runtime.networks import LoadOptions

Offload = Literal["none", "networks", "blocks"]
_FLOATS = ("F64", "F32", "F16", "BF16")
_WIDTHS = {"float32": 4, "float16": 2, "bfloat16": 2}
_BLOCK = re.compile(r"^(?:\w+\.)*?\w*(?:blocks?|layers?|resnets|attentions)\.\d+\.")


@dataclass(frozen=True, slots=True)
class Work:
    """Bytes that a pipeline needs beside its weights while it makes something."""

    whole_bytes: int
    """The decoder sees the whole picture at once."""
    tiled_bytes: int
    """The decoder sees a tile at a time."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way of holding a pipeline."""

    name: str
    footprint: Footprint
    open: Callable[[], Any]
    """Builds the pipeline in host memory, or on its device where the weights cannot be moved."""
    offload: Offload = "none"
    tiled: bool = False
    open_parked: Callable[[str], Any] | None = None
    """Builds it for ``blocks`` on the host: one network after the other, its blocks sent to files below a folder before
    the next is read, so that no two are in memory at once."""

    @property
    def rung(self) -> Rung:
        """The rung of the ladder that this is."""
        return Rung(self.name, self.footprint)


@dataclass(frozen=True, slots=True)
class NetworkSize:
    """What one network of a pipeline weighs."""

    whole_bytes: int
    step_bytes: int
    """With only its largest block, and what belongs to no block, on the device."""


def network_sizes(folder: Path, dtype: str) -> dict[str, NetworkSize]:
    """Return the size of every network of a pipeline if its numbers were of type ``dtype``; reads heads only.

    Args:
        folder: with one folder for each network, as diffusers saves them.
        dtype: ``float32``, ``float16``, ``bfloat16``, or ``auto`` for the type of the files.

    Raises:
        ModelError: no weights were found, a head is broken, or the type is none of these.
    """
    if dtype != "auto" and dtype not in _WIDTHS:
        raise ModelError(f"no type of numbers named {dtype!r}; write auto, {', '.join(_WIDTHS)}")
    parts = sorted(each for each in ModelFolder(folder).path.iterdir() if each.is_dir())
    tables = {each.name: ModelFolder(each).tensors for each in parts}
    sizes = {name: _network_size(table.values(), dtype) for name, table in tables.items() if table}
    if not sizes:
        raise ModelError(f"{folder}: no network with safetensors weights; see: vortex models inspect {folder}")
    return sizes


def weight_bytes(tensors: Iterable[TensorEntry], dtype: str) -> int:
    """Return what tensors take in memory once floating-point numbers are of type ``dtype``."""
    return sum(_bytes(each, dtype) for each in tensors)


def plain_ways(folder: Path, dtype: str, work: Work, device: str = "cuda:0") -> tuple[Way, ...]:
    """Return the ways to hold a pipeline that diffusers itself offers on ``device``, best first.

    The host has no place to send a single network to, and a network is whole there while its blocks go to disk.
    """
    sizes = network_sizes(folder, dtype)
    whole = sum(each.whole_bytes for each in sizes.values())
    largest = max(each.whole_bytes for each in sizes.values())
    step = max(each.step_bytes for each in sizes.values())
    on_host = device == "cpu"

    def build() -> Any:
        return OmniModelLoader(folder).load(dtype=dtype).model

    ways = (
        Way(f"{dtype}, whole", Footprint(whole, 0, work.whole_bytes), build),
        Way(f"{dtype}, tiled decoder", Footprint(whole, 0, work.tiled_bytes), build, tiled=True),
        Way(f"{dtype}, a network at a time", Footprint(largest, 0, work.tiled_bytes), build, "networks", True),
        Way(
            f"{dtype}, a block at a time", Footprint(largest if on_host else step, 0, work.tiled_bytes), build,
            "blocks", True, (lambda parking: _open_parked(folder, dtype, parking)) if on_host else None,
        ),
    )  # fmt: skip
    return tuple(way for way in ways if way.offload != "networks" or not on_host)


class PipelineMover:
    """The mover of a pipeline of diffusers."""

    def __init__(self, folder: Path, device: str, ways: Callable[[], Sequence[Way]]) -> None:
        """Hold the pipeline of ``folder`` on ``device``.

        Args:
            folder: where it is on disk.
            device: such as ``cuda:0`` or ``cpu``.
            ways: returns the ways to hold it, best first; called once, reads heads only.
        """
        self.folder: Path | None = folder
        self._device, self._offer = device, ways
        self._ways: dict[str, Way] = {}
        self._parked: tempfile.TemporaryDirectory[str] | None = None

    def stage(self) -> tuple[Rung, ...]:
        """Read heads and return the ladder."""
        self._ways = {way.name: way for way in self._offer()}
        return tuple(way.rung for way in self._ways.values())

    def load(self, rung: Rung, kept: Any) -> Any:
        """Return the pipeline, held as ``rung`` says."""
        way = self._ways[rung.name]
        with ExitStack() as failing:
            if way.offload == "blocks" and self._device == "cpu":
                self._parked = tempfile.TemporaryDirectory(prefix="vortex-blocks-")
                failing.callback(self._clear)
            pipe = self._held(self._open(way) if kept is None else kept, way)
            failing.pop_all()
        return pipe

    def _held(self, pipe: Any, way: Way) -> Any:
        """Return a pipeline in host memory, now held as ``way`` says."""
        if way.tiled:
            _tile(pipe)
        if way.offload == "networks":
            pipe.enable_model_cpu_offload(device=self._device)
        elif way.offload == "blocks":
            _offload_blocks(pipe, self._device, self._parked.name if self._parked else "")
        else:
            pipe.to(self._device)
        pipe.set_progress_bar_config(disable=True)
        return pipe

    def _open(self, way: Way) -> Any:
        with building():
            if way.open_parked is not None and self._parked is not None:
                return way.open_parked(self._parked.name)
            return way.open()

    def unload(self, model: Any, place: State) -> Any:
        """Take the weights off the device, also from under those who kept the pipeline beyond their lease.

        One that was held in parts is dropped: its hooks own its weights.
        """
        parts = networks_of(model)
        held_in_parts = any(hasattr(part, "_diffusers_hook") or hasattr(part, "_hf_hook") for part in parts.values())
        if held_in_parts or place is State.STAGED:
            model.remove_all_hooks()
            for part in parts.values():
                _forget(part)
            self._clear()
            return None
        model.to("cpu")
        if place is State.PINNED:
            for part in parts.values():
                lock_pages(part)
        return model

    def _clear(self) -> None:
        """Delete what was sent to files."""
        if self._parked is not None:
            self._parked.cleanup()
            self._parked = None


class NetworkMover:
    """The mover of a single network, such as a CLIP or a Whisper, that the universal loader opens."""

    def __init__(self, folder: Path, device: str, dtype: str = "auto", activation_bytes: int = 0) -> None:
        """Hold the network of ``folder`` on ``device`` with numbers of type ``dtype``."""
        self.folder: Path | None = folder
        self._folder, self._device, self._dtype, self._activation_bytes = folder, device, dtype, activation_bytes

    def stage(self) -> tuple[Rung, ...]:
        """Read heads and return the only rung."""
        size = weight_bytes(ModelFolder(self._folder).tensors.values(), self._dtype)
        if not size:
            raise ModelError(f"{self._folder}: no safetensors weights; see: vortex models inspect {self._folder}")
        return (Rung(self._dtype, Footprint(size, 0, self._activation_bytes)),)

    def load(self, rung: Rung, kept: Any) -> Any:
        """Return the network on its device."""
        if kept is not None:
            return kept.to(self._device)
        with building():
            return OmniModelLoader(self._folder).load(device=self._device, dtype=self._dtype).model

    def unload(self, model: Any, place: State) -> Any:
        """Take the weights off the device.

        Raises:
            RuntimeError: memory ran out, or cannot be page-locked here.
        """
        return take_off(model, place)


def _network_size(tensors: Iterable[TensorEntry], dtype: str) -> NetworkSize:
    blocks: defaultdict[str, int] = defaultdict(int)
    rest = 0
    for each in tensors:
        found = _BLOCK.match(each.name)
        if found:
            blocks[found[0]] += _bytes(each, dtype)
        else:
            rest += _bytes(each, dtype)
    # The next block arrives while the last one is still there.
    largest = sum(sorted(blocks.values())[-2:])
    return NetworkSize(rest + sum(blocks.values()), rest + largest)


def _bytes(tensor: TensorEntry, dtype: str) -> int:
    if dtype == "auto" or tensor.dtype not in _FLOATS:
        return tensor.num_elements * BITS[tensor.dtype] // 8
    return tensor.num_elements * _WIDTHS[dtype]


def networks_of(pipe: Any) -> dict[str, Any]:
    """Return the networks of a pipeline by their names in it."""
    return {name: part for name, part in pipe.components.items() if hasattr(part, "parameters")}


def _forget(network: Any) -> None:
    """Let go of the weights, also where hooks of diffusers hold the same tensors until a garbage collection."""
    from torch.nn import Module

    for tensor in (*network.parameters(), *network.buffers()):
        tensor.data = tensor.data.new_empty(0)
    # diffusers' own ``to`` refuses a network whose blocks are brought by hooks.
    Module.to(network, "meta")


def _tile(pipe: Any) -> None:
    vae = getattr(pipe, "vae", None)
    for name in ("tiling", "slicing"):
        # Every autoencoder has the method; on those without the switch it raises.
        if hasattr(vae, f"use_{name}"):
            getattr(vae, f"enable_{name}")()


def _open_parked(folder: Path, dtype: str, parking: str) -> Any:
    """Build a pipeline for the host whose networks wait as files below ``parking``, a folder for each block."""
    sizes, options, parts = network_sizes(folder, dtype), LoadOptions(dtype=dtype), {}
    for name in sorted(sizes, key=lambda each: sizes[each].whole_bytes, reverse=True):
        parts[name] = open_part(ModelFolder(folder), name, options)
        _offload_network(parts[name], "cpu", f"{parking}/{name}")
    return join_pipeline(ModelFolder(folder), options, parts)


def _offload_blocks(pipe: Any, device: str, parking: str) -> None:
    """Keep blocks in host memory, or in files below ``parking``, and bring each when it is wanted."""
    for name, part in networks_of(pipe).items():
        if not any(hasattr(each, "_diffusers_hook") for each in part.modules()):
            # Files are named by the block alone, so that two networks in one folder would take each other's.
            _offload_network(part, device, f"{parking}/{name}" if parking else "")


def _offload_network(network: Any, device: str, parking: str) -> None:
    import torch
    from diffusers.hooks import apply_group_offloading

    for ending, part in _called_parts(network, device).items():
        apply_group_offloading(
            part, torch.device(device), torch.device("cpu"), offload_type="block_level", num_blocks_per_group=1,
            use_stream=not parking, exclude_kwargs=getattr(network, "_skip_keys", None),
            **({"offload_to_disk_path": parking + ending} if parking else {}),
        )  # fmt: skip


def _called_parts(network: Any, device: str) -> dict[str, Any]:
    """Return what of a network is called: itself, or of an autoencoder the halves; what else that has goes to a device.

    Weights are brought when a network is called. An autoencoder never is: pipelines call its ``encode`` and ``decode``,
    and those its halves, so that weights which it has itself would not arrive, and be whatever the memory held.
    """
    halves = {each: getattr(network, each, None) for each in ("encoder", "decoder")}
    if not hasattr(network, "decode") or None in halves.values():
        return {"": network}
    for name, child in network.named_children():
        if name not in halves:
            child.to(device)
    for tensor in (*network.parameters(recurse=False), *network.buffers(recurse=False)):
        tensor.data = tensor.data.to(device)
    return {f"-{name}": half for name, half in halves.items()}
