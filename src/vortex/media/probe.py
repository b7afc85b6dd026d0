"""What a media file says about itself, without decoding it."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.container import InputContainer
from av.stream import Disposition

from vortex.core.errors import MediaError
from vortex.media.language import two_letters
from vortex.media.track import Chapter

_CONTAINER_WORDS = frozenset({"major_brand", "minor_version", "compatible_brands"})


@dataclass(frozen=True, slots=True)
class Probe:
    """Facts about a file; a missing track leaves "" or 0. ``num_frames`` is 0 where the container does not count."""

    duration_s: float
    width: int
    height: int
    fps: Fraction
    num_frames: int
    video_codec: str
    pix_fmt: str
    audio_codec: str
    audio_rate_hz: int
    audio_channels: int
    video_duration_s: float
    audio_duration_s: float
    subtitle_languages: tuple[str, ...]
    chapters: tuple[Chapter, ...]
    metadata: dict[str, str]


def probe(path: Path) -> Probe:
    """Read the headers of a video or sound file.

    Raises:
        MediaError: the file is absent, damaged, or neither video nor sound.
    """
    with open_media(path) as container:
        pictures = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
        sounds = container.streams.audio
        if not pictures and not sounds:
            raise MediaError(f"{path.name} holds neither picture nor sound; name a film or a sound file")
        video = pictures[0] if pictures else None
        audio = sounds[0] if sounds else None
        return Probe(
            duration_s=(container.duration or 0) / av.time_base,
            width=video.width if video else 0,
            height=video.height if video else 0,
            fps=(video and video.average_rate) or Fraction(0),
            num_frames=video.frames if video else 0,
            video_codec=video.codec_context.name if video else "",
            pix_fmt=(video and video.codec_context.pix_fmt) or "",
            audio_codec=audio.codec_context.name if audio else "",
            audio_rate_hz=audio.codec_context.sample_rate if audio else 0,
            audio_channels=audio.codec_context.channels if audio else 0,
            video_duration_s=_duration_s(video),
            audio_duration_s=_duration_s(audio),
            subtitle_languages=tuple(two_letters(s.language or "und") for s in container.streams.subtitles),
            chapters=_chapters(container),
            metadata={key: text for key, text in container.metadata.items() if key not in _CONTAINER_WORDS},
        )


def open_media(path: Path) -> InputContainer:
    """Open a file for reading; use the result in a ``with`` block.

    Raises:
        MediaError: the file is absent, or no media file.
    """
    if not path.is_file():
        raise MediaError(f"there is no file {path}; check the name")
    try:
        return av.open(str(path))
    except (av.error.FFmpegError, OSError, ValueError) as error:
        size_bytes = path.stat().st_size
        reason = getattr(error, "strerror", None) or error
        raise MediaError(
            f"{path.name} ({size_bytes} bytes) cannot be read as video or sound: {reason}; it may be cut short, "
            "so make or fetch it again"
        ) from error


def _duration_s(stream: av.VideoStream | av.AudioStream | None) -> float:
    if stream is None or stream.duration is None or stream.time_base is None:
        return 0.0
    return float(stream.duration * stream.time_base)


def _chapters(container: InputContainer) -> tuple[Chapter, ...]:
    return tuple(
        Chapter(float(entry["start"] * (entry["time_base"] or 0)), entry["metadata"].get("title", ""))
        for entry in container.chapters()
    )
