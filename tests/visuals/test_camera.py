"""The camera rests where it was sent, and travels in equal factors between."""

from itertools import pairwise

import pytest

from vortex.visuals.kinds.camera import Stop, between, looking_at, part_of
from vortex.visuals.layout import Rect

WINDOW = Rect(0, 0, 1280, 540)
WHOLE, NEAR = Stop(Rect(100, 40, 350, 450), WINDOW), Stop(Rect(-60, -300, 1400, 1800), WINDOW)


def test_the_camera_rests_exactly_at_its_stops():
    assert between([WHOLE, NEAR], 0.0) == WHOLE
    assert between([WHOLE, NEAR], 1.0) == NEAR


def test_a_zoom_grows_by_equal_factors_in_equal_times():
    sizes = [between([WHOLE, NEAR], share).picture.width for share in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert [after / before for before, after in pairwise(sizes)] == pytest.approx([4**0.25] * 4)


def test_a_part_is_brought_to_the_middle():
    part = (0.1, 0.6, 0.5, 0.8)
    picture = looking_at(part, (1400, 1800), (640, 270))
    assert part_of(picture, part).centre == pytest.approx((640, 270))
