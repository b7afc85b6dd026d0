"""The command line as a user runs it: a process of its own, with settings and caches of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

VORTEX = Path(sys.executable).with_name("vortex")
FAST = ("--profile", "draft", "--set", "search.embedder=none")


@dataclass(frozen=True)
class Done:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """What it printed on standard output, as JSON."""
        return json.loads(self.out)

    @property
    def error(self) -> str:
        """The one line that says what went wrong."""
        lines = [line for line in self.err.splitlines() if line.startswith("error: ")]
        assert len(lines) == 1, self.err
        assert "Traceback" not in self.err, self.err
        return lines[0].removeprefix("error: ")


def environment(home: Path) -> dict[str, str]:
    """Return an environment in which caches and user settings stand under ``home``."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VORTEX_")}
    return kept | {"XDG_CACHE_HOME": str(home), "XDG_CONFIG_HOME": str(home), "OMP_NUM_THREADS": "1"}


def vortex(*args: object, cwd: Path, **extra: str) -> Done:
    """Run a command in the folder ``cwd``; ``extra`` goes into its environment."""
    done = subprocess.run(
        [VORTEX, *map(str, args)],
        cwd=cwd,
        env=environment(cwd) | extra,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=120,
    )
    return Done(done.returncode, done.stdout, done.stderr)
