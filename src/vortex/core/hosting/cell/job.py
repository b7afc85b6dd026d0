"""What the host asks of a plugin's process, as JSON."""

from typing import Any, Literal, TypedDict


class Place(TypedDict):
    """Where a plugin works and what it is given; every path is a real one, without links."""

    readable: list[str]
    devices: list[str]
    work: str
    """Empty folder that it may write."""
    given: str
    """Folder that it may read, to try that it cannot write there; one of ``readable``."""
    outside: str
    """Folder that it must not reach."""
    root: str
    """Empty folder in which a root is put together."""


class Limits(TypedDict):
    """Most that a plugin may use up of each."""

    memory_bytes: int
    """Address space."""
    cpu_s: int
    file_bytes: int
    """Of one file; where the working folder lives in memory, of all."""
    open_files: int
    processes: int


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
    payload: str
    """As JSON."""
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
