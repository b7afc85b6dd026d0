"""A root of its own, in which only what was given exists, and only the working folder can be written.

Source: mount_namespaces(7), pivot_root(2), mount_setattr(2).
"""

import ctypes
import os

from vortex.core.hosting.cell import kernel, namespaces

_RDONLY, _NOSUID, _NODEV, _NOEXEC, _BIND, _REC, _PRIVATE = 1, 2, 4, 8, 4096, 16384, 1 << 18
_ATTR_RDONLY, _ATTR_NOSUID, _ATTR_NODEV = 1, 2, 4
_AT_FDCWD, _AT_RECURSIVE = -100, 0x8000
_MOUNT_SETATTR = 442
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_NO_CALL = -1
_MNT_DETACH = 2


def enter(root: str, readable: list[str], devices: list[str], work: str, work_bytes: int) -> bool:
    """Make ``root`` the root of this process; paths mean the same inside as outside.

    Args:
        root: an empty folder.
        readable: files and folders that exist inside, read-only.
        devices: device files that exist inside.
        work: folder that can be written; it lives in memory and is empty.
        work_bytes: the most it can hold.

    Returns:
        Whether ``/proc`` is there, telling of the processes inside only.

    Raises:
        OSError: the kernel does not allow it.
    """
    kernel.call("unshare", namespaces.NEWNS)
    _mount("none", "/", "", _REC | _PRIVATE)
    _mount("tmpfs", root, "tmpfs", _NOSUID | _NODEV, "size=4m,mode=755")
    for path in readable:
        _bind(path, root + path)
        _set_attributes(root + path, _ATTR_RDONLY | _ATTR_NOSUID | _ATTR_NODEV, recursive=True)
    for path in devices:
        _bind(path, root + path)
        _set_attributes(root + path, _ATTR_NOSUID, recursive=True)
    _copy_links(root)
    os.makedirs(root + work)
    _mount("tmpfs", root + work, "tmpfs", _NOSUID | _NODEV, f"size={work_bytes},nr_inodes=10k,mode=700")
    has_proc = _mount_proc(root + "/proc")
    _set_attributes(root, _ATTR_RDONLY, recursive=False)
    os.chdir(root)
    kernel.syscall(_PIVOT_ROOT.get(kernel.MACHINE, _NO_CALL), b".", b".")
    kernel.call("umount2", b".", _MNT_DETACH)
    os.chdir("/")
    return has_proc


def _mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    texts = (source.encode(), os.fsencode(target), kind.encode() or None)
    kernel.call("mount", *texts, ctypes.c_ulong(flags), options.encode() or None)


def _bind(source: str, target: str) -> None:
    if os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o600))
    _mount(source, target, "", _BIND | _REC)


def _set_attributes(path: str, attributes: int, *, recursive: bool) -> None:
    wanted = (ctypes.c_uint64 * 4)(attributes, 0, 0, 0)
    flags = _AT_RECURSIVE if recursive else 0
    kernel.syscall(_MOUNT_SETATTR, _AT_FDCWD, os.fsencode(path), flags, ctypes.byref(wanted), ctypes.sizeof(wanted))


def _copy_links(root: str) -> None:
    """Take over links such as ``/lib -> usr/lib``, by which programs and libraries are named."""
    for entry in os.scandir("/"):
        if entry.is_symlink() and not os.path.lexists(f"{root}/{entry.name}"):
            os.symlink(os.readlink(entry.path), f"{root}/{entry.name}")


def _mount_proc(target: str) -> bool:
    os.mkdir(target)
    try:
        _mount("proc", target, "proc", _NOSUID | _NODEV | _NOEXEC)
    except OSError:  # containers hide parts of theirs, and then the kernel refuses a whole one
        return False
    return True
