"""Colours as people see them apart, and how the colours of two things overlap.

Source: Ottosson, "A perceptual color space for image processing" (OKLab), 2020; IEC 61966-2-1 (sRGB).
"""

import numpy as np
from numpy.typing import NDArray

_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_STEPS = np.arange(256) / 255
_LINEAR = np.where(_STEPS <= 0.04045, _STEPS / 12.92, ((_STEPS + 0.055) / 1.055) ** 2.4)
_LOW, _HIGH = np.array([0.0, -0.30, -0.32]), np.array([1.0, 0.30, 0.32])
_BINS = np.array([5, 9, 9])
"""Few for lightness, which a lamp changes."""


def oklab(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return lightness 0 to 1, green to red, and blue to yellow, of pixels (..., 3) in sRGB."""
    return np.asarray(np.cbrt(_LINEAR[pixels] @ _TO_CONES.T) @ _TO_LAB.T)


def color_shares(pixels_N3: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return how much of the pixels has which colour: 405 shares that add up to 1.

    A pixel is divided between the eight nearest of 5 × 9 × 9 colours of OKLab, so that a slight change of light does
    not move it from one to another.
    """
    place = (oklab(pixels_N3.reshape(-1, 3)) - _LOW) / (_HIGH - _LOW) * (_BINS - 1)
    place = np.clip(place, 0, _BINS - 1)
    below = np.minimum(place.astype(int), _BINS - 2)
    above = place - below
    shares = np.zeros(int(_BINS.prod()))
    for corner in np.ndindex(2, 2, 2):
        weight = np.where(corner, above, 1 - above).prod(axis=1)
        bins = np.ravel_multi_index(tuple((below + corner).T), tuple(_BINS))
        shares += np.bincount(bins, weight, len(shares))
    return np.asarray(shares / shares.sum(), np.float32)


def overlap(shares: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how alike distributions are, 0 to 1, along the last axis.

    Source: Bhattacharyya, "On a measure of divergence between two statistical populations", 1943.
    """
    return np.asarray(np.sqrt(shares * others).sum(axis=-1), np.float32)
