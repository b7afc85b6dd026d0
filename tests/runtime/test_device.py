import subprocess
import sys
from pathlib import Path

import pytest

from vortex.runtime.device import CudaMemory, HostMemory, find_memory

KB = 1024


def host(root: Path, groups: str = "0::/\n", **files: str) -> HostMemory:
    (root / "proc/self").mkdir(parents=True)
    (root / "proc/meminfo").write_text("MemTotal: 1000 kB\nMemFree: 100 kB\nMemAvailable: 600 kB\nHugePages: 0\n")
    (root / "proc/self/status").write_text("Name: python\nVmHWM: 90 kB\nVmRSS: 70 kB\n")
    (root / "proc/self/cgroup").write_text(groups)
    for path, text in files.items():
        place = root / "sys/fs/cgroup" / path.replace("__", "/").replace("_dot_", ".")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    return HostMemory(root)


def test_the_host_tells_what_is_free_and_what_this_process_has(tmp_path: Path) -> None:
    reading = host(tmp_path).read()
    assert (reading.total_bytes, reading.free_bytes) == (1000 * KB, 600 * KB)
    assert (reading.allocated_bytes, reading.max_allocated_bytes) == (70 * KB, 90 * KB)


def test_the_tightest_control_group_above_counts(tmp_path: Path) -> None:
    memory = host(
        tmp_path,
        "0::/film/worker\n",
        film__worker__memory_dot_max="max\n",
        film__worker__memory_dot_current="5\n",
        film__memory_dot_max=str(500 * KB),
        film__memory_dot_current=str(450 * KB),
        film__memory_dot_stat=f"anon 1\ninactive_file {50 * KB}\n",
    )
    reading = memory.read()
    assert (reading.total_bytes, reading.free_bytes) == (500 * KB, 100 * KB)


def test_version_1_without_a_limit_changes_nothing(tmp_path: Path) -> None:
    groups = "5:cpu:/x\n4:memory:/\n"
    memory = host(tmp_path, groups, memory__memory_dot_limit_in_bytes=str(2**63 - 4096))
    assert memory.read().total_bytes == 1000 * KB


def test_this_machine_has_memory_and_resets_its_peak() -> None:
    memory = HostMemory()
    block = bytearray(64_000_000)
    block[::4096] = b"x" * len(block[::4096])
    peak = memory.read().max_allocated_bytes
    del block
    memory.reset_peak()
    reading = memory.read()
    assert 0 < reading.allocated_bytes <= reading.max_allocated_bytes < peak - 30_000_000
    assert 0 < reading.free_bytes < reading.total_bytes


def test_a_system_without_proc_is_asked_otherwise(tmp_path: Path) -> None:
    here, elsewhere = HostMemory().read(), HostMemory(tmp_path).read()
    assert elsewhere.total_bytes >= here.total_bytes
    assert abs(elsewhere.allocated_bytes - here.allocated_bytes) < 10_000_000


class Card:
    """Stands for ``torch.cuda`` by the names that it has."""

    def __init__(self) -> None:
        self.reserved = 9

    def mem_get_info(self, index: int) -> tuple[int, int]:
        return 20 - self.reserved, 24

    def memory_allocated(self, index: int) -> int:
        return 5

    def memory_reserved(self, index: int) -> int:
        return self.reserved

    def max_memory_allocated(self, index: int) -> int:
        return 7

    def empty_cache(self) -> None:
        self.reserved = 5


def test_a_card_counts_what_others_hold() -> None:
    memory = CudaMemory(Card(), 1)
    reading = memory.read()
    assert (memory.name, reading.free_bytes, reading.total_bytes) == ("cuda:1", 11, 24)
    memory.release_cache()
    assert (memory.read().reserved_bytes, memory.read().free_bytes) == (5, 15)


def test_without_a_card_models_live_in_host_memory() -> None:
    torch = pytest.importorskip("torch")
    assert find_memory().name == ("cuda:0" if torch.cuda.is_available() else "host")


def test_importing_the_engine_room_loads_no_torch() -> None:
    names = ("budget", "card", "device", "idle", "registry", "residency", "service", "switching")
    code = "; ".join(f"import vortex.runtime.{name}" for name in names)
    code += "; import sys; print([name for name in ('torch', 'numpy', 'transformers') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
