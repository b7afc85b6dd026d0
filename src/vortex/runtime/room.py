"""The engine room: one device, one declared budget, and every model that engines lease in it.

Nothing is probed, declared or imported before the first model is asked for.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from vortex.core.errors import ModelError
from vortex.core.events import Listener
from vortex.core.settings import RuntimeSettings
from vortex.core.units import format_bytes
from vortex.runtime.budget import GB, log_event
from vortex.runtime.card import claim_device
from vortex.runtime.device import HostMemory, MemorySource, accelerator
from vortex.runtime.failures import explain_shortage, is_out_of_memory
from vortex.runtime.ledger import Budget
from vortex.runtime.residency import Mover, Residency
from vortex.runtime.spec import ModelSpec

Finder = Callable[[str], Path]
"""Name of a stored model → its folder; raises ``ModelError`` with the command that fetches it."""


class EngineRoom:
    """Where engines find their models. Every method may be called from any thread."""

    def __init__(
        self, settings: RuntimeSettings, find: Finder, *, claims: Path | None = None, listener: Listener = log_event
    ) -> None:
        """Open the room; the device is looked for when it is first needed.

        Args:
            settings: the device and the declared limits.
            find: looks in the store of fetched models.
            claims: folder in which processes that share a card declare their limits; ``None`` declares nothing.
            listener: hears of models that are held on a lower rung, of excess and of thrashing.
        """
        self._settings, self._find, self._claims, self._listener = settings, find, claims, listener
        self._held = ExitStack()
        self._joining = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let every model leave and take the declaration back; calling it twice is harmless."""
        self._held.close()

    def folder(self, model: str, spec: ModelSpec | None = None) -> Path:
        """Return the folder, or the weight file, of a model.

        Args:
            model: a path, or the name of a model in the store; "" takes that of ``spec``.
            spec: what the engine would fetch.

        Raises:
            ModelError: nothing is there; says what to run.
        """
        wanted = model or (spec.repo if spec else "")
        if not wanted:
            raise ModelError("no model is named; give the path of its folder or the name of a fetched one")
        path = Path(wanted).expanduser()
        if path.exists():
            return path
        if wanted.startswith(("/", ".", "~")):
            raise ModelError(f"{path}: no such folder or file; see: vortex models list")
        return self._find(wanted)

    def join(self, name: str, make: Callable[[], Mover]) -> str:
        """Make a model known under ``name`` unless it is, and return the name; nothing is read."""
        with self._joining:
            if name not in self.residency:
                self.residency.add(name, make())
        return name

    @contextmanager
    def use(self, name: str, *, timeout_s: float | None = None) -> Iterator[Any]:
        """Lease a model that has joined.

        Args:
            name: what ``join`` returned.
            timeout_s: how long to wait for memory; ``None`` takes what the settings say.

        Raises:
            ModelError: it cannot be loaded.
            MemoryPressureError: it does not fit, did not in time, or memory ran out in the block; then it leaves.
        """
        waiting = self._settings.wait_s if timeout_s is None else timeout_s
        try:
            with self.residency.use(name, timeout_s=waiting) as model:
                yield model
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
            holders = ", ".join(f"{each} {format_bytes(size)}" for each, size in self.residency.held().items())
            failure = explain_shortage(error, name, holders)
            self.residency.unload()
            raise failure from error

    def way(self, name: str) -> str:
        """Return how a model is held now, such as ``bfloat16, tiled decoder``."""
        return next(each.rung for each in self.residency.placements() if each.name == name)

    @cached_property
    def device(self) -> str:
        """Where models live, as torch writes it: ``cpu``, or ``cuda:0``.

        Raises:
            ModelError: the settings ask for a card and there is none.
        """
        return "cpu" if isinstance(self._source, HostMemory) else self._source.name

    @cached_property
    def residency(self) -> Residency:
        """The ledger and its leases.

        Raises:
            MemoryPressureError: other processes have declared so much of the card that the limit does not fit.
        """
        source, settings = self._source, self._settings
        if self._claims is not None and self.device != "cpu":
            total = source.read().total_bytes
            self._held.enter_context(claim_device(self._claims, self.device, round(settings.hard_limit_gb * GB), total))
        return self._held.enter_context(Residency(self.budget, source=source, listener=self._listener))

    @cached_property
    def budget(self) -> Budget:
        """The declared limits; weights are kept in host memory only where they can leave a card for it."""
        settings = self._settings
        host_bytes = 0 if self.device == "cpu" else round(settings.host_gb * GB)
        soft, hard = round(settings.soft_limit_gb * GB), round(settings.hard_limit_gb * GB)
        return Budget(soft, hard, host_bytes=host_bytes, pinned_bytes=host_bytes // 2)

    def explain(self) -> str:
        """Return every placement in words and numbers."""
        return self.residency.explain()

    @cached_property
    def _source(self) -> MemorySource:
        wanted = self._settings.device
        if wanted == "cpu":
            return HostMemory()
        found = accelerator(int(wanted.partition(":")[2]) if ":" in wanted else None)
        if found is None and wanted != "auto":
            raise ModelError(f"runtime.device = {wanted!r}: there is no such card here; set it to auto or cpu")
        return found or HostMemory()
