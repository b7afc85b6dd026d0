"""Keeping models on a device within a budget: leases, loading, leaving. One lock, one condition.

All decisions are the steward's. Here threads wait for them and carry them out, outside of the lock: reading headers,
loading, unloading. Whoever waits for memory makes the moves that bring it, so there is no thread that could die
unseen.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol, Self

from vortex.core.errors import MemoryPressureError, ModelError
from vortex.core.events import Event, Listener
from vortex.core.units import format_bytes
from vortex.runtime.budget import STAGE, log_event
from vortex.runtime.device import MemorySource
from vortex.runtime.explaining import Placement, explain, placements
from vortex.runtime.failures import FOREIGN, explain_failure
from vortex.runtime.ledger import KEPT, Budget, Holding, Rung, State
from vortex.runtime.steward import Move, Steward
from vortex.runtime.waiting import Ticket
from vortex.runtime.worth import Policy


class Mover(Protocol):
    """Brings one model's weights from place to place. Called by one thread at a time, never under a lock."""

    folder: Path | None
    """Where the model is on disk, if it is there; asked for before each load from disk."""

    def stage(self) -> tuple[Rung, ...]:
        """Read headers only and return the ladder of ways to hold the model, best first."""

    def load(self, rung: Rung, kept: Any) -> Any:
        """Return the model on the device, held as ``rung``.

        Args:
            rung: one of those that ``stage`` returned.
            kept: what ``unload`` returned for the same rung, or ``None`` to load from disk.
        """

    def unload(self, model: Any, place: State) -> Any:
        """Take the model off the device and return what is to be kept of it: in RAM, pinned, or ``None`` if staged."""


class Residency:
    """The models of one device. Every method may be called from any thread."""

    def __init__(
        self,
        budget: Budget,
        *,
        source: MemorySource | None = None,
        policy: Policy | None = None,
        clock: Callable[[], float] = time.monotonic,
        listener: Listener = log_event,
    ) -> None:
        """Keep models within ``budget``.

        Args:
            budget: the declared limits.
            source: the device, asked before each load whether other programs left enough; ``None`` asks nobody.
            policy: how worth is counted.
            clock: seconds that only grow.
            listener: hears of degraded models, excess, and thrashing.
        """
        self._changed = threading.Condition(threading.Lock())
        self._steward = Steward(budget, policy)
        self._movers: dict[str, Mover] = {}
        self._models: dict[str, Any] = {}
        self._kept: dict[str, Any] = {}
        self._source, self._clock, self._listener = source, clock, listener

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.unload()

    def __contains__(self, name: object) -> bool:
        return name in self._movers

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._movers))

    def add(self, name: str, mover: Mover) -> None:
        """Make a model known; nothing is read.

        Raises:
            ModelError: the name is taken.
        """
        with self._changed:
            if name in self._movers:
                raise ModelError(f"there is a model {name!r} already; give this one another name")
            self._movers[name] = mover
            self._steward.ledger.holdings[name] = Holding(name)

    @contextmanager
    def use(self, name: str, *, timeout_s: float | None = None, owner: object = None) -> Iterator[Any]:
        """Lease a model, loading it if need be; it does not leave the device before the block ends.

        Args:
            name: a model that was added.
            timeout_s: how long to wait for memory; ``None`` waits as long as somebody works who will give it back, and
                is refused as soon as nobody does.
            owner: one line of work; the calling thread if ``None``.

        Raises:
            ModelError: the model is unknown, or cannot be loaded.
            MemoryPressureError: it can never fit, did not in time, or memory ran out; says who holds what.
        """
        ticket = self.acquire(name, timeout_s=timeout_s, owner=owner)
        try:
            yield self._models[name]
        finally:
            self.release(ticket)

    def acquire(
        self, name: str, *, timeout_s: float | None = None, owner: object = None, standing: bool = False
    ) -> Ticket[Move]:
        """Lease a model without a block; ``release`` takes the ticket back. Arguments and errors are those of ``use``.

        A ``standing`` lease is one that others should not wait for.
        """
        self._expect(name)
        deadline = None if timeout_s is None else self._clock() + timeout_s
        with self._deciding() as steward:
            asker = threading.get_ident() if owner is None else owner
            ticket = steward.ask(name, asker, self._clock(), standing=standing)
        try:
            while (move := self._next_move(ticket, deadline)) is not None:
                self._make(move, ticket)
        except BaseException:
            self._give_up(ticket)
            raise
        return ticket

    def release(self, ticket: Ticket[Move]) -> None:
        """Give a lease back."""
        with self._deciding() as steward:
            steward.give_back(ticket)

    def model(self, ticket: Ticket[Move]) -> Any:
        """Return the model of a lease that is not given back."""
        assert ticket.outcome == "granted", ticket
        return self._models[ticket.name]

    def unload(self, name: str = "", *, idle_s: float = 0.0) -> tuple[str, ...]:
        """Let all models, or the one named, leave that nobody leases and nobody used for ``idle_s``; return which did.

        Raises:
            ModelError: the one named is leased, or unknown.
        """
        if name:
            self._expect(name)
        gone = []
        for each in [name] if name else self:
            with self._deciding() as steward:
                if name and (holding := steward.ledger.holdings[name]).owners:
                    raise ModelError(f"{name} is {holding.leased}; it can leave once that comes back")
                move = steward.send_away(each, self._clock(), idle_s)
            if move is not None:
                self._make(move, None)
                gone.append(each)
        return tuple(gone)

    def reserve(self, name: str, size_bytes: int) -> None:
        """Count ``size_bytes`` of the device for another program, until ``free``.

        Raises:
            MemoryPressureError: they do not fit beside what is held; says who holds what.
        """
        with self._deciding() as steward:
            ledger = steward.ledger
            room = ledger.budget.hard_bytes - ledger.used_bytes + ledger.externals.get(name, 0)
            if size_bytes > room:
                raise MemoryPressureError(
                    f"{name} wants {format_bytes(size_bytes)}, {format_bytes(max(0, room))} of"
                    f" {format_bytes(ledger.budget.hard_bytes)} are free; {steward.holders()}; unload something first"
                )
            ledger.externals[name] = size_bytes

    def free(self, name: str) -> None:
        """Count the other program ``name`` no more."""
        with self._deciding() as steward:
            steward.ledger.externals.pop(name, None)

    def can_fit(self, size_bytes: int) -> bool:
        """Tell whether ``size_bytes`` would fit below the hard limit once every idle model has left."""
        with self._changed:
            ledger = self._steward.ledger
            staying = sum(ledger.charge(each) for each in ledger.holdings.values() if not each.is_idle)
            needed = ledger.budget.with_slack(size_bytes)
            return ledger.external_bytes + staying + needed <= ledger.budget.hard_bytes

    @property
    def budget(self) -> Budget:
        """The declared limits."""
        return self._steward.ledger.budget

    def held(self) -> dict[str, int]:
        """Return the bytes of the device by holder, other programs included; who holds nothing is left out."""
        with self._changed:
            ledger = self._steward.ledger
            charges = {name: ledger.charge(each) for name, each in ledger.holdings.items()}
            return ledger.externals | {name: size for name, size in charges.items() if size}

    def placements(self) -> tuple[Placement, ...]:
        """Return where every model is, and why."""
        with self._changed:
            return placements(self._steward, self._clock())

    def explain(self) -> str:
        """Return every placement in words and numbers."""
        with self._changed:
            return explain(self._steward, self._clock(), self._source.name if self._source else "device")

    def _expect(self, name: str) -> None:
        if name not in self._movers:
            raise ModelError(f"no model named {name!r}; there are: {', '.join(self) or 'none'}")

    @contextmanager
    def _deciding(self) -> Iterator[Steward]:
        """Hold the lock, decide anew at the end, wake everybody, and tell afterwards what was decided."""
        with self._changed:
            yield self._steward
            self._steward.advance(self._clock())
            self._changed.notify_all()
            news, self._steward.news = self._steward.news, []
        for kind, text in news:
            self._listener(Event(kind, STAGE, message=text))

    def _next_move(self, ticket: Ticket[Move], deadline: float | None) -> Move | None:
        """Wait until there is something to do for ``ticket`` and return it, or ``None`` once it is granted."""
        with self._changed:
            while True:
                if ticket.outcome == "granted":
                    return None
                if ticket.outcome == "refused":
                    raise MemoryPressureError(ticket.refusal)
                if ticket.todo is not None:
                    return self._steward.begin(ticket)
                left = None if deadline is None else deadline - self._clock()
                if left is not None and left <= 0:
                    holders = self._steward.holders()
                    raise MemoryPressureError(f"{ticket.name} got no memory in time; {holders}; wait longer or unload")
                self._changed.wait(left)

    def _give_up(self, ticket: Ticket[Move]) -> None:
        """Take a ticket back, and the move that it had begun when it was interrupted."""
        with self._deciding() as steward:
            if ticket.begun and ticket.todo is not None:
                if ticket.todo.origin is State.DRAINING:
                    self._models.pop(ticket.todo.name, None)
                steward.fail(ticket.todo, ticket, "interrupted")
            else:
                steward.withdraw(ticket)

    def _make(self, move: Move, ticket: Ticket[Move] | None) -> None:
        began = self._clock()
        try:
            made = self._carry(move)
        except BaseException as error:
            with self._deciding() as steward:
                steward.fail(move, ticket, f"failed: {error}")
            self._release_cache()
            raise
        with self._deciding() as steward:
            now = self._clock()
            steward.finish(made, now, now - began, ticket)

    def _carry(self, move: Move) -> Move:
        """Make ``move`` and return the move that was really made."""
        if move.target is State.RESIDENT:
            self._load(move)
            return move
        if move.origin is State.COLD:
            self._stage(move)
            return move
        return self._take_off(move)

    def _stage(self, move: Move) -> None:
        mover = self._movers[move.name]
        try:
            rungs = mover.stage()
        except FOREIGN as error:
            raise explain_failure(error, move.name, mover.folder, "") from error
        with self._changed:
            self._steward.learn(move.name, rungs)

    def _load(self, move: Move) -> None:
        mover = self._movers[move.name]
        with self._changed:
            holding = self._steward.ledger.holdings[move.name]
            rung, holders = holding.rungs[move.rung], self._steward.holders()
            need = self._steward.ledger.need(holding, move.rung)
        if move.origin not in KEPT:
            self._kept.pop(move.name, None)
        kept = self._kept.get(move.name)
        try:
            self._ask_device(move.name, need)
            if kept is None and mover.folder is not None and not mover.folder.exists():
                raise FileNotFoundError(mover.folder)
            self._models[move.name] = mover.load(rung, kept)
        except FOREIGN as error:
            raise explain_failure(error, move.name, mover.folder, holders) from error
        self._kept.pop(move.name, None)

    def _ask_device(self, name: str, need: int) -> None:
        """Refuse a load for which other programs, of which the ledger knows nothing, left too little."""
        if self._source is None:
            return
        self._source.release_cache()
        reading = self._source.read()
        if reading.free_bytes < need:
            raise MemoryPressureError(
                f"{name} needs {format_bytes(need)}, and {self._source.name} itself has"
                f" {format_bytes(reading.free_bytes)} of {format_bytes(reading.total_bytes)} free: programs outside of"
                f" this ledger hold memory; end them, or lower the declared limit"
            )

    def _take_off(self, move: Move) -> Move:
        if move.origin in KEPT:
            self._kept.pop(move.name, None)
            return move
        model = self._models.pop(move.name)
        try:
            kept = self._movers[move.name].unload(model, move.target)
        except FOREIGN as error:
            text = f"{move.name} could not be kept in host memory and was dropped: {error}"
            self._listener(Event("warning", STAGE, message=text))
            move, kept = replace(move, target=State.STAGED), None
        del model
        if kept is not None and move.target in KEPT:
            self._kept[move.name] = kept
        elif move.target in KEPT:
            move = replace(move, target=State.STAGED)
        self._release_cache()
        return move

    def _release_cache(self) -> None:
        if self._source is not None:
            self._source.release_cache()
