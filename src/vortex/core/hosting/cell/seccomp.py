"""A filter of system calls: no sockets, no new processes, nothing that changes the machine. It needs no rights.

Source: seccomp(2), and the kernel's documentation of seccomp filters.
"""

import ctypes
import errno
import struct
from typing import NamedTuple

from vortex.core.hosting.cell import calls, kernel, namespaces

_MODE_FILTER = 2
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_ALLOW, _KILL_PROCESS, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_CLONE_THREAD = 0x00010000
_ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
"""Machine → (its number in a filter, its column in the tables of calls)."""
_X32 = 0x40000000


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


class Rules(NamedTuple):
    """What a filter lets through beside ordinary calls; no dataclass, because importing those takes milliseconds."""

    processes: bool
    """Other processes may be started and signalled; threads may always."""
    metadata: bool
    """Owners, modes and times of files may be changed."""
    own_id: int
    """Id of the process."""


def enter(rules: Rules) -> None:
    """Filter the calls of this process, which may gain no rights any more, and of all that it starts, for good.

    Raises:
        OSError: the kernel has no filters, or there is no table of calls for this machine.
    """
    if kernel.MACHINE not in _ARCHITECTURES:
        raise OSError(errno.ENOSYS, f"no table of system calls for {kernel.MACHINE}")
    code = program(kernel.MACHINE, rules)
    filled = _Program(len(code) // 8, code)
    kernel.prctl(kernel.PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(filled))


def program(machine: str, rules: Rules) -> bytes:
    """Return the filter as the kernel reads it, eight bytes an instruction."""
    architecture, column = _ARCHITECTURES[machine]
    parts = [
        _step(_LOAD, _ARCHITECTURE),
        _step(_EQUAL, architecture, 1, 0),
        _step(_RETURN, _KILL_PROCESS),  # calls of another architecture have other numbers
        _step(_LOAD, _NUMBER),
    ]
    if machine == "x86_64":
        parts += [_step(_AT_LEAST, _X32, 0, 1), _refuse()]
    for numbers in refused(rules).values():
        parts += _where(numbers[column], [_refuse()])
    # What it would start is behind a pointer, where a filter cannot look; the C library then takes the older call.
    parts += _where(calls.CLONE3[column], [_refuse(errno.ENOSYS)])
    parts += _where(calls.CLONE[column], _clone(rules))
    for numbers in calls.OF_ITSELF.values():
        parts += _where(numbers[column], _only(0))
    for numbers in () if rules.processes else calls.SIGNALS.values():
        parts += _where(numbers[column], _only(rules.own_id))
    for numbers, place, values in calls.BY_ARGUMENT.values():
        parts += _where(numbers[column], _none_of(place, values))
    return b"".join([*parts, _step(_RETURN, _ALLOW)])


def refused(rules: Rules) -> calls.Calls:
    """Return the calls that are refused whatever their arguments."""
    found = calls.NEVER | calls.NETWORK
    found |= {} if rules.processes else calls.PROCESSES
    return found | ({} if rules.metadata else calls.METADATA)


def _where(number: int, then: list[bytes]) -> list[bytes]:
    """Do ``then``, which ends with an answer, where the call has this number; -1 is no call."""
    return [_step(_EQUAL, number, 0, len(then)), *then] if number >= 0 else []


def _only(value: int) -> list[bytes]:
    """Allow where the first argument is ``value``."""
    return [_load_argument(0), _step(_EQUAL, value, 0, 1), _step(_RETURN, _ALLOW), _refuse()]


def _none_of(place: int, values: tuple[int, ...]) -> list[bytes]:
    steps = [_load_argument(place)]
    for value in values:
        steps += [_step(_EQUAL, value, 0, 1), _refuse()]
    return [*steps, _step(_RETURN, _ALLOW)]


def _clone(rules: Rules) -> list[bytes]:
    """Refuse new namespaces always, and new processes, which are clones that are no threads."""
    steps = [_load_argument(0), _step(_ANY_BIT, namespaces.ALL, 0, 1), _refuse()]
    if not rules.processes:
        steps += [_step(_ANY_BIT, _CLONE_THREAD, 1, 0), _refuse()]
    return [*steps, _step(_RETURN, _ALLOW)]


def _load_argument(place: int) -> bytes:
    """Load the lower half of an argument, which is all that these calls look at."""
    return _step(_LOAD, _ARGUMENTS + 8 * place)


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("<HBBI", code, if_true, if_false, value)


def _refuse(number: int = errno.EPERM) -> bytes:
    return _step(_RETURN, _ERRNO | number)
