"""Which frames of a film are looked at."""

import numpy as np

from vortex.engines.sight.base import Frames

NUM_KEYFRAMES = 5


def keyframes(frames: Frames, count: int = NUM_KEYFRAMES) -> Frames:
    """Return ``count`` frames that are spread evenly, or all if there are not more.

    Each is the middle one of an equal share of the film, so that neither a fade at its beginning nor one at its end
    stands for the whole.
    """
    if len(frames) <= count:
        return frames
    places = ((np.arange(count) + 0.5) * len(frames) / count).astype(int)
    chosen: Frames = frames[places]
    return chosen
