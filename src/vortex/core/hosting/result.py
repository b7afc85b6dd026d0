"""What a call of a plugin comes to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SandboxReport:
    """What a plugin's process was, as tried from within before the plugin ran."""

    walls: tuple[str, ...]
    """What the kernel put up, such as ``Landlock 7``."""
    absent: Mapping[str, str]
    """Walls that it did not, and why."""
    missing: tuple[str, ...]
    """Protections that an attempt showed to be missing; empty for a plugin that is not trusted."""
    is_trusted: bool

    def describe(self) -> str:
        """Return one line for people."""
        told = ", ".join(self.walls) or "no walls"
        return f"{told}; missing: {', '.join(self.missing)}" if self.missing else told


@dataclass(frozen=True, slots=True)
class PluginResult:
    """What a plugin returned."""

    plugin: str
    version: str
    output: Any
    """JSON that keeps the output schema."""
    lane: int
    latency_ms: float
    """From the moment its process was walled in to its output: importing the plugin and running it."""
    total_ms: float
    """With waiting for a place, starting and ending the process, and checking."""
    sandbox: SandboxReport
