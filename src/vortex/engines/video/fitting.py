"""A given picture made to fit a clip: scaled until it covers the frame, and cut to it around its middle."""

import numpy as np
from numpy.typing import NDArray

from vortex.engines.video.families import Size


def fit_picture(picture: NDArray[np.uint8], size: Size) -> tuple[NDArray[np.uint8], str]:
    """Return a picture of a size, and what was done to it as a sentence, "" if nothing was.

    Args:
        picture: (height, width, 3), RGB.
        size: of the clip.
    """
    from PIL import Image

    height, width = picture.shape[:2]
    if (width, height) == (size.width, size.height):
        return np.ascontiguousarray(picture), ""
    scale = max(size.width / width, size.height / height)
    seen = Size(min(width, round(size.width / scale)), min(height, round(size.height / scale)))
    left, top = (width - seen.width) / 2, (height - seen.height) / 2
    box = (left, top, left + seen.width, top + seen.height)
    fitted = Image.fromarray(picture).resize((size.width, size.height), Image.Resampling.LANCZOS, box=box)
    cut = "" if seen == Size(width, height) else f", of which the middle {seen} is seen"
    return np.asarray(fitted), f"The picture of {width}x{height} was scaled to {size}{cut}."
