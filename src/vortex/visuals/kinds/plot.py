"""Functions, dots and shapes in a plane: drawn on as they are named, gliding to new places as steps move them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from vortex.visuals.graph import Element, Scene, State
from vortex.visuals.kinds.chart_parts import calm, note_style
from vortex.visuals.kinds.division import divide
from vortex.visuals.kinds.plot_axes import View, add_axes, bar_width, ranges, view_of
from vortex.visuals.kinds.plot_labels import Ink, Label, Pace, add_labels, find_places
from vortex.visuals.kinds.plot_names import Names, add_key, end_places, holds, middle_of, sort_names
from vortex.visuals.kinds.plot_shapes import Pen, Shape, between, damager, painter, reach
from vortex.visuals.kinds.plot_states import Moment, Placed, moments, most_points
from vortex.visuals.kinds.shrink import exactly
from vortex.visuals.kinds.steps import Course, Standing, course
from vortex.visuals.layout import DoesNotFit, Rect, bounding
from vortex.visuals.stage import Stage
from vortex.visuals.states import Curve, Plot, Point, Role
from vortex.visuals.text import TextBlock
from vortex.visuals.theme import Colour, mix

_MOVE_S = 0.75
_REVEAL_S = {"line": 1.3, "area": 1.2, "polygon": 0.9, "dots": 0.8, "arrow": 0.6, "bars": 0.7}
_LINE, _DOT = 2.0, 0.46
"""Width of a curve in ordinary lines, and radius of a dot in units of space."""
_MANY_DOTS, _SMALL = 40, 0.7
_CROWD = 1.25
_FEW_DOTS, _LARGE, _ROOMY = 3, 1.5, 0.3
"""Dots are smaller where they are many, and larger where they are few or, as a share of their distances, far apart."""
_NAME_SIZES = (2.0, 1.6, 1.25, 1.0)
"""Sizes that are tried for a name inside a shape, in sizes of other names."""
_STRENGTH: dict[Role, float] = {"active": 1.6, "path": 1.4, "good": 1.3, "bad": 1.3, "done": 0.85, "wall": 0.85}
"""Width of lines, and size of dots, in roles that are to be seen more or less than others."""
_INK_PX = 5.0
"""Distance of points on lines by which is judged what a label would cover."""
_ROUND = tuple((math.cos(n * math.pi / 4), math.sin(n * math.pi / 4)) for n in range(8))
_BESIDE, _COLUMN, _HIGH = 1.6, 0.4, 0.66
"""Pictures less wide than this many times their height stand beside their words, which take such a column."""


@dataclass(frozen=True, slots=True)
class _Picture:
    """Everything that is known before a curve is drawn."""

    plot: Plot
    moments: tuple[Moment, ...]
    view: View
    names: Names
    pace: Pace
    shapes: tuple[tuple[Shape, ...], ...]
    """For each curve and moment."""

    def there(self, curve: int, moment: int) -> bool:
        """Return whether a curve can be seen at a moment."""
        return self.moments[moment].curves[curve].role != "hidden"


def build(plot: Plot, stage: Stage) -> Scene:
    """Draw the plane, its curves as they stand at first, and what each step makes of them.

    Raises:
        EngineError: a curve, a move or a mark is wrong; names it.
        DoesNotFit: names, notes or labels have no room.
    """
    targets = [f"curve:{index}" for index in range(len(plot.curves))]
    targets += [f"point:{i},{j}" for i, count in enumerate(most_points(plot)) for j in range(count)]
    states = course("plot", plot, stage, targets)
    seen = moments(plot, states, stage)
    scene, room = _divided(stage, plot, states)
    names, view = _view(stage, plot, seen, room)
    pace = _pace(stage, seen)
    shapes = tuple(
        _shapes(stage, plot.curves[i], [each.curves[i] for each in seen], view) for i in range(len(plot.curves))
    )
    picture = _Picture(plot, seen, view, names, pace, shapes)
    add_axes(scene, stage, plot, view, room)
    for index in range(len(plot.curves)):
        _add_curve(scene, stage, picture, index)
    _add_names(scene, stage, picture, room)
    _add_labels(scene, stage, picture, room)
    return scene


def _divided(stage: Stage, plot: Plot, states: Course) -> tuple[Scene, Rect]:
    """Return a scene with heading, note and shelves, and the room of the picture.

    In wide shapes a picture that is about as high as wide stands beside its words: there it can be much larger.
    """
    across, upwards = ranges(plot)
    narrow = plot.equal and across[1] - across[0] < _BESIDE * (upwards[1] - upwards[0])
    shelved = plot.shelves or any(step.shelves for step in plot.steps)
    worded = plot.heading or any(step.note for step in plot.steps)
    if narrow and worded and not shelved and stage.frame.wide:
        whole, scene = stage.content, stage.scene()
        column = Rect(whole.x, whole.y, _COLUMN * whole.width, _HIGH * whole.height)
        try:
            divide(scene, replace(stage, frame=replace(stage.frame, content=column)), plot, states, column=True)
        except DoesNotFit:
            pass  # Under each other the words have the whole width.
        else:
            left = column.right + 2 * stage.space
            return scene, Rect(left, whole.y, whole.right - left, whole.height)
    scene = stage.scene()
    return scene, divide(scene, stage, plot, states)


def _view(stage: Stage, plot: Plot, seen: Sequence[Moment], room: Rect) -> tuple[Names, View]:
    """Return where names go and the view; names that do not fit inside their shapes move into the key."""
    history = [[curve.points for curve in moment.curves] for moment in seen]
    written = {
        index
        for moment in seen
        for index, curve in enumerate(moment.curves)
        if curve.marked.get(len(curve.points) - 1, Standing()).text
    }
    names = sort_names(stage, plot, history, ranges(plot)[0], room, written)
    labelled = any(each.text for moment in seen for curve in moment.curves for each in curve.marked.values())
    pad = 1.5 * stage.frame.size("small") if labelled or names.at("tip") else 2 * stage.stroke
    view = view_of(stage, plot, room.below(room.y + names.key_height), names.aside, pad)
    crowded = [
        index
        for index in names.at("inside")
        if not all(_fits(names.blocks[index], [view.at(p) for p in m.curves[index].points]) for m in seen)
    ]
    if crowded:
        names = names.in_key(crowded, room)
        view = view_of(stage, plot, room.below(room.y + names.key_height), names.aside, pad)
    return names, view


def _fits(block: TextBlock, polygon: Sequence[Point]) -> bool:
    x, y = middle_of(polygon)
    return holds(polygon, block.at(x - block.width / 2, y - block.height / 2))


def _pace(stage: Stage, seen: Sequence[Moment]) -> Pace:
    """Return how long the moves of each moment take: less than usual where the next one follows soon."""
    frames = [moment.frame for moment in seen]
    gaps = [after - before for before, after in pairwise([*frames, stage.timing.num_frames])]
    fps = stage.timing.fps
    return Pace(tuple(frames), tuple(min(_MOVE_S, gap / fps) for gap in gaps), fps, stage.timing.num_frames)


def _shapes(stage: Stage, curve: Curve, standing: Sequence[Placed], view: View) -> tuple[Shape, ...]:
    """Return how a curve stands at each moment; it is drawn from the first on at which it can be seen."""
    made: list[Shape] = []
    for placed in standing:
        drawn = made[-1].drawn if made and placed.role == "hidden" else float(placed.role != "hidden")
        # What has gone out fades where it was, in the colours that it had.
        role = "plain" if placed.role == "hidden" else placed.role
        made.append(_shape(stage, curve, replace(placed, role=role), view, drawn))
    return tuple(made)


def _shape(stage: Stage, curve: Curve, placed: Placed, view: View, drawn: float) -> Shape:
    own = stage.theme.palette[curve.tone]
    roles: list[Role] = [placed.role] * len(placed.points)
    for point, each in placed.marked.items():
        if point < len(roles) and each.role != "plain":
            roles[point] = each.role
    tones = [stage.theme.palette[tone] for tone in placed.tones] or [own] * len(roles)
    colours = tuple(_colour(stage, role, tone) for role, tone in zip(roles, tones, strict=True))
    points = tuple(view.at(point) for point in placed.points)
    width = _STRENGTH.get(placed.role, 1.0)
    return Shape(points, _colour(stage, placed.role, own), colours, _sizes(curve, placed, roles), width, drawn)


def _sizes(curve: Curve, placed: Placed, roles: Sequence[Role]) -> tuple[float, ...]:
    """Return how large the dot of each point is drawn; a point of a line is only seen where it is spoken of."""
    sizes = [0.0 if role == "hidden" else _STRENGTH.get(role, 1.0) for role in roles]
    if sum(size > 1 for size in sizes) > _FEW_DOTS:
        # One dot may grow much; if many do, they run together.
        sizes = [min(size, _CROWD) for size in sizes]
    if curve.form != "dots":
        shy = curve.form in ("polygon", "arrow", "bars")
        seen = {n for n, each in placed.marked.items() if each.role != "plain" or (each.text and not shy)}
        sizes = [size if point in seen else 0.0 for point, size in enumerate(sizes)]
    return tuple(sizes)


def _colour(stage: Stage, role: Role, own: Colour) -> Colour:
    """Return the colour of a curve or a point in a role; where it is only seen better, its own."""
    theme = stage.theme
    colours = {"open": theme.waiting, "path": theme.way, "good": theme.right, "bad": theme.wrong, "wall": theme.block}
    return calm(stage, own) if role == "done" else colours.get(role, own)


def _add_curve(scene: Scene, stage: Stage, picture: _Picture, index: int) -> None:
    """Add one curve: its progress counts the moments at which it changes."""
    curve, pace = picture.plot.curves[index], picture.pace
    dotted = any(size > 0 for shape in picture.shapes[index] for size in shape.sizes)
    pen = _pen(stage, curve, picture.view, dotted)
    kept, changes = [picture.shapes[index][0]], []
    for moment, shape in enumerate(picture.shapes[index][1:], start=1):
        if shape != kept[-1]:
            kept.append(shape)
            changes.append(moment)
    bounds = bounding(reach(shape, pen) for shape in kept)

    def covers(state: State) -> Rect:
        return bounding(reach(shape, pen) for shape, _ in between(kept, state.progress))

    element = scene.add(f"curve:{index}", bounds, painter(kept, pen), damage=damager(kept, pen), covers=covers)
    element.begin("progress", 0.0)
    for number, moment in enumerate(changes, start=1):
        grows = kept[number].drawn > kept[number - 1].drawn
        after = [*pace.at, stage.timing.num_frames][moment + 1]
        room = (after - pace.at[moment]) / pace.fps
        seconds = min(room, _REVEAL_S[curve.form]) if grows else pace.seconds[moment]
        element.animate("progress", pace.at[moment], float(number), seconds, "in_out")
    if len(kept) > 1:
        element.shade = lambda state: between(kept, state.progress)[0][0].colour
    _follow(element, [picture.there(index, moment) or not drawn for moment, drawn in _drawn(picture, index)], pace)


def _drawn(picture: _Picture, index: int) -> list[tuple[int, float]]:
    return [(moment, shape.drawn) for moment, shape in enumerate(picture.shapes[index])]


def _follow(element: Element, there: Sequence[bool], pace: Pace, late: float = 0.0) -> None:
    """Let an element be seen at the moments at which its curve is there."""
    element.begin("opacity", float(there[0]))
    for moment, (before, now) in enumerate(pairwise(there), start=1):
        if before != now:
            at = pace.at[moment] + (round(late * pace.fps) if now else 0)
            element.animate("opacity", at, float(now), 0.3)


def _pen(stage: Stage, curve: Curve, view: View, dotted: bool) -> Pen:
    thick = _LINE * stage.stroke
    dot = _dot(stage, curve, view)
    unit = view.area.width / (view.x[1] - view.x[0])
    zero = min(max(view.at((view.x[0], 0.0))[1], view.area.y), view.area.bottom)
    clip = view.area.outset(2 * dot if dotted else thick)
    bar = bar_width(curve.points) * unit
    return Pen(curve.form, thick, dot, bar, zero, curve.dashed, stage.theme.background, clip)


def _dot(stage: Stage, curve: Curve, view: View) -> float:
    """Return the radius of a curve's dots in pixels: small where many crowd, large where there is room between them."""
    count = len(curve.points)
    usual = _DOT * stage.space * (_SMALL if count > _MANY_DOTS else _LARGE if count <= _FEW_DOTS else 1.0)
    if curve.form != "dots" or count <= _FEW_DOTS:
        return usual
    points = np.array([view.at(point) for point in curve.points])
    apart = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    np.fill_diagonal(apart, np.inf)
    return min(_LARGE * _DOT * stage.space, max(usual, _ROOMY * float(np.median(apart.min(axis=1)))))


def _add_names(scene: Scene, stage: Stage, picture: _Picture, room: Rect) -> None:
    """Add the key and the names at the ends of lines; these follow their lines."""
    names, pace = picture.names, picture.pace

    def seen(index: int) -> list[bool]:
        return [picture.there(index, moment) for moment in range(len(picture.moments))]

    for index, elements in add_key(scene, stage, picture.plot, names, picture.view, room.right).items():
        for element in elements:
            _follow(element, seen(index), pace)
    history = [[curve.points for curve in moment.curves] for moment in picture.moments]
    line = 1.36 * stage.frame.size("small")
    # The name of the horizontal axis may stand at its end.
    bottom = picture.view.area.bottom + (-line if picture.plot.x_label else 0.5 * line)
    for index, corners in end_places(names, picture.view, history, 0.9 * stage.space, bottom).items():
        element = scene.text(f"name:{index}", names.blocks[index], *corners[0])
        for moment, (before, now) in enumerate(pairwise(corners), start=1):
            if before != now:
                element.animate("dy", pace.at[moment], now[1] - corners[0][1], pace.seconds[moment], "in_out")
        _follow(element, seen(index), pace, 0.7 * _REVEAL_S["line"])


def _add_labels(scene: Scene, stage: Stage, picture: _Picture, room: Rect) -> None:
    """Add what is written at points, at the tips of arrows and inside shapes."""
    labels = [*_inside_names(stage, picture), *_tip_names(stage, picture), *_point_texts(stage, picture)]
    if not labels:
        return
    inks = [_ink(stage, picture, moment) for moment in range(len(picture.moments))]
    area, names = picture.view.area, picture.names
    bounds = room
    if picture.plot.axes:
        right = area.right if names.aside else room.right
        bounds = Rect(area.x, bounds.y, right - area.x, area.bottom - bounds.y)
    taken = [mark.box for element in scene.elements for mark in element.marks]
    taken += [element.bounds for element in scene.elements if element.name.startswith("key:")]
    places = find_places(labels, inks, taken, bounds, stage.space)
    add_labels(scene, stage, labels, places, picture.pace, taken, bounds)


def _stretches(seen: Sequence[str]) -> list[tuple[int, int, str]]:
    """Return the moments from and until which the same text is seen, without those of no text."""
    starts = [n for n, text in enumerate(seen) if n == 0 or text != seen[n - 1]]
    return [(a, b, seen[a]) for a, b in pairwise([*starts, len(seen)]) if seen[a]]


def _point_texts(stage: Stage, picture: _Picture) -> list[Label]:
    """Return what marks write at points."""
    style = replace(note_style(stage), weight="semibold", colour=stage.theme.ink)
    found = sorted(
        {(i, j) for m in picture.moments for i, curve in enumerate(m.curves) for j, s in curve.marked.items() if s.text}
    )
    labels = []
    for i, j in found:
        texts, points = [], []
        for number, moment in enumerate(picture.moments):
            curve = moment.curves[i]
            standing = curve.marked.get(j)
            hidden = not picture.there(i, number) or standing is None or standing.role == "hidden"
            texts.append("" if hidden or standing is None else standing.text or "")
            points.append(picture.shapes[i][number].points[min(j, len(curve.points) - 1)])
        away, off = _away(picture, i, j), _off(stage, picture, i, j)
        for number, (first, until, text) in enumerate(_stretches(texts)):
            block = exactly(text, style, 0.5 * stage.content.width)
            labels.append(Label(f"point:{i},{j}/text#{number}", block, tuple(points), first, until, away, off))
    return labels


def _off(stage: Stage, picture: _Picture, curve: int, point: int) -> float:
    """Return how far from a point its label begins: clear of the dot that is drawn there."""
    largest = max(shape.sizes[min(point, len(shape.sizes) - 1)] for shape in picture.shapes[curve])
    radius = largest * _dot(stage, picture.plot.curves[curve], picture.view)
    return max(0.9 * stage.space, radius + 0.5 * stage.space)


def _away(picture: _Picture, curve: int, point: int) -> tuple[Point, ...]:
    """Return on which way a label should stand: out of a polygon, beyond an arrow, else anywhere."""
    shapes = [shape.points for shape in picture.shapes[curve]]
    form = picture.plot.curves[curve].form
    if form == "polygon":
        ends = [(middle_of(points), points[min(point, len(points) - 1)]) for points in shapes]
    elif form == "arrow":
        ends = [(points[0], points[-1]) if point else (points[-1], points[0]) for points in shapes]
    else:
        return ()
    return tuple((there[0] - here[0], there[1] - here[1]) for here, there in ends)


def _tip_names(stage: Stage, picture: _Picture) -> list[Label]:
    """Return the names of arrows at their tips, and of single dots beside them."""
    labels = []
    for index in picture.names.at("tip"):
        seen = ["x" if picture.there(index, moment) else "" for moment in range(len(picture.moments))]
        points = tuple(shape.points[-1] for shape in picture.shapes[index])
        for number, (first, until, _) in enumerate(_stretches(seen)):
            name, block = f"name:{index}#{number}", picture.names.blocks[index]
            off = _off(stage, picture, index, 1)
            labels.append(Label(name, block, points, first, until, _away(picture, index, 1), off))
    return labels


def _inside_names(stage: Stage, picture: _Picture) -> list[Label]:
    """Return the names in the middle of their shapes, in ink that can be read on them."""
    labels = []
    for index in picture.names.at("inside"):
        seen = ["x" if picture.there(index, moment) else "" for moment in range(len(picture.moments))]
        points = tuple(middle_of(shape.points) for shape in picture.shapes[index])
        ground = mix(stage.theme.background, stage.theme.palette[picture.plot.curves[index].tone], 0.2)
        usual = replace(picture.names.blocks[index].style, colour=stage.theme.on(ground))
        sizes = [
            exactly(picture.names.blocks[index].text, replace(usual, size=by * usual.size), 1e4) for by in _NAME_SIZES
        ]
        block = next(
            (each for each in sizes if all(_fits(each, shape.points) for shape in picture.shapes[index])), sizes[-1]
        )
        for number, (first, until, _) in enumerate(_stretches(seen)):
            labels.append(Label(f"name:{index}#{number}", block, points, first, until, ground=ground))
    return labels


def _ink(stage: Stage, picture: _Picture, moment: int) -> Ink:
    """Return points on everything that is drawn at a moment."""
    rows: list[Ink] = [np.empty((0, 2))]
    for index, shapes in enumerate(picture.shapes):
        if picture.there(index, moment):
            points = np.array(shapes[moment].points)
            form = picture.plot.curves[index].form
            if form == "dots":
                radius = _dot(stage, picture.plot.curves[index], picture.view)
                rows.append((points[:, None] + radius * np.array(((0.0, 0.0), *_ROUND))).reshape(-1, 2))
            elif form != "bars":
                closed = np.vstack([points, points[:1]]) if form == "polygon" else points
                rows += [_dense(a, b) for a, b in pairwise(closed)]
    return np.vstack(rows)


def _dense(one: Ink, other: Ink) -> Ink:
    """Return points from one to the other that are some pixels apart."""
    count = max(2, int(np.hypot(*(other - one)) / _INK_PX) + 1)
    return one + (other - one) * np.linspace(0, 1, min(count, 400))[:, None]
