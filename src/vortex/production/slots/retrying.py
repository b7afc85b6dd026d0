"""What a keyframe and its clip are made from, and what is changed after one was refused. Pure."""

from dataclasses import dataclass, replace
from typing import Literal

from vortex.media.blank import Fault
from vortex.production.slots.proof import derived_seed
from vortex.production.slots.recipe import SlotOrder

Refusal = Literal["unlike", "outlier"] | Fault
"""Why a clip was refused: it does not show what was asked for, its judges disagree, or it shows nothing."""
_LEAST_GUIDANCE, _MOST_GUIDANCE = 1.0, 30.0


@dataclass(frozen=True, slots=True)
class Shot:
    """What a keyframe and its clip are made from."""

    subject: str
    """What is to be seen; what the judge compares with."""
    prompt: str
    """The subject with style and emphasis."""
    negative_prompt: str
    guidance_scale: float
    """-1 takes what suits the model."""
    image_seed: int
    clip_seed: int
    number: int = 0
    """0 for the first try."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is done about a refusal."""

    emphasis: str
    """Said before the subject."""
    addition: str
    """Said after all else."""
    avoided: str
    """Added to what is not to be seen."""
    guidance: float
    """Factor of the guidance, where the recipe gives one."""


CHANGES: dict[Refusal, Change] = {
    "unlike": Change("a clear view of ", "", "", 1.2),
    "outlier": Change("a plain picture of ", "simple composition", "", 1.1),
    "black": Change("", "bright even light", "darkness", 0.9),
    "underexposed": Change("", "bright even light", "darkness", 1.0),
    "white": Change("", "rich colours, soft light", "overexposure", 0.85),
    "washed out": Change("", "rich colours, strong contrast", "haze", 1.15),
    "noise": Change("", "smooth, clean surfaces", "noise, grain", 0.85),
    "empty": Change("", "many details", "empty background", 1.15),
}
"""A judge that saw something else wants the subject more plainly; guidance above its range breaks colours, and too
little of it leaves a picture undecided."""


def first_shot(order: SlotOrder, subject: str, seed: int) -> Shot:
    """Return the first try.

    Args:
        order: style, what is not to be seen, and guidance.
        subject: what is to be seen.
        seed: of the slot.
    """
    prompt = f"{subject}, {order.style_prompt}" if order.style_prompt.strip() else subject
    image_seed, clip_seed = (derived_seed(seed, part, 0) for part in ("keyframe", "clip"))
    return Shot(subject, prompt, order.negative_prompt, order.guidance_scale, image_seed, clip_seed)


def next_shot(first: Shot, last: Shot, refusal: Refusal, seed: int) -> Shot:
    """Return what to try after ``last`` was refused: other seeds, and words and guidance that answer the reason.

    Words are put around those of the first try, so that they do not pile up; guidance goes on from the last one.
    """
    change, number = CHANGES[refusal], last.number + 1
    guidance = last.guidance_scale
    if guidance >= 0:
        floor = min(guidance, _LEAST_GUIDANCE)
        guidance = round(min(_MOST_GUIDANCE, max(floor, guidance * change.guidance)), 2)
    return replace(
        first,
        prompt=_listed(f"{change.emphasis}{first.prompt}", change.addition),
        negative_prompt=_listed(first.negative_prompt, change.avoided),
        guidance_scale=guidance,
        image_seed=derived_seed(seed, "keyframe", number),
        clip_seed=derived_seed(seed, "clip", number),
        number=number,
    )


def _listed(*parts: str) -> str:
    return ", ".join(part for part in parts if part.strip())
