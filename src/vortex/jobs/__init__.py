"""Bookkeeping of work: a store of jobs with leases, progress, cancellation and resumption."""

from vortex.jobs.job import Job, JobEvent, State
from vortex.jobs.store import JobStore
from vortex.jobs.worker import drain

__all__ = ["Job", "JobEvent", "JobStore", "State", "drain"]
