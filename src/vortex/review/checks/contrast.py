"""Is the text legible in the film itself? The same boxes, but the pixels that a viewer gets."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vortex.review.checks.layout import MIN_CONTRAST, relative_luminance
from vortex.review.records import Element, FilmRecord, Picture
from vortex.review.verdict import Finding, Outcome, Skip, clock

COMPRESSION = 0.1
"""Compression softens strokes: the pixels may lose this share of the contrast that was drawn."""
LEAST_TYPE_PX = 12.0
"""The strokes of smaller type are thinner than a pixel, so that no pixel carries their ink; their contrast is judged
from the layout records alone."""
_SHARES_OF_A_SHOT = (0.5, 0.95)
_SETTLED_FRAMES = 3
_LEAST_PIXELS = 60
_NAME = "contrast in the film"


@dataclass(frozen=True, slots=True)
class SeenText:
    """One text as it was found in a decoded picture."""

    place: str
    ratio: float


def sample_pictures(record: FilmRecord) -> dict[int, Picture]:
    """Choose pictures to decode: two of each shot in which the elements rest; keys are frames of the film."""
    chosen: dict[int, Picture] = {}
    for shot, layout in record.records:
        resting = [
            picture
            for picture in record.pictures
            if picture.shot == shot.shot.id and picture.end - picture.start >= _SETTLED_FRAMES and picture.elements
        ]
        for share in _SHARES_OF_A_SHOT if resting else ():
            wanted = shot.start + share * layout.num_frames
            best = min(resting, key=lambda picture: abs((picture.start + picture.end) / 2 - wanted))
            chosen[(best.start + best.end) // 2] = best
    return chosen


def texts_seen(
    frames: Iterable[tuple[int, NDArray[np.uint8]]], pictures: dict[int, Picture], fps: float
) -> Iterator[SeenText]:
    """Measure every resting text of the chosen pictures on decoded frames, each uint8 of shape (H, W, 3), RGB."""
    for index, frame in frames:
        for element in pictures[index].elements:
            too_thin = 0 < element.type_px < LEAST_TYPE_PX
            if element.readable and element.opacity >= 0.99 and not too_thin:
                ratio = pixel_contrast(_cut(frame, element))
                if ratio is not None:
                    yield SeenText(f"{clock(index / fps)} {pictures[index].shot}: {element.name} ({ratio:.1f})", ratio)


def pixel_contrast(pixels: NDArray[np.uint8]) -> float | None:
    """Return the contrast between the paper and the ink of a text, 1 to 21; ``None`` if there is too little to see.

    Paper is the luminance that most pixels have; ink is the luminance farthest from it that at least one pixel in a
    hundred reaches, because the core of a stroke is what a reader sees.

    Args:
        pixels: uint8 of shape (H, W, 3), RGB.
    """
    if pixels.shape[0] * pixels.shape[1] < _LEAST_PIXELS:
        return None
    luminance = relative_luminance(pixels.reshape(-1, 3).astype(np.float64))
    # Bins of equal lightness, or all dark colours would fall into one.
    lightness = np.sqrt(luminance)
    counts, edges = np.histogram(lightness, bins=48, range=(0, 1))
    place = int(counts.argmax())
    inside = (lightness >= edges[place]) & (lightness <= edges[place + 1])
    paper = float(np.median(luminance[inside]))
    low, high = np.percentile(luminance, (1, 99))
    return max((float(high) + 0.05) / (paper + 0.05), (paper + 0.05) / (float(low) + 0.05))


def check(texts: Sequence[SeenText] | None) -> Outcome:
    """Check the contrast of every text on the film's own pixels; ``None`` means that nobody knows where texts stand."""
    if not texts:
        return Skip(
            _NAME, "no layout record says where the texts stand" if texts is None else "no resting text was found"
        )
    faults = [text for text in texts if text.ratio < MIN_CONTRAST * (1 - COMPRESSION)]
    lowest = min(text.ratio for text in texts)
    return Finding(
        _NAME,
        not faults,
        f"{lowest:.1f} : 1 at lowest",
        f"≥ {MIN_CONTRAST} : 1, less {COMPRESSION:.0%} for compression",
        f"{len(texts)} texts of {LEAST_TYPE_PX:.0f} px and larger, measured on decoded pictures of every shot.",
        tuple(text.place for text in faults[:8]),
        measure=lowest,
    )


def _cut(frame: NDArray[np.uint8], element: Element) -> NDArray[np.uint8]:
    left, top = max(0, int(element.left)), max(0, int(element.top))
    return frame[top : int(np.ceil(element.bottom)), left : int(np.ceil(element.right))]
