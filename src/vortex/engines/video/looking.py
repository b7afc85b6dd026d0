"""Whether a clip shows nothing, told from some of its frames."""

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from vortex.engines.video.clip import Frames
from vortex.media.blank import Blank, find_blank

_NUM_LOOKS = 9


def find_blank_clip(frames: Frames, begins_with: NDArray[np.uint8] | None = None) -> Blank | None:
    """Return why a clip shows nothing, or None if it shows something.

    Up to nine frames are looked at, the first and the last among them; a clip is blank where at least half of them are.
    What the picture looks like that it begins with is no fault of it: a drawing on white paper stays white.

    Args:
        frames: (num_frames, height, width, 3), RGB; at least one frame of 16 by 16.
        begins_with: (height, width, 3): the picture.
    """
    given = None if begins_with is None or min(begins_with.shape[:2]) < 16 else find_blank(begins_with)
    chosen = np.unique(np.linspace(0, len(frames) - 1, _NUM_LOOKS).round().astype(int))
    found = [find_blank(frames[index]) for index in chosen]
    faults = [each for each in found if each is not None and (given is None or each.fault != given.fault)]
    if 2 * len(faults) < len(chosen):
        return None
    fault = Counter(each.fault for each in faults).most_common(1)[0][0]
    reason = next(each.reason for each in faults if each.fault == fault)
    return Blank(fault, f"{len(faults)} of {len(chosen)} frames show nothing; of one, {reason}")
