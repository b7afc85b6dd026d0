"""Whether a generated picture shows nothing: black, white, one colour, hardly any light or contrast, or noise.

What diffusion models return when they fail is rarely an error. Numbers that overflow come back black, a wrong
decoder washed out, too few or unfinished steps as noise. All of this is told from the pixels alone.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Fault = Literal["black", "white", "underexposed", "washed out", "noise", "empty"]

_SHARE = 0.001
"""Of the pixels: what covers less is not looked at, such as a signature or a dead pixel."""
_DARK, _BRIGHT = 0.1, 0.9
"""Luma, 0 to 1."""
_ONE_COLOUR = 0.05
"""How far from the median of its channel a pixel may be."""
_DIM_MEAN, _DIM_TOP = 0.2, 0.35
_MIN_RANGE = 0.22
_NOISE_SLOPE, _NOISE_TAILS = -0.9, 4.2
_SMALL_SIDE, _SMALL_TAILS = 128, 3.5
"""In thumbnails, edges that stand close together come near to noise."""
_NOISE_SIDE = 512
"""Pixels of the square in the middle in which noise is looked for."""


@dataclass(frozen=True, slots=True)
class Blank:
    """Why a picture shows nothing."""

    fault: Fault
    reason: str
    """In words and numbers."""


def find_blank(pixels: NDArray[np.uint8]) -> Blank | None:
    """Return why a picture shows nothing, or None if it shows something.

    Args:
        pixels: (height, width, 3), RGB; at least 16 by 16.

    Raises:
        ValueError: ``pixels`` is no such array.
    """
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8 or min(pixels.shape[:2]) < 16:
        raise ValueError(f"wanted uint8 of (height, width, 3), at least 16 by 16; got {pixels.dtype} {pixels.shape}")
    colours: NDArray[np.float32] = pixels.astype(np.float32) / np.float32(255)
    luma: NDArray[np.float32] = colours @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    return _too_even(colours, luma) or _too_little_light(luma) or _noise(luma)


def _too_even(colours: NDArray[np.float32], luma: NDArray[np.float32]) -> Blank | None:
    bright, dark = float((luma > _DARK).mean()), float((luma < _BRIGHT).mean())
    if bright < _SHARE:
        return Blank("black", f"{1 - bright:.2%} of it is darker than {_DARK:.0%}")
    if dark < _SHARE:
        return Blank("white", f"{1 - dark:.2%} of it is brighter than {_BRIGHT:.0%}")
    middle = np.median(colours, axis=(0, 1))
    other = float((np.abs(colours - middle) > _ONE_COLOUR).any(axis=2).mean())
    if other < _SHARE:
        return Blank("empty", f"{1 - other:.2%} of it is one colour")
    return None


def _too_little_light(luma: NDArray[np.float32]) -> Blank | None:
    mean = float(luma.mean())
    low, high = (float(each) for each in np.quantile(luma, (0.01, 0.99)))
    if mean < _DIM_MEAN and high < _DIM_TOP:
        return Blank("underexposed", f"its mean is {mean:.0%} of full light and its brightest hundredth {high:.0%}")
    if high - low < _MIN_RANGE:
        return Blank("washed out", f"all but its extremes lie between {low:.0%} and {high:.0%} of full light")
    return None


def _noise(luma: NDArray[np.float32]) -> Blank | None:
    """Tell noise by two laws of pictures: power falls with frequency, and edges are few and strong.

    Source: Field 1987 (power of natural pictures falls with the square of frequency; that of noise does not fall);
    Ruderman 1994 (differences of neighbours have heavy tails; those of noise have none).
    """
    height, width = luma.shape
    top, left = max(0, height - _NOISE_SIDE) // 2, max(0, width - _NOISE_SIDE) // 2
    middle = luma[top : top + _NOISE_SIDE, left : left + _NOISE_SIDE]
    slope, tails = spectral_slope(middle), edge_tails(middle)
    if slope > _NOISE_SLOPE and tails < (_NOISE_TAILS if min(middle.shape) >= _SMALL_SIDE else _SMALL_TAILS):
        return Blank(
            "noise", f"its power goes with frequency by {slope:.1f} (pictures: -2), its edges have tails of {tails:.1f}"
        )
    return None


def spectral_slope(luma: NDArray[np.float32]) -> float:
    """Return the exponent by which power changes with frequency over the coarse half of the scales; 0 is noise."""
    height, width = luma.shape
    window = np.outer(np.hanning(height), np.hanning(width))
    power = np.abs(np.fft.rfft2((luma - luma.mean()) * window)) ** 2
    frequency = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None, :])
    coarsest = 1.5 / min(height, width)
    edges = np.geomspace(coarsest, max(1 / 16, 6 * coarsest), 7)
    rows = []
    for low, high in pairwise(edges):
        ring = (frequency >= low) & (frequency < high)
        if ring.any():
            rows.append((np.log(np.sqrt(low * high)), np.log(power[ring].mean() + 1e-12), np.sqrt(ring.sum())))
    x, y, weight = np.array(rows).T
    return float(np.polyfit(x, y, 1, w=weight)[0])


def edge_tails(luma: NDArray[np.float32]) -> float:
    """Return the kurtosis of the differences of neighbours: 3 for a normal distribution, more with few strong edges."""
    across = np.concatenate([np.diff(luma, axis=0).ravel(), np.diff(luma, axis=1).ravel()]).astype(np.float64)
    across -= across.mean()
    spread = float((across**2).mean())
    return float((across**4).mean()) / max(spread**2, 1e-24)
