"""A short video, opened to be shown inside another one."""

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from vortex.core.errors import MediaError


class Footage:
    """The pictures of a video without sound. Asked for in turn, each is decoded once."""

    def __init__(self, path: Path) -> None:
        """Look at the file.

        Raises:
            MediaError: it is missing, holds no video, or cannot be read.
        """
        self.path = path
        self.width, self.height, self.fps, self.num_frames = self._measured()
        self._coming: Iterator[NDArray[np.uint8]] = iter(())
        self._index = -1
        self._last: NDArray[np.uint8] | None = None

    def frame(self, index: int) -> NDArray[np.uint8]:
        """Return picture ``index``, shape (height, width, 4), BGRA; beyond the last one, the last one.

        Raises:
            MediaError: the file is damaged there.
        """
        index = min(max(0, index), self.num_frames - 1)
        if self._last is None or index < self._index:
            self._coming, self._index = self._decoded(), -1
        while self._index < index:
            self._last = self._next()
            self._index += 1
        assert self._last is not None
        return self._last

    def _next(self) -> NDArray[np.uint8]:
        place = f"{self.path}: picture {self._index + 2} of {self.num_frames}"
        try:
            picture = next(self._coming, None)
        except (av.FFmpegError, OSError) as error:
            raise MediaError(f"{place} cannot be read: {error}; make its shot again") from error
        if picture is None:
            raise MediaError(f"{place} is not there; make its shot again")
        return picture

    def _measured(self) -> tuple[int, int, float, int]:
        if not self.path.is_file():
            raise MediaError(f"{self.path}: there is no such video; make its shot again")
        try:
            with av.open(str(self.path)) as container:
                stream = container.streams.video[0]
                rate = stream.average_rate
                count = sum(1 for packet in container.demux(stream) if packet.size)
                size = stream.codec_context.width, stream.codec_context.height
        except (av.FFmpegError, IndexError) as error:
            raise MediaError(f"{self.path}: cannot be read as video: {error}; make its shot again") from error
        if not rate or not count:
            raise MediaError(f"{self.path}: holds no pictures; make its shot again")
        return *size, float(rate), count

    def _decoded(self) -> Iterator[NDArray[np.uint8]]:
        with av.open(str(self.path)) as container:
            for picture in container.decode(video=0):
                yield np.asarray(picture.to_ndarray(format="bgra"), np.uint8)
