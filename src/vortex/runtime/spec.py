"""What an engine says of the model that it needs, before anything of it is on disk."""

from collections.abc import Mapping
from dataclasses import dataclass

from vortex.core.errors import ModelError
from vortex.core.units import format_bytes


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A model by name, with what it weighs in each precision."""

    repo: str
    """``OWNER/NAME`` on the hub, and its name in the store."""
    revision: str
    files: tuple[str, ...]
    """Patterns of the files that the engine reads; empty for all."""
    size_bytes: Mapping[str, int]
    """Precision, such as ``bfloat16`` or ``nf4`` → bytes of its weights in memory."""
    licence: str

    def needed_bytes(self, precision: str) -> int:
        """Return what its weights take in memory.

        Raises:
            ModelError: it does not come in that precision; names those in which it does.
        """
        if precision not in self.size_bytes:
            known = ", ".join(f"{name} ({format_bytes(size)})" for name, size in self.size_bytes.items())
            raise ModelError(f"{self.repo} does not come in {precision!r}; there are: {known}")
        return self.size_bytes[precision]

    def pull_command(self) -> str:
        """Return the command line that fetches it."""
        more = "".join(f" --include '{pattern}'" for pattern in self.files)
        pinned = "" if self.revision == "main" else f" --revision {self.revision}"
        return f"vortex models pull {self.repo}{pinned}{more}"
