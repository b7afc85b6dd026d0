"""Files by whitelist, enforced by the kernel for this process and all that it starts; needs no rights.

Source: landlock(7), Linux 5.13 and later.
"""

import ctypes
import os
import stat

from vortex.core.hosting.cell import kernel

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446
_VERSION_FLAG, _PATH_BENEATH = 1, 1
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
MAKE_CHAR, MAKE_BLOCK = 1 << 6, 1 << 11
REFER, TRUNCATE, IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
_OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV
_BIND_TCP, _CONNECT_TCP = 1, 2
_ABSTRACT_SOCKETS, _SIGNALS = 1, 2


class _Ruleset(ctypes.Structure):
    _fields_ = [("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64)]


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32)]


def version() -> int:
    """Return the version that the kernel speaks.

    Raises:
        OSError: it speaks none.
    """
    return kernel.syscall(_CREATE, None, 0, _VERSION_FLAG)


def enter(readable: list[str], devices: list[str], work: str) -> int:
    """Allow reading ``readable``, using ``devices`` and everything within ``work``; nothing else from now on.

    From version 4 on TCP is forbidden too, from version 6 on signals to processes outside.

    Returns:
        The version.

    Raises:
        OSError: the kernel has no Landlock, or it is switched off.
    """
    spoken = version()
    files = (1 << 13) - 1
    for since, right in ((2, REFER), (3, TRUNCATE), (5, IOCTL_DEV)):
        files |= right if spoken >= since else 0
    network = _BIND_TCP | _CONNECT_TCP if spoken >= 4 else 0
    scoped = _ABSTRACT_SOCKETS | _SIGNALS if spoken >= 6 else 0
    rules = _Ruleset(files, network, scoped)
    size = 8 if spoken < 4 else 16 if spoken < 6 else 24
    ruleset = kernel.syscall(_CREATE, ctypes.byref(rules), size, 0)
    for path in readable:
        _allow(ruleset, path, EXECUTE | READ_FILE | READ_DIR)
    for path in devices:
        _allow(ruleset, path, (READ_FILE | WRITE_FILE | IOCTL_DEV | READ_DIR) & files)
    _allow(ruleset, work, files & ~(MAKE_CHAR | MAKE_BLOCK | IOCTL_DEV))
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    kernel.syscall(_RESTRICT, ruleset, 0)
    os.close(ruleset)
    return spoken


def _allow(ruleset: int, path: str, rights: int) -> None:
    parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    is_folder = stat.S_ISDIR(os.fstat(parent).st_mode)
    rule = _Beneath(rights if is_folder else rights & _OF_FILES, parent)
    kernel.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(rule), 0)
    os.close(parent)
