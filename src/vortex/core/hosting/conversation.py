"""Starts the process of a plugin, hears what it says, and ends it in time."""

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from vortex.core.hosting.cell.names import TOO_DEEP
from vortex.core.hosting.printed import printable

_SOURCE = str(Path(__file__).parents[3])
_BOOT = "import sys; sys.path.insert(0, sys.argv[1]); from vortex.core.hosting.cell.warden import main; main()"
_START_S = 20.0
"""A process that is not walled in by then will not be."""
_END_S = 2.0
"""For a process that was told to end, before it is killed."""
_NOISE_BYTES = 4096
_CHUNK = 1 << 16
_PIPE_BYTES = 1 << 20
"""More than a pipe holds."""


@dataclass(slots=True)
class Heard:
    """What a plugin's process has said until it ended."""

    standing: dict[str, Any] = field(default_factory=dict)
    """Walls that stand, walls that are absent and why, protections that are missing."""
    end: dict[str, Any] = field(default_factory=dict)
    """One of ``done, input, output, raised, died, refused, half_entered``; empty if it said none of them."""
    is_late: bool = False
    """It did not come to an end in time, and was ended."""
    noise: str = ""
    """The last of what it printed."""


class Conversation:
    """One process, from its start to its end; leaving the block ends whatever is left of it."""

    def __init__(self, job: IO[bytes], environment: dict[str, str]) -> None:
        """Start the process.

        Args:
            job: file that holds the job, in the folder of the call.
            environment: the whole environment of the process.
        """
        # -S and a clean environment: nothing that the user's Python is set up to import is run.
        folder = os.path.dirname(job.name)
        command = [sys.executable, "-s", "-S", "-P", "-c", _BOOT, _SOURCE, folder, str(os.getpid())]
        self._process = subprocess.Popen(
            command,
            stdin=job,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            start_new_session=True,
            cwd="/",
        )
        self._said, self._noise, self._plugin = b"", b"", 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()
        for pipe in (self._process.stdout, self._process.stderr):
            assert pipe is not None
            pipe.close()

    def hear(self, timeout_s: float) -> Heard:
        """Listen to the end, or until the plugin has had ``timeout_s`` within its walls."""
        heard, is_within, limit = Heard(), False, time.monotonic() + _START_S
        with selectors.DefaultSelector() as ready:
            for pipe in (self._process.stdout, self._process.stderr):
                assert pipe is not None
                ready.register(pipe, selectors.EVENT_READ)
            while ready.get_map() and not heard.end:
                if time.monotonic() >= limit:
                    heard.is_late = True
                    break
                for key, _ in ready.select(limit - time.monotonic()):
                    if not self._read(key.fd, heard):
                        ready.unregister(key.fileobj)
                if heard.standing and not is_within:
                    is_within, limit = True, time.monotonic() + timeout_s
        self._stop()
        heard.noise = self._drain()
        return heard

    def _read(self, source: int, heard: Heard) -> bool:
        assert self._process.stdout is not None
        part = os.read(source, _CHUNK)
        if source != self._process.stdout.fileno():
            self._noise = (self._noise + part)[-_NOISE_BYTES:]
            return bool(part)
        self._said += part
        *lines, self._said = self._said.split(b"\n")
        for line in lines:
            message = _parsed(line)
            if "standing" in message:
                heard.standing, self._plugin = message["standing"], message["plugin"]
            else:
                heard.end = message
        return bool(part)

    def _drain(self) -> str:
        """Return the end of what was printed, without what could steer a terminal."""
        pipe = self._process.stderr
        assert pipe is not None
        os.set_blocking(pipe.fileno(), False)
        rest = pipe.read(_PIPE_BYTES) or b""
        return printable((self._noise + rest)[-_NOISE_BYTES:].decode("utf8", "replace"))

    def _stop(self) -> None:
        """Ask the process to end with all that it started; kill it where it does not."""
        if self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        if not self._falls_silent(time.monotonic() + _END_S):
            if self._plugin:  # its id is its own as long as its warden lives and cannot hear of its end
                os.kill(self._plugin, signal.SIGKILL)
            self._process.kill()
        self._process.wait()

    def _falls_silent(self, limit: float) -> bool:
        """Return whether the process closes its output, as it does when it ends, before ``limit``."""
        pipe = self._process.stdout
        assert pipe is not None
        with selectors.DefaultSelector() as ready:
            ready.register(pipe, selectors.EVENT_READ)
            while (left_s := limit - time.monotonic()) > 0:
                if ready.select(left_s) and not os.read(pipe.fileno(), _CHUNK):
                    return True
        return False


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        return dict(json.loads(line))
    except RecursionError:  # the caller stands deeper than the warden that wrote it
        return {"output": TOO_DEEP}
