"""What is loaded again and again: our choice of who leaves against the one that was used longest ago.

One line of work asks for models of usual sizes, in turns as slots are made, or at random with favourites. Loads take
the time that their bytes take at a stated bandwidth; nothing else takes any.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from vortex.runtime.ledger import Budget, Footprint, Holding, Rung, State
from vortex.runtime.steward import Steward

GB = 10**9
SIZES_GB = {"llm": 9.0, "image": 6.0, "video": 10.0, "voice": 0.4, "judge": 0.6, "sdxl": 7.0}
BUDGETS_GB = (12, 16, 24)
HOST_GB = 16
DISK, MEMORY = 1e9, 10e9
STEP_S = 4.0


class LeastRecent(Steward):
    """The same decisions, except that who was used longest ago leaves first."""

    def worth(self, holding: Holding, now: float) -> float:
        return holding.last_used


@dataclass(frozen=True, slots=True)
class Reloads:
    """What bringing models back cost."""

    loads: int
    gigabytes: float
    seconds: float


def slots(number: int) -> Iterator[str]:
    """Yield the models of slots as they are made: script, voice, keyframe, clip, verdict."""
    for turn in range(number):
        yield ("llm", "voice", "image", "video", "judge")[turn % 5]


def favourites(number: int) -> Iterator[str]:
    """Yield models at random, the first of the table most often."""
    random = Random(11)
    names = list(SIZES_GB)
    yield from random.choices(names, [1 / rank for rank in range(1, len(names) + 1)], k=number)


def carousel(kind: type[Steward], budget_gb: float, wanted: Iterator[str]) -> Reloads:
    """Serve ``wanted`` one after the other and return what loading cost."""
    hard = round(budget_gb * GB)
    steward = kind(Budget(hard - GB // 2, hard, 5, host_bytes=HOST_GB * GB))
    for name, size in SIZES_GB.items():
        rung = Rung("whole", Footprint(round(size * GB), 0, round(0.05 * size * GB)))
        steward.ledger.holdings[name] = Holding(name, (rung,), State.STAGED)
    now, loads, moved, spent = 0.0, 0, 0, 0.0
    for name in wanted:
        now += STEP_S
        ticket = steward.ask(name, "one", now)
        steward.advance(now)
        while ticket.todo is not None:
            move = steward.begin(ticket)
            size = steward.ledger.holdings[move.name].footprint.weights_bytes
            seconds = 0.0
            if move.target is State.RESIDENT:
                seconds = size / (DISK if move.origin is State.STAGED else MEMORY)
                loads, moved = loads + 1, moved + size
            elif move.target is not State.STAGED:
                seconds = size / MEMORY
            now, spent = now + seconds, spent + seconds
            steward.finish(move, now, seconds, ticket)
            steward.advance(now)
        assert ticket.outcome == "granted", ticket.refusal
        steward.give_back(ticket)
        steward.advance(now)
    return Reloads(loads, moved / GB, spent)


def compare(number: int) -> tuple[tuple[str, float, int, float, float, float, float], ...]:
    """Return a row for each kind of work and budget: loads and seconds of both choices."""
    rows = []
    for title, work in (("slots in turn", slots), ("at random, with favourites", favourites)):
        for budget in BUDGETS_GB:
            ours, theirs = carousel(Steward, budget, work(number)), carousel(LeastRecent, budget, work(number))
            gain = theirs.seconds / ours.seconds if ours.seconds else 1.0
            rows.append((title, budget, ours.loads, theirs.loads, ours.seconds, theirs.seconds, gain))
    return tuple(rows)
