"""What a slot is once it was made."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vortex.media.track import SubtitleCue
from vortex.production.slots.showrunner import Script
from vortex.production.slots.verdict import Verdict
from vortex.production.slots.watch import StageRun


@dataclass(frozen=True, slots=True)
class Part:
    """Who made a part of a slot."""

    part: str
    """``script``, ``voice``, ``keyframe``, ``clip`` or ``verdict``."""
    engine: str
    version: str
    rung: str
    """``embedded``, ``local model`` or ``remote model``; ``given`` by the recipe, or ``none`` where nobody did it."""
    model: str = ""
    way: str = ""
    """How the model was held, such as ``bfloat16, tiled decoder``."""


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Milliseconds of work, over all tries.

    Voice and keyframe run side by side, so the total may be less than the sum. It may be more, as writing the script,
    mixing and hashing are in the total alone.
    """

    audio_ms: float
    image_ms: float
    video_ms: float
    clip_ms: float
    total_ms: float


@dataclass(frozen=True, slots=True)
class Try:
    """One keyframe with its clip, and what was said of it."""

    prompt: str
    negative_prompt: str
    guidance_scale: float
    image_seed: int
    clip_seed: int
    score: float | None
    refusal: str
    """"" where it passed."""
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class MadeSlot:
    """A slot and all that is to be told of it."""

    slot_id: str | int
    recipe: dict[str, Any]
    seed: int
    script: Script
    language: str
    fps: int
    frames: NDArray[np.uint8]
    """(num_frames, 3, side, side), RGB."""
    audio: NDArray[np.float32]
    """(num_samples,), mono."""
    rate_hz: int
    cues: tuple[SubtitleCue, ...]
    verdict: Verdict
    tries: tuple[Try, ...]
    parts: tuple[Part, ...]
    notes: tuple[str, ...]
    frames_sha256: str
    audio_sha256: str
    proof: str
    breakdown: Breakdown
    runs: tuple[StageRun, ...]
    deadline_s: float | None
    deadline_met: bool
    """Whether it was ready before the deadline; true where there was none."""


@dataclass(frozen=True, slots=True, eq=False)
class GenerationResult:
    """What ``VortexPipeline.generate_slot`` returns. Without a film, arrays are empty and the embedding is zero."""

    video_frames: NDArray[np.uint8]
    """(T, C, H, W), RGB; the caller's own."""
    audio_waveform: NDArray[np.float32]
    """(N,), mono at 24 kHz, -1 to 1; the caller's own."""
    clip_embedding: NDArray[np.float32]
    """(512,), of unit length; of zeros where no sight engine judged."""
    generation_time_ms: float
    slot_id: str | int
    success: bool
    """Whether a film was made and its verdict passes."""
    error_msg: str
    """Why not; "" where it did."""
    determinism_proof: str
    """64 hex digits; "" where no film was made."""


@dataclass(frozen=True, slots=True, eq=False)
class SlotResult(GenerationResult):
    """What ``SlotScheduler.execute`` returns: a result, and where the time went."""

    breakdown: Breakdown
    deadline_met: bool
    """True where there was no deadline."""


def generation_result(made: MadeSlot) -> GenerationResult:
    """Return the result of a slot, which owns its arrays."""
    return GenerationResult(
        video_frames=made.frames.copy(),
        audio_waveform=made.audio.copy(),
        clip_embedding=made.verdict.embedding.copy(),
        generation_time_ms=made.breakdown.total_ms,
        slot_id=made.slot_id,
        success=made.verdict.passes,
        error_msg="" if made.verdict.passes else made.verdict.reason,
        determinism_proof=made.proof,
    )


def slot_result(made: MadeSlot) -> SlotResult:
    """Return the result of a scheduled slot, which owns its arrays."""
    base = generation_result(made)
    values = {each.name: getattr(base, each.name) for each in fields(base)}
    return SlotResult(**values, breakdown=made.breakdown, deadline_met=made.deadline_met)


def failed_result(slot_id: str | int, reason: str, spent_s: float) -> GenerationResult:
    """Return the result of a slot that could not be made."""
    return GenerationResult(
        video_frames=np.zeros((0, 3, 0, 0), np.uint8),
        audio_waveform=np.zeros(0, np.float32),
        clip_embedding=np.zeros(512, np.float32),
        generation_time_ms=spent_s * 1000,
        slot_id=slot_id,
        success=False,
        error_msg=reason,
        determinism_proof="",
    )
