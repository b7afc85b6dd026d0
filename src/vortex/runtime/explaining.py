"""Telling every placement in words and numbers."""

from dataclasses import dataclass

from vortex.core.units import format_bytes, format_duration
from vortex.runtime.ledger import ON_DEVICE, Footprint, Holding, State
from vortex.runtime.steward import Steward
from vortex.runtime.worth import chance, reload_seconds


@dataclass(frozen=True, slots=True)
class Placement:
    """Where one model is, what it takes, and why."""

    name: str
    state: State
    moving: State | None
    rung: str
    """What it is held as; empty while its headers are not read."""
    footprint: Footprint | None
    charged_bytes: int
    """What the ledger counts for it on the device, allocator's share included."""
    leases: int
    leased: str
    """The same in words."""
    reload_s: float
    """What bringing it back would take, by what was measured."""
    chance: float
    """How likely it is wanted again, from 0 to 1."""
    worth: float
    """Seconds saved for each byte; who has the least leaves first."""
    reason: str


def placements(steward: Steward, now: float) -> tuple[Placement, ...]:
    """Return the placement of every model, the largest on the device first."""
    found = [_placement(steward, each, now) for each in steward.ledger.holdings.values()]
    return tuple(sorted(found, key=lambda each: (-each.charged_bytes, each.name)))


def explain(steward: Steward, now: float, device: str) -> str:
    """Return the whole ledger as text, one line a holder."""
    ledger, budget = steward.ledger, steward.ledger.budget
    used = ledger.used_bytes
    lines = [
        f"{device}: {format_bytes(used)} of {format_bytes(budget.hard_bytes)} held"
        f" (soft limit {format_bytes(budget.soft_bytes)}), {format_bytes(budget.hard_bytes - used)} free"
    ]
    lines += [
        f"  {name}: {format_bytes(size)}, declared for another program" for name, size in ledger.externals.items()
    ]
    lines += [f"  {_line(each)}" for each in placements(steward, now)]
    if budget.host_bytes:
        kept = ledger.kept_bytes(State.RAM, State.PINNED)
        lines.append(f"host: {format_bytes(kept)} of {format_bytes(budget.host_bytes)} keep weights that left")
    if steward.reloads.is_thrashing(now):
        lines.append("models replace each other: requests are served model by model")
    return "\n".join(lines)


def _placement(steward: Steward, holding: Holding, now: float) -> Placement:
    staged = bool(holding.rungs)
    refuge = holding.state if holding.state not in ON_DEVICE else steward.ledger.refuge(holding)
    return Placement(
        holding.name,
        holding.state,
        holding.moving,
        holding.rungs[holding.rung].name if staged else "",
        holding.footprint if staged else None,
        steward.ledger.charge(holding),
        holding.leases,
        holding.leased,
        reload_seconds(holding, steward.bandwidth, refuge) if staged else 0.0,
        chance(holding, now, steward.policy),
        steward.worth(holding, now) if staged else 0.0,
        holding.reason,
    )


def _line(each: Placement) -> str:
    moving = f" → {each.moving}" if each.moving else ""
    head = f"{each.name}: {each.state}{moving}"
    if each.footprint is None:
        return f"{head}; {each.reason}"
    size = each.footprint
    parts = (("weights", size.weights_bytes), ("cache", size.kv_bytes), ("activations", size.activation_bytes))
    made_of = " + ".join(f"{name} {format_bytes(part)}" for name, part in parts if part)
    held = f"{format_bytes(each.charged_bytes)} held" if each.charged_bytes else "nothing held"
    back = f"back in {format_duration(each.reload_s)}, wanted again {each.chance:.0%}"
    return f"{head} as {each.rung!r}: {held} ({made_of}), {each.leased}; {back}; {each.reason}"
