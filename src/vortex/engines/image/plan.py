"""From what was asked to what a model of a family can do, with everything that differs said. Pure."""

from dataclasses import dataclass
from pathlib import Path

from vortex.core.errors import EngineError
from vortex.core.settings import ImageSettings
from vortex.engines.image.base import Control, Lora, PictureRequest
from vortex.engines.image.controls import MAX_SCALE
from vortex.engines.image.families import Family
from vortex.engines.image.painter import Worn
from vortex.engines.image.registry import KINDS, MAX_WEIGHT, Registry, parse_loras

SIDE = 16
"""Of which both sides of a picture are multiples."""
MAX_SIDE, MAX_STEPS, MAX_GUIDANCE = 4096, 200, 30.0
MAX_SEED = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Plan:
    """All numbers and words that a pipeline is called with."""

    prompt: str
    negative_prompt: str
    width: int
    height: int
    seed: int
    steps: int
    guidance: float
    worn: tuple[Worn, ...]
    controls: tuple[Control, ...]
    start: Path | None
    strength: float
    notes: tuple[str, ...]
    """What was changed, in whole sentences."""

    @property
    def pixels(self) -> int:
        """How many the picture has."""
        return self.width * self.height

    def describe(self, model: str) -> str:
        """Return the name of a model with what is put on it."""
        loras = [f"{each.lora.name} {each.weight:g}" for each in self.worn]
        controls = [f"{each.kind} {each.scale:g}" for each in self.controls]
        return " + ".join([model, *loras, *controls])


def plan_picture(request: PictureRequest, settings: ImageSettings, family: Family, registry: Registry) -> Plan:
    """Return the plan for a request.

    Args:
        request: what is asked; its zeros are filled from ``settings``, and theirs from ``family``.
        settings: LoRAs of these are put on as well, unless the request gives them another weight.
        family: of the model.
        registry: where LoRAs are looked up.

    Raises:
        EngineError: a number is out of its range, or there is no such LoRA; names value and remedy.
        ConfigError: the setting ``image.loras`` cannot be read.
    """
    _require_words(request)
    _require_size(request.width, request.height)
    steps = request.num_inference_steps or settings.steps or family.steps
    told = request.guidance_scale if request.guidance_scale != -1 else settings.guidance
    guidance = family.guidance if told == -1 else told
    _require_range("num_inference_steps", steps, 1, MAX_STEPS)
    _require_range("guidance_scale", guidance, 0, MAX_GUIDANCE)
    _require_range("seed", request.seed, 0, MAX_SEED)
    _require_start(request, steps)
    worn = _worn(request.loras, parse_loras(settings.loras, registry), registry)
    prompt, notes = _with_triggers(request.prompt.strip(), worn)
    return Plan(
        prompt=prompt,
        negative_prompt=request.negative_prompt.strip(),
        width=request.width,
        height=request.height,
        seed=request.seed,
        steps=steps,
        guidance=guidance,
        worn=worn,
        controls=_controls(request.controls),
        start=request.start,
        strength=request.strength,
        notes=(*notes, *_unused(request.negative_prompt.strip(), guidance, family)),
    )


def _unused(negative: str, guidance: float, family: Family) -> tuple[str, ...]:
    """Return what was asked and changes nothing, as sentences."""
    notes = []
    if guidance > 0 and not family.has_guidance:
        notes.append(f"guidance_scale = {guidance:g} was not used: {family.name} was made to be asked without one.")
    if negative and not family.has_negative:
        notes.append(f"The words to avoid were not used: {family.name} knows none ({negative!r}).")
    elif negative and guidance <= 1:
        notes.append(f"The words to avoid were not used: guidance_scale = {guidance:g} asks for no second pass.")
    return tuple(notes)


def _require_words(request: PictureRequest) -> None:
    if not request.prompt.strip():
        raise EngineError("the prompt is empty; say what the picture is to show")


def _require_size(width: int, height: int) -> None:
    for name, value in (("width", width), ("height", height)):
        _require_range(name, value, SIDE, MAX_SIDE)
        if value % SIDE:
            near = max(SIDE, round(value / SIDE) * SIDE)
            raise EngineError(f"{name} = {value} is no multiple of {SIDE}; the nearest is {near}")


def _require_range(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise EngineError(f"{name} = {value:g} must lie between {low:g} and {high:g}")


def _require_start(request: PictureRequest, steps: int) -> None:
    if request.start is None:
        return
    if not 0 < request.strength <= 1:
        raise EngineError(f"strength = {request.strength:g} must lie above 0 and not above 1")
    if int(steps * request.strength) < 1:
        raise EngineError(
            f"strength = {request.strength:g} of {steps} steps is less than one step; raise it, or num_inference_steps"
        )


def _controls(asked: tuple[Control, ...]) -> tuple[Control, ...]:
    for each in asked:
        if each.kind not in KINDS:
            raise EngineError(f"no kind of control named {each.kind!r}; there are: {', '.join(KINDS)}")
        _require_range(f"scale of the control {each.kind}", each.scale, 0, MAX_SCALE)
    return tuple(each for each in asked if each.scale)


def _worn(asked: tuple[Lora, ...], always: tuple[Lora, ...], registry: Registry) -> tuple[Worn, ...]:
    names = [each.name for each in asked]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise EngineError(f"LoRA {twice!r} is asked for twice; add its weights")
    chosen = (*(each for each in always if each.name not in names), *asked)
    found = [Worn(registry.lora(each.name), each.weight) for each in chosen]
    for one in found:
        _require_range(f"weight of the LoRA {one.lora.name!r}", one.weight, -MAX_WEIGHT, MAX_WEIGHT)
    return tuple(each for each in found if each.weight)


def _with_triggers(prompt: str, worn: tuple[Worn, ...]) -> tuple[str, tuple[str, ...]]:
    """Return the prompt with the words that wake its LoRAs in front, and what was put there."""
    lacking = [each.lora for each in worn if each.lora.trigger.casefold() not in prompt.casefold()]
    notes = tuple(f"{each.trigger!r} was put before the prompt for the LoRA {each.name!r}." for each in lacking)
    return ", ".join([*(each.trigger for each in lacking), prompt]), notes
