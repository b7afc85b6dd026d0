"""The engine room: where a model is looked for, how it is leased, and what happens when memory runs out."""

from pathlib import Path
from typing import Any

import pytest

from vortex.core.errors import ConfigError, MemoryPressureError, ModelError
from vortex.core.settings import RuntimeSettings
from vortex.runtime.ledger import Footprint, Rung, State
from vortex.runtime.room import EngineRoom
from vortex.runtime.spec import ModelSpec

MB = 1_000_000


class Block:
    """So many bytes of host memory."""

    folder: Path | None = None

    def __init__(self, size_bytes: int) -> None:
        self.size_bytes = size_bytes

    def stage(self) -> tuple[Rung, ...]:
        return (Rung("bytes", Footprint(self.size_bytes)),)

    def load(self, rung: Rung, kept: Any) -> Any:
        return bytearray(self.size_bytes)

    def unload(self, model: Any, place: State) -> None:
        model.clear()


def absent(name: str) -> Path:
    raise ModelError(f"no model {name!r}; run: vortex models pull {name}")


@pytest.mark.parametrize("path", ["/models/nowhere", "./nowhere", "~/nowhere/at/all"])
def test_a_path_that_is_not_there_is_told_as_a_path(path: str) -> None:
    with pytest.raises(ModelError, match=r"nowhere.*: no such folder or file"):
        room().folder(path)


def room(hard_gb: float = 0.01) -> EngineRoom:
    return EngineRoom(RuntimeSettings("cpu", hard_gb * 0.9, hard_gb, wait_s=0.1), absent)


def test_a_model_is_a_path_or_a_stored_name(tmp_path: Path) -> None:
    spec = ModelSpec("someone/model", "main", (), {"float32": 1}, "MIT")
    assert room().folder(str(tmp_path)) == tmp_path
    assert EngineRoom(RuntimeSettings("cpu"), lambda name: tmp_path / name).folder("", spec) == tmp_path / spec.repo
    with pytest.raises(ModelError, match="vortex models pull someone/model"):
        room().folder("", spec)
    with pytest.raises(ModelError, match="no model is named"):
        room().folder("")


def test_models_share_the_declared_budget() -> None:
    with room() as here:
        for name in ("one", "two"):
            here.join(here.join(name, lambda: Block(6 * MB)), lambda: Block(1))
        with here.use("one") as model:
            assert len(model) == 6 * MB
            assert here.way("one") == "bytes"
            with pytest.raises(MemoryPressureError, match="two"), here.use("two"):
                pass
        with here.use("two"):
            assert set(here.residency.held()) == {"two"}
        assert "two" in here.explain()
    assert here.residency.held() == {}


def test_memory_that_runs_out_at_work_is_told_and_nothing_stays() -> None:
    with room() as here:
        here.join("one", lambda: Block(MB))
        with (
            pytest.raises(MemoryPressureError, match=r"one: memory ran out while it worked.*one 1\.1 MB"),
            here.use("one"),
        ):
            raise RuntimeError("CUDA out of memory. Tried to allocate 20 GiB")
        assert here.residency.held() == {}
        with pytest.raises(RuntimeError, match="shapes"), here.use("one"):
            raise RuntimeError("shapes differ")


def test_a_card_that_is_not_there_is_refused() -> None:
    with pytest.raises(ModelError, match="'cuda:7': there is no such card here"):
        _ = EngineRoom(RuntimeSettings("cuda:7"), absent).device


@pytest.mark.parametrize("values", [{"device": "gpu"}, {"soft_limit_gb": 12.0}])
def test_settings_that_contradict_themselves_are_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=r"runtime\."):
        RuntimeSettings(**values)
