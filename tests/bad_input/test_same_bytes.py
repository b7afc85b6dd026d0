"""The same order gives the same bytes, wherever and however it is made."""

import hashlib
from pathlib import Path

import pytest

from bad_input.command import FAST, vortex
from bad_input.files import KETTLE


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_another_folder_and_any_number_of_workers(jobs: str, finished: Path, tmp_path: Path) -> None:
    done = vortex("make", KETTLE, "-o", "elsewhere", "--seconds", "15", "-j", jobs, *FAST, cwd=tmp_path)
    assert done.code == 0, done.err
    for name in ("film.mp4", "film.srt", "film.vtt", "chapters.txt", "report.json"):
        made, known = tmp_path / "elsewhere/out" / name, finished / "out" / name
        assert _sha256(made) == _sha256(known), name


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
