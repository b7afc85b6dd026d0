"""Steps or parts in boxes, and how they follow each other; the arrow to a box is drawn on as the box is named.

A chain stands in one row while its words are legible there, else in rows that are read like text, and in upright
shapes in a column. Everything else is laid out in layers. Of the arrangements that fit, the one with the largest type
is taken.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from vortex.core.errors import EngineError
from vortex.visuals import params
from vortex.visuals.graph import Element, Scene
from vortex.visuals.graphics import skia
from vortex.visuals.kinds.parts import add_heading, add_panel, add_stroke, apply_cues, ghost, light_in_turn
from vortex.visuals.kinds.shrink import demand, exactly, largest, scaled
from vortex.visuals.layered import Drawing, Link, Route, backward, fold, lay_out, ranks
from vortex.visuals.layout import DoesNotFit, Rect
from vortex.visuals.stage import Stage
from vortex.visuals.text import TextBlock

_MOST_LINES, _MOST_LARGE_LINES = 4, 3
"""More lines than this, of usual and of large type, in a box beside others are harder to read than smaller type."""
_FEW = {2: 1.6, 3: 1.4, 4: 1.2}
"""The largest scale of so few boxes, which else would be lost in their room."""


@dataclass(frozen=True, slots=True)
class _Label:
    """The words of one box, set."""

    label: TextBlock
    detail: TextBlock | None

    @property
    def width(self) -> float:
        return max(self.label.width, self.detail.width if self.detail else 0.0)

    @property
    def height(self) -> float:
        return self.label.height + (self.detail.height if self.detail else 0.0)


@dataclass(frozen=True, slots=True)
class _Plan:
    """One arrangement that fits."""

    scale: float
    labels: tuple[_Label, ...]
    notes: tuple[TextBlock | None, ...]
    """Labels of the edges."""
    drawing: Drawing


@dataclass(frozen=True, slots=True)
class _Way:
    """A way to arrange the boxes: how many share the width, what it is worth, and where they go."""

    abreast: int
    worth: float
    down: bool
    draw: Callable[[float, float, float, float, float], Drawing]
    """Takes width and height of a box, the gaps along and across the flow, and the breadth of lanes that lead back."""


def build(flow: params.Flow, stage: Stage) -> Scene:
    """Draw each box on its cue, and each arrow as the later of its two boxes appears."""
    scene = stage.scene()
    room = add_heading(scene, stage, flow.heading)
    edges = flow.edges or tuple(params.Edge(tail=n, head=n + 1) for n in range(len(flow.nodes) - 1))
    for edge in edges:
        if max(edge.tail, edge.head) >= len(flow.nodes):
            raise EngineError(f"flow edge {edge.tail} → {edge.head} names none of {len(flow.nodes)} nodes; mend it")
    plan = _best(flow.nodes, edges, stage, room)
    corner = room.placed(plan.drawing.width, plan.drawing.height)
    nodes = [f"node:{index}" for index in range(len(flow.nodes))]
    frames = stage.reveals(nodes)
    arrows = _add_arrows(scene, stage, edges, plan, corner, frames)
    boxes = [box.moved(corner.x, corner.y) for box in plan.drawing.boxes]
    panels = [
        ghost(add_panel(scene, stage, f"panel:{n}", box), at)
        for n, (box, at) in enumerate(zip(boxes, frames, strict=True))
    ]
    texts = [_add_label(scene, stage, n, label, boxes[n], frames[n]) for n, label in enumerate(plan.labels)]
    light_in_turn(panels, frames)
    for shown in (panels, [label for label, _ in texts], [detail for _, detail in texts]):
        apply_cues(stage, {nodes[index]: element for index, element in enumerate(shown) if element})
    apply_cues(stage, {arrow.name: arrow for arrow in arrows})
    return scene


def _best(nodes: Sequence[params.Node], edges: Sequence[params.Edge], stage: Stage, room: Rect) -> _Plan:
    """Return the arrangement with the largest type, weighed by what the way is worth."""
    found: list[tuple[float, _Plan]] = []
    refused: DoesNotFit | None = None
    most = _FEW.get(len(nodes), 1.0)
    for way in _ways(len(nodes), edges, stage):
        try:
            plan = largest(lambda scale, way=way: _arranged(nodes, edges, stage, room, way, scale), most)  # type: ignore[misc]
        except DoesNotFit as error:
            refused = error
        else:
            found.append((plan.scale * way.worth, plan))
    if not found:
        assert refused is not None
        raise refused
    return max(found, key=lambda pair: pair[0])[1]


def _ways(count: int, edges: Sequence[params.Edge], stage: Stage) -> list[_Way]:
    """Return the ways to try; what suits the shape is worth more."""
    links = [(edge.tail, edge.head) for edge in edges]
    upright, wide = stage.frame.portrait, stage.frame.wide
    if links == [(n, n + 1) for n in range(count - 1)]:
        worth = {count: 0.5 if upright else 1.0, 1: 1.0 if upright else 0.8 if wide else 0.95}
        for rows in (2, 3):
            worth.setdefault(-(-count // rows), 0.8 if upright else 0.92)
        return [_chain(count, per_row, value) for per_row, value in worth.items()]
    rank = ranks(count, links)
    most = max(rank.count(layer) for layer in rank)
    return [
        _layers(count, links, max(rank) + 1, 0.7 if upright else 1.0, down=False),
        _layers(count, links, most, 1.0 if upright else 0.85, down=True),
    ]


def _chain(count: int, per_row: int, worth: float) -> _Way:
    def draw(width: float, height: float, along: float, across: float, lane: float) -> Drawing:
        return fold(count, per_row, (width, height), (along, along))

    return _Way(per_row, worth, per_row == 1, draw)


def _layers(count: int, links: Sequence[Link], abreast: int, worth: float, *, down: bool) -> _Way:
    def draw(width: float, height: float, along: float, across: float, lane: float) -> Drawing:
        return lay_out([(width, height)] * count, links, (along, across, lane), down)

    return _Way(abreast, worth, down, draw)


def _arranged(
    nodes: Sequence[params.Node], edges: Sequence[params.Edge], stage: Stage, room: Rect, way: _Way, scale: float
) -> _Plan:
    """Set all words at ``scale`` and lay them out.

    Raises:
        DoesNotFit: they do not fit in the room.
    """
    space = stage.space * max(0.55, scale)
    pad, across = 1.1 * space, 1.5 * space
    small = scaled(stage, stage.style("small", colour=stage.theme.muted, align="centre"), scale)
    notes = tuple(exactly(edge.label, small, room.width / 5) if edge.label else None for edge in edges)
    along, lane = _gaps(edges, notes, way, len(nodes), space)
    between = across if way.down else along
    inner = (room.width - (way.abreast - 1) * between) / way.abreast - 2 * pad
    if inner <= 0:
        raise DoesNotFit(f"{way.abreast} boxes abreast leave no room for words; split the shot")
    labels = _set_labels(nodes, stage, min(inner, 0.9 * room.width), scale)
    most = _MOST_LINES if scale <= 1 else _MOST_LARGE_LINES
    if way.abreast > 1 and max(label.label.lines for label in labels) > most:
        raise DoesNotFit(f"a label of the flow needs more than {most} lines; shorten it")
    # Wider than short words need: a row of small boxes would be lost in the frame.
    ample = min(0.26, 0.72 / way.abreast) * room.width
    width = min(max(max(label.width for label in labels) + 2 * pad, ample), inner + 2 * pad)
    height = max(label.height for label in labels) + 1.8 * pad
    drawing = way.draw(width, height, along, across, lane)
    demand(drawing.width, room.width, "the flow's width")
    demand(drawing.height, room.height, "the flow's height")
    return _Plan(scale, labels, notes, drawing)


def _gaps(
    edges: Sequence[params.Edge], notes: Sequence[TextBlock | None], way: _Way, count: int, space: float
) -> tuple[float, float]:
    """Return the gap along the flow and the breadth of a lane that leads back, with room for what stands on them."""
    back = backward(count, [(edge.tail, edge.head) for edge in edges])
    along, lane = (3.4 if way.abreast <= 3 and not way.down else 2.6) * space, 2 * space
    for index, note in enumerate(notes):
        if note and index in back:
            lane = max(lane, 0.6 * space + (note.width if way.down else note.height))
        elif note:
            along = max(along, (2.4 * space + note.height if way.down else 3.6 * space + note.width))
    return along, lane


def _set_labels(nodes: Sequence[params.Node], stage: Stage, width: float, scale: float) -> tuple[_Label, ...]:
    """Set what stands in the boxes; short names are a little stronger than whole phrases."""
    few = len(nodes) <= 4
    short = all(len(node.label.split()) <= 3 for node in nodes) or any(node.detail for node in nodes)
    style = stage.style("lead" if few else "body", align="centre", weight="semibold" if short else "regular")
    label = replace(scaled(stage, style, scale), line_height=1.26)
    detail = scaled(stage, stage.style("small", colour=stage.theme.muted, align="centre"), scale)
    return tuple(
        _Label(exactly(node.label, label, width), exactly(node.detail, detail, width) if node.detail else None)
        for node in nodes
    )


def _add_label(
    scene: Scene, stage: Stage, index: int, label: _Label, box: Rect, at: int
) -> tuple[Element, Element | None]:
    """Add the words of one box, in its middle."""
    top = box.y + (box.height - label.height) / 2
    theme, middle = stage.theme, box.centre[0]
    name = scene.text(f"node:{index}", label.label, middle - label.label.width / 2, top, background=theme.panel)
    if label.detail is None:
        return name.show(at), None
    left, below = middle - label.detail.width / 2, top + label.label.height
    detail = scene.text(f"detail:{index}", label.detail, left, below, background=theme.panel)
    return name.show(at), detail.show(at + stage.frames(0.15))


def _add_arrows(
    scene: Scene, stage: Stage, edges: Sequence[params.Edge], plan: _Plan, corner: Rect, frames: Sequence[int]
) -> list[Element]:
    """Add the arrows, and their labels on a patch of the background that interrupts them."""
    arrows = []
    for index, (edge, route, note) in enumerate(zip(edges, plan.drawing.routes, plan.notes, strict=True)):
        path = _path(route, plan.drawing.down, corner, 2.2 * stage.radius, 0.35 * stage.space)
        arrow = add_stroke(scene, stage, f"edge:{index}", path, stage.theme.muted, width=1.1, head=True)
        cued = stage.named(f"edge:{index}")
        # The arrow sets out a little earlier than the box to which it leads, but never before that from which it comes.
        both = max(frames[edge.tail] + stage.frames(0.15), frames[edge.head] - stage.frames(0.25))
        at = both if cued is None else cued
        arrows.append(arrow.draw(at, 0.45 if len(route.points) == 2 else 0.7))
        if note:
            point = route.label_at
            left, top = corner.x + point.x - note.width / 2, corner.y + point.y - note.height / 2
            _add_patch(scene, stage, index, note.at(left, top)).show(at)
            scene.text(f"note:{index}", note, left, top).show(at + stage.frames(0.2))
    return arrows


def _add_patch(scene: Scene, stage: Stage, index: int, box: Rect) -> Element:
    patch = box.inset(-0.3 * stage.space, 0)
    fill = skia.Paint(Color=int(f"ff{stage.theme.background[1:]}", 16))
    area = skia.Rect.MakeXYWH(patch.x, patch.y, patch.width, patch.height)
    return scene.add(f"patch:{index}", patch, lambda canvas, _: canvas.drawRect(area, fill))


def _path(route: Route, down: bool, corner: Rect, radius: float, clear: float) -> Any:
    """Return the way as a path that keeps ``clear`` of both boxes."""
    points = [(corner.x + point.x, corner.y + point.y) for point in route.points]
    path = skia.Path()
    path.moveTo(*points[0])
    if route.bent:
        for point, after in pairwise(points[1:]):
            path.arcTo(*point, *after, radius)
        path.lineTo(*points[-1])
    else:
        # A straight piece at both ends, so that the arrowhead points along the flow.
        ahead = (0.0, 2 * clear) if down else (2 * clear, 0.0)
        stubs = [
            (points[0][0] + ahead[0], points[0][1] + ahead[1]),
            (points[-1][0] - ahead[0], points[-1][1] - ahead[1]),
        ]
        path.lineTo(*stubs[0])
        for (x, y), (to_x, to_y) in pairwise([stubs[0], *points[1:-1], stubs[1]]):
            if down:
                path.cubicTo(x, (y + to_y) / 2, to_x, (y + to_y) / 2, to_x, to_y)
            else:
                path.cubicTo((x + to_x) / 2, y, (x + to_x) / 2, to_y, to_x, to_y)
        path.lineTo(*points[-1])
    measure = skia.PathMeasure(path, False)
    part = skia.Path()
    measure.getSegment(clear, measure.getLength() - clear, part, True)
    return part
