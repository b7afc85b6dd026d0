"""A filter of system calls: no sockets, no new processes, nothing that changes the machine. It needs no rights.

Source: seccomp(2), and the kernel's documentation of seccomp filters.
"""

import ctypes
import errno
import struct

from vortex.core.hosting.cell import calls, kernel, namespaces

_MODE_FILTER = 2
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_ALLOW, _KILL_PROCESS, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_CLONE_THREAD = 0x00010000
_ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
"""Machine → (its number in a filter, its column in the tables of calls)."""
_X32 = 0x40000000


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def enter(*, processes: bool, metadata: bool) -> None:
    """Filter the calls of this process and of all that it starts, for good.

    Args:
        processes: other processes may be started; threads may always.
        metadata: owners, modes and times of files may be changed.

    Raises:
        OSError: the kernel has no filters, or there is no table of calls for this machine.
    """
    if kernel.MACHINE not in _ARCHITECTURES:
        raise OSError(errno.ENOSYS, f"no table of system calls for {kernel.MACHINE}")
    code = program(kernel.MACHINE, processes=processes, metadata=metadata)
    filled = _Program(len(code) // 8, code)
    kernel.prctl(kernel.PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(filled))


def program(machine: str, *, processes: bool, metadata: bool) -> bytes:
    """Return the filter as the kernel reads it, eight bytes an instruction."""
    architecture, column = _ARCHITECTURES[machine]
    refused = calls.NEVER | calls.NETWORK
    refused |= {} if processes else calls.PROCESSES
    refused |= {} if metadata else calls.METADATA
    parts = [
        _step(_LOAD, _ARCHITECTURE),
        _step(_EQUAL, architecture, 1, 0),
        _step(_RETURN, _KILL_PROCESS),  # calls of another architecture have other numbers
        _step(_LOAD, _NUMBER),
    ]
    if machine == "x86_64":
        parts += [_step(_AT_LEAST, _X32, 0, 1), _refuse()]
    for number in sorted(numbers[column] for numbers in refused.values() if numbers[column] >= 0):
        parts += [_step(_EQUAL, number, 0, 1), _refuse()]
    # What it would start is behind a pointer, where a filter cannot look; the C library then takes the older call.
    parts += [_step(_EQUAL, calls.CLONE3[column], 0, 1), _refuse(errno.ENOSYS)]
    for numbers in calls.OF_ITSELF.values():
        parts += [_step(_EQUAL, numbers[column], 0, 4), _step(_LOAD, _FIRST_ARGUMENT), _step(_EQUAL, 0, 0, 1)]
        parts += [_step(_RETURN, _ALLOW), _refuse()]
    parts += _clone(calls.CLONE[column], processes=processes)
    return b"".join([*parts, _step(_RETURN, _ALLOW)])


def _clone(number: int, *, processes: bool) -> list[bytes]:
    """Refuse new namespaces always, and new processes, which are clones that are no threads."""
    wanted = [_step(_LOAD, _FIRST_ARGUMENT), _step(_ANY_BIT, namespaces.ALL, 0, 1), _refuse()]
    if not processes:
        wanted += [_step(_ANY_BIT, _CLONE_THREAD, 1, 0), _refuse()]
    wanted.append(_step(_RETURN, _ALLOW))
    return [_step(_EQUAL, number, 0, len(wanted)), *wanted]


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("<HBBI", code, if_true, if_false, value)


def _refuse(number: int = errno.EPERM) -> bytes:
    return _step(_RETURN, _ERRNO | number)
