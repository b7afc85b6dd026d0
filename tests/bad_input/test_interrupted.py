"""Runs that end before their film does, and what the next run makes of it."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from bad_input.command import FAST, VORTEX, environment, vortex
from bad_input.files import KETTLE

MAKE = ("make", KETTLE, "-o", "film", "--seconds", "15", *FAST)


@contextmanager
def running(cwd: Path) -> Iterator[subprocess.Popen[str]]:
    """Run ``MAKE`` in a process group of its own until the first take is in work, and end what is left of it."""
    process = subprocess.Popen(
        [VORTEX, *map(str, MAKE)], cwd=cwd, env=environment(cwd), stderr=subprocess.PIPE, text=True, process_group=0
    )
    try:
        _wait_for(lambda: list((cwd / "film/build/takes").glob(".*")))
        yield process
    finally:
        process.kill()
        process.communicate()


def _wait_for(ready) -> None:
    until = time.monotonic() + 60
    while not ready():
        assert time.monotonic() < until, "it did not come to that within a minute"
        time.sleep(0.005)


def test_ctrl_c_ends_with_130_and_a_word_on_how_to_go_on(tmp_path: Path) -> None:
    with running(tmp_path) as process:
        workers = psutil.Process(process.pid).children(recursive=True)
        os.killpg(process.pid, signal.SIGINT)
        _, told = process.communicate(timeout=30)
    assert process.returncode == 130
    assert told.splitlines()[-1] == "interrupted: finished work is kept; run the same command again to go on"
    assert "Traceback" not in told
    _wait_for(lambda: not any(each.is_running() for each in workers))


@pytest.mark.parametrize("fate", [signal.SIGINT, signal.SIGKILL])
def test_the_next_run_makes_the_same_bytes(fate: signal.Signals, finished: Path, tmp_path: Path) -> None:
    with running(tmp_path) as process:
        workers = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(fate)
        process.communicate(timeout=30)
    _wait_for(lambda: not any(each.is_running() for each in workers))
    done = vortex(*MAKE, cwd=tmp_path)
    assert done.code == 0, done.err
    assert "read: 1 document, 1 page, 4 passages (1 of 1 were there)" in done.err
    assert (tmp_path / "film/out/film.mp4").read_bytes() == (finished / "out/film.mp4").read_bytes()
    left = [path for path in (tmp_path / "film/build").glob("*/.*") if path.is_dir()]
    assert not left, "the next run sweeps what a killed one left"


def test_two_runs_in_one_folder_are_refused(tmp_path: Path) -> None:
    with running(tmp_path):
        second = vortex(*MAKE, cwd=tmp_path)
    assert second.code == 1
    assert "film: another run is at work here; wait for it or choose another -o" in second.error


def test_a_take_that_was_damaged_is_made_again(film: Path, finished: Path) -> None:
    take = next((film / "build/takes").glob("*/take.mp4"))
    take.write_bytes(take.read_bytes()[:1000])
    done = vortex("render", film, "--json", cwd=film.parent)
    assert (done.code, done.data["shots_made"]) == (0, 1)
    assert (film / "out/film.mp4").read_bytes() == (finished / "out/film.mp4").read_bytes()


def test_a_broken_job_store_is_named(film: Path) -> None:
    for take in (film / "build/takes").glob("*/take.mp4"):
        take.unlink()
    (film / "build/jobs.sqlite").write_bytes(b"this was a database once" * 99)
    done = vortex("render", film, cwd=film.parent)
    assert (done.code, "jobs.sqlite: cannot be used as a job store" in done.error) == (1, True)


def test_a_killed_worker_ends_the_run_and_the_next_one_goes_on(finished: Path, tmp_path: Path) -> None:
    with running(tmp_path) as process:
        _wait_for(lambda: _workers(process))
        for worker in _workers(process):
            worker.kill()
        _, told = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "the workers that make takes ended before their work was done; run the command again" in told
    done = vortex(*MAKE, cwd=tmp_path)
    assert done.code == 0, done.err
    assert (tmp_path / "film/out/film.mp4").read_bytes() == (finished / "out/film.mp4").read_bytes()


def _workers(process: subprocess.Popen[str]) -> list[psutil.Process]:
    children = psutil.Process(process.pid).children()
    return [each for each in children if "vortex.production.takes" in each.cmdline()]
