"""How many bytes a network keeps alive while it works, found without computing: on the meta device, at any size."""

import weakref
from collections.abc import Callable
from typing import Any


def peak_bytes(make: Callable[[], Any], call: Callable[[Any], object]) -> int:
    """Return the most that tensors took at once in a call, weights left out.

    Args:
        make: makes the network; called with the meta device as the usual one.
        call: calls it, with tensors of that device.
    """
    import torch

    with torch.device("meta"), torch.no_grad():
        # Some parameters are made by a constructor that knows no usual device.
        network = make().eval().to("meta")
        alive = _alive()
        alive.ignore(*network.parameters(), *network.buffers())
        with _fused_attention(), alive:
            call(network)
    return int(alive.peak)


def _alive() -> Any:
    import torch
    from torch.utils._python_dispatch import TorchDispatchMode
    from torch.utils._pytree import tree_leaves

    class Alive(TorchDispatchMode):
        """Counts storages from when they are made until nobody has them."""

        def __init__(self) -> None:
            super().__init__()
            self.now = self.peak = 0
            self.known: dict[int, Any] = {}

        def ignore(self, *tensors: Any) -> None:
            for each in tensors:
                storage = each.untyped_storage()
                self.known[id(storage)] = storage

        def _see(self, storage: Any) -> None:
            key, size = id(storage), storage.nbytes()
            if key in self.known:
                return

            def gone(_: object) -> None:
                self.now -= size
                del self.known[key]

            self.known[key] = weakref.ref(storage, gone)
            self.now += size
            self.peak = max(self.peak, self.now)

        def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            made = func(*args, **(kwargs or {}))
            for each in tree_leaves(made):
                if isinstance(each, torch.Tensor):
                    self._see(each.untyped_storage())
            return made

    return Alive()


def _fused_attention() -> Any:
    """Return a mode in which attention keeps no table of all pairs, as it does on a card; on meta it would."""
    from torch.nn import functional
    from torch.overrides import TorchFunctionMode

    class Fused(TorchFunctionMode):
        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            if func is not functional.scaled_dot_product_attention:
                return func(*args, **(kwargs or {}))
            given = {**dict(zip(("query", "key", "value"), args, strict=False)), **(kwargs or {})}
            return given["query"].new_empty(*given["query"].shape[:-1], given["value"].shape[-1])

    return Fused()
