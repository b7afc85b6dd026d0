"""Weights of a linear layer in 8 or 4 bits, and whether torch's own operations multiply by them rightly here.

The two operations are private to torch: they check little and may change. Each is tried once per process and type of
number against plain arithmetic, and where one fails, that is logged and its weights are unpacked instead.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from math import inf
from typing import Literal

import torch

from vortex.core.events import Event
from vortex.runtime.budget import log_event

Precision = Literal["int8", "int4"]
GROUP_SIZES = (32, 64, 128, 256)
"""Columns that share a scale in int4, as far as the operation takes them."""
TOLERANCE = {torch.bfloat16: 2**-7, torch.float32: 1e-5}
"""How far the operation may be from plain arithmetic, as a share of the largest result; of others, 1e-5."""
COMPUTE = ("bfloat16", "float32", "float64")
"""Types to multiply in. float16 is none: sums of whole numbers leave its range before they are scaled."""
# The operations work four rows at a time without reuse; from here on, unpacking for a true product is cheaper.
_FEW_ROWS = {("int8", torch.bfloat16): 15, ("int4", torch.bfloat16): 64}
# The kernels load 16 columns at once and do not look where a row ends: they read beyond it, or crash.
_COLUMNS_AT_ONCE, _ROWS_AT_ONCE = 16, 16
_MAX_NUMBERS = 2**31 - 1
_PAGE_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Packing:
    """How the weights of a layer are held and multiplied."""

    precision: Precision = "int8"
    """``int8``: one scale a row. ``int4``: a scale and an offset for each group of columns of a row."""
    group_size: int = 64
    """Columns in a group; of no meaning to int8."""
    compute: str = "bfloat16"
    """Type in which products are made. Only bfloat16 is fast; float32 is for those who need its digits."""

    def __post_init__(self) -> None:
        if self.precision not in ("int8", "int4"):
            raise ValueError(f"no precision {self.precision!r}; there are: int8, int4")
        if self.precision == "int4" and self.group_size not in GROUP_SIZES:
            raise ValueError(f"groups of {self.group_size} columns cannot be multiplied; there are: {GROUP_SIZES}")
        if self.compute not in COMPUTE:
            raise ValueError(f"cannot compute in {self.compute!r}; there are: {', '.join(COMPUTE)}")

    @property
    def dtype(self) -> torch.dtype:
        """The type of ``compute``."""
        return getattr(torch, self.compute)

    def misfit(self, out_features: int, in_features: int) -> str:
        """Return why a layer of this shape cannot be held so; "" where it can."""
        columns = self.group_size if self.precision == "int4" else _COLUMNS_AT_ONCE
        if in_features % columns or not in_features:
            return f"its {in_features} inputs are no multiple of {columns}"
        if self.precision == "int4" and out_features % _ROWS_AT_ONCE:
            return f"its {out_features} outputs are no multiple of {_ROWS_AT_ONCE}"
        if out_features * in_features > _MAX_NUMBERS:
            return f"its {out_features * in_features} weights are more than the operation can count"
        return ""


def quantise_rows(weight: torch.Tensor, dtype: torch.dtype) -> tuple[torch.Tensor, torch.Tensor]:
    """Return whole numbers (out, in) in −127…127 and a scale (out,) of ``dtype`` for each row.

    They are rounded for the scale as ``dtype`` holds it, so that an error is at most half a scale.
    """
    weight = weight.float()
    scales = (weight.abs().amax(1) / 127).to(dtype)
    scales[scales == 0] = 1
    whole = torch.round(weight / scales.float()[:, None])
    return whole.clamp_(-127, 127).to(torch.int8), scales


def quantise_groups(weight: torch.Tensor, group_size: int, dtype: torch.dtype) -> tuple[torch.Tensor, torch.Tensor]:
    """Return whole numbers (out, in) in 0…15 and scale and offset (in / group, out, 2) of ``dtype`` for each group.

    A weight is (number − 8) · scale + offset.
    """
    rows, columns = weight.shape
    grouped = weight.float().view(rows, columns // group_size, group_size)
    low, high = grouped.amin(2), grouped.amax(2)
    scales = ((high - low) / 15).to(dtype)
    scales[scales == 0] = 1
    offsets = (low + 8 * scales.float()).to(dtype)
    whole = torch.round((grouped - offsets.float()[..., None]) / scales.float()[..., None]) + 8
    both = torch.stack((scales.T, offsets.T), dim=2).contiguous()
    return whole.clamp_(0, 15).to(torch.uint8).view(rows, columns), both


def on_a_page(whole: torch.Tensor) -> torch.Tensor:
    """Return a copy that begins where a page of memory does.

    Rows of 4096 numbers are then read a tenth faster, since each of them lies in one page.
    """
    space = torch.empty(whole.nbytes + _PAGE_BYTES, dtype=torch.uint8)
    start = -space.data_ptr() % _PAGE_BYTES
    return space[start : start + whole.nbytes].view(whole.dtype).view(whole.shape).copy_(whole)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the operation for int4 expects each number.

    Rows lie in blocks; in a block, columns follow each other, and for each column come the rows of the block, two in a
    byte. Which two, depends on the processor and on how many rows the block has, so it is asked of torch.
    """

    block: int
    """Rows in a block; the last one may have fewer."""
    orders: dict[int, tuple[int, ...]]
    """Rows of a block → its rows in the order of low halves of bytes, then of high ones."""

    def blocks(self, out_features: int) -> Iterator[tuple[int, int, int]]:
        """Yield first row, number of blocks, and rows of each, for blocks of equal size."""
        whole, rest = divmod(out_features, self.block)
        if whole:
            yield 0, whole, self.block
        if rest:
            yield whole * self.block, 1, rest

    def pack(self, whole: torch.Tensor) -> torch.Tensor:
        """Return numbers (out, in) in 0…15 as bytes (out, in / 2)."""
        rows, columns = whole.shape
        packed = torch.empty(rows, columns // 2, dtype=torch.uint8)
        for start, count, size in self.blocks(rows):
            part = whole[start : start + count * size].view(count, size, columns).transpose(1, 2)
            part = part[..., list(self.orders[size])]
            low, high = part.split(size // 2, dim=2)
            packed[start : start + count * size] = (low | high << 4).reshape(count * size, columns // 2)
        return packed

    def unpack(self, packed: torch.Tensor, count: int, size: int) -> torch.Tensor:
        """Return bytes of ``count`` blocks of ``size`` rows as numbers (count, in, size) in 0…15."""
        columns = 2 * packed.shape[1]
        halves = packed.view(count, columns, size // 2)
        whole = torch.cat((halves & 15, halves >> 4), dim=2)
        order = self.orders[size]
        if order == tuple(range(size)):
            return whole
        place = torch.tensor(order).argsort()
        return whole[..., place.to(whole.device)]


_SIZES = (16, 32, 48, 64)
PLAIN = Layout(64, {size: tuple(range(size)) for size in _SIZES})
"""The layout where torch has none."""


@cache
def layout() -> Layout:
    """Return the layout of this torch on this processor."""
    try:
        full = _written(torch.ones(64, 2, dtype=torch.int32) * torch.tensor((1, 0), dtype=torch.int32))
        # Bytes of the first column stand first in each block, so their number tells how many rows a block has.
        block = 2 * next((place for place, byte in enumerate(full) if byte == 0), 32)
        return Layout(block, {size: _order(size) for size in _SIZES if size <= block})
    except (AttributeError, RuntimeError):
        return PLAIN


def _order(size: int) -> tuple[int, ...]:
    rows = torch.arange(size, dtype=torch.int32)
    ones, sixteens = (
        _written(torch.stack((each, torch.zeros_like(each)), dim=1))[: size // 2] for each in (rows % 16, rows // 16)
    )
    low = (one % 16 + 16 * (sixteen % 16) for one, sixteen in zip(ones, sixteens, strict=True))
    high = (one // 16 + 16 * (sixteen // 16) for one, sixteen in zip(ones, sixteens, strict=True))
    return (*low, *high)


def _written(whole: torch.Tensor) -> list[int]:
    return list(torch._convert_weight_to_int4pack_for_cpu(whole, 1).flatten().tolist())


@dataclass(frozen=True, slots=True)
class Operation:
    """What is known of torch's operation for a precision and a type."""

    problem: str
    """Why it is not used; "" where it works."""
    max_rows: int
    """Up to how many rows of activations it is faster than unpacking; measured on x86 with AVX-512."""


@cache
def operation(precision: Precision, dtype: torch.dtype) -> Operation:
    """Try an operation; that it cannot be used is logged as a warning, once per process."""
    try:
        error = max(_error(precision, dtype, rows, out) for rows in (1, 5) for out in (16, 32, 48, 64, 112))
        limit = TOLERANCE.get(dtype, 1e-5)
        problem = "" if error <= limit else f"it is wrong by {error:.1e} of the largest result, {limit:.1e} is allowed"
    except (AttributeError, RuntimeError) as broken:
        problem = str(broken).partition("\n")[0]
    if problem:
        name = str(dtype).removeprefix("torch.")
        text = (
            f"{precision} weights are unpacked for every product in {name}, slowly: torch's operation fails: {problem}"
        )
        log_event(Event("warning", "models", message=text))
        return Operation(problem, 0)
    return Operation("", _FEW_ROWS.get((precision, dtype), 0))


def _error(precision: Precision, dtype: torch.dtype, num_rows: int, out_features: int) -> float:
    """Return how far the operation is from plain arithmetic, as a share of the largest result."""
    made = torch.Generator().manual_seed(7)
    weight = torch.randn(out_features, 128, generator=made)
    rows = torch.randn(num_rows, 128, generator=made).to(dtype)
    if precision == "int8":
        whole, scales = quantise_rows(weight, dtype)
        exact = whole.double() * scales.double()[:, None]
        found = multiply(precision, rows, whole, scales)
    else:
        whole, scales = quantise_groups(weight, 32, dtype)
        scale, offset = scales.double().repeat_interleave(32, 0).unbind(2)
        exact = (whole.double() - 8) * scale.T + offset.T
        found = multiply(precision, rows, layout().pack(whole), scales)
    wanted = rows.double() @ exact.T
    error = float((found.double() - wanted).abs().max() / wanted.abs().max())
    return error if error == error else inf


def multiply(precision: Precision, rows: torch.Tensor, packed: torch.Tensor, scales: torch.Tensor) -> torch.Tensor:
    """Return rows (M, in) times packed weights, (M, out), by torch's operation.

    Raises:
        RuntimeError: it does not take the type of ``rows``.
        AttributeError: this torch does not have it.
    """
    rows = rows.contiguous()
    # Its loads of 32 bytes crash on a view that begins elsewhere; what torch allocates does not.
    rows = rows.clone() if rows.data_ptr() % 32 else rows
    if precision == "int8":
        return torch._weight_int8pack_mm(rows, packed, scales)
    return torch._weight_int4pack_mm_for_cpu(rows, packed, rows.shape[1] // len(scales), scales)
