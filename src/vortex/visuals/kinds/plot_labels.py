"""Words at points of a plot: each beside its point where it covers least, and moved along with it.

Places are sought for every step at once, before anything is drawn: beside, above and below the point, apart from each
other and off the curves. A label whose way to its next place would cross another one goes out and comes back instead.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vortex.visuals.graph import Element, Scene, State, TextMark
from vortex.visuals.graphics import skia
from vortex.visuals.layout import DoesNotFit, Rect
from vortex.visuals.stage import Stage
from vortex.visuals.states import Point
from vortex.visuals.text import TextBlock
from vortex.visuals.theme import Colour, argb

_DIAGONAL = 0.72
_UP, _DOWN, _LEFT, _RIGHT = (0.0, -1.0), (0.0, 1.0), (-1.0, 0.0), (1.0, 0.0)
_CORNERS = tuple((x * _DIAGONAL, y * _DIAGONAL) for y in (-1.0, 1.0) for x in (1.0, -1.0))
_WAYS: tuple[Point, ...] = (_UP, _CORNERS[0], _CORNERS[1], _RIGHT, _LEFT, _DOWN, _CORNERS[2], _CORNERS[3])
"""Where a label may stand from its point, the most usual place first."""
_FAR = (0.0, 1.0, 2.2, 3.6)
"""How much farther it may stand off, in units of distance."""
_SAMPLES = 33
"""At so many moments of a move it is asked whether two labels meet."""
_NOWHERE = Rect(-1e6, -1e6, 0, 0)
_GONE_S, _COME_S = 0.13, 0.3
"""How long a label takes to go, before what comes next, and to come."""
_STAY = 4.0
"""What it is worth that a label stays on the same side of its point; 1 is the next usual place."""

Ink = NDArray[np.float64]
"""Points (N, 2) on what is drawn, in pixels, close enough together that none slips through a label."""


@dataclass(frozen=True, slots=True)
class Label:
    """A text at a point from one moment (0 is the beginning, n the n-th step) until another."""

    name: str
    block: TextBlock
    points: tuple[Point, ...]
    """Where its point stands at each moment of the whole shot."""
    first: int
    until: int
    """The moment at which it is gone; one after the last moment if it stays."""
    away: tuple[Point, ...] = ()
    """For each moment the way on which it should stand from its point; empty where nothing is known of it."""
    off: float = 0.0
    """How far from its point it begins at least, in pixels."""
    ground: Colour | None = None
    """What it stands on, for a text in the middle of its point; others get a patch of paper."""


@dataclass(frozen=True, slots=True)
class Pace:
    """When each moment begins and how long its moves take."""

    at: tuple[int, ...]
    """Frames; the first is 0."""
    seconds: tuple[float, ...]
    fps: int
    num_frames: int

    def end(self, moment: int) -> int:
        """Return the first frame at which everything rests again."""
        return self.at[moment] + round(self.seconds[moment] * self.fps)


Corners = Mapping[int, Point]
"""Top-left corner of a label at each moment at which it is seen."""


def find_places(
    labels: Sequence[Label], inks: Sequence[Ink], taken: Sequence[Rect], bounds: Rect, gap: float
) -> list[dict[int, Point]]:
    """Return the top-left corner of each label at each moment at which it is seen.

    Args:
        labels: in the order of their rights: those that come first choose first.
        inks: what is drawn at each moment.
        taken: rectangles of other texts.
        bounds: no label leaves them.
        gap: the unit of distance in pixels.

    Raises:
        DoesNotFit: there is no free place for a label; names it.
    """
    found: list[dict[int, Point]] = [{} for _ in labels]
    sides: dict[str, Point] = {}
    for moment, ink in enumerate(inks):
        boxes = list(taken)
        for index, label in enumerate(labels):
            if label.first <= moment < label.until:
                thread = label.name.partition("#")[0]
                way, corner = _best(label, moment, ink, boxes, (bounds, gap), sides.get(thread))
                sides[thread] = way
                found[index][moment] = corner
                boxes.append(label.block.at(*corner))
    return found


def _best(
    label: Label, moment: int, ink: Ink, boxes: Sequence[Rect], frame: tuple[Rect, float], before: Point | None
) -> tuple[Point, Point]:
    """Return the side of the point and the corner where a label covers least."""
    bounds, gap = frame
    x, y = label.points[moment]
    block = label.block
    if label.ground:
        return (0.0, 0.0), (x - block.width / 2, y - block.height / 2)
    best: tuple[float, Point, Point] | None = None
    for rank, way in enumerate(_ordered(label.away[moment] if label.away else None)):
        for far in _FAR:
            across = (
                way[0] / (_DIAGONAL if way[0] and way[1] else 1.0) * block.width / 2 + (label.off + far * gap) * way[0]
            )
            down = (
                way[1] / (_DIAGONAL if way[0] and way[1] else 1.0) * 0.38 * block.height
                + (label.off + far * gap) * way[1]
            )
            box = Rect(x + across - block.width / 2, y + down - block.height / 2, block.width, block.height)
            if not bounds.holds(box) or any(box.intersects(other) for other in boxes):
                continue
            cost = rank + 3 * far + 1.5 * min(60, _covered(box, ink)) - (_STAY if way == before else 0)
            if best is None or cost < best[0]:
                best = cost, way, (box.x, box.y)
    if best is None:
        raise DoesNotFit(
            f"the label {block.text!r} at ({x:.0f}, {y:.0f}) has no free place beside its point; shorten it, or label "
            "fewer points at once"
        )
    return best[1], best[2]


def _ordered(away: Point | None) -> Sequence[Point]:
    """Return the sides of a point, those that lie on the way first."""
    if away is None or not any(away):
        return _WAYS
    return sorted(_WAYS, key=lambda way: -(way[0] * away[0] + way[1] * away[1]) / math.hypot(*way))


def _covered(box: Rect, ink: Ink) -> int:
    """Return how many points of what is drawn a label would lie on."""
    inner = box.inset(-0.15 * box.height, 0.1 * box.height)
    x, y = ink[:, 0], ink[:, 1]
    return int(((x > inner.x) & (x < inner.right) & (y > inner.y) & (y < inner.bottom)).sum())


def add_labels(
    scene: Scene,
    stage: Stage,
    labels: Sequence[Label],
    places: Sequence[Corners],
    pace: Pace,
    taken: Sequence[Rect],
    bounds: Rect,
) -> None:
    """Add all labels, each shown for its stretch of moments and gliding with its point; see ``find_places``."""
    jumps = _jumps(labels, places, taken, bounds)
    for index, (label, corners) in enumerate(zip(labels, places, strict=True)):
        _add_label(scene, stage, label, corners, pace, jumps[index])


def _start(label: Label, corners: Corners, moment: int) -> Point:
    """Return where a label stands as a moment begins: where it was, or as far back as its point was."""
    if moment - 1 in corners:
        return corners[moment - 1]
    (x, y), end = corners[moment], label.points[moment]
    here = label.points[max(0, moment - 1)]
    return x + here[0] - end[0], y + here[1] - end[1]


def _jumps(labels: Sequence[Label], places: Sequence[Corners], taken: Sequence[Rect], bounds: Rect) -> list[set[int]]:
    """Return for each label the moments at which it must not glide: it would meet another on its way, or get out."""
    jumps: list[set[int]] = [set() for _ in labels]
    for moment in range(1, max((label.until for label in labels), default=0)):
        ends = {
            index: (_start(label, places[index], moment), places[index][moment])
            for index, label in enumerate(labels)
            if moment in places[index]
        }
        others = [[box] * _SAMPLES for box in taken]
        # What rests has the right of way.
        for index in sorted(ends, key=lambda index: ends[index][0] != ends[index][1]):
            start, end = ends[index]
            way = [
                labels[index].block.at(*(a + (b - a) * step / (_SAMPLES - 1) for a, b in zip(start, end, strict=True)))
                for step in range(_SAMPLES)
            ]
            meets = any(one.intersects(other) for path in others for one, other in zip(way, path, strict=True))
            out = labels[index].ground is None and not all(bounds.holds(box) for box in way)
            if start != end and (meets or out):
                jumps[index].add(moment)
                way = [*[_NOWHERE] * (_SAMPLES - 1), way[-1]]
            others.append(way)
    return jumps


def _add_label(scene: Scene, stage: Stage, label: Label, corners: Corners, pace: Pace, jumps: set[int]) -> None:
    """Add one label and set it in motion."""
    home = corners[label.first]
    element = _add_patched(scene, stage, label, home)
    if label.first and label.first not in jumps:
        start = _start(label, corners, label.first)
        element.begin("dx", start[0] - home[0]).begin("dy", start[1] - home[1])
        _glide(element, label.first, (0.0, 0.0), pace)
    for moment in range(label.first + 1, label.until):
        offset = corners[moment][0] - home[0], corners[moment][1] - home[1]
        if moment in jumps:
            element.animate("dx", pace.end(moment), offset[0], 0).animate("dy", pace.end(moment), offset[1], 0)
        else:
            _glide(element, moment, offset, pace)
    gone = round(_GONE_S * pace.fps)
    windows = _windows(label, pace, jumps, gone)
    element.begin("opacity", float(bool(windows) and windows[0][0] == 0))
    for begin, end in windows:
        element.animate("opacity", begin, 1.0, min(_COME_S * pace.fps, end - gone - begin) / pace.fps)
        if end <= pace.num_frames:
            element.hide(end - gone, _GONE_S)


def _windows(label: Label, pace: Pace, jumps: set[int], least: int) -> list[tuple[int, int]]:
    """Return from which frame until which a label is seen: not while it jumps, nor for ``least`` frames or fewer."""
    spans: list[tuple[int, int]] = []
    for moment in range(label.first, label.until):
        begin = pace.end(moment) if moment in jumps else pace.at[moment]
        # What stays to the end of the shot goes after it.
        end = pace.at[moment + 1] if moment + 1 < len(pace.at) else pace.num_frames + 2 * least
        if spans and spans[-1][1] == begin:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((begin, end))
    return [(begin, end) for begin, end in spans if end - begin > least]


def _glide(element: Element, moment: int, offset: Point, pace: Pace) -> None:
    for what, value in (("dx", offset[0]), ("dy", offset[1])):
        element.animate(what, pace.at[moment], value, pace.seconds[moment], "in_out")  # type: ignore[arg-type]


def _add_patched(scene: Scene, stage: Stage, label: Label, corner: Point) -> Element:
    """Add the text over a patch of paper, so that no curve crosses its letters."""
    block, paper = label.block, stage.theme.background
    box = block.at(*corner)
    patch = box.inset(-0.2 * stage.space, 0.1 * box.height)
    round_corners = 0.3 * patch.height
    mark = TextMark(box, block.text, block.size, block.style.colour, label.ground or paper)

    def paint(canvas: Any, _: State) -> None:
        if label.ground is None:
            area = skia.Rect.MakeXYWH(patch.x, patch.y, patch.width, patch.height)
            fill = skia.Paint(Color=argb(paper, 0.86), AntiAlias=True)
            canvas.drawRoundRect(area, round_corners, round_corners, fill)
        block.paint(canvas, *corner)

    bounds = patch.union(box.outset(0.25 * block.size))
    return scene.add(label.name, bounds, paint, role="text", marks=(mark,))
