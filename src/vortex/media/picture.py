"""Stills: posters and contact sheets for reports."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

_MARGIN = 8
_LABEL_HEIGHT = 22
_LABEL_SIZE = 14
_PAPER, _INK = (24, 26, 30), (222, 224, 228)


def contact_sheet(frames: Sequence[NDArray[np.uint8]], columns: int, labels: Sequence[str] = ()) -> NDArray[np.uint8]:
    """Lay frames out in rows, each with its label below.

    Args:
        frames: RGB arrays of shape (height, width, 3); all of one size.
        columns: frames in a row, at least 1.
        labels: one for each frame, or none at all.

    Returns:
        An RGB array.

    Raises:
        ValueError: no frame, frames of different sizes, or as many labels as do not fit.
    """
    if not frames or len({frame.shape for frame in frames}) != 1:
        raise ValueError(f"{len(frames)} frames of sizes {sorted({frame.shape for frame in frames})}; give one size")
    if labels and len(labels) != len(frames):
        raise ValueError(f"{len(labels)} labels for {len(frames)} frames")
    height, width, _ = frames[0].shape
    cell_height = height + _MARGIN + (_LABEL_HEIGHT if labels else 0)
    num_rows = -(-len(frames) // columns)
    num_columns = min(columns, len(frames))
    size = (num_columns * (width + _MARGIN) + _MARGIN, num_rows * cell_height + _MARGIN)
    sheet = Image.new("RGB", size, _PAPER)
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(_LABEL_SIZE)
    for index, frame in enumerate(frames):
        row, column = divmod(index, columns)
        x, y = _MARGIN + column * (width + _MARGIN), _MARGIN + row * cell_height
        sheet.paste(Image.fromarray(frame), (x, y))
        if labels:
            pen.text((x, y + height + 2), labels[index], _INK, font)
    return np.array(sheet)


def jpeg(rgb: NDArray[np.uint8], quality: int = 88) -> bytes:
    """Return an RGB array of shape (height, width, 3) as a JPEG file; quality is 1 to 95."""
    buffer = BytesIO()
    Image.fromarray(rgb).save(buffer, "JPEG", quality=quality, optimize=True)
    return buffer.getvalue()


def save_jpeg(rgb: NDArray[np.uint8], path: Path, quality: int = 88) -> None:
    """Write an RGB array as a JPEG file; quality is 1 to 95."""
    path.write_bytes(jpeg(rgb, quality))
