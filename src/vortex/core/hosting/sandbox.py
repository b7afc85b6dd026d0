"""What the process of a plugin is given, and where: decided by the host, enforced within ``cell``."""

import glob
import json
import math
import os
import site
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import IO, Literal

from vortex.core.errors import PolicyError
from vortex.core.hosting.cell import names, scratch
from vortex.core.hosting.cell.job import Job
from vortex.core.hosting.manifest import Manifest
from vortex.core.settings import PluginSettings

_SYSTEM = (
    "/usr", "/lib", "/lib32", "/lib64", "/libx32", "/bin", "/nix/store", "/etc/ld.so.cache", "/etc/localtime",
    "/etc/fonts", "/sys/devices/system/cpu",
)  # fmt: skip
"""What programs and libraries need to be loaded and to count the processor's cores; none of it is a user's own."""
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
_ACCELERATORS = ("/dev/nvidia*", "/dev/nvidia-caps/*")
_OPEN_FILES, _PROCESSES = 256, 64
_FILE_BYTES = 256_000_000
_LIBRARY_PATH = "LD_LIBRARY_PATH"


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a plugin, as the sandbox needs to know it."""

    manifest: Manifest
    payload: str
    """As JSON."""
    timeout_s: float
    is_trusted: bool
    do: Literal["run", "import"] = "run"


class Sandbox:
    """Prepares the process of a plugin."""

    def __init__(
        self,
        settings: PluginSettings,
        wanted: tuple[str, ...] = names.WALLS,
        absent: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Take the caps.

        Args:
            settings: how much memory and output a plugin may have.
            wanted: which walls to put up, of ``cell.names.WALLS``; without one, its protection must come from another.
            absent: walls that were found not to work here, and why.
        """
        self._settings, self._wanted, self.absent = settings, wanted, absent

    def without_namespaces(self, reason: str) -> "Sandbox":
        """Return the sandbox for a kernel that gives namespaces which cannot be used."""
        rest = tuple(each for each in self._wanted if each not in (names.NAMESPACES, names.ROOT))
        return Sandbox(self._settings, rest, {names.NAMESPACES: reason})

    @contextmanager
    def prepare(self, call: Call) -> Iterator[tuple[IO[bytes], dict[str, str]]]:
        """Give the job, in a file, and the environment of the process; its folder lives as long as the block.

        Raises:
            PolicyError: this system has no sandbox.
        """
        if sys.platform != "linux":
            raise PolicyError(f"plugins run on Linux, whose kernel has a sandbox for them; this is {sys.platform}")
        folder = Path(tempfile.mkdtemp(prefix="vortex-plugin-")).resolve()
        try:
            for each in ("work", "given", "outside", "root"):
                (folder / each).mkdir(mode=0o700)
            for each in ("given", "outside"):
                (folder / each / names.KNOWN).write_text("known")
            with (folder / "job.json").open("w+b") as file:
                file.write(json.dumps(self.job(call, folder)).encode())
                file.seek(0)
                yield file, _environment(folder / "work")
        finally:
            scratch.remove(str(folder))

    def job(self, call: Call, folder: Path) -> Job:
        """Return what the process is asked to do in ``folder``."""
        manifest, settings = call.manifest, self._settings
        # A driver of an accelerator reserves more address space than the machine has memory.
        takes_card = call.is_trusted and manifest.resources.vram_gb > 0
        memory_bytes = (1 << 47) if takes_card else int(settings.max_memory_gb * 1e9)
        return Job(
            do=call.do,
            plugin=str(manifest.folder),
            entrypoint=manifest.entrypoint,
            paths=_python_paths(),
            host_paths=[each for each in sys.path if os.path.isabs(each)],
            payload=call.payload,
            input_schema=dict(manifest.input_schema),
            output_schema=dict(manifest.output_schema),
            output_bytes=int(settings.max_output_mb * 1e6),
            place={
                "readable": _readable(manifest.folder, folder / "given"),
                "devices": _existing([*_DEVICES, *(_accelerators() if takes_card else ())]),
                "work": str(folder / "work"),
                "given": str(folder / "given"),
                "outside": str(folder / "outside"),
                "root": str(folder / "root"),
            },
            limits={
                "memory_bytes": memory_bytes,
                "cpu_s": math.ceil(call.timeout_s * (os.cpu_count() or 1)) + 1,
                "file_bytes": _FILE_BYTES,
                "open_files": _OPEN_FILES,
                "processes": _PROCESSES,
            },
            walls=list(self._wanted),
            required=[] if call.is_trusted else list(names.PROTECTIONS),
            processes=call.is_trusted,
            warden=0,
        )


def _environment(work: Path) -> dict[str, str]:
    """Return the whole environment of a plugin: nothing of the user's, and the same for every call."""
    kept = {_LIBRARY_PATH: os.environ[_LIBRARY_PATH]} if _LIBRARY_PATH in os.environ else {}
    # One thread for each library: they reserve memory by the number of cores, and sums depend on how they are split.
    threads = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "NUMEXPR")}
    return (
        kept
        | threads
        | {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(work),
            "TMPDIR": str(work),
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "PYTHONHASHSEED": "0",
            "PYTHONUTF8": "1",
        }
    )


def _python_paths() -> list[str]:
    """Return where modules are found: those of Python and of installed packages, not those of the user's projects."""
    homes = [os.path.realpath(each) for each in (sys.prefix, sys.base_prefix, sys.exec_prefix)]
    if site.ENABLE_USER_SITE:
        homes.append(os.path.realpath(site.getusersitepackages()))
    return [each for each in _existing(sys.path) if any(f"{each}/".startswith(f"{home}/") for home in homes)]


def _readable(*given: Path) -> list[str]:
    """Return the files and folders that a plugin may read, those within others left out."""
    libraries = [f"{prefix}/{each}" for prefix in (sys.prefix, sys.base_prefix) for each in ("lib", "lib64", "bin")]
    named = [*_SYSTEM, *libraries, sysconfig.get_paths()["stdlib"], *_python_paths(), *map(str, given)]
    real = sorted(_existing(named))
    return [each for each in real if not any(each.startswith(f"{other}/") for other in real)]


def _existing(paths: list[str]) -> list[str]:
    """Return the real paths of those that are there, each once."""
    return list(dict.fromkeys(os.path.realpath(each) for each in paths if each and os.path.exists(each)))


def _accelerators() -> list[str]:
    return [each for pattern in _ACCELERATORS for each in glob.glob(pattern)]
