"""Watching what is really in use against the declared limits, whatever a ledger thought. GB = 1e9 bytes."""

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vortex.core.errors import MemoryPressureError
from vortex.core.events import Event, Listener
from vortex.core.units import format_bytes
from vortex.runtime.device import MemoryReading, MemorySource, accelerator, find_memory

__all__ = [
    "Snapshot",
    "VRAMMonitor",
    "VRAMStats",
    "clear_cuda_cache",
    "format_bytes",
    "get_vram_stats",
    "log_event",
    "log_vram_snapshot",
    "reset_peak_memory_stats",
]

GB, MB = 1e9, 1e6
STAGE = "memory"
KEPT_SNAPSHOTS = 1000
_log = logging.getLogger("vortex.runtime")


def log_event(event: Event) -> None:
    """Write an event to the log ``vortex.runtime``; a warning as a warning, all else as information."""
    _log.log(logging.WARNING if event.kind == "warning" else logging.INFO, "%s", event.message)


@dataclass(frozen=True, slots=True)
class VRAMStats:
    """A card's memory in GB of 1e9 bytes; all zero where there is no accelerator."""

    allocated_gb: float = 0.0
    reserved_gb: float = 0.0
    max_allocated_gb: float = 0.0
    total_gb: float = 0.0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was in use when something happened."""

    event: str
    slot: str
    models: tuple[str, ...]
    """What was loaded, in order of name."""
    reading: MemoryReading
    at: float


class VRAMMonitor:
    """Compares what this process took of a device with two limits; on a machine without a card, of host memory."""

    def __init__(
        self,
        soft_limit_gb: float = 11.0,
        hard_limit_gb: float = 11.5,
        *,
        source: MemorySource | None = None,
        listener: Listener = log_event,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Watch ``source``, or the memory that models live in here.

        Raises:
            ValueError: the soft limit is not below the hard one, or not above 0.
        """
        if not 0 < soft_limit_gb < hard_limit_gb:
            raise ValueError(f"soft limit {soft_limit_gb} GB must lie between 0 and the hard limit {hard_limit_gb} GB")
        self.soft_limit_gb, self.hard_limit_gb = soft_limit_gb, hard_limit_gb
        self.source = source if source is not None else find_memory()
        self.num_soft_violations = 0
        self.num_hard_violations = 0
        self.num_emergency_cleanups = 0
        self.snapshots: deque[Snapshot] = deque(maxlen=KEPT_SNAPSHOTS)
        self._listener, self._clock = listener, clock
        self._warned = False
        self._baseline: int | None = None

    def check_limits(self, context: str) -> MemoryReading:
        """Compare what is reserved with the limits and return the reading that counts.

        Above the soft limit a warning is told once until ``reset``. Above the hard one, what is reserved and not in use
        is given back to the device first.

        Raises:
            MemoryPressureError: still more than the hard limit is reserved; names ``context``.
        """
        reading = self.source.read()
        if reading.reserved_bytes > self.hard_limit_gb * GB:
            self.num_hard_violations += 1
            reading = self._clean_up(context)
        if reading.reserved_bytes > self.soft_limit_gb * GB:
            self.num_soft_violations += 1
            self._warn_once(context, reading)
        return reading

    def reset(self) -> None:
        """Warn again at the next excess, and count from zero."""
        self._warned = False
        self.num_soft_violations = self.num_hard_violations = self.num_emergency_cleanups = 0

    def log_snapshot(self, event: str, slot: str = "", models: Sequence[str] = ()) -> Snapshot:
        """Keep and tell what is in use now; the last thousand are kept."""
        taken = Snapshot(event, slot, tuple(sorted(models)), self.source.read(), self._clock())
        self.snapshots.append(taken)
        loaded = ", ".join(taken.models) or "no models"
        size = format_bytes(taken.reading.allocated_bytes)
        self._listener(Event("note", STAGE, message=f"{event}{f' in {slot}' if slot else ''}: {size} with {loaded}"))
        return taken

    def detect_memory_leak(self, threshold_mb: float = 100) -> bool:
        """Tell whether more than ``threshold_mb`` (1e6 bytes) stays allocated that was not before, with equal models.

        What is allocated now is compared with the oldest snapshot that had the models of the latest one; without
        snapshots, with the first call of this method.
        """
        now = self.source.read().allocated_bytes
        if self.snapshots:
            models = self.snapshots[-1].models
            before = next(each.reading.allocated_bytes for each in self.snapshots if each.models == models)
        else:
            before = self._baseline = now if self._baseline is None else self._baseline
        return now - before > threshold_mb * MB

    def _clean_up(self, context: str) -> MemoryReading:
        self.num_emergency_cleanups += 1
        self.source.release_cache()
        reading = self.source.read()
        if reading.reserved_bytes > self.hard_limit_gb * GB:
            raise MemoryPressureError(
                f"{context}: {format_bytes(reading.reserved_bytes)} of {self.source.name} are in use, above the hard"
                f" limit of {self.hard_limit_gb:g} GB; unload a model or take a smaller one"
            )
        return reading

    def _warn_once(self, context: str, reading: MemoryReading) -> None:
        if self._warned:
            return
        self._warned = True
        size, limit = format_bytes(reading.reserved_bytes), f"{self.soft_limit_gb:g} GB"
        message = f"{context}: {size} of {self.source.name} are in use, above the soft limit of {limit}"
        self._listener(Event("warning", STAGE, message=message))


def get_vram_stats() -> VRAMStats:
    """Return what the accelerator holds; zeros without one."""
    card = accelerator()
    if card is None:
        return VRAMStats()
    reading = card.read()
    sizes = (reading.allocated_bytes, reading.reserved_bytes, reading.max_allocated_bytes, reading.total_bytes)
    return VRAMStats(*(size / GB for size in sizes))


def log_vram_snapshot(label: str) -> VRAMStats:
    """Write what the accelerator holds to the log ``vortex.runtime``, and return it."""
    stats = get_vram_stats()
    _log.info(
        "%s: %.2f of %.2f GB allocated, %.2f GB reserved", label, stats.allocated_gb, stats.total_gb, stats.reserved_gb
    )
    return stats


def reset_peak_memory_stats() -> None:
    """Let the accelerator's peak begin at what is allocated now; nothing without one."""
    if (card := accelerator()) is not None:
        card.reset_peak()


def clear_cuda_cache() -> None:
    """Give unused memory of the accelerator back to its driver; nothing without one."""
    if (card := accelerator()) is not None:
        card.release_cache()
