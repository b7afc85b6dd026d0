from typing import Any

import pytest
from sized_model import GB, Sized

from vortex.core.errors import MemoryPressureError
from vortex.core.events import ignore
from vortex.runtime.ledger import Budget, Rung
from vortex.runtime.registry import ModelRegistry
from vortex.runtime.residency import Residency


class TooLarge(Sized):
    """Says less than it takes."""

    def load(self, rung: Rung, kept: Any) -> str:
        raise RuntimeError("CUDA out of memory. Tried to allocate 20.00 GiB")


def residency() -> Residency:
    made = Residency(Budget(15 * GB, 16 * GB, 0), listener=ignore)
    for name, mover in (("judge", Sized(1)), ("voice", Sized(3)), ("large", TooLarge(2)), ("llm", Sized(14))):
        made.add(name, mover)
    return made


def test_a_model_is_loaded_once_and_kept() -> None:
    rooms = residency()
    with ModelRegistry(rooms) as registry:
        assert registry.get_model("voice") is registry.get_model("voice")
        assert "voice" in registry and "poet" not in registry and list(registry) == ["judge", "large", "llm", "voice"]
        assert rooms.unload() == ()
        with pytest.raises(MemoryPressureError, match=r"llm needs 14\.0 GB"), rooms.use("llm"):
            pass
    with rooms.use("llm"):
        assert rooms.held() == {"llm": 14 * GB}


def test_a_miss_lists_what_there_is() -> None:
    with pytest.raises(KeyError, match="no model named 'poet'; there are: judge, large, llm, voice"):
        ModelRegistry(residency()).get_model("poet")


def test_out_of_memory_is_reported_and_nothing_stays() -> None:
    rooms = residency()
    with ModelRegistry(rooms) as registry:
        registry.get_model("judge")
        with pytest.raises(MemoryPressureError, match=r"large: memory ran out while loading.*unload a model"):
            registry.get_model("large")
        assert rooms.held() == {"judge": GB}


def test_what_is_released_may_leave() -> None:
    rooms = residency()
    with ModelRegistry(rooms) as registry:
        registry.get_model("voice")
        registry.release("voice")
        registry.release("voice")
        with rooms.use("llm"):
            assert rooms.held() == {"llm": 14 * GB}
