"""The picture that the encoder sees, kept up to date by converting only what changed on the renderer's canvas."""

from collections.abc import Sequence

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter
from numpy.typing import NDArray

BT709 = 1
"""Number of the standard in all colour fields of H.264."""
BLOCK = 16
"""Side of a macroblock; parts smaller than it would be encoded whole anyway."""

Rect = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels; right and bottom are outside."""


class Canvas:
    """The present picture in the encoder's layout, 4:2:0 and BT.709 with video range; black at first."""

    def __init__(self, width: int, height: int) -> None:
        self.frame = av.VideoFrame(width, height, "yuv420p")
        self.frame.color_range = ColorRange.MPEG
        self.frame.colorspace = BT709
        self._reformatter = VideoReformatter()
        self._planes = _planes(self.frame)
        for plane, black in zip(self._planes, (16, 128, 128), strict=True):
            plane[:] = black

    def update(self, bgra: NDArray[np.uint8], rects: Sequence[Rect]) -> None:
        """Convert rectangles of a canvas of shape (height, width, 4), grown to whole blocks and cut at the border."""
        height, width = self._planes[0].shape
        if bgra.shape != (height, width, 4):
            raise ValueError(f"canvas of shape {bgra.shape} for a video of {width}x{height}")
        for left, top, right, bottom in rects:
            x0, y0 = max(0, left // BLOCK * BLOCK), max(0, top // BLOCK * BLOCK)
            x1, y1 = min(width, -(-right // BLOCK) * BLOCK), min(height, -(-bottom // BLOCK) * BLOCK)
            if x0 < x1 and y0 < y1:
                self._convert(bgra, x0, y0, x1, y1)

    def copy(self) -> av.VideoFrame:
        """Return a new frame that shows the present picture."""
        frame = av.VideoFrame(self.frame.width, self.frame.height, "yuv420p")
        frame.color_range, frame.colorspace = ColorRange.MPEG, BT709
        self.copy_to(frame)
        return frame

    def copy_to(self, frame: av.VideoFrame) -> None:
        """Let a frame of the same size show the present picture."""
        for target, source in zip(_planes(frame), self._planes, strict=True):
            target[:] = source

    def _convert(self, bgra: NDArray[np.uint8], x0: int, y0: int, x1: int, y1: int) -> None:
        # Area averaging reads no pixel outside its 2x2 block: a part converts to the same bytes as the whole.
        # The exact flags make swscale independent of the processor's vector units.
        part = self._reformatter.reformat(
            av.VideoFrame.from_numpy_buffer(bgra[y0:y1, x0:x1], format="bgra"),
            format="yuv420p",
            dst_colorspace=Colorspace.ITU709,
            dst_color_range=ColorRange.MPEG,
            interpolation=Interpolation.AREA | Interpolation.ACCURATE_RND | Interpolation.BITEXACT,
            threads=1,
        )
        for scale, target, source in zip((1, 2, 2), self._planes, _planes(part), strict=True):
            target[y0 // scale : y1 // scale, x0 // scale : x1 // scale] = source


def _planes(frame: av.VideoFrame) -> list[NDArray[np.uint8]]:
    return [
        np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[: plane.height, : plane.width]
        for plane in frame.planes
    ]
