"""What a plugin may use up.

Source: getrlimit(2).
"""

import resource

from vortex.core.hosting.cell.job import Limits


def enter(limits: Limits, *, count_processes: bool) -> None:
    """Set the limits of this process and of all that it starts; they cannot be raised again.

    Args:
        limits: most of each.
        count_processes: limit processes and threads; only right where the user's others are not counted with them.
    """
    bounds = {
        resource.RLIMIT_AS: limits["memory_bytes"],
        resource.RLIMIT_CPU: limits["cpu_s"],
        resource.RLIMIT_FSIZE: limits["file_bytes"],
        resource.RLIMIT_NOFILE: limits["open_files"],
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
    }
    if count_processes:
        bounds[resource.RLIMIT_NPROC] = limits["processes"]
    for kind, most in bounds.items():
        hard = resource.getrlimit(kind)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))
