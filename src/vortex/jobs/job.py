"""A job as a value: what is to be done, how far it is, who holds it."""

from dataclasses import dataclass
from typing import Any, Literal

State = Literal["queued", "running", "done", "failed", "cancelled"]
FINAL: frozenset[State] = frozenset({"done", "failed", "cancelled"})


@dataclass(frozen=True, slots=True)
class Job:
    """A row of the store as it was when it was read."""

    id: int
    key: str
    """What makes the job itself: submitting an equal key again returns the job that is there."""
    kind: str
    payload: dict[str, Any]
    priority: int
    """Higher goes first; equal ones go in the order of their ids."""
    state: State
    progress: float
    """0 to 1."""
    attempts: int
    worker: str
    lease_until: float
    """Unix time in seconds; 0 when nobody holds it."""
    result: dict[str, Any]
    error: str


@dataclass(frozen=True, slots=True)
class JobEvent:
    """One change of one job; ``id`` grows, so a listener can ask for what came after."""

    id: int
    job: int
    state: State
    progress: float
    message: str
    at: float
