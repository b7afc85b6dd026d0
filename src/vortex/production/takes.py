"""Making takes: one job a shot, done by worker processes that share the film's job store.

Workers are processes of their own, so that a shot that crashes the renderer costs that shot, several cores are used,
and a killed run leaves nothing behind but finished takes. A worker ends when the run that started it has ended.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from vortex.core import errors
from vortex.core.errors import EngineError, VortexError
from vortex.core.events import Event, Listener
from vortex.core.plugins import load_plugins
from vortex.core.units import counted
from vortex.engines.video.base import Take, TakeRequest, VideoEngine
from vortex.jobs import JobStore, drain
from vortex.jobs.job import FINAL, Job
from vortex.jobs.worker import Progress
from vortex.production.build import Build, code_version, digest, file_digest

STAGE = "takes"
_POLL_S = 0.1


@dataclass(frozen=True, slots=True)
class TakeOrder:
    """A take that is wanted, by the name of its engine so that another process can make it."""

    engine: str
    version: str
    request: TakeRequest

    def key(self) -> str:
        """Return the hash of all that the take's bytes depend on, the pictures it shows included."""
        shot, assets = self.request.shot, self.request.assets
        present = {file.name for file in assets.iterdir()} if assets.is_dir() else set()
        named = sorted(present.intersection(_texts(shot.params)))
        pictures = [(name, file_digest(assets / name)) for name in named]
        looks = shot.model_dump(exclude={"id", "reason", "pinned"})
        code = code_version("media", "visuals", "engines/video")
        return digest(self.engine, self.version, code, looks, self.request.timing, self.request.look, pictures)


@dataclass(frozen=True, slots=True)
class MadeTake:
    """A take in the build."""

    take: Take
    key: str
    reused: bool


_ORDER = TypeAdapter(TakeOrder)
_TAKE = TypeAdapter(Take)


def make_takes(build: Build, orders: Sequence[TakeOrder], *, jobs: int, listen: Listener) -> tuple[MadeTake, ...]:
    """Return the takes in the order of ``orders``, making those that are not in the build.

    Args:
        build: where takes are kept.
        orders: what is wanted; equal orders are made once.
        jobs: number of worker processes; 0 means one a core.
        listen: hears progress in frames.

    Raises:
        VortexError: a shot could not be made; names it. The other takes are kept.
    """
    keys = [order.key() for order in orders]
    missing = {key: order for key, order in zip(keys, orders, strict=True) if not build.has(STAGE, key)}
    total = sum(order.request.timing.num_frames for order in orders)
    reused = sum(key not in missing for key in keys)
    listen(Event("stage_started", STAGE, 0, total, reused=reused))
    if missing:
        _make_missing(build, missing, jobs or os.cpu_count() or 1, listen, total)
    listen(Event("stage_finished", STAGE, total, total, f"{counted(len(orders), 'shot')}, {len(missing)} made", reused))
    return tuple(MadeTake(read_take(build.place(STAGE, key)), key, key not in missing) for key in keys)


def missing_frames(build: Build, orders: Sequence[TakeOrder]) -> int:
    """Return the frames of the takes that are not in the build."""
    return sum(order.request.timing.num_frames for order in orders if not build.has(STAGE, order.key()))


def read_take(folder: Path) -> Take:
    """Return the take that stands in a folder of the build."""
    take = _TAKE.validate_json((folder / "take.json").read_bytes())
    return replace(take, video=folder / take.video, layout=folder / take.layout)


def make_one(build: Build, key: str, order: TakeOrder, engine: VideoEngine, progress: Callable[[float], None]) -> Path:
    """Make one take into the build and return its folder."""

    def make(folder: Path) -> None:
        take = engine.make(order.request, folder, progress)
        bare = replace(take, video=Path(take.video.name), layout=Path(take.layout.name))
        (folder / "take.json").write_bytes(_TAKE.dump_json(bare, indent=1))

    return build.step(STAGE, key, make).folder


def _make_missing(build: Build, missing: dict[str, TakeOrder], jobs: int, listen: Listener, total: int) -> None:
    path = build.root / "jobs.sqlite"
    with JobStore(path) as store:
        _withdraw(store, frozenset(missing))
        wanted = [_submit(store, key, order) for key, order in missing.items()]
        ready = total - sum(order.request.timing.num_frames for order in missing.values())
        workers = [_start_worker(path, build.root) for _ in range(min(jobs, len(missing)))]
        try:
            _wait(store, wanted, workers, lambda done: listen(Event("progress", STAGE, ready + done, total)))
        finally:
            for worker in workers:
                if worker.poll() is None:
                    worker.terminate()
                worker.wait()


def _withdraw(store: JobStore, wanted: frozenset[str]) -> None:
    """Cancel what a killed run had ordered and nobody wants any more."""
    for job in store.jobs():
        if job.key not in wanted:
            store.cancel(job.id)


def _submit(store: JobStore, key: str, order: TakeOrder) -> Job:
    payload = _ORDER.dump_python(order, mode="json") | {"key": key}
    job = store.submit(key, "take", payload, priority=order.request.timing.num_frames)
    # A finished job whose take is gone from the build, or whose worker was killed, is wanted again.
    return store.requeue(job.id, payload) if job.state in ("done", "running") else job


def _start_worker(store: Path, build: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "vortex.production.takes", str(store), str(build), str(os.getpid())]
    # A session of its own keeps Ctrl-C away from the worker; this process ends it.
    return subprocess.Popen(
        command, env=os.environ | {"OMP_NUM_THREADS": "1"}, stdout=sys.stderr, start_new_session=True
    )


def _wait(
    store: JobStore,
    wanted: Sequence[Job],
    workers: Sequence[subprocess.Popen[bytes]],
    tell: Callable[[float], None],
) -> None:
    while True:
        ended = all(worker.poll() is not None for worker in workers)
        states = [store.get(job.id) for job in wanted]
        failed = next((job for job in states if job.state in ("failed", "cancelled")), None)
        if failed is not None:
            raise _failure(failed)
        tell(sum(job.progress * job.payload["request"]["timing"]["num_frames"] for job in states))
        if all(job.state in FINAL for job in states):
            return
        if ended:
            raise EngineError("the workers that make takes ended before their work was done; run the command again")
        time.sleep(_POLL_S)


def _failure(job: Job) -> VortexError:
    """Return the error that a worker recorded, of its own kind again where it is one of ours."""
    name, _, text = job.error.partition(": ")
    kind = getattr(errors, name, None)
    if isinstance(kind, type) and issubclass(kind, VortexError):
        return kind(text)
    shot = job.payload["request"]["shot"]["id"]
    return EngineError(f"shot {shot!r} could not be made: {job.error or job.state}; mend it in storyboard.json")


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value] if value and "/" not in value and len(value) < 200 else []
    if isinstance(value, dict):
        value = list(value.values())
    return [text for each in value for text in _texts(each)] if isinstance(value, (list, tuple)) else []


def work(store: Path, root: Path, parent: int) -> None:
    """Make takes until none is wanted, or until the process ``parent`` is gone."""
    build, engines = Build(root), load_plugins()["video"]

    def task(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
        def alive(fraction: float) -> None:
            if os.getppid() != parent:
                raise SystemExit(0)
            progress(fraction)

        order = _ORDER.validate_python(payload)
        return {"folder": str(make_one(build, payload["key"], order, engines.load(order.engine)(), alive))}

    drain(store, {"take": task})


if __name__ == "__main__":
    work(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
