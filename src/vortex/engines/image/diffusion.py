"""Pictures by any pipeline of diffusers whose family is known: Flux, Stable Diffusion XL, Stable Diffusion."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from inspect import signature
from pathlib import Path
from typing import Any, Self

import numpy as np

from vortex.core.errors import EngineError, MemoryPressureError, ModelError
from vortex.core.settings import ImageSettings
from vortex.engines.image.base import Picture, PictureRequest, Pixels, Progress
from vortex.engines.image.controls import Guide, mode_of, read_guide, read_picture, require_control_fits
from vortex.engines.image.families import FAMILIES, Family
from vortex.engines.image.holding import Model, find_model
from vortex.engines.image.lora_fit import require_fit
from vortex.engines.image.painter import Painter, PainterMover
from vortex.engines.image.plan import Plan, plan_picture
from vortex.engines.image.registry import REGISTRY, NamedLora, Registry, read_registry
from vortex.engines.image.words import unread
from vortex.runtime.failures import is_out_of_memory
from vortex.runtime.pipelines import NetworkMover
from vortex.runtime.room import EngineRoom

_FOREIGN = (RuntimeError, ValueError, TypeError, KeyError, IndexError, AttributeError)
"""What diffusers raises for a call that it cannot make."""


@dataclass(frozen=True, slots=True)
class _Inputs:
    """Pictures that a call begins from, in the shape of the result."""

    start: Pixels | None
    guides: tuple[Guide, ...]
    notes: tuple[str, ...]


class DiffusionImage:
    """The engine ``diffusion``: makes pictures with a folder of a pipeline of diffusers."""

    name = "diffusion"
    version = "1"
    rung = "local model"

    def __init__(self, settings: ImageSettings, room: EngineRoom) -> None:
        """Take what ``from_room`` gives; nothing is read."""
        self._settings, self._room = settings, room
        self._serving = threading.Lock()
        self._leased: list[str] = []
        self._usable: set[tuple[NamedLora, tuple[int, int]]] = set()

    @classmethod
    def from_room(cls, settings: ImageSettings, room: EngineRoom) -> Self:
        """Return the engine; no weight is read before the first picture."""
        return cls(settings, room)

    @property
    def family(self) -> Family:
        """Family of its model; reads heads only.

        Raises:
            ModelError: the model is missing, or of no known family.
        """
        return self._model.family

    @cached_property
    def registry(self) -> Registry:
        """LoRAs and ControlNets by name.

        Raises:
            ConfigError: the file that the settings name is missing or broken.
        """
        if self._settings.lora_registry:
            return read_registry(Path(self._settings.lora_registry).expanduser())
        file = self._model.folder / REGISTRY
        return read_registry(file) if file.is_file() else Registry()

    def generate(self, request: PictureRequest, progress: Progress | None = None) -> Picture:
        """Make one picture; see ``ImageEngine.generate``.

        Raises:
            EngineError: the request asks for what the model cannot do; names value and remedy.
            ModelError: the model, a LoRA or a ControlNet is missing, broken, or for another model.
            MemoryPressureError: it does not fit, or memory ran out while it worked.
        """
        model = self._model
        plan = plan_picture(request, self._settings, model.family, self.registry)
        for worn in plan.worn:
            self._require_usable(worn.lora)
        inputs = _read_inputs(plan)
        with self._serving, ExitStack() as leases:
            nets = [self._lease_control(leases, guide.kind) for guide in inputs.guides]
            name = self._lease(f"{model.gguf or model.folder} ({self._settings.precision})", self._mover)
            painter = leases.enter_context(self._room.use(name))
            way = self._room.way(name)
            leases.enter_context(self._set_aside(name, self._more_bytes(plan, way)))
            pixels, notes = _paint(painter, model.family, plan, inputs, nets, progress)
        return Picture(pixels, plan.describe(model.name), way, (*plan.notes, *inputs.notes, *notes))

    def close(self) -> None:
        """Let the model leave, unless somebody else leases it; calling it twice is harmless."""
        while self._leased:
            with suppress(ModelError):
                self._room.residency.unload(self._leased.pop())

    @cached_property
    def _model(self) -> Model:
        if not self._settings.model:
            known = " or ".join(each.spec.pull_command().partition(" --include")[0] for each in FAMILIES[:3:2])
            raise ModelError(f"image.model is empty; set it to the folder of a model, or fetch one: {known}")
        return find_model(self._room.folder(self._settings.model))

    @property
    def _dtype(self) -> str:
        return self._model.dtype(self._settings.precision, self._room.device)

    def _mover(self) -> PainterMover:
        model, room, precision = self._model, self._room, self._settings.precision
        return PainterMover(model.folder, room.device, lambda: model.ways(precision, room.device))

    def _require_usable(self, lora: NamedLora) -> None:
        """Make sure that a LoRA is what was meant and fits the model; one that is, is looked at again once it changes.

        Raises:
            ModelError: it is not.
        """
        if (lora, lora.stamp) not in self._usable:
            lora.require_whole()
            require_fit(lora, self._model.folder, self.family)
            self._usable.add((lora, lora.stamp))

    def _lease(self, name: str, make: Any) -> str:
        if name not in self._leased:
            self._leased.append(name)
        return self._room.join(name, make)

    def _lease_control(self, leases: ExitStack, kind: str) -> Any:
        """Return the ControlNet of a kind, leased until the end."""
        family = self.family
        spec = family.controls.get(kind)
        named = self.registry.controls.get(kind, "")
        if not named and spec is None:
            raise EngineError(f"no ControlNet for {kind} with {family.name}: name one under controls in a registry")
        folder = self._room.folder(named, spec)
        require_control_fits(folder, kind, self._model.folder, family)
        device, dtype = self._room.device, self._dtype
        name = self._lease(f"{folder} ({dtype})", lambda: NetworkMover(folder, device, dtype))
        return leases.enter_context(self._room.use(name))

    def _more_bytes(self, plan: Plan, way: str) -> int:
        """Return what a call takes beside what its way sets aside: a large picture, and its LoRAs."""
        loras = sum(each.lora.stamp[1] for each in plan.worn)
        precision, device = self._settings.precision, self._room.device
        return loras + self._model.more_work(plan.pixels, precision, device, not way.endswith("whole"))

    @contextmanager
    def _set_aside(self, name: str, size_bytes: int) -> Iterator[None]:
        """Count bytes of the device for a call; idle models leave if they must."""
        if not size_bytes:
            yield
            return
        residency, holder = self._room.residency, f"work of {name}"
        try:
            residency.reserve(holder, size_bytes)
        except MemoryPressureError:
            residency.unload()
            residency.reserve(holder, size_bytes)
        try:
            yield
        finally:
            residency.free(holder)


class _Listener:
    """Hears steps from a pipeline, and keeps what the listener behind it raised, so that it leaves unchanged."""

    def __init__(self, progress: Progress | None) -> None:
        self.progress, self.raised = progress, False

    def __call__(self, pipe: Any, step: int, time: Any, values: Mapping[str, Any]) -> dict[str, Any]:
        if self.progress is not None:
            self.raised = True
            self.progress((step + 1) / pipe.num_timesteps)
            self.raised = False
        return {}


def _read_inputs(plan: Plan) -> _Inputs:
    start, notes = None, list[str]()
    if plan.start is not None:
        start, said = read_picture(plan.start, plan.width, plan.height)
        notes += said
    guides = []
    for control in plan.controls:
        guide, said = read_guide(control, plan.width, plan.height)
        guides.append(guide)
        notes += said
    return _Inputs(start, tuple(guides), tuple(notes))


def _paint(
    painter: Painter, family: Family, plan: Plan, inputs: _Inputs, nets: Sequence[Any], progress: Progress | None
) -> tuple[Pixels, tuple[str, ...]]:
    """Return the picture, and what has to be said of it."""
    heard = _Listener(progress)
    kind = family.pipelines.choose(inputs.start is not None, bool(nets))
    with painter.lock:
        painter.wear(plan.worn)
        notes = unread(painter.pipe, family, plan.prompt)
        if family.has_negative and plan.guidance > 1:
            notes += unread(painter.pipe, family, plan.negative_prompt, "text of words to avoid")
        try:
            with painter.as_pipeline(kind, nets) as pipe:
                made = pipe(**_call(pipe, family, plan, inputs, nets), callback_on_step_end=heard)
        except _FOREIGN as error:
            if heard.raised or is_out_of_memory(error):
                raise
            raise EngineError(f"{family.name} could not make the picture: {type(error).__name__}: {error}") from error
    if any(getattr(made, "nsfw_content_detected", None) or ()):
        notes += ("The safety checker of the model blacked it out.",)
    return _as_pixels(made.images[0]), notes


def _call(pipe: Any, family: Family, plan: Plan, inputs: _Inputs, nets: Sequence[Any]) -> dict[str, Any]:
    """Return the arguments of a pipeline, of those that its class takes."""
    import torch

    call: dict[str, Any] = {
        "prompt": plan.prompt,
        "width": plan.width,
        "height": plan.height,
        "num_inference_steps": plan.steps,
        "guidance_scale": plan.guidance,
        # Noise comes from the processor, so that a seed means the same on every device.
        "generator": torch.Generator("cpu").manual_seed(plan.seed),
        "output_type": "np",
    }
    if family.has_negative:
        # No words at all are not the same as an empty text, for which some models were trained otherwise.
        call["negative_prompt"] = plan.negative_prompt or None
    else:
        tokenizer = getattr(pipe, family.reader)
        call["max_sequence_length"] = min(family.max_tokens, int(tokenizer.model_max_length))
    if inputs.start is not None:
        call |= {"image": _as_tensor(inputs.start), "strength": plan.strength}
    if nets:
        call |= _guided(pipe, family, plan, inputs, nets)
    takes = signature(type(pipe).__call__).parameters
    return {name: value for name, value in call.items() if name in takes}


def _guided(pipe: Any, family: Family, plan: Plan, inputs: _Inputs, nets: Sequence[Any]) -> dict[str, Any]:
    """Return the arguments that ControlNets are given."""
    import torch

    pictures = [_as_tensor(guide.pixels) for guide in inputs.guides]
    scales = [guide.scale for guide in inputs.guides]
    modes = [mode_of(net, guide.kind) for net, guide in zip(nets, inputs.guides, strict=True)]
    one = len(nets) == 1
    takes_both = "control_image" in signature(type(pipe).__call__).parameters
    call: dict[str, Any] = {
        "control_image" if takes_both else "image": pictures[0] if one else pictures,
        "controlnet_conditioning_scale": scales[0] if one else scales,
    }
    # With several, one of the pipelines takes nothing but a list, also where no network has modes.
    call["control_mode"] = modes[0] if one else modes
    if family.base == "flux" and inputs.start is None:
        # The pipeline draws numbers for the control first; the noise is to be that of the picture without one.
        noise = torch.Generator("cpu").manual_seed(plan.seed)
        channels = pipe.transformer.config.in_channels // 4
        numbers = pipe.transformer.dtype
        size = (plan.height, plan.width)
        call["latents"], _ = pipe.prepare_latents(1, channels, *size, numbers, pipe._execution_device, noise)
    return call


def _as_tensor(pixels: Pixels) -> Any:
    """Return (1, 3, height, width), 0 to 1."""
    import torch

    return torch.from_numpy(pixels.copy()).permute(2, 0, 1)[None].float() / 255


def _as_pixels(image: Any) -> Pixels:
    """Return (height, width, 3) from numbers of 0 to 1.

    Raises:
        EngineError: numbers overflowed on the way.
    """
    if not np.isfinite(image).all():
        raise EngineError("numbers overflowed while the picture was made; set image.precision to bfloat16 or float32")
    pixels: Pixels = np.rint(np.clip(image, 0, 1) * 255).astype(np.uint8)
    return pixels
