import numpy as np
import pytest

from review.films import BOXES, INK, PAPER, picture, record, shot
from vortex.review.checks import contrast
from vortex.review.checks.layout import contrast_ratio
from vortex.review.records import FilmRecord, pictures_of


@pytest.mark.parametrize("ink", [INK, "#666666", "#bbbbbb", "#b00020"])
def test_pixels_tell_the_contrast_that_was_drawn(ink: str) -> None:
    left, top, right, bottom = (int(edge) for edge in BOXES[0])
    seen = contrast.pixel_contrast(picture(50, ink)[top:bottom, left:right])
    assert seen == pytest.approx(contrast_ratio(ink, PAPER), rel=0.05)


def test_an_empty_box_has_no_contrast() -> None:
    assert contrast.pixel_contrast(np.full((20, 100, 3), 250, np.uint8)) == pytest.approx(1.0)
    assert contrast.pixel_contrast(np.full((3, 3, 3), 250, np.uint8)) is None


def test_pictures_are_chosen_where_elements_rest() -> None:
    seen = shot(None)
    layout = record()
    pictures = tuple(pictures_of(layout, seen.shot.id, 0))
    chosen = contrast.sample_pictures(FilmRecord(pictures, (), ((seen, layout),), (), ()))
    assert all(chosen[frame].start <= frame < chosen[frame].end for frame in chosen)
    assert len(chosen) == 2


def test_nothing_to_look_at_is_no_pass() -> None:
    assert not contrast.check(None).excused and not contrast.check(()).excused  # type: ignore[union-attr]
