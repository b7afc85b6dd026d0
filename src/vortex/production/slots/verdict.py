"""The verdict on a film: whether it shows anything, and whether it shows what was asked for."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vortex.engines.sight.base import SightEngine
from vortex.media.blank import Blank, Fault, find_blank
from vortex.production.slots.retrying import Refusal

EMBEDDING_DIMS = 512
_LOOKS = 5


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was seen in a film."""

    refusal: Refusal | None
    """Why it is refused; ``None`` where it passes."""
    reason: str
    """In one sentence, with the numbers."""
    is_judged: bool
    """Whether a sight engine compared it with what was asked for."""
    score: float | None
    """Calibrated, 0 to 1; ``None`` where nobody judged."""
    threshold: float
    """That the score must reach."""
    embedding: NDArray[np.float32]
    """Of unit length; of zeros where nobody judged."""
    notes: tuple[str, ...] = ()
    """What the score is worth, in whole sentences, where that must be told."""

    @property
    def passes(self) -> bool:
        """Whether nothing speaks against the film."""
        return self.refusal is None


def look(frames: NDArray[np.uint8], subject: str, sight: SightEngine | None, threshold: float) -> Verdict:
    """Return the verdict on a film.

    Args:
        frames: (num_frames, 3, height, width), RGB.
        subject: what was to be seen.
        sight: who judges; ``None`` leaves it at whether anything is to be seen.
        threshold: calibrated score that is asked for, 0 to 1.

    Raises:
        EngineError: the judge failed. Its model may be missing: ``ModelError``.
    """
    shown = keyframes(frames)
    blank = _blank(shown)
    unseen = np.zeros(EMBEDDING_DIMS, np.float32)
    if sight is None:
        fault, reason = blank or (None, "Not judged: no sight engine is named (sight.engine). It is not blank.")
        return Verdict(fault, reason, False, None, threshold, unseen)
    likeness = sight.compare(subject, shown)
    seen = f"The judge gives {likeness.score:.2f} of 1; {threshold:.2f} is asked for"
    refusal: Refusal | None = None
    reason = f"{seen}."
    if blank:
        refusal, reason = blank
    elif likeness.is_outlier:
        each = " and ".join(f"{score:.2f}" for score in likeness.per_model)
        refusal, reason = "outlier", f"The judges disagree, with {each} of 1."
    elif not likeness.score >= threshold:  # a score that is no number passes nothing
        refusal = "unlike"
    assumed = f"The judge {sight.name!r} has no map that was fitted to its weights: its score follows an assumed one."
    notes = () if likeness.is_calibrated else (assumed,)
    return Verdict(refusal, reason, True, likeness.score, threshold, likeness.embedding, notes)


def keyframes(frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return five frames that are spread evenly, fewer of a shorter film, as (num_frames, height, width, 3)."""
    places = np.unique(np.linspace(0, len(frames) - 1, _LOOKS).round().astype(int))
    return np.ascontiguousarray(frames[places].transpose(0, 2, 3, 1))


def _blank(shown: NDArray[np.uint8]) -> tuple[Fault, str] | None:
    """Return what is wrong with most of the frames, and how many show nothing; ``None`` if at least half do."""
    found: list[Blank] = [blank for frame in shown if (blank := find_blank(frame))]
    if 2 * len(found) <= len(shown):
        return None
    first = found[0]
    return first.fault, f"{len(found)} of {len(shown)} frames are {first.fault}: {first.reason}."
