"""What happens during long work, told as plain values to whoever listens: a progress bar, a log, an event stream."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

EventKind = Literal["stage_started", "progress", "stage_finished", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened."""

    kind: EventKind
    stage: str
    done: float = 0.0
    """Finished units of the stage, such as sentences spoken or frames drawn."""
    total: float = 0.0
    message: str = ""
    reused: int = 0
    """Units that were found in the build and not made again."""


Listener = Callable[[Event], None]


def ignore(event: Event) -> None:
    """Listen to nothing."""
