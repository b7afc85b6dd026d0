"""Run whole commands and say what they cost: wall time, processor time of the process tree, peak memory of the tree.

Renderers start browsers and encoders, and some kill them at the end. The kernel's account of waited-for children
misses those, and sampling misses what lives shorter than a sample. Both are taken and the larger one is reported.
"""

import contextlib
import os
import signal
import statistics
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

SAMPLE_EVERY_S = 0.05


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run of a command took."""

    wall_s: float
    cpu_s: float
    """User and system time of the whole tree."""
    peak_mb: float
    """Largest sum of resident memory over the tree, in 10^6 bytes; pages that processes share count for each."""


@dataclass(frozen=True, slots=True)
class Command:
    """What is run, in which folder, and where its standard output is kept; None shows its end when it fails."""

    arguments: tuple[str, ...]
    cwd: Path | None = None
    output: Path | None = None


class CommandFailed(RuntimeError):
    """The measured command ended badly; the text holds its last lines."""


def run(command: Command, timeout_s: float = 1200) -> Cost:
    """Run a command in a process group of its own and measure it to its end.

    Args:
        command: Program, arguments and working folder.
        timeout_s: After this the whole group is killed.

    Raises:
        CommandFailed: The exit code is not 0 or the time ran out.
    """
    with tempfile.TemporaryFile() as said, open(command.output or os.devnull, "wb") as kept:
        started = time.perf_counter()
        process = subprocess.Popen(
            command.arguments,
            cwd=command.cwd,
            stdin=subprocess.DEVNULL,
            stdout=kept if command.output else said,
            stderr=said,
            start_new_session=True,
        )
        try:
            return _watch(process, started, timeout_s)
        except CommandFailed as error:
            said.seek(max(0, said.tell() - 4000))
            words = said.read().decode(errors="replace")
            raise CommandFailed(f"{' '.join(command.arguments)} {error}\n{words}") from None
        finally:
            end_group(process)


def end_group(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of a process that was started in a session of its own."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _watch(process: subprocess.Popen[bytes], started: float, timeout_s: float) -> Cost:
    seconds: dict[tuple[int, float], float] = {}
    peak = 0
    while True:
        reaped, status, usage = os.wait4(process.pid, os.WNOHANG)
        if reaped:
            break
        peak = max(peak, _sample(process.pid, seconds))
        if time.perf_counter() - started > timeout_s:
            raise CommandFailed(f"was stopped after {timeout_s:.0f} s")
        time.sleep(SAMPLE_EVERY_S)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise CommandFailed(f"ended with {process.returncode}")
    cpu = max(usage.ru_utime + usage.ru_stime, sum(seconds.values()))
    return Cost(wall, cpu, max(peak, usage.ru_maxrss * 1024) / 1e6)


def _sample(root: int, seconds: dict[tuple[int, float], float]) -> int:
    """Note the processor time of every process of the tree and return their resident bytes together."""
    total = 0
    try:
        tree = [psutil.Process(root), *psutil.Process(root).children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    for process in tree:
        try:
            with process.oneshot():
                times = process.cpu_times()
                seconds[process.pid, process.create_time()] = times.user + times.system
                total += process.memory_info().rss
        except psutil.Error:
            continue
    return total


def interleaved(commands: Mapping[str, Command], rounds: int) -> dict[str, list[Cost]]:
    """Run every command once a round, so that a busy minute hits all of them alike.

    Args:
        commands: Name → command.
        rounds: How often each is run.

    Returns:
        Name → one cost a round.
    """
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            costs[name].append(run(command))
    return costs


def median(costs: Sequence[Cost]) -> Cost:
    """Return the median of each measure."""
    return Cost(*(statistics.median(getattr(cost, name) for cost in costs) for name in ("wall_s", "cpu_s", "peak_mb")))
