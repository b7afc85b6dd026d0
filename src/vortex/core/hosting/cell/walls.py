"""Puts up, one after the other, every wall that this kernel has, and remembers which stand."""

import os
from collections.abc import Callable

from vortex.core.hosting.cell import kernel, landlock, limits, mounts, namespaces, seccomp
from vortex.core.hosting.cell.job import Limits, Place
from vortex.core.hosting.cell.names import LANDLOCK, NAMESPACES, ROOT, SECCOMP


class Walls:
    """The walls around one plugin."""

    def __init__(self, place: Place, most: Limits, wanted: list[str], *, processes: bool) -> None:
        """Plan the walls.

        Args:
            place: where the plugin works and what it is given.
            most: what it may use up.
            wanted: the walls to try, of ``names.WALLS``.
            processes: it may start other processes.
        """
        self._place, self._most, self._wanted, self._processes = place, most, wanted, processes
        self._readable = list(place["readable"])
        self.standing: dict[str, str] = {}
        """Name → what it is."""
        self.absent: dict[str, str] = {}
        """Name → the kernel's reason."""

    def part(self) -> None:
        """Move this process into namespaces of its own; what it starts then is walled in by ``close``.

        Raises:
            HalfEntered: see ``namespaces.enter``.
        """
        self._try(NAMESPACES, self._enter_namespaces)

    def close(self) -> None:
        """Put up the other walls, around this process and all that it starts, for good."""
        if NAMESPACES in self.standing:
            self._try(ROOT, self._enter_root)
        limits.enter(self._most, count_processes=NAMESPACES in self.standing)
        self._try(LANDLOCK, self._enter_landlock)
        kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
        kernel.drop_capabilities()
        self._try(SECCOMP, self._enter_seccomp)

    def _try(self, name: str, enter: Callable[[], str]) -> None:
        if name in self._wanted:
            try:
                self.standing[name] = enter()
            except OSError as error:
                self.absent[name] = f"{error.filename or name}: {error.strerror}"

    def _enter_namespaces(self) -> str:
        namespaces.enter()
        return "namespaces of its own"

    def _enter_root(self) -> str:
        place = self._place
        if mounts.enter(place["root"], self._readable, place["devices"], place["work"], self._most["file_bytes"]):
            self._readable.append("/proc")
        return "a read-only root of its own"

    def _enter_landlock(self) -> str:
        return f"Landlock {landlock.enter(self._readable, self._place['devices'], self._place['work'])}"

    def _enter_seccomp(self) -> str:
        seccomp.enter(seccomp.Rules(self._processes, metadata=ROOT in self.standing, own_id=os.getpid()))
        return "a filter of system calls"
