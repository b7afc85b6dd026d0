"""The memory in which a slot is made, taken once: a long run of slots needs no more than its first one."""

import numpy as np
from numpy.typing import NDArray

from vortex.core.errors import MediaError, MemoryPressureError
from vortex.core.units import format_bytes
from vortex.media.sound import Sound
from vortex.production.slots.recipe import MOST_FPS, MOST_S

RATE_HZ = 24_000
"""Of the sound of a slot."""


class SlotBuffers:
    """Room for one keyframe, its film and its sound. The arrays stay where they are as long as the object lives.

    The system gives memory to a page when it is first written, so that short slots need only what they fill.
    """

    def __init__(self, side: int) -> None:
        """Take room for pictures of ``side`` × ``side`` pixels and for 45 s of film and sound.

        Raises:
            MemoryPressureError: the system does not promise so much memory.
        """
        self.side = side
        self.actor = np.zeros((side, side, 3), np.uint8)
        """The keyframe, (side, side, 3), RGB."""
        self.video = _film_room(side)
        """The film, (num_frames, 3, side, side), RGB."""
        self.audio = np.empty(MOST_S * RATE_HZ, np.float32)
        """The sound, (num_samples,) at ``RATE_HZ``."""

    def hold_picture(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Keep the keyframe, (side, side, 3), and return the place where it is kept."""
        self.actor[:] = pixels
        return self.actor

    def film(self, num_frames: int) -> NDArray[np.uint8]:
        """Return the first ``num_frames`` places for frames.

        Raises:
            MediaError: there are not so many.
        """
        if not 1 <= num_frames <= len(self.video):
            raise MediaError(f"a slot has 1 to {len(self.video)} frames, not {num_frames}; shorten the script")
        return self.video[:num_frames]

    def hold_sound(self, sound: Sound) -> NDArray[np.float32]:
        """Keep a mono sound at ``RATE_HZ`` and return the place where it is kept.

        Raises:
            MediaError: it is longer than a slot may be; nothing is cut off.
        """
        num_samples = len(sound.samples)
        if num_samples > len(self.audio):
            raise MediaError(
                f"the sound takes {num_samples / RATE_HZ:.1f} s and a slot has at most {MOST_S} s; shorten the script"
            )
        held = self.audio[:num_samples]
        held[:] = sound.samples
        return held


def _film_room(side: int) -> NDArray[np.uint8]:
    shape = (MOST_S * MOST_FPS, 3, side, side)
    try:
        return np.empty(shape, np.uint8)
    except MemoryError as error:
        size = format_bytes(float(np.prod(shape)))
        raise MemoryPressureError(
            f"the frames of a slot of {side}x{side} take up to {size}, which the system does not promise; lower "
            "slot.side"
        ) from error
