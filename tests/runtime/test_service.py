import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from health_server import PROGRAM

from vortex.core.errors import ConfigError, ModelError
from vortex.runtime.service import Service, ServiceSettings


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def settings(port: int, *flags: str, **rest: float) -> ServiceSettings:
    command = (sys.executable, PROGRAM, str(port), *flags)
    return ServiceSettings(command, f"http://127.0.0.1:{port}/health", 13, **({"start_timeout_s": 20.0} | rest))


@pytest.fixture
def service(port: int) -> Iterator[Service]:
    made = Service(settings(port))
    yield made
    made.stop()


def test_a_server_is_started_asked_and_stopped(service: Service) -> None:
    assert not service.is_healthy() and not service.is_ours
    service.start()
    assert service.is_healthy() and service.is_ours
    service.start()
    assert service.stop() is True
    assert not service.is_healthy() and not service.is_ours
    assert service.stop() is False


def test_a_server_that_ran_before_is_used_and_left_running(port: int) -> None:
    theirs = Service(settings(port))
    theirs.start()
    try:
        ours = Service(settings(port))
        ours.start()
        assert ours.is_healthy() and not ours.is_ours
        assert ours.stop() is False
        assert theirs.is_healthy()
    finally:
        theirs.stop()


def test_a_server_that_does_not_listen_is_killed(port: int) -> None:
    service = Service(settings(port, "stubborn", stop_timeout_s=0.2))
    service.start()
    assert service.stop() is True
    assert not service.is_healthy(0.2)


def test_a_server_that_never_gets_ready_does_not_stay(port: int) -> None:
    service = Service(settings(port, "ill", start_timeout_s=0.5))
    with pytest.raises(ModelError, match=rf"did not answer at http://127.0.0.1:{port}/health within 0.5 s"):
        service.start()
    assert not service.is_ours
    with pytest.raises(OSError):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=1)


def test_a_server_that_ends_says_why(port: int) -> None:
    command = (sys.executable, "-c", "raise SystemExit('no such model')")
    with pytest.raises(ModelError, match="ended with 1 before it was ready; it said: no such model"):
        Service(ServiceSettings(command, f"http://127.0.0.1:{port}/", 1)).start()


def test_a_command_that_is_not_there_is_named(tmp_path: Path, port: int) -> None:
    missing = str(tmp_path / "llama-server")
    with pytest.raises(ModelError, match=f"cannot start {missing}: .*install it or mend the path"):
        Service(ServiceSettings((missing,), f"http://127.0.0.1:{port}/", 1)).start()


def test_health_has_a_time_limit() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        assert not Service(ServiceSettings(("x",), url, 1)).is_healthy(0.1)


@pytest.mark.parametrize("url", ["http://example.org/", "http://192.168.1.5/", "nonsense"])
def test_only_this_machine_is_started_on(url: str) -> None:
    with pytest.raises(ConfigError, match="on this machine only"):
        ServiceSettings(("x",), url, 1)
    with pytest.raises(ConfigError, match="no command"):
        ServiceSettings((), "http://localhost:1/", 1)


def test_nothing_outlives_the_tests(service: Service) -> None:
    service.start()
    process = service._process
    assert isinstance(process, subprocess.Popen)
    service.stop()
    assert process.returncode is not None
