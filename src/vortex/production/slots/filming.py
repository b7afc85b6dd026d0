"""The frames of a film from the frames of a clip: at the film's rate, for as long as the voice, in one size."""

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vortex.engines.video.clip import Frames


def frames_for(duration_s: float, fps: int) -> int:
    """Return how many frames show ``duration_s``: the last one may be shown longer than the sound lasts."""
    return max(1, math.ceil(round(duration_s * fps, 6)))


def frame_places(num_given: int, given_fps: int, num_wanted: int, fps: int) -> list[int]:
    """Return which frame of a clip is shown in each frame of a film.

    The clip goes at its own pace. One that is shorter than the film goes back from its end and forth again, which
    has no jump in it.
    """
    last = num_given - 1
    if not last:
        return [0] * num_wanted
    places = (number * given_fps // fps % (2 * last) for number in range(num_wanted))
    return [place if place <= last else 2 * last - place for place in places]


def fill(film: NDArray[np.uint8], clip: Frames, places: Sequence[int]) -> None:
    """Write the frames of a clip into a film, in place.

    Args:
        film: (num_frames, 3, side, side), RGB.
        clip: (num_given, height, width, 3), RGB.
        places: which frame of the clip is shown in each frame of the film.
    """
    side = film.shape[-1]
    made: dict[int, int] = {}
    for number, place in enumerate(places):
        if place in made:
            film[number] = film[made[place]]
        else:
            film[number] = fitted(clip[place], side).transpose(2, 0, 1)
            made[place] = number


def fitted(pixels: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Return a picture scaled until it covers a square of ``side`` pixels, and what sticks out cut off."""
    height, width = pixels.shape[:2]
    if (height, width) == (side, side):
        return pixels
    edge = min(height, width)
    left, top = (width - edge) / 2, (height - edge) / 2
    box = (left, top, left + edge, top + edge)
    return np.asarray(Image.fromarray(pixels).resize((side, side), Image.Resampling.LANCZOS, box=box))


def notes_on(clip: Frames, given_fps: int, duration_s: float, side: int) -> Iterator[str]:
    """Yield what was done to a clip to make a film of it, in whole sentences."""
    clip_s = len(clip) / given_fps
    if clip_s < duration_s - 1 / given_fps:
        yield f"The clip of {clip_s:.1f} s goes to and fro to fill {duration_s:.1f} s."
    height, width = clip.shape[1:3]
    if (height, width) != (side, side):
        yield f"The clip of {width}x{height} was scaled and cut to {side}x{side}."
