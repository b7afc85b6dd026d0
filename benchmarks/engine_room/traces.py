"""Random lives of the memory budget, in integers: the real steward, a made-up clock, a device that counts for itself.

A trace draws models, limits and owners, and then events in any order: requests, also nested ones, moves that begin,
end or fail, leases that come back, owners that give up, idle timers, other programs. The device believes nothing that
the ledger says: it adds up what was really put on it, and knows itself who leases what.
"""

from collections import Counter
from dataclasses import dataclass, field
from random import Random

from vortex.runtime.ledger import KEPT, Budget, Footprint, Holding, Rung, State
from vortex.runtime.steward import Move, Steward
from vortex.runtime.waiting import Ticket
from vortex.runtime.worth import Policy

IDLE_S = 20.0


@dataclass
class Found:
    """What went wrong in a trace, and what it came to see."""

    violations: list[str] = field(default_factory=list)
    over_budget: int = 0
    evictions_under_lease: int = 0
    deadlocks: int = 0
    seen: Counter[str] = field(default_factory=Counter)


@dataclass
class Owner:
    """One line of work."""

    number: int
    ticket: Ticket[Move] | None = None
    move: Move | None = None
    leases: list[Ticket[Move]] = field(default_factory=list)


class World:
    """One trace."""

    def __init__(self, seed: int, found: Found) -> None:
        self.random, self.found, self.now = Random(seed), found, 0.0
        draw = self.random.randint
        hard = draw(80, 200)
        host = self.random.choice((0, 0, draw(20, 120)))
        pinned = draw(0, host)
        self.budget = Budget(hard - draw(1, 30), hard, draw(0, 10), host, pinned)
        self.steward = Steward(self.budget, Policy(half_life_s=30, settle_s=5, thrash_window_s=30, patience_s=20))
        self.ladders = {f"m{i}": self.ladder() for i in range(draw(2, 5))}
        self.steward.ledger.holdings.update({name: Holding(name) for name in self.ladders})
        self.owners = [Owner(i) for i in range(draw(2, 5))]
        self.placed: dict[str, Rung] = {}
        self.leaving: set[str] = set()
        self.loading: set[str] = set()
        self.sweeps: list[Move] = []

    def ladder(self) -> tuple[Rung, ...]:
        weights, cache, work = (self.random.randint(*span) for span in ((5, 90), (0, 10), (0, 25)))
        sizes = [(weights, cache, work), (weights, cache, work // 2), (max(1, weights // 2), cache, work // 2)]
        names = ("whole", "tiled", "int8")
        rungs = [Rung(name, Footprint(*size)) for name, size in zip(names, sizes, strict=True)]
        return tuple(rungs[: self.random.randint(1, 3)])

    def run(self, steps: int) -> None:
        """Make ``steps`` random events, then let everybody finish."""
        for _ in range(steps):
            self.now += self.random.choice((0, 0, 1, 1, 2, 5, 15))
            self.event()
            self.check()
        self.settle()

    def event(self) -> None:
        owner = self.random.choice(self.owners)
        dice = self.random.random()
        if dice < 0.04:
            self.sweep()
        elif dice < 0.06:
            self.other_program()
        elif self.sweeps and dice < 0.3:
            self.end_sweep()
        elif owner.move is not None:
            self.end_move(owner, fails=self.random.random() < 0.06)
        elif owner.ticket is not None:
            self.wait(owner, gives_up=dice > 0.97)
        elif owner.leases and dice < 0.7:
            self.give_back(owner)
        elif len(owner.leases) < 3:
            name = self.random.choice(list(self.ladders))
            standing = self.random.random() < 0.01
            owner.ticket = self.steward.ask(name, owner.number, self.now, standing=standing)
            self.advance()

    def wait(self, owner: Owner, gives_up: bool) -> None:
        ticket = owner.ticket
        assert ticket is not None
        if ticket.outcome == "granted":
            owner.leases.append(ticket)
            owner.ticket = None
        elif ticket.outcome == "refused":
            self.found.seen["refused"] += 1
            owner.ticket = None
        elif ticket.todo is not None:
            self.begin(owner, ticket)
        elif gives_up:
            self.found.seen["gave up"] += 1
            self.steward.withdraw(ticket)
            owner.ticket = None
            self.advance()

    def begin(self, owner: Owner, ticket: Ticket[Move]) -> None:
        owner.move = move = self.steward.begin(ticket)
        if move.target is State.RESIDENT:
            self.placed[move.name] = self.ladders[move.name][move.rung]
            self.loading.add(move.name)
            self.found.seen["loads"] += 1
            self.found.seen["degraded loads"] += move.rung > 0
        elif move.origin is State.DRAINING:
            self.depart(move)

    def end_move(self, owner: Owner, fails: bool) -> None:
        move, ticket = owner.move, owner.ticket
        assert move is not None and ticket is not None
        owner.move = None
        if move.target is State.RESIDENT:
            self.loading.discard(move.name)
        self.arrive(move)
        if fails:
            self.found.seen["failed moves"] += 1
            if move.target is State.RESIDENT:
                self.placed.pop(move.name)
            owner.ticket = None
            self.steward.fail(move, ticket, "failed")
        else:
            if move.origin is State.COLD:
                self.steward.learn(move.name, self.ladders[move.name])
            self.steward.finish(move, self.now, self.random.randint(1, 9), ticket)
        self.advance()

    def give_back(self, owner: Owner) -> None:
        ticket = owner.leases.pop(self.random.randrange(len(owner.leases)))
        self.steward.give_back(ticket)
        self.advance()

    def sweep(self) -> None:
        for name in self.ladders:
            move = self.steward.send_away(name, self.now, IDLE_S)
            if move is not None:
                self.found.seen["idle timers"] += 1
                self.sweeps.append(move)
                if move.origin is State.DRAINING:
                    self.depart(move)
        self.advance()

    def end_sweep(self) -> None:
        move = self.sweeps.pop(self.random.randrange(len(self.sweeps)))
        wanted = any(owner.ticket is not None and owner.ticket.name == move.name for owner in self.owners)
        self.found.seen["requests that met an idle timer"] += wanted
        self.arrive(move)
        self.steward.finish(move, self.now)
        self.advance()

    def other_program(self) -> None:
        ledger = self.steward.ledger
        if ledger.externals.pop("server", 0):
            self.advance()
            return
        size = self.random.randint(1, 40)
        if ledger.used_bytes + size <= self.budget.hard_bytes:
            ledger.externals["server"] = size
            self.advance()

    def depart(self, move: Move) -> None:
        self.leaving.add(move.name)
        self.found.seen["evictions"] += 1
        if self.leases(move.name):
            self.found.evictions_under_lease += 1
            self.found.violations.append(f"{move.name} leaves under a lease")

    def arrive(self, move: Move) -> None:
        if move.name in self.leaving and move.origin is State.DRAINING:
            self.leaving.discard(move.name)
            self.placed.pop(move.name)

    def leases(self, name: str) -> int:
        """Return who works with ``name``, those included who were granted it and did not look yet."""
        held = sum(ticket.name == name for owner in self.owners for ticket in owner.leases)
        tickets = [owner.ticket for owner in self.owners if owner.ticket is not None]
        return held + sum(ticket.name == name and ticket.outcome == "granted" for ticket in tickets)

    def advance(self) -> None:
        before = {each.name for each in self.steward.ledger.holdings.values() if each.state is State.DRAINING}
        self.steward.advance(self.now)
        self.steward.news.clear()
        for name in before:
            holding = self.steward.ledger.holdings[name]
            self.found.seen["revived while draining"] += holding.state is State.RESIDENT and holding.leases > 0

    def check(self) -> None:
        """Count the bytes that are really there."""
        total = sum(self.steward.ledger.externals.values())
        for name, rung in self.placed.items():
            size = rung.footprint
            works = name in self.loading or self.leases(name)
            total += size.weights_bytes + size.kv_bytes + (size.activation_bytes if works else 0)
        kept = [e.footprint.weights_bytes for e in self.steward.ledger.holdings.values() if e.state in KEPT]
        pinned = self.steward.ledger.kept_bytes(State.PINNED)
        if total > self.budget.hard_bytes or sum(kept) > self.budget.host_bytes or pinned > self.budget.pinned_bytes:
            self.found.over_budget += 1
            self.found.violations.append(f"{total} of {self.budget.hard_bytes} bytes, {sum(kept)} kept")
        for owner in self.owners:
            if any(each.name not in self.placed or each.name in self.leaving for each in owner.leases):
                self.found.violations.append(f"owner {owner.number} works with a model that is not there")

    def settle(self) -> None:
        """Let everybody work to the end; who still waits when nobody can do anything is deadlocked."""
        for _ in range(400):
            busy = False
            while self.sweeps:
                self.end_sweep()
            for owner in self.owners:
                busy |= self.work_on(owner)
                self.check()
            if not busy:
                break
        waiting = [owner.number for owner in self.owners if owner.ticket is not None]
        if waiting:
            self.found.deadlocks += 1
            self.found.violations.append(f"owners {waiting} wait for ever")

    def work_on(self, owner: Owner) -> bool:
        self.now += 1
        if owner.move is not None:
            self.end_move(owner, fails=False)
        elif owner.ticket is not None:
            if owner.ticket.outcome == "waiting" and owner.ticket.todo is None:
                return False
            self.wait(owner, gives_up=False)
        elif returning := [each for each in owner.leases if not each.standing]:
            owner.leases.remove(returning[-1])
            self.steward.give_back(returning[-1])
            self.advance()
        else:
            return False
        return True


def simulate(num_traces: int, seed: int = 0, steps: int = 40) -> Found:
    """Run ``num_traces`` random traces of ``steps`` events each and return what was found."""
    found = Found()
    for number in range(num_traces):
        before = len(found.violations)
        World(seed * 1_000_003 + number, found).run(steps)
        found.violations[before:] = [f"trace {number}: {text}" for text in found.violations[before:]]
    return found
