"""One call of a pipeline: its arguments from a plan, progress and cancel between steps, frames as bytes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vortex.core.errors import EngineError
from vortex.engines.video.clip import Frames
from vortex.engines.video.families import Family
from vortex.engines.video.plan import Plan
from vortex.runtime.failures import is_out_of_memory

_FOREIGN = (ValueError, TypeError, RuntimeError, IndexError, KeyError, AttributeError)
"""What pipelines raise for a call that they cannot follow."""


@dataclass(frozen=True, slots=True)
class Made:
    """What one call made."""

    frames: Frames
    share_broken: float
    """Of its numbers, which were infinite or no numbers; they are black."""
    num_tokens: int
    """Tokens of the prompt; 0 where it was not read."""


class _Watch:
    """Tells progress after each step, and remembers what the listener raised to cancel."""

    def __init__(self, num_steps: int, tell: Callable[[int, int], None] | None) -> None:
        self._num_steps, self._tell = num_steps, tell
        self.raised: BaseException | None = None

    def __call__(self, pipe: Any, step: int, timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        if self._tell is not None:
            try:
                self._tell(step + 1, max(self._num_steps, int(getattr(pipe, "num_timesteps", 0) or 0)))
            except BaseException as error:
                self.raised = error
                raise
        return {}


def run(
    pipe: Any, family: Family, plan: Plan, image: NDArray[np.uint8] | None, *, chunk: int = 0,
    tell: Callable[[int, int], None] | None = None,
) -> Made:  # fmt: skip
    """Call a leased pipeline.

    Args:
        pipe: the pipeline, on its device.
        family: of it.
        plan: what it is called with.
        image: (height, width, 3) of the plan's size, to begin from.
        chunk: frames that the decoder makes at once; 0 lets it decide.
        tell: hears (steps done, steps in all); what it raises comes out unchanged.

    Raises:
        EngineError: the pipeline refused the call; says why.
        RuntimeError: memory ran out, as torch says it.
    """
    maker = _beginning_with_picture(pipe, family) if image is not None else pipe
    _set_shift(maker, family, plan)
    watch = _Watch(plan.num_steps, tell)
    try:
        video = maker(**_arguments(family, plan, image, chunk), callback_on_step_end=watch).frames
        made = Made(*_as_bytes(video), num_tokens=_num_tokens(pipe, family, plan))
    except _FOREIGN as error:
        if error is watch.raised or is_out_of_memory(error):
            raise
        raise EngineError(f"{family.name} cannot make this clip: {type(error).__name__}: {error}") from error
    finally:
        # A call that was broken off leaves a network on the device where networks take turns there.
        pipe.maybe_free_model_hooks()
    height, width = made.frames.shape[1:3]
    if (width, height) != (plan.size.width, plan.size.height):
        raise EngineError(f"{family.name} made frames of {width}x{height} instead of {plan.size}; ask for another size")
    return made


def _arguments(family: Family, plan: Plan, image: NDArray[np.uint8] | None, chunk: int) -> dict[str, Any]:
    import torch
    from PIL import Image

    values = {name: getattr(plan, source) for name, source in family.call.items() if source != "image"}
    if "negative_prompt" in values:
        values["negative_prompt"] = values["negative_prompt"] or None
    if family.guidance_2:
        values["guidance_scale_2"] = plan.guidance_scale * family.guidance_2 / family.guidance
    if image is not None:
        values["image"] = Image.fromarray(image)
    if chunk:
        values["decode_chunk_size"] = chunk
    return {
        **family.constants,
        **values,
        "width": plan.size.width,
        "height": plan.size.height,
        "num_frames": plan.num_frames,
        "num_inference_steps": plan.num_steps,
        # Drawn on the host, so that a seed means the same noise on every device.
        "generator": torch.Generator("cpu").manual_seed(plan.seed),
        "output_type": "pt",
    }


def _beginning_with_picture(pipe: Any, family: Family) -> Any:
    """Return the pipeline that begins from a picture, made of the same networks where it is another class."""
    import inspect

    import diffusers

    if not family.picture_pipeline:
        return pipe
    made = getattr(diffusers, family.picture_pipeline)
    known = {**dict(pipe.config), **pipe.components}
    names = [name for name in inspect.signature(made.__init__).parameters if name in known]
    maker = made(**{name: known[name] for name in names})
    maker.set_progress_bar_config(disable=True)
    return maker


def _set_shift(pipe: Any, family: Family, plan: Plan) -> None:
    """Give the scheduler the shift that suits the size of the clip."""
    pixels = plan.size.width * plan.size.height
    shift = next((each for limit, each in family.shifts if pixels <= limit), None)
    if shift is None and family.shifts:
        shift = family.shifts[-1][1]
    config = pipe.scheduler.config
    if shift is not None and config.get("flow_shift") not in (None, shift):
        pipe.scheduler = type(pipe.scheduler).from_config(config, flow_shift=shift)


def _num_tokens(pipe: Any, family: Family, plan: Plan) -> int:
    if not family.max_tokens:
        return 0
    return len(pipe.tokenizer(plan.prompt, truncation=False, verbose=False).input_ids)


def _as_bytes(video: Any) -> tuple[Frames, float]:
    """Turn a video of (1, num_frames, 3, height, width), 0 to 1, into bytes, and count what is no number."""
    import torch

    clip = video[0].permute(0, 2, 3, 1)
    is_number = torch.isfinite(clip)
    share = 1.0 - float(is_number.float().mean())
    whole = torch.where(is_number, clip, torch.zeros_like(clip)).clamp(0, 1).mul(255).round()
    return whole.to(torch.uint8).cpu().numpy(), share
