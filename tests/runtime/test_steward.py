"""Decisions in integers: sizes and clock are handed in, and nothing is loaded."""

import pytest

from vortex.runtime.ledger import Budget, Footprint, Holding, Rung, State
from vortex.runtime.steward import Move, Steward
from vortex.runtime.waiting import Ticket, in_turn
from vortex.runtime.worth import Bandwidth, Policy


def steward(budget: Budget, policy: Policy | None = None, **models: tuple[tuple[int, int, int], ...]) -> Steward:
    made = Steward(budget, policy)
    for name, sizes in models.items():
        rungs = tuple(Rung(f"rung {number}", Footprint(*size)) for number, size in enumerate(sizes))
        made.ledger.holdings[name] = Holding(name, rungs, State.STAGED)
    return made


def ask(made: Steward, name: str, owner: str, now: float = 0.0, *, standing: bool = False) -> Ticket[Move]:
    ticket = made.ask(name, owner, now, standing=standing)
    made.advance(now)
    return ticket


def work(made: Steward, ticket: Ticket[Move], now: float = 0.0, seconds: float = 1.0) -> list[Move]:
    """Make the moves of ``ticket`` until it has none, and return them."""
    moves = []
    while ticket.todo is not None:
        moves.append(made.begin(ticket))
        made.finish(moves[-1], now, seconds, ticket)
        made.advance(now)
    return moves


def give_back(made: Steward, ticket: Ticket[Move], now: float = 0.0) -> None:
    made.give_back(ticket)
    made.advance(now)


def use(made: Steward, name: str, owner: str, now: float = 0.0, seconds: float = 1.0) -> list[Move]:
    """Use a model and give it back."""
    ticket = ask(made, name, owner, now)
    moves = work(made, ticket, now, seconds)
    assert ticket.outcome == "granted", ticket.refusal
    give_back(made, ticket, now)
    return moves


TIGHT = Budget(99, 100, slack_percent=0)


def test_activations_are_charged_while_a_model_works() -> None:
    made = steward(Budget(99, 100, slack_percent=10), a=((50, 5, 7),))
    ticket = ask(made, "a", "x")
    work(made, ticket)
    assert made.ledger.used_bytes == 69
    give_back(made, ticket)
    assert made.ledger.used_bytes == 61


def test_headers_are_read_before_anything_is_decided() -> None:
    made = steward(TIGHT)
    made.ledger.holdings["a"] = Holding("a")
    ticket = ask(made, "a", "x")
    assert ticket.todo == Move("a", State.COLD, State.STAGED)
    move = made.begin(ticket)
    made.learn("a", (Rung("whole", Footprint(10)),))
    made.finish(move, 0.0, 0.0, ticket)
    made.advance(0.0)
    assert ticket.todo == Move("a", State.STAGED, State.RESIDENT)


def test_who_is_quick_to_bring_back_leaves_first() -> None:
    made = steward(TIGHT, slow=((40, 0, 0),), quick=((40, 0, 0),), new=((50, 0, 0),))
    use(made, "quick", "x", now=0, seconds=1)
    use(made, "slow", "x", now=0, seconds=9)
    moves = use(made, "new", "x", now=20)
    assert [move.name for move in moves] == ["quick", "new"]
    assert made.ledger.holdings["slow"].state is State.RESIDENT


def test_who_is_often_wanted_stays() -> None:
    made = steward(TIGHT, often=((40, 0, 0),), once=((40, 0, 0),), new=((50, 0, 0),))
    for now in (0, 1, 2):
        use(made, "often", "x", now=now)
    use(made, "once", "x", now=3)
    assert use(made, "new", "x", now=30)[0].name == "once"


def test_who_was_loaded_just_now_stays() -> None:
    def first_to_leave(settle_s: float) -> str:
        policy = Policy(settle_s=settle_s, half_life_s=10)
        made = steward(TIGHT, policy, old=((40, 0, 0),), fresh=((40, 0, 0),), new=((50, 0, 0),))
        use(made, "old", "x", now=0, seconds=2)
        use(made, "fresh", "x", now=0, seconds=2)
        use(made, "old", "x", now=0)
        made.ledger.holdings["fresh"].loaded_at = 9
        return use(made, "new", "x", now=10)[0].name

    assert first_to_leave(settle_s=0) == "fresh"
    assert first_to_leave(settle_s=5) == "old"


def test_no_more_leave_than_must() -> None:
    made = steward(TIGHT, small=((10, 0, 0),), large=((60, 0, 0),), new=((60, 0, 0),))
    use(made, "small", "x", seconds=0.001)
    use(made, "large", "x", seconds=9)
    assert [move.name for move in use(made, "new", "x", now=20)] == ["large", "new"]


def test_weights_go_to_host_memory_as_far_as_it_reaches() -> None:
    budget = Budget(99, 100, 0, host_bytes=70, pinned_bytes=40)
    made = steward(budget, a=((40, 0, 0),), b=((30, 0, 0),), c=((20, 0, 0),), big=((100, 0, 0),))
    for name in "abc":
        use(made, name, "x")
    use(made, "big", "x", now=20)
    assert [made.ledger.holdings[name].state for name in "abc"] == [State.PINNED, State.RAM, State.STAGED]
    assert made.ledger.kept_bytes(State.RAM, State.PINNED) == 70


def test_the_soft_limit_walks_the_ladder_and_says_so() -> None:
    made = steward(Budget(80, 100, 0), fixed=((50, 0, 0),), flux=((45, 0, 0), (40, 0, 0), (25, 0, 0)))
    work(made, ask(made, "fixed", "x"))
    ticket = ask(made, "flux", "y")
    assert work(made, ticket)[-1].rung == 2
    assert made.news == [
        ("warning", "flux is held as 'rung 2' in 25 B instead of 'rung 0' in 45 B: the soft limit is 80 B")
    ]


def test_idle_models_leave_before_a_ladder_is_walked() -> None:
    made = steward(Budget(80, 100, 0), idle=((50, 0, 0),), flux=((45, 0, 0), (25, 0, 0)))
    use(made, "idle", "x")
    assert [(move.name, move.rung) for move in use(made, "flux", "y", now=20)] == [("idle", 0), ("flux", 0)]


def test_above_the_soft_limit_without_a_lower_rung_is_said() -> None:
    made = steward(Budget(80, 100, 0), a=((90, 0, 0),))
    use(made, "a", "x")
    assert "above the soft limit of 80 B: its ladder has no lower rung" in made.news[0][1]


def test_more_than_the_hard_limit_is_refused_before_loading() -> None:
    made = steward(TIGHT, a=((101, 0, 0),), b=((90, 0, 0),))
    made.ledger.externals["llm server"] = 20
    refused = ask(made, "b", "x")
    assert (refused.outcome, refused.todo) == ("refused", None)
    assert refused.refusal == (
        "b needs 90 B on its lowest rung; 80 B of 100 B are free, even when all that can leave has left;"
        " held by llm server 20 B (another program)"
    )
    assert ask(made, "a", "x").outcome == "refused"


def test_who_waits_for_a_lease_gets_its_room_and_newcomers_wait() -> None:
    made = steward(TIGHT, a=((60, 0, 0),), b=((60, 0, 0),))
    held = ask(made, "a", "x")
    work(made, held)
    waiting, late = ask(made, "b", "y"), ask(made, "a", "z")
    assert made.ledger.holdings["a"].state is State.DRAINING
    assert waiting.outcome == late.outcome == "waiting" and waiting.todo is None
    give_back(made, held)
    assert [move.target for move in work(made, waiting)] == [State.STAGED, State.RESIDENT]
    assert late.outcome == "waiting"


def test_an_eviction_target_revived_while_it_drains() -> None:
    """Ollama #17408: the target got a new request while it drained, and the one who waited for its end hung."""
    made = steward(TIGHT, a=((60, 0, 0),), b=((60, 0, 0),))
    held = ask(made, "a", "x")
    work(made, held)
    waiting, revival = ask(made, "b", "y"), ask(made, "a", "z")
    made.withdraw(waiting)
    made.advance(1.0)
    assert revival.outcome == "granted" and made.ledger.holdings["a"].state is State.RESIDENT
    assert made.ledger.holdings["a"].reason == "in use"
    again = ask(made, "b", "y")
    give_back(made, held)
    assert again.todo is None
    give_back(made, revival)
    assert [move.name for move in work(made, again)] == ["a", "b"] and again.outcome == "granted"


def test_an_eviction_target_wanted_again_while_it_is_unloaded() -> None:
    made = steward(TIGHT, a=((60, 0, 0),), b=((60, 0, 0),))
    use(made, "a", "x")
    taker = ask(made, "b", "y")
    move = made.begin(taker)
    wanting = ask(made, "a", "z")
    assert wanting.todo is None
    made.finish(move, 1.0, 0.1, taker)
    made.advance(1.0)
    work(made, taker)
    assert taker.outcome == "granted" and wanting.outcome == "waiting"
    give_back(made, taker)
    assert [step.name for step in work(made, wanting)] == ["b", "a"] and wanting.outcome == "granted"


def test_an_idle_timer_racing_a_request() -> None:
    """llama-swap #946: a timer unloads while a request arrives, and the group hangs."""
    made = steward(TIGHT, a=((60, 0, 0),))
    use(made, "a", "x", now=0)
    leaving = made.send_away("a", 100, 50)
    assert leaving is not None
    request = ask(made, "a", "y", now=100)
    assert request.outcome == "waiting" and request.todo is None
    made.finish(leaving, 101)
    made.advance(101)
    assert work(made, request, now=101) and request.outcome == "granted"
    assert made.send_away("a", 1000, 50) is None


def test_nested_leases_that_block_each_other_are_refused() -> None:
    made = steward(TIGHT, a=((50, 0, 0),), b=((50, 0, 0),), c=((40, 0, 0),))
    first, second = ask(made, "a", "x"), ask(made, "b", "y")
    work(made, first), work(made, second)
    third = ask(made, "c", "x")
    assert third.outcome == "waiting"
    fourth = ask(made, "c", "y")
    assert (third.outcome, fourth.outcome) == ("waiting", "refused")
    assert "wait for each other" in fourth.refusal
    give_back(made, second)
    work(made, third)
    assert third.outcome == "granted"


def test_what_is_kept_for_good_is_not_waited_for() -> None:
    made = steward(TIGHT, a=((60, 0, 0),), b=((60, 0, 0),))
    work(made, ask(made, "a", "x", standing=True))
    assert ask(made, "b", "y").outcome == "refused"


def test_a_lease_for_good_is_never_chosen_to_leave() -> None:
    made = steward(TIGHT, kept=((30, 0, 0),), lent=((30, 0, 0),), big=((60, 0, 0),))
    work(made, ask(made, "kept", "x", standing=True))
    lent = ask(made, "lent", "y")
    work(made, lent)
    waiting = ask(made, "big", "z")
    assert made.ledger.holdings["kept"].state is State.RESIDENT
    assert made.ledger.holdings["lent"].state is State.DRAINING
    give_back(made, lent)
    work(made, waiting)
    assert waiting.outcome == "granted"


def test_small_requests_do_not_starve_a_large_one() -> None:
    made = steward(TIGHT, lent=((50, 0, 0),), big=((80, 0, 0),), small=((40, 0, 0),))
    lent = ask(made, "lent", "x")
    work(made, lent)
    large, small = ask(made, "big", "y"), ask(made, "small", "z")
    assert small.todo is None
    give_back(made, lent)
    work(made, large)
    assert (large.outcome, small.outcome) == ("granted", "waiting")


def test_who_holds_something_is_served_before_those_who_asked_earlier() -> None:
    made = steward(TIGHT, lent=((50, 0, 0),), big=((80, 0, 0),), small=((40, 0, 0),))
    lent = ask(made, "lent", "x")
    work(made, lent)
    large, small = ask(made, "big", "y"), ask(made, "small", "x")
    assert in_turn(made.queue, made.ledger, made.policy, 0.0, False) == [small, large]
    work(made, small)
    assert (large.outcome, small.outcome) == ("waiting", "granted")


def test_thrashing_serves_model_by_model() -> None:
    """Ten requests for two models in turns, all there from the beginning, swap once."""

    def loads(policy: Policy) -> int:
        made = steward(TIGHT, policy, a=((60, 0, 0),), b=((60, 0, 0),))
        for now in range(4):
            use(made, "ab"[now % 2], "x", now=now)
        before = sum(each.num_loads for each in made.ledger.holdings.values())
        tickets = [made.ask("ab"[number % 2], f"owner {number}", 4.0) for number in range(10)]
        made.advance(4.0)
        while tickets:
            for ticket in tickets:
                work(made, ticket, now=5.0)
            for ticket in [each for each in tickets if each.outcome == "granted"]:
                give_back(made, ticket, now=5.0)
                tickets.remove(ticket)
        return sum(each.num_loads for each in made.ledger.holdings.values()) - before

    assert loads(Policy(thrash_reloads=2, thrash_window_s=60)) == 1
    assert loads(Policy(thrash_reloads=2, thrash_window_s=0.5)) > 1


def test_patience_ends_while_thrashing() -> None:
    policy = Policy(thrash_reloads=1, thrash_window_s=1000, patience_s=30)
    made = steward(TIGHT, policy, a=((60, 0, 0),), b=((60, 0, 0),))
    for name in "aba":
        use(made, name, "x")
    held = ask(made, "a", "x")
    waiting = ask(made, "b", "y", now=0)
    follower = ask(made, "a", "z", now=10)
    assert follower.outcome == "granted"
    late = ask(made, "a", "w", now=31)
    assert late.outcome == "waiting"
    give_back(made, held, 31), give_back(made, follower, 31)
    work(made, waiting, 31)
    assert waiting.outcome == "granted"


def test_a_failed_load_leaves_nothing_behind() -> None:
    made = steward(TIGHT, a=((60, 0, 0),))
    ticket = ask(made, "a", "x")
    made.fail(made.begin(ticket), ticket, "no")
    made.advance(0.0)
    assert (ticket.outcome, made.ledger.used_bytes, made.queue) == ("refused", 0, [])
    assert use(made, "a", "x")


def test_bandwidth_is_what_was_measured() -> None:
    bandwidth = Bandwidth(disk=1000)
    assert bandwidth.seconds(State.STAGED, 500) == 0.5
    bandwidth.measure(State.STAGED, 100, 1.0)
    assert bandwidth.rate(State.STAGED) == 100
    bandwidth.measure(State.STAGED, 200, 1.0)
    assert bandwidth.rate(State.STAGED) == 125


@pytest.mark.parametrize("sizes", [(0,), (1, -1), (1, 0, -1)])
def test_footprints_are_not_negative(sizes: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="weights must be above 0"):
        Footprint(*sizes)


@pytest.mark.parametrize("limits", [(100, 100), (0, 100), (50, 100, -1), (50, 100, 0, 10, 11)])
def test_budgets_make_sense(limits: tuple[int, ...]) -> None:
    with pytest.raises(ValueError):
        Budget(*limits)
