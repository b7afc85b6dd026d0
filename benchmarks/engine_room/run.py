"""The promises of the memory budget under a hundred thousand random lives and under real threads.

No weights are moved and no card is needed: sizes are integers, and what is measured is whether the budget was ever
exceeded, whether a model left under a lease, whether anybody waited for ever, and what a decision costs.
"""

import time
from dataclasses import dataclass

from benchmarks.engine_room.carousel import DISK, HOST_GB, MEMORY, compare
from benchmarks.engine_room.threads import run_threads
from benchmarks.engine_room.traces import Found, simulate
from benchmarks.result import Bar, Result, Table

TRACES, QUICK_TRACES = 100_000, 2_000
STEPS = 40
THREADS, USES = 12, 400
REQUESTS = 2_000


@dataclass(frozen=True, slots=True)
class Timed:
    """Findings and the processor time that they took."""

    found: Found
    seconds: float


def traced(number: int) -> Timed:
    began = time.process_time()
    found = simulate(number, seed=2026, steps=STEPS)
    return Timed(found, time.process_time() - began)


def run(quick: bool) -> Result:
    """Run all traces, then the threads."""
    number = QUICK_TRACES if quick else TRACES
    timed = traced(number)
    threads = run_threads(num_threads=THREADS, uses=USES // 10 if quick else USES)
    found = timed.found
    seen = tuple((what, count) for what, count in sorted(found.seen.items()))
    promises = (
        ("budget exceeded", found.over_budget, threads.over_budget),
        ("evicted under a lease", found.evictions_under_lease, threads.evictions_under_lease),
        ("waited for ever", found.deadlocks, threads.unfinished),
        ("worked with a model that was not there", _absent(found), threads.absent),
    )
    return Result(
        title="The memory budget under random loads",
        tables=(
            Table("What must not happen", ("what", f"in {number:,} traces", f"in {threads.uses:,} uses"), promises),
            Table(f"What the traces came to see ({STEPS} events each)", ("what", "times"), seen),
            Table(
                "Cost",
                ("what", "value"),
                (
                    ("processor ms a trace, the made-up device included", 1000 * timed.seconds / number),
                    ("loads by threads", threads.loads),
                    ("wall µs a use by threads", 1e6 * threads.seconds / threads.uses),
                ),
            ),
            Table(
                f"Bringing models back, computed, {REQUESTS // 10 if quick else REQUESTS:,} requests",
                (
                    "work",
                    "budget GB",
                    "our loads",
                    "loads by age",
                    "our seconds",
                    "seconds by age",
                    "seconds by age / ours",
                ),
                compare(REQUESTS // 10 if quick else REQUESTS),
            ),
        ),
        bars=tuple(Bar(what, max(traces, live), 0, "at most") for what, traces, live in promises),
        notes=(
            f"Bringing back is computed from sizes: {DISK / 1e9:g} GB/s from disk, {MEMORY / 1e9:g} GB/s to and from"
            f" host memory, which keeps {HOST_GB} GB. By age, who was used longest ago leaves first.",
            *found.violations[:5],
        ),
        settings={"traces": number, "steps": STEPS, "threads": THREADS, "uses": threads.uses},
    )


def _absent(found: Found) -> int:
    return sum("not there" in text for text in found.violations)
