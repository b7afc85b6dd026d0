"""Own lists of processes, network interfaces and shared memory: what is not listed cannot be reached.

Source: namespaces(7), user_namespaces(7), pid_namespaces(7).
"""

import os

from vortex.core.hosting.cell import kernel

NEWNS, NEWCGROUP, NEWUTS, NEWIPC = 0x00020000, 0x02000000, 0x04000000, 0x08000000
NEWUSER, NEWPID, NEWNET = 0x10000000, 0x20000000, 0x40000000
ALL = NEWNS | NEWCGROUP | NEWUTS | NEWIPC | NEWUSER | NEWPID | NEWNET


class HalfEntered(Exception):
    """The namespaces were made but cannot be used, and there is no way back."""


def enter() -> None:
    """Move this process into namespaces of its own; the next child is the first process of its list.

    The user stays the same one: files keep their owner, and only within the namespaces is there any right to mount.

    Raises:
        OSError: the kernel does not allow it; nothing has changed.
        HalfEntered: see there.
    """
    user, group = os.geteuid(), os.getegid()
    # In one call: where a security module takes the rights of the new user namespace away, the others fail with it.
    kernel.call("unshare", NEWUSER | NEWPID | NEWNET | NEWIPC | NEWUTS)
    try:
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", f"{user} {user} 1")
        _write("/proc/self/gid_map", f"{group} {group} 1")
    except OSError as error:
        raise HalfEntered(str(error)) from error


def _write(path: str, text: str) -> None:
    target = os.open(path, os.O_WRONLY)
    try:
        os.write(target, text.encode())
    finally:
        os.close(target)
