"""A program that answers questions over its standard streams, kept alive and replaced once when it dies.

Voices whose libraries must not be loaded into Vortex (licence, clashing dependencies, crashes) live behind this. A
question is a 4-byte little-endian length and JSON; an answer is such a message of JSON and one of raw bytes.
"""

import contextlib
import json
import os
import signal
import struct
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

from vortex.core.errors import EngineError


@dataclass(frozen=True, slots=True)
class Answer:
    """What the program replied."""

    head: Mapping[str, Any]
    payload: bytes


class _Died(Exception):
    """The program ended, or was ended for taking too long, before it had answered."""


class WorkerProcess:
    """One child process, started at the first question; safe to share between threads."""

    def __init__(self, command: Sequence[str], *, timeout_s: float = 60.0) -> None:
        """Remember ``command``; nothing is started yet. ``timeout_s`` bounds one answer."""
        self._command = tuple(command)
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._stderr: IO[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process id while the program runs, else None."""
        return self._process.pid if self._process else None

    def ask(self, question: Mapping[str, Any]) -> Answer:
        """Return the answer; a program that dies over it is started again and asked once more.

        Raises:
            EngineError: it died twice over this question, or replied that it cannot answer.
        """
        with self._lock:
            try:
                answer = self._exchange(question)
            except _Died:
                answer = self._second_try(question)
        if "error" in answer.head:
            raise EngineError(str(answer.head["error"]))
        return answer

    def close(self) -> None:
        """End the program; calling it twice is harmless."""
        with self._lock:
            self._end()

    def _second_try(self, question: Mapping[str, Any]) -> Answer:
        try:
            return self._exchange(question)
        except _Died as death:
            name = os.path.basename(self._command[-1])
            raise EngineError(
                f"{name} died twice over {json.dumps(question)[:200]}: {death}; run again, finished work is kept, and "
                "if it dies over the same words, write them another way"
            ) from death

    def _exchange(self, question: Mapping[str, Any]) -> Answer:
        process = self._running()
        assert process.stdin and process.stdout
        watchdog = threading.Timer(self._timeout_s, _kill, (process,))
        watchdog.start()
        try:
            message = json.dumps(question).encode()
            process.stdin.write(struct.pack("<I", len(message)) + message)
            process.stdin.flush()
            answer = Answer(json.loads(_message(process.stdout)), _message(process.stdout))
        except (OSError, EOFError) as error:
            late = not watchdog.is_alive()
            raise _Died(self._last_words(late)) from error
        finally:
            watchdog.cancel()
        if answer.head.get("last"):
            self._end()
        return answer

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - closed in _end
            # A session of its own keeps Ctrl-C away from it and lets a hung fork be killed with it.
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._stderr,
                start_new_session=True,
            )
        return self._process

    def _last_words(self, late: bool) -> str:
        process, stderr = self._process, self._stderr
        assert process and stderr
        _kill(process)
        process.wait()
        stderr.seek(0)
        said = stderr.read().decode(errors="replace").strip()[-300:]
        self._end()
        if late:
            return f"no answer within {self._timeout_s:g} s"
        return said or f"exit status {process.returncode}"

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        _kill(process)
        process.wait()
        for stream in (process.stdin, process.stdout, self._stderr):
            assert stream
            with contextlib.suppress(BrokenPipeError):
                stream.close()


def _message(stream: IO[bytes]) -> bytes:
    head = stream.read(4)
    size = struct.unpack("<I", head)[0] if len(head) == 4 else -1
    body = stream.read(size) if size >= 0 else b""
    if len(body) != size:
        raise EOFError("the stream ended inside a message")
    return body


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
