"""What a call of a plugin costs beside the plugin itself: its process, its walls, and the check of both schemas.

The example plugin is called behind ever more walls. A bare Python that starts and ends is the floor under all of them.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from benchmarks.film import ROOT
from benchmarks.result import Result, Table
from vortex.core.hosting.cell import names
from vortex.core.hosting.sandbox import Sandbox
from vortex.core.plugins import PluginHost
from vortex.core.settings import PluginSettings

CALLS, QUICK_CALLS = 40, 3
PAYLOAD = {"text": "#777777", "backgrounds": ["#ffffff", "#000000"]}
SETS = {
    "no walls": (),
    "Landlock and filter": (names.LANDLOCK, names.SECCOMP),
    "namespaces, root and filter": (names.NAMESPACES, names.ROOT, names.SECCOMP),
    "every wall": names.WALLS,
}


def run(quick: bool) -> Result:
    """Call the plugin behind each set of walls in turns."""
    settings = PluginSettings(folder=str(ROOT / "examples"), trusted="contrast")
    latencies: dict[str, list[float]] = {name: [] for name in SETS}
    attempts: dict[str, Callable[[], None]] = {"Python that starts and ends": _start_python}
    for name, wanted in SETS.items():
        host = PluginHost(settings, Sandbox(settings, wanted))
        attempts[name] = lambda host=host, kept=latencies[name]: kept.append(
            host.executor.execute("contrast", PAYLOAD).latency_ms
        )
    totals: dict[str, list[float]] = {name: [] for name in attempts}
    calls = QUICK_CALLS if quick else CALLS
    for _ in range(calls):
        for name, attempt in attempts.items():
            began = time.perf_counter()
            attempt()
            totals[name].append(1000 * (time.perf_counter() - began))
    rows = tuple(
        (name, statistics.median(spent), max(spent), statistics.median(latencies[name]) if name in latencies else None)
        for name, spent in totals.items()
    )
    columns = ("behind", "median ms", "slowest ms", "of it the plugin, median ms")
    return Result(
        title="What a call of a plugin costs",
        tables=(Table(f"{calls} calls of examples/plugin-contrast each, in turns", columns, rows),),
        notes=("A call starts a process, proves its walls, imports and runs the plugin, checks both schemas.",),
        settings={"calls": calls},
    )


def _start_python() -> None:
    subprocess.run([sys.executable, "-S", "-c", "pass"], check=True)
