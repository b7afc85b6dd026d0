"""What the host asks of a plugin's process, as JSON."""

from typing import Any, Literal, TypedDict

from vortex.core.hosting.cell.limits import Limits
from vortex.core.hosting.cell.walls import Place


class Job(TypedDict):
    """One call of one plugin."""

    do: Literal["run", "import"]
    plugin: str
    """Folder of the plugin."""
    entrypoint: str
    """``module:function``."""
    paths: list[str]
    """Where the plugin finds modules."""
    host_paths: list[str]
    """Where the host finds modules, for what checks the schemas."""
    payload: Any
    input_schema: dict[str, Any]
    output_schema: dict[str, Any]
    output_bytes: int
    """Most bytes of the output, as JSON."""
    place: Place
    limits: Limits
    walls: list[str]
    """Walls to try."""
    required: list[str]
    """Protections without which the plugin is not run."""
    processes: bool
    """Whether it may start other processes."""
    warden: int
    """Id of the process that watches the plugin, which fills this in itself."""
