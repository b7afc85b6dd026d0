"""Where things go: rectangles, the frame's fixed places, and dividing room by measured sizes.

Pixels are floats until they are painted. Nothing here knows Skia, so a layout can be tested with plain numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from vortex.core.errors import EngineError
from vortex.visuals.theme import MINIMUM_TYPE, TYPE_SCALE, Step

Place = Literal["start", "centre", "end"]


class DoesNotFit(EngineError):
    """Something cannot be set legibly in its place; the shot has to be split or shortened."""


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle in pixels; (0, 0) is the top-left corner of the frame."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Bottom edge."""
        return self.y + self.height

    @property
    def centre(self) -> tuple[float, float]:
        """Middle point."""
        return self.x + self.width / 2, self.y + self.height / 2

    def inset(self, across: float, down: float | None = None) -> Rect:
        """Return the rectangle less ``across`` at left and right and ``down`` (default: the same) at top and bottom."""
        down = across if down is None else down
        return Rect(self.x + across, self.y + down, self.width - 2 * across, self.height - 2 * down)

    def outset(self, by: float) -> Rect:
        """Return the rectangle grown by ``by`` on every side."""
        return self.inset(-by)

    def moved(self, across: float, down: float) -> Rect:
        """Return the rectangle at another place."""
        return Rect(self.x + across, self.y + down, self.width, self.height)

    def scaled(self, factor: float) -> Rect:
        """Return the rectangle scaled about its middle."""
        return self.inset(self.width * (1 - factor) / 2, self.height * (1 - factor) / 2)

    def placed(self, width: float, height: float, across: Place = "centre", down: Place = "centre") -> Rect:
        """Return a rectangle of that size inside this one, at the given places."""
        share = {"start": 0.0, "centre": 0.5, "end": 1.0}
        return Rect(
            self.x + (self.width - width) * share[across], self.y + (self.height - height) * share[down], width, height
        )

    def top_slice(self, height: float) -> Rect:
        """Return the uppermost part."""
        return Rect(self.x, self.y, self.width, height)

    def below(self, top: float) -> Rect:
        """Return the part below the line ``top``."""
        return Rect(self.x, top, self.width, self.bottom - top)

    def union(self, other: Rect) -> Rect:
        """Return the smallest rectangle that holds both."""
        x, y = min(self.x, other.x), min(self.y, other.y)
        return Rect(x, y, max(self.right, other.right) - x, max(self.bottom, other.bottom) - y)

    def inside(self, other: Rect) -> Rect:
        """Return the part of the rectangle that lies in ``other``; empty where they do not meet."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        right, bottom = min(self.right, other.right), min(self.bottom, other.bottom)
        return Rect(x, y, max(0.0, right - x), max(0.0, bottom - y))

    def intersects(self, other: Rect) -> bool:
        """Return whether the two share any area."""
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom

    def holds(self, other: Rect, slack: float = 0.5) -> bool:
        """Return whether ``other`` lies inside, give or take ``slack`` pixels."""
        grown = self.outset(slack)
        return grown.x <= other.x and grown.y <= other.y and other.right <= grown.right and other.bottom <= grown.bottom

    def aspect_fit(self, aspect: float, across: Place = "centre", down: Place = "centre") -> Rect:
        """Return the largest rectangle of ``aspect`` (width over height) inside this one."""
        width = min(self.width, self.height * aspect)
        return self.placed(width, width / aspect, across, down)


@dataclass(frozen=True, slots=True)
class Frame:
    """The fixed places of every picture: what is safe, and what belongs to captions and citations.

    ``content`` never meets ``caption`` or ``chip``.
    """

    width: int
    height: int
    unit: float
    """The length to which type and space are relative: the height, in portrait less."""
    safe: Rect
    """The frame less 5 % on every side."""
    content: Rect
    caption: Rect
    """Empty (height 0) where captions are not drawn."""
    chip: Rect

    def size(self, step: Step) -> float:
        """Return the ideal type size of ``step`` in pixels, never under the legible minimum."""
        return max(self.minimum, TYPE_SCALE[step] * self.unit)

    @property
    def minimum(self) -> float:
        """The smallest legible type size in pixels."""
        return math.ceil(MINIMUM_TYPE * self.height * 4) / 4

    @property
    def portrait(self) -> bool:
        """Whether the frame is clearly taller than wide."""
        return self.height > self.width * 1.1

    @property
    def wide(self) -> bool:
        """Whether the frame is clearly wider than tall."""
        return self.width > self.height * 1.1


def frame(width: int, height: int, captions: bool = True) -> Frame:
    """Return the places of a frame of ``width`` x ``height`` pixels.

    In landscape the citation chip stands at the right end of the caption band, on the margin of the content; in the
    other shapes in a row above it.
    """
    unit = _unit(width, height)
    safe = Rect(0, 0, width, height).inset(0.05 * width, 0.05 * height)
    landscape = width > height * 1.1
    size = max(TYPE_SCALE["caption"] * unit, MINIMUM_TYPE * height)
    chip_height = 2.0 * max(TYPE_SCALE["small"] * 0.8 * unit, MINIMUM_TYPE * height)
    caption_height = size * 1.35 * (3 if height > width * 1.1 else 2) + size * 0.7 if captions else 0.0
    if landscape:
        chip_width = 0.17 * safe.width
        band = Rect(0.075 * width, 0, 0.85 * width, max(caption_height, chip_height))
        band = band.moved(0, safe.bottom - band.height)
        caption = band.inset(chip_width + 0.01 * width, 0) if captions else band.placed(band.width, 0, down="end")
        chip = band.placed(chip_width, band.height, "end")
        top = band.y
    else:
        caption = safe.placed(safe.width, caption_height, down="end")
        top = caption.y - chip_height - 0.01 * unit
        chip = Rect(safe.x, top, safe.width, chip_height)
    margin = Rect(0.075 * width if landscape else safe.x, safe.y + 0.02 * unit, 0, 0)
    content = Rect(margin.x, margin.y, width - 2 * margin.x, top - 0.028 * unit - margin.y)
    return Frame(width, height, unit, safe, content, caption, chip)


def _unit(width: int, height: int) -> float:
    """Return the height in landscape, and ever less of it the narrower the frame, down to 1.2 widths at 9:16."""
    narrowness = (4 / 3 - width / height) / (4 / 3 - 9 / 16)
    return min(height * (1 - 0.325 * max(0.0, narrowness)), 1.2 * width)


def stack(room: Rect, heights: Sequence[float], gap: float, down: Place = "centre") -> tuple[Rect, ...]:
    """Return one rectangle under the other, of the room's width and the given heights.

    Raises:
        DoesNotFit: together they are taller than the room.
    """
    total = sum(heights) + gap * (len(heights) - 1)
    if total > room.height + 0.5:
        raise DoesNotFit(
            f"{len(heights)} rows need {total:.0f} px of height and have {room.height:.0f}; split the shot"
        )
    top = room.placed(room.width, total, down=down).y
    rows = []
    for height in heights:
        rows.append(Rect(room.x, top, room.width, height))
        top += height + gap
    return tuple(rows)


def columns(room: Rect, weights: Sequence[float], gap: float) -> tuple[Rect, ...]:
    """Return the room divided from left to right in proportion to ``weights``."""
    each = (room.width - gap * (len(weights) - 1)) / sum(weights)
    left, parts = room.x, []
    for weight in weights:
        parts.append(Rect(left, room.y, weight * each, room.height))
        left += weight * each + gap
    return tuple(parts)


def rows(room: Rect, weights: Sequence[float], gap: float) -> tuple[Rect, ...]:
    """Return the room divided from top to bottom in proportion to ``weights``."""
    turned = columns(Rect(room.y, room.x, room.height, room.width), weights, gap)
    return tuple(Rect(part.y, part.x, part.height, part.width) for part in turned)


def grid(room: Rect, count: int, across: int, gap: float) -> tuple[Rect, ...]:
    """Return ``count`` equal cells, ``across`` a row, row by row; a short last row is centred."""
    bands = rows(room, [1.0] * math.ceil(count / across), gap)
    width = (room.width - gap * (across - 1)) / across
    cells: list[Rect] = []
    for band in bands:
        here = min(across, count - len(cells))
        inner = band.placed(here * width + (here - 1) * gap, band.height)
        cells.extend(columns(inner, [1.0] * here, gap))
    return tuple(cells)


def bounding(rects: Iterable[Rect]) -> Rect:
    """Return the smallest rectangle that holds all of ``rects``, of which there is at least one."""
    first, *rest = rects
    for rect in rest:
        first = first.union(rect)
    return first
