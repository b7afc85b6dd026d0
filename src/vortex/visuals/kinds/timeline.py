"""Events on an axis that is drawn on from one to the next as they are named; the one that is spoken of is lit.

In wide frames the axis runs from left to right, with the words under it, or above and under it in turn where that lets
them be larger; else it runs downwards. Distances are true to time where the dates are years and nothing gets too
small by it, else they are even.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from vortex.visuals import params
from vortex.visuals.graph import Element, Scene, State
from vortex.visuals.graphics import skia
from vortex.visuals.kinds.parts import add_heading, apply_cues, light_in_turn
from vortex.visuals.kinds.shrink import demand, exactly, largest, scaled
from vortex.visuals.layout import DoesNotFit, Rect
from vortex.visuals.stage import Stage
from vortex.visuals.text import TextBlock
from vortex.visuals.theme import argb, mix

_YEAR = re.compile(r"(?<!\d)(\d{3,4})s?(?!\d)\s*(bce?\b)?|\b(\d{1,3})\s*(bce?)\b", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SHARES = (0.42, 0.34, 0.28, 0.23, 0.19, 0.16, 0.13)
"""Widths of the words of one event that are tried, as shares of the axis."""

_TRUTH = 1.2
"""Distances that are true to time are worth type that is smaller by this factor."""

_ONE_SIDE = 1.12
"""So is having all words on one side of the axis."""

_LONG = 0.9
"""Every line of a text beyond the third makes an arrangement worth so much less."""

_DATE = 16
"""Dates of up to so many letters stay on one line."""


@dataclass(frozen=True, slots=True)
class _Words:
    """Date and text of one event, set."""

    date: TextBlock
    text: TextBlock

    @property
    def width(self) -> float:
        return max(self.date.width, self.text.width)

    @property
    def height(self) -> float:
        return self.date.height + self.text.height


@dataclass(frozen=True, slots=True)
class _Plan:
    """One arrangement that fits: axis from its first to its last point, marks on it, and a place for all words."""

    worth: float
    down: bool
    axis: Rect
    """Of height 0, or of width 0 where it runs downwards."""
    marks: tuple[float, ...]
    words: tuple[_Words, ...]
    places: tuple[Rect, ...]


def build(timeline: params.Timeline, stage: Stage) -> Scene:
    """Draw the axis faintly from the start, and each event on its cue."""
    scene = stage.scene()
    room = add_heading(scene, stage, timeline.heading)
    plan = _across(timeline.events, stage, room) if stage.frame.wide else _downwards(timeline.events, stage, room)
    names = [f"event:{index}" for index in range(len(timeline.events))]
    frames = stage.reveals(names)
    _add_axis(scene, stage, plan, frames)
    marks, dates, texts = [], [], []
    for index, (mark, words, place) in enumerate(zip(plan.marks, plan.words, plan.places, strict=True)):
        at = frames[index]
        x, y = (plan.axis.x, mark) if plan.down else (mark, plan.axis.y)
        if not plan.down:
            _add_stem(scene, stage, index, x, y, place).draw(at, 0.3)
        marks.append(_add_mark(scene, stage, index, x, y).show(at, 0.25))
        # The date stands at its mark even where the text had to move aside.
        left = place.x if plan.down else min(max(x - words.date.width / 2, place.x), place.right - words.date.width)
        date = scene.text(f"date:{index}", words.date, left, place.y, lit=stage.theme.accent)
        dates.append(date.show(at, rise=0.3 * stage.space))
        left = place.x if plan.down else place.x + (place.width - words.text.width) / 2
        text = scene.text(names[index], words.text, left, place.y + words.date.height, lit=stage.theme.ink)
        texts.append(text.show(at, rise=0.3 * stage.space))
    for elements in (marks, dates, texts):
        light_in_turn(elements, frames)
        apply_cues(stage, dict(zip(names, elements, strict=True)))
    return scene


def moments(dates: Sequence[str]) -> list[float] | None:
    """Return the dates as years and their fractions, or ``None`` unless all are dates in the order of time."""
    times = [_moment(date) for date in dates]
    known = [time for time in times if time is not None]
    in_order = len(known) == len(dates) and all(one < other for one, other in pairwise(known))
    return known if in_order else None


def _moment(date: str) -> float | None:
    found = _YEAR.search(date)
    if found is None:
        return None
    year = float(found[1] or found[3])
    if found[2] or found[4]:
        return -year
    month = next((place for place, name in enumerate(_MONTHS) if re.search(rf"\b{name}", date.lower())), 0)
    day = re.search(r"(?<!\d)(\d{1,2})(?!\d)", date)
    return year + (month + (int(day[1]) if day else 0) / 31) / 12


def _set_words(events: Sequence[params.Event], stage: Stage, width: float, scale: float, align: str) -> list[_Words]:
    place = "left" if align == "left" else "centre"
    date = scaled(stage, stage.style("lead", weight="semibold", align=place), scale)  # type: ignore[arg-type]
    text = scaled(stage, stage.style("body", colour=stage.theme.muted, align=place), scale)  # type: ignore[arg-type]
    return [_Words(exactly(event.date, date, width), exactly(event.text, text, width)) for event in events]


def _across(events: Sequence[params.Event], stage: Stage, room: Rect) -> _Plan:
    """Return the best arrangement along a horizontal axis."""
    plans: list[_Plan] = []
    refused: DoesNotFit | None = None
    times = moments([event.date for event in events])
    for true in (True, False) if times else (False,):
        for sides in (1, 2):
            places = _along(times if true else None, len(events), room.x, room.width)
            try:
                plans.append(
                    largest(lambda s, p=places, n=sides, t=true: _row(events, stage, room, p, n, s, t))  # type: ignore[misc]
                )
            except DoesNotFit as error:
                refused = error
    if not plans:
        assert refused is not None
        raise refused
    return max(plans, key=lambda plan: plan.worth)


def _along(times: Sequence[float] | None, count: int, start: float, length: float) -> list[float]:
    """Return where the marks stand on an axis: true to time with a margin at both ends, or evenly."""
    if times is None:
        return [start + length * (index + 0.5) / count for index in range(count)]
    margin = 0.13 * length
    span = times[-1] - times[0]
    return [start + margin + (length - 2 * margin) * (time - times[0]) / span for time in times]


def _row(
    events: Sequence[params.Event],
    stage: Stage,
    room: Rect,
    marks: Sequence[float],
    sides: int,
    scale: float,
    true: bool,
) -> _Plan:
    """Set the words at ``scale``, as wide as their neighbours allow, under the axis (and above it in turn).

    Raises:
        DoesNotFit: they do not fit, or cannot stand at their marks.
    """
    space = stage.space
    demand(2.2 * space, min(other - one for one, other in pairwise(marks)) + 0.5, "the distance of two events")
    refused: DoesNotFit | None = None
    for share in _SHARES:
        try:
            words = _set_words(events, stage, share * room.width, scale, "centre")
            broken = next(
                (each.date.text for each in words if each.date.lines > 1 and len(each.date.text) <= _DATE), ""
            )
            if broken:
                raise DoesNotFit(f"the date {broken!r} does not fit on one line; split the shot")
            lefts = _lefts(words, marks, sides, room, 1.4 * space)
        except DoesNotFit as error:
            refused = error
            continue
        above = max((each.height for each in words[1::2]), default=0.0) if sides == 2 else 0.0
        below = max(each.height for each in (words[0::2] if sides == 2 else words))
        stem = 1.6 * space
        whole = above + below + stem * sides
        demand(whole, room.height, "the timeline")
        axis_y = room.y + (room.height - whole) / 2 + (above + stem if sides == 2 else 0.0)
        if sides == 1:
            axis_y = min(axis_y, room.y + 0.3 * room.height)
        places = [
            Rect(
                left,
                axis_y + stem if sides == 1 or n % 2 == 0 else axis_y - stem - each.height,
                each.width,
                each.height,
            )
            for n, (left, each) in enumerate(zip(lefts, words, strict=True))
        ]
        worth = scale * (_TRUTH if true else 1.0) * (_ONE_SIDE if sides == 1 else 1.0)
        worth *= _LONG ** max(0, max(each.text.lines for each in words) - 3)
        return _Plan(worth, False, Rect(room.x, axis_y, room.width, 0), tuple(marks), tuple(words), tuple(places))
    assert refused is not None
    raise refused


def _lefts(words: Sequence[_Words], marks: Sequence[float], sides: int, room: Rect, gap: float) -> list[float]:
    """Return left edges of all words: centred at their marks, moved aside only for the frame's edge and neighbours.

    Raises:
        DoesNotFit: some would not stand at their mark any more.
    """
    lefts: list[float] = []
    for index, (each, mark) in enumerate(zip(words, marks, strict=True)):
        left = min(max(mark - each.width / 2, room.x), room.right - each.width)
        if index >= sides:
            left = max(left, lefts[index - sides] + words[index - sides].width + gap)
        over = left - (mark - 0.35 * each.width)
        demand(over, 0.0, f"the event at {each.date.text!r}")
        demand(left + each.width, room.right, f"the event at {each.date.text!r}")
        lefts.append(left)
    return lefts


def _downwards(events: Sequence[params.Event], stage: Stage, room: Rect) -> _Plan:
    """Return the arrangement along a vertical axis at the left."""
    indent = 2.2 * stage.space

    def arranged(scale: float) -> _Plan:
        words = _set_words(events, stage, room.width - indent, scale, "left")
        least = 0.9 * stage.space
        used = sum(each.height for each in words)
        demand(used + least * (len(words) - 1), room.height, "the timeline")
        gap = min(2.6 * stage.space, (room.height - used) / max(1, len(words) - 1))
        times = moments([event.date for event in events])
        tops = list(_tops(words, times, room, gap, least))
        places = tuple(
            Rect(room.x + indent, top, each.width, each.height) for top, each in zip(tops, words, strict=True)
        )
        marks = tuple(top + each.date.height / 2 for top, each in zip(tops, words, strict=True))
        axis = Rect(room.x + 0.5 * stage.space, marks[0], 0, marks[-1] - marks[0])
        return _Plan(scale, True, axis, marks, tuple(words), places)

    return largest(arranged)


def _tops(
    words: Sequence[_Words], times: Sequence[float] | None, room: Rect, gap: float, least: float
) -> Iterator[float]:
    """Yield upper edges: true to time where that leaves room for all words, else with even gaps."""
    if times:
        length = room.height - words[-1].height
        true = [room.y + length * (time - times[0]) / (times[-1] - times[0]) for time in times]
        if all(top + each.height + least <= after for each, (top, after) in zip(words, pairwise(true), strict=False)):
            yield from true
            return
    whole = sum(each.height for each in words) + gap * (len(words) - 1)
    top = room.placed(room.width, whole).y
    for each in words:
        yield top
        top += each.height + gap


def _add_axis(scene: Scene, stage: Stage, plan: _Plan, frames: Sequence[int]) -> None:
    """Add the faint axis, and over it the way that has been told: it reaches each mark as its event is named."""
    axis, theme = plan.axis, stage.theme
    length = axis.height if plan.down else axis.width
    start = axis.y if plan.down else axis.x
    thick = 1.3 * stage.stroke

    def line(canvas: Any, reach: float, colour: str, width: float) -> None:
        paint = skia.Paint(Color=argb(colour), AntiAlias=True, StrokeWidth=width, StrokeCap=skia.Paint.kRound_Cap)
        canvas.drawLine(axis.x, axis.y, *((axis.x, axis.y + reach) if plan.down else (axis.x + reach, axis.y)), paint)

    area = axis.outset(thick)
    scene.add("axis", area, lambda canvas, _: line(canvas, length, theme.line, stage.stroke)).show(0, 0.4)

    def told(canvas: Any, state: State) -> None:
        if state.progress > 0:
            line(canvas, length * state.progress, theme.accent, thick)

    way = scene.add("told", area, told).begin("progress", 0.0)
    for mark, at in sorted(zip(plan.marks, frames, strict=True)):
        lead = max(0, at - stage.frames(0.3))
        way.animate("progress", lead, (mark - start) / length, 0.45, "in_out")


def _add_mark(scene: Scene, stage: Stage, index: int, x: float, y: float) -> Element:
    """Add the disc of an event: a ring at rest, filled and a little larger while it is spoken of."""
    theme, radius = stage.theme, 0.4 * stage.space

    def paint(canvas: Any, state: State) -> None:
        canvas.drawCircle(x, y, radius * (1 + 0.25 * state.light), skia.Paint(Color=argb(theme.accent), AntiAlias=True))
        inner = mix(theme.background, theme.accent, state.light)
        canvas.drawCircle(x, y, radius * 0.62, skia.Paint(Color=argb(inner), AntiAlias=True))

    return scene.add(f"mark:{index}", Rect(x, y, 0, 0).outset(1.4 * radius), paint)


def _add_stem(scene: Scene, stage: Stage, index: int, x: float, y: float, place: Rect) -> Element:
    """Add the short line from a mark to its words."""
    end = place.y - 0.2 * stage.space if place.y > y else place.bottom + 0.2 * stage.space
    paint = skia.Paint(Color=argb(stage.theme.line), AntiAlias=True, StrokeWidth=stage.stroke)

    def draw(canvas: Any, state: State) -> None:
        canvas.drawLine(x, y, x, y + (end - y) * state.progress, paint)

    area = Rect(x, min(y, end), 0, abs(end - y)).outset(stage.stroke)
    return scene.add(f"stem:{index}", area, draw)
