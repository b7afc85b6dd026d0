"""What a call of a plugin costs beside the plugin itself: its process, its walls, and the check of both schemas.

The example plugin is called behind ever more walls. A bare Python that starts and ends is the floor under all of them.
"""

import resource
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
WHOSE = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
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
    spent_ms: dict[str, list[float]] = {name: [] for name in attempts}
    cpu_ms: dict[str, list[float]] = {name: [] for name in attempts}
    calls = QUICK_CALLS if quick else CALLS
    for _ in range(calls):
        for name, attempt in attempts.items():
            began, before = time.perf_counter(), _cpu_s()
            attempt()
            spent_ms[name].append(1000 * (time.perf_counter() - began))
            cpu_ms[name].append(1000 * (_cpu_s() - before))
    rows = tuple(
        (
            name,
            statistics.median(cpu_ms[name]),
            statistics.median(spent),
            max(spent),
            statistics.median(latencies[name]) if name in latencies else None,
        )
        for name, spent in spent_ms.items()
    )
    columns = ("behind", "processor ms", "wall ms", "slowest ms", "of it the plugin, ms")
    return Result(
        title="What a call of a plugin costs",
        tables=(Table(f"{calls} calls of examples/plugin-contrast each, in turns; medians", columns, rows),),
        notes=("A call starts a process, proves its walls, imports and runs the plugin, checks both schemas.",),
        settings={"calls": calls},
    )


def _cpu_s() -> float:
    """Return the processor time of this process and of those that it waited for."""
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, WHOSE))


def _start_python() -> None:
    subprocess.run([sys.executable, "-S", "-c", "pass"], check=True)
