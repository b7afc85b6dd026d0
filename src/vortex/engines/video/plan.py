"""From what was asked to what a model of a family can do, and what to try after a clip that is blank. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from vortex.core.errors import EngineError
from vortex.engines.video.clip import ClipRequest
from vortex.engines.video.families import FREE, Family, Own, Quality, Size
from vortex.media.blank import Fault

MAX_STEPS, MAX_GUIDANCE = 200, 30
_SEEDS = 2**63
_UNUSED: tuple[tuple[str, object, str], ...] = (
    ("negative_prompt", "", "the words to avoid were not used"),
    ("motion_bucket_id", 127, "motion_bucket_id was not used"),
    ("noise_aug_strength", 0.02, "noise_aug_strength was not used"),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """All numbers and words that a pipeline is called with."""

    prompt: str
    negative_prompt: str
    size: Size
    num_frames: int
    fps: int
    num_steps: int
    guidance_scale: float
    seed: int
    motion_bucket_id: int
    noise_aug_strength: float
    notes: tuple[str, ...] = ()
    """What was changed, in whole sentences."""


def plan_clip(request: ClipRequest, family: Family, quality: Quality, own: Own = FREE) -> Plan:
    """Return the plan for a request, with everything that had to be changed in its notes.

    Args:
        request: what is asked.
        family: of the model.
        quality: what 0 stands for.
        own: what the folder fixes.

    Raises:
        EngineError: a number is out of its range, or the model begins from something else; names value and remedy.
    """
    _require_ranges(request)
    _require_beginning(request, family)
    grade = family.grades[quality]
    notes: list[str] = []
    size = _size(request, family, Size(grade.width, grade.height), own.size, notes)
    num_frames = _num_frames(request.num_frames or own.num_frames or grade.num_frames, family, notes)
    num_steps = max(family.least_steps, request.num_inference_steps or grade.num_steps)
    if num_steps != request.num_inference_steps and request.num_inference_steps:
        notes.append(f"It takes {num_steps} steps instead of {request.num_inference_steps}: fewer make nothing.")
    fps = request.fps or family.fps
    if fps != family.fps and "fps" not in family.call.values():
        notes.append(f"It is shown at {fps} frames a second; {family.name} moves as at {family.fps}.")
    notes += _unused(request, family)
    return Plan(
        prompt=request.prompt,
        negative_prompt=request.negative_prompt,
        size=size,
        num_frames=num_frames,
        fps=fps,
        num_steps=num_steps,
        guidance_scale=family.guidance if request.guidance_scale == -1 else request.guidance_scale,
        seed=request.seed,
        motion_bucket_id=request.motion_bucket_id,
        noise_aug_strength=request.noise_aug_strength,
        notes=tuple(notes),
    )


def _require_ranges(request: ClipRequest) -> None:
    ranges = (
        ("num_frames", request.num_frames, 0, 1000),
        ("width", request.width, 0, 4096),
        ("height", request.height, 0, 4096),
        ("fps", request.fps, 0, 120),
        ("seed", request.seed, 0, _SEEDS - 1),
        ("num_inference_steps", request.num_inference_steps, 0, MAX_STEPS),
        ("motion_bucket_id", request.motion_bucket_id, 0, 255),
        ("noise_aug_strength", request.noise_aug_strength, 0, 10),
    )
    for name, value, low, high in ranges:
        if not low <= value <= high:
            raise EngineError(f"{name} = {value}: must lie between {low} and {high}")
    if request.guidance_scale != -1 and not 0 <= request.guidance_scale <= MAX_GUIDANCE:
        raise EngineError(f"guidance_scale = {request.guidance_scale}: must lie between 0 and {MAX_GUIDANCE}, or be -1")


def _require_beginning(request: ClipRequest, family: Family) -> None:
    image = request.image
    if family.begins_from == "picture" and image is None:
        raise EngineError(f"{family.name} begins from a picture; give one, or take a model that begins from words")
    if family.begins_from == "words" and image is not None:
        raise EngineError(f"{family.name} begins from words alone; leave the picture out, or take an I2V model")
    if image is not None and (image.ndim != 3 or image.shape[2] != 3 or image.dtype.name != "uint8" or not image.size):
        raise EngineError(f"the picture is {image.dtype}{list(image.shape)}; give uint8 of (height, width, 3)")
    if family.max_tokens and not request.prompt.strip() and image is None:
        raise EngineError(f"the prompt is empty, and {family.name} begins from words; write what is to be seen")


def _size(request: ClipRequest, family: Family, usual: Size, fixed: Size | None, notes: list[str]) -> Size:
    asked = Size(request.width or usual.width, request.height or usual.height)
    if fixed is not None:
        if (request.width or request.height) and asked != fixed:
            notes.append(f"It is {fixed} instead of {asked}: this {family.name} makes no other size.")
        return fixed
    step = family.size_multiple
    size = Size(*(max(step, (side + step // 2) // step * step) for side in (asked.width, asked.height)))
    if size != asked:
        notes.append(f"It is {size} instead of {asked}: sides are multiples of {step}.")
    return size


def _num_frames(asked: int, family: Family, notes: list[str]) -> int:
    """Return the next number of frames that the family can make, at least what was asked unless that is too long."""
    step = family.frame_step
    most = 1 + (family.max_frames - 1) // step * step
    number = min(most, max(family.least_frames, 1 + -(-(asked - 1) // step) * step))
    if number != asked:
        rule = f"it makes 1 + {step} n frames" if step > 1 else "it makes at least 2 frames"
        limit = f"it makes at most {most}"
        notes.append(f"It has {number} frames instead of {asked}: {limit if asked > most else rule}.")
    return number


def _unused(request: ClipRequest, family: Family) -> list[str]:
    notes = [
        f"{family.name} takes no such input: {text}."
        for name, usual, text in _UNUSED
        if getattr(request, name) != usual and name not in family.call.values()
    ]
    if request.prompt and not family.max_tokens:
        notes.append(f"{family.name} begins from the picture alone: the words were not used.")
    return notes


@dataclass(frozen=True, slots=True)
class Change:
    """What to multiply for the next try."""

    guidance: float
    steps: float


CHANGES: Mapping[Fault, Change] = {
    # Too much guidance drives colours out of their range; too little leaves the clip undecided.
    "black": Change(0.8, 1.5),
    "white": Change(0.7, 1.25),
    "underexposed": Change(0.85, 1.5),
    "washed out": Change(1.2, 1.25),
    "noise": Change(0.9, 2.0),
    "empty": Change(1.2, 1.5),
}
"""What the last try looked like → what to change."""


def next_try(plan: Plan, look: Fault) -> Plan:
    """Return what to try after ``plan`` made a clip that looks like ``look``: other guidance, more steps, a new seed.

    Guidance never falls below 1 where it was above, since that would switch it off.
    """
    change = CHANGES[look]
    floor = min(1.0, plan.guidance_scale)
    guidance = round(min(MAX_GUIDANCE, max(floor, plan.guidance_scale * change.guidance)), 2)
    steps = min(MAX_STEPS, max(plan.num_steps + 1, round(plan.num_steps * change.steps)))
    return replace(plan, guidance_scale=guidance, num_steps=steps, seed=(plan.seed + 1) % _SEEDS)


def say_try(plan: Plan, look: str) -> str:
    """Return what one try was and how it looked."""
    return f"guidance {plan.guidance_scale:g}, {plan.num_steps} steps, seed {plan.seed}: {look}"
