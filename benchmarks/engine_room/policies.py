"""What a budget in bytes saves against a limit on the number of models, and against a timer: the same work, computed.

A router that keeps so many models (as that of llama.cpp) and a server that lets a model go after minutes without use
(as that of transformers) know nothing of bytes, so that it is also counted how often they hold more than there is.
"""

from collections.abc import Callable, Iterator

from benchmarks.engine_room.carousel import BUDGETS_GB, SIZES_GB, STEP_S, LeastRecent, carousel, favourites, slots
from benchmarks.result import Table
from vortex.runtime.steward import Steward

TTL_S = 300.0
SHARE = 1.05
"""What a model takes while it works, of its size; the same as in the carousel."""


def by_number(wanted: Iterator[str], limit_gb: float, most: int) -> tuple[float, int]:
    """Keep ``most`` models, the longest unused leaving; return GB loaded, and requests above ``limit_gb``."""
    held: list[str] = []
    loaded, above = 0.0, 0
    for name in wanted:
        if name in held:
            held.remove(name)
        else:
            loaded += SIZES_GB[name]
        held = [*held, name][-most:]
        above += _size(held) > limit_gb
    return loaded, above


def by_timer(wanted: Iterator[str], limit_gb: float) -> tuple[float, int]:
    """Keep every model for ``TTL_S`` after its last use; return GB loaded, and requests above ``limit_gb``."""
    used: dict[str, float] = {}
    loaded, above = 0.0, 0
    for number, name in enumerate(wanted):
        now = number * STEP_S
        used = {each: at for each, at in used.items() if now - at <= TTL_S}
        loaded += 0 if name in used else SIZES_GB[name]
        used[name] = now
        above += _size(list(used)) > limit_gb
    return loaded, above


def _size(held: list[str]) -> float:
    return sum(SIZES_GB[each] for each in held) * SHARE


def safe_number(limit_gb: float) -> int:
    """Return how many of the largest models fit together: the count that cannot exceed the limit."""
    sizes, most = sorted(SIZES_GB.values(), reverse=True), 0
    while most < len(sizes) and sum(sizes[: most + 1]) * SHARE <= limit_gb:
        most += 1
    return max(1, most)


def compare(number: int) -> Table:
    """Return GB loaded by each policy, with the requests at which it held too much."""
    kinds: tuple[tuple[str, Callable[[int], Iterator[str]]], ...] = (
        ("slots in turn", slots), ("at random, with favourites", favourites),
    )  # fmt: skip
    rows = []
    for title, work in kinds:
        for limit in BUDGETS_GB:
            ours, aged = carousel(Steward, limit, work(number)), carousel(LeastRecent, limit, work(number))
            most = safe_number(limit)
            counted, over = by_number(work(number), limit, most)
            three, three_over = by_number(work(number), limit, 3)
            timed, timed_over = by_timer(work(number), limit)
            rows.append((
                title, limit, ours.gigabytes, aged.gigabytes, f"{counted:,.0f} (most {most}; {over} above)",
                f"{three:,.0f} (most 3; {three_over} above)", f"{timed:,.0f} ({timed_over} above)",
            ))  # fmt: skip
    columns = (
        "work", "budget GB", "ours", "bytes, by age", "a safe number of models", "three models", "a timer of 300 s",
    )  # fmt: skip
    return Table(f"GB loaded in {number:,} requests, computed", columns, tuple(rows))
