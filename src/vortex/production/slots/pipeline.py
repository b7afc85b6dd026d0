"""``VortexPipeline``: slots for callers that await them."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from vortex.core.errors import ConfigError, RecipeError, VortexError
from vortex.core.events import Listener
from vortex.core.plugins import load_plugins
from vortex.core.settings import Settings, load_settings
from vortex.production.crew import SlotCrew, hire_for_slots
from vortex.production.slots.maker import SlotMaker
from vortex.production.slots.result import GenerationResult, failed_result, generation_result
from vortex.production.slots.watch import Clock, Watch
from vortex.runtime.budget import log_event
from vortex.runtime.room import EngineRoom
from vortex.runtime.rooms import open_room

_PROJECT_FILE = "vortex.toml"


class VortexPipeline:
    """Makes slots with the engines that a file of settings names, one at a time, in memory that is taken once.

    Example:
        ```python
        with VortexPipeline("vortex.toml", device="cpu") as pipeline:
            result = await pipeline.generate_slot(recipe, "slot-1", seed=7)
        ```
    """

    def __init__(self, config_path: str | Path | None = None, device: str | None = None) -> None:
        """Read the settings and hire the crew; no model is loaded before the first slot.

        Args:
            config_path: a TOML file of settings, over the user's; ``None`` takes ``vortex.toml``, if it is there.
            device: ``auto``, ``cpu``, ``cuda`` or ``cuda:N``; ``None`` takes that of the settings.

        Raises:
            ConfigError: there is no such file, or it has an unknown key or a bad value.
            PluginError: no engine has a name that the settings give.
            MissingExtra: an engine needs a package that is not installed.
        """
        if config_path is not None and not Path(config_path).is_file():
            raise ConfigError(
                f"config_path = {str(config_path)!r}: there is no such file; name a TOML file of settings"
            )
        file = Path(config_path or _PROJECT_FILE)
        settings = load_settings({"runtime.device": device}, files=[file]).settings
        room = open_room(settings)
        self._open(settings, hire_for_slots(settings, load_plugins(), room), room)

    @classmethod
    def of(cls, settings: Settings, crew: SlotCrew, room: EngineRoom | None = None) -> Self:
        """Return a pipeline of a crew that was hired already, in its room."""
        pipeline = cls.__new__(cls)
        pipeline._open(settings, crew, room)
        return pipeline

    def _open(self, settings: Settings, crew: SlotCrew, room: EngineRoom | None) -> None:
        self.settings, self.room = settings, room
        self.maker = SlotMaker(crew, settings)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let engines and models go; calling it twice is harmless."""
        self.maker.close()
        if self.room is not None:
            self.room.close()

    async def generate_slot(
        self, recipe: Mapping[str, Any], slot_id: str | int, seed: int | None = None, deadline: float | None = None
    ) -> GenerationResult:
        """Make a slot.

        Args:
            recipe: of dialect A or B.
            slot_id: its name.
            seed: of all that is random, 0 to 2**63 - 1; ``None`` takes the recipe's, or makes one from the recipe.
            deadline: seconds from now. With it, every stage is held to its bound (settings ``slot``).

        Returns:
            The result. What could not be made is told in ``error_msg``, not raised. Cancelling the coroutine stops
            the engines at their next step, and it ends when nothing is leased any more.

        Raises:
            RecipeError: the recipe is none.
            ConfigError: the seed is out of range.
        """
        watch = self.watch(deadline, is_bounded=deadline is not None)
        working = asyncio.create_task(asyncio.to_thread(self._generate, recipe, slot_id, seed, watch))
        try:
            return await asyncio.shield(working)
        except asyncio.CancelledError:
            watch.stop()
            await _ended(working)
            raise

    def watch(
        self,
        deadline_s: float | None = None,
        *,
        is_bounded: bool = False,
        clock: Clock | None = None,
        listen: Listener = log_event,
    ) -> Watch:
        """Return a watch over a slot of this pipeline, which begins to count now; see ``Watch``."""
        return Watch(self.settings.slot, deadline_s=deadline_s, is_bounded=is_bounded, clock=clock, listen=listen)

    def _generate(
        self, recipe: Mapping[str, Any], slot_id: str | int, seed: int | None, watch: Watch
    ) -> GenerationResult:
        try:
            return self.maker.make(recipe, slot_id, seed, watch, generation_result)
        except (RecipeError, ConfigError):
            raise
        except VortexError as error:
            return failed_result(slot_id, str(error), watch.elapsed_s)


async def _ended(working: "asyncio.Task[GenerationResult]") -> None:
    """Wait until a stopped slot has ended, however often somebody cancels the waiting."""
    while not working.done():
        try:
            await asyncio.wait([working])
        except asyncio.CancelledError:
            continue
    working.exception()
