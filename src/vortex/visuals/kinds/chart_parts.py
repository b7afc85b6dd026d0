"""What all forms of a chart share: colours of series, their names, the plotted area, and light on what is named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from vortex.core.errors import EngineError
from vortex.visuals import params
from vortex.visuals.graph import Element, Scene
from vortex.visuals.kinds.parts import add_bar
from vortex.visuals.kinds.shrink import exactly
from vortex.visuals.layout import Rect
from vortex.visuals.scale import tick_texts
from vortex.visuals.stage import Stage
from vortex.visuals.text import TextStyle
from vortex.visuals.theme import Colour, mix


@dataclass(frozen=True, slots=True)
class Turn:
    """A stretch of frames during which one point of a chart is spoken of; ``until`` is the first frame after it."""

    at: int
    until: int
    point: int
    last: bool
    """Whether nothing else is lit at ``until``."""


def colour_of(stage: Stage, series: int) -> Colour:
    """Return the colour of a series."""
    return stage.theme.palette[series % len(stage.theme.palette)]


def calm(stage: Stage, colour: Colour) -> Colour:
    """Return a colour stepped back, for what is not spoken of while something else is."""
    return mix(stage.theme.background, colour, 0.42)


def note_style(stage: Stage) -> TextStyle:
    """Return the style of tick labels and axis names: darker than other notes, since a thin ``−1`` has little ink."""
    return stage.style("small", colour=mix(stage.theme.muted, stage.theme.ink, 0.35))


def checked(chart: params.Chart) -> None:
    """Refuse a chart whose series are not as long as its categories.

    Raises:
        EngineError: names the series.
    """
    for index, series in enumerate(chart.series):
        if len(series.values) != len(chart.categories):
            raise EngineError(
                f"chart series {index} ({series.name!r}) has {len(series.values)} values for "
                f"{len(chart.categories)} categories; mend storyboard.json"
            )


def turns(stage: Stage) -> list[Turn]:
    """Return when which point is lit: from its cue until the next one's, or until its sentence ends."""
    ends = {sentence.id: sentence.end for sentence in stage.timing.sentences}
    lit = {(at, cue.target): cue for at, cue in stage.timed_cues("point:") if cue.action != "hide"}
    cues = [(at, cue) for (at, _), cue in lit.items()]
    found = []
    for place, (at, cue) in enumerate(cues):
        point = cue.target.partition(":")[2]
        if not point.isdigit():
            raise EngineError(f"cue {cue.target!r} names no point of a chart; write point:0, point:1 and so on")
        following = next((later for later, _ in cues[place + 1 :] if later > at), None)
        end = max(at + 1, ends[cue.sentence])
        ended = following is None or following > end
        found.append(Turn(at, end if following is None else min(following, end), int(point), ended))
    return found


def spotlight(stage: Stage, points: Mapping[int, Sequence[Element]]) -> None:
    """Let everything but the named point step back while it is named; elements are drawn in full at light 1."""
    for elements in points.values():
        for element in elements:
            element.begin("light", 1.0)
    for turn in turns(stage):
        for point, elements in points.items():
            for element in elements:
                element.animate("light", turn.at, float(point == turn.point), 0.3)
                if turn.last:
                    element.animate("light", turn.until, 1.0, 0.4)


def hide_points(stage: Stage, points: Mapping[int, Sequence[Element]]) -> None:
    """Obey the cues that hide a point."""
    for at, cue in stage.timed_cues("point:"):
        if cue.action == "hide":
            for element in points.get(int(cue.target.partition(":")[2]), ()):
                element.hide(at)


def add_key(scene: Scene, stage: Stage, chart: params.Chart, room: Rect, frames: Sequence[int]) -> Rect:
    """Add the names of several series in their colours, in one line or more, and return the room below.

    The name of a single series needs no key; it stands where the name of the axis would.
    """
    style = replace(note_style(stage), weight="semibold")
    named = add_axis_name(scene, stage, chart, room)
    if len(chart.series) == 1:
        return room.below(named.bottom)
    left, top = room.x, named.bottom
    if 0 < named.width < 0.5 * room.width:
        left, top = named.right + 2 * stage.space, room.y
    mark = 0.62 * style.size
    for index, (series, at) in enumerate(zip(chart.series, frames, strict=True)):
        name = series.name or f"{index + 1}"
        block = exactly(name, replace(style, colour=colour_of(stage, index)), 0.9 * room.width)
        whole = mark + 0.5 * style.size + block.width
        if left > room.x and left + whole > room.right:
            left, top = room.x, top + block.height
        swatch = Rect(left, top + (block.height / block.lines - mark) / 2, mark, mark)
        add_bar(scene, f"key:{index}", swatch, colour_of(stage, index)).show(at)
        scene.text(f"name:{index}", block, left + mark + 0.5 * style.size, top).show(at)
        left += whole + 1.4 * stage.space
    return room.below(top + style.size * style.line_height + 0.6 * stage.space)


def add_axis_name(scene: Scene, stage: Stage, chart: params.Chart, room: Rect) -> Rect:
    """Add what the numbers are, at the top left where a reader begins, and return what it takes."""
    single = chart.series[0].name if len(chart.series) == 1 else ""
    text = chart.y_label or (single if single.lower() not in chart.caption.lower() else "")
    if not text:
        return room.placed(0, 0, "start", "start")
    block = stage.fit(text, note_style(stage), room.width, 0.2 * room.height)
    scene.text("y_label", block, room.x, room.y).show(0, 0.4)
    return Rect(room.x, room.y, block.width, block.height + 0.4 * stage.space)


def add_x_name(scene: Scene, stage: Stage, text: str, room: Rect) -> Rect:
    """Add the name of the horizontal axis at the bottom right and return the room above."""
    if not text:
        return room
    block = stage.fit(text, note_style(stage), room.width, 0.2 * room.height)
    scene.text("x_label", block, room.right - block.width, room.bottom - block.height).show(0, 0.4)
    return room.top_slice(room.height - block.height - 0.1 * stage.space)


def add_levels(scene: Scene, stage: Stage, area: Rect, values: Sequence[float], left: float) -> None:
    """Add a hairline for each tick of a vertical axis over ``area``, and its number right-aligned before it.

    Args:
        scene: where to.
        stage: gives style and line width.
        area: where the values are drawn; its bottom is the first tick, its top the last.
        values: the ticks.
        left: left end of the numbers; the hairlines begin at ``area.x``.
    """
    low, high = values[0], values[-1]
    for index, (value, text) in enumerate(zip(values, tick_texts(values), strict=True)):
        y = area.bottom - (value - low) / (high - low) * area.height
        block = exactly(text, note_style(stage), area.width)
        scene.text(
            f"tick:{index}", block, max(left, area.x - 0.6 * stage.space - block.width), y - block.height / 2
        ).show(0, 0.4)
        strong = value == 0 or index == 0
        thick = (0.8 if strong else 0.45) * stage.stroke
        colour = stage.theme.muted if strong else stage.theme.line
        add_bar(scene, f"level:{index}", Rect(area.x, y - thick / 2, area.width, thick), colour).draw(0, 0.6)


def levels_width(stage: Stage, values: Sequence[float]) -> float:
    """Return the room that the numbers of a vertical axis need at its left, in pixels."""
    style = note_style(stage)
    return max(exactly(text, style, 1e4).width for text in tick_texts(values)) + 0.6 * stage.space
