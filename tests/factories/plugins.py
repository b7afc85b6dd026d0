"""Writes plugins: a folder with a manifest and a module each."""

import json
import textwrap
from pathlib import Path
from typing import Any

from vortex.core.hosting.cell import names
from vortex.core.hosting.sandbox import Sandbox
from vortex.core.plugins import PluginHost
from vortex.core.settings import PluginSettings

WITHOUT_NAMESPACES = (names.LANDLOCK, names.SECCOMP)
WITHOUT_LANDLOCK = (names.NAMESPACES, names.ROOT, names.SECCOMP)
SETS = {"every wall": names.WALLS, "no namespaces": WITHOUT_NAMESPACES, "no Landlock": WITHOUT_LANDLOCK}
"""Sets of walls each of which is enough."""
ANYTHING: dict[str, Any] = {}


def manifest(name: str = "probe", **changes: Any) -> dict[str, Any]:
    """Return a good manifest; keys with a dot, such as ``resources.vram_gb``, change what is within; None removes."""
    data: dict[str, Any] = {
        "schema_version": 1,
        "name": name,
        "version": "1.0.0",
        "entrypoint": "plugin:run",
        "description": "Does what a test wants.",
        "supported_lanes": [1],
        "deterministic": False,
        "resources": {"vram_gb": 0, "max_latency_ms": 8000, "max_concurrency": 2},
        "io": {"input_schema": ANYTHING, "output_schema": ANYTHING},
    }
    for key, value in changes.items():
        inner, (*outer, last) = data, key.replace("__", ".").split(".")
        for part in outer:
            inner = inner[part]
        inner[last] = value
        if value is None:
            del inner[last]
    return data


def write_plugin(folder: Path, code: str = "", name: str = "probe", **changes: Any) -> Path:
    """Write a plugin into a folder of its name; without ``code`` for its module, it returns its payload."""
    place = folder / name
    place.mkdir(parents=True)
    # JSON is YAML too.
    (place / "manifest.yaml").write_text(json.dumps(manifest(name, **changes)), encoding="utf8")
    body = textwrap.dedent(code) or "def run(payload):\n    return payload\n"
    (place / "plugin.py").write_text(body, encoding="utf8")
    return place


def host(folder: Path, walls: tuple[str, ...] | None = None, **settings: Any) -> PluginHost:
    """Return a host of the plugins in ``folder`` that runs untrusted ones unless ``settings`` say otherwise."""
    values = PluginSettings(folder=str(folder), **({"allow_untrusted": True} | settings))
    return PluginHost(values, None if walls is None else Sandbox(values, walls))
