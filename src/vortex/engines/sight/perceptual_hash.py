"""63 bits that stay nearly the same while a picture is resized, recompressed or recoloured.

Source: Zauner, "Implementation and benchmarking of perceptual image hash functions", 2010, 3.2.1.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_SIDE, _LOW = 32, 8
_WAVES = np.cos(np.pi / _SIDE * np.outer(np.arange(_LOW), np.arange(_SIDE) + 0.5))
"""The lowest cosines of the discrete transform (type II) of 32 numbers."""


def perceptual_hash(pixels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return which of the lowest waves of an RGB picture are stronger than their median; shape (63,).

    The mean brightness, wave zero, is left out.
    """
    grey = Image.fromarray(pixels).convert("L").resize((_SIDE, _SIDE), Image.Resampling.BOX)
    waves = (_WAVES @ np.asarray(grey, np.float64) @ _WAVES.T).ravel()[1:]
    found: NDArray[np.bool_] = waves > np.median(waves)
    return found


def agreement(bits: NDArray[np.bool_], others: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return the share of equal bits, 0 to 1, along the last axis; chance gives one half."""
    return np.asarray((bits == others).mean(axis=-1), np.float32)
