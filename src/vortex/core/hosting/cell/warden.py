"""The process between the host and a plugin: starts the plugin, checks what goes in and out, and ends all of it.

Schemas come with the plugin, so they too are a stranger's: one that takes for ever to check hangs this process, which
the host ends, and not the host. It speaks lines of JSON on its standard output.
"""

import json
import os
import resource
import signal
import sys
import time
from contextlib import suppress
from typing import Any, NoReturn

from vortex.core.hosting import schema
from vortex.core.hosting.cell import descendants, guest, kernel
from vortex.core.hosting.cell.job import Job
from vortex.core.hosting.cell.names import TOO_DEEP
from vortex.core.hosting.cell.namespaces import HalfEntered
from vortex.core.hosting.cell.walls import Walls

_OWN_BYTES = 2_000_000_000
"""Address space for checking, beside what the plugin may take."""


def main() -> None:
    """Do the job that standard input holds; the last argument is the id of the process that asks."""
    signal.signal(signal.SIGTERM, _stop)
    _end_with_the_host()
    if _is_orphan():
        return
    job: Job = json.loads(sys.stdin.buffer.read())
    job["warden"] = os.getpid()
    _limit_itself(job)
    walls = Walls(job["place"], job["limits"], job["walls"], processes=job["processes"])
    try:
        walls.part()
    except HalfEntered as error:
        _say({"half_entered": str(error)})
        return
    _end_with_the_host()  # the kernel may forget it where a process changes its rights
    _say(_host(job, walls))


def _stop(*_: object) -> NoReturn:
    """End everything where a signal asks for it; an exception could be lost on its way."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    descendants.sweep()
    if _is_orphan():
        from vortex.core.hosting.cell import scratch

        scratch.remove(sys.argv[-2])
    os._exit(128 + signal.SIGTERM)


def _is_orphan() -> bool:
    return os.getppid() != int(sys.argv[-1])


def _host(job: Job, walls: Walls) -> dict[str, Any]:
    kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
    (answers, telling), (listening, word) = os.pipe(), os.pipe()
    plugin = os.fork()
    if plugin == 0:
        os.close(answers)
        os.close(word)
        guest.live(job, walls, telling, listening)
    os.close(telling)
    os.close(listening)
    try:
        return _watch(job, _Lines(answers, job["output_bytes"]), word, plugin)
    finally:
        descendants.sweep()


def _watch(job: Job, lines: "_Lines", word: int, plugin: int) -> dict[str, Any]:
    """Return what became of the plugin, in the words of ``vortex.core.hosting.conversation``."""
    # While the plugin's process walls itself in, the library that checks schemas is loaded here.
    sys.path += job["host_paths"]
    if job["do"] == "run" and (fault := _refused(job)):
        return {"input": fault}
    report = lines.next()
    if not report:
        return {"died": _fate(plugin)}
    standing = json.loads(report)
    _say({"standing": standing, "plugin": plugin})
    if refused := sorted(set(standing["missing"]) & set(job["required"])):
        return {"refused": refused}
    began = time.perf_counter()
    with suppress(BrokenPipeError):  # it is dead already, which the next line tells
        os.write(word, b"g")
    line = lines.next()
    latency_ms = 1000 * (time.perf_counter() - began)
    if line is None:
        return {"died": _fate(plugin)}
    if not line.endswith(b"\n"):
        return {"output": f"is larger than {job['output_bytes']:,} bytes"}
    return _judged(job, line) | {"latency_ms": latency_ms}


def _refused(job: Job) -> str:
    try:
        payload = json.loads(job["payload"])
    except RecursionError:
        return f"at $: {TOO_DEEP}"
    return schema.violation(job["input_schema"], payload)


def _judged(job: Job, line: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(line, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        return {"output": f"is no JSON: {error}"}
    if not isinstance(answer, dict) or not answer.keys() & {"raised", "output"}:
        return {"output": "did not come through its function's return"}
    if "raised" in answer:
        return {"raised": str(answer["raised"])}
    if job["do"] == "run" and (fault := schema.violation(job["output_schema"], answer["output"])):
        return {"output": f"breaks its output schema {fault}"}
    return {"done": answer["output"]}


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no JSON number")


class _Lines:
    """Lines from a pipe, each up to a size; a longer one is handed out cut off, without its end."""

    def __init__(self, source: int, most_bytes: int) -> None:
        self._source, self._most, self._rest = source, most_bytes, b""

    def next(self) -> bytes | None:
        """Return the next line with its end; none if the pipe is closed before."""
        parts, size = [self._rest], len(self._rest)
        while b"\n" not in parts[-1]:
            if size > self._most:
                return b"".join(parts)
            parts.append(os.read(self._source, 1 << 20))
            if not parts[-1]:
                return None
            size += len(parts[-1])
        line, end, self._rest = b"".join(parts).partition(b"\n")
        return line + end if len(line) <= self._most else line


def _fate(plugin: int) -> str:
    code = os.waitstatus_to_exitcode(os.waitpid(plugin, 0)[1])
    if code >= 0:
        return f"ended with exit code {code}"
    return f"was ended by {signal.Signals(-code).name}"


def _end_with_the_host() -> None:
    kernel.prctl(kernel.PR_SET_PDEATHSIG, int(signal.SIGTERM))


def _limit_itself(job: Job) -> None:
    most = job["limits"]["memory_bytes"] + _OWN_BYTES
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _say(message: dict[str, Any]) -> None:
    try:
        line = json.dumps(message)
    except RecursionError:
        line = json.dumps({"output": TOO_DEEP})
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
