import gc
import shutil
import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from vortex.core.errors import MemoryPressureError, ModelError
from vortex.core.events import Event, ignore
from vortex.runtime.device import MemoryReading
from vortex.runtime.ledger import Budget, Footprint, Rung, State
from vortex.runtime.residency import Residency
from vortex.runtime.worth import Policy

TIGHT = Budget(99, 100, slack_percent=0)
WAIT_S = 20.0


class Weights:
    """What is loaded."""

    def __init__(self, name: str, rung: str, kept: Any = None) -> None:
        self.name, self.rung, self.kept = name, rung, kept


@dataclass
class Model:
    """A mover that does what a test asks of it."""

    name: str
    sizes: tuple[int, ...] = (60,)
    folder: Path | None = None
    loading: Callable[[], object] = lambda: None
    unloading: Callable[[], object] = lambda: None
    calls: list[str] = field(default_factory=list)

    def stage(self) -> tuple[Rung, ...]:
        self.calls.append("stage")
        return tuple(Rung(f"rung {number}", Footprint(size)) for number, size in enumerate(self.sizes))

    def load(self, rung: Rung, kept: Any) -> Weights:
        self.calls.append(f"load {rung.name}" + (f" from {kept}" if kept else ""))
        half = Weights(self.name, rung.name, kept)
        self.loading()
        return half

    def unload(self, model: Weights, place: State) -> Any:
        self.calls.append(f"unload to {place}")
        self.unloading()
        return None if place is State.STAGED else f"copy in {place}"


def holding(*models: Model, budget: Budget = TIGHT, **rest: Any) -> Residency:
    made = Residency(budget, **({"listener": ignore} | rest))
    for model in models:
        made.add(model.name, model)
    return made


def in_thread(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def until(happened: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(int(WAIT_S / 0.002)):
        if happened():
            return
        pause.wait(0.002)
    raise AssertionError("it did not happen")


def test_a_lease_loads_once_and_the_model_stays_until_its_room_is_wanted() -> None:
    a, b = Model("a"), Model("b")
    with holding(a, b) as residency:
        assert "a" in residency and list(residency) == ["a", "b"] and a.calls == []
        with residency.use("a") as model, residency.use("a") as same:
            assert model is same and model.name == "a"
        with residency.use("b"):
            assert residency.held() == {"b": 60}
    assert a.calls == ["stage", "load rung 0", "unload to staged"]
    assert b.calls == a.calls and residency.held() == {}


def test_weights_come_back_from_host_memory() -> None:
    a, b = Model("a"), Model("b")
    with holding(a, b, budget=Budget(99, 100, 0, host_bytes=60)) as residency:
        for name in "aba":
            with residency.use(name):
                pass
        assert a.calls == ["stage", "load rung 0", "unload to ram", "load rung 0 from copy in ram"]
        assert b.calls[-1] == "unload to staged"


def test_a_copy_that_cannot_be_made_is_dropped_and_said() -> None:
    def full() -> None:
        raise MemoryError("no room")

    heard: list[Event] = []
    a, b = Model("a", unloading=full), Model("b")
    with holding(a, b, budget=Budget(99, 100, 0, host_bytes=60), listener=heard.append) as residency:
        for name in "aba":
            with residency.use(name) as model:
                assert model.kept is None
    assert [event.message for event in heard] == ["a could not be kept in host memory and was dropped: no room"] * 2


def test_a_fault_while_unloading_reaches_the_caller_and_blocks_nobody() -> None:
    def broken() -> None:
        raise TypeError("a fault of the mover")

    a, b = Model("a", unloading=broken), Model("b")
    residency = holding(a, b)
    with residency.use("a"):
        pass
    with pytest.raises(TypeError), residency.use("b"):
        pass
    with residency.use("b", timeout_s=WAIT_S) as model:
        assert model.name == "b"


@pytest.mark.parametrize(
    ("raised", "expected", "words"),
    [
        (MemoryError("host"), MemoryPressureError, "a: memory ran out while loading, and nothing of it was kept; held"),
        (RuntimeError("CUDA out of memory. Tried"), MemoryPressureError, "unload a model, or give it a smaller rung"),
        (ValueError("bad shape"), ModelError, "a: cannot be loaded: ValueError: bad shape; verify its files"),
    ],
)
def test_a_failed_load_is_explained_and_leaves_nothing(
    raised: Exception, expected: type[ModelError], words: str
) -> None:
    left: list[weakref.ref[Weights]] = []

    def fail() -> None:
        big = Weights("a", "half")
        left.append(weakref.ref(big))
        raise raised

    model = Model("a", loading=fail)
    residency = holding(model)
    with pytest.raises(ModelError, match=words) as caught, residency.use("a"):
        pass
    gc.collect()
    assert type(caught.value) is expected and caught.value.__cause__ is raised
    assert left[0]() is None and residency.held() == {}
    assert residency.placements()[0].state is State.STAGED
    model.loading = lambda: None
    with residency.use("a"):
        assert residency.held() == {"a": 60}


def test_a_folder_that_vanishes_while_leased_is_missed_at_the_next_load(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    a = Model("a", folder=folder)
    residency = holding(a)
    with residency.use("a") as model:
        shutil.rmtree(folder)
        with residency.use("a") as same:
            assert same is model
    assert residency.unload() == ("a",)
    with pytest.raises(ModelError, match=f"a: {folder} is gone; put it back"), residency.use("a"):
        pass
    assert residency.held() == {}
    folder.mkdir()
    with residency.use("a"):
        pass


def test_a_budget_smaller_than_any_model_says_what_each_needs() -> None:
    residency = holding(Model("a", sizes=(400, 300)))
    with pytest.raises(MemoryPressureError, match="a needs 300 B on its lowest rung; 100 B of 100 B are free"):
        residency.acquire("a")
    assert residency.placements()[0].state is State.STAGED


def test_a_time_out_names_who_holds_what_and_takes_the_request_back() -> None:
    residency = holding(Model("a"), Model("b"))
    with residency.use("a"):
        done: list[str] = []

        def wait() -> None:
            try:
                with residency.use("b", timeout_s=0.01):
                    pass
            except MemoryPressureError as error:
                done.append(str(error))

        in_thread(wait).join(WAIT_S)
        assert done == ["b got no memory in time; held by a 60 B (draining, leased once); wait longer or unload"]
        with residency.use("a", timeout_s=WAIT_S):
            pass


def test_one_who_can_only_wait_for_itself_is_refused() -> None:
    residency = holding(Model("a"), Model("b"))
    with residency.use("a"), pytest.raises(MemoryPressureError, match="wait for each other"):
        residency.acquire("b")


def test_a_target_revived_while_it_drains_by_threads() -> None:
    """Ollama #17408 with real threads: one waits for the room of a model that others keep asking for."""
    residency = holding(Model("a"), Model("b"))
    order: list[str] = []
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with residency.use("a"):
            inside.set()
            leave.wait(WAIT_S)

    def use(name: str) -> None:
        with residency.use(name, timeout_s=WAIT_S):
            order.append(name)

    first = in_thread(hold)
    inside.wait(WAIT_S)
    threads = [in_thread(lambda: use("b"))]
    until(lambda: residency.placements()[0].state is State.DRAINING)
    threads += [in_thread(lambda: use("a")) for _ in range(5)]
    leave.set()
    for thread in [first, *threads]:
        thread.join(WAIT_S)
        assert not thread.is_alive()
    assert order == ["b"] + ["a"] * 5


def test_an_idle_timer_racing_a_request_by_threads() -> None:
    """llama-swap #946 with real threads: the request comes while the timer's unload is under way."""
    entered, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        entered.set()
        go_on.wait(WAIT_S)

    a = Model("a", unloading=slow)
    residency = holding(a)
    with residency.use("a"):
        assert residency.unload(idle_s=0) == ()
    timer = in_thread(residency.unload)
    entered.wait(WAIT_S)
    got: list[str] = []

    def ask() -> None:
        with residency.use("a", timeout_s=WAIT_S) as model:
            got.append(model.name)

    request = in_thread(ask)
    go_on.set()
    for thread in (timer, request):
        thread.join(WAIT_S)
        assert not thread.is_alive()
    assert got == ["a"] and a.calls == ["stage", "load rung 0", "unload to staged", "load rung 0"]


def test_an_interrupt_before_the_move_leaves_nothing_in_between(monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = Model("a"), Model("b")
    residency = holding(a, b)
    for name in "ba":
        with residency.use(name):
            pass

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(residency, "_make", interrupt)
        for name in "ba":
            with pytest.raises(KeyboardInterrupt):
                residency.acquire(name)
    assert residency.held() == {}
    for name in "ab":
        with residency.use(name, timeout_s=WAIT_S) as model:
            assert model.name == name


def test_many_threads_that_want_one_model_load_it_once() -> None:
    a = Model("a")
    residency = holding(a)

    def use() -> None:
        with residency.use("a", timeout_s=WAIT_S):
            pass

    threads = [in_thread(use) for _ in range(8)]
    for thread in threads:
        thread.join(WAIT_S)
    assert a.calls == ["stage", "load rung 0"]


def test_other_programs_are_counted_and_refused() -> None:
    residency = holding(Model("a"))
    residency.reserve("llm server", 50)
    with pytest.raises(MemoryPressureError, match=r"held by llm server 50 B \(another program\)"), residency.use("a"):
        pass
    residency.free("llm server")
    with residency.use("a"), pytest.raises(MemoryPressureError, match="server wants 50 B, 40 B of 100 B are free"):
        residency.reserve("llm server", 50)
    residency.reserve("llm server", 40)
    residency.reserve("llm server", 30)
    assert residency.held() == {"llm server": 30, "a": 60}


def test_the_device_itself_is_asked_before_a_load() -> None:
    class Device:
        name = "cuda:0"
        free = 50

        def read(self) -> MemoryReading:
            return MemoryReading(0, 0, 0, 200, self.free)

        def reset_peak(self) -> None: ...

        def release_cache(self) -> None: ...

    device = Device()
    residency = holding(Model("a"), source=device)
    with pytest.raises(MemoryPressureError, match="cuda:0 itself has 50 B of 200 B free: programs outside"):
        residency.acquire("a")
    device.free = 60
    with residency.use("a"):
        assert residency.held() == {"a": 60}


def test_what_can_fit_is_what_idle_models_leave() -> None:
    residency = holding(Model("a"))
    with residency.use("a"):
        assert residency.can_fit(40) and not residency.can_fit(41)
    assert residency.can_fit(100) and not residency.can_fit(101)


def test_names_are_known_and_unique() -> None:
    residency = holding(Model("a"))
    with pytest.raises(ModelError, match="there is a model 'a' already"):
        residency.add("a", Model("a"))
    for attempt in (lambda: residency.acquire("b"), lambda: residency.unload("b")):
        with pytest.raises(ModelError, match="no model named 'b'; there are: a"):
            attempt()
    with residency.use("a"), pytest.raises(ModelError, match="a is leased once"):
        residency.unload("a")


def test_every_placement_is_explained_in_words_and_numbers() -> None:
    ticks = iter(range(1000))
    policy = Policy(half_life_s=1e9)
    budget = Budget(99_000_000_000, 100_000_000_000, 0, host_bytes=60_000_000_000)
    a, b, c = Model("a", (60_000_000_000,)), Model("b", (50_000_000_000, 10_000_000_000)), Model("c")
    residency = holding(a, b, c, budget=budget, policy=policy, clock=lambda: float(next(ticks)))
    with residency.use("a"):
        pass
    residency.reserve("llm server", 30_000_000_000)
    with residency.use("b"):
        lines = residency.explain().splitlines()
    assert lines[0] == "device: 80.0 GB of 100.0 GB held (soft limit 99.0 GB), 20.0 GB free"
    assert lines[1:5] == [
        "  llm server: 30.0 GB, declared for another program",
        "  b: resident as 'rung 0': 50.0 GB held (weights 50.0 GB), leased once; back in "
        + lines[2].split("back in ")[1].split(",")[0]
        + ", wanted again 50%; in use",
        "  a: ram as 'rung 0': nothing held (weights 60.0 GB), not leased; back in "
        + lines[3].split("back in ")[1].split(",")[0]
        + ", wanted again 50%; makes room for b",
        "  c: cold; not asked for yet",
    ]
    assert lines[5] == "host: 60.0 GB of 60.0 GB keep weights that left"
    assert residency.placements()[0].reason == "stays until its room is wanted"
