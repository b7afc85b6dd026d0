"""Moving a torch module between its device and host memory."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from vortex.runtime.building import building
from vortex.runtime.ledger import Rung, State


class ModuleMover:
    """The mover of any ``torch.nn.Module``; torch is whatever the module brings along.

    Modules with hooks that move weights themselves, or with quantised tensors that lose their type on the way, need a
    mover of their own.
    """

    def __init__(
        self, ladder: tuple[Rung, ...], build: Callable[[Rung], Any], device: str, folder: Path | None = None
    ) -> None:
        """Hold what ``build`` makes on ``device``.

        Args:
            ladder: the ways to hold it, best first, with their sizes.
            build: makes the module for a rung, anywhere.
            device: such as ``cuda:0`` or ``cpu``.
            folder: where ``build`` reads, if it reads a folder.
        """
        self.folder = folder
        self._ladder, self._build, self._device = ladder, build, device

    def stage(self) -> tuple[Rung, ...]:
        """Return the ladder."""
        return self._ladder

    def load(self, rung: Rung, kept: Any) -> Any:
        """Return the module on its device, from the copy that was ``kept`` if there is one."""
        if kept is not None:
            return kept.to(self._device)
        with building():
            module = self._build(rung)
        return module.to(self._device)

    def unload(self, model: Any, place: State) -> Any:
        """Take the weights off the device, also from under those who kept the module beyond their lease.

        Raises:
            RuntimeError: memory ran out, or cannot be page-locked here.
        """
        return take_off(model, place)


def take_off(network: Any, place: State) -> Any:
    """Take the weights of a network off its device and return what is kept of it.

    Raises:
        RuntimeError: memory ran out, or cannot be page-locked here.
    """
    if place is State.STAGED:
        network.to("meta")
        return None
    network.to("cpu")
    if place is State.PINNED:
        lock_pages(network)
    return network


def lock_pages(network: Any) -> None:
    """Exchange the memory of a network on the host for page-locked memory, from which a card copies fastest.

    Raises:
        RuntimeError: memory ran out, or cannot be page-locked here.
    """
    for tensor in (*network.parameters(), *network.buffers()):
        tensor.data = tensor.data.pin_memory()
