"""The clip engine over folders of diffusers: Wan, CogVideoX, LTX, Stable Video Diffusion, HunyuanVideo."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from math import ceil
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vortex.core.errors import EngineError, ModelError
from vortex.core.settings import ClipSettings
from vortex.engines.video.clip import Clip, ClipRequest, Frames, Progress
from vortex.engines.video.families import Family, Own, Size, own_limits, recognise
from vortex.engines.video.fitting import fit_picture
from vortex.engines.video.holding import Holding, find_adapter
from vortex.engines.video.looking import find_blank_clip
from vortex.engines.video.plan import Plan, next_try, plan_clip, say_try
from vortex.engines.video.prompts import choose_profile, dress
from vortex.engines.video.run import Made, run
from vortex.engines.video.specs import SPECS
from vortex.engines.video.work import Shape, covers, read_shape, work_of
from vortex.media.blank import Blank
from vortex.runtime.pipelines import Work
from vortex.runtime.room import EngineRoom

Picture = NDArray[np.uint8]
Look = Callable[[Frames, Picture | None], Blank | None]


class DiffusionClip:
    """Makes clips with a diffusion model on this machine."""

    name = "diffusion"
    version = "1"
    rung = "local model"

    def __init__(
        self, settings: ClipSettings, room: EngineRoom, *, look: Look = find_blank_clip, is_tiled: bool = False,
        is_sliced: bool = False,
    ) -> None:  # fmt: skip
        """Take settings and the room; nothing is read.

        Args:
            settings: which model, how good, with which LoRA.
            room: where it is held.
            look: says why a clip shows nothing, given the picture that it began from.
            is_tiled: let the decoder work in tiles even where the memory would not ask for it.
            is_sliced: let the decoder take one clip of a batch at a time.
        """
        self._settings, self._room, self._look = settings, room, look
        self._is_tiled, self._is_sliced = is_tiled, is_sliced
        self._serving = threading.Lock()
        self._joined: dict[str, Work] = {}

    @classmethod
    def from_room(cls, settings: ClipSettings, room: EngineRoom) -> "DiffusionClip":
        """Return the engine; no weight is read before the first clip."""
        return cls(settings, room)

    @property
    def needs_image(self) -> bool:
        """Whether the model begins from a picture; reads heads only."""
        return self._family.begins_from == "picture"

    def generate(self, request: ClipRequest, progress: Progress | None = None) -> Clip:
        """Make one clip; after one that shows nothing it tries again with other guidance, more steps and a new seed.

        Raises:
            EngineError: the request asks for what the model cannot do, or every try showed nothing; says what each
                looked like.
            ModelError: the model is missing or broken, or the LoRA is of another one; `MemoryPressureError` if it
                does not fit, also where memory ran out while it worked. Nothing half-loaded stays.
        """
        plan = self._plan(request)
        image, note = fit_picture(request.image, plan.size) if request.image is not None else (None, "")
        notes = [*plan.notes, *([note] if note else [])]
        steps = _Steps(progress)
        tries: list[str] = []
        for _ in range(self._settings.max_retries + 1):
            made, way = self._make(plan, image, steps)
            fault = _broken(made) or self._look(made.frames, image)
            if fault is None:
                notes += _surprises(made, plan, self._family)
                return Clip(made.frames, plan.fps, self._model, way, (*notes, *tries))
            tries.append(f"A try showed nothing ({say_try(plan, fault.fault)}; {fault.reason}).")
            plan = next_try(plan, fault.fault)
        raise EngineError(f"{self._model} made no clip in {len(tries)} tries. {' '.join(tries)}")

    def close(self) -> None:
        """Let the model leave; calling it twice is harmless."""
        with self._serving:
            self._let_go()

    @cached_property
    def _folder(self) -> Path:
        return self._room.folder(self._settings.model, SPECS["Wan 2.1 1.3B"])

    @cached_property
    def _family(self) -> Family:
        return recognise(self._folder)

    @cached_property
    def _own(self) -> Own:
        return own_limits(self._folder, self._family)

    @cached_property
    def _holding(self) -> Holding:
        settings = self._settings
        dtype = settings.precision
        if dtype == "auto":
            dtype = "float32" if self._room.device == "cpu" else self._family.dtype
        lora = self._room.folder(settings.lora) if settings.lora else None
        adapter = find_adapter(lora, settings.lora_scale, self._family) if lora else None
        return Holding(self._folder, self._family, dtype, adapter, self._is_tiled, self._is_sliced)

    @cached_property
    def _shape(self) -> Shape:
        return read_shape(self._folder, self._family, self._holding.dtype)

    @property
    def _model(self) -> str:
        lora = self._holding.lora
        return f"{self._folder.name} ({self._family.name}{f', {lora.file.stem} x {lora.scale:g}' if lora else ''})"

    def _plan(self, request: ClipRequest) -> Plan:
        """Return what the pipeline is to be called with, the profile's words around the prompt."""
        settings = self._settings
        plan = plan_clip(request, self._family, settings.quality, self._own)
        if not self._family.max_tokens:
            return plan
        profile = choose_profile(settings.prompt_profile, Path(settings.lora).name, settings.lora_trigger)
        prompt, avoid = dress(plan.prompt, plan.negative_prompt, profile, settings.lora_trigger)
        return replace(plan, prompt=prompt, negative_prompt=avoid)

    def _make(self, plan: Plan, image: Picture | None, steps: "_Steps") -> tuple[Made, str]:
        steps.begin(plan.num_steps)
        with self._serving:
            name = self._join(plan)
            with self._room.use(name) as pipe:
                way = self._room.way(name)
                chunk = self._family.decode_chunks["whole" not in way]
                return run(pipe, self._family, plan, image, chunk=chunk, tell=steps.tell), way

    def _join(self, plan: Plan) -> str:
        """Make the model known with enough room for the clip, and return its name in the engine room.

        What is declared for a model is fixed, and stands in its name. A clip that takes more than quality and size of
        the settings say, and than all before it, takes a place of its own, and the smaller one leaves.
        """
        holding, room, shape = self._holding, self._room, self._shape
        wanted = work_of(plan.size, plan.num_frames, shape)
        name = next((each for each, work in self._joined.items() if covers(work, wanted)), "")
        if name:
            return name
        size, num_frames = self._usual_size(), self._family.grades[self._settings.quality].num_frames
        declared = work_of(size, num_frames, shape)
        if not covers(declared, wanted):
            size, num_frames = plan.size, plan.num_frames
            whole, tiled = max(declared.whole_bytes, wanted.whole_bytes), max(declared.tiled_bytes, wanted.tiled_bytes)
            declared = Work(whole, tiled)
        self._let_go()
        name = room.join(
            f"{holding.name} for {num_frames} frames of {size}", lambda: holding.mover(declared, room.device)
        )
        self._joined[name] = declared
        return name

    def _usual_size(self) -> Size:
        """Return the size that clips of the quality have, or of its shape in the size that the settings name."""
        grade = self._family.grades[self._settings.quality]
        share = self._settings.size / max(grade.width, grade.height) if self._settings.size else 1.0
        step = self._family.size_multiple
        width, height = (max(1, ceil(share * side / step)) * step for side in (grade.width, grade.height))
        return Size(width, height)

    def _let_go(self) -> None:
        joined, self._joined = self._joined, {}
        for name in joined:
            # Where another engine leases it, it leaves once its room is wanted.
            with suppress(ModelError):
                self._room.residency.unload(name)


class _Steps:
    """Turns steps into the finished fraction; a further try adds its steps to the whole, and the fraction falls."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._before, self._planned = 0, 0

    def begin(self, num_steps: int) -> None:
        """Begin a try of so many steps."""
        self._before, self._planned = self._before + self._planned, num_steps

    def tell(self, done: int, total: int) -> None:
        """Tell that ``done`` of the ``total`` steps of this try are done."""
        if self._progress is not None:
            self._progress((self._before + done) / (self._before + total))


def _broken(made: Made) -> Blank | None:
    if not made.share_broken:
        return None
    return Blank("black", f"{made.share_broken:.2%} of its numbers are infinite or none")


def _surprises(made: Made, plan: Plan, family: Family) -> list[str]:
    notes = []
    if len(made.frames) != plan.num_frames:
        notes.append(
            f"It has {len(made.frames)} frames instead of {plan.num_frames}: this model makes no other number."
        )
    if made.num_tokens > family.max_tokens:
        notes.append(
            f"The prompt has {made.num_tokens} tokens, of which {family.name} read the first {family.max_tokens}."
        )
    return notes
