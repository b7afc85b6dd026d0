"""The writers that ship with the product, entered through the same door as everybody else's."""

from vortex.core.plugins import Registries
from vortex.story.writers import WRITERS


def register(registries: Registries) -> None:
    """Enter the built-in writers."""
    for name, entry in WRITERS.items():
        registries["writer"].add(name, entry)
