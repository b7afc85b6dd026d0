"""A worker: takes jobs from a store, does them, and keeps its leases alive until there is nothing left."""

import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from vortex.core.errors import JobError
from vortex.jobs.job import Job
from vortex.jobs.store import JobStore

LEASE_S = 20.0
Progress = Callable[[float], None]
Task = Callable[[dict[str, Any], Progress], dict[str, Any]]


def drain(path: Path, tasks: Mapping[str, Task], *, worker: str = "", lease_s: float = LEASE_S) -> int:
    """Do jobs of the given kinds until none is queued, and return how many were finished.

    Args:
        path: the store.
        tasks: what to do for each kind of job; takes the payload and a progress function, returns the result.
        worker: name in the store; the process id by default.
        lease_s: seconds without a sign of life after which another worker may take over.

    A task that raises makes its job fail with the error's text; what it raises because the job was cancelled or lost
    is dropped.
    """
    name = worker or f"pid {os.getpid()}"
    finished = 0
    with JobStore(path) as store:
        while (job := store.lease(name, tasks, seconds=lease_s)) is not None:
            finished += _do(store, job, tasks[job.kind], lease_s)
    return finished


def _do(store: JobStore, job: Job, task: Task, lease_s: float) -> bool:
    try:
        with _Alive(store.path, job, lease_s) as alive:
            result = task(job.payload, alive.progress)
    except JobError:
        return False
    except Exception as error:  # the job worker records whatever a task raises
        store.fail(job, f"{type(error).__name__}: {error}", retry=isinstance(error, OSError))
        return False
    store.finish(job, result)
    return True


class _Alive:
    """Renews a lease from a thread of its own, so that a long step without progress keeps it."""

    def __init__(self, path: Path, job: Job, lease_s: float) -> None:
        self._path, self._job, self._lease_s = path, job, lease_s
        self._fraction = 0.0
        self._lost = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> "_Alive":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def progress(self, fraction: float) -> None:
        """Note how far the task is; raises JobError once the job is no longer ours."""
        self._fraction = fraction
        if self._lost.is_set():
            raise JobError(f"job {self._job.id} was cancelled or taken over")

    def _beat(self) -> None:
        with JobStore(self._path) as store:
            while not self._stop.wait(min(1.0, self._lease_s / 4)):
                try:
                    store.heartbeat(self._job, self._fraction, seconds=self._lease_s)
                except JobError:
                    self._lost.set()
                    return
