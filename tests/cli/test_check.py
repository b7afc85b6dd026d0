from pathlib import Path

import pytest
from bad_input.command import vortex
from bad_input.files import KETTLE

from cli.films import write_film


def failed(data) -> set[str]:
    return {each["check"] for each in data["findings"] if not each["passed"] and each["gating"]}


@pytest.mark.parametrize(
    ("wrong", "faults"),
    [
        ({"luma": 0}, {"black picture"}),
        ({"loudness": 0.0}, {"loudness", "silence"}),
        ({"loudness": 0.02}, {"loudness"}),
    ],
)
def test_what_is_wrong_with_a_film_is_told(wrong: dict[str, float], faults: set[str], tmp_path: Path) -> None:
    write_film(tmp_path / "film.mp4", **wrong)
    done = vortex("check", "film.mp4", "--json", cwd=tmp_path)
    assert done.code == 5
    assert failed(done.data) == faults
    assert done.error.startswith("film.mp4: failed: ")


def test_a_foreign_film_is_judged_by_what_it_has(tmp_path: Path) -> None:
    write_film(tmp_path / "film.mp4")
    done = vortex("check", "film.mp4", cwd=tmp_path)
    assert done.code == 0, done.out
    assert "the film carries no caption track" in done.out


def test_a_film_without_sound_is_told_to_have_none(tmp_path: Path) -> None:
    write_film(tmp_path / "film.mp4", has_sound=False)
    done = vortex("check", "film.mp4", "--json", cwd=tmp_path)
    assert (done.code, done.data["passed"]) == (0, True)
    assert {"check": "loudness", "reason": "the film has no sound"} in [
        {key: each[key] for key in ("check", "reason")} for each in done.data["skipped"]
    ]


def test_a_film_cut_short(finished: Path, tmp_path: Path) -> None:
    whole = (finished / "out/film.mp4").read_bytes()
    (tmp_path / "film.mp4").write_bytes(whole[: len(whole) // 2])
    done = vortex("check", "film.mp4", cwd=tmp_path)
    assert done.code == 1
    assert "it may be cut short" in done.error


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (KETTLE, "kettle.md (1131 bytes) cannot be read as video or sound: Invalid data"),
        ("gone.mp4", "there is no file gone.mp4; check the name"),
        (".", "holds no finished film; run first: vortex render ."),
    ],
)
def test_what_is_no_film(target: object, message: str, tmp_path: Path) -> None:
    done = vortex("check", target, cwd=tmp_path)
    assert done.code == 1
    assert message in done.error


def test_a_rejected_film_in_a_folder_is_found(film: Path) -> None:
    (film / "out/film.mp4").rename(film / "out/film.rejected.mp4")
    assert vortex("check", film, cwd=film.parent).code == 0
