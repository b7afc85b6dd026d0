"""Find lines of text in a picture without reading them: strokes on a ground, strokes in letters, letters in rows.

Used where nobody says where the text stands, as in a film from elsewhere. What it returns is where ink lies, not what
it says; an icon beside three others of its size may pass for a word, and a single letter never does.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vortex.review.components import Components, Ints, components, join

Luma = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Box = tuple[int, int, int, int]
"""Left, top, right, bottom; half-open."""

STROKE = 0.06
"""Strokes are thinner than this share of the picture's height."""
LEAST_STEP = 22
"""Ink differs from the ground around it by at least this much luma of 255."""
_RELATIVE_STEP = 0.4
"""A pixel is ink when its step is at least this share of the strongest step near it: what is less is the soft edge."""
_LETTER = (0.007, 0.35)
"""Least and greatest height of a letter, as shares of the picture's height."""
_GAP = 1.4
"""Letters of one line stand no farther apart than this, by their height; the blank of type for code is the widest."""
_RIM = 3
"""Pixels around a line that show what it is written on."""
_CAPITAL = 0.72
"""Height of a capital or of a stem like that of b, as a share of the type size."""


@dataclass(frozen=True, slots=True, eq=False)
class Strokes:
    """Pixels that differ from the ground on both sides of them, shape (H, W)."""

    ink: Mask
    """The strokes themselves."""
    shade: Mask
    """The strokes, their soft edges, and whatever else is no ground."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of text as it was found; the box is half-open, in pixels of the picture."""

    left: int
    top: int
    right: int
    bottom: int
    letter_px: float
    """Height of its tall letters."""
    parts: int
    """How many connected parts it has; about as many as letters."""
    light: bool
    """Whether the ink is lighter than the ground."""

    @property
    def box(self) -> Box:
        """Where it stands."""
        return self.left, self.top, self.right, self.bottom

    @property
    def type_px(self) -> float:
        """Type size as a typesetter counts it, estimated from the letters; right within about a fifth."""
        return self.letter_px / _CAPITAL

    @property
    def area(self) -> int:
        """Square pixels."""
        return (self.right - self.left) * (self.bottom - self.top)


def find_lines(luma: Luma) -> tuple[TextLine, ...]:
    """Return the lines of text in a grey picture of shape (H, W), dark ones first, each from top to bottom.

    Source: top-hat transform, Serra, "Image Analysis and Mathematical Morphology" (1982); grouping of letters into
    lines by size and gap as in Epshtein, Ofek and Wexler, "Detecting text in natural scenes with stroke width
    transform", CVPR 2010.
    """
    return lines_of(luma, strokes(luma, False), strokes(luma, True))


def lines_of(luma: Luma, dark: Strokes, light: Strokes) -> tuple[TextLine, ...]:
    """Return the lines of text in the strokes of both kinds of one picture."""
    found = [*_lines(dark.ink, False), *_lines(light.ink, True)]
    return _without_gaps([line for line in found if _stands_out(luma, (light if line.light else dark).ink, line)])


def _stands_out(luma: Luma, ink: Mask, line: TextLine) -> bool:
    """Return whether what lies around a line is its ground; around gaps between letters lies the same as in them."""
    left, top, right, bottom = line.box
    near = luma[max(0, top - _RIM) : bottom + _RIM, max(0, left - _RIM) : right + _RIM]
    rim = np.ones(near.shape, bool)
    rim[min(top, _RIM) : near.shape[0] - _RIM, min(left, _RIM) : near.shape[1] - _RIM] = False
    inked = luma[top:bottom, left:right][ink[top:bottom, left:right]]
    step = float(np.median(near[rim])) - float(np.median(inked))
    return (-step if line.light else step) >= LEAST_STEP


def _without_gaps(lines: list[TextLine]) -> tuple[TextLine, ...]:
    """Return the lines without those that are the ground between the strokes of others.

    Between dark letters and rows lie light shapes of their size. They have fewer parts than the letters around them,
    and where they have as many, as the insides of round letters do, they lie within them.
    """
    kept: list[TextLine] = []
    for line in sorted(lines, key=lambda line: (line.parts, line.area), reverse=True):
        met = (shared_area(line.box, other.box) for other in kept if other.light != line.light)
        if sum(met) < 0.3 * line.area:
            kept.append(line)
    return tuple(sorted(kept, key=lambda line: (line.light, line.top, line.left)))


def shared_area(one: Box, other: Box) -> int:
    """Return the square pixels that two boxes (left, top, right, bottom) share."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return max(0, width) * max(0, height)


def strokes(luma: Luma, light: bool) -> Strokes:
    """Return where strokes lie that are darker, or lighter, than the ground on both sides of them."""
    span = max(5, round(STROKE * luma.shape[0])) | 1
    toward, back = (np.minimum, np.maximum) if light else (np.maximum, np.minimum)
    closed = _spread(_spread(luma, span, toward), span, back)
    step = luma - closed if light else closed - luma
    strongest = _spread(step, (span // 3) | 1, np.maximum)
    return Strokes((step >= LEAST_STEP) & (step >= _RELATIVE_STEP * strongest), step >= LEAST_STEP // 2)


def _spread(picture: Luma, span: int, keep: Callable[[Luma, Luma], Luma]) -> Luma:
    """Return for each pixel what ``keep`` keeps of the square of ``span`` pixels around it; ``span`` is odd."""
    for axis in (0, 1):
        pad = [(0, 0), (0, 0)]
        pad[axis] = (span // 2, span // 2)
        wide, reach = np.pad(picture, pad, mode="edge"), 1
        while reach < span:
            shift = min(reach, span - reach)
            whole = wide.shape[axis]
            wide = keep(_part(wide, axis, 0, whole - shift), _part(wide, axis, shift, whole))
            reach += shift
        picture = wide
    return picture


def _part(picture: Luma, axis: int, start: int, stop: int) -> Luma:
    return picture[start:stop] if axis == 0 else picture[:, start:stop]


def _lines(mask: Mask, light: bool) -> list[TextLine]:
    found = components(mask)
    height = mask.shape[0]
    letters = _without_frames(found.chosen(_like_letters(found, height)))
    small = found.chosen(found.height < max(3.0, _LETTER[0] * height))
    groups = join(len(letters), *_neighbours(letters))
    lines = []
    for group in np.unique(groups):
        members = letters.chosen(groups == group)
        if _like_a_line(members):
            lines.append(_line(members, small, light))
    return lines


def _like_letters(found: Components, height: int) -> Mask:
    """Return which parts may be letters, or a few that touch, by their size and by how much of their box is ink."""
    low, high = max(3.0, _LETTER[0] * height), _LETTER[1] * height
    fill = found.area / (found.width * found.height)
    tall = (found.height >= low) & (found.height <= high) & (found.width <= 9 * found.height)
    # A bar of a chart and a blot fill their box; a frame around something hardly does.
    solid = ((fill > 0.92) & (found.width > 0.45 * found.height)) | ((fill > 0.6) & (found.width > 2.5 * found.height))
    hollow = fill < np.where(found.width > 3 * found.height, 0.16, 0.1)
    fits: Mask = tall & ~solid & ~hollow
    return fits


def _without_frames(letters: Components) -> Components:
    """Return the parts without those that have another one wholly inside, as the frame of a button has its words."""
    thin = np.flatnonzero(letters.area < 0.4 * letters.width * letters.height)
    inside = (
        (letters.left[thin, None] < letters.left)
        & (letters.top[thin, None] < letters.top)
        & (letters.right[thin, None] > letters.right)
        & (letters.bottom[thin, None] > letters.bottom)
    )
    return letters.chosen(np.setdiff1d(np.arange(len(letters)), thin[inside.any(axis=1)]))


def _neighbours(letters: Components) -> tuple[Ints, Ints]:
    """Return pairs of parts that stand beside each other in one line."""
    middle = (letters.top + letters.bottom) / 2
    order = np.argsort(middle, kind="stable")
    sorted_middle = middle[order]
    last = np.searchsorted(sorted_middle, sorted_middle + 0.7 * letters.height[order], side="right")
    counts = last - np.arange(len(order)) - 1
    one = np.repeat(np.arange(len(order)), counts)
    other = one + 1 + np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    one, other = order[one], order[other]
    tall = np.maximum(letters.height[one], letters.height[other])
    short = np.minimum(letters.height[one], letters.height[other])
    shared = np.minimum(letters.bottom[one], letters.bottom[other]) - np.maximum(letters.top[one], letters.top[other])
    gap = np.maximum(letters.left[one], letters.left[other]) - np.minimum(letters.right[one], letters.right[other])
    beside = (tall <= 2.6 * short) & (shared >= 0.6 * short) & (gap <= _GAP * tall) & (gap >= -0.6 * tall)
    return one[beside], other[beside]


def _like_a_line(members: Components) -> bool:
    """Return whether parts beside each other look like text and not like dashes, ticks or a texture."""
    width, height = members.right.max() - members.left.min(), members.bottom.max() - members.top.min()
    letter = float(np.median(members.height))
    if height > 3 * letter or width < 1.1 * letter or letter < 4:
        return False
    crossings = members.runs.sum() / members.height.sum()
    if len(members) < 3:
        # Two letters that touch others: wide, and crossed by a row more than twice.
        return bool(width > 1.6 * letter and crossings > 1.7)
    alike = np.std(members.width) < 0.06 * np.mean(members.width) and np.std(members.height) < 0.06 * letter
    return bool(crossings > 1.08 and not (alike and len(members) > 3))


def _line(members: Components, small: Components, light: bool) -> TextLine:
    left, right = int(members.left.min()), int(members.right.max())
    top, bottom = int(members.top.min()), int(members.bottom.max())
    reach = (bottom - top) // 3
    dots = (
        (small.left >= left - reach)
        & (small.right <= right + reach)
        & (small.top >= top - reach)
        & (small.bottom <= bottom + reach)
    )
    if dots.any():
        left, right = min(left, int(small.left[dots].min())), max(right, int(small.right[dots].max()))
        top, bottom = min(top, int(small.top[dots].min())), max(bottom, int(small.bottom[dots].max()))
    letter = float(np.percentile(members.height, 85, method="lower"))
    return TextLine(left, top, right, bottom, letter, len(members), light)
