"""The scheduler with engines of any speed: nothing is begun that cannot end in time, and no lease is left."""

import threading
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slot_engines import SIDE, TurnedClock, leased, timed_pipeline

from vortex.core.errors import CancelledWork, DeadlineMissError, EngineError, RecipeError, VortexError
from vortex.core.events import Event
from vortex.core.settings import SlotSettings
from vortex.production.slots.deadlines import bound_s
from vortex.production.slots.scheduler import SlotScheduler
from vortex.production.slots.watch import StageRun, StageTimeout

RECIPE = {
    "audio_track": {"script": "One two three."},
    "visual_track": {"prompt": "a lamp"},
    "slot_params": {"fps": 4},
}
SLOT = SlotSettings(side=SIDE)
TIMES = st.lists(st.one_of(st.none(), st.floats(0, 20)), min_size=1, max_size=4)


def test_a_slot_in_time() -> None:
    with timed_pipeline(SLOT, voice=[0.5], image=[2], clip=[6]) as (pipeline, clock):
        found = SlotScheduler(pipeline, clock=clock).execute(RECIPE, "s1", deadline=45)
        assert found.success
        assert found.deadline_met
        spent = found.breakdown
        # One clock for two threads: what passes for the keyframe passes for the voice beside it.
        assert 500 <= spent.audio_ms <= 2500
        assert 2000 <= spent.image_ms <= 2500
        assert (spent.video_ms, spent.clip_ms, spent.total_ms) == (6000, 0, 8500)
        assert (found.slot_id, found.generation_time_ms) == ("s1", 8500)
        assert found.video_frames.shape[1:] == (3, SIDE, SIDE)
        assert len(found.determinism_proof) == 64


def test_a_deadline_that_is_too_near_is_refused_before_any_work() -> None:
    with timed_pipeline(SLOT) as (pipeline, clock):
        with pytest.raises(DeadlineMissError, match=r"image: 15\.0 s are left of 15\.0 s"):
            SlotScheduler(pipeline, clock=clock).execute(RECIPE, "s1", deadline=15)
        crew = pipeline.maker.crew
        assert [crew.speech.calls, crew.image.calls, crew.clip.calls] == [0, 0, 0]  # type: ignore[attr-defined]
        with pytest.raises(RecipeError):
            SlotScheduler(pipeline, clock=clock).execute({"narrative": {}}, "s1", deadline=15)


def test_the_config_bounds_the_stages() -> None:
    tight = SlotSettings(side=SIDE, image_s=1, stage_retries=1)
    with timed_pipeline(SLOT, image=[4]) as (pipeline, clock):
        with pytest.raises(StageTimeout, match="keyframe"):
            SlotScheduler(pipeline, tight, clock=clock).execute(RECIPE, "s1")
        assert pipeline.maker.crew.image.calls == 2  # type: ignore[attr-defined]
        assert leased(pipeline.room) == []  # type: ignore[arg-type]


def test_a_stage_that_recovers_is_worth_the_wait() -> None:
    slot = SlotSettings(side=SIDE, audio_s=20)
    with timed_pipeline(slot, voice=[None, 1], image=[None, None, 2], clip=[99, 3]) as (pipeline, clock):
        found = SlotScheduler(pipeline, clock=clock).execute(RECIPE, "s1", deadline=90)
        assert found.success
        assert found.breakdown.video_ms > 10_000


def test_a_voice_that_fails_stops_the_keyframe_beside_it() -> None:
    slot = SlotSettings(side=SIDE, stage_retries=0)
    with timed_pipeline(slot, voice=[None], image=[0.1]) as (pipeline, clock):
        with pytest.raises(EngineError, match="voice failed"):
            SlotScheduler(pipeline, clock=clock).execute(RECIPE, "s1")
        assert leased(pipeline.room) == []  # type: ignore[arg-type]


@settings(max_examples=150, deadline=None)
@given(voice=TIMES, image=TIMES, clip=TIMES, deadline=st.floats(0, 80), retries=st.integers(0, 3))
def test_any_durations(voice: Any, image: Any, clip: Any, deadline: float, retries: int) -> None:
    slot = SlotSettings(side=SIDE, stage_retries=retries)
    with timed_pipeline(slot, voice, image, clip) as (pipeline, clock):
        scheduler = SlotScheduler(pipeline, clock=clock)
        try:
            found = scheduler.execute(RECIPE, "s1", deadline=deadline)
            assert found.deadline_met == (found.breakdown.total_ms <= 1000 * deadline + 0.1)
        except VortexError as error:
            assert isinstance(error, (DeadlineMissError, EngineError))
        assert leased(pipeline.room) == []  # type: ignore[arg-type]
        _check(scheduler.runs, slot, deadline, retries)


def _check(runs: tuple[StageRun, ...], slot: SlotSettings, deadline: float, retries: int) -> None:
    for run in runs:
        assert run.number <= retries
        assert run.started_s + bound_s(run.stage, slot) + slot.buffer_s <= deadline + 1e-6
    for stage in ("audio", "image", "video", "clip"):
        tried = [run.number for run in runs if run.stage == stage]
        assert tried == list(range(len(tried)))


def test_cancelling_from_another_thread_frees_the_leases() -> None:
    with timed_pipeline(SLOT, clip=[8]) as (pipeline, clock):
        scheduler = SlotScheduler(pipeline, clock=clock, listen=lambda event: cancel(event))

        def cancel(event: Event) -> None:
            if event.stage == "clip" and event.kind == "progress":
                assert leased(pipeline.room) == ["clip"]  # type: ignore[arg-type]
                threading.Thread(target=scheduler.cancel).start()
                threading.Event().wait(0.05)

        with pytest.raises(CancelledWork):
            scheduler.execute(RECIPE, "s1", deadline=60)
        assert leased(pipeline.room) == []  # type: ignore[arg-type]
        assert scheduler.runs[-1].outcome == "stopped"
        assert SlotScheduler(pipeline, clock=TurnedClock()).execute(RECIPE, "s1").success
