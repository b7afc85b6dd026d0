"""A short video inside another one: any picture of it in any order, and what is damaged is told."""

from pathlib import Path

import numpy as np
import pytest

from vortex.core.errors import MediaError
from vortex.media.encode import VideoWriter
from vortex.media.footage import Footage

NUM_FRAMES = 20


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a video of 64 x 48 pixels at 10 frames a second, of noise that grows brighter."""
    file = tmp_path_factory.mktemp("video") / "noise.mp4"
    noise = np.random.default_rng(1)
    with VideoWriter(file, 64, 48, 10, "faster", 12) as writer:
        for number in range(NUM_FRAMES):
            canvas = noise.integers(10 * number, 10 * number + 50, (48, 64, 4)).astype(np.uint8)
            writer.update(canvas, [(0, 0, 64, 48)])
            writer.write()
    return file


def test_pictures_come_in_any_order(video: Path) -> None:
    footage = Footage(video)
    assert (footage.width, footage.height, footage.fps, footage.num_frames) == (64, 48, 10, NUM_FRAMES)
    pictures = [footage.frame(number) for number in range(NUM_FRAMES)]
    light = [float(picture[:, :, :3].mean()) for picture in pictures]
    assert pictures[0].shape == (48, 64, 4) and np.all(np.diff(light) > 5)
    for number, expected in ((3, 3), (19, 19), (0, 0), (99, 19), (-4, 0)):
        assert np.array_equal(footage.frame(number), pictures[expected])


def test_what_is_missing_or_no_video_is_told(video: Path, tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="there is no such video"):
        Footage(tmp_path / "none.mp4")
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(video.read_bytes()[: video.stat().st_size // 2])
    with pytest.raises(MediaError, match=r"cut\.mp4: cannot be read as video"):
        Footage(cut)


def test_a_video_that_is_damaged_within_is_told_where(video: Path, tmp_path: Path) -> None:
    whole = video.read_bytes()
    middle = len(whole) // 2
    holed = tmp_path / "holed.mp4"
    holed.write_bytes(whole[:middle] + bytes(len(whole) // 4) + whole[middle + len(whole) // 4 :])
    footage = Footage(holed)
    with pytest.raises(MediaError, match=r"holed\.mp4: picture \d+ of 20 .*; make its shot again"):
        for number in range(NUM_FRAMES):
            footage.frame(number)
