"""What memory there is: of an accelerator through torch, or of the host. Nothing is probed before somebody asks."""

import ctypes
import importlib
import importlib.util
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

_UNLIMITED = 1 << 60
"""Version 1 of control groups writes a limit near 2**63 where there is none."""


@dataclass(frozen=True, slots=True)
class MemoryReading:
    """Bytes of one device at one moment."""

    allocated_bytes: int
    """In use by this process."""
    reserved_bytes: int
    """Taken from the device by this process, what it could hand out again included."""
    max_allocated_bytes: int
    """The most that was allocated since the peak was last reset."""
    total_bytes: int
    free_bytes: int
    """By the device's own count, so that other programs are in it."""


class MemorySource(Protocol):
    """One device's memory. Readings may differ from call to call; the rest stays."""

    name: str

    def read(self) -> MemoryReading:
        """Return the state of now."""

    def reset_peak(self) -> None:
        """Let the peak begin at what is allocated now."""

    def release_cache(self) -> None:
        """Give back to the device what is reserved and not in use."""


class CudaMemory:
    """A card, by what torch and its driver say."""

    def __init__(self, cuda: Any, index: int = 0) -> None:
        """Read card ``index`` through ``cuda``, which is ``torch.cuda``."""
        self.name = f"cuda:{index}"
        self._cuda, self._index = cuda, index

    def read(self) -> MemoryReading:
        """Return the state of now."""
        free, total = self._cuda.mem_get_info(self._index)
        return MemoryReading(
            self._cuda.memory_allocated(self._index),
            self._cuda.memory_reserved(self._index),
            self._cuda.max_memory_allocated(self._index),
            total,
            free,
        )

    def reset_peak(self) -> None:
        """Let the peak begin at what is allocated now."""
        self._cuda.reset_peak_memory_stats(self._index)

    def release_cache(self) -> None:
        """Give unused segments back to the driver; those that are partly in use stay."""
        self._cuda.empty_cache()


class HostMemory:
    """The memory of this machine, as far as the control groups of this process let it have it."""

    name = "host"

    def __init__(self, root: Path = Path("/")) -> None:
        """Read the files below ``root``, which is another folder only in tests."""
        self._proc, self._groups = root / "proc", root / "sys/fs/cgroup"

    def read(self) -> MemoryReading:
        """Return the state of now; allocated is what of this process is in memory."""
        if not (self._proc / "meminfo").is_file():
            return _without_proc()
        machine, process = _table(self._proc / "meminfo"), _table(self._proc / "self/status")
        total, free = machine["MemTotal"], machine.get("MemAvailable", machine["MemFree"])
        for limit, used in self._limits():
            total, free = min(total, limit), min(free, max(0, limit - used))
        resident = process["VmRSS"]
        return MemoryReading(resident, resident, process.get("VmHWM", resident), total, free)

    def reset_peak(self) -> None:
        """Let the peak begin at what is resident now.

        Raises:
            OSError: this system is not Linux, or forbids it.
        """
        (self._proc / "self/clear_refs").write_text("5")

    def release_cache(self) -> None:
        """Let the C library give freed blocks back, where it is one that keeps them."""
        if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)) is not None:
            trim(0)

    def _limits(self) -> Iterator[tuple[int, int]]:
        """Yield limit and use of every control group above this process, without what the kernel would drop."""
        names = (("memory.max", "memory.current"), ("memory.limit_in_bytes", "memory.usage_in_bytes"))
        for folder in self._group_folders():
            for limit_name, used_name in names:
                limit = _number(folder / limit_name)
                if limit is not None and limit < _UNLIMITED:
                    stat = folder / "memory.stat"
                    dropped = _counts(stat).get("inactive_file", 0) if stat.is_file() else 0
                    yield limit, max(0, (_number(folder / used_name) or 0) - dropped)

    def _group_folders(self) -> Iterator[Path]:
        try:
            lines = (self._proc / "self/cgroup").read_text().splitlines()
        except OSError:
            return
        for line in lines:
            _, controllers, inside = line.split(":", 2)
            if controllers and "memory" not in controllers.split(","):
                continue
            base = self._groups / "memory" if controllers else self._groups
            path = PurePosixPath(inside.lstrip("/"))
            for part in (path, *path.parents) if inside != "/" else (path,):
                yield base / part


def accelerator(index: int | None = None) -> CudaMemory | None:
    """Return card ``index``, or the one that torch uses; ``None`` without torch or such a card. Imports torch."""
    if importlib.util.find_spec("torch") is None:
        return None
    cuda = importlib.import_module("torch").cuda
    if not cuda.is_available() or (index is not None and index >= cuda.device_count()):
        return None
    return CudaMemory(cuda, cuda.current_device() if index is None else index)


def find_memory() -> MemorySource:
    """Return the memory that models live in here: a card's, or the host's."""
    return accelerator() or HostMemory()


def _without_proc() -> MemoryReading:
    """Return the state of now on systems without the files of Linux; control groups and peaks are unknown there."""
    psutil = importlib.import_module("psutil")
    machine, resident = psutil.virtual_memory(), psutil.Process().memory_info().rss
    return MemoryReading(resident, resident, resident, machine.total, machine.available)


def _table(path: Path) -> dict[str, int]:
    """Return the lines ``Name:   12 kB`` of a file of the kernel, in bytes."""
    rows = (line.partition(":") for line in path.read_text().splitlines())
    return {name: int(value.split()[0]) * 1024 for name, _, value in rows if value.endswith(" kB")}


def _counts(path: Path) -> dict[str, int]:
    rows = (line.split() for line in path.read_text().splitlines())
    return {name: int(value) for name, value in rows}


def _number(path: Path) -> int | None:
    try:
        text = path.read_text().strip()
    except OSError:
        return None
    return int(text) if text.isdigit() else None
