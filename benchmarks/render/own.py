"""The shot on Vortex's own scene graph, compositor and encoder.

``python -m benchmarks.render.own VARIANT OUTPUT.mp4 [CRF]``
It is built as the kinds of shot are: elements with tracks, text as measured blocks, and for a thing that moves along a
path the rectangles that it leaves and enters.
"""

import itertools
import math
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.render import scene as shot
from vortex.media.encode import VideoWriter
from vortex.visuals.graph import Element, Scene, State
from vortex.visuals.graphics import skia
from vortex.visuals.layout import Rect, bounding, frame
from vortex.visuals.render import render
from vortex.visuals.text import Span, TextBlock, TextStyle
from vortex.visuals.theme import argb, theme

ASCENT, DESCENT = 0.96875, 0.2412109375
"""Of Inter, as shares of its size: where the baseline lies inside a line."""


def painted(colour: str, width: float = 0.0) -> Any:
    """Return a fill, or with a width a stroke."""
    paint = skia.Paint(Color=argb(colour), AntiAlias=True)
    if width:
        paint.setStyle(skia.Paint.kStroke_Style)
        paint.setStrokeWidth(width)
    return paint


def polyline(points: list[shot.Point]) -> Any:
    return skia.Path.Polygon([skia.Point(*point) for point in points], False)


def around(x: float, y: float, radius: float) -> Rect:
    return Rect(x - radius, y - radius, 2 * radius, 2 * radius)


class Words:
    """A text whose pen starts at ``x`` on a baseline."""

    def __init__(self, text: shot.Text, colour: str, weight: str = "regular") -> None:
        words, self.x, baseline, size = text
        style = TextStyle(size, colour, weight, line_height=1.25)
        self.block = TextBlock([Span(words)], style, 1e5)
        self.y = baseline - size * (style.line_height + ASCENT - DESCENT) / 2

    @property
    def box(self) -> Rect:
        return self.block.at(self.x, self.y)

    def paint(self, canvas: Any) -> None:
        self.block.paint(canvas, self.x, self.y)


def add_still_parts(scene: Scene) -> None:
    title = Words(shot.TITLE, shot.INK, "semibold")
    formula, x, baseline, size = shot.FORMULA
    maths = skia.Font(skia.FontMgr.New_Custom_Empty().makeFromFile(str(shot.MATHS), 0), size)
    maths.setSubpixel(True)
    left, top, right, bottom = shot.PLOT
    axes = polyline([(left, top), (left, bottom), (right, bottom)])
    curve = polyline([shot.curve(i / shot.CURVE_POINTS) for i in range(shot.CURVE_POINTS + 1)])

    def paint(canvas: Any, _: State) -> None:
        title.paint(canvas)
        canvas.drawString(formula, x, baseline, maths, painted(shot.INK))
        canvas.drawPath(axes, painted(shot.SOFT, 3))
        canvas.drawPath(curve, painted(shot.BLUE, 5))
        for a, b in shot.EDGES:
            canvas.drawPath(polyline([shot.NODES[a], shot.NODES[b]]), painted(shot.FAINT, 4))
        for node in shot.NODES:
            canvas.drawCircle(*node, shot.NODE_RADIUS, painted(shot.FAINT))
        canvas.drawRoundRect(skia.Rect.MakeLTRB(*shot.CAPTION_BAR), 16, 16, painted(shot.FAINT))

    scene.add("still", Rect(0, 0, shot.WIDTH, shot.HEIGHT), paint)


def follow(element: Element, values: list[float], what: str = "progress") -> Element:
    """Let a property take the given value at every frame."""
    element.begin(what, values[0])
    for index, (before, value) in enumerate(itertools.pairwise(values), 1):
        if value != before:
            element.animate(what, index, value, 0.0)
    return element


def add_bullets(scene: Scene, clocks: list[float]) -> None:
    for index, (text, x, baseline, size) in enumerate(shot.BULLETS):
        words = Words((text, x + 34, baseline, size), shot.INK)

        def paint(canvas: Any, _: State, words: Words = words, x: float = x, y: float = baseline - 16) -> None:
            canvas.drawCircle(x + 8, y, 8, painted(shot.AMBER))
            words.paint(canvas)

        shares = [shot.bullet_share(index, clock) for clock in clocks]
        element = scene.add(f"bullet:{index}", words.box.union(around(x + 8, baseline - 16, 9)).outset(4), paint)
        follow(element, shares, "opacity")
        follow(element, [-shot.BULLET_SLIDE * (1 - share) for share in shares], "dx")


def add_dot(scene: Scene, clocks: list[float]) -> None:
    head = shot.ARROW_HEAD

    def paint(canvas: Any, state: State) -> None:
        (x, y), (tip_x, tip_y) = shot.arrow(state.progress)
        angle = math.atan2(tip_y - y, tip_x - x)
        dx, dy = math.cos(angle), math.sin(angle)
        neck = (tip_x - head * dx, tip_y - head * dy)
        aside = (-dy * head / 2, dx * head / 2)
        canvas.drawPath(polyline([(x, y), neck]), painted(shot.AMBER, 6))
        corners = [(tip_x, tip_y), (neck[0] + aside[0], neck[1] + aside[1]), (neck[0] - aside[0], neck[1] - aside[1])]
        canvas.drawPath(polyline(corners), painted(shot.AMBER))
        canvas.drawCircle(x, y, shot.DOT_RADIUS, painted(shot.AMBER))

    def covered(state: State) -> Rect:
        (x, y), (tip_x, tip_y) = shot.arrow(state.progress)
        return around(x, y, shot.DOT_RADIUS + 1).union(around(tip_x, tip_y, head))

    def damage(old: State, new: State) -> Iterable[Rect]:
        return [covered(old), covered(new)]

    # Before the dot sets out, its clock stands still.
    scene_clocks = [max(clock, shot.BULLET_START_S) for clock in clocks]
    reach = bounding([covered(State(progress=clock)) for clock in scene_clocks])
    follow(scene.add("dot", reach, paint, damage=damage), scene_clocks)


def add_path(scene: Scene, clocks: list[float]) -> None:
    stops = [shot.NODES[i] for i in shot.PATH]

    def paint(canvas: Any, state: State) -> None:
        points = shot.path_points(state.progress)
        canvas.drawPath(polyline(points), painted(shot.AMBER, 8))
        for stop in stops:
            if stop in points:
                canvas.drawCircle(*stop, shot.NODE_RADIUS, painted(shot.AMBER))

    def damage(old: State, new: State) -> Iterable[Rect]:
        before, after = shot.path_points(old.progress), shot.path_points(new.progress)
        fresh = [around(*point, 6) for point in (before[-1], *after[len(before) - 1 :])]
        reached = [around(*stop, shot.NODE_RADIUS + 1) for stop in stops if (stop in before) != (stop in after)]
        return [bounding(fresh), *reached]

    reach = bounding([around(*stop, shot.NODE_RADIUS + 2) for stop in stops])
    follow(scene.add("path", reach, paint, damage=damage), [shot.path_share(clock) for clock in clocks])


def add_captions(scene: Scene) -> None:
    for number, line in enumerate(shot.captions()):
        texts = [(word.text, word.x, shot.CAPTION_BASELINE, shot.CAPTION_SIZE) for word in line]
        plain = [Words(text, shot.INK) for text in texts]
        lit = [Words(text, shot.AMBER) for text in texts]

        def paint(canvas: Any, state: State, plain: list[Words] = plain, lit: list[Words] = lit) -> None:
            bounds = canvas.getLocalClipBounds()
            for index, words in enumerate(plain):
                if words.box.right > bounds.left() and words.x < bounds.right():
                    (lit if index == int(state.progress) else plain)[index].paint(canvas)

        def damage(old: State, new: State, plain: list[Words] = plain) -> Iterable[Rect]:
            return [plain[int(state.progress)].box for state in (old, new)]

        element = scene.add(f"caption:{number}", bounding([words.box for words in plain]), paint, damage=damage)
        first, last = (math.ceil(seconds * shot.FPS - 1e-6) for seconds in (line[0].start, line[-1].end))
        element.begin("opacity", 0.0).animate("opacity", first, 1.0, 0.0).animate("opacity", last, 0.0, 0.0)
        element.begin("progress", 0.0)
        for index, word in enumerate(line):
            element.animate("progress", math.ceil(word.start * shot.FPS - 1e-6), index, 0.0)


def build(variant: shot.Variant) -> Scene:
    """Return the shot as a scene."""
    num_frames = shot.SECONDS * shot.FPS
    look = replace(theme("dark"), background=shot.GROUND)
    scene = Scene(frame(shot.WIDTH, shot.HEIGHT), look, shot.FPS, num_frames)
    clocks = [shot.scene_time(index / shot.FPS, variant) for index in range(num_frames)]
    add_still_parts(scene)
    add_bullets(scene, clocks)
    add_dot(scene, clocks)
    add_path(scene, clocks)
    add_captions(scene)
    return scene


def main() -> None:
    """Draw ``VARIANT`` into ``OUTPUT``; a third argument is x264's quality."""
    variant, output, crf = sys.argv[1], Path(sys.argv[2]), int((sys.argv[3:] or ["20"])[0])
    with VideoWriter(output, shot.WIDTH, shot.HEIGHT, shot.FPS, crf=crf) as writer:
        render(build(variant), writer)


if __name__ == "__main__":
    main()
