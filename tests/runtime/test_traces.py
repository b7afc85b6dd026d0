"""The whole budget under random events: two thousand seeded traces, and a machine that shrinks what it finds.

A hundred thousand of the same traces are run by ``python -m benchmarks engine_room``.
"""

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from benchmarks.engine_room.threads import run_threads
from benchmarks.engine_room.traces import Found, Owner, World, simulate
from vortex.runtime.ledger import Holding, State
from vortex.runtime.steward import Steward


def test_two_thousand_random_traces_keep_every_promise() -> None:
    found = simulate(2_000)
    assert found.violations == []
    rare = ("revived while draining", "requests that met an idle timer", "degraded loads", "failed moves", "gave up")
    assert all(found.seen[what] > 50 for what in rare), found.seen


def test_the_traces_notice_an_eviction_under_a_lease(monkeypatch: Any) -> None:
    monkeypatch.setattr(
        Holding,
        "is_idle",
        property(lambda self: self.state in (State.RESIDENT, State.DRAINING) and self.moving is None),
    )
    assert simulate(20).evictions_under_lease


def test_the_traces_notice_a_deadlock(monkeypatch: Any) -> None:
    monkeypatch.setattr(Steward, "_refuse_stuck", lambda self: None)
    assert simulate(200).deadlocks


def test_threads_with_an_idle_timer_keep_every_promise() -> None:
    found = run_threads(num_threads=6, uses=60)
    assert found.loads > 20
    assert (found.over_budget, found.evictions_under_lease, found.absent, found.unfinished) == (0, 0, 0, 0)


class Budgeted(RuleBasedStateMachine):
    """Events in any order over a drawn world."""

    world: World

    @initialize(seed=st.integers(0, 2**32))
    def begin(self, seed: int) -> None:
        self.world = World(seed, Found())

    def owner(self, number: int) -> Owner:
        return self.world.owners[number % len(self.world.owners)]

    @rule(number=st.integers(0, 4), model=st.integers(0, 4), standing=st.sampled_from([False] * 9 + [True]))
    def ask(self, number: int, model: int, standing: bool) -> None:
        owner, names = self.owner(number), list(self.world.ladders)
        if owner.ticket is None and len(owner.leases) < 3:
            name = names[model % len(names)]
            owner.ticket = self.world.steward.ask(name, owner.number, self.world.now, standing=standing)
            self.world.advance()

    @rule(number=st.integers(0, 4), gives_up=st.booleans())
    def wait(self, number: int, gives_up: bool) -> None:
        owner = self.owner(number)
        if owner.ticket is not None and owner.move is None:
            self.world.wait(owner, gives_up)

    @rule(number=st.integers(0, 4), fails=st.booleans())
    def end_move(self, number: int, fails: bool) -> None:
        owner = self.owner(number)
        if owner.move is not None:
            self.world.end_move(owner, fails)

    @rule(number=st.integers(0, 4))
    def give_back(self, number: int) -> None:
        owner = self.owner(number)
        if owner.ticket is None and owner.leases:
            self.world.give_back(owner)

    @rule(seconds=st.sampled_from([1, 5, 30]))
    def let_time_pass(self, seconds: int) -> None:
        self.world.now += seconds

    @rule()
    def sweep(self) -> None:
        self.world.sweep()

    @precondition(lambda self: self.world.sweeps)
    @rule()
    def end_sweep(self) -> None:
        self.world.end_sweep()

    @rule()
    def another_program_comes_or_goes(self) -> None:
        self.world.other_program()

    @invariant()
    def promises_are_kept(self) -> None:
        if hasattr(self, "world"):
            self.world.check()
            assert self.world.found.violations == []

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.world.settle()
            assert self.world.found.violations == []


TestBudgeted = Budgeted.TestCase
TestBudgeted.settings = settings(
    max_examples=80, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
