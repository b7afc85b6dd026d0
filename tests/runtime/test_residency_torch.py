"""Real tensors over host memory, with the host itself asked before each load."""

from pathlib import Path
from typing import Any

import pytest

from vortex.core.errors import MemoryPressureError
from vortex.core.events import ignore
from vortex.runtime.device import HostMemory
from vortex.runtime.ledger import Budget, Footprint, Rung, State
from vortex.runtime.residency import Residency

torch = pytest.importorskip("torch")
SIZE = 40_000_000


class Linear:
    """Weights that are really there, whole or as half as wide numbers."""

    folder: Path | None = None

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def stage(self) -> tuple[Rung, ...]:
        return (Rung("float32", Footprint(SIZE)), Rung("bfloat16", Footprint(SIZE // 2)))

    def load(self, rung: Rung, kept: Any) -> Any:
        torch.manual_seed(self.seed)
        return torch.randn(SIZE // 4).to(getattr(torch, rung.name))

    def unload(self, model: Any, place: State) -> None:
        model.untyped_storage().resize_(0)


class TooLarge(Linear):
    def stage(self) -> tuple[Rung, ...]:
        return (Rung("float32", Footprint(1)),)

    def load(self, rung: Rung, kept: Any) -> Any:
        parts = [torch.ones(SIZE // 4)]
        return [*parts, torch.empty(1 << 55, dtype=torch.uint8)]


def test_tensors_of_host_memory_come_and_go_within_the_budget() -> None:
    memory = HostMemory()
    with Residency(Budget(95_000_000, 100_000_000, 0), source=memory, listener=ignore) as residency:
        for seed in range(5):
            residency.add(f"model/{seed}", Linear(seed))
        with residency.use("model/0") as first:
            before, kept = memory.read().allocated_bytes, first[:1000].clone()
            seen: dict[int, Any] = {}
            for seed in (1, 2, 3, 4, 1):
                with residency.use(f"model/{seed}") as weights:
                    assert torch.equal(seen.setdefault(seed, weights[:1000].clone()), weights[:1000])
                    assert residency.held() == {"model/0": SIZE, f"model/{seed}": SIZE}
                    assert memory.read().allocated_bytes - before < 1.5 * SIZE
                    assert torch.equal(first[:1000], kept)
            with residency.use("model/1") as one, residency.use("model/2") as two:
                assert (one.dtype, two.dtype) == (torch.float32, torch.bfloat16)


def test_a_tensor_that_no_memory_holds_is_refused_and_nothing_stays() -> None:
    memory = HostMemory()
    with Residency(Budget(95_000_000, 100_000_000, 0), source=memory, listener=ignore) as residency:
        residency.add("large", TooLarge(0))
        memory.release_cache()
        before = memory.read().allocated_bytes
        with pytest.raises(MemoryPressureError, match="large: memory ran out while loading"), residency.use("large"):
            pass
        assert memory.read().allocated_bytes - before < SIZE / 2
        assert residency.held() == {}
