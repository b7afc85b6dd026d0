"""Two threads that load models at once; libraries change types for the whole process while they build."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from factories import networks

from vortex.runtime.ledger import Footprint, Rung
from vortex.runtime.modules import ModuleMover
from vortex.runtime.pipelines import PipelineMover, Work, plain_ways

torch = pytest.importorskip("torch")
RUNG = Rung("whole", Footprint(1))


def mover(build: Callable[[Rung], Any]) -> ModuleMover:
    return ModuleMover((RUNG,), build, "cpu")


def test_one_is_built_after_the_other() -> None:
    began, may_end, second_began = threading.Event(), threading.Event(), threading.Event()

    def slow(_: Rung) -> Any:
        began.set()
        assert may_end.wait(10)
        return torch.nn.Linear(2, 2)

    def quick(_: Rung) -> Any:
        second_began.set()
        return torch.nn.Linear(2, 2)

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(mover(slow).load, RUNG, None)
        assert began.wait(10)
        second = threads.submit(mover(quick).load, RUNG, None)
        assert not second_began.wait(0.05)
        may_end.set()
        assert first.result(10) is not None and second.result(10) is not None


def test_what_is_kept_comes_back_beside_one_that_is_built() -> None:
    kept = torch.nn.Linear(2, 2)

    def build(_: Rung) -> Any:
        with ThreadPoolExecutor(1) as threads:
            return threads.submit(mover(lambda _: None).load, RUNG, kept).result(10)

    assert mover(build).load(RUNG, None) is kept


def test_types_of_a_pipeline_stay_its_own(tmp_path: Path) -> None:
    pytest.importorskip("diffusers")
    folder = networks.save_text_pipeline(tmp_path / "tiny")
    pipelines = PipelineMover(folder, "cpu", lambda: plain_ways(folder, "bfloat16", Work(0, 0), "cpu"))
    whole = pipelines.stage()[0]
    small = mover(lambda _: torch.nn.Sequential(*(torch.nn.Linear(4, 4) for _ in range(200))))
    with ThreadPoolExecutor(1) as threads:
        beside = threads.submit(lambda: [pipelines.load(whole, None) for _ in range(4)])
        while not beside.done():
            made = small.load(RUNG, None)
            assert {(each.dtype, each.device.type) for each in made.parameters()} == {(torch.float32, "cpu")}
        for pipe in beside.result():
            assert {each.dtype for each in pipe.unet.parameters()} == {torch.bfloat16}
