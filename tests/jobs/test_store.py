from pathlib import Path

import pytest

from vortex.core.errors import JobError
from vortex.jobs import JobStore


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_higher_priority_goes_first_then_order(tmp_path: Path) -> None:
    with JobStore(tmp_path / "jobs.sqlite") as store:
        for key, priority in (("a", 0), ("b", 5), ("c", 5)):
            store.submit(key, "take", {"shot": key}, priority=priority)
        order = [job.key for _ in range(3) if (job := store.lease("w", ["take"])) is not None]
        assert order == ["b", "c", "a"]
        assert store.lease("w", ["take"]) is None


def test_an_equal_key_is_one_job_and_a_failed_one_is_queued_again(tmp_path: Path) -> None:
    with JobStore(tmp_path / "jobs.sqlite") as store:
        first = store.submit("k", "take", {})
        assert store.submit("k", "take", {}).id == first.id
        held = store.lease("w", ["take"])
        assert held is not None
        store.fail(held, "no", retry=False)
        assert store.get(first.id).error == "no"
        assert store.submit("k", "take", {}).state == "queued"


def test_a_dead_workers_job_is_handed_out_again_and_the_old_worker_is_told(tmp_path: Path) -> None:
    clock = Clock()
    with JobStore(tmp_path / "jobs.sqlite", clock=clock) as store:
        store.submit("k", "take", {})
        old = store.lease("one", ["take"], seconds=10)
        assert old is not None
        clock.now += 5
        assert store.lease("two", ["take"]) is None
        clock.now += 6
        new = store.lease("two", ["take"], seconds=10)
        assert new is not None
        assert new.attempts == 2
        with pytest.raises(JobError, match="no longer held by one"):
            store.finish(old, {})
        store.finish(new, {"video": "x"})
        assert store.get(new.id).result == {"video": "x"}


def test_a_job_that_kills_its_workers_fails_in_the_end(tmp_path: Path) -> None:
    clock = Clock()
    with JobStore(tmp_path / "jobs.sqlite", clock=clock) as store:
        job = store.submit("k", "take", {}, max_attempts=2)
        for _ in range(2):
            assert store.lease("w", ["take"], seconds=1) is not None
            clock.now += 2
        assert store.lease("w", ["take"]) is None
        assert store.get(job.id).state == "failed"
        assert store.get(job.id).error == "the worker stopped answering"


def test_cancelling_reaches_the_worker_at_its_heartbeat(tmp_path: Path) -> None:
    with JobStore(tmp_path / "jobs.sqlite") as store:
        store.submit("k", "take", {})
        job = store.lease("w", ["take"])
        assert job is not None
        store.heartbeat(job, 0.5)
        assert store.get(job.id).progress == 0.5
        assert store.cancel(job.id)
        assert not store.cancel(job.id)
        with pytest.raises(JobError, match="is cancelled"):
            store.heartbeat(job, 0.6)


def test_events_can_be_read_on_from_where_one_was(tmp_path: Path) -> None:
    with JobStore(tmp_path / "jobs.sqlite") as store:
        store.submit("k", "take", {})
        job = store.lease("w", ["take"])
        assert job is not None
        seen = store.events()[-1].id
        store.finish(job, {})
        assert [event.state for event in store.events(after=seen)] == ["done"]


def test_two_handles_share_the_file_and_a_stranger_is_refused(tmp_path: Path) -> None:
    with JobStore(tmp_path / "jobs.sqlite") as one, JobStore(tmp_path / "jobs.sqlite") as two:
        one.submit("k", "take", {})
        assert two.lease("w", ["take"]) is not None
        assert one.lease("w", ["take"]) is None
    (tmp_path / "text.sqlite").write_text("this is no database, but it is long enough to look at" * 20)
    with pytest.raises(JobError, match="cannot be used as a job store"):
        JobStore(tmp_path / "text.sqlite")
