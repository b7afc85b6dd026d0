"""Work that is done in order by one thread beside the caller's, so that drawing and encoding overlap."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor


class OrderedWork:
    """A short queue with one worker; what a task raises is raised to the caller at the next call.

    Args:
        most: tasks that may wait or run at the same time.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="encoder")
        self._waiting: deque[Future[None]] = deque()

    def make_room(self) -> None:
        """Wait until one more task may be added."""
        while len(self._waiting) >= self._most or (self._waiting and self._waiting[0].done()):
            self._waiting.popleft().result()

    def add(self, task: Callable[[], None]) -> None:
        """Let the worker do ``task`` after all that were added before."""
        self._waiting.append(self._worker.submit(task))

    def finish(self) -> None:
        """Wait until everything is done, and end the worker."""
        while self._waiting:
            self._waiting.popleft().result()
        self._worker.shutdown()

    def drop(self) -> None:
        """Forget what has not begun, and end the worker; calling it twice is harmless."""
        self._worker.shutdown(wait=True, cancel_futures=True)
        self._waiting.clear()
