"""Weights streamed into a network that was built on the meta device, one tensor at a time.

The host never holds more than the tensor in hand beside what already is where it belongs: bytes are read straight into
the memory of the tensor, without a mapping of the file and without a copy.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vortex.core.errors import ModelError
from vortex.runtime.headers import TensorEntry, WeightHeader

if TYPE_CHECKING:
    import torch

_TORCH_NAMES = {
    "F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16", "I64": "int64", "I32": "int32",
    "I16": "int16", "I8": "int8", "U64": "uint64", "U32": "uint32", "U16": "uint16", "U8": "uint8", "BOOL": "bool",
    "F8_E4M3": "float8_e4m3fn", "F8_E5M2": "float8_e5m2", "F8_E8M0": "float8_e8m0fnu",
}  # fmt: skip
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Fit:
    """How the tensors of files go with the places of a network."""

    places: Mapping[str, str]
    """Name in the files → name in the network."""
    missing: tuple[str, ...]
    """Places that no tensor fills."""
    unused: tuple[str, ...]
    """Tensors that have no place."""


def fit(wanted: Mapping[str, tuple[int, ...]], tensors: Mapping[str, TensorEntry], prefix: str = "") -> Fit:
    """Lay tensors to places by name, with the prefix of the bare network added or taken off where that helps.

    Args:
        wanted: name → shape of every place.
        tensors: what the files hold, by their own names or by those that a library gives them.
        prefix: name under which a network with a head keeps its body, such as ``model``.

    Raises:
        ModelError: a tensor has another shape than its place; names both.
    """
    places: dict[str, str] = {}
    for name, entry in tensors.items():
        forms = (name, f"{prefix}.{name}", name.removeprefix(f"{prefix}.")) if prefix else (name,)
        place = next((form for form in forms if form in wanted), "")
        if place and wanted[place] != entry.shape:
            raise ModelError(
                f"{entry.file}: tensor {name!r} is {list(entry.shape)}, the configuration wants {list(wanted[place])}; "
                "weights and config.json belong to different models"
            )
        if place:
            places[entry.name] = place
    filled = set(places.values())
    missing = tuple(name for name in wanted if name not in filled)
    return Fit(places, missing, tuple(each.name for each in tensors.values() if each.name not in places))


def shapes_of(model: "torch.nn.Module") -> dict[str, tuple[int, ...]]:
    """Return name → shape of everything that a network keeps in its files."""
    return {name: tuple(each.shape) for name, each in model.state_dict().items()}


def twins_of(model: "torch.nn.Module") -> dict[str, tuple[str, ...]]:
    """Return, for each name that shares its tensor with others, all names of that tensor."""
    groups: dict[int, list[str]] = defaultdict(list)
    for name, each in model.state_dict(keep_vars=True).items():
        groups[id(each)].append(name)
    return {name: tuple(names) for names in groups.values() if len(names) > 1 for name in names}


class Scratch:
    """Host memory that one tensor after another passes through on its way elsewhere.

    A buffer for each would leave a hole in the heap as large as itself, because what is kept of a tensor is small and
    takes the place where the buffer was; the holes of a model would add up to its size.
    """

    def __init__(self) -> None:
        self._buffer: torch.Tensor | None = None

    def take(self, size_bytes: int) -> "torch.Tensor":
        """Return ``size_bytes`` of it, valid until the next call."""
        import torch

        if self._buffer is None or len(self._buffer) < size_bytes:
            self._buffer = None
            self._buffer = torch.empty(size_bytes, dtype=torch.uint8)
        return self._buffer[:size_bytes]


def read_tensors(
    header: WeightHeader, names: Iterable[str] | None = None, scratch: Scratch | None = None
) -> Iterator[tuple[str, "torch.Tensor"]]:
    """Yield tensors of one file in the order in which they stand there.

    Args:
        header: head of the file.
        names: which; without it, all.
        scratch: memory to read into; then a tensor is valid until the next one is asked for. Without it, each has
            memory of its own.

    Raises:
        ModelError: the file is cut off, or a type is unknown to this torch.
    """
    import torch

    header.require_whole()
    chosen = set(header.tensors if names is None else names)
    with header.file.open("rb", buffering=0) as file:
        for entry in sorted(header.tensors.values(), key=lambda each: each.start):
            if entry.name not in chosen:
                continue
            size = entry.size_bytes
            raw = scratch.take(size) if scratch is not None else torch.empty(size, dtype=torch.uint8)
            file.seek(entry.start)
            _fill(file, memoryview(raw.numpy().data), entry)
            yield entry.name, raw.view(torch_type(entry)).reshape(entry.shape)


def torch_type(entry: TensorEntry) -> "torch.dtype":
    """Return the type of a tensor in torch.

    Raises:
        ModelError: this torch has none such.
    """
    import torch

    kind = getattr(torch, _TORCH_NAMES.get(entry.dtype, ""), None)
    if not isinstance(kind, torch.dtype):
        raise ModelError(f"{entry.file}: tensor {entry.name!r} is {entry.dtype}, which this torch does not know")
    return kind


def _fill(file: Any, view: memoryview, entry: TensorEntry) -> None:
    done = 0
    while done < len(view):
        count = file.readinto(view[done:])
        if not count:
            raise ModelError(f"{entry.file}: cut off within tensor {entry.name!r}; fetch it again")
        done += count


def require_finite(file: Path, name: str, tensor: "torch.Tensor") -> None:
    """Make sure that a tensor holds no NaN and no infinity.

    Raises:
        ModelError: it does; names file and tensor.
    """
    import torch

    if not tensor.is_floating_point():
        return
    bad = int((~torch.isfinite(tensor.float())).sum())
    if bad:
        raise ModelError(f"{file}: tensor {name!r} holds {bad} values that are no numbers; fetch the file again")


@dataclass(frozen=True, slots=True)
class Target:
    """Where tensors go, and as what."""

    device: str = "cpu"
    dtype: "torch.dtype | None" = None
    """Of tensors with a fraction; None keeps that of the file."""
    check_finite: bool = False


def stream(model: "torch.nn.Module", headers: Iterable[WeightHeader], places: Mapping[str, str], to: Target) -> None:
    """Put the tensors of files into a network whose places are on the meta device.

    Host memory holds one tensor at a time, and on a device that is not the host, nothing afterwards.

    Raises:
        ModelError: a file is cut off, or with ``check_finite`` holds what is no number.
    """
    twins = twins_of(model)
    scratch = Scratch()
    for header in headers:
        names = {each for each in header.tensors if each in places}
        staying = {name for name in names if _stays(header.tensors[name], to)}
        for kept, passing in ((staying, None), (names - staying, scratch)):
            for name, tensor in read_tensors(header, kept, passing):
                if to.check_finite:
                    require_finite(header.file, name, tensor)
                moved = tensor.to(to.device, to.dtype if tensor.is_floating_point() else None)
                _assign(model, twins.get(places[name], (places[name],)), moved)


def _stays(entry: TensorEntry, to: Target) -> bool:
    """Say whether the memory that a tensor is read into is where it belongs, as what it shall be."""
    kind = torch_type(entry)
    return to.device == "cpu" and (to.dtype is None or not kind.is_floating_point or kind == to.dtype)


def _assign(model: "torch.nn.Module", names: tuple[str, ...], tensor: "torch.Tensor") -> None:
    """Put one tensor into all places that share it."""
    import torch

    shared: torch.nn.Parameter | None = None
    for name in names:
        path, _, last = name.rpartition(".")
        owner = model.get_submodule(path)
        if last in owner._parameters:
            shared = shared if shared is not None else torch.nn.Parameter(tensor, requires_grad=False)
            owner._parameters[last] = shared
        else:
            owner._buffers[last] = tensor


def require_filled(missing: tuple[str, ...], twins: Mapping[str, tuple[str, ...]], file: Path) -> None:
    """Make sure that every place is filled, by itself or by one that shares its tensor.

    Raises:
        ModelError: one is not; it would be left to chance.
    """
    empty = unfilled(missing, twins)
    if empty:
        shown = ", ".join(empty[:_SHOWN]) + (f" and {len(empty) - _SHOWN} more" if len(empty) > _SHOWN else "")
        raise ModelError(f"{file}: has no weights for {shown}; they are of another model, or files are missing")


def unfilled(missing: tuple[str, ...], twins: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return those of ``missing`` that no tensor fills, not even under another name."""
    lost = set(missing)
    return tuple(name for name in missing if all(each in lost for each in twins.get(name, (name,))))
