import logging
from dataclasses import replace

import pytest

from vortex.core.errors import MemoryPressureError, ModelError
from vortex.core.events import Event
from vortex.runtime import budget
from vortex.runtime.budget import VRAMMonitor, format_bytes
from vortex.runtime.device import MemoryReading


class Memory:
    """A device that holds what it is told, and can give ``cached`` bytes back."""

    name = "card"

    def __init__(self, reserved: float, cached: float = 0) -> None:
        self.reading = MemoryReading(round(reserved - cached), round(reserved), round(reserved), 24 * 10**9, 10**9)
        self.cached = round(cached)

    def hold(self, size: float) -> None:
        self.reading = replace(self.reading, allocated_bytes=round(size), reserved_bytes=round(size))

    def read(self) -> MemoryReading:
        return self.reading

    def reset_peak(self) -> None:
        self.reading = replace(self.reading, max_allocated_bytes=self.reading.allocated_bytes)

    def release_cache(self) -> None:
        self.reading = replace(self.reading, reserved_bytes=self.reading.reserved_bytes - self.cached)
        self.cached = 0


def watch(memory: Memory) -> tuple[VRAMMonitor, list[Event]]:
    heard: list[Event] = []
    return VRAMMonitor(source=memory, listener=heard.append), heard


@pytest.mark.parametrize(("soft", "hard"), [(11.5, 11.0), (11.0, 11.0), (0.0, 1.0)])
def test_the_soft_limit_lies_below_the_hard_one(soft: float, hard: float) -> None:
    with pytest.raises(ValueError, match="soft limit"):
        VRAMMonitor(soft, hard, source=Memory(0))


@pytest.mark.parametrize(("gb", "warned"), [(11.0, 0), (11.000000001, 1), (11.5, 1)])
def test_limits_are_exceeded_by_one_byte_and_not_reached(gb: float, warned: int) -> None:
    monitor, heard = watch(Memory(gb * 1e9))
    monitor.check_limits("loading")
    assert len(heard) == monitor.num_soft_violations == warned


def test_the_soft_limit_warns_once_until_reset() -> None:
    monitor, heard = watch(Memory(11.2e9))
    for _ in range(3):
        monitor.check_limits("drawing")
    assert [event.kind for event in heard] == ["warning"]
    assert heard[0].message == "drawing: 11.2 GB of card are in use, above the soft limit of 11 GB"
    assert monitor.num_soft_violations == 3
    monitor.reset()
    monitor.check_limits("drawing")
    assert (len(heard), monitor.num_soft_violations) == (2, 1)


def test_the_hard_limit_raises_after_a_clean_up() -> None:
    monitor, _ = watch(Memory(11.500000001e9))
    with pytest.raises(MemoryPressureError, match=r"drawing: 11\.5 GB of card .* 11\.5 GB; unload a model") as caught:
        monitor.check_limits("drawing")
    assert isinstance(caught.value, ModelError) and caught.value.exit_code == 3
    assert (monitor.num_hard_violations, monitor.num_emergency_cleanups) == (1, 1)


def test_a_clean_up_that_helps_is_counted_and_goes_on() -> None:
    monitor, heard = watch(Memory(12e9, cached=3e9))
    assert monitor.check_limits("drawing").reserved_bytes == 9e9
    assert (monitor.num_hard_violations, monitor.num_emergency_cleanups, heard) == (1, 1, [])


def test_snapshots_are_kept_and_told() -> None:
    monitor, heard = watch(Memory(2e9))
    taken = monitor.log_snapshot("loaded", "slot-1", ["voice", "judge"])
    assert taken.models == ("judge", "voice") and list(monitor.snapshots) == [taken]
    assert heard[0].message == "loaded in slot-1: 2.0 GB with judge, voice"


def test_a_leak_is_growth_with_equal_models() -> None:
    memory = Memory(1e9)
    monitor, _ = watch(memory)
    assert not monitor.detect_memory_leak()
    monitor.log_snapshot("begin", models=["a"])
    memory.hold(3e9)
    monitor.log_snapshot("more", models=["a", "b"])
    assert not monitor.detect_memory_leak()
    memory.hold(1.1e9)
    monitor.log_snapshot("end", models=["a"])
    assert not monitor.detect_memory_leak(threshold_mb=100)
    assert monitor.detect_memory_leak(threshold_mb=99)


def test_without_snapshots_the_first_call_is_the_baseline() -> None:
    memory = Memory(1e9)
    monitor, _ = watch(memory)
    assert not monitor.detect_memory_leak()
    memory.hold(1.2e9)
    assert monitor.detect_memory_leak()


def test_a_machine_without_a_card_has_no_vram(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(budget, "accelerator", lambda: None)
    with caplog.at_level(logging.INFO, "vortex.runtime"):
        assert budget.log_vram_snapshot("begin") == budget.get_vram_stats() == budget.VRAMStats(0.0, 0.0, 0.0, 0.0)
    assert caplog.messages == ["begin: 0.00 of 0.00 GB allocated, 0.00 GB reserved"]
    budget.reset_peak_memory_stats()
    budget.clear_cuda_cache()


def test_a_card_is_told_in_gb(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = Memory(9e9, cached=3e9)
    monkeypatch.setattr(budget, "accelerator", lambda: memory)
    assert budget.get_vram_stats() == budget.VRAMStats(6.0, 9.0, 9.0, 24.0)
    budget.reset_peak_memory_stats()
    budget.clear_cuda_cache()
    assert budget.get_vram_stats() == budget.VRAMStats(6.0, 6.0, 6.0, 24.0)


def test_bytes_are_decimal() -> None:
    assert format_bytes(1_500_000_000) == "1.5 GB"
