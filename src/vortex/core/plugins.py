"""How engines join: every installed package may declare an entry point in the group ``vortex.plugins``.

The entry point names a function that receives the ``Registries`` and adds to them; the engines that ship with the
product come in through the same door. These run within the product and are trusted like it; what is not comes as a
folder with a manifest and runs in a process of its own (``PluginHost``, from ``vortex.core.hosting``).
"""

from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import EntryPoint, entry_points

from vortex.core.errors import PluginError
from vortex.core.hosting.host import PluginHost
from vortex.core.registry import Registry

__all__ = ["GROUP", "KINDS", "PluginHost", "Register", "Registries", "load_plugins"]

GROUP = "vortex.plugins"
KINDS = ("speech", "video", "llm", "embed", "writer", "lesson", "image", "clip", "sight", "hearing")

Register = Callable[["Registries"], None]


class Registries:
    """One registry for every kind of engine."""

    def __init__(self) -> None:
        self._by_kind = {kind: Registry(f"{kind} engine") for kind in KINDS}

    def __getitem__(self, kind: str) -> Registry:
        if kind not in self._by_kind:
            raise PluginError(f"no kind of engine named {kind!r}; there are: {', '.join(KINDS)}")
        return self._by_kind[kind]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_kind)


def load_plugins(points: Iterable[EntryPoint] | None = None) -> Registries:
    """Return the registries, filled by every installed plugin, in the order of their names.

    Args:
        points: entry points to use instead of the installed ones.

    Raises:
        PluginError: a plugin cannot be imported or fails while registering; names it.
    """
    registries = Registries()
    found = entry_points(group=GROUP) if points is None else points
    for point in sorted(found, key=lambda each: each.name):
        try:
            register: Register = point.load()
            register(registries)
        except PluginError:
            raise
        except Exception as error:  # a stranger's code may raise anything
            raise PluginError(f"plugin {point.name!r} ({point.value}) failed: {error}; uninstall or mend it") from error
    return registries
