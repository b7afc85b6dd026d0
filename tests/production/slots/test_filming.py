"""From the frames of a clip to those of a film."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vortex.core.errors import MediaError
from vortex.media.sound import Sound
from vortex.production.slots.buffers import RATE_HZ, SlotBuffers
from vortex.production.slots.filming import fill, fitted, frame_places, frames_for, notes_on


@pytest.mark.parametrize(
    ("seconds", "fps", "frames"), [(1, 24, 24), (1.01, 24, 25), (2 / 24, 24, 2), (0.001, 24, 1), (45, 30, 1350)]
)
def test_the_film_lasts_as_long_as_the_voice(seconds: float, fps: int, frames: int) -> None:
    assert frames_for(seconds, fps) == frames


def test_a_clip_goes_at_its_own_pace() -> None:
    assert frame_places(4, 8, 6, 16) == [0, 0, 1, 1, 2, 2]
    assert frame_places(4, 16, 2, 8) == [0, 2]


def test_a_short_clip_goes_to_and_fro() -> None:
    assert frame_places(4, 8, 10, 8) == [0, 1, 2, 3, 2, 1, 0, 1, 2, 3]
    assert frame_places(1, 8, 3, 8) == [0, 0, 0]


@given(st.integers(1, 60), st.integers(1, 30), st.integers(1, 400), st.integers(1, 30))
def test_no_frame_is_jumped_over_by_turning(given: int, given_fps: int, wanted: int, fps: int) -> None:
    places = frame_places(given, given_fps, wanted, fps)
    assert len(places) == wanted
    assert all(0 <= place < given for place in places)
    widest = -(-given_fps // fps)
    assert all(abs(one - next_one) <= widest for one, next_one in pairwise(places))


def test_frames_are_cut_to_the_square_in_place() -> None:
    clip = np.zeros((3, 40, 80, 3), np.uint8)
    clip[:, :, :20], clip[:, :, 60:] = 255, 255
    clip[:, :, 20:60, 0] = np.array([10, 20, 30])[:, None, None]
    film = np.zeros((5, 3, 32, 32), np.uint8)
    fill(film, clip, [0, 1, 2, 1, 0])
    assert [int(each) for each in film[:, 0].mean(axis=(1, 2)).round()] == [10, 20, 30, 20, 10]
    assert film[:, 1:].max() <= 12  # what stood at the sides is cut off; Lanczos rings a little where it begins
    same = np.arange(32 * 32 * 3, dtype=np.uint8).reshape(32, 32, 3)
    assert fitted(same, 32) is same


def test_what_was_done_to_a_clip_is_said() -> None:
    clip = np.zeros((8, 40, 80, 3), np.uint8)
    assert list(notes_on(clip, 8, 2.0, 40)) == [
        "The clip of 1.0 s goes to and fro to fill 2.0 s.",
        "The clip of 80x40 was scaled and cut to 40x40.",
    ]
    assert list(notes_on(clip[:, :, :40], 8, 1.0, 40)) == []


def test_the_buffers_refuse_what_they_cannot_hold() -> None:
    buffers = SlotBuffers(64)
    assert buffers.film(1350).shape == (1350, 3, 64, 64)
    for wrong in (0, 1351):
        with pytest.raises(MediaError, match="1 to 1350 frames"):
            buffers.film(wrong)
    whole = Sound(np.ones(45 * RATE_HZ, np.float32), RATE_HZ)
    assert len(buffers.hold_sound(whole)) == 45 * RATE_HZ
    with pytest.raises(MediaError, match=r"takes 45\.1 s.*at most 45 s"):
        buffers.hold_sound(whole.fitted(round(45.1 * RATE_HZ)))
