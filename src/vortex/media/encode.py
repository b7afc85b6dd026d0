"""Write pictures as an H.264 MP4: only what changed is converted, and what did not change is not encoded at all.

The writer keeps one picture in the encoder's own colour layout. The renderer hands over its canvas and the rectangles
that it touched, and these alone are converted. A frame that is equal to the one before is spliced into the stream
(``splice``). All files made with equal settings can be joined without encoding again (``mux``).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import numpy as np
from av.codec.context import ThreadType
from av.video.frame import PictureType
from av.video.reformatter import ColorRange
from numpy.typing import NDArray

from vortex.core.errors import MediaError
from vortex.media.canvas import BLOCK, BT709, Canvas, Rect
from vortex.media.film_track import FilmTrack
from vortex.media.ordered_work import OrderedWork
from vortex.media.splice import StreamParameters, read_parameters

IDR_INTERVAL_S = 4
"""A player can start only at an IDR picture; four seconds keep seeking prompt for a few kilobytes a second."""
_NUM_THREADS = 3
"""Fixed, because x264's choices depend on it and equal input shall give equal bytes on every machine."""
_NUM_WAITING = 2
"""Pictures that may wait for the encoder; each is a copy of the frame."""
# Looking ahead, x264 spends bits on what it will see for long; repeats never reach it, so it would starve the very
# pictures that stand still. Without it, and with finer IDR pictures, an IDR in a hold is hard to notice.
_X264 = "bframes=0:ref=1:weightp=0:scenecut=0:keyint=infinite:rc-lookahead=0:mbtree=0:ipratio=2.0"
_X264_MORE = {"ultrafast": ":cabac=1:deblock=0,0:aq-mode=1:8x8dct=1", "veryfast": ":subme=1"}
"""For drawn pictures: the first halves the files of x264's fastest preset at no measurable time, the second saves time
of its usual one at the same fidelity, since edges that move by whole pixels need no finer search."""


def x264_parameters(preset: str) -> str:
    """Return what is asked of x264 beyond its preset."""
    return _X264 + _X264_MORE.get(preset, "")


@dataclass(frozen=True, slots=True)
class Encoded:
    """What was written; ``splice_refused`` says why repeated frames were encoded after all, "" if they were not."""

    num_frames: int
    num_spliced: int
    size_bytes: int
    splice_refused: str = ""


class VideoWriter:
    """A video file in the making; use it in a ``with`` block, and read ``encoded`` after it.

    Nothing stands under ``path`` before the block ends well; if it raises, nothing is left.

    Args:
        path: the MP4 file to write.
        width: even number of pixels.
        height: even number of pixels.
        fps: frames a second, whole or rational.
        preset: of x264, ``ultrafast`` to ``veryslow``.
        crf: quality of x264, 0 (lossless) to 51.
        splice: write repeated frames without the encoder where the stream allows it.

    Raises:
        MediaError: the size cannot be encoded, or x264 refuses a setting.
    """

    def __init__(
        self,
        path: Path,
        width: int,
        height: int,
        fps: int | Fraction,
        preset: str = "veryfast",
        crf: int = 20,
        splice: bool = True,
    ) -> None:
        if width % 2 or height % 2 or width < BLOCK or height < BLOCK:
            raise MediaError(f"{width}x{height} cannot be encoded as 4:2:0; take even sides of at least {BLOCK} px")
        self._path = path
        self._partial = path.with_name(f".{path.name}.partial")
        self._fps = Fraction(fps)
        self._canvas = Canvas(width, height)
        self._queue = OrderedWork(_NUM_WAITING)
        self._container = av.open(str(self._partial), "w", format="mp4", options={"fflags": "+bitexact"})
        try:
            self._stream = self._open_stream(preset, crf)
        except OSError as error:
            self._discard()
            raise MediaError(f"{path} cannot be written: {error}; check the folder and the free space") from error
        except (av.error.FFmpegError, ValueError) as error:
            self._discard()
            raise MediaError(f"x264 cannot be opened with preset {preset!r}, crf {crf}: {error}") from error
        self._idr_every = max(1, round(self._fps * IDR_INTERVAL_S))
        self._num_frames = 0
        self._num_sent = 0
        self._num_spliced = 0
        parameters, self._refusal = self._read_parameters() if splice else (None, "switched off")
        self._track = FilmTrack(self._container, self._stream, self._fps, parameters)
        self._slots = [self._canvas.copy() for _ in range(_NUM_WAITING + 1)]
        self._has_changed = True
        self._encoded: Encoded | None = None

    def update(self, bgra: NDArray[np.uint8], rects: Sequence[Rect]) -> None:
        """Take over the parts of the canvas that changed since the last update.

        Args:
            bgra: opaque canvas of shape (height, width, 4), rows contiguous; read, not kept.
            rects: what changed; grown to whole blocks of 16 pixels and cut at the border.
        """
        self._canvas.update(bgra, rects)
        self._has_changed = self._has_changed or bool(rects)

    def write(self) -> None:
        """Encode the present picture as the next frame."""
        # The encoder works in a thread of its own on a copy, while the next picture is drawn.
        frame = self._slots[self._num_sent % len(self._slots)]
        self._queue.make_room()
        self._canvas.copy_to(frame)
        is_idr = self._num_frames % self._idr_every == 0
        frame.pict_type = PictureType.I if is_idr else PictureType.NONE
        # The encoder sees only what changed, at a constant rate; the true times are given when packets come out.
        frame.pts = self._num_sent
        frame.time_base = 1 / self._fps
        self._num_sent += 1
        self._num_frames += 1
        self._has_changed = False
        self._queue.add(lambda: self._encode(frame))

    def _encode(self, frame: av.VideoFrame | None) -> None:
        """Send a picture to the encoder, or None at the end, and write what it hands out."""
        if frame is not None:
            self._track.expect()
        self._track.take(self._stream.codec_context.encode(frame))

    def repeat(self) -> None:
        """Show the last frame once more.

        The frame is encoded where splicing is off or refused, and where an IDR picture is due.

        Raises:
            RuntimeError: there is no last frame, or the picture was updated after it.
        """
        if self._has_changed:
            raise RuntimeError("the picture is not the last frame any more; call write() instead of repeat()")
        if self._refusal or self._num_frames % self._idr_every == 0:
            self.write()
            return
        self._num_frames += 1
        self._num_spliced += 1
        self._queue.make_room()
        self._queue.add(self._track.repeat)

    @property
    def encoded(self) -> Encoded:
        """What was written, once the block has ended."""
        if self._encoded is None:
            raise RuntimeError("the file is not finished; leave the with block first")
        return self._encoded

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            try:
                self._finish()
            except (av.error.FFmpegError, MediaError) as failure:
                error = failure
        if error is not None:
            self._discard()
        if isinstance(error, av.error.FFmpegError):
            raise MediaError(
                f"{self._path.name} cannot be written: {error}; check the folder and the free space"
            ) from error
        if isinstance(error, MediaError):
            raise error

    def _finish(self) -> None:
        if not self._num_frames:
            raise MediaError(f"no frame was written to {self._path.name}; a film needs at least one")
        self._queue.add(lambda: self._encode(None))
        self._queue.finish()
        assert self._track.is_complete
        self._container.close()
        self._partial.replace(self._path)
        size_bytes = self._path.stat().st_size
        self._encoded = Encoded(self._num_frames, self._num_spliced, size_bytes, self._refusal)

    def _open_stream(self, preset: str, crf: int) -> av.VideoStream:
        options = {"preset": preset, "crf": str(crf), "forced-idr": "1", "x264-params": x264_parameters(preset)}
        stream = self._container.add_stream("libx264", self._fps, options=options)
        context = stream.codec_context
        context.width, context.height = self._canvas.frame.width, self._canvas.frame.height
        context.pix_fmt = "yuv420p"
        context.time_base = 1 / self._fps
        context.thread_count = _NUM_THREADS
        context.thread_type = ThreadType.FRAME
        context.color_range = ColorRange.MPEG
        context.color_primaries = context.color_trc = context.colorspace = BT709
        self._container.start_encoding()
        return stream

    def _read_parameters(self) -> tuple[StreamParameters | None, str]:
        """Return the stream's parameters, or why nothing can be spliced into it."""
        try:
            return read_parameters(self._stream.codec_context.extradata or b""), ""
        except MediaError as error:
            return None, str(error)

    def _discard(self) -> None:
        self._queue.drop()
        # A full disk fails here once more; the first failure is the one to tell.
        with suppress(av.error.FFmpegError):
            self._container.close()
        self._partial.unlink(missing_ok=True)
