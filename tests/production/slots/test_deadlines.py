"""The arithmetic of deadlines, in whole numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vortex.core.errors import ConfigError, DeadlineMissError
from vortex.core.settings import SlotSettings
from vortex.production.slots.deadlines import Stage, backoff_s, bound_s, has_time, require_time


def test_the_bounds_of_the_stages() -> None:
    stages: tuple[Stage, ...] = ("audio", "image", "video", "clip")
    assert [bound_s(stage, SlotSettings()) for stage in stages] == [3, 15, 10, 2]


@pytest.mark.parametrize(
    ("elapsed", "deadline", "bound", "buffer", "there_is"),
    [(0, 10, 9, 1, True), (0, 10, 10, 1, False), (1, 10, 8, 1, True), (2, 10, 8, 1, False), (99, None, 50, 50, True)],
)
def test_whether_there_is_time(elapsed: int, deadline: int | None, bound: int, buffer: int, there_is: bool) -> None:
    assert has_time(elapsed, deadline, bound, buffer) is there_is


@given(*(st.integers(0, 100) for _ in range(4)))
def test_what_is_begun_ends_with_the_buffer_kept(elapsed: int, deadline: int, bound: int, buffer: int) -> None:
    if has_time(elapsed, deadline, bound, buffer):
        assert elapsed + bound + buffer <= deadline
    else:
        assert elapsed + bound + buffer > deadline


def test_a_refusal_says_what_is_left_and_what_is_needed() -> None:
    settings = SlotSettings(video_s=10, buffer_s=1)
    require_time("video", 20, 31, settings)
    require_time("video", 20, None, settings)
    with pytest.raises(
        DeadlineMissError, match=r"video: 10\.5 s are left of 30\.5 s.*10 s with 1 s kept.*slot\.video_s"
    ):
        require_time("video", 20, 30.5, settings)


def test_waits_double() -> None:
    assert [backoff_s(n, 0.5) for n in (1, 2, 3, 4)] == [0.5, 1, 2, 4]
    assert backoff_s(5, 0) == 0


def test_a_side_that_no_engine_can_make_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"slot\.side = 100 .* 96"):
        SlotSettings(side=100)
