"""Which walls are enough, what happens where they are not, and that it is the same for every user."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from factories.plugins import SETS, host, write_plugin

from vortex.core.errors import PolicyError
from vortex.core.hosting.cell import calls, landlock, names, seccomp
from vortex.core.hosting.cell.names import CHILDREN, KNOWN, NETWORK, PROTECTIONS, READING, SIGNALS, WRITING

ROOT = Path(__file__).parents[3]
NOBODY = 65534
MISSING: dict[tuple[str, ...], set[str]] = {
    (): {NETWORK, READING, WRITING, SIGNALS, CHILDREN},
    (names.NAMESPACES,): {NETWORK, READING, WRITING},
    (names.NAMESPACES, names.ROOT): {NETWORK},
    (names.NAMESPACES, names.LANDLOCK): {NETWORK, WRITING},
    (names.NAMESPACES, names.SECCOMP): {READING, WRITING},
    (names.LANDLOCK,): {NETWORK, WRITING, CHILDREN},
    (names.SECCOMP,): {READING, WRITING},
}
"""What is missing behind too few walls, for a plugin that may start no processes."""


@pytest.mark.parametrize("wanted", list(MISSING), ids=lambda each: "+".join(each) or "none")
def test_too_few_walls_are_refused_and_nothing_runs(
    able: dict[str, str], tmp_path: Path, wanted: tuple[str, ...]
) -> None:
    if any(able.values()):
        pytest.skip("this kernel lacks a wall")
    write_plugin(tmp_path, f"open({str(tmp_path / 'ran')!r}, 'w')\ndef run(payload): return 1")
    with pytest.raises(PolicyError, match="is not trusted and was not run") as raised:
        host(tmp_path, wanted).executor.execute("probe", None)
    told = str(raised.value)
    assert {name for name in PROTECTIONS if f"{name}: that it" in told} == MISSING[wanted]
    assert not (tmp_path / "ran").exists()


def test_a_trusted_plugin_runs_behind_what_there_is_and_says_what_is_missing(tmp_path: Path) -> None:
    write_plugin(tmp_path)
    done = host(tmp_path, (), trusted="probe").executor.execute("probe", "hello")
    assert (done.output, done.sandbox.is_trusted, done.sandbox.walls) == ("hello", True, ())
    assert set(done.sandbox.missing) == set(PROTECTIONS)
    assert done.sandbox.describe() == "no walls; missing: network, writing, reading, signals, children"


@pytest.mark.parametrize("name", list(SETS))
def test_an_untrusted_plugin_lacks_nothing(able: dict[str, str], tmp_path: Path, name: str) -> None:
    if able[name]:
        pytest.skip(able[name])
    write_plugin(tmp_path)
    report = host(tmp_path, SETS[name]).executor.execute("probe", 1).sandbox
    assert (report.missing, report.is_trusted) == ((), False)
    assert report.absent or len(report.walls) == len(SETS[name])


CODE = """
import os, sys
sys.path[:0] = {paths}
from factories.plugins import host
{before}
done = host({folder!r}).executor.execute("probe", [os.geteuid()])
print(done.output, *done.sandbox.walls, dict(done.sandbox.absent), sep="|")
"""


def test_an_ordinary_user_has_the_same_walls(able: dict[str, str], tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("the other tests run as an ordinary user already")
    if any(able.values()):
        pytest.skip("this kernel lacks a wall")
    write_plugin(tmp_path, "import os\ndef run(payload): return [*payload, os.geteuid(), os.getpid()]")
    for place in (tmp_path, *tmp_path.parents):
        if place.stat().st_uid == 0 and len(place.parts) > 2:
            place.chmod(0o755)
    python = _python_for_everybody()
    told = _run(python, tmp_path, user=NOBODY)
    output, *standing, absent = told.split("|")
    assert output == f"[{NOBODY}, {NOBODY}, 1]"
    assert (len(standing), absent) == (len(names.WALLS), "{}")


def test_namespaces_that_cannot_be_used_are_done_without(able: dict[str, str], tmp_path: Path) -> None:
    if any(able.values()):
        pytest.skip("this kernel lacks a wall")
    write_plugin(tmp_path)
    # As on Ubuntu, the namespaces can be made, and then nobody may write who one is in them.
    before = f"from vortex.core.hosting.cell import landlock\nlandlock.enter(['/'], ['/dev/null'], {str(tmp_path)!r})"
    told = _run(sys.executable, tmp_path, before=before)
    assert told.startswith("[0]|Landlock" if os.geteuid() == 0 else f"[{os.geteuid()}]|Landlock")
    assert "namespaces of its own" not in told
    assert "'namespaces': " in told and "Permission denied" in told


def _run(python: str, folder: Path, user: int | None = None, before: str = "") -> str:
    paths = [str(ROOT / "tests"), *_package_paths()]
    code = CODE.format(paths=paths, folder=str(folder), before=before)
    done = subprocess.run(
        [python, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        cwd="/",
        env={"TMPDIR": str(folder) if user is None else "/tmp", "PYTHONDONTWRITEBYTECODE": "1"},
        **({} if user is None else {"user": user, "group": user, "extra_groups": []}),  # type: ignore[arg-type]
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def _python_for_everybody() -> str:
    """Return a Python of this version that every user may run, with the packages of this one."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    for python in (sys.executable, f"/usr/bin/python{version}", f"/usr/local/bin/python{version}"):
        try:
            done = subprocess.run(
                [python, "-c", "import yaml, jsonschema_rs, platformdirs, vortex"],
                env={"PYTHONPATH": os.pathsep.join(_package_paths()), "PYTHONDONTWRITEBYTECODE": "1"},
                user=NOBODY,
                group=NOBODY,
                extra_groups=[],
                capture_output=True,
                cwd="/",
            )
        except OSError:
            continue
        if done.returncode == 0:
            return python
    pytest.skip("no Python here that another user may run")


def _package_paths() -> list[str]:
    return [str(ROOT / "src"), *(each for each in sys.path if os.path.isabs(each) and each.endswith("-packages"))]


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
@pytest.mark.parametrize("processes", [True, False])
@pytest.mark.parametrize("metadata", [True, False])
def test_the_filter_refuses_what_its_tables_name(machine: str, processes: bool, metadata: bool) -> None:
    """The filter of another machine cannot be tried here, so every filter is also run by a small interpreter."""
    rules = seccomp.Rules(processes, metadata, own_id=77)
    code = seccomp.program(machine, rules)
    architecture, column = seccomp._ARCHITECTURES[machine]
    numbers = {each[column] for each in seccomp.refused(rules).values()} - {-1}
    by_argument = [each[0][column] for each in calls.BY_ARGUMENT.values()]
    some = [each[column] for each in (calls.OF_ITSELF | calls.SIGNALS).values()]
    special = {calls.CLONE[column], calls.CLONE3[column], *some, *by_argument}
    assert not numbers & special

    def answer(number: int, first: int = 0, second: int = 0) -> str:
        told = verdict(code, {0: number, 4: architecture, 16: first, 24: second})
        return {0x7FFF0000: "allowed", 0x50001: "EPERM", 0x50026: "ENOSYS"}[told]

    for number in set(range(600)) - special:
        assert answer(number) == ("EPERM" if number in numbers else "allowed"), number
    assert answer(calls.CLONE3[column]) == "ENOSYS"
    assert verdict(code, {0: 0, 4: architecture ^ 1}) == 0x80000000  # the process is killed
    clone, if_processes = calls.CLONE[column], "allowed" if processes else "EPERM"
    assert answer(clone, 0x3D0F00) == "allowed"  # a thread
    assert answer(clone, 0x1200011) == if_processes  # a fork
    assert answer(clone, 0x10000000 | 17) == "EPERM"  # a user namespace
    for itself in calls.OF_ITSELF.values():
        assert (answer(itself[column], 0), answer(itself[column], 4711)) == ("allowed", "EPERM")
    for sends in calls.SIGNALS.values():
        assert (answer(sends[column], 77), answer(sends[column], 4711)) == ("allowed", if_processes)
        assert answer(sends[column], 0xFFFFFFFF) == if_processes  # everybody
    for name, place, value in (("fcntl", 1, 8), ("fcntl", 1, 15), ("ioctl", 1, 0x5412), ("prctl", 0, 1)):
        number = calls.BY_ARGUMENT[name][0][column]
        assert answer(number, *((value, 0) if place == 0 else (0, value))) == "EPERM"
        assert answer(number, 4, 4) == "allowed"
    if machine == "x86_64":
        assert answer(0x40000000 | 41) == "EPERM"


def verdict(code: bytes, data: dict[int, int]) -> int:
    """Run a filter over the words of a call as the kernel does, with the few operations that ours has."""
    accumulator, at = 0, 0
    while True:
        operation, if_true, if_false, value = (
            int.from_bytes(code[8 * at + start : 8 * at + end], "little")
            for start, end in ((0, 2), (2, 3), (3, 4), (4, 8))
        )
        at += 1
        if operation == 0x06:
            return value
        if operation == 0x20:
            accumulator = data[value]
            continue
        tests = {0x15: accumulator == value, 0x35: accumulator >= value, 0x45: bool(accumulator & value)}
        at += if_true if tests[operation] else if_false


def test_the_numbers_of_calls_are_those_of_the_headers() -> None:
    """Where the kernel's headers are installed, the tables are compared with them."""
    import re

    found = 0
    for column, path in (
        (0, "/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
        (1, "/usr/include/asm-generic/unistd.h"),
    ):
        if not Path(path).exists():
            continue
        known = {
            name: int(number)
            for name, number in re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", Path(path).read_text())
        }
        tables = calls.NETWORK | calls.PROCESSES | calls.METADATA | calls.NEVER | calls.OF_ITSELF | calls.SIGNALS
        tables |= {name: numbers for name, (numbers, _, _) in calls.BY_ARGUMENT.items()}
        for name, numbers in tables.items():
            if name in known:
                assert numbers[column] == known[name], name
                found += 1
    if not found:
        pytest.skip("no headers of the kernel here")
    assert found > 100


OLDER = """
import json, os, sys
sys.path[:0] = {paths}
from vortex.core.hosting.cell import kernel, landlock, proof, seccomp
landlock.version = lambda: {version}
given, outside = sys.argv[1:]
landlock.enter([given, "/usr", "/lib", "/lib64"], ["/dev/null"], os.getcwd())
kernel.drop_capabilities()
seccomp.enter(seccomp.Rules(processes=False, metadata=False, own_id=os.getpid()))
print(*proof.missing(given, outside, os.getppid()))
"""


@pytest.mark.parametrize(("version", "missing"), [(1, {WRITING}), (2, {WRITING}), (3, set()), (5, set())])
def test_older_kernels_with_landlock(able: dict[str, str], tmp_path: Path, version: int, missing: set[str]) -> None:
    """Before its third version, Landlock lets a file that may be read be cut off."""
    if any(able.values()):
        pytest.skip("this kernel lacks a wall")
    for name in ("given", "outside", "work"):
        (tmp_path / name).mkdir()
        (tmp_path / name / KNOWN).write_text("known")
    code = OLDER.format(paths=[str(ROOT / "src")], version=version)
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "given", tmp_path / "outside"],
        capture_output=True, text=True, cwd=tmp_path / "work",
    )  # fmt: skip
    assert set(done.stdout.split()) == missing, done.stderr


def test_the_version_of_landlock_is_one() -> None:
    try:
        assert landlock.version() >= 1
    except OSError as error:
        pytest.skip(str(error))
