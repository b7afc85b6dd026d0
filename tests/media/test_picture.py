import numpy as np
import pytest
from PIL import Image

from vortex.media.picture import contact_sheet, jpeg, save_jpeg


def frames(count: int) -> list[np.ndarray]:
    return [np.full((36, 64, 3), 20 * (index + 1), np.uint8) for index in range(count)]


def test_every_frame_is_on_the_sheet():
    sheet = contact_sheet(frames(5), 3, [f"0:0{index}" for index in range(5)])
    assert sheet.shape[1] == 3 * 72 + 8
    assert all((sheet == value).all(axis=2).sum() >= 36 * 64 for value in (20, 40, 60, 80, 100))
    assert sheet.shape[0] > contact_sheet(frames(5), 3).shape[0]


def test_mismatches_are_refused():
    with pytest.raises(ValueError, match="one size"):
        contact_sheet([*frames(1), np.zeros((2, 2, 3), np.uint8)], 2)
    with pytest.raises(ValueError, match="one size"):
        contact_sheet([], 2)
    with pytest.raises(ValueError, match="1 labels for 2 frames"):
        contact_sheet(frames(2), 2, ["a"])


def test_files(tmp_path):
    picture = np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    save_jpeg(picture, tmp_path / "a.jpg", 50)
    assert (tmp_path / "a.jpg").read_bytes() == jpeg(picture, 50)
    with Image.open(tmp_path / "a.jpg") as image:
        assert (image.size, image.format) == ((30, 20), "JPEG")
