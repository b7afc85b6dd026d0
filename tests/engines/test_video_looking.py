"""Clips that show nothing are told from those that do, frame by frame."""

import numpy as np
import pytest

from vortex.engines.video.looking import find_blank_clip

ROWS, COLUMNS = np.mgrid[0:64, 0:96]
SCENE = np.dstack([COLUMNS * 2, ROWS * 3, (ROWS + COLUMNS)]).astype(np.uint8)
SCENE[20:40, 30:60] = (250, 240, 20)
RANDOM = np.random.default_rng(0)


def clip(*frames: np.ndarray) -> np.ndarray:
    return np.stack(frames)


@pytest.mark.parametrize(
    ("fault", "frame"),
    [
        ("black", np.zeros_like(SCENE)),
        ("white", np.full_like(SCENE, 255)),
        ("empty", np.full_like(SCENE, 120)),
        ("underexposed", SCENE // 8),
        ("washed out", 150 + SCENE // 8),
        ("noise", RANDOM.integers(0, 255, SCENE.shape, np.uint8)),
    ],
)
def test_each_fault_is_named(fault: str, frame: np.ndarray) -> None:
    found = find_blank_clip(clip(*[frame] * 12))
    assert found is not None
    assert found.fault == fault
    assert found.reason.startswith("9 of 9 frames show nothing; of one, ")


def test_a_scene_shows_something() -> None:
    assert find_blank_clip(clip(*[np.roll(SCENE, shift, 1) for shift in range(12)])) is None


def test_a_clip_may_begin_in_the_dark() -> None:
    assert find_blank_clip(clip(*[SCENE // 8] * 4, *[SCENE] * 8)) is None
    assert find_blank_clip(clip(*[SCENE // 8] * 8, *[SCENE] * 4)) is not None


def test_one_frame_alone_is_looked_at() -> None:
    assert find_blank_clip(clip(SCENE)) is None
    assert find_blank_clip(clip(SCENE * 0)) is not None


def test_what_the_given_picture_looks_like_is_no_fault_of_the_clip() -> None:
    paper = np.full_like(SCENE, 255)
    assert find_blank_clip(clip(*[paper] * 9), paper) is None
    black = find_blank_clip(clip(*[paper * 0] * 9), paper)
    assert black is not None
    assert black.fault == "black"
