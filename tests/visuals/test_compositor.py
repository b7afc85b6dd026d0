import numpy as np
import pytest

from visuals.shots import clock, pictures, scene
from vortex.visuals.compositor import Compositor, PixelRect, merged
from vortex.visuals.layout import Rect
from vortex.visuals.picture import Format

TIMING = clock("The smallest element of a heap is always the root.", "Pushing takes logarithmic time.")
POINTS = {"heading": "Heaps", "items": ["The root is the smallest", "Pushing is fast", "Popping is fast"]}


@pytest.fixture
def made():
    return scene("points", POINTS, TIMING, Format(640, 360), item_0=(0, 1), item_1=(1, 0))


def test_dirty_rectangles_give_the_picture_that_a_full_repaint_gives(made):
    step = Compositor(made)
    for frame in range(made.num_frames):
        step.advance()
        if frame % 23 == 0:
            whole = Compositor(made)
            whole._next = frame
            whole._states = [element.state(frame) for element in made.elements]
            whole._repaint((whole._whole,))
            difference = np.abs(step.pixels.astype(int) - whole.pixels)
            # Skia rounds a few anti-aliased edge pixels differently under a clip.
            assert (difference.max(axis=2) > 8).sum() < 60, frame
            assert difference.max() <= 64


def test_only_what_is_reported_changes(made):
    step, before = Compositor(made), None
    for _ in range(120):
        rects = step.advance()
        if before is not None:
            changed = (step.pixels != before).any(axis=2)
            for x, y, width, height in rects:
                changed[y : y + height, x : x + width] = False
            assert not changed.any()
        before = step.pixels.copy()


def test_a_frame_in_which_nothing_moves_is_a_repeat(made):
    step = Compositor(made)
    changes = [bool(step.advance()) for _ in range(made.num_frames)]
    assert changes[0]
    assert 0.1 < sum(changes) / len(changes) < 0.6


def test_finished_elements_are_baked(made):
    step = Compositor(made)
    for _ in range(made.num_frames):
        step.advance()
    assert len(step._live) <= 1


def test_pictures_are_opaque_and_the_same_twice(made):
    one, other = pictures(made, 0, 90), pictures(made, 0, 90)
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
    assert (one[1][:, :, 3] == 255).all()
    assert not np.array_equal(one[0], one[1])


def test_rectangles_are_aligned_and_disjoint():
    whole = PixelRect(0, 0, 100, 60)
    assert merged([Rect(20, 20, 5, 5)], whole) == (PixelRect(16, 16, 16, 16),)
    assert merged([Rect(20, 20, 20, 5), Rect(30, 10, 5, 30)], whole) == (PixelRect(16, 0, 32, 48),)
    assert merged([Rect(-40, 0, 20, 20)], whole) == ()
    assert merged([Rect(90, 50, 30, 30)], whole) == (PixelRect(80, 48, 20, 12),)
