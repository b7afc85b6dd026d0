"""Ends whatever a plugin has started, however far it went away from it."""

import os
import signal

_ROUNDS = 1000


def sweep() -> bool:
    """Kill and reap the children of this process until there are none.

    This process must be the reaper of its descendants: then the children of a killed child become its own, and each
    round goes one generation deeper.

    Returns:
        Whether all are gone.
    """
    for _ in range(_ROUNDS):
        found = _children()
        for child in found:
            os.kill(child, signal.SIGKILL)  # ours and not reaped, so the id cannot be another's
        for child in found:
            os.waitpid(child, 0)
        if not found:
            return True
    return False


def _children() -> list[int]:
    me, found = str(os.getpid()), []
    for name in os.listdir("/proc"):
        if name.isdecimal():
            try:
                with open(f"/proc/{name}/stat", encoding="utf8", errors="replace") as stat:
                    # The name of the program stands in brackets and may hold anything; then come state and parent.
                    parent = stat.read().rpartition(")")[2].split()[1]
            except (FileNotFoundError, ProcessLookupError, IndexError):
                continue
            if parent == me:
                found.append(int(name))
    return found
