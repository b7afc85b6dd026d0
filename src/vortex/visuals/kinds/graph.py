"""Nodes and edges on which an algorithm leaves its marks: roles, texts at the nodes, weights on the edges."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from vortex.core.errors import EngineError
from vortex.visuals.graph import Scene
from vortex.visuals.graphics import skia
from vortex.visuals.kinds.graph_places import Disc, Point, Taken, Way, check_apart, places, ways
from vortex.visuals.kinds.shrink import largest
from vortex.visuals.kinds.steps import Course, course, divide, draw_box, inscribed, looks_of, wear
from vortex.visuals.kinds.turns import Turns, say
from vortex.visuals.layout import Rect
from vortex.visuals.looks import Look
from vortex.visuals.stage import Stage
from vortex.visuals.states import Graph
from vortex.visuals.text import TextBlock, TextStyle
from vortex.visuals.theme import Colour, argb, mix

_RADIUS = 0.062
"""Of the largest node, as a share of the unit."""
_PLAIN_LINE = 1.15
_HEAD = 5.0
"""Length of an arrowhead, in widths of the line."""


@dataclass(frozen=True, slots=True)
class _Drawing:
    """The graph, measured."""

    discs: Sequence[Disc]
    ways: Sequence[Way]
    label: TextStyle
    small: TextStyle
    edge_labels: dict[int, Rect]
    node_texts: dict[int, Rect]


def build(graph: Graph, stage: Stage) -> Scene:
    """Draw the whole graph at once; roles and texts change with the steps."""
    _check(graph)
    nodes = [f"node:{index}" for index in range(len(graph.nodes))]
    edges = [f"edge:{index}" for index in range(len(graph.edges))]
    scene = stage.scene()
    states = course("graph", graph, stage, [*nodes, *edges])
    room = divide(scene, stage, graph, states)
    shares = places(graph, room)
    drawing = largest(lambda scale: _measured(graph, stage, states, (room, shares), scale))
    for index, name in enumerate(edges):
        _add_edge(scene, stage, states, drawing.ways[index], name, graph.directed)
    for index, box in drawing.edge_labels.items():
        _add_edge_label(scene, stage, states, drawing, index, graph.edges[index].label, box)
    for index, box in drawing.node_texts.items():
        _add_node_text(scene, stage, states, drawing, index, box)
    for index, node in enumerate(graph.nodes):
        _add_node(scene, stage, states, drawing, index, node.label)
    return scene


def _check(graph: Graph) -> None:
    """Refuse what the model cannot see.

    Raises:
        EngineError: an edge names no node or leads from a node to itself, or a place is half given.
    """
    for index, edge in enumerate(graph.edges):
        if max(edge.tail, edge.head) >= len(graph.nodes) or edge.tail == edge.head:
            raise EngineError(
                f"graph.edges.{index} leads from {edge.tail} to {edge.head}, but has to join two of {len(graph.nodes)} "
                "nodes; mend storyboard.json"
            )
    placed = sum(node.x is not None and node.y is not None for node in graph.nodes)
    for index, node in enumerate(graph.nodes):
        if (node.x is None) != (node.y is None) or (0 < placed < len(graph.nodes) and node.x is None):
            raise EngineError(
                f"graph.nodes.{index} has x {node.x} and y {node.y}; give both to every node, or none to any"
            )


def _measured(
    graph: Graph, stage: Stage, states: Course, where: tuple[Rect, Sequence[Point]], scale: float
) -> _Drawing:
    """Return the graph with nodes of ``scale`` times the largest size.

    Args:
        graph: nodes and edges.
        stage: gives type.
        states: all texts.
        where: the room, and the places of the nodes as shares of it.
        scale: 1 or less.

    Raises:
        DoesNotFit: something finds no place.
    """
    least, space = stage.frame.minimum, stage.space
    room, shares = where
    radius = max(0.92 * least, _RADIUS * stage.frame.unit * scale)
    label = replace(stage.style("body", align="centre", weight="semibold"), line_height=1.2, tracking=0.0)
    label = replace(label, size=max(least, 0.82 * radius))
    small = replace(label, size=max(least, 0.62 * radius), line_height=1.15)
    halves = [_half(node.label, label, radius) for node in graph.nodes]
    texts = {n: _size(states, f"node:{n}", "", small) for n in range(len(graph.nodes))}
    labels = {n: _size(states, f"edge:{n}", edge.label, small) for n, edge in enumerate(graph.edges)}
    beside = max((tall for _, tall in texts.values()), default=0.0)
    edge = stage.stroke
    inner = room.inset(radius + max(halves) + edge, radius + edge + (beside + 0.3 * space if beside else 0.0))
    discs = [
        Disc(inner.x + x * inner.width, inner.y + y * inner.height, radius, half)
        for (x, y), half in zip(shares, halves, strict=True)
    ]
    check_apart(discs, 0.9 * radius)
    taken = Taken(room, discs, ways(graph, discs, room, 0.14 * radius), 0.35 * radius)
    taken_boxes: list[Rect] = []
    edge_labels: dict[int, Rect] = {}
    node_texts: dict[int, Rect] = {}
    for found, sizes, place in ((edge_labels, labels, taken.label), (node_texts, texts, taken.beside)):
        for index, size in sizes.items():
            if size[0]:
                found[index] = place(size, index, taken_boxes)
                taken_boxes.append(found[index])
    return _Drawing(discs, taken.ways, label, small, edge_labels, node_texts)


def _half(text: str, style: TextStyle, radius: float) -> float:
    """Return half of the straight part that a node needs for its label."""
    width = TextBlock(text, style, 1e6).width
    return max(0.0, width / 2 - 0.78 * radius)


def _size(states: Course, target: str, first: str, style: TextStyle) -> tuple[float, float]:
    """Return the room that all texts of one place need in turn; nothing for none."""
    blocks = [TextBlock(text, style, 1e6) for _, text in states.texts(target, first) if text]
    return max((block.width for block in blocks), default=0.0), max((block.height for block in blocks), default=0.0)


def _add_edge(scene: Scene, stage: Stage, states: Course, way: Way, name: str, directed: bool) -> None:
    """Add an edge; what an algorithm did with it is seen by colour and width."""
    plain = mix(stage.theme.line, stage.theme.muted, 0.45)
    looks = tuple(
        (at, each if each.front else replace(each, edge=plain, weight=_PLAIN_LINE))
        for at, each in looks_of(stage, states.roles(name))
    )
    heaviest = max(each.weight for _, each in looks) * _PLAIN_LINE * stage.stroke
    xs, ys = [x for x, _ in way.points], [y for _, y in way.points]
    area = Rect(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)).outset((_HEAD if directed else 1) * heaviest)
    path = skia.Path()
    path.moveTo(*way.points[0])
    for point in way.points[1:]:
        path.lineTo(*point)
    wear(scene, stage, name, area, looks, _pen(stage, path, directed))


def _pen(stage: Stage, path: Any, directed: bool) -> Callable[[Any, Look], None]:
    """Return what draws an edge in a look."""
    measure = skia.PathMeasure(path, False)
    length = measure.getLength()

    def draw(canvas: Any, look: Look) -> None:
        thick = look.weight * _PLAIN_LINE * stage.stroke
        size = min(_HEAD * thick**0.6 * stage.stroke**0.4, 0.5 * length) if directed else 0.0
        ink = skia.Paint(Color=argb(look.edge), AntiAlias=True, StrokeWidth=thick)
        ink.setStyle(skia.Paint.kStroke_Style)
        ink.setStrokeCap(skia.Paint.kButt_Cap if directed else skia.Paint.kRound_Cap)
        part = skia.Path()
        measure.getSegment(0, length - 0.8 * size, part, True)
        canvas.drawPath(part, ink)
        if directed:
            point, direction = measure.getPosTan(length)
            canvas.drawPath(_head(point, direction, size), skia.Paint(Color=argb(look.edge), AntiAlias=True))

    return draw


def _head(tip: Any, direction: Any, size: float) -> Any:
    back = tip.x() - direction.x() * size, tip.y() - direction.y() * size
    across = -0.4 * size * direction.y(), 0.4 * size * direction.x()
    path = skia.Path()
    path.moveTo(tip)
    path.lineTo(back[0] + across[0], back[1] + across[1])
    path.lineTo(back[0] - across[0], back[1] - across[1])
    path.close()
    return path


def _add_edge_label(
    scene: Scene, stage: Stage, states: Course, drawing: _Drawing, index: int, first: str, box: Rect
) -> None:
    """Add an edge's label on a patch of the background that interrupts the edge."""
    theme, name = stage.theme, f"edge:{index}"
    patch = box.inset(-0.2 * drawing.small.size, 0.06 * drawing.small.size)
    area = skia.Rect.MakeXYWH(patch.x, patch.y, patch.width, patch.height)
    fill = skia.Paint(Color=argb(theme.background), AntiAlias=True)
    texts = states.texts(name, first)
    there = scene.add(f"{name}/patch", patch, lambda canvas, _: canvas.drawRoundRect(area, 4, 4, fill))
    there.begin("opacity", float(bool(texts[0][1])))
    for at, text in texts[1:]:
        there.animate("opacity", at, float(bool(text)), 0.2)
    inks = tuple((at, theme.ink if role != "plain" else theme.muted) for at, role in states.roles(name))
    _write(scene, stage, f"{name}/text", box, drawing.small, (texts, inks))


def _add_node_text(scene: Scene, stage: Stage, states: Course, drawing: _Drawing, index: int, box: Rect) -> None:
    """Add what stands at a node, such as its distance; where it has to lie on an edge, it interrupts it."""
    texts = states.texts(f"node:{index}")
    if any(way.meets(box) for way in drawing.ways):
        area = skia.Rect.MakeXYWH(box.x, box.y, box.width, box.height)
        fill = skia.Paint(Color=argb(stage.theme.background, 0.85), AntiAlias=True)
        patch = scene.add(f"node:{index}/patch", box, lambda canvas, _: canvas.drawRoundRect(area, 4, 4, fill))
        patch.begin("opacity", float(bool(texts[0][1])))
        for at, text in texts[1:]:
            patch.animate("opacity", at, float(bool(text)), 0.2)
    style = replace(drawing.small, colour=stage.theme.accent)
    _write(scene, stage, f"node:{index}/beside", box, style, (texts, ((0, stage.theme.accent),)))


def _write(
    scene: Scene, stage: Stage, name: str, box: Rect, style: TextStyle, over: tuple[Turns[str], Turns[Colour]]
) -> None:
    """Write texts in turn on the background."""
    ground: Turns[Look] = ((0, Look(stage.theme.background, stage.theme.background)),)
    say(scene, stage, name, inscribed(stage, box, style, (*over, ground)))


def _add_node(scene: Scene, stage: Stage, states: Course, drawing: _Drawing, index: int, text: str) -> None:
    name, disc = f"node:{index}", drawing.discs[index]
    box = disc.box
    looks = looks_of(stage, states.roles(name))
    wear(scene, stage, name, box.outset(1), looks, lambda canvas, look: draw_box(canvas, stage, box, look, disc.radius))
    shown: Turns[str] = tuple((at, "" if role == "hidden" else text) for at, role in states.roles(name))
    inks: Turns[Colour] = ((0, stage.theme.ink),)
    say(scene, stage, f"{name}/text", inscribed(stage, box, drawing.label, (shown, inks, looks)))
