"""A picture made to fit a clip keeps its shape, its colours and its middle."""

import numpy as np
import pytest

from vortex.engines.video.families import Size
from vortex.engines.video.fitting import fit_picture

ROWS, COLUMNS = np.mgrid[0:120, 0:200]
PICTURE = np.dstack([ROWS * 2, COLUMNS, (np.hypot(ROWS - 60, COLUMNS - 100) < 30) * 255]).astype(np.uint8)


def test_a_picture_that_fits_is_left_alone() -> None:
    fitted, note = fit_picture(PICTURE, Size(200, 120))
    assert np.array_equal(fitted, PICTURE)
    assert note == ""


def test_scaling_alone_cuts_nothing() -> None:
    fitted, note = fit_picture(PICTURE, Size(100, 60))
    assert note == "The picture of 200x120 was scaled to 100x60."
    assert np.abs(fitted[..., :2].astype(int) - PICTURE[::2, ::2, :2]).max() <= 4


@pytest.mark.parametrize(
    ("size", "seen"), [(Size(60, 60), "120x120"), (Size(240, 64), "200x53"), (Size(16, 400), "5x120")]
)
def test_another_shape_is_cut_around_the_middle(size: Size, seen: str) -> None:
    fitted, note = fit_picture(PICTURE, size)
    assert fitted.shape == (size.height, size.width, 3)
    assert note == f"The picture of 200x120 was scaled to {size}, of which the middle {seen} is seen."
    assert np.abs(fitted[size.height // 2, size.width // 2].astype(int) - (120, 100, 255)).max() <= 4


def test_the_circle_stays_a_circle() -> None:
    fitted, _ = fit_picture(PICTURE, Size(90, 90))
    circle = fitted[..., 2] > 127
    assert circle.any(0).sum() == pytest.approx(circle.any(1).sum(), abs=1)
