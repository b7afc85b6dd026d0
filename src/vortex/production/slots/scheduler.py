"""``SlotScheduler``: a slot before its deadline, or a refusal before the work."""

from collections.abc import Mapping
from typing import Any

from vortex.core.events import Listener
from vortex.core.settings import SlotSettings
from vortex.production.slots.pipeline import VortexPipeline
from vortex.production.slots.result import SlotResult, slot_result
from vortex.production.slots.watch import Clock, StageRun, SystemClock, Watch
from vortex.runtime.budget import log_event


class SlotScheduler:
    """Holds every stage of a slot to its bound, tries failed ones again, and begins nothing that would end too late."""

    def __init__(
        self,
        pipeline: VortexPipeline,
        config: SlotSettings | None = None,
        *,
        clock: Clock | None = None,
        listen: Listener = log_event,
    ) -> None:
        """Schedule slots of a pipeline.

        Args:
            pipeline: makes them.
            config: bounds, buffer, retries and back-off; ``None`` takes the pipeline's.
            clock: tells the time.
            listen: hears of stages; without one, warnings go to the log.
        """
        self._pipeline, self._config = pipeline, config or pipeline.settings.slot
        self._clock, self._listen = clock or SystemClock(), listen
        self._watch: Watch | None = None

    def execute(
        self, recipe: Mapping[str, Any], slot_id: str | int, deadline: float | None = None, seed: int | None = None
    ) -> SlotResult:
        """Make a slot.

        Args:
            recipe: of dialect A or B.
            slot_id: its name.
            deadline: seconds from now; ``None`` holds the stages to their bounds alone.
            seed: as in ``VortexPipeline.generate_slot``.

        Raises:
            RecipeError: the recipe is none.
            DeadlineMissError: what is left of the deadline is less than the bound of the next stage and the buffer;
                that stage was not begun.
            CancelledWork: ``cancel`` was called; nothing is leased then.
            VortexError: a stage failed, or passed its bound, in every try.
        """
        watch = Watch(self._config, deadline_s=deadline, is_bounded=True, clock=self._clock, listen=self._listen)
        self._watch = watch
        return self._pipeline.maker.make(recipe, slot_id, seed, watch, slot_result)

    @property
    def runs(self) -> tuple[StageRun, ...]:
        """Every try of every stage of the last slot, in the order of their ends."""
        return tuple(self._watch.runs) if self._watch is not None else ()

    def cancel(self) -> None:
        """Stop the slot that was begun last, at the next step of its engines; may be called from any thread."""
        if self._watch is not None:
            self._watch.stop()
