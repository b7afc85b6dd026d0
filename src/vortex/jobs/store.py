"""A queue of jobs in one SQLite file, shared by processes: leases with heartbeats, priorities, cancellation, events.

A worker that dies stops renewing its lease, and the job is handed out again; a worker that lost its lease learns it at
its next heartbeat. Every method is one transaction, so ``kill -9`` leaves the store consistent.
"""

import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from vortex.core.errors import JobError
from vortex.jobs.job import FINAL, Job, JobEvent, State

SCHEMA_VERSION = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, payload TEXT NOT NULL,
  priority INTEGER NOT NULL, state TEXT NOT NULL, progress REAL NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 0,
  max_attempts INTEGER NOT NULL, worker TEXT NOT NULL DEFAULT '', lease_until REAL NOT NULL DEFAULT 0,
  result TEXT NOT NULL DEFAULT '{}', error TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS jobs_by_turn ON jobs (state, priority DESC, id);
CREATE TABLE IF NOT EXISTS events (
  id INTEGER PRIMARY KEY AUTOINCREMENT, job INTEGER NOT NULL, state TEXT NOT NULL, progress REAL NOT NULL,
  message TEXT NOT NULL, at REAL NOT NULL);
"""
_COLUMNS = "id, key, kind, payload, priority, state, progress, attempts, worker, lease_until, result, error"


class JobStore:
    """The store; open one per process and thread."""

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.time) -> None:
        """Open the store at ``path``, making it if it is not there.

        Raises:
            JobError: the file is no store, or was written by a newer version.
        """
        self._clock = clock
        self.path = path
        try:
            self._db = sqlite3.connect(path, timeout=30, isolation_level=None)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            if version > SCHEMA_VERSION:
                raise JobError(f"{path}: written by a newer version (schema {version}); update Vortex or move the file")
            self._db.executescript(_SCHEMA)
            self._db.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
        except sqlite3.DatabaseError as error:
            raise JobError(f"{path}: cannot be used as a job store: {error}; move it away and run again") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def submit(self, key: str, kind: str, payload: dict[str, Any], *, priority: int = 0, max_attempts: int = 3) -> Job:
        """Enter a job and return it; an equal key returns the job that is there, queued again if it had failed."""
        with self._transaction():
            self._db.execute(
                "INSERT OR IGNORE INTO jobs (key, kind, payload, priority, state, max_attempts) VALUES (?,?,?,?,?,?)",
                (key, kind, json.dumps(payload), priority, "queued", max_attempts),
            )
            job = self._one("key = ?", key)
            if job.state in ("failed", "cancelled"):
                self._set(job.id, "queued", attempts=0, error="", progress=0.0)
            return self._one("key = ?", key)

    def requeue(self, job_id: int, payload: dict[str, Any]) -> Job:
        """Queue a job again with a new payload, whatever became of it; a worker that still holds it loses it."""
        with self._transaction():
            values: dict[str, Any] = {
                "attempts": 0,
                "error": "",
                "progress": 0.0,
                "worker": "",
                "lease_until": 0.0,
                "result": "{}",
            }
            self._set(job_id, "queued", payload=json.dumps(payload), **values)
            return self.get(job_id)

    def lease(self, worker: str, kinds: Iterable[str], *, seconds: float = 30.0) -> Job | None:
        """Hand the next job to ``worker`` for ``seconds``, or return ``None`` if there is none.

        A running job whose lease ran out is handed out again; one that used up its attempts fails instead.
        """
        wanted = tuple(kinds)
        marks = ",".join("?" * len(wanted))
        with self._transaction():
            self._expire()
            row = self._db.execute(
                f"SELECT id FROM jobs WHERE state = 'queued' AND kind IN ({marks}) ORDER BY priority DESC, id LIMIT 1",
                wanted,
            ).fetchone()
            if row is None:
                return None
            job = self.get(row[0])
            until = self._clock() + seconds
            self._set(job.id, "running", worker=worker, lease_until=until, attempts=job.attempts + 1, progress=0.0)
            return self.get(job.id)

    def heartbeat(self, job: Job, progress: float, *, seconds: float = 30.0, message: str = "") -> None:
        """Renew the lease and record how far the job is.

        Raises:
            JobError: the job was cancelled or handed to somebody else; the worker must drop it.
        """
        with self._transaction():
            self._holding(job)
            self._set(job.id, "running", message, progress=progress, lease_until=self._clock() + seconds)

    def finish(self, job: Job, result: dict[str, Any]) -> None:
        """Record the result of a held job.

        Raises:
            JobError: the job is no longer held by this worker.
        """
        with self._transaction():
            self._holding(job)
            self._set(job.id, "done", progress=1.0, result=json.dumps(result), lease_until=0.0)

    def fail(self, job: Job, error: str, *, retry: bool) -> None:
        """Record a failure of a held job; with ``retry`` it is queued again while attempts remain.

        Raises:
            JobError: the job is no longer held by this worker.
        """
        with self._transaction():
            self._holding(job)
            limit = self._db.execute("SELECT max_attempts FROM jobs WHERE id = ?", (job.id,)).fetchone()[0]
            state: State = "queued" if retry and job.attempts < limit else "failed"
            self._set(job.id, state, error, error=error, lease_until=0.0, worker="")

    def cancel(self, job_id: int) -> bool:
        """Cancel a job that is not final and return whether anything changed; its worker learns at its heartbeat."""
        with self._transaction():
            if self.get(job_id).state in FINAL:
                return False
            self._set(job_id, "cancelled", lease_until=0.0)
            return True

    def get(self, job_id: int) -> Job:
        """Return a job.

        Raises:
            JobError: there is none with that id.
        """
        return self._one("id = ?", job_id)

    def jobs(self, state: State | None = None) -> list[Job]:
        """Return all jobs, or those in one state, in the order of their ids."""
        where, values = ("WHERE state = ?", (state,)) if state else ("", ())
        return [_job(row) for row in self._db.execute(f"SELECT {_COLUMNS} FROM jobs {where} ORDER BY id", values)]

    def events(self, after: int = 0) -> list[JobEvent]:
        """Return the events whose id is greater than ``after``, oldest first."""
        rows = self._db.execute(
            "SELECT id, job, state, progress, message, at FROM events WHERE id > ? ORDER BY id", (after,)
        )
        return [JobEvent(*row) for row in rows]

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def _one(self, where: str, value: object) -> Job:
        row = self._db.execute(f"SELECT {_COLUMNS} FROM jobs WHERE {where}", (value,)).fetchone()
        if row is None:
            raise JobError(f"{self.path}: no job with {where.split()[0]} {value!r}")
        return _job(row)

    def _holding(self, job: Job) -> None:
        now = self.get(job.id)
        if now.state != "running" or now.worker != job.worker or now.attempts != job.attempts:
            raise JobError(f"job {job.id} ({job.key}) is {now.state} and no longer held by {job.worker}; drop it")

    def _expire(self) -> None:
        rows = self._db.execute(
            "SELECT id, attempts >= max_attempts FROM jobs WHERE state = 'running' AND lease_until < ?",
            (self._clock(),),
        ).fetchall()
        for job_id, spent in rows:
            state: State = "failed" if spent else "queued"
            reason = "the worker stopped answering"
            self._set(job_id, state, reason, error=reason, lease_until=0.0, worker="")

    def _set(self, job_id: int, state: State, message: str = "", **values: object) -> None:
        columns = "".join(f", {name} = ?" for name in values)
        self._db.execute(f"UPDATE jobs SET state = ?{columns} WHERE id = ?", (state, *values.values(), job_id))
        self._db.execute(
            "INSERT INTO events (job, state, progress, message, at) SELECT id, state, progress, ?, ? FROM jobs"
            " WHERE id = ?",
            (message, self._clock(), job_id),
        )


def _job(row: tuple[Any, ...]) -> Job:
    values = list(row)
    values[3], values[10] = json.loads(values[3]), json.loads(values[10])
    return Job(*values)
