"""Sound from and to files, at the rate that is asked for."""

import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import numpy as np

from vortex.core.errors import MediaError
from vortex.media.resample import LAYOUTS, Resampler, resample
from vortex.media.sound import Sound

_FULL_SCALE = 32768
_BLOCK = 1 << 20

__all__ = ["decode_sound", "iter_sound", "read_sound", "require_sound", "resample", "write_wav"]


def decode_sound(path: Path) -> Sound:
    """Decode the first sound track of a file; more than two channels are mixed to stereo.

    Raises:
        MediaError: the file cannot be read, or holds no sound.
    """
    with _decoded(path) as (frames, resampler):
        for frame in frames:
            resampler.add(frame)
        return resampler.finish()


def require_sound(path: Path) -> None:
    """Refuse a file that is no sound before any work rests on it; only its first piece is decoded.

    Raises:
        MediaError: the file cannot be read, or holds no sound.
    """
    with _decoded(path) as (frames, _):
        if next(frames, None) is None:
            raise MediaError(f"{path.name} holds no sound; name a file with a sound track")


def iter_sound(path: Path, block_s: float = 20.0) -> Iterator[Sound]:
    """Yield the first sound track of a file in blocks of ``block_s`` or a little more, so that none is ever whole.

    Raises:
        MediaError: the file cannot be read, or holds no sound.
    """
    with _decoded(path) as (frames, resampler):
        for frame in frames:
            resampler.add(frame)
            if resampler.collected_s >= block_s:
                yield resampler.take()
        yield resampler.finish()


@contextmanager
def _decoded(path: Path) -> Iterator[tuple[Iterator[av.AudioFrame], Resampler]]:
    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                raise MediaError(f"{path.name} holds no sound; name a file with a sound track")
            stream = container.streams.audio[0]
            num_channels = min(len(LAYOUTS), stream.codec_context.channels)
            yield container.decode(stream), Resampler(num_channels, stream.codec_context.sample_rate)
    except (av.error.FFmpegError, OSError) as error:
        raise MediaError(
            f"{path.name} cannot be read as sound ({error.strerror or error}); it may be cut short, so make or "
            "fetch it again, or convert it to WAV, FLAC, MP3 or AAC"
        ) from error


def read_sound(path: Path, rate_hz: int) -> Sound:
    """Decode the first sound track of a file at ``rate_hz``.

    Raises:
        MediaError: the file cannot be read, or holds no sound.
    """
    return resample(decode_sound(path), rate_hz)


def write_wav(path: Path, sound: Sound) -> None:
    """Write 16-bit PCM, rounded and without dither, so that equal sound gives equal bytes.

    Raises:
        MediaError: a sample lies outside -1 to 1 and would be clipped.
    """
    peak = float(max(sound.samples.max(initial=0), -sound.samples.min(initial=0)))
    if peak > 1:
        raise MediaError(f"sound for {path.name} peaks at {peak:.3f} and would clip; lower its gain or master it first")
    with path.open("wb") as plain, wave.open(plain, "wb") as file:
        file.setnchannels(sound.num_channels)
        file.setsampwidth(2)
        file.setframerate(sound.rate_hz)
        for start in range(0, len(sound.samples), _BLOCK):
            scaled = np.rint(sound.samples[start : start + _BLOCK] * np.float32(_FULL_SCALE))
            file.writeframesraw(np.minimum(scaled, _FULL_SCALE - 1).astype("<i2").tobytes())
