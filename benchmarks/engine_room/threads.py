"""Real threads on one residency, with an idle timer in between; the weights are counters that notice misuse."""

import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from vortex.core.errors import MemoryPressureError
from vortex.core.events import ignore
from vortex.runtime.idle import IdleTimer
from vortex.runtime.ledger import Budget, Footprint, Rung, State
from vortex.runtime.residency import Residency

HARD = 100
SIZES = {"llm": (55, 5, 10), "image": (50, 0, 20), "video": (70, 0, 15), "voice": (12, 0, 3), "judge": (5, 0, 1)}
JOIN_S = 120.0


@dataclass
class Device:
    """Adds up what is really on it, with its own lock."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    held: int = 0
    users: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SIZES, 0))
    over_budget: int = 0
    evictions_under_lease: int = 0
    absent: int = 0
    loads: int = 0

    def change(self, size: int) -> None:
        with self.lock:
            self.held += size
            self.over_budget += self.held > HARD


class Weights:
    """A model that is a number."""

    folder: Path | None = None

    def __init__(self, name: str, device: Device) -> None:
        self.name, self.device, self.is_here = name, device, False
        self.size = SIZES[name][0] + SIZES[name][1]

    def stage(self) -> tuple[Rung, ...]:
        return (Rung("whole", Footprint(*SIZES[self.name])),)

    def load(self, rung: Rung, kept: Any) -> "Weights":
        self.device.change(self.size)
        time.sleep(0.0002)
        self.device.loads += 1
        self.is_here = True
        return self

    def unload(self, model: Any, place: State) -> Any:
        self.device.evictions_under_lease += self.device.users[self.name] > 0
        self.is_here = False
        time.sleep(0.0001)
        self.device.change(-self.size)
        return "kept" if place is not State.STAGED else None


@dataclass(frozen=True, slots=True)
class Threaded:
    """What was found."""

    uses: int
    seconds: float
    over_budget: int
    evictions_under_lease: int
    absent: int
    unfinished: int
    loads: int
    refused: int


def run_threads(num_threads: int, uses: int, seed: int = 7) -> Threaded:
    """Let ``num_threads`` threads use models ``uses`` times each, every fifth time two at once."""
    device, refused = Device(), [0] * num_threads
    began = time.perf_counter()
    with Residency(Budget(HARD - 5, HARD, 0, host_bytes=80, pinned_bytes=20), listener=ignore) as residency:
        for name in SIZES:
            residency.add(name, Weights(name, device))

        def work(number: int) -> None:
            random = Random(seed * 1000 + number)
            for turn in range(uses):
                names = random.sample(list(SIZES), 2 if turn % 5 == 0 else 1)
                try:
                    use(names)
                except MemoryPressureError:
                    refused[number] += 1

        def use(names: list[str]) -> None:
            with residency.use(names[0], timeout_s=JOIN_S) as model:
                with device.lock:
                    device.users[model.name] += 1
                    device.absent += not model.is_here
                    size = SIZES[model.name][2] if device.users[model.name] == 1 else 0
                device.change(size)
                try:
                    if names[1:]:
                        use(names[1:])
                finally:
                    leave(model)

        def leave(model: Weights) -> None:
            with device.lock:
                device.absent += not model.is_here
                device.users[model.name] -= 1
                last = device.users[model.name] == 0
                device.held -= SIZES[model.name][2] if last else 0

        threads = [threading.Thread(target=work, args=(number,), daemon=True) for number in range(num_threads)]
        with IdleTimer(residency, idle_s=0.0005, every_s=0.001):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(JOIN_S)
        unfinished = sum(thread.is_alive() for thread in threads)
    seconds = time.perf_counter() - began
    return Threaded(
        num_threads * uses, seconds, device.over_budget, device.evictions_under_lease, device.absent, unfinished,
        device.loads, sum(refused),
    )  # fmt: skip
