"""One language model, one picture model and one voice that take turns on a card too small for all of them.

What may stay together follows from bytes alone: on 16 GB a language model of 12 to 14 GB and an SDXL of 13 to 15 GB
never do, and a voice of 3 to 4 GB stays with either if there is room.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from vortex.core.errors import ModelError
from vortex.runtime.budget import GB
from vortex.runtime.residency import Residency
from vortex.runtime.service import Service

LLM, SDXL, TTS = "llm", "image/sdxl", "speech/tts"


@dataclass(frozen=True, slots=True)
class MemoryUsage:
    """Who holds what, in GB of 1e9 bytes, by the ledger."""

    used_gb: float
    limit_gb: float
    by_holder: Mapping[str, float]


class ModelManager:
    """Switches between models of one residency by what they are for."""

    def __init__(
        self, residency: Residency, *, llm: str = LLM, sdxl: str = SDXL, tts: str = TTS, service: Service | None = None
    ) -> None:
        """Use the models of ``residency`` with these names; ``llm`` is the language model where none is named.

        A ``service`` serves the language model ``llm`` from a process of its own, and is added to the residency.
        """
        self._residency, self._llm, self._sdxl, self._tts = residency, llm, sdxl, tts
        self._service = service
        self._last_llm = ""
        if service is not None:
            residency.add(llm, service)

    def switch_to_llm(self, model: str = "") -> None:
        """Bring a language model onto the device; who leaves for it is the residency's choice.

        Raises:
            ModelError: it is unknown or cannot be loaded; `MemoryPressureError` if it does not fit.
        """
        with self.use_llm(model):
            pass

    def switch_to_sdxl(self) -> None:
        """Bring the picture model onto the device. Errors are those of ``switch_to_llm``."""
        with self.use_sdxl():
            pass

    def switch_to_tts(self, allow_with_llm: bool = True) -> None:
        """Bring the voice onto the device; without ``allow_with_llm`` the language model leaves in any case.

        Raises:
            ModelError: as for ``switch_to_llm``, or the language model has to leave and is leased.
        """
        with self.use_tts(allow_with_llm):
            pass

    @contextmanager
    def use_llm(self, model: str = "") -> Iterator[Any]:
        """Lease a language model; for one that is served, the block gets its address."""
        name = model or self._llm
        self._last_llm = name
        if name == self._llm and self._service is not None and self._is_foreign(self._service):
            self._residency.reserve(_foreign(name), self._service.settings.size_bytes)
            yield self._service.settings.health_url
            return
        self._residency.free(_foreign(name))
        if name == self._llm and self._service is not None and not self._service.is_ours:
            # It ended by itself since it was started, so the ledger still counts it.
            self._residency.unload(name)
        with self._residency.use(name) as leased:
            yield leased

    @contextmanager
    def use_sdxl(self) -> Iterator[Any]:
        """Lease the picture model."""
        self._look_at_foreign()
        with self._residency.use(self._sdxl) as leased:
            yield leased

    @contextmanager
    def use_tts(self, allow_with_llm: bool = True) -> Iterator[Any]:
        """Lease the voice."""
        self._look_at_foreign()
        if not allow_with_llm:
            self._send_llm_away()
        with self._residency.use(self._tts) as leased:
            yield leased

    def get_vram_usage(self) -> MemoryUsage:
        """Return who holds what."""
        held = {name: size / GB for name, size in self._residency.held().items()}
        return MemoryUsage(sum(held.values()), self._residency.budget.hard_bytes / GB, held)

    def can_fit_model(self, size_gb: float) -> bool:
        """Tell whether a model of ``size_gb`` (1e9 bytes) would fit once all that is idle has left."""
        return self._residency.can_fit(round(size_gb * GB))

    def start_llm_service(self) -> None:
        """Start the server of the language model, making room for it first.

        Raises:
            ModelError: there is none, or it does not start; `MemoryPressureError` if it does not fit.
        """
        self._served()
        self.switch_to_llm()

    def stop_llm_service(self) -> bool:
        """Stop the server if it was started here, and return whether it was.

        Raises:
            ModelError: there is none, or it is leased.
        """
        ours = self._served().is_ours
        self._residency.unload(self._llm)
        return ours

    def is_llm_service_healthy(self, timeout_s: float = 2.0) -> bool:
        """Ask the server for at most ``timeout_s`` seconds.

        Raises:
            ModelError: there is no server to ask.
        """
        return self._served().is_healthy(timeout_s)

    def _served(self) -> Service:
        if self._service is None:
            raise ModelError(f"{self._llm} is not served by a process; give ModelManager a service")
        return self._service

    def _send_llm_away(self) -> None:
        name = self._last_llm or self._llm
        if name not in self._residency:
            return
        if self._service is not None and name == self._llm and self._is_foreign(self._service):
            raise ModelError(f"{name} is served by a process that was not started here; stop it yourself")
        self._residency.unload(name)

    def _look_at_foreign(self) -> None:
        """Stop counting a server of somebody else that has ended since."""
        counted = _foreign(self._llm) in self._residency.held()
        if counted and self._service is not None and not self._service.is_healthy():
            self._residency.free(_foreign(self._llm))

    @staticmethod
    def _is_foreign(service: Service) -> bool:
        return not service.is_ours and service.is_healthy()


def _foreign(name: str) -> str:
    return f"server of {name}"
