"""The real page: first whole, beside its name, then near enough to read, the quoted lines lit in time of the voice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from vortex.visuals import params
from vortex.visuals.graph import Element, Scene, State
from vortex.visuals.graphics import skia
from vortex.visuals.kinds.camera import (
    Picture,
    Stop,
    between,
    draw_shadow,
    looking_at,
    part_of,
    skia_rect,
    snapped,
)
from vortex.visuals.kinds.parts import apply_cues, kicker, light_in_turn
from vortex.visuals.kinds.sheets import aspect_of, words_and_sheet
from vortex.visuals.kinds.textlines import extent_of, ink_of, lines_in
from vortex.visuals.layout import Rect, bounding, stack
from vortex.visuals.params import Fraction4
from vortex.visuals.stage import Stage
from vortex.visuals.text import TextBlock
from vortex.visuals.theme import argb

_HIGHLIGHT = "#ffdf5e"
_LARGEST_TYPE = 0.06
"""The camera goes no nearer than this: line height on screen as a share of the frame's height."""
_COLUMN, _TEXT = 0.3, 0.68
"""A mark narrower than the first share of the page is no column, and is shown amid so much of the page's width."""
_WHOLE_S, _ZOOM_S, _TURN_S = 1.1, 1.1, 0.9
_VEIL, _VEIL_DARK = 0.5, 0.74
"""How far the rest of the page is dimmed; more in a dark theme, where grey paper would glare."""


@dataclass(frozen=True, slots=True)
class _Visit:
    """The camera's stay at a group of marks, or at the whole page (an empty group), in frames."""

    leave: int
    """When the way there begins."""
    arrive: int
    marks: tuple[int, ...]


def build(page: params.Page, stage: Stage) -> Scene:
    """Draw the whole page, then travel to the marks and light them."""
    scene = stage.scene()
    image = stage.image(page.image).withDefaultMipmaps()
    ink = ink_of(image)
    lines = [_fractions(image, lines_in(ink, mark)) for mark in page.marks]
    at = stage.named("page") or 0
    at = 0 if at < stage.frames(0.5) else at
    events = _events(page, stage)
    sheet = _add_name(scene, stage, page, image, at)
    groups, size = _groups(stage, image, page.marks, lines, [mark for _, mark in events])
    visits = _visits(stage, events, groups, at)
    whole = Stop(sheet, _camera(stage))
    (text,) = _fractions(image, (extent_of(ink),))
    stops = [whole, *(_stop(stage, page, visit, size, text) if visit.marks else whole for visit in visits)]
    picture = Picture(image, stops, stage.theme)
    for element in scene.elements:
        element.hide(max(0, visits[0].leave - stage.frames(0.3)), 0.3)
    element = _add_page(scene, stage, picture, stops).begin("progress", 0.0)
    element.show(at, 0.5, rise=0.4 * stage.space)
    for number, visit in enumerate(visits, start=1):
        seconds = (visit.arrive - visit.leave) / stage.timing.fps
        element.animate("progress", visit.leave, float(number), seconds, "in_out")
        element.animate("light", visit.leave, 1.0 if visit.marks else 0.0, seconds, "in_out")
    for hidden, cue in stage.timed_cues("page"):
        if cue.action == "hide":
            element.hide(hidden)
    _add_marks(scene, stage, picture, lines, visits, stops, events)
    return scene


def _fractions(image: Any, rects: tuple[Rect, ...]) -> tuple[Fraction4, ...]:
    width, height = image.width(), image.height()
    return tuple((r.x / width, r.y / height, r.right / width, r.bottom / height) for r in rects)


def _events(page: params.Page, stage: Stage) -> tuple[tuple[int, int], ...]:
    """Return when each mark is spoken of, in the order of time; -1 is the page as a whole, after the first mark."""
    targets = [f"mark:{index}" for index in range(len(page.marks))]
    first = list(zip(stage.reveals(targets), range(len(targets)), strict=True))
    again = [(at, targets.index(cue.target)) for at, cue in stage.timed_cues("mark:") if cue.target in targets]
    back = [(at, -1) for at, cue in stage.timed_cues("page") if at > min(first)[0] and cue.action != "hide"]
    return tuple(sorted({*first, *again, *back}))


def _camera(stage: Stage) -> Rect:
    """Return what the camera may fill: everything above the bands of captions and chip."""
    return Rect(0, 0, stage.frame.width, stage.content.bottom + 0.8 * stage.space)


def _add_name(scene: Scene, stage: Stage, page: params.Page, image: Any, at: int) -> Rect:
    """Add the page's label and title and return the place of the whole sheet, the same as on the card of a chapter."""
    room, sheet = words_and_sheet(stage, aspect_of(image))
    space = stage.space
    blocks: list[tuple[str, TextBlock]] = []
    if page.label:
        blocks.append(("label", kicker(stage, page.place or f"p. {page.label}", room.width)))
    if page.title:
        style = stage.style("heading")
        blocks.append(("title", stage.fit(page.title, style, room.width, 0.6 * room.height, least="small")))
    if not blocks:
        return snapped(stage.content.aspect_fit(aspect_of(image)))
    rows = stack(room, [block.height for _, block in blocks], 0.5 * space)
    for (name, block), row in zip(blocks, rows, strict=True):
        scene.text(f"page/{name}", block, row.x, row.y).show(at, 0.4)
    return sheet


def _groups(
    stage: Stage, image: Any, marks: tuple[Fraction4, ...], lines: list[tuple[Fraction4, ...]], order: list[int]
) -> tuple[dict[int, tuple[int, ...]], tuple[float, float]]:
    """Return for each mark the marks that are seen together with it, and the size of the page when it is read.

    All stops share one size: the widest mark fills the room, unless its type would become too large or the tallest mark
    would not be seen whole.
    """
    room = stage.content
    widest = max(right - left for left, _, right, _ in marks)
    width = (widest if widest >= _COLUMN else _TEXT) * image.width()
    heights = [bottom - top for mark in lines for _, top, _, bottom in mark]
    line = float(np.median(heights)) * image.height()
    tallest = max(bottom - top for _, top, _, bottom in map(_extent, lines)) * image.height()
    high = room.height - 2.4 * stage.space
    scale = min(0.97 * room.width / width, _LARGEST_TYPE * stage.frame.height / line, high / tallest)
    size = scale * image.width(), scale * image.height()
    most = high / size[1]
    groups: list[list[int]] = []
    for mark in dict.fromkeys(index for index in order if index >= 0):
        grown = _extent([marks[index] for index in [*(groups[-1] if groups else []), mark]])
        if groups and grown[3] - grown[1] <= most:
            groups[-1].append(mark)
        else:
            groups.append([mark])
    return {mark: tuple(group) for group in groups for mark in group}, size


def _extent(parts: Sequence[Fraction4]) -> Fraction4:
    lefts, tops, rights, bottoms = zip(*parts, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _visits(
    stage: Stage, events: tuple[tuple[int, int], ...], groups: dict[int, tuple[int, ...]], at: int
) -> list[_Visit]:
    """Return the camera's way: it leaves a little before the word, but shows the whole page for a moment first."""
    total = stage.timing.num_frames
    earliest = at + min(stage.frames(_WHOLE_S), total // 6)
    visits: list[_Visit] = []
    for frame, mark in events:
        group = groups.get(mark, ())
        if visits and visits[-1].marks == group:
            continue
        way = min(stage.frames(_TURN_S if visits else _ZOOM_S), total // 4)
        leave = max(earliest, frame - round(0.7 * way))
        visits.append(_Visit(leave, leave + way, group))
        earliest = leave + way
    return visits


def _stop(stage: Stage, page: params.Page, visit: _Visit, size: tuple[float, float], across: Fraction4) -> Stop:
    """Return the camera's stop at some marks; from left to right it stands still over all text, or else all marks."""
    if (across[2] - across[0]) * size[0] > stage.frame.width:
        across = _extent(page.marks)
    _, top, _, bottom = _extent([page.marks[index] for index in visit.marks])
    place = looking_at((across[0], top, across[2], bottom), size, stage.content.centre)
    return Stop(snapped(place), _camera(stage))


def _add_page(scene: Scene, stage: Stage, picture: Picture, stops: list[Stop]) -> Element:
    """Add the sheet under the camera; light dims it, so that the marks stand out."""
    theme, space = stage.theme, stage.space
    camera = _camera(stage)

    def paint(canvas: Any, state: State) -> None:
        place = between(stops, state.progress).picture
        canvas.clipRect(skia_rect(camera))
        draw_shadow(canvas, place, 0.5 * space, theme)
        picture.draw(canvas, place)
        edge = skia.Paint(Color=argb(theme.line), AntiAlias=True, StrokeWidth=max(1.0, 0.4 * stage.stroke))
        edge.setStyle(skia.Paint.kStroke_Style)
        canvas.drawRect(skia_rect(place), edge)
        if state.light > 0:
            veil = _VEIL if theme.on("#ffffff") == theme.ink else _VEIL_DARK
            dim = skia.Paint(Color=argb(theme.background, veil * state.light), AntiAlias=True)
            canvas.drawRect(skia_rect(place.outset(1)), dim)
        _draw_fades(canvas, stage, camera, place)

    def covers(state: State) -> Rect:
        return between(stops, state.progress).picture.inside(camera)

    return scene.add("page", camera, paint, role="figure", covers=covers)


def _draw_fades(canvas: Any, stage: Stage, camera: Rect, place: Rect) -> None:
    """Let a page that reaches beyond the room sink into the background at the top and the bottom of the picture."""
    room, deep = stage.content, 2.2 * stage.space
    over = (
        (room.y - place.y, camera.y, camera.y + deep),
        (place.bottom - room.bottom, camera.bottom, camera.bottom - deep),
    )
    for beyond, edge, inner in over:
        strength = min(1.0, beyond / (0.8 * stage.space))
        if strength > 0:
            full, none = argb(stage.theme.background, strength), argb(stage.theme.background, 0.0)
            points = [skia.Point(0, edge + (inner - edge) * 0.1), skia.Point(0, inner)]
            shade = skia.Paint(Shader=skia.GradientShader.MakeLinear(points, [full, none]))
            canvas.drawRect(skia.Rect.MakeXYWH(camera.x, min(edge, inner), camera.width, deep), shade)


def _add_marks(
    scene: Scene,
    stage: Stage,
    picture: Picture,
    lines: list[tuple[Fraction4, ...]],
    visits: list[_Visit],
    stops: list[Stop],
    events: tuple[tuple[int, int], ...],
) -> None:
    """Add a stroke for each mark, drawn on while it is spoken of and seen only while the camera is there."""
    elements, starts = [], []
    for mark, parts in enumerate(lines):
        stays = [number for number, visit in enumerate(visits, start=1) if mark in visit.marks]
        place = stops[stays[0]].picture
        element = _add_stroke(scene, mark, picture, place, [part_of(place, part) for part in parts])
        at = max(min(frame for frame, index in events if index == mark), visits[stays[0] - 1].arrive)
        element.draw(at, _stroke_s(stage, at, events), "linear")
        for number in stays:
            if number > stays[0]:
                element.animate("opacity", visits[number - 1].arrive, 1.0, 0.3)
            if number < len(visits):
                element.hide(visits[number].leave, 0.2)
        elements.append(element)
        starts.append(at)
    light_in_turn(elements, starts)
    apply_cues(stage, {element.name: element for element in elements})


def _stroke_s(stage: Stage, at: int, events: tuple[tuple[int, int], ...]) -> float:
    """Return for how long a stroke is drawn: until the next event or the end of the sentence, within reason."""
    ends = [sentence.end for sentence in stage.timing.sentences if sentence.end > at + stage.frames(0.5)]
    until = min([*(frame for frame, _ in events if frame > at), *ends[:1], stage.timing.num_frames])
    return min(6.0, max(0.6, (until - at) / stage.timing.fps - 0.2))


def _add_stroke(scene: Scene, mark: int, picture: Picture, place: Rect, strips: list[Rect]) -> Element:
    """Add the stroke over ``strips``, which do not overlap: the lines come out of the dimmed page, then are coloured.

    Args:
        scene: where to.
        mark: its number.
        picture: the page.
        place: where the page stands while the mark is seen.
        strips: the lines, coloured one after the other in proportion to their widths.
    """
    lengths = np.cumsum([0.0, *(strip.width for strip in strips)])
    whole = _strokes(strips, lengths, lengths[-1])

    def paint(canvas: Any, state: State) -> None:
        canvas.save()
        canvas.clipPath(whole, True)
        picture.draw(canvas, place, min(1.0, 8 * state.progress))
        canvas.restore()
        shade = skia.Paint(Color=argb(_HIGHLIGHT, 0.6 + 0.4 * state.light), AntiAlias=True)
        shade.setBlendMode(skia.BlendMode.kMultiply)
        canvas.drawPath(_strokes(strips, lengths, state.progress * lengths[-1]), shade)

    def damage(old: State, new: State) -> Iterator[Rect]:
        begun = min(old.progress, new.progress) < 1 / 8
        for strip, (begin, end) in zip(strips, pairwise(lengths), strict=True):
            reaches = sorted(state.progress * lengths[-1] for state in (old, new))
            if begun or old.light != new.light or (reaches[0] < end and begin < reaches[1]):
                yield strip.outset(2)

    return scene.add(f"mark:{mark}", bounding(strips).outset(2), paint, damage=damage)


def _strokes(strips: list[Rect], lengths: Any, reach: float) -> Any:
    """Return the strips as a ``skia.Path``, as far as ``reach`` along them all."""
    path = skia.Path()
    for strip, (begin, end) in zip(strips, pairwise(lengths), strict=True):
        if reach > begin:
            drawn = skia.Rect.MakeXYWH(strip.x, strip.y, min(reach, end) - begin, strip.height)
            path.addRoundRect(drawn, 0.2 * strip.height, 0.2 * strip.height)
    return path
