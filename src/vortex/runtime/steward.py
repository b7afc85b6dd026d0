"""Decides who gets a model, who is loaded, who leaves, and who is refused: events in, moves out.

Nothing happens here. A caller asks and gets a ticket; whenever something changed, ``advance`` looks at all tickets anew
and leaves each granted, refused, waiting, or with one move to make. The caller makes the move outside of any lock,
between ``begin`` and ``finish``. No decision outlives the state that it was made for: a model that was to leave and is
wanted again is simply not chosen any more, so no wake-up can be lost with it.

Clock and sizes are handed in, so that threads, a simulation and a person with paper come to the same decisions.
"""

from dataclasses import dataclass, field, replace

from vortex.core.events import EventKind
from vortex.core.units import format_bytes
from vortex.runtime.deadlock import stuck
from vortex.runtime.ledger import KEPT, ON_DEVICE, Budget, Holding, Ledger, Rung, State
from vortex.runtime.waiting import Ticket, in_turn
from vortex.runtime.worth import Bandwidth, Policy, ReloadCount, reload_seconds, touch, worth

IN_USE, IDLE = "in use", "stays until its room is wanted"


@dataclass(frozen=True, slots=True)
class Move:
    """Weights to be brought from one place to another; from cold to staged is reading headers."""

    name: str
    origin: State
    target: State
    rung: int = 0


@dataclass(slots=True)
class Plan:
    """What one look at all tickets has given away so far, in bytes."""

    claimed: int = 0
    """For loads that may begin at once."""
    promised: int = 0
    """For tickets that wait until others have left."""
    freeing: int = 0
    """What comes back from those that leave."""
    is_blocked: bool = False
    """Whether an earlier ticket waits for leases to come back."""
    touched: set[str] = field(default_factory=set)
    """Models that somebody is about to move."""


class Steward:
    """The decisions over one ledger. Its methods are for one thread at a time."""

    def __init__(self, budget: Budget, policy: Policy | None = None) -> None:
        self.ledger = Ledger(budget)
        self.policy = policy or Policy()
        self.bandwidth = Bandwidth()
        self.reloads = ReloadCount(self.policy)
        self.queue: list[Ticket[Move]] = []
        self.news: list[tuple[EventKind, str]] = []
        """What was decided, in words, until somebody takes it away."""
        self._asked = 0

    def ask(self, name: str, owner: object, now: float, *, standing: bool = False) -> Ticket[Move]:
        """Ask for a lease of ``name``; call ``advance`` next.

        Args:
            name: a model of the ledger.
            owner: one line of work, such as a thread; it waits for one ticket at a time.
            now: the time in seconds.
            standing: the lease is for good, and nobody should wait for its return.
        """
        self._asked += 1
        ticket: Ticket[Move] = Ticket(name, owner, now, self._asked, standing)
        self.queue.append(ticket)
        return ticket

    def withdraw(self, ticket: Ticket[Move]) -> None:
        """Take back a ticket that is not begun; a granted one gives its lease back."""
        if ticket in self.queue:
            self.queue.remove(ticket)
        if ticket.outcome == "granted":
            self.give_back(ticket)

    def give_back(self, ticket: Ticket[Move]) -> None:
        """Return the lease of a granted ticket; call ``advance`` next."""
        assert ticket.outcome == "granted", ticket
        holding = self.ledger.holdings[ticket.name]
        holding.owners -= {ticket.owner: 1}
        holding.standing -= ticket.standing
        holding.reason = IN_USE if holding.owners else IDLE
        ticket.outcome = "returned"

    def begin(self, ticket: Ticket[Move]) -> Move:
        """Take up the move of ``ticket``; no decision touches that model until ``finish``."""
        assert ticket.todo is not None and not ticket.begun, ticket
        ticket.begun = True
        if ticket.todo.target in KEPT:
            # Another move may have taken the room in host memory since this one was thought of.
            refuge = self.ledger.refuge(self.ledger.holdings[ticket.todo.name])
            ticket.todo = replace(ticket.todo, target=refuge)
        self._set_off(ticket.todo)
        if ticket.todo.target is State.RESIDENT:
            self._tell_rung(self.ledger.holdings[ticket.name])
        return ticket.todo

    def finish(self, move: Move, now: float, seconds: float = 0.0, ticket: Ticket[Move] | None = None) -> None:
        """Record that ``move`` was made in ``seconds``; a load grants its ticket. Call ``advance`` next."""
        holding = self.ledger.holdings[move.name]
        holding.state, holding.moving = move.target, None
        if ticket is not None:
            ticket.begun, ticket.todo = False, None
        if move.target is State.RESIDENT:
            self._loaded(holding, move, now, seconds)
            assert ticket is not None
            self._grant(ticket, now)

    def fail(self, move: Move, ticket: Ticket[Move] | None, reason: str) -> None:
        """Record that ``move`` went wrong and left nothing on the device; its ticket is gone. Call ``advance`` next."""
        holding = self.ledger.holdings[move.name]
        holding.state = State.STAGED if move.origin is State.DRAINING else move.origin
        holding.moving, holding.reason = None, reason
        if ticket is not None:
            ticket.begun, ticket.todo, ticket.outcome = False, None, "refused"
            self.queue.remove(ticket)

    def learn(self, name: str, rungs: tuple[Rung, ...]) -> None:
        """Record what the headers of ``name`` say: its ladder, best rung first."""
        assert rungs, name
        self.ledger.holdings[name].rungs = rungs

    def send_away(self, name: str, now: float, idle_s: float) -> Move | None:
        """Set off ``name`` if nobody leases it and nobody used it for ``idle_s``; the move is to be finished."""
        holding = self.ledger.holdings[name]
        is_kept = holding.state in KEPT and holding.moving is None
        if not (holding.is_idle or is_kept) or now - holding.last_used < idle_s:
            return None
        move = Move(name, holding.state if is_kept else State.DRAINING, State.STAGED, holding.rung)
        holding.reason = f"sent away after {now - holding.last_used:.0f} s without use"
        self._set_off(move)
        return move

    def advance(self, now: float) -> None:
        """Look at all tickets anew, in turn."""
        for holding in self.ledger.holdings.values():
            if holding.state is State.DRAINING and holding.moving is None:
                holding.state, holding.reason = State.RESIDENT, IN_USE if holding.owners else IDLE
        plan = Plan(freeing=sum(self.ledger.charge(each) for each in self._leaving()))
        for ticket in in_turn(self.queue, self.ledger, self.policy, now, self.reloads.is_thrashing(now)):
            if not ticket.begun:
                ticket.todo = None
            self._serve(ticket, plan, now)
        self._refuse_stuck()

    def _serve(self, ticket: Ticket[Move], plan: Plan, now: float) -> None:
        holding = self.ledger.holdings[ticket.name]
        if holding.moving is not None or holding.name in plan.touched:
            return
        first = self._holds_something(ticket.owner)
        if holding.state is State.COLD:
            self._assign(ticket, Move(holding.name, State.COLD, State.STAGED), plan)
        elif holding.state is State.DRAINING and not first:
            return
        elif holding.owners and not ticket.begun:
            self._grant(ticket, now)
        else:
            self._make_room(ticket, holding, plan, now)

    def _make_room(self, ticket: Ticket[Move], holding: Holding, plan: Plan, now: float) -> None:
        chosen = self._choose(holding)
        if chosen is None:
            self._refuse(ticket, holding, "even when all that can leave has left")
            return
        rung, limit = chosen
        if holding.state in ON_DEVICE and rung != holding.rung:
            holding.state, holding.reason = State.DRAINING, "to come back on another rung"
            self._assign_departure(ticket, plan)
            return
        present = self.ledger.charge(holding)
        need = self.ledger.need(holding, rung) - present
        held_back = 0 if self._holds_something(ticket.owner) else plan.promised
        used = self.ledger.used_bytes + plan.claimed
        short = used + held_back - plan.freeing + need - limit
        if short <= 0 and used + need <= limit:
            self._go(ticket, holding, rung, plan, now)
            return
        if short > 0 and not self._clear(holding, short, plan, now):
            return
        plan.promised += need
        self._assign_departure(ticket, plan)

    def _go(self, ticket: Ticket[Move], holding: Holding, rung: int, plan: Plan, now: float) -> None:
        if ticket.begun:
            return
        if holding.state in ON_DEVICE:
            self._grant(ticket, now)
            return
        origin = holding.state if rung == holding.rung else State.STAGED
        plan.claimed += self.ledger.need(holding, rung)
        self._assign(ticket, Move(holding.name, origin, State.RESIDENT, rung), plan)

    def _choose(self, holding: Holding) -> tuple[int, int] | None:
        """Return the rung for ``holding`` and the limit in bytes to keep to, or ``None`` if it can never fit."""
        budget = self.ledger.budget
        others = [each for each in self.ledger.holdings.values() if each is not holding]
        fixed = self.ledger.external_bytes
        fixed_for_good = fixed + sum(self.ledger.charge(each) for each in others if each.standing)
        fixed_now = fixed + sum(self.ledger.charge(each) for each in others if not _can_leave(each))
        needs = [self.ledger.need(holding, rung) for rung in range(len(holding.rungs))]
        own, smallest = needs[holding.rung], min(range(len(needs)), key=needs.__getitem__)
        for taken in (fixed_now, fixed_for_good):
            if holding.state in ON_DEVICE and (holding.owners or taken + own <= budget.hard_bytes):
                return holding.rung, budget.soft_bytes if taken + own <= budget.soft_bytes else budget.hard_bytes
            for rung, need in enumerate(needs):
                if taken + need <= budget.soft_bytes:
                    return rung, budget.soft_bytes
            if taken + needs[smallest] <= budget.hard_bytes:
                return smallest, budget.hard_bytes
        return None

    def _clear(self, wanted: Holding, short: int, plan: Plan, now: float) -> bool:
        """Let the least worthy leave until ``short`` bytes come back; leased ones only for the first who waits."""
        others = [e for e in self.ledger.holdings.values() if e is not wanted and e.name not in plan.touched]
        idle = [each for each in others if each.is_idle and each.state is State.RESIDENT]
        victims = self._least_worthy(idle, short, now)
        if victims is None and not plan.is_blocked:
            plan.is_blocked = True
            leased = [each for each in others if each.owners and not each.standing and each.state is State.RESIDENT]
            missing = short - sum(self.ledger.charge(each) for each in idle)
            returning = self._least_worthy(leased, missing, now)
            victims = None if returning is None else idle + returning
        for each in victims or ():
            each.state = State.DRAINING
            each.reason = f"makes room for {wanted.name}"
            plan.freeing += self.ledger.charge(each)
        return victims is not None

    def _least_worthy(self, candidates: list[Holding], short: int, now: float) -> list[Holding] | None:
        """Return who should leave so that ``short`` bytes come back, sparing whom it can; ``None`` if all do not do."""
        charge = self.ledger.charge
        if sum(map(charge, candidates)) < short:
            return None
        ranked = sorted(candidates, key=lambda each: (self.worth(each, now), each.name))
        chosen: list[Holding] = []
        for each in ranked:
            if sum(map(charge, chosen)) >= short:
                break
            chosen.append(each)
        for each in reversed(chosen[:]):
            if sum(map(charge, chosen)) - charge(each) >= short:
                chosen.remove(each)
        return chosen

    def worth(self, holding: Holding, now: float) -> float:
        """Return what keeping ``holding`` saves, in seconds for each byte."""
        seconds = reload_seconds(holding, self.bandwidth, self.ledger.refuge(holding))
        return worth(holding, seconds, now, self.policy)

    def _assign_departure(self, ticket: Ticket[Move], plan: Plan) -> None:
        for each in self.ledger.holdings.values():
            if each.state is State.DRAINING and each.is_idle and each.name not in plan.touched:
                self._assign(ticket, Move(each.name, State.DRAINING, self.ledger.refuge(each), each.rung), plan)
                return

    def _assign(self, ticket: Ticket[Move], move: Move, plan: Plan) -> None:
        if not ticket.begun:
            ticket.todo = move
            plan.touched.add(move.name)

    def _set_off(self, move: Move) -> None:
        holding = self.ledger.holdings[move.name]
        holding.state, holding.moving, holding.rung = move.origin, move.target, move.rung

    def _grant(self, ticket: Ticket[Move], now: float) -> None:
        holding = self.ledger.holdings[ticket.name]
        if not holding.owners:
            holding.state = State.RESIDENT
        holding.owners[ticket.owner] += 1
        holding.standing += ticket.standing
        holding.reason = IN_USE
        touch(holding, now, self.policy)
        ticket.outcome = "granted"
        self.queue.remove(ticket)

    def _loaded(self, holding: Holding, move: Move, now: float, seconds: float) -> None:
        if holding.num_loads:
            was = self.reloads.is_thrashing(now)
            self.reloads.add(now)
            if self.reloads.is_thrashing(now) and not was:
                self.news.append(("warning", "models replace each other; waiting requests are served model by model"))
        holding.num_loads += 1
        holding.loaded_at = now
        self.bandwidth.measure(move.origin, holding.footprint.weights_bytes, seconds)
        if move.origin is State.STAGED:
            holding.load_s = seconds

    def _tell_rung(self, holding: Holding) -> None:
        rung, size, budget = holding.rungs[holding.rung], self.ledger.charge(holding), self.ledger.budget
        if holding.rung:
            best = format_bytes(self.ledger.need(holding, 0))
            self.news.append((
                "warning",
                f"{holding.name} is held as {rung.name!r} in {format_bytes(size)} instead of"
                f" {holding.rungs[0].name!r} in {best}: the soft limit is {format_bytes(budget.soft_bytes)}",
            ))  # fmt: skip
        if (used := self.ledger.used_bytes) > budget.soft_bytes:
            self.news.append((
                "warning",
                f"{format_bytes(used)} are in use with {holding.name}, above the soft limit of"
                f" {format_bytes(budget.soft_bytes)}: its ladder has no lower rung",
            ))  # fmt: skip

    def _refuse_stuck(self) -> None:
        while (ticket := stuck(self.ledger, [each for each in self.queue if each.todo is None])) is not None:
            self._refuse(ticket, self.ledger.holdings[ticket.name], "and those who hold it wait for each other")

    def _refuse(self, ticket: Ticket[Move], holding: Holding, why: str) -> None:
        if ticket.begun:
            return
        need = min(self.ledger.need(holding, rung) for rung in range(len(holding.rungs)))
        free = self.ledger.budget.hard_bytes - self.ledger.used_bytes
        ticket.refusal = (
            f"{holding.name} needs {format_bytes(need)} on its lowest rung; {format_bytes(max(0, free))} of"
            f" {format_bytes(self.ledger.budget.hard_bytes)} are free, {why}; {self.holders()}"
        )
        ticket.outcome = "refused"
        self.queue.remove(ticket)

    def holders(self) -> str:
        """Return who holds what, in words."""
        parts = [f"{name} {format_bytes(size)} (another program)" for name, size in self.ledger.externals.items()]
        for each in self.ledger.holdings.values():
            if size := self.ledger.charge(each):
                parts.append(f"{each.name} {format_bytes(size)} ({each.state}, {each.leased})")
        return "held by " + ", ".join(parts) if parts else "nobody holds any"

    def _holds_something(self, owner: object) -> bool:
        return any(owner in each.owners for each in self.ledger.holdings.values())

    def _leaving(self) -> list[Holding]:
        return [each for each in self.ledger.holdings.values() if each.state is State.DRAINING and each.moving]


def _can_leave(holding: Holding) -> bool:
    return holding.is_idle or (holding.state is State.DRAINING and holding.moving is not None)
