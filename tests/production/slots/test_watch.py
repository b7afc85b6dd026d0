"""The watch: bounds, retries, back-off, stopping, on a clock that tests turn."""

import threading
from collections.abc import Callable

import pytest
from slot_engines import TurnedClock

from vortex.core.errors import CancelledWork, DeadlineMissError, EngineError, ModelError
from vortex.core.events import Event
from vortex.core.settings import SlotSettings
from vortex.production.slots.watch import Progress, StageTimeout, Watch

SETTINGS = SlotSettings(audio_s=3, image_s=15, video_s=10, clip_s=2, buffer_s=1, stage_retries=2, backoff_s=0.5)


def watch(clock: TurnedClock, deadline_s: float | None = None, is_bounded: bool = True) -> Watch:
    return Watch(SETTINGS, deadline_s=deadline_s, is_bounded=is_bounded, clock=clock)


def taking(clock: TurnedClock, *durations: float | None) -> Callable[[Progress], str]:
    """Return work that takes these durations in its tries, told in ten steps; ``None`` fails."""
    left = list(durations)

    def work(tell: Progress) -> str:
        duration = left.pop(0)
        if duration is None:
            raise EngineError("it broke")
        for step in range(10):
            clock.wait(duration / 10)
            tell((step + 1) / 10)
        return f"{len(left)} left"

    return work


def test_a_failed_stage_is_tried_again_after_waits_that_double() -> None:
    clock = TurnedClock()
    over = watch(clock)
    assert over.run("video", taking(clock, None, None, 4)) == "0 left"
    assert [(run.number, run.outcome) for run in over.runs] == [(0, "failed"), (1, "failed"), (2, "done")]
    assert [run.started_s for run in over.runs] == [0, 0.5, 1.5]
    assert over.spent_s("video") == pytest.approx(4)
    assert over.elapsed_s == pytest.approx(5.5)


def test_retries_end() -> None:
    clock = TurnedClock()
    with pytest.raises(EngineError, match="it broke"):
        watch(clock).run("video", taking(clock, None, None, None))


def test_a_stage_is_stopped_soon_after_its_bound() -> None:
    clock = TurnedClock()
    over = watch(clock)
    assert over.run("video", taking(clock, 20, 5)) == "0 left"
    assert [run.outcome for run in over.runs] == ["late", "done"]
    assert 10 < over.runs[0].ended_s - over.runs[0].started_s <= 12
    with pytest.raises(StageTimeout, match=r"clip: .* its bound is 10 s; raise slot\.video_s"):
        over.run("video", taking(clock, 11, 11, 11))


def test_without_bounds_a_stage_may_take_its_time_and_has_one_try() -> None:
    clock = TurnedClock()
    assert watch(clock, is_bounded=False).run("audio", taking(clock, 1000)) == "0 left"
    with pytest.raises(EngineError):
        watch(clock, is_bounded=False).run("audio", taking(clock, None, 1))


def test_what_would_not_end_in_time_is_not_begun() -> None:
    clock = TurnedClock()
    over = watch(clock, deadline_s=11)
    over.run("video", taking(clock, 0))
    clock.wait(0.1)
    with pytest.raises(DeadlineMissError):
        over.run("video", taking(clock))


def test_no_time_is_waited_away_that_another_try_would_need() -> None:
    clock = TurnedClock()
    over = watch(clock, deadline_s=11.4)
    with pytest.raises(DeadlineMissError):
        over.run("video", taking(clock, None))
    assert clock.now() == 0


def test_a_missing_model_is_not_tried_again() -> None:
    clock = TurnedClock()
    over = watch(clock)

    def work(tell: Progress) -> None:
        raise ModelError("no model; run: vortex models pull")

    with pytest.raises(ModelError):
        over.run("image", work)
    assert len(over.runs) == 1


def test_stopping_ends_the_stage_at_its_next_step_and_begins_no_other() -> None:
    clock = TurnedClock()
    over = watch(clock)

    def work(tell: Progress) -> None:
        tell(0.1)
        threading.Thread(target=over.stop).start()
        while True:
            tell(0.2)

    with pytest.raises(CancelledWork):
        over.run("image", work)
    assert [run.outcome for run in over.runs] == ["stopped"]
    with pytest.raises(CancelledWork):
        over.run("image", taking(clock))


def test_stages_side_by_side_are_refused_together() -> None:
    over = watch(TurnedClock(), deadline_s=10)
    over.require_time("audio")
    with pytest.raises(DeadlineMissError, match="image"):
        over.require_time("audio", "image")
    assert over.has_time("audio", "clip")
    assert not over.has_time("audio", "video")


def test_listeners_hear_of_tries_and_ends() -> None:
    clock, heard = TurnedClock(), list[Event]()
    over = Watch(SETTINGS, is_bounded=True, clock=clock, listen=heard.append)
    over.run("audio", taking(clock, None, 2))
    assert [each.kind for each in heard if each.kind != "progress"] == ["stage_started", "warning", "stage_finished"]
    assert {each.stage for each in heard} == {"voice"}
    assert "it broke; it is tried again" in heard[1].message
