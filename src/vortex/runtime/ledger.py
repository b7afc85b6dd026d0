"""Who holds which bytes of one device, counted in integers: no clock, no lock, no tensor, no disk.

A model on the device costs its weights and its cache of keys and values as long as it stays, its activations while it
is leased, and a share on top for what the allocator cannot hand out again. Other programs hold declared bytes.
"""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum


class State(StrEnum):
    """Where a model's weights are."""

    COLD = "cold"
    """On disk; its size is not known yet."""
    STAGED = "staged"
    """On disk; its headers were read."""
    RAM = "ram"
    """Kept in host memory after it left the device."""
    PINNED = "pinned"
    """The same in page-locked memory, from which a copy to the device is fastest."""
    RESIDENT = "resident"
    """On the device."""
    DRAINING = "draining"
    """On the device, and to leave it: it takes no new lease and goes when its last one comes back."""


KEPT = (State.RAM, State.PINNED)
ON_DEVICE = (State.RESIDENT, State.DRAINING)


@dataclass(frozen=True, slots=True)
class Footprint:
    """Bytes that a model needs on the device.

    Raises:
        ValueError: a number is negative, or there are no weights.
    """

    weights_bytes: int
    kv_bytes: int = 0
    """What is kept between calls beside the weights, such as keys and values."""
    activation_bytes: int = 0
    """Headroom while it works."""

    def __post_init__(self) -> None:
        if self.weights_bytes <= 0 or self.kv_bytes < 0 or self.activation_bytes < 0:
            raise ValueError(f"{self}: weights must be above 0 bytes, the rest not below")


@dataclass(frozen=True, slots=True)
class Rung:
    """One way of holding a model, such as whole, with blocks offloaded, with a tiled decoder, or in int8."""

    name: str
    footprint: Footprint


@dataclass(frozen=True, slots=True)
class Budget:
    """What may be used of a device.

    Raises:
        ValueError: the limits are not 0 < soft < hard, or a share is negative.
    """

    soft_bytes: int
    """Above this, models are held on lower rungs of their ladders."""
    hard_bytes: int
    """Above this, nothing is loaded."""
    slack_percent: int = 5
    """Added to what each model asks for: the allocator's fragments."""
    host_bytes: int = 0
    """Host memory for weights that left the device; 0 keeps none, as it should be where the device is host memory."""
    pinned_bytes: int = 0
    """How much of that may be page-locked."""

    def __post_init__(self) -> None:
        if not 0 < self.soft_bytes < self.hard_bytes:
            raise ValueError(f"soft limit {self.soft_bytes} must lie between 0 and the hard limit {self.hard_bytes}")
        if self.slack_percent < 0 or not 0 <= self.pinned_bytes <= self.host_bytes:
            raise ValueError(f"{self}: slack below 0, or not 0 <= pinned <= host")

    def with_slack(self, size_bytes: int) -> int:
        """Return ``size_bytes`` and the allocator's share, rounded up."""
        return -(-size_bytes * (100 + self.slack_percent) // 100)


@dataclass(slots=True)
class Holding:
    """What the ledger knows of one model."""

    name: str
    rungs: tuple[Rung, ...] = ()
    """Best first; empty until the model was staged."""
    state: State = State.COLD
    moving: State | None = None
    """Where it is on its way to, while somebody moves it."""
    rung: int = 0
    owners: Counter[object] = field(default_factory=Counter)
    """Who leases it, and how many times."""
    standing: int = 0
    """How many of these leases are for good."""
    heat: float = 0.0
    """Uses, each worth half after a half-life."""
    last_used: float = 0.0
    loaded_at: float = 0.0
    load_s: float = 0.0
    """Seconds that the last load took; 0 before the first."""
    num_loads: int = 0
    reason: str = "not asked for yet"
    """Why it is where it is, in words."""

    @property
    def leases(self) -> int:
        """How many leases are out."""
        return self.owners.total()

    @property
    def leased(self) -> str:
        """How it is leased, in words."""
        return {0: "not leased", 1: "leased once"}.get(self.leases, f"leased {self.leases} times")

    @property
    def footprint(self) -> Footprint:
        """Bytes on its present rung."""
        return self.rungs[self.rung].footprint

    @property
    def is_idle(self) -> bool:
        """Whether it is on the device and could leave it now."""
        return self.state in ON_DEVICE and self.moving is None and not self.owners


@dataclass(slots=True)
class Ledger:
    """All holdings of one device, and what others hold."""

    budget: Budget
    holdings: dict[str, Holding] = field(default_factory=dict)
    externals: dict[str, int] = field(default_factory=dict)
    """Bytes by the name of a holder that is not ours to move, such as a server in another process."""

    def need(self, holding: Holding, rung: int) -> int:
        """Return the bytes that ``holding`` takes on ``rung`` while it works."""
        size = holding.rungs[rung].footprint
        return self.budget.with_slack(size.weights_bytes + size.kv_bytes + size.activation_bytes)

    def rest(self, holding: Holding) -> int:
        """Return the bytes that ``holding`` takes on its rung while nobody leases it."""
        return self.budget.with_slack(holding.footprint.weights_bytes + holding.footprint.kv_bytes)

    def charge(self, holding: Holding) -> int:
        """Return the bytes of the device that ``holding`` has now; a load has them from its beginning."""
        if holding.moving is State.RESIDENT or (holding.state in ON_DEVICE and holding.owners):
            return self.need(holding, holding.rung)
        return self.rest(holding) if holding.state in ON_DEVICE else 0

    @property
    def external_bytes(self) -> int:
        """Bytes that others hold."""
        return sum(self.externals.values())

    @property
    def used_bytes(self) -> int:
        """Bytes that are held by anybody."""
        return self.external_bytes + sum(self.charge(each) for each in self.holdings.values())

    def kept_bytes(self, *states: State) -> int:
        """Return host bytes of weights in ``states``, those on their way in or out included."""
        return sum(
            each.footprint.weights_bytes
            for each in self.holdings.values()
            if each.state in states or each.moving in states
        )

    def refuge(self, holding: Holding) -> State:
        """Return where the weights of ``holding`` can go when they leave the device."""
        size, budget = holding.footprint.weights_bytes, self.budget
        if self.kept_bytes(*KEPT) + size > budget.host_bytes:
            return State.STAGED
        return State.PINNED if self.kept_bytes(State.PINNED) + size <= budget.pinned_bytes else State.RAM
