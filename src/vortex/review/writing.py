"""Watch the text in a film: which lines stand where and how long, how they contrast, and where one covers another.

The watcher is shown a picture every half second and keeps lines, not pictures, so that an hour needs little memory. It
reads nothing; ``text_lines`` says what it takes for text.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vortex.review.components import components
from vortex.review.text_lines import Box, Luma, Mask, Strokes, TextLine, lines_of, shared_area, strokes

EVERY_S = 0.5
"""How often a picture is looked at."""
HEIGHT = 720
"""Pictures are looked at in no more rows than these."""
_SAME_LUMA = 10
"""What a pixel that nobody touched may differ by after encoding."""
_SAME_PLACE = 0.008
_STAYS, _LASTS = 0.95, 0.85
"""Share of a line's ink that must be there still when something else comes upon it, and of both while they stand; words
that give way to others keep less, however alike they are."""
_COMES = 0.12
"""New ink within a line that makes it unreadable, as a share of its own."""
_SURE = 3
"""A collision is one when it is seen this often, for a second: a cross-fade shows two texts for a moment as well."""
_CROSSED = 0.1
"""Share of the smaller of two lines that lies under the middle of the other where they cross."""
_RING = 6
"""The ground of a letter is looked for within so many pixels of its ink."""


@dataclass(frozen=True, slots=True)
class WrittenLine:
    """A line of text and the time that it stands; places are shares of the picture's width and height."""

    start_s: float
    end_s: float
    box: tuple[float, float, float, float]
    """Left, top, right, bottom."""
    type_share: float
    """Type size by the height of the picture."""
    type_px: float
    """Type size in pixels of the picture that was looked at."""
    ratio: float
    """Contrast of ink and ground, 1 to 21, when it was best."""
    at_edge: bool
    """Whether its letters run into the edge of the picture."""
    parts: int

    @property
    def rests(self) -> bool:
        """Whether it stood long enough, two looks at least, to be a text and no passing shape."""
        return self.end_s - self.start_s > 1.5 * EVERY_S


@dataclass(frozen=True, slots=True)
class Collision:
    """Ink that came upon a line that was there and stayed."""

    at_s: float
    box: tuple[float, float, float, float]
    share: float
    """Of the area of all text then."""


@dataclass(frozen=True, slots=True)
class Writing:
    """All that was seen."""

    lines: tuple[WrittenLine, ...]
    collisions: tuple[Collision, ...]
    num_looks: int

    @property
    def resting(self) -> tuple[WrittenLine, ...]:
        """The lines that stood still for a while."""
        return tuple(line for line in self.lines if line.rests)


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    luma: Luma
    dark: Strokes
    light: Strokes
    """The insides of dark letters are light strokes too."""
    lines: tuple[TextLine, ...]

    @property
    def ink(self) -> Mask:
        """Of either kind."""
        return self.dark.ink | self.light.ink

    def own(self, line: TextLine) -> Strokes:
        """Return the strokes of the kind that a line is written in."""
        return self.light if line.light else self.dark


@dataclass(frozen=True, slots=True, eq=False)
class _Doubt:
    """Something that may be a collision."""

    collision: Collision
    box: Box
    both: Mask
    """The ink of both texts within the box."""
    times: int = 1
    """How often it was seen."""


@dataclass(slots=True, eq=False)
class Watcher:
    """Look at pictures in the order of time, then ask for the ``writing``."""

    _last: _Seen | None = None
    _open: list[WrittenLine] = field(default_factory=list)
    _done: list[WrittenLine] = field(default_factory=list)
    _doubts: list["_Doubt"] = field(default_factory=list)
    _collisions: list[Collision] = field(default_factory=list)
    _num_looks: int = 0

    def look(self, at_s: float, picture: NDArray[np.uint8]) -> None:
        """Look at a picture, RGB of shape (H, W, 3), that is on screen at ``at_s`` seconds."""
        self._num_looks += 1
        luma = np.asarray(Image.fromarray(picture).convert("L"))
        last = self._last
        if last is not None and last.luma.shape != luma.shape:
            last, self._doubts = None, []
        if last is not None and _alike(last.luma, luma):
            self._open = [replace(line, end_s=at_s + EVERY_S) for line in self._open]
            self._confirm(last)
            return
        dark, light = strokes(luma, False), strokes(luma, True)
        seen = _Seen(luma, dark, light, lines_of(luma, dark, light))
        self._confirm(seen)
        self._doubts += _crossings(seen, at_s)
        self._doubts += _comings(last, seen, at_s, self._rested(last, at_s)) if last is not None else ()
        self._follow([_written(line, picture, seen.own(line), at_s) for line in seen.lines])
        self._last = seen

    def writing(self) -> Writing:
        """Return everything that was seen so far."""
        lines = sorted([*self._done, *self._open], key=lambda line: (line.start_s, line.box))
        return Writing(tuple(lines), tuple(self._collisions), self._num_looks)

    def _rested(self, last: _Seen, at_s: float) -> list[TextLine]:
        """Return the lines of the last picture that stood there before it as well, so that none is still fading in."""
        settled = {line.box for line in self._open if at_s - line.start_s >= 2 * EVERY_S}
        return [line for line in last.lines if _shares(line.box, last.dark.ink) in settled]

    def _confirm(self, seen: _Seen) -> None:
        """Keep the doubts that still hold, and take those that held long enough for collisions."""
        held = [replace(d, times=d.times + 1) for d in self._doubts if _kept(d.both, _cut(seen.ink, d.box)) >= _LASTS]
        self._doubts = [doubt for doubt in held if doubt.times < _SURE]
        self._collisions += [doubt.collision for doubt in held if doubt.times >= _SURE]

    def _follow(self, now: list[WrittenLine]) -> None:
        """Join the lines seen now with those seen before at the same place."""
        old, self._open = self._open, []
        for line in now:
            before = next((each for each in old if _same_place(each.box, line.box)), None)
            if before is not None:
                old.remove(before)
                line = replace(line, start_s=before.start_s, ratio=max(before.ratio, line.ratio))
            self._open.append(line)
        self._done += old


def watch(pictures: Iterable[tuple[float, NDArray[np.uint8]]]) -> Writing:
    """Return the writing in pictures, each with its time in seconds, in the order of time."""
    watcher = Watcher()
    for at_s, picture in pictures:
        watcher.look(at_s, picture)
    return watcher.writing()


def _alike(one: Luma, other: Luma) -> bool:
    return int((np.maximum(one, other) - np.minimum(one, other)).max(initial=0)) <= _SAME_LUMA


def _same_place(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) <= _SAME_PLACE


def _written(line: TextLine, picture: NDArray[np.uint8], own: Strokes, at_s: float) -> WrittenLine:
    height, width = own.ink.shape
    left, top, right, bottom = line.box
    return WrittenLine(
        at_s,
        at_s + EVERY_S,
        _shares(line.box, own.ink),
        line.type_px / height,
        line.type_px,
        contrast(picture, own, line.box),
        left == 0 or top == 0 or right == width or bottom == height,
        line.parts,
    )


def _shares(box: Box, mask: Mask) -> tuple[float, float, float, float]:
    height, width = mask.shape
    return box[0] / width, box[1] / height, box[2] / width, box[3] / height


def contrast(picture: NDArray[np.uint8], own: Strokes, box: Box) -> float:
    """Return the contrast between the core of the strokes in ``box`` and the ground beside them, 1 to 21.

    The ground counts where it is most like the ink, one pixel in ten left out, because that is where a reader fails:
    light type on a photograph is as legible as on its lightest part.

    Source: WCAG 2.2, contrast ratio.
    """
    around = (max(0, box[0] - _RING), max(0, box[1] - _RING), box[2] + _RING, box[3] + _RING)
    within = _cut(own.ink, around)
    light = _LINEAR[_cut(picture, around)] @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    ground = light[_grown(within, _RING) & ~_grown(_cut(own.shade, around), 1)]
    if not ground.size:
        return 21.0
    paper = float(np.median(ground))
    inked = light[within]
    inked = inked[np.argsort(np.abs(inked - paper))[len(inked) // 2 :]]
    core = float(np.median(inked)) if inked.size else paper
    near = float(np.percentile(ground, 90 if core > paper else 10))
    high, low = max(core, near), min(core, near)
    return 1.0 if (core > paper) != (core > near) else (high + 0.05) / (low + 0.05)


def _grown(mask: Mask, by: int) -> Mask:
    grown = mask.copy()
    for axis in (0, 1):
        wide = grown.copy()
        for step in range(1, by + 1):
            ahead, behind = [slice(None)] * 2, [slice(None)] * 2
            ahead[axis], behind[axis] = slice(step, None), slice(None, -step)
            wide[tuple(behind)] |= grown[tuple(ahead)]
            wide[tuple(ahead)] |= grown[tuple(behind)]
        grown = wide
    return grown


def _comings(last: _Seen, now: _Seen, at_s: float, lines: Iterable[TextLine]) -> Iterator[_Doubt]:
    """Yield those of ``lines`` of the last picture upon which other ink has come."""
    total = sum(line.area for line in last.lines)
    for line in lines:
        before, own = last.own(line), _cut(now.own(line).ink, line.box)
        old = _cut(before.ink, line.box)
        if not old.any() or _kept(old, own) < _STAYS:
            continue
        come = own & ~_grown(_cut(before.shade, line.box), 1) & _as_strong(last, now, line)
        if come.sum() >= _COMES * old.sum() and (components(come).area >= 4).sum() >= 3:
            found = Collision(at_s, _shares(line.box, now.ink), line.area / total)
            yield _Doubt(found, line.box, old | come)


def _as_strong(last: _Seen, now: _Seen, line: TextLine) -> Mask:
    """Return where the picture stands out about as much as the line did; a marker drawn over it stands out less."""
    before, after = _cut(last.luma, line.box), _cut(now.luma, line.box)
    own = last.own(line)
    inked, ground = before[_cut(own.ink, line.box)], before[~_cut(own.shade, line.box)]
    half = (float(np.median(inked)) + float(np.median(ground))) / 2 if ground.size else float(np.median(inked))
    strong: Mask = after >= half if line.light else after <= half
    return strong


def _crossings(seen: _Seen, at_s: float) -> Iterator[_Doubt]:
    """Yield the places where the middles of two lines lie on each other; tall letters of tight rows only touch."""
    total = sum(line.area for line in seen.lines)
    for one, other in combinations(seen.lines, 2):
        shared = shared_area(_middle(one), _middle(other))
        if shared >= _CROSSED * min(one.area, other.area):
            box = (*np.minimum(one.box, other.box)[:2].tolist(), *np.maximum(one.box, other.box)[2:].tolist())
            yield _Doubt(Collision(at_s, _shares(box, seen.ink), shared / total), box, _cut(seen.ink, box))


def _middle(line: TextLine) -> Box:
    left, top, right, bottom = line.box
    rim = (bottom - top) // 5
    return left, top + rim, right, bottom - rim


def _kept(old: Mask, new: Mask) -> float:
    return float((old & _grown(new, 1)).sum() / max(1, old.sum()))


def _cut(picture: NDArray[Any], box: Box) -> NDArray[Any]:
    left, top, right, bottom = box
    return picture[top:bottom, left:right]


def _linear() -> NDArray[np.float32]:
    share = np.arange(256) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4).astype(np.float32)


_LINEAR = _linear()
"""Linear light of each sRGB value."""
