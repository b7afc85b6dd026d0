"""How many calls of each plugin run at the same time."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from vortex.core.errors import PolicyError
from vortex.core.hosting.manifest import Manifest


class Places:
    """Counts the running calls of this process, and lets further ones wait."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._running: Counter[str] = Counter()

    @contextmanager
    def take(self, manifest: Manifest, timeout_s: float) -> Iterator[None]:
        """Hold one of the plugin's places.

        Raises:
            PolicyError: none came free in time; names the cap.
        """
        name, most = manifest.name, manifest.resources.max_concurrency
        with self._condition:
            until = time.monotonic() + timeout_s
            if not self._condition.wait_for(lambda: self._running[name] < most, until - time.monotonic()):
                raise PolicyError(
                    f"plugin {name!r} ran {self._running[name]} times at once for {timeout_s:g} s, and its "
                    f"resources.max_concurrency = {most}; call it later, give it more time or raise the number"
                )
            self._running[name] += 1
        try:
            yield
        finally:
            with self._condition:
                self._running[name] -= 1
                self._condition.notify_all()
