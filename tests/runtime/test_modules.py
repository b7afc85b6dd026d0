from pathlib import Path
from typing import Any

import pytest

from vortex.core.errors import ModelError
from vortex.core.events import Event
from vortex.runtime.ledger import Budget, Footprint, Rung, State
from vortex.runtime.modules import ModuleMover
from vortex.runtime.residency import Residency

torch = pytest.importorskip("torch")
LADDER = (Rung("float32", Footprint(1000)), Rung("bfloat16", Footprint(500)))


def build(rung: Rung) -> Any:
    torch.manual_seed(3)
    return torch.nn.Linear(8, 8).to(getattr(torch, rung.name))


def rooms(budget: Budget) -> tuple[Residency, list[Event]]:
    heard: list[Event] = []
    made = Residency(budget, listener=heard.append)
    for name in ("a", "b"):
        made.add(name, ModuleMover(LADDER, build, "cpu"))
    return made, heard


def state(residency: Residency, name: str) -> State:
    return next(each.state for each in residency.placements() if each.name == name)


def test_weights_are_the_same_after_they_left_and_came_back() -> None:
    residency, _ = rooms(Budget(1100, 1200, 0, host_bytes=1000))
    with residency.use("a") as module:
        before = module(torch.ones(8)).clone()
    with residency.use("b"):
        assert state(residency, "a") is State.RAM
    with residency.use("a") as again:
        assert again is module and torch.equal(again(torch.ones(8)), before)


def test_a_module_kept_beyond_its_lease_holds_no_memory() -> None:
    residency, _ = rooms(Budget(1100, 1200, 0))
    with residency.use("a") as module:
        pass
    with residency.use("b"):
        assert {tensor.device.type for tensor in module.parameters()} == {"meta"}
    with residency.use("a") as fresh:
        assert fresh.weight.device.type == "cpu"


def test_a_lower_rung_is_built_when_the_higher_does_not_fit() -> None:
    residency, heard = rooms(Budget(1600, 1700, 0))
    with residency.use("a") as whole, residency.use("b") as half:
        assert (whole.weight.dtype, half.weight.dtype) == (torch.float32, torch.bfloat16)
    assert "b is held as 'bfloat16' in 500 B instead of 'float32' in 1.0 kB" in heard[0].message


@pytest.mark.skipif(torch.cuda.is_available(), reason="page-locking works here")
def test_what_cannot_be_page_locked_is_dropped_and_said() -> None:
    residency, heard = rooms(Budget(1100, 1200, 0, host_bytes=1000, pinned_bytes=1000))
    for name in "ab":
        with residency.use(name):
            pass
    assert state(residency, "a") is State.STAGED
    assert heard[0].message.startswith("a could not be kept in host memory and was dropped:")


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    residency, _ = rooms(Budget(1100, 1200, 0))
    residency.add("c", ModuleMover(LADDER, build, "cpu", tmp_path / "gone"))
    with pytest.raises(ModelError, match="gone is gone; put it back"):
        residency.acquire("c")
