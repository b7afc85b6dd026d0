"""Importing and asking for help is free, and no package reaches up."""

import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ("torch", "cv2", "skia", "fastapi", "av", "numpy", "pypdfium2", "lxml", "networkx", "ziamath")


def test_the_floors_hold() -> None:
    done = subprocess.run([Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("argument", ["--help", "version"])
def test_the_command_line_starts_without_heavy_parts(argument: str) -> None:
    code = (
        "import sys; sys.argv = ['vortex', sys.argv[1]]\n"
        "from vortex.cli.app import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code, argument], capture_output=True, text=True, cwd=ROOT)
    assert done.stderr.strip() == "[]"


def test_help_takes_under_0_3_cpu_seconds() -> None:
    spent = []
    for _ in range(5):
        before = psutil.Process().cpu_times()
        subprocess.run([sys.executable, "-m", "vortex.cli.app", "--help"], check=True, capture_output=True, cwd=ROOT)
        after = psutil.Process().cpu_times()
        spent.append(after.children_user + after.children_system - before.children_user - before.children_system)
        time.sleep(0.01)
    assert min(spent) < 0.3
