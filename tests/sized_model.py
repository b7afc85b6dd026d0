"""A model that is nothing but its size, for tests of who may stay."""

from pathlib import Path
from typing import Any

from vortex.runtime.ledger import Footprint, Rung, State

GB = 10**9


class Sized:
    """A model of so many GB."""

    folder: Path | None = None

    def __init__(self, size_gb: float) -> None:
        self.size = round(size_gb * GB)

    def stage(self) -> tuple[Rung, ...]:
        return (Rung("whole", Footprint(self.size)),)

    def load(self, rung: Rung, kept: Any) -> str:
        return f"{self.size / GB:g} GB"

    def unload(self, model: Any, place: State) -> None:
        return None
