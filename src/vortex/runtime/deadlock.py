"""Finding those who wait for each other's memory and would wait for ever."""

from collections.abc import Sequence

from vortex.runtime.ledger import ON_DEVICE, Holding, Ledger
from vortex.runtime.waiting import M, Ticket


def stuck(ledger: Ledger, tickets: Sequence[Ticket[M]]) -> Ticket[M] | None:
    """Return the ticket to refuse so that others can go on, or ``None`` if everybody can be served in some order.

    Whoever works will give its leases back; whoever waits does so once it was served, which needs that its model fits
    beside what those hold who will not. What is left waits for itself. The latest of them that holds a lease is named,
    because only its return helps.

    Source: the safety test of the banker's algorithm (Dijkstra, EWD 108, 1965), over one kind of resource.
    """
    waiting = {ticket.owner for ticket in tickets}
    will_return = {owner for each in ledger.holdings.values() for owner in each.owners} - waiting
    left = list(tickets)
    while servable := [ticket for ticket in left if _fits(ledger, ticket, will_return)]:
        will_return |= {ticket.owner for ticket in servable}
        left = [ticket for ticket in left if ticket not in servable]
    holding = [ticket for ticket in left if any(ticket.owner in each.owners for each in ledger.holdings.values())]
    return max(holding or left, key=lambda ticket: ticket.number, default=None)


def _fits(ledger: Ledger, ticket: Ticket[M], will_return: set[object]) -> bool:
    wanted = ledger.holdings[ticket.name]
    if not wanted.rungs:
        return True
    blocked = [each for each in ledger.holdings.values() if each is not wanted and _stays(each, will_return)]
    rungs = (wanted.rung,) if wanted.state in ON_DEVICE and wanted.owners else range(len(wanted.rungs))
    need = min(ledger.need(wanted, rung) for rung in rungs)
    return ledger.external_bytes + sum(map(ledger.charge, blocked)) + need <= ledger.budget.hard_bytes


def _stays(holding: Holding, will_return: set[object]) -> bool:
    return holding.standing > 0 or any(owner not in will_return for owner in holding.owners)
