"""Sound into files that people play: WAV, FLAC, MP3 and OGG, by the ending of the name."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import av
import numpy as np

from vortex.core.errors import MediaError
from vortex.media.sound import Sound
from vortex.media.sound_file import resample, write_wav


@dataclass(frozen=True, slots=True)
class _Kind:
    codec: str
    container: str
    rates_hz: tuple[int, ...] = ()
    """What the encoder takes; empty for any."""
    bits_a_second: int = 0


_OPUS_HZ = (8000, 12000, 16000, 24000, 48000)
_MP3_HZ = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
_KINDS: Mapping[str, _Kind] = {
    "flac": _Kind("flac", "flac"),
    "mp3": _Kind("libmp3lame", "mp3", _MP3_HZ, 96_000),
    "ogg": _Kind("libopus", "ogg", _OPUS_HZ, 48_000),
}
FORMATS = ("wav", *_KINDS)


def format_of(path: Path) -> str:
    """Return the format that the ending of a name stands for.

    Raises:
        MediaError: it stands for none; names those that there are.
    """
    ending = path.suffix.lower().removeprefix(".")
    if ending not in FORMATS:
        raise MediaError(f"{path.name}: sound is written as {', '.join(FORMATS)}; end the name so")
    return ending


def write_sound(path: Path, sound: Sound) -> None:
    """Write a sound in the format of its file's ending; equal sound gives equal bytes.

    WAV and FLAC hold 16 bits without loss. MP3 (96 kbit/s a channel) and Opus in OGG (48 kbit/s a channel) take the
    next rate that they know.

    Raises:
        MediaError: the ending is unknown, or the sound would clip.
    """
    kind = format_of(path)
    if kind == "wav":
        write_wav(path, sound)
        return
    if np.abs(sound.samples).max(initial=0) > 1:
        raise MediaError(f"sound for {path.name} would clip; lower its gain or master it first")
    _encode(path, sound, _KINDS[kind])


def _encode(path: Path, sound: Sound, kind: _Kind) -> None:
    rate = next((each for each in kind.rates_hz if each >= sound.rate_hz), (kind.rates_hz or (sound.rate_hz,))[-1])
    fitted = sound if rate == sound.rate_hz else resample(sound, rate)
    scaled = np.clip(np.rint(fitted.by_channel * np.float32(32768)), -32768, 32767).astype("<i2")
    layout = "mono" if fitted.num_channels == 1 else "stereo"
    # Without this, an OGG stream gets a serial number by chance, and no two files are equal.
    with av.open(str(path), "w", format=kind.container, options={"fflags": "+bitexact"}) as container:
        stream = cast(av.AudioStream, container.add_stream(kind.codec, rate=rate, layout=layout))
        if kind.bits_a_second:
            stream.bit_rate = kind.bits_a_second * fitted.num_channels
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(scaled).reshape(1, -1), format="s16", layout=layout)
        frame.sample_rate = rate
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)
