"""Tries what a plugin must not be able to do, from within its walls, before it runs.

What a kernel promises and what it keeps differ with its settings, with containers and with security modules. So nothing
is taken from versions or return codes: each protection is what an attempt at its opposite comes to.
"""

import _socket
import os
from collections.abc import Callable

from vortex.core.hosting.cell.names import CHILDREN, KNOWN, NETWORK, READING, SIGNALS, WRITING


def missing(given: str, outside: str, warden: int) -> list[str]:
    """Return the protections that are not there.

    Args:
        given: folder that the plugin may only read, with the file ``KNOWN``.
        outside: folder that was not given to the plugin, with the file ``KNOWN``.
        warden: id of the process that watches this one.
    """
    attempts: dict[str, Callable[[], bool]] = {
        NETWORK: _reach_network,
        WRITING: lambda: _write(given) or _write(outside),
        READING: lambda: _read(outside),
        SIGNALS: lambda: _signal(warden),
        CHILDREN: _outlive,
    }
    return [name for name, attempt in attempts.items() if attempt()]


def _reach_network() -> bool:
    return any(_has_socket(family) for family in (_socket.AF_INET, _socket.AF_INET6, _socket.AF_UNIX))


def _has_socket(family: int) -> bool:
    try:
        _socket.socket(family, _socket.SOCK_STREAM, 0).close()
    except OSError:
        return False
    # A network of its own has interfaces too, all of them down; only sockets in files lead out of it.
    return family == _socket.AF_UNIX or _has_route()


def _has_route() -> bool:
    probe = _socket.socket(_socket.AF_INET, _socket.SOCK_DGRAM, 0)
    try:
        probe.connect(("127.0.0.1", 9))  # sends nothing; asks only whether there is a way
    except OSError:
        return False
    finally:
        probe.close()
    return True


def _write(folder: str) -> bool:
    known = f"{folder}/{KNOWN}"
    return any(
        _succeeds(attempt)
        for attempt in (
            lambda: os.close(os.open(f"{folder}/new", os.O_WRONLY | os.O_CREAT, 0o600)),
            lambda: os.close(os.open(known, os.O_WRONLY)),
            lambda: os.close(os.open(known, os.O_RDONLY | os.O_TRUNC)),  # the kernel cuts a file off for readers too
            lambda: os.truncate(known, 1),
            lambda: os.chmod(known, 0o600),
            lambda: os.unlink(known),
        )
    )


def _read(outside: str) -> bool:
    return _succeeds(lambda: os.close(os.open(f"{outside}/{KNOWN}", os.O_RDONLY)))


def _signal(warden: int) -> bool:
    return _succeeds(lambda: os.kill(warden, 0))


def _outlive() -> bool:
    if os.getpid() == 1:  # the first process of its list: the kernel ends the others with it
        return False
    try:
        child = os.fork()
    except OSError:
        return False
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return True


def _succeeds(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except OSError:
        return False
    return True
