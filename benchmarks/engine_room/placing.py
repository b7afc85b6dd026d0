"""Slots made under a declared budget by a set that does not fit: script, voice beside keyframe, clip, verdict.

One process plays one driver: the engine room, the same with the model that was used longest ago leaving first, models
that are loaded anew for every use, and models that are all kept open with the offloading of diffusers. It prints what
it saw as JSON.
"""

import gc
import json
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from benchmarks.engine_room import playing
from benchmarks.engine_room.carousel import LeastRecent
from benchmarks.engine_room.folders import make_set
from benchmarks.engine_room.shapes import HOST, TINY, TRUE
from vortex.core.errors import MemoryPressureError
from vortex.core.events import ignore
from vortex.core.settings import RuntimeSettings
from vortex.runtime.device import HostMemory, accelerator
from vortex.runtime.ledger import Rung, State
from vortex.runtime.residency import Mover
from vortex.runtime.room import EngineRoom

SCALES = {each.name: each for each in (TRUE, HOST, TINY)}
DRIVERS = ("engine room", "longest unused leaves", "loaded for every use", "offloaded by diffusers")
SOFT = 11.0 / 11.5
"""Of the hard limit, as in the default settings."""


@dataclass
class Seen:
    """What one driver did."""

    loads: int = 0
    loaded_gb: float = 0.0
    load_s: float = 0.0
    """Opening models, and moving them; work of other threads goes on beside it."""
    slots_s: list[float] = field(default_factory=list)
    peaks_gb: list[float] = field(default_factory=list)
    """Of each slot, beyond what the process held before the first model came."""
    ways: dict[str, str] = field(default_factory=dict)
    left_gb: float = 0.0
    """Still held after everything left."""
    cpu_s: float = 0.0
    refused: str = ""


class Driver(Protocol):
    """Brings models when they are used."""

    def use(self, name: str) -> AbstractContextManager[Any]:
        """Lease a model."""

    def close(self) -> None:
        """Let everything leave."""


class Counted:
    """A mover that notes what its loads cost."""

    def __init__(self, name: str, mover: Mover, seen: Seen) -> None:
        self.folder, self._name, self._mover, self._seen = mover.folder, name, mover, seen

    def stage(self) -> tuple[Rung, ...]:
        """Read heads."""
        return self._mover.stage()

    def load(self, rung: Rung, kept: Any) -> Any:
        """Load and count."""
        began = time.perf_counter()
        model = self._mover.load(rung, kept)
        self._seen.load_s += time.perf_counter() - began
        self._seen.loads += 1
        self._seen.loaded_gb += rung.footprint.weights_bytes / 1e9
        self._seen.ways[self._name] = rung.name
        return model

    def unload(self, model: Any, place: State) -> Any:
        """Let the model leave."""
        began = time.perf_counter()
        kept = self._mover.unload(model, place)
        self._seen.load_s += time.perf_counter() - began
        return kept


def _counted(name: str, players: playing.Players, seen: Seen) -> Mover:
    return Counted(name, players.mover(name), seen)


class Room:
    """The engine room."""

    def __init__(self, players: playing.Players, limit_gb: float, seen: Seen, by_age: bool) -> None:
        settings = RuntimeSettings(players.device, SOFT * limit_gb, limit_gb, host_gb=64.0, wait_s=120.0)
        self._room = EngineRoom(settings, lambda name: Path(name), listener=ignore)
        if by_age:
            self._room.residency._steward = LeastRecent(self._room.residency.budget)
        for name in players.names:
            self._room.join(name, partial(_counted, name, players, seen))

    def use(self, name: str) -> AbstractContextManager[Any]:
        """Lease a model."""
        return self._room.use(name)

    def close(self) -> None:
        """Let everything leave."""
        self._room.close()


class Reloading:
    """Opens a model for each use, as a script would."""

    def __init__(self, players: playing.Players, seen: Seen) -> None:
        self._players, self._seen = players, seen
        self._lock = threading.Lock()

    @contextmanager
    def use(self, name: str) -> Iterator[Any]:
        """Open, lend, drop; one is opened after the other, since the libraries break when two threads open at once."""
        with self._lock:
            began = time.perf_counter()
            model = self._players.open_by_library(name)
            self._seen.load_s += time.perf_counter() - began
            self._seen.loads += 1
            self._seen.loaded_gb += self._players.bytes_of(name) / 1e9
            self._seen.ways[name] = "loaded whole"
        try:
            yield model
        finally:
            del model
            gc.collect()
            self._players.release()

    def close(self) -> None:
        """Nothing is held."""


class Offloading:
    """Opens all once; pipelines bring their own networks, or blocks of them, when they run."""

    def __init__(self, players: playing.Players, seen: Seen) -> None:
        self._players = players
        began = time.perf_counter()
        self._parking = tempfile.TemporaryDirectory(prefix="blocks-", dir=players.place)
        self._models = {name: players.open_offloaded(name, self._parking.name) for name in players.names}
        seen.load_s, seen.loads = time.perf_counter() - began, len(self._models)
        seen.loaded_gb = sum(players.bytes_of(name) for name in players.names) / 1e9
        seen.ways = {name: players.offload_of(name) for name in players.names}

    @contextmanager
    def use(self, name: str) -> Iterator[Any]:
        """Lend what is open."""
        yield self._models[name]

    def close(self) -> None:
        """Drop everything."""
        self._models.clear()
        self._parking.cleanup()


def play(scale: str, driver: str, limits_gb: list[float], num_slots: int, device: str) -> list[Seen]:
    """Make slots and return what was seen for each limit; a budget that is too small ends them with a refusal.

    Args:
        scale: name of the shapes.
        driver: one of ``DRIVERS``.
        limits_gb: declared hard limits, one after the other; peers know of none.
        num_slots: how many for each.
        device: ``cpu`` or such as ``cuda:0``.
    """
    shapes = SCALES[scale]
    _warm_up(device)
    players = playing.Players(shapes, make_set(shapes, device=device), device)
    return [_play(driver, players, limit, num_slots) for limit in limits_gb]


def _play(driver: str, players: playing.Players, limit_gb: float, num_slots: int) -> Seen:
    seen, meter = Seen(), Meter(players.device)
    spent = time.process_time()
    made = _driver(driver, players, limit_gb, seen)
    for _ in range(num_slots):
        began = time.perf_counter()
        try:
            _make_slot(made, players)
        except MemoryPressureError as error:
            seen.refused = str(error)
            break
        seen.slots_s.append(time.perf_counter() - began)
        seen.peaks_gb.append(meter.peak_gb())
    seen.cpu_s = time.process_time() - spent
    made.close()
    del made
    gc.collect()
    seen.left_gb = meter.held_gb()
    return seen


def _driver(driver: str, players: playing.Players, limit_gb: float, seen: Seen) -> Driver:
    made: dict[str, Callable[[], Driver]] = {
        DRIVERS[0]: lambda: Room(players, limit_gb, seen, by_age=False),
        DRIVERS[1]: lambda: Room(players, limit_gb, seen, by_age=True),
        DRIVERS[2]: lambda: Reloading(players, seen),
        DRIVERS[3]: lambda: Offloading(players, seen),
    }
    return made[driver]()


def _make_slot(driver: Driver, players: playing.Players) -> None:
    def do(name: str) -> None:
        with driver.use(name) as model:
            players.work(name, model)

    do("llm")
    with ThreadPoolExecutor(1) as beside:
        speaking = beside.submit(do, "voice")
        do("picture")
        speaking.result()
    do("clip")
    for name in players.judges:
        do(name)


class Meter:
    """Memory beyond what was held when it was made: resident on the host, reserved on a card."""

    def __init__(self, device: str) -> None:
        gc.collect()
        self._device = device
        self._source: Any = HostMemory() if device == "cpu" else accelerator()
        self._source.release_cache()
        self._base = self._source.read().reserved_bytes
        self._source.reset_peak()

    def peak_gb(self) -> float:
        """Return the peak since the last call."""
        if self._device == "cpu":
            peak = self._source.read().max_allocated_bytes
        else:
            import torch

            peak = torch.cuda.max_memory_reserved(self._device)
        self._source.reset_peak()
        return (peak - self._base) / 1e9

    def held_gb(self) -> float:
        """Return what is held now."""
        self._source.release_cache()
        return (self._source.read().reserved_bytes - self._base) / 1e9


def _warm_up(device: str) -> None:
    """Import and run everything once with tiny models, so that no library counts as a model."""
    seen, players = Seen(), playing.Players(TINY, make_set(TINY, device=device), device)
    for driver in (DRIVERS[2], DRIVERS[3]):
        made = _driver(driver, players, 1.0, seen)
        _make_slot(made, players)
        made.close()
    made = _driver(DRIVERS[0], players, 4.0, seen)
    _make_slot(made, players)
    made.close()


if __name__ == "__main__":
    asked = json.loads(sys.argv[1])
    playing.one_thread(asked["device"])
    print(json.dumps([asdict(each) for each in play(**asked)]))
