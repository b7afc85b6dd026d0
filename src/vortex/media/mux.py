"""Join finished parts into one film: pictures are copied, sound is encoded, and captions and chapters are added.

Nothing is drawn or compressed again, so this last step takes seconds, and changing one shot costs one shot. The film
appears under its name only when it is whole.
"""

from __future__ import annotations

import heapq
import struct
from collections.abc import Iterator, Sequence
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Unpack, cast

import av
import numpy as np
from av.container import OutputContainer
from av.stream import Disposition
from PIL import Image

from vortex.core.errors import MediaError
from vortex.media.language import three_letters
from vortex.media.resample import resample
from vortex.media.sound import Sound
from vortex.media.track import Chapter, Extras, SubtitleCue

SOUND_RATE_HZ = 48000
SOUND_BITS_A_SECOND = 160_000
_AAC_BLOCK = 1024
_MS = Fraction(1, 1000)
_MAX_CUE_BYTES = 65535
_OPTIONS = {
    "movflags": "+faststart",
    "fflags": "+bitexact",
    # Divides into frames of every common rate, so that edit lists and chapters fall on frames.
    "movie_timescale": "48000",
}
_ASS_HEADER = b"""[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, \
StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Sans,18,&Hffffff,&Hffffff,&H0,&H80000000,0,0,0,0,100,100,0,0,3,1,0,2,10,10,10,0

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""
"""How a player shows the soft captions: white on a dark bar at the bottom."""

_Packets = Iterator[tuple[Fraction, "av.Packet[av.stream.Stream]"]]
"""Packets of one track with their start in seconds; merging tracks by it keeps sound beside its picture in the file."""


def mux(
    video_parts: Sequence[Path], sound: Sound | None, out: Path, *, fps: int | Fraction, **extras: Unpack[Extras]
) -> None:
    """Write a film from parts that ``VideoWriter`` made with equal settings. Equal arguments give equal bytes.

    Args:
        video_parts: files in the order in which they are shown.
        sound: mono or stereo; silence is added up to the end of the picture.
        out: the MP4 file to write; it is replaced only when the new one is whole.
        fps: of all parts.
        extras: any of ``subtitles``, ``language``, ``chapters``, ``metadata`` and ``poster``; see ``Extras``.

    Raises:
        MediaError: parts cannot be read or differ, the sound is longer than the picture, or cues or chapters are out of
            order.
    """
    rate, subtitles, chapters = Fraction(fps), extras.get("subtitles", ()), extras.get("chapters", ())
    duration_s = _checked_num_frames(video_parts, rate) / rate
    _check_order(subtitles, chapters, float(duration_s))
    language, poster = three_letters(extras.get("language", "en")), extras.get("poster")
    partial = out.with_name(f".{out.name}.partial")
    try:
        with av.open(str(partial), "w", format="mp4", options=_OPTIONS) as film:
            film.metadata.update(extras.get("metadata", {}))
            film.set_chapters(_chapter_entries(chapters, duration_s))
            tracks = [_video_packets(film, video_parts, rate)]
            if sound is not None:
                tracks.append(_sound_packets(film, _fit(sound, duration_s, rate), language))
            if subtitles:
                tracks.append(_subtitle_packets(film, subtitles, language))
            if poster is not None:
                tracks.append(_poster_packets(film, poster))
            for _, packet in heapq.merge(*tracks, key=lambda timed: timed[0]):
                film.mux_one(packet)
        partial.replace(out)
    except av.error.FFmpegError as error:
        raise MediaError(f"{out.name} cannot be written: {error}; check the folder and the free space") from error
    finally:
        partial.unlink(missing_ok=True)


def _checked_num_frames(parts: Sequence[Path], rate: Fraction) -> int:
    """Count the frames of all parts, and refuse parts that a player could not show in one stream."""
    num_frames, first = 0, None
    for part in parts:
        with _opened(part) as container:
            stream = container.streams.video[0]
            found = (stream.codec_context.extradata, stream.width, stream.height, stream.average_rate)
            first = first or found
            if found != first or stream.average_rate != rate:
                raise MediaError(
                    f"{part.name} ({stream.width}x{stream.height}, {stream.average_rate} fps) was encoded with other "
                    f"settings than {parts[0].name} at {rate} fps; encode all parts anew with the same settings"
                )
            num_frames += stream.frames
    if not num_frames:
        raise MediaError("a film needs at least one part with a frame; none was given")
    return num_frames


def _check_order(subtitles: Sequence[SubtitleCue], chapters: Sequence[Chapter], duration_s: float) -> None:
    shown_until = 0.0
    for cue in subtitles:
        if cue.start_s < shown_until or cue.end_s <= cue.start_s:
            raise MediaError(
                f"subtitle {cue.text!r} ({cue.start_s:.3f} s to {cue.end_s:.3f} s) is empty or starts before "
                f"{shown_until:.3f} s; sort the cues and cut overlaps"
            )
        shown_until = cue.end_s
    starts = [chapter.start_s for chapter in chapters]
    if starts and (starts[0] != 0 or starts != sorted(set(starts)) or starts[-1] >= duration_s):
        raise MediaError(f"chapters start at {starts} s; they must rise from 0 and stay under {duration_s:.3f} s")


def _opened(part: Path) -> av.container.InputContainer:
    try:
        container = av.open(str(part))
    except (av.error.FFmpegError, OSError) as error:
        raise MediaError(f"part {part.name} cannot be read ({error}); render it again") from error
    if not container.streams.video:
        container.close()
        raise MediaError(f"part {part.name} holds no picture; render it again")
    return container


def _video_packets(film: OutputContainer, parts: Sequence[Path], rate: Fraction) -> _Packets:
    with _opened(parts[0]) as container:
        stream = film.add_stream_from_template(container.streams.video[0])
    stream.time_base = 1 / rate
    return _copied(stream, parts, rate)


def _copied(stream: av.VideoStream, parts: Sequence[Path], rate: Fraction) -> _Packets:
    index = 0
    for part in parts:
        with _opened(part) as container:
            for packet in container.demux(video=0):
                if not packet.size:
                    continue  # demuxing ends with an empty packet
                packet.stream = stream
                packet.time_base = 1 / rate
                packet.pts = packet.dts = index
                packet.duration = 1
                yield index / rate, cast("av.Packet[av.stream.Stream]", packet)
                index += 1


def _fit(sound: Sound, duration_s: Fraction, rate: Fraction) -> Sound:
    fitted = resample(sound, SOUND_RATE_HZ)
    too_long_s = fitted.duration_s - float(duration_s)
    if too_long_s > 1 / rate:
        raise MediaError(
            f"the sound is {too_long_s:.3f} s longer than the picture of {float(duration_s):.3f} s; "
            "hold the last shot longer"
        )
    return fitted.fitted(round(duration_s * SOUND_RATE_HZ))


def _sound_packets(film: OutputContainer, sound: Sound, language: str) -> _Packets:
    stream = film.add_stream("aac", SOUND_RATE_HZ, options={"flags": "+bitexact"}, layout="stereo")
    stream.bit_rate = SOUND_BITS_A_SECOND
    stream.metadata["language"] = language
    return _encoded(stream, sound)


def _encoded(stream: av.AudioStream, sound: Sound) -> _Packets:
    context = stream.codec_context
    for start in range(0, len(sound.samples), _AAC_BLOCK):
        block = Sound(sound.samples[start : start + _AAC_BLOCK], sound.rate_hz).as_stereo()
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block.samples.T), "fltp", "stereo")
        frame.sample_rate, frame.pts, frame.time_base = SOUND_RATE_HZ, start, Fraction(1, SOUND_RATE_HZ)
        yield from _timed(stream, context.encode(frame))
    yield from _timed(stream, context.encode(None))


def _timed(stream: av.AudioStream, packets: Sequence[av.Packet[av.AudioStream]]) -> _Packets:
    for packet in packets:
        packet.stream = stream
        yield Fraction(packet.pts or 0) * packet.time_base, cast("av.Packet[av.stream.Stream]", packet)


def _subtitle_packets(film: OutputContainer, cues: Sequence[SubtitleCue], language: str) -> _Packets:
    stream = film.add_stream("mov_text")
    stream.codec_context.subtitle_header = _ASS_HEADER
    stream.codec_context.time_base = stream.time_base = _MS
    stream.metadata["language"] = language
    return _texts(stream, cues)


def _texts(stream: av.subtitles.stream.SubtitleStream, cues: Sequence[SubtitleCue]) -> _Packets:
    for cue in cues:
        text = cue.text.encode()
        if len(text) > _MAX_CUE_BYTES:
            raise MediaError(f"a subtitle at {cue.start_s:.3f} s has {len(text)} bytes; split it into shorter cues")
        packet = av.Packet(struct.pack(">H", len(text)) + text)
        packet.stream = stream
        packet.time_base = _MS
        packet.pts = packet.dts = round(cue.start_s * 1000)
        packet.duration = round(cue.end_s * 1000) - round(cue.start_s * 1000)
        packet.is_keyframe = True
        yield packet.pts * _MS, packet


def _poster_packets(film: OutputContainer, poster: bytes) -> _Packets:
    try:
        with Image.open(BytesIO(poster)) as image:
            (width, height), codec = image.size, {"JPEG": "mjpeg", "PNG": "png"}[image.format or ""]
    except (OSError, KeyError) as error:
        raise MediaError(f"the poster is no JPEG or PNG file ({error}); save it as one of them") from error
    stream = film.add_mux_stream(codec, width=width, height=height)
    stream.disposition = Disposition.attached_pic
    stream.time_base = _MS
    packet = av.Packet(poster)
    packet.stream = stream
    packet.time_base = _MS
    packet.pts = packet.dts = 0
    packet.is_keyframe = True
    return iter([(Fraction(0), packet)])


def _chapter_entries(chapters: Sequence[Chapter], duration_s: Fraction) -> list[av.container.core.Chapter]:
    ends = [chapter.start_s for chapter in chapters[1:]] + [float(duration_s)]
    return [
        {
            "id": number,
            "start": round(chapter.start_s * 1000),
            "end": round(end_s * 1000),
            "time_base": _MS,
            "metadata": {"title": chapter.title},
        }
        for number, (chapter, end_s) in enumerate(zip(chapters, ends, strict=False))
    ]
