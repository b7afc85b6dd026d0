"""A linear layer whose weights take 8 or 4 bits, for the processor; and its exchange for those of a network.

One row at a time, which is how a language model writes, a linear layer is as fast as its weights are read, so that
fewer bytes are more speed. Networks know nothing of it: layers are exchanged from outside.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Self

import torch

from vortex.runtime.packed_weights import (
    Packing,
    Precision,
    layout,
    multiply,
    on_a_page,
    operation,
    quantise_groups,
    quantise_rows,
)

_PIECE_BYTES = 4 << 20
"""Of unpacked weights at a time; more leaves the cache, less calls too often."""
_QUANTISED_NUMBERS = 1 << 22


class PackedLinear(torch.nn.Module):  # type: ignore[misc]
    """``torch.nn.Linear`` with packed weights, for inference.

    Activations of any shape (…, in) and any type with a fraction become (…, out) of the same type; products are made
    in the type of the packing. Equal input gives equal bytes, and up to ``operation(…).max_rows`` rows, the result of a
    row does not depend on the rows beside it. Gradients pass through to the activations; the weights have none.

    ``state_dict`` holds ``weight`` (out, in) as int8, or (out, in / 2) as uint8 with the even column in the low half of
    a byte; ``scales`` as in ``quantise_rows`` and ``quantise_groups``; and ``bias``. None depends on the processor.
    """

    def __init__(self, in_features: int, out_features: int, packing: Packing | None = None, bias: bool = False) -> None:
        """Make a layer of zeros, to load a state into.

        Raises:
            ValueError: layers of this shape cannot be packed so.
        """
        super().__init__()
        self.packed: torch.Tensor
        self.scales: torch.Tensor
        self.bias: torch.Tensor | None
        packing = packing or Packing()
        if misfit := packing.misfit(out_features, in_features):
            raise ValueError(f"a layer {in_features}→{out_features} cannot be packed as {packing.precision}: {misfit}")
        self.in_features, self.out_features, self.packing = in_features, out_features, packing
        groups = in_features // packing.group_size
        eight = packing.precision == "int8"
        whole = torch.zeros(out_features, in_features) if eight else torch.zeros(out_features, in_features // 2)
        scales = torch.zeros(out_features) if eight else torch.zeros(groups, out_features, 2)
        self.register_buffer("packed", whole.to(torch.int8 if eight else torch.uint8), persistent=False)
        self.register_buffer("scales", scales.to(packing.dtype))
        self.register_buffer("bias", torch.zeros(out_features, dtype=packing.dtype) if bias else None)

    @classmethod
    def of(cls, weight: torch.Tensor, bias: torch.Tensor | None = None, packing: Packing | None = None) -> Self:
        """Pack a weight (out, in) of any type with a fraction, and a bias (out,) as it is.

        Raises:
            ValueError: this shape cannot be packed so, or the weight holds whole numbers, NaN or infinity.
        """
        if weight.dim() != 2 or not weight.is_floating_point():
            raise ValueError(
                f"a weight is a matrix of numbers with a fraction, this is {weight.dtype} {[*weight.shape]}"
            )
        if not bool(torch.isfinite(weight).all()):
            raise ValueError(f"a weight {tuple(weight.shape)} holds values that are no numbers; it cannot be packed")
        with torch.device("meta"):
            made = cls(weight.shape[1], weight.shape[0], packing)
        made.packed, made.scales = _quantised(weight.detach().cpu(), made.packing)
        made.bias = None if bias is None else bias.detach().cpu().clone()
        return made

    @classmethod
    def from_linear(cls, linear: torch.nn.Linear, packing: Packing | None = None) -> Self:
        """Pack a layer; its errors are those of ``of``."""
        return cls.of(linear.weight, linear.bias, packing)

    @property
    def weight(self) -> torch.Tensor:
        """A tensor without values, of the shape and type of an unpacked weight.

        Networks ask a layer's weight for the type that it wants, as T5 does; whoever computes with it gets an error.
        """
        return torch.empty(self.out_features, self.in_features, dtype=self.packing.dtype, device="meta")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return activations (…, out) for activations ``x`` (…, in).

        Raises:
            ValueError: ``x`` has another number of values in its last dimension, or holds whole numbers.
        """
        if x.shape[-1] != self.in_features or not x.is_floating_point():
            raise ValueError(
                f"a layer for {self.in_features} numbers with a fraction got {tuple(x.shape)} of {x.dtype}"
            )
        rows = x.reshape(-1, self.in_features)
        needs_gradient = torch.is_grad_enabled() and x.requires_grad
        made = _Product.apply(rows, self) if needs_gradient else self.product(rows)
        if self.bias is not None:
            made = made + self.bias.to(made.dtype)
        return made.view(*x.shape[:-1], self.out_features)

    def product(self, rows: torch.Tensor) -> torch.Tensor:
        """Return rows (M, in) times the weights, (M, out), without bias and gradient."""
        given = rows.to(self.packing.dtype)
        with torch.no_grad():
            if len(rows) <= self._max_rows():
                made = multiply(self.packing.precision, given, self.packed, self.scales)
            else:
                made = self._by_unpacking(given)
        return made.to(rows.dtype)

    def unpacked(self) -> torch.Tensor:
        """Return the weights (out, in) as they are multiplied, in the type of the packing."""
        weights = self.scales.new_empty(self.out_features, self.in_features)
        for outputs, piece in self.pieces():
            weights[outputs] = piece.transpose(-1, -2).reshape(-1, self.in_features)
        return weights.mul_(self.scales[:, None]) if self.packing.precision == "int8" else weights

    def pieces(self) -> Iterator[tuple[slice, torch.Tensor]]:
        """Yield the weights in pieces, each with the outputs that it stands for; a piece is valid until the next one.

        Of int8 they are (in, outputs) and not scaled yet, of int4 (blocks, in, outputs of a block).
        """
        step = max(1, _PIECE_BYTES // (self.in_features * self.packing.dtype.itemsize))
        if self.packing.precision == "int4":
            yield from self._pieces_of_nibbles(step)
            return
        space = self.scales.new_empty(min(step, self.out_features), self.in_features)
        for start in range(0, self.out_features, step):
            part = self.packed[start : start + step]
            yield slice(start, start + len(part)), space[: len(part)].copy_(part).T

    def extra_repr(self) -> str:
        """Return what ``print`` shows."""
        held = f"int4 in groups of {self.packing.group_size}" if self.packing.precision == "int4" else "int8"
        return f"in_features={self.in_features}, out_features={self.out_features}, {held}, bias={self.bias is not None}"

    def _max_rows(self) -> int:
        if self.packed.device.type != "cpu":
            return 0
        return operation(self.packing.precision, self.packing.dtype).max_rows

    def _by_unpacking(self, rows: torch.Tensor) -> torch.Tensor:
        made = rows.new_empty(len(rows), self.out_features)
        for outputs, piece in self.pieces():
            part = torch.matmul(rows, piece)
            made[:, outputs] = part if part.dim() == 2 else part.transpose(0, 1).flatten(1)
        return made.mul_(self.scales) if self.packing.precision == "int8" else made

    def _pieces_of_nibbles(self, step: int) -> Iterator[tuple[slice, torch.Tensor]]:
        size = self.packing.group_size
        for first, count, rows in layout().blocks(self.out_features):
            at_once = min(count, max(1, step // rows))
            space = self.scales.new_empty(at_once, self.in_features, rows)
            for start in range(first, first + count * rows, at_once * rows):
                outputs = slice(start, min(start + at_once * rows, first + count * rows))
                blocks = (outputs.stop - start) // rows
                whole = space[:blocks].copy_(layout().unpack(self.packed[outputs], blocks, rows)).sub_(8)
                both = self.scales[:, outputs].unflatten(1, (blocks, rows)).transpose(0, 1)
                scale, offset = both[:, :, None].unbind(-1)
                grouped = whole.unflatten(1, (-1, size))
                torch.addcmul(offset, grouped, scale, out=grouped)
                yield outputs, whole

    def _apply(self, fn: Any, recurse: bool = True) -> Self:
        """Let ``to`` and its like move the scales, but not change their type: whole numbers were rounded for it."""
        scales = self.scales
        super()._apply(fn, recurse)
        self.scales = scales.to(self.scales.device)
        return self

    def _save_to_state_dict(self, destination: Any, prefix: str, keep_vars: bool) -> None:
        super()._save_to_state_dict(destination, prefix, keep_vars)
        destination[f"{prefix}weight"] = self._stored()

    def _stored(self) -> torch.Tensor:
        """Return the whole numbers as a state holds them."""
        if self.packing.precision == "int8":
            return self.packed
        stored = torch.empty_like(self.packed)
        for first, count, rows in layout().blocks(self.out_features):
            part = slice(first, first + count * rows)
            whole = layout().unpack(self.packed[part], count, rows).transpose(1, 2).flatten(0, 1)
            stored[part] = whole[:, 0::2] | whole[:, 1::2] << 4
        return stored

    def _load_from_state_dict(self, state: Mapping[str, torch.Tensor], prefix: str, metadata: Any, *lists: Any) -> None:
        strict, missing, _, errors = lists
        rest = {name: value for name, value in state.items() if name != f"{prefix}weight"}
        super()._load_from_state_dict(rest, prefix, metadata, *lists)
        weight, scales = state.get(f"{prefix}weight"), state.get(f"{prefix}scales")
        for name, given, here in (("weight", weight, self.packed), ("scales", scales, self.scales)):
            if given is not None and (given.shape, given.dtype) != (here.shape, here.dtype):
                errors.append(
                    f"{prefix}{name} is {given.dtype} {list(given.shape)}; {here.dtype} {list(here.shape)} is wanted"
                )
        if weight is None:
            missing += [f"{prefix}weight"] if strict else []
        elif (weight.shape, weight.dtype) == (self.packed.shape, self.packed.dtype):
            self.packed = self._laid(weight)

    def _laid(self, stored: torch.Tensor) -> torch.Tensor:
        """Return whole numbers of a state as the operation wants them, in memory of their own."""
        if self.packing.precision == "int8":
            return on_a_page(stored)
        return layout().pack(torch.stack((stored & 15, stored >> 4), dim=2).flatten(1))


def _quantised(weight: torch.Tensor, packing: Packing) -> tuple[torch.Tensor, torch.Tensor]:
    """Return packed numbers and scales, made a few rows at a time, since single precision takes room."""
    step = max(1, _QUANTISED_NUMBERS // weight.shape[1])
    parts = weight.split(step)
    if packing.precision == "int8":
        eight = [quantise_rows(part, packing.dtype) for part in parts]
        return on_a_page(torch.cat([whole for whole, _ in eight])), torch.cat([scales for _, scales in eight])
    four = [quantise_groups(part, packing.group_size, packing.dtype) for part in parts]
    return layout().pack(torch.cat([whole for whole, _ in four])), torch.cat([scales for _, scales in four], dim=1)


class _Product(torch.autograd.Function):  # type: ignore[misc]
    """The product with a gradient for the activations."""

    @staticmethod
    def forward(context: Any, rows: torch.Tensor, layer: PackedLinear) -> torch.Tensor:
        context.layer = layer
        return layer.product(rows)

    @staticmethod
    def backward(context: Any, gradient: torch.Tensor) -> tuple[torch.Tensor, None]:
        layer = context.layer
        given = gradient.to(layer.packing.dtype)
        given = given * layer.scales if layer.packing.precision == "int8" else given
        made = given.new_zeros(len(given), layer.in_features)
        for outputs, piece in layer.pieces():
            part = given[:, outputs]
            if piece.dim() == 2:
                made += part @ piece.T
            else:
                parts = part.unflatten(1, (len(piece), -1)).transpose(0, 1)
                made += torch.matmul(parts, piece.transpose(1, 2)).sum(0)
        return made.to(gradient.dtype), None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A layer that was left as it is."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class SwapReport:
    """What became of the linear layers of a network."""

    num_swapped: int
    bytes_before: int
    """Of all weights and buffers of the network."""
    bytes_after: int
    skipped: tuple[Skipped, ...]
    problem: str
    """Why torch's fast operation is not used for what was swapped; "" where it is."""


def swap_linears(
    module: torch.nn.Module,
    precision: Precision = "int8",
    *,
    skip: Collection[str] = (),
    group_size: int = 64,
    compute: str = "bfloat16",
) -> SwapReport:
    """Exchange every linear layer below a network for a packed one, one after the other.

    Args:
        module: the network; it is changed.
        precision: of the weights.
        skip: names of layers to be left, as patterns such as ``*.lm_head``.
        group_size: columns that share a scale, of int4.
        compute: type in which products are made; see ``Packing``.

    Returns:
        What was done, and what was left and why: a layer is left if its shape cannot be packed, if it shares its weight
        with another place, is no plain ``nn.Linear``, or has hooks, and if its values are elsewhere or no numbers.

    Raises:
        ValueError: there is no such precision, group size or type, or ``module`` is itself a linear layer.
    """
    if isinstance(module, torch.nn.Linear):
        raise ValueError("the network is itself a linear layer and cannot be exchanged within; use PackedLinear.of")
    packing = Packing(precision, group_size, compute)
    before, owners = _size(module), _owners(module)
    skipped: list[Skipped] = []
    made: dict[int, PackedLinear] = {}
    places = _places(module)
    while places:
        # Taken off the list, so that a layer is gone before the next one is packed.
        name, parent, last, layer = places.pop()
        try:
            _require_plain(name, layer, skip, owners)
            packed = made.get(id(layer)) or PackedLinear.from_linear(layer, packing).train(layer.training)
        except ValueError as reason:
            skipped.append(Skipped(name, str(reason)))
            continue
        made[id(layer)] = packed
        setattr(parent, last, packed)
    problem = operation(precision, packing.dtype).problem if made else ""
    return SwapReport(len(made), before, _size(module), tuple(reversed(skipped)), problem)


def _places(module: torch.nn.Module) -> list[tuple[str, torch.nn.Module, str, torch.nn.Linear]]:
    """Return name, parent, name there, and layer, of every place where a linear layer stands."""
    return [
        (f"{path}.{last}" if path else last, parent, last, layer)
        for path, parent in module.named_modules()
        for last, layer in parent._modules.items()
        if isinstance(layer, torch.nn.Linear)
    ]


def _owners(module: torch.nn.Module) -> dict[int, list[tuple[str, int]]]:
    """Return, for the id of each parameter, name and id of every module that holds it."""
    found: dict[int, list[tuple[str, int]]] = {}
    for name, each in module.named_modules():
        for parameter in each.parameters(recurse=False):
            found.setdefault(id(parameter), []).append((name, id(each)))
    return found


def _require_plain(
    name: str, layer: torch.nn.Linear, skip: Collection[str], owners: Mapping[int, list[tuple[str, int]]]
) -> None:
    """Make sure that a layer may be exchanged.

    Raises:
        ValueError: it may not; says why.
    """
    if any(fnmatchcase(name, pattern) for pattern in skip):
        raise ValueError("asked for")
    if type(layer) is not torch.nn.Linear:
        raise ValueError(f"it is a {type(layer).__name__}, not a plain Linear")
    others = [other for other, number in owners.get(id(layer.weight), ()) if number != id(layer)]
    if others:
        raise ValueError(f"it shares its weight with {', '.join(others)}")
    if layer._forward_hooks or layer._forward_pre_hooks or hasattr(layer, "_hf_hook"):
        raise ValueError("it has hooks, which would be lost")
    if layer.weight.device.type != "cpu":
        raise ValueError(f"its weight is on {layer.weight.device}; packed weights are for the cpu")


def _size(module: torch.nn.Module) -> int:
    return sum(int(each.nbytes) for each in (*module.parameters(), *module.buffers()))
