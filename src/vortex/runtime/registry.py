"""Models by name for those who keep them for good, such as a server that has warmed up."""

import threading
from collections.abc import Iterator
from typing import Any, Self

from vortex.runtime.residency import Residency
from vortex.runtime.steward import Move
from vortex.runtime.waiting import Ticket


class ModelRegistry:
    """Loads each model when it is first asked for and keeps it until the ``with`` block ends.

    What is kept so never leaves for others. Whoever needs the room is refused at once instead of waiting for ever.
    """

    def __init__(self, residency: Residency) -> None:
        self._residency = residency
        self._tickets: dict[str, Ticket[Move]] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for name in list(self._tickets):
            self.release(name)

    def __contains__(self, name: object) -> bool:
        return name in self._residency

    def __iter__(self) -> Iterator[str]:
        return iter(self._residency)

    def get_model(self, name: str) -> Any:
        """Return the model ``name``, loading it if need be.

        Raises:
            KeyError: there is no such model; lists those that there are.
            ModelError: it cannot be loaded; `MemoryPressureError` if it does not fit. Nothing of it stays then.
        """
        if name not in self:
            raise KeyError(f"no model named {name!r}; there are: {', '.join(self) or 'none'}")
        if name not in self._tickets:
            ticket = self._residency.acquire(name, standing=True)
            with self._lock:
                kept = self._tickets.setdefault(name, ticket)
            if kept is not ticket:
                self._residency.release(ticket)
        return self._residency.model(self._tickets[name])

    def release(self, name: str) -> None:
        """Keep ``name`` no longer; it leaves when its room is wanted."""
        with self._lock:
            ticket = self._tickets.pop(name, None)
        if ticket is not None:
            self._residency.release(ticket)
