"""Look at a finished film: stream its frames at a small size, and read its captions.

A check of a film needs few pixels but every frame, so frames are scaled right after decoding and handed out one by
one; memory does not grow with the length of the film.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

import av
import numpy as np
from av.codec.context import ThreadType
from av.container import InputContainer
from av.subtitles.stream import SubtitleStream
from av.subtitles.subtitle import AssSubtitle
from av.video.reformatter import Interpolation, VideoReformatter
from numpy.typing import NDArray

from vortex.core.errors import MediaError
from vortex.media.probe import open_media
from vortex.media.track import SubtitleCue

_MOST_FPS = 120


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """One frame of a film as it was decoded."""

    index: int
    """Place on the grid of the ``even_rate``; frames of uneven length leave places out."""
    luma: NDArray[np.uint8]
    """Grey and small, of shape (height, width)."""
    picture: NDArray[np.uint8] | None
    """RGB of shape (height, width, 3), of every so many seconds' frame; else ``None``."""


def iter_looks(path: Path, width: int, every_s: float, height: int) -> Iterator[Look]:
    """Yield every frame small and grey, and now and then one large and in colour, in one pass over the film.

    Args:
        path: a film.
        width: of the small pictures, in pixels; they keep the film's proportions.
        every_s: the first frame and then one every so many seconds is handed out in colour.
        height: of the coloured pictures at most, in pixels; those of a film that stands upright at most this wide.

    Raises:
        MediaError: the file cannot be read, or holds no picture.
    """
    small, large = VideoReformatter(), VideoReformatter()
    with _video(path) as (container, stream):
        rate, last, due = _even_rate(stream), -1, 0.0
        for frame in container.decode(stream):
            index = max(last + 1, _index(frame, stream, rate) if frame.pts is not None else 0)
            picture = None
            if index >= due:
                share = min(1.0, height / min(frame.width, frame.height))
                picture = _to_array(large, frame, max(1, round(frame.width * share)), "rgb24")
                due = index + every_s * float(rate)
            yield Look(index, _to_array(small, frame, width, "gray"), picture)
            last = index


def even_rate(path: Path) -> Fraction:
    """Return how many frames a second an even film with the same moments has; frames may stand for several of its own.

    Raises:
        MediaError: the file cannot be read, or holds no picture.
    """
    with _video(path) as (_, stream):
        return _even_rate(stream)


def frame_at(path: Path, seconds: float | Fraction, width: int | None = None) -> NDArray[np.uint8]:
    """Return the frame that is on screen at a moment, in RGB of shape (height, width, 3).

    Raises:
        MediaError: the file cannot be read, or ends before that moment.
    """
    with _video(path) as (container, stream):
        rate = _rate(stream)
        # A float such as 0.3 lies a hair before the frame that it means.
        exact = Fraction(seconds).limit_denominator(1_000_000)
        wanted = int(exact * rate)
        container.seek(int(exact / (stream.time_base or 1)), stream=stream)
        for frame in container.decode(stream):
            if _index(frame, stream, rate) >= wanted:
                size = width or frame.width
                return _to_array(VideoReformatter(), frame, size, "rgb24")
    raise MediaError(f"{path.name} has no frame at {float(seconds):.3f} s; ask for an earlier moment")


def read_subtitles(path: Path) -> list[SubtitleCue]:
    """Return the cues of the first soft subtitle track; a film without one has none.

    Raises:
        MediaError: the file cannot be read.
    """
    cues = []
    with open_media(path) as container:
        if not container.streams.subtitles:
            return []
        for packet in container.demux(container.streams.subtitles[0]):
            if packet.pts is None or not packet.size:
                continue
            text = _text(packet)
            if text:
                start = Fraction(packet.pts) * packet.time_base
                end = start + (packet.duration or 0) * packet.time_base
                cues.append(SubtitleCue(float(start), float(end), text))
    return cues


@contextmanager
def _video(path: Path) -> Iterator[tuple[InputContainer, av.VideoStream]]:
    with open_media(path) as container:
        if not container.streams.video:
            raise MediaError(f"{path.name} holds no picture; name a film")
        stream = container.streams.video[0]
        stream.codec_context.thread_type = ThreadType.AUTO
        try:
            yield container, stream
        except av.error.FFmpegError as error:
            raise MediaError(f"{path.name} is damaged: {error}; make it again") from error


def _rate(stream: av.VideoStream) -> Fraction:
    rate = stream.average_rate or stream.guessed_rate
    if not rate:
        raise MediaError("the film does not say how many frames a second it has; write it again as MP4")
    return rate


def _even_rate(stream: av.VideoStream) -> Fraction:
    mean, even = _rate(stream), stream.guessed_rate
    # What is guessed of a film without any rhythm is the rate of its clock, such as 90 000.
    return even if even and mean < even <= _MOST_FPS else mean


def _index(frame: av.VideoFrame, stream: av.VideoStream, rate: Fraction) -> int:
    return round(((frame.pts or 0) - (stream.start_time or 0)) * (stream.time_base or 0) * rate)


def _to_array(
    reformatter: VideoReformatter, frame: av.VideoFrame, width: int, format_: Literal["gray", "rgb24"]
) -> NDArray[np.uint8]:
    size = min(width, frame.width)
    height = max(1, round(frame.height * size / frame.width))
    small = reformatter.reformat(frame, size, height, format_, interpolation=Interpolation.AREA, threads=1)
    plane, channels = small.planes[0], 1 if format_ == "gray" else 3
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[:height, : size * channels]
    return np.array(rows) if channels == 1 else np.array(rows).reshape(height, size, channels)


def _text(packet: av.Packet[SubtitleStream]) -> str:
    if packet.stream.codec_context.name == "mov_text":
        # Read as it stands: FFmpeg's decoder takes words in braces for styling and drops them.
        (length,) = struct.unpack_from(">H", bytes(packet))
        return bytes(packet)[2 : 2 + length].decode()
    shown = (text for text in packet.decode() if isinstance(text, AssSubtitle))
    return "\n".join(text.dialogue.decode().replace("\\N", "\n") for text in shown)
