"""The main loop: every frame of a scene goes to a writer, as changed rectangles or as a repeat."""

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vortex.visuals.compositor import Compositor, PixelRect
from vortex.visuals.graph import Scene


class FrameWriter(Protocol):
    """What takes the pictures, one after the other."""

    def update(self, bgra: NDArray[np.uint8], rects: Sequence[tuple[int, int, int, int]]) -> None:
        """Take over the pixels inside ``rects`` (left, top, right, bottom) of ``bgra``, uint8 (height, width, 4)."""
        ...

    def write(self) -> None:
        """Write the current picture as the next frame."""
        ...

    def repeat(self) -> None:
        """Write the frame before once more."""
        ...


def render(scene: Scene, writer: FrameWriter, progress: Callable[[float], None] | None = None) -> int:
    """Write all frames of ``scene`` and return how many differ from the one before.

    Args:
        scene: what is drawn.
        writer: takes the frames.
        progress: called with the finished fraction, 0 to 1, about once a second of film; may raise to cancel.
    """
    compositor = Compositor(scene)
    distinct = 0
    for frame in range(scene.num_frames):
        changed: tuple[PixelRect, ...] = compositor.advance()
        if changed:
            writer.update(compositor.pixels, [(r.x, r.y, r.x + r.width, r.y + r.height) for r in changed])
            writer.write()
            distinct += 1
        else:
            writer.repeat()
        if progress and frame % scene.fps == 0:
            progress(frame / scene.num_frames)
    return distinct
