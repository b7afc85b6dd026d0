"""The process in which the plugin's own code runs: walls first, then proof, then the plugin."""

import importlib
import json
import os
import signal
import sys
from typing import NoReturn

from vortex.core.hosting.cell import kernel, proof
from vortex.core.hosting.cell.job import Job
from vortex.core.hosting.cell.walls import Walls


def live(job: Job, walls: Walls, answers: int, word: int) -> NoReturn:
    """Run the plugin and end.

    A line of JSON is written to the file descriptor ``answers``: which walls stand and which protections are missing.
    If then a byte comes from ``word``, and not its end, the plugin is run, and a second line says what became of it.
    """
    status = 1
    try:
        _come_in(job, walls)
        missing = proof.missing(job["place"]["given"], job["place"]["outside"], job["warden"])
        _write(answers, json.dumps({"walls": walls.standing, "absent": walls.absent, "missing": missing}))
        if os.read(word, 1):
            os.close(word)
            _write(answers, _work(job))
        status = 0
    except BaseException:  # whatever it is, what comes after belongs to the warden
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(status)


def _come_in(job: Job, walls: Walls) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.setsid()
    kernel.prctl(kernel.PR_SET_PDEATHSIG, int(signal.SIGKILL))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)  # standard output belongs to the warden; what the plugin prints is noise like its errors
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(write_through=True)  # type: ignore[union-attr]  # they are what Python started with
    walls.close()
    os.chdir(job["place"]["work"])


def _work(job: Job) -> str:
    """Return ``{"output": …}``, or ``{"raised": …}`` with the reason."""
    sys.dont_write_bytecode = True
    sys.path[:] = [job["plugin"], *job["paths"]]
    module, _, name = job["entrypoint"].partition(":")
    try:
        function = getattr(importlib.import_module(module), name)
        if not callable(function):
            return json.dumps({"raised": f"{job['entrypoint']} is no function"})
        output = function(json.loads(job["payload"])) if job["do"] == "run" else None
        return json.dumps({"output": output}, allow_nan=False)
    except MemoryError:  # there may be none left to say where
        return json.dumps({"raised": "MemoryError: it asked for more memory than plugins.max_memory_gb"})
    except BaseException as error:  # a stranger's code may raise anything, SystemExit included
        return json.dumps({"raised": _told(error, job["plugin"])})


def _told(error: BaseException, folder: str) -> str:
    import traceback  # late, because most calls need none

    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(folder)]
    place = f" ({os.path.relpath(frames[-1].filename, folder)}, line {frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {error}{place}"


def _write(answers: int, line: str) -> None:
    rest = memoryview(line.encode() + b"\n")
    while rest:
        rest = rest[os.write(answers, rest) :]
