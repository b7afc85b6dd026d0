"""Calls of the Linux kernel that Python has no name for."""

import ctypes
import os

PR_SET_PDEATHSIG = 1
PR_SET_SECCOMP = 22
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38
MACHINE = os.uname().machine

_libc = ctypes.CDLL(None, use_errno=True)
_CAPABILITY_VERSION_3 = 0x20080522


def call(name: str, *arguments: object) -> int:
    """Call a function of the C library that returns -1 and sets ``errno`` when it fails.

    Raises:
        OSError: it failed, or this library has no such function.
    """
    function = getattr(_libc, name, None)
    if function is None:
        raise OSError(38, f"the C library has no {name}")
    result = int(function(*arguments))
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), name)
    return result


def prctl(option: int, *arguments: object) -> None:
    """Change an attribute of this process; integers are passed as the kernel's ``unsigned long``."""
    wide = [ctypes.c_ulong(each) if isinstance(each, int) else each for each in arguments]
    call("prctl", option, *wide, *[ctypes.c_ulong(0)] * (4 - len(wide)))


def syscall(number: int, *arguments: object) -> int:
    """Make a system call by its number; integers are passed as ``long``."""
    wide = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    return call("syscall", ctypes.c_long(number), *wide)


def drop_capabilities() -> None:
    """Give up every capability, for this process and all that it starts."""
    head = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    call("capset", ctypes.byref(head), ctypes.byref((ctypes.c_uint32 * 6)()))
