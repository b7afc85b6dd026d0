"""Nodes and edges on which an algorithm leaves its marks: roles, texts at the nodes, weights on the edges."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from vortex.core.errors import EngineError
from vortex.visuals.graph import Scene
from vortex.visuals.graphics import skia
from vortex.visuals.kinds.cued import with_cues
from vortex.visuals.kinds.division import divide
from vortex.visuals.kinds.graph_parts import add_disc, add_edge, add_edge_label, half_of, size_over_time, write
from vortex.visuals.kinds.graph_places import Disc, Point, Taken, Way, check_apart, places, ways
from vortex.visuals.kinds.shrink import largest
from vortex.visuals.kinds.steps import Course, course
from vortex.visuals.kinds.turns import Turns, say
from vortex.visuals.kinds.wear import inscribed
from vortex.visuals.layout import Rect
from vortex.visuals.stage import Stage
from vortex.visuals.states import Graph
from vortex.visuals.text import TextBlock, TextStyle
from vortex.visuals.theme import Colour, argb

_RADIUS = 0.062
"""Of the largest node, as a share of the unit."""


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
    steps = course("graph", graph, stage, [*nodes, *edges])
    room = divide(scene, stage, graph, steps)
    states = with_cues(steps, stage, lambda target: (target,))
    shares = places(graph, stage.frame)
    drawing = largest(lambda scale: _measured(graph, stage, states, (room, shares), scale))
    for index, name in enumerate(edges):
        add_edge(scene, stage, states, drawing.ways[index], name, graph.directed)
    for index, box in drawing.edge_labels.items():
        add_edge_label(scene, stage, states, (edges[index], graph.edges[index].label), drawing.small, box)
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
    halves = [half_of(TextBlock(node.label, label, 1e6), radius) for node in graph.nodes]
    texts = {n: size_over_time(states, f"node:{n}", "", small) for n in range(len(graph.nodes))}
    labels = {n: size_over_time(states, f"edge:{n}", edge.label, small) for n, edge in enumerate(graph.edges)}
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
    write(scene, stage, f"node:{index}/beside", box, style, (texts, ((0, stage.theme.accent),)))


def _add_node(scene: Scene, stage: Stage, states: Course, drawing: _Drawing, index: int, text: str) -> None:
    name, disc = f"node:{index}", drawing.discs[index]
    looks = add_disc(scene, stage, states, disc, name)
    shown: Turns[str] = tuple((at, "" if role == "hidden" else text) for at, role in states.roles(name))
    inks: Turns[Colour] = ((0, stage.theme.ink),)
    say(scene, stage, f"{name}/text", inscribed(stage, disc.box, drawing.label, (shown, inks, looks)))
