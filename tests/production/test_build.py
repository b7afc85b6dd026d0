import errno
from dataclasses import dataclass
from pathlib import Path

import pytest

from vortex.core.errors import MediaError
from vortex.production.build import Build, code_version, digest


@dataclass(frozen=True, slots=True)
class Value:
    number: int
    path: Path = Path("a")


def make_text(text: str):
    return lambda folder: (folder / "text.txt").write_text(text)


def test_a_digest_depends_on_values_and_on_nothing_else() -> None:
    assert digest("a", Value(1), {"x": 1, "y": 2}) == digest("a", Value(1), {"y": 2, "x": 1})
    assert digest(Value(1)) != digest(Value(2))
    assert digest("ab", "c") != digest("a", "bc")


def test_a_step_is_done_once_and_found_again(tmp_path: Path) -> None:
    build = Build(tmp_path)
    first = build.step("stage", "k", make_text("one"))
    second = build.step("stage", "k", make_text("two"))
    assert (first.reused, second.reused) == (False, True)
    assert (second.folder / "text.txt").read_text() == "one"


def test_a_step_that_fails_leaves_nothing_and_can_be_tried_again(tmp_path: Path) -> None:
    build = Build(tmp_path)

    def fail(folder: Path) -> None:
        (folder / "half.txt").write_text("half")
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        build.step("stage", "k", fail)
    assert not build.has("stage", "k")
    assert list((tmp_path / "stage").iterdir()) == []
    assert not build.step("stage", "k", make_text("whole")).reused


def test_a_result_that_was_cut_short_is_made_again(tmp_path: Path) -> None:
    build = Build(tmp_path)
    folder = build.step("stage", "k", make_text("whole")).folder
    (folder / "text.txt").write_text("wh")
    assert not build.has("stage", "k")
    assert not build.step("stage", "k", make_text("whole")).reused


def test_what_a_killed_run_left_is_swept(tmp_path: Path) -> None:
    (tmp_path / "stage" / ".k-abc").mkdir(parents=True)
    Build(tmp_path).sweep()
    assert list((tmp_path / "stage").iterdir()) == []


def test_a_full_disk_is_told_and_finished_work_stays(tmp_path: Path) -> None:
    build = Build(tmp_path)
    build.step("stage", "done", make_text("kept"))

    def fill(folder: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(MediaError, match="the disk is full; free some space"):
        build.step("stage", "k", fill)
    assert build.has("stage", "done")


def test_the_code_version_differs_between_rooms() -> None:
    assert code_version("core") == code_version("core")
    assert code_version("core") != code_version("media")
