"""Those who wait for a model, and in which order they are served."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from vortex.runtime.ledger import ON_DEVICE, Ledger, State
from vortex.runtime.worth import Policy

M = TypeVar("M")


@dataclass(eq=False, slots=True)
class Ticket(Generic[M]):
    """One request for a lease."""

    name: str
    owner: object
    asked_at: float
    number: int
    standing: bool = False
    outcome: Literal["waiting", "granted", "refused", "returned"] = "waiting"
    refusal: str = ""
    """Why it was refused."""
    todo: M | None = None
    """What its owner should do next."""
    begun: bool = False
    """Whether its owner is doing that."""


def in_turn(
    tickets: Sequence[Ticket[M]], ledger: Ledger, policy: Policy, now: float, is_thrashing: bool
) -> list[Ticket[M]]:
    """Return ``tickets`` in the order in which they should be served.

    Who holds a lease already comes first, because what it holds comes back only after it. Then goes first who asked
    first; but while models only replace each other, those who want a model that is there go before those who want
    another, and requests for one model together, until somebody has waited longer than the policy's patience.
    """
    holders = {owner for each in ledger.holdings.values() for owner in each.owners}
    first = {ticket.name: ticket.number for ticket in reversed(tickets)}

    def key(ticket: Ticket[M]) -> tuple[int, int, int]:
        if ticket.owner in holders:
            return 0, 0, ticket.number
        if not is_thrashing or now - ticket.asked_at > policy.patience_s:
            return 1, 0, ticket.number
        holding = ledger.holdings[ticket.name]
        is_there = holding.state in ON_DEVICE or holding.moving is State.RESIDENT
        return 2 if is_there else 3, first[ticket.name], ticket.number

    return sorted(tickets, key=key)
