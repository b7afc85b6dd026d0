"""The watch over one slot: no stage begins that cannot end in time, a failed one is tried again, all can be stopped.

A stage is stopped from inside, by the progress that its engine reports. Its lease ends with it, so that what was
stopped holds no memory; nothing is left running behind the slot's back.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

from vortex.core.errors import CancelledWork, EngineError, MemoryPressureError
from vortex.core.events import Event, Listener, ignore
from vortex.core.settings import SlotSettings
from vortex.core.units import format_duration
from vortex.production.slots.deadlines import Stage, backoff_s, bound_s, has_time, require_time

T = TypeVar("T")
Progress = Callable[[float], None]
Outcome = Literal["done", "failed", "late", "stopped"]
NAMES: dict[Stage, str] = {"audio": "voice", "image": "keyframe", "video": "clip", "clip": "verdict"}


class Clock(Protocol):
    """Time that passes, in seconds from any beginning."""

    def now(self) -> float:
        """Return the time."""
        ...

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        ...


class SystemClock:
    """The time of this machine."""

    def now(self) -> float:
        """Return the time."""
        return time.monotonic()

    def wait(self, seconds: float) -> None:
        """Sleep."""
        time.sleep(seconds)


class StageTimeout(EngineError):
    """A stage passed its bound."""


@dataclass(frozen=True, slots=True)
class StageRun:
    """One try of a stage."""

    stage: Stage
    number: int
    """0 for the first try, and 1 and more for those after a failure of this stage."""
    started_s: float
    """Since the slot was begun."""
    ended_s: float
    outcome: Outcome
    message: str = ""


class Watch:
    """Runs the stages of one slot. Stages may run in several threads."""

    def __init__(
        self,
        settings: SlotSettings,
        *,
        deadline_s: float | None = None,
        is_bounded: bool = False,
        clock: Clock | None = None,
        listen: Listener = ignore,
    ) -> None:
        """Begin to count.

        Args:
            settings: bounds of the stages, and how failures are tried again.
            deadline_s: from now; ``None`` leaves all the time there is.
            is_bounded: hold every stage to its bound, and try failed ones again. Otherwise each has one try.
            clock: tells the time.
            listen: hears how far the stages are.
        """
        self._settings, self.deadline_s, self._is_bounded = settings, deadline_s, is_bounded
        self._clock, self._listen = clock or SystemClock(), listen
        self._began = self._clock.now()
        self._stopped = threading.Event()
        self._given_up = threading.Event()
        self.runs: list[StageRun] = []
        """Every try of every stage, in the order of their ends."""

    @property
    def elapsed_s(self) -> float:
        """Seconds since the slot was begun."""
        return self._clock.now() - self._began

    def stop(self) -> None:
        """Ask all stages to stop at their next step; may be called from any thread."""
        self._stopped.set()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Stop what runs beside the block if the block fails."""
        is_whole = False
        try:
            yield
            is_whole = True
        finally:
            if not is_whole:
                self._given_up.set()

    def refuse_if_stopped(self) -> None:
        """Raise ``CancelledWork`` where somebody asked to stop, or where a stage beside this one failed."""
        if self._stopped.is_set():
            raise CancelledWork("the slot was stopped; begin it again")
        if self._given_up.is_set():
            raise CancelledWork("another stage of the slot failed")

    def require_time(self, *stages: Stage) -> None:
        """Refuse stages that run side by side and would not end in time.

        Raises:
            DeadlineMissError: one of them would not.
        """
        if self._is_bounded:
            elapsed = self.elapsed_s
            for stage in stages:
                require_time(stage, elapsed, self.deadline_s, self._settings)

    def has_time(self, *stages: Stage) -> bool:
        """Tell whether stages that follow each other end before the deadline by their bounds."""
        total = sum(bound_s(stage, self._settings) for stage in stages)
        return not self._is_bounded or has_time(self.elapsed_s, self.deadline_s, total, self._settings.buffer_s)

    def run(self, stage: Stage, work: Callable[[Progress], T]) -> T:
        """Return what a stage makes.

        Args:
            stage: whose bound holds.
            work: is given what it must tell its progress to; may be called again.

        Raises:
            DeadlineMissError: it would not end in time; then ``work`` was not called.
            CancelledWork: it was stopped.
            StageTimeout: it passed its bound in every try.
            VortexError: it failed in every try.
        """
        self._listen(Event("stage_started", NAMES[stage]))
        for number in range(self._num_tries):
            if number:
                self._wait(stage, backoff_s(number, self._settings.backoff_s))
            self.refuse_if_stopped()
            self.require_time(stage)
            try:
                result = self._once(stage, number, work)
            except (EngineError, MemoryPressureError) as error:
                if number + 1 == self._num_tries:
                    raise
                self._listen(Event("warning", NAMES[stage], message=f"{NAMES[stage]}: {error}; it is tried again"))
                continue
            spent = format_duration(self.runs[-1].ended_s - self.runs[-1].started_s)
            self._listen(Event("stage_finished", NAMES[stage], 1, 1, spent))
            return result
        raise AssertionError("a stage has at least one try")

    def spent_s(self, stage: Stage) -> float:
        """Return how long all tries of a stage took."""
        return sum(run.ended_s - run.started_s for run in self.runs if run.stage == stage)

    @property
    def _num_tries(self) -> int:
        return 1 + (self._settings.stage_retries if self._is_bounded else 0)

    def _once(self, stage: Stage, number: int, work: Callable[[Progress], T]) -> T:
        started = self.elapsed_s
        outcome: Outcome = "failed"
        message = ""

        def tell(share: float) -> None:
            self.refuse_if_stopped()
            self._refuse_if_late(stage, started)
            self._listen(Event("progress", NAMES[stage], share, 1.0))

        try:
            result = work(tell)
            self._refuse_if_late(stage, started)
            outcome = "done"
            return result
        except StageTimeout as error:
            outcome, message = "late", str(error)
            raise
        except CancelledWork:
            outcome = "stopped"
            raise
        except (EngineError, MemoryPressureError) as error:
            message = str(error)
            raise
        finally:
            self.runs.append(StageRun(stage, number, started, self.elapsed_s, outcome, message))

    def _wait(self, stage: Stage, seconds: float) -> None:
        """Wait before another try, unless there would be no time for it afterwards."""
        elapsed = self.elapsed_s + seconds
        if self._is_bounded:
            require_time(stage, elapsed, self.deadline_s, self._settings)
        self._clock.wait(seconds)

    def _refuse_if_late(self, stage: Stage, started_s: float) -> None:
        bound, spent = bound_s(stage, self._settings), self.elapsed_s - started_s
        if self._is_bounded and spent > bound:
            raise StageTimeout(
                f"{NAMES[stage]}: {spent:.1f} s have passed and its bound is {bound:g} s; raise slot.{stage}_s"
            )
