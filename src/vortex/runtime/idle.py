"""Letting models leave that nobody used for a while."""

import threading
from typing import Self

from vortex.runtime.residency import Residency


class IdleTimer:
    """A thread that looks every ``every_s`` for models unused for ``idle_s``; a ``with`` block begins and ends it.

    It asks under the same lock as every request does: a request that came first keeps its model, one that comes later
    waits until the model has left and loads it again.
    """

    def __init__(self, residency: Residency, idle_s: float, every_s: float) -> None:
        self._residency, self._idle_s, self._every_s = residency, idle_s, every_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="vortex-idle-timer", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(self._every_s):
            self._residency.unload(idle_s=self._idle_s)
