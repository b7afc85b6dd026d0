"""Films of other make: MPEG-4 pictures and AAC sound, plain or with one thing wrong."""

from pathlib import Path

import av
import numpy as np

RATE_HZ, FPS, SECONDS = 48000, 24, 4


def write_film(path: Path, *, luma: int = 200, loudness: float = 0.31, has_sound: bool = True) -> Path:
    """Write a film of a bar that wanders over a plain; ``luma`` 0 leaves it black, ``loudness`` 0 leaves it silent."""
    with av.open(str(path), "w") as film:
        picture = film.add_stream("mpeg4", FPS)
        picture.width, picture.height, picture.pix_fmt = 320, 240, "yuv420p"
        sound = film.add_stream("aac", RATE_HZ) if has_sound else None
        for number in range(FPS * SECONDS):
            pixels = np.full((240, 320, 3), luma, np.uint8)
            pixels[:, number * 3 : number * 3 + 20] //= 4
            film.mux(picture.encode(av.VideoFrame.from_ndarray(pixels, "rgb24")))
        film.mux(picture.encode())
        if sound:
            _add_tone(film, sound, loudness)
    return path


def _add_tone(film, stream, loudness: float) -> None:
    seconds = np.arange(RATE_HZ * SECONDS) / RATE_HZ
    wave = (loudness * np.sin(2 * np.pi * 300 * seconds)).astype(np.float32)
    for first in range(0, len(wave), 1024):
        frame = av.AudioFrame.from_ndarray(wave[None, first : first + 1024], "fltp", "mono")
        frame.sample_rate, frame.pts = RATE_HZ, first
        film.mux(stream.encode(frame))
    film.mux(stream.encode())
