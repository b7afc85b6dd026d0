"""Places that cannot take a film: a full disk, a read-only folder. What was finished before is found again."""

import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bad_input.command import FAST, VORTEX, Done, environment, vortex
from bad_input.files import KETTLE

MAKE = ("make", KETTLE, "-o", "film", "-q", "--seconds", "15", *FAST)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a disk of 1.2 MB, in memory."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.geteuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1200k", "none", disk]).returncode:
        pytest.skip("mounting a small disk is not permitted here")
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


def remount(disk: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", disk], check=True)


def test_a_full_disk_keeps_what_was_finished(small_disk: Path) -> None:
    done = vortex(*MAKE, cwd=small_disk)
    assert done.code == 1
    assert "build/voice: the disk is full; free some space or choose another folder" in done.error
    kept = sorted((small_disk / "film/build/voice").iterdir())
    assert kept
    assert not any(folder.name.startswith(".") for folder in kept), "half a result was left behind"
    remount(small_disk, "size=60m")
    again = vortex(*MAKE[:4], *MAKE[5:], cwd=small_disk)
    assert again.code == 0, again.err
    assert "(1 of 1 were there)" in again.err


def test_a_disk_too_small_for_the_film_is_told_before_anything_is_drawn(small_disk: Path) -> None:
    remount(small_disk, "size=4m")
    done = vortex(*MAKE, cwd=small_disk)
    assert done.code == 1
    assert "the film needs about" in done.error
    assert "are free; free some space" in done.error
    assert not (small_disk / "film/build/takes").exists()


def test_a_read_only_disk(small_disk: Path) -> None:
    remount(small_disk, "ro")
    done = vortex(*MAKE, cwd=small_disk)
    assert done.code == 2
    assert done.error == "-o film: cannot be written (Read-only file system); choose another folder"
    spoken = vortex("speak", "hello", "-o", "hello.wav", cwd=small_disk)
    assert (spoken.code, spoken.error) == (1, "hello.wav: Read-only file system; mend that and run again")
    chunked = vortex("chunk", KETTLE, "-o", "work", cwd=small_disk)
    assert (chunked.code, "Read-only file system; make it writable or choose" in chunked.error) == (1, True)
    found = vortex("search", "tea", KETTLE, "-c", "a.sqlite", *FAST, cwd=small_disk)
    assert (found.code, "Read-only file system; make it writable or choose" in found.error) == (1, True)


def test_a_place_that_is_no_place_for_a_folder(tmp_path: Path) -> None:
    done = vortex("make", KETTLE, "-o", "/proc/film", *FAST, cwd=tmp_path)
    assert (done.code, "-o /proc/film: cannot be written" in done.error) == (2, True)
    (tmp_path / "film").write_text("")
    done = vortex(*MAKE, cwd=tmp_path)
    assert (done.code, done.error) == (2, "-o film: is a file; name a folder for the film")


# Between the longest sentence (1.20 MB) and the sound of the whole film (1.35 MB) lies the second limit.
@pytest.mark.parametrize(("limit_bytes", "place"), [(100_000, "build/voice"), (1_280_000, "build/sound")])
def test_a_limit_on_files_is_told_like_a_full_disk(limit_bytes: int, place: str, tmp_path: Path) -> None:
    done = _limited(limit_bytes, tmp_path)
    assert done.code == 1
    assert f"film/{place}: the disk is full; free some space" in done.error


def _limited(limit_bytes: int, cwd: Path) -> Done:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes))

    ended = subprocess.run(
        [VORTEX, *map(str, MAKE)], cwd=cwd, env=environment(cwd), capture_output=True, text=True, preexec_fn=limit
    )
    return Done(ended.returncode, ended.stdout, ended.stderr)
