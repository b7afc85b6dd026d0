"""Whether there is time: the arithmetic of deadlines, without a clock."""

from typing import Literal

from vortex.core.errors import DeadlineMissError
from vortex.core.settings import SlotSettings

Stage = Literal["audio", "image", "video", "clip"]
"""Voice, keyframe, moving picture, and the verdict, which a CLIP gives."""


def bound_s(stage: Stage, settings: SlotSettings) -> float:
    """Return how long a stage may take."""
    bounds = {
        "audio": settings.audio_s,
        "image": settings.image_s,
        "video": settings.video_s,
        "clip": settings.clip_s,
    }
    return bounds[stage]


def has_time(elapsed_s: float, deadline_s: float | None, bound_s: float, buffer_s: float) -> bool:
    """Return whether work that takes up to ``bound_s`` ends ``buffer_s`` before the deadline.

    Args:
        elapsed_s: since the slot was begun.
        deadline_s: since the slot was begun; ``None`` leaves all the time there is.
        bound_s: of the work.
        buffer_s: kept free.
    """
    return deadline_s is None or deadline_s - elapsed_s >= bound_s + buffer_s


def require_time(stage: Stage, elapsed_s: float, deadline_s: float | None, settings: SlotSettings) -> None:
    """Refuse a stage that would not end in time.

    Raises:
        DeadlineMissError: what is left is less than the bound of the stage and the buffer.
    """
    bound = bound_s(stage, settings)
    if deadline_s is None or has_time(elapsed_s, deadline_s, bound, settings.buffer_s):
        return
    raise DeadlineMissError(
        f"{stage}: {max(0.0, deadline_s - elapsed_s):.1f} s are left of {deadline_s:.1f} s, and it may take {bound:g} s"
        f" with {settings.buffer_s:g} s kept free; give a later deadline, or lower slot.{stage}_s"
    )


def backoff_s(failures: int, first_s: float) -> float:
    """Return the wait after the first, second, third failure and so on: ``first_s``, twice that, twice that again.

    Args:
        failures: at least 1.
        first_s: after the first one.
    """
    return float(first_s * 2 ** (failures - 1))
