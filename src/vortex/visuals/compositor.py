"""Paints a scene frame by frame into one pixel buffer, touching only what changed.

The plan is made once: at which frames each element moves, and from which frame on it never will again. Finished
elements are baked into a base layer, so that a dirty rectangle is one copy of the base plus the few elements that
still live. A frame at which nothing moves costs a dictionary look-up.
"""

import math
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vortex.visuals.graph import Element, Scene, State
from vortex.visuals.graphics import skia
from vortex.visuals.layout import Rect
from vortex.visuals.theme import argb

ALIGNMENT = 16
"""Dirty rectangles are aligned to macroblocks, which also keeps chroma samples whole."""

_MOST_RECTS = 12


class PixelRect(NamedTuple):
    """A rectangle in whole pixels."""

    x: int
    y: int
    width: int
    height: int


class Compositor:
    """Holds the pixels of the current frame. ``pixels`` is uint8 (height, width, 4), BGRA, opaque."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        height, width = scene.frame.height, scene.frame.width
        self.pixels: NDArray[np.uint8] = np.empty((height, width, 4), np.uint8)
        self._base: NDArray[np.uint8] = np.empty_like(self.pixels)
        # A surface has to outlive its canvas.
        self._surfaces = (_surface_over(self.pixels), _surface_over(self._base))
        self._canvas, self._base_canvas = (surface.getCanvas() for surface in self._surfaces)
        self._base_canvas.clear(argb(scene.theme.background))
        self._states: list[State] = [element.state(0) for element in scene.elements]
        self._live = list(range(len(scene.elements)))
        self._moves, self._bakes = _plan(scene)
        self._whole = PixelRect(0, 0, width, height)
        self._next = 0

    def advance(self) -> tuple[PixelRect, ...]:
        """Paint the next frame and return the rectangles that changed; an empty tuple means: as before."""
        frame, self._next = self._next, self._next + 1
        if frame == 0:
            self._bake(0)
            self._repaint((self._whole,))
            return (self._whole,)
        moving = self._moves.get(frame)
        dirty = merged((rect for index in moving for rect in self._step(index, frame)), self._whole) if moving else ()
        if frame in self._bakes:
            self._bake(frame)
        if dirty:
            self._repaint(dirty)
        return dirty

    def _step(self, index: int, frame: int) -> Iterable[Rect]:
        """Bring one element to ``frame`` and return what that changes."""
        element, old = self._scene.elements[index], self._states[index]
        new = element.state(frame)
        if new == old:
            return ()
        self._states[index] = new
        if element.damage is not None and old.opacity == new.opacity:
            return element.damage(old, new)
        return [element.box(state) for state in (old, new) if state.opacity > 0]

    def _bake(self, frame: int) -> None:
        """Paint what is finished into the base, in order, and forget it."""
        for index in self._bakes.get(frame, ()):
            self._paint(self._base_canvas, self._scene.elements[index], self._states[index])
            self._live.remove(index)

    def _repaint(self, rects: tuple[PixelRect, ...]) -> None:
        for rect in rects:
            rows, columns = slice(rect.y, rect.y + rect.height), slice(rect.x, rect.x + rect.width)
            self.pixels[rows, columns] = self._base[rows, columns]
            area = Rect(*rect)
            self._canvas.save()
            self._canvas.clipRect(skia.Rect.MakeXYWH(*rect))
            for index in self._live:
                element, state = self._scene.elements[index], self._states[index]
                if state.opacity > 0 and element.box(state).intersects(area):
                    self._paint(self._canvas, element, state)
            self._canvas.restore()

    def _paint(self, canvas: Any, element: Element, state: State) -> None:
        if state.opacity <= 0:
            return
        depth = canvas.getSaveCount()
        if state.opacity < 1:
            canvas.saveLayerAlpha(skia.Rect.MakeXYWH(*_numbers(element.box(state))), round(state.opacity * 255))
        else:
            canvas.save()
        if state.dx or state.dy:
            canvas.translate(state.dx, state.dy)
        if state.scale != 1:
            x, y = element.bounds.centre
            canvas.translate(x, y)
            canvas.scale(state.scale, state.scale)
            canvas.translate(-x, -y)
        element.paint(canvas, state)
        canvas.restoreToCount(depth)


def merged(rects: Iterable[Rect], whole: PixelRect) -> tuple[PixelRect, ...]:
    """Return disjoint aligned rectangles inside ``whole`` that cover ``rects``, at most a dozen."""
    done: list[PixelRect] = []
    for rect in rects:
        new = _aligned(rect, whole)
        if new.width <= 0 or new.height <= 0:
            continue
        while touching := [old for old in done if _overlap(old, new)]:
            done = [old for old in done if old not in touching]
            new = _union([*touching, new])
        done.append(new)
    return tuple(done) if len(done) <= _MOST_RECTS else (_union(done),)


def _plan(scene: Scene) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """Return, by frame, the elements that move and the elements to be baked.

    An element is baked once it is at rest for good, and once everything beneath it that it may ever meet is baked too.
    """
    moves: dict[int, list[int]] = defaultdict(list)
    ready: list[int] = []
    reach: list[Rect] = []
    for index, element in enumerate(scene.elements):
        frames = sorted(frame for frame in element.moving() if 0 <= frame < scene.num_frames)
        for frame in frames:
            moves[frame].append(index)
        area = _reach(element, frames)
        beneath = (at for at, other in zip(ready, reach, strict=True) if other.intersects(area))
        ready.append(max([frames[-1] if frames else 0, *beneath]))
        reach.append(area)
    bakes: dict[int, list[int]] = defaultdict(list)
    for index, frame in enumerate(ready):
        bakes[frame].append(index)
    return dict(moves), dict(bakes)


def _reach(element: Element, frames: list[int]) -> Rect:
    """Return everything that the element may ever cover."""
    area = element.box(element.state(0))
    for frame in frames:
        area = area.union(element.box(element.state(frame)))
    return area


def _surface_over(pixels: NDArray[np.uint8]) -> Any:
    height, width, _ = pixels.shape
    info = skia.ImageInfo.Make(width, height, skia.kBGRA_8888_ColorType, skia.kPremul_AlphaType)
    return skia.Surface.MakeRasterDirect(info, pixels)


def _numbers(rect: Rect) -> tuple[float, float, float, float]:
    return rect.x, rect.y, rect.width, rect.height


def _aligned(rect: Rect, whole: PixelRect) -> PixelRect:
    # One pixel more on every side, for anti-aliased edges.
    left = max(0, math.floor((rect.x - 1) / ALIGNMENT) * ALIGNMENT)
    top = max(0, math.floor((rect.y - 1) / ALIGNMENT) * ALIGNMENT)
    right = min(whole.width, math.ceil((rect.right + 1) / ALIGNMENT) * ALIGNMENT)
    bottom = min(whole.height, math.ceil((rect.bottom + 1) / ALIGNMENT) * ALIGNMENT)
    return PixelRect(left, top, right - left, bottom - top)


def _overlap(one: PixelRect, other: PixelRect) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def _union(rects: list[PixelRect]) -> PixelRect:
    left, top = min(rect.x for rect in rects), min(rect.y for rect in rects)
    right = max(rect.x + rect.width for rect in rects)
    return PixelRect(left, top, right - left, max(rect.y + rect.height for rect in rects) - top)
