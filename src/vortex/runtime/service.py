"""Starting and stopping a server of language models on this machine, such as one that speaks OpenAI's protocol.

Only what was started here is stopped here: a server that answered before is somebody else's.
"""

import ipaddress
import os
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from vortex.core.errors import ConfigError, ModelError
from vortex.runtime.ledger import Footprint, Rung, State

POLL_S = 0.05
TAIL_BYTES = 600


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """How a server is started and asked.

    Raises:
        ConfigError: the address is not of this machine, or there is no command.
    """

    command: tuple[str, ...]
    health_url: str
    """Answers with a status below 400 once models can be asked, such as ``http://127.0.0.1:11434/v1/models``."""
    size_bytes: int
    """What it takes of the device."""
    start_timeout_s: float = 60.0
    stop_timeout_s: float = 10.0
    health_timeout_s: float = 2.0

    def __post_init__(self) -> None:
        host = urlsplit(self.health_url).hostname or ""
        if not is_loopback(host):
            raise ConfigError(f"{self.health_url}: a server is started on this machine only; write http://127.0.0.1:…")
        if not self.command:
            raise ConfigError(f"{self.health_url}: no command to start its server")


class Service:
    """One server process, and the mover of what it holds: loading is starting, unloading is stopping."""

    folder: Path | None = None

    def __init__(self, settings: ServiceSettings) -> None:
        self.settings = settings
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_ours(self) -> bool:
        """Whether a process that was started here is running."""
        return self._process is not None and self._process.poll() is None

    def is_healthy(self, timeout_s: float | None = None) -> bool:
        """Ask the server whether it is ready, for at most ``timeout_s`` seconds."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(self.settings.health_url, timeout=timeout_s or self.settings.health_timeout_s) as answer:
                return bool(answer.status < 400)
        except (urllib.error.URLError, OSError, ValueError):
            return False

    def start(self) -> None:
        """Start the server and wait until it is healthy; one that answers already is left as it is.

        Raises:
            ModelError: it cannot be started, ended at once, or is not healthy in time; it does not run then.
        """
        if self.is_healthy():
            return
        with tempfile.TemporaryFile() as log:
            try:
                self._process = subprocess.Popen(
                    self.settings.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
                )
            except OSError as error:
                raise ModelError(
                    f"cannot start {self.settings.command[0]}: {error}; install it or mend the path"
                ) from error
            try:
                self._await_health(self._process)
            except BaseException as error:
                self.stop()
                log.seek(0, os.SEEK_END)
                log.seek(max(0, log.tell() - TAIL_BYTES))
                said = log.read().decode(errors="replace").strip()
                if isinstance(error, ModelError) and said:
                    raise ModelError(f"{error}; it said: {said}") from None
                raise

    def stop(self) -> bool:
        """End the process that was started here, gently and then not; return whether there was one."""
        process, self._process = self._process, None
        if process is None:
            return False
        was_running = process.poll() is None
        if was_running:
            _signal(process, signal.SIGTERM)
            try:
                process.wait(self.settings.stop_timeout_s)
            except subprocess.TimeoutExpired:
                _signal(process, signal.SIGKILL)
                process.wait()
        return was_running

    def stage(self) -> tuple[Rung, ...]:
        """Return the only way in which a server is held."""
        return (Rung("served", Footprint(self.settings.size_bytes)),)

    def load(self, rung: Rung, kept: Any) -> str:
        """Start the server and return its address."""
        self.start()
        return self.settings.health_url

    def unload(self, model: Any, place: State) -> None:
        """Stop the server; nothing of it can be kept."""
        self.stop()

    def _await_health(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + self.settings.start_timeout_s
        while not self.is_healthy():
            if process.poll() is not None:
                raise ModelError(f"{self.settings.command[0]} ended with {process.returncode} before it was ready")
            if time.monotonic() > deadline:
                raise ModelError(
                    f"{self.settings.command[0]} did not answer at {self.settings.health_url} within"
                    f" {self.settings.start_timeout_s:g} s"
                )
            time.sleep(POLL_S)


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        process.poll()


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
