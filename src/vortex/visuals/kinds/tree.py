"""A rooted tree in layers; its nodes wear roles, and labels slide along the edges when they change places."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from vortex.core.errors import EngineError
from vortex.visuals.graph import Scene
from vortex.visuals.kinds.cued import with_cues
from vortex.visuals.kinds.division import divide
from vortex.visuals.kinds.graph_parts import add_disc, add_edge, add_edge_label, half_of, size_over_time
from vortex.visuals.kinds.graph_places import Disc, straight
from vortex.visuals.kinds.shrink import demand, largest
from vortex.visuals.kinds.steps import Course, course
from vortex.visuals.kinds.tree_slides import Sign, Slide, slides
from vortex.visuals.kinds.turns import Line, Turns, say
from vortex.visuals.layout import DoesNotFit, Rect
from vortex.visuals.looks import look
from vortex.visuals.stage import Stage
from vortex.visuals.states import Tree
from vortex.visuals.text import TextBlock, TextStyle
from vortex.visuals.theme import Colour, contrast
from vortex.visuals.tidy import tidy

_RADIUS = 0.06
"""Of the largest node, as a share of the unit."""
_SMALLEST = 0.64
"""Radius of the smallest node, in sizes of the smallest type."""
_NEAREST, _NEAR, _FAR = 0.22, 0.35, 3.6
"""Gaps between two nodes of a layer, in radii: the least of small and of large nodes, and the greatest."""
_LOW, _HIGH = 1.0, 3.4
"""The same between two layers."""
_DEEP = 0.15
"""The gap between two layers of small nodes may be as great as this share of the unit."""
_SIDEWAYS, _BROKEN = 0.75, 0.85
"""What a tree that grows to the right is worth, and one with labels in two lines, in others of equal type."""
_TALL = 1.4
"""Radius of a node with two lines, in radii of one with a single line."""
_SLIDE_S = 0.55


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be drawn."""

    tree: Tree
    places: Sequence[tuple[float, int]]
    texts: set[str]
    """All labels of nodes."""
    states: Course
    down: bool
    """Whether it grows down, else to the right."""
    lines: int
    """In how many lines labels of several words stand."""

    @property
    def worth(self) -> float:
        """How good the way is, type being equal."""
        return (1.0 if self.down else _SIDEWAYS) * (1.0 if self.lines == 1 else _BROKEN)

    def block(self, text: str, style: TextStyle) -> TextBlock:
        """Return a label, set."""
        words = text.split(" ")
        breaks = [(" ".join(words[:n]), " ".join(words[n:])) for n in range(1, len(words))]
        if self.lines == 1 or not breaks:
            return TextBlock(text, style, 1e6)
        return TextBlock("\n".join(min(breaks, key=lambda pair: max(map(len, pair)))), style, 1e6)


@dataclass(frozen=True, slots=True)
class _Drawing:
    """The tree, measured."""

    plan: _Plan
    discs: Sequence[Disc]
    style: TextStyle
    small: TextStyle
    edge_labels: dict[int, Rect]
    room: Rect


_Run = list[tuple[int, Sign]]
_Moves = dict[tuple[int, int], tuple[Slide, float]]
"""Frame and label → the slide that begins then, and its seconds."""


def build(tree: Tree, stage: Stage) -> Scene:
    """Draw the whole tree at once; roles, labels and their places change with the steps."""
    _check(tree)
    nodes = range(len(tree.labels))
    scene = stage.scene()
    steps = course("tree", tree, stage, [*(f"node:{n}" for n in nodes), *(f"edge:{n}" for n in nodes[1:])])
    room = divide(scene, stage, tree, steps)
    states = with_cues(steps, stage, lambda target: (target,))
    told = _signs(tree)
    signs = [_seen(told[steps.index_at(at)], states, n) for n, at in enumerate(states.frames)]
    texts = {sign.text for state in signs for sign in state if sign.text}
    drawing = _best(stage, room, tree, states, texts)
    for node in nodes[1:]:
        way = straight(drawing.discs[tree.parents[node]], drawing.discs[node])
        add_edge(scene, stage, states, way, f"edge:{node}", False)
    for node, box in drawing.edge_labels.items():
        add_edge_label(scene, stage, states, (f"edge:{node}", ""), drawing.small, box)
    for node in nodes:
        add_disc(scene, stage, states, drawing.discs[node], f"node:{node}")
    moves, ground = _moves(stage, tree, states, drawing, signs), _worst_ground(stage, states, len(tree.labels))
    for label in nodes:
        turns = states.turns([state[label] for state in signs].__getitem__)
        _add_label(scene, stage, drawing, label, (turns, moves, ground))
    return scene


def _check(tree: Tree) -> None:
    """Refuse what the model cannot see.

    Raises:
        EngineError: parents do not make a tree, or an order is none.
    """
    if len(tree.parents) != len(tree.labels):
        raise EngineError(f"tree.parents has {len(tree.parents)} entries for {len(tree.labels)} labels; give each one")
    for node, parent in enumerate(tree.parents):
        if (parent != -1) if node == 0 else not 0 <= parent < node:
            raise EngineError(
                f"tree.parents.{node} is {parent}, but the first node is the root (-1) and every other has a parent "
                "before it; mend storyboard.json"
            )
    for index, step in enumerate(tree.steps):
        if step.order is not None and sorted(step.order) != list(range(len(tree.labels))):
            raise EngineError(
                f"tree.steps.{index}.order is {list(step.order)}, but has to name each of the {len(tree.labels)} "
                "labels once; mend storyboard.json"
            )


def _signs(tree: Tree) -> list[list[Sign]]:
    """Return after each step what every label is; a mark's text changes the label that stands at its node then."""
    texts, order = list(tree.labels), tuple(range(len(tree.labels)))
    found = []
    for step in (None, *tree.steps):
        order = order if step is None or step.order is None else step.order
        for mark in tree.marks if step is None else step.marks:
            if mark.text is not None and mark.at.startswith("node:"):
                texts[order[int(mark.at.removeprefix("node:"))]] = mark.text
        nodes = {label: node for node, label in enumerate(order)}
        found.append([Sign(text, nodes[label]) for label, text in enumerate(texts)])
    return found


def _seen(signs: Sequence[Sign], states: Course, index: int) -> list[Sign]:
    """Return the labels without those at hidden nodes."""
    hidden = {sign.node for sign in signs if states.standing(f"node:{sign.node}", index).role == "hidden"}
    return [replace(sign, text="") if sign.node in hidden else sign for sign in signs]


def _best(stage: Stage, room: Rect, tree: Tree, states: Course, texts: set[str]) -> _Drawing:
    """Return the tree as it grows down or to the right, its labels in one or two lines; large type decides.

    Raises:
        DoesNotFit: it is legible in neither way.
    """
    heap = list(tree.parents) == [(node - 1) // 2 for node in range(len(tree.parents))]
    places = tidy(tree.parents, heap)
    found: list[tuple[float, _Drawing]] = []
    refused: DoesNotFit | None = None
    for plan in (_Plan(tree, places, texts, states, down, lines) for down in (True, False) for lines in (1, 2)):
        if plan.lines > 1 and not any(" " in text for text in texts):
            continue
        try:
            drawing = largest(lambda scale, plan=plan: _measured(plan, stage, room, scale))  # type: ignore[misc]
        except DoesNotFit as error:
            refused = error
        else:
            found.append((drawing.style.size * plan.worth, drawing))
    if not found:
        assert refused is not None
        raise refused
    return max(found, key=lambda pair: pair[0])[1]


def _measured(plan: _Plan, stage: Stage, room: Rect, scale: float) -> _Drawing:
    """Return the tree with nodes of ``scale`` times the largest size.

    Raises:
        DoesNotFit: it does not fit in the room.
    """
    places, down = plan.places, plan.down
    least = stage.frame.minimum
    radius = max(_SMALLEST * least, _RADIUS * stage.frame.unit * scale)
    style = replace(stage.style("body", align="centre", weight="semibold"), line_height=1.2, tracking=0.0)
    style = replace(style, size=max(least, 0.84 * radius))
    small = replace(style, size=max(least, 0.66 * radius), line_height=1.15)
    near = (_NEAR if radius > least else _NEAREST) * radius
    if plan.lines > 1:
        radius = max(_TALL * radius, 1.28 * style.size)
    half = max((half_of(plan.block(text, style), radius) for text in plan.texts), default=0.0)
    breadth, depth = max(place for place, _ in places), max(layer for _, layer in places)
    wide, tall = 2 * (radius + half), 2 * radius
    node = (wide, tall) if down else (tall, wide)
    size = (room.width, room.height) if down else (room.height, room.width)
    labels = {n: size_over_time(plan.states, f"edge:{n}", "", small) for n in range(1, len(places))}
    needed = [max(label[side] for label in [(0.0, 0.0), *labels.values()]) for side in ((0, 1) if down else (1, 0))]
    pitch = _pitch(size[0], node[0], breadth, _gaps((near, _FAR * radius), needed[0]), "the tree's breadth")
    layer = _pitch(
        size[1],
        node[1],
        depth,
        _gaps((_LOW * radius, max(_HIGH * radius, _DEEP * stage.frame.unit)), 1.15 * needed[1]),
        "the tree's depth",
    )
    drawn = (breadth * pitch + node[0], depth * layer + node[1])
    place = room.placed(*(drawn if down else drawn[::-1]))
    discs = []
    for along, level in places:
        x, y = (along * pitch, level * layer) if down else (level * layer, along * pitch)
        discs.append(Disc(place.x + wide / 2 + x, place.y + radius + y, radius, half, 1.0 if plan.lines == 1 else 0.5))
    return _Drawing(plan, discs, style, small, _label_boxes(plan.tree, discs, labels), room)


def _gaps(plain: tuple[float, float], label: float) -> tuple[float, float]:
    """Return the least and the greatest gap of two nodes, with room for the label of an edge between them."""
    return max(plain[0], label), plain[1] + 1.5 * label


def _label_boxes(tree: Tree, discs: Sequence[Disc], sizes: dict[int, tuple[float, float]]) -> dict[int, Rect]:
    """Return the places of the labels of edges, on the edges.

    Raises:
        DoesNotFit: two of them meet, or one a node.
    """
    boxes: dict[int, Rect] = {}
    for node, (width, height) in sizes.items():
        if width:
            x, y = straight(discs[tree.parents[node]], discs[node]).at(0.55)
            box = Rect(x - width / 2, y - height / 2, width, height)
            met = [other for other in boxes.values() if other.outset(0.2 * height).intersects(box)]
            if met or any(disc.meets(box, 0.1 * height) for disc in discs):
                raise DoesNotFit(f"the label of edge {node} finds no place; shorten it or show a smaller tree")
            boxes[node] = box
    return boxes


def _pitch(room: float, node: float, steps: float, gaps: tuple[float, float], what: str) -> float:
    """Return the distance of neighbours in one direction.

    Raises:
        DoesNotFit: it is smaller than the node and the least gap.
    """
    if steps == 0:
        demand(node, room, what)
        return 0.0
    low, high = gaps
    demand(steps * (node + low) + node, room, what)
    return min((room - node) / steps, node + high)


def _moves(stage: Stage, tree: Tree, states: Course, drawing: _Drawing, signs: Sequence[Sequence[Sign]]) -> _Moves:
    """Return by frame and label what slides, and for how many seconds; nothing where texts stand on the edges."""
    blocks = [drawing.plan.block(text, drawing.style) for text in drawing.plan.texts]
    size = max((b.width for b in blocks), default=0.0), max((b.height for b in blocks), default=0.0)
    found: _Moves = {}
    changes = states.turns(lambda n: [sign.node for sign in signs[n]])
    for index, (at, _) in enumerate(changes):
        if index == 0 or drawing.edge_labels:
            continue
        later = changes[index + 1][0] if index + 1 < len(changes) else stage.timing.num_frames
        seconds = min(_SLIDE_S, (later - at) / stage.timing.fps)
        both = signs[states.index_at(at - 1)], signs[states.index_at(at)]
        for label, slide in slides(tree.parents, drawing.discs, (drawing.room, size), both).items():
            found[at, label] = slide, seconds
    return found


def _add_label(
    scene: Scene, stage: Stage, drawing: _Drawing, label: int, over_time: tuple[Turns[Sign], _Moves, Colour]
) -> None:
    """Add one label; it slides along an edge, and fades over where it cannot.

    Args:
        scene: where to.
        stage: knows the clock.
        drawing: where the nodes are.
        label: its index.
        over_time: what it is, all slides, and the fill on which it is read worst.
    """
    turns, moves, ground = over_time
    runs = _runs(turns, label, moves)
    lines: list[tuple[int, Line | None]] = []
    shown: list[_Run] = []
    for index, run in enumerate(runs):
        at, sign = run[0]
        carried = index > 0 and runs[index - 1][-1][1].node != sign.node
        # Whoever slides away from there has to be gone.
        begun = at + (stage.frames(0.9 * _SLIDE_S) if carried and any(frame == at for frame, _ in moves) else 0)
        over = runs[index + 1][0][0] if index + 1 < len(runs) else stage.timing.num_frames
        if not sign.text or begun > at:
            lines.append((at, None))
        if sign.text and begun < over:
            block = drawing.plan.block(sign.text, drawing.style)
            box = drawing.discs[sign.node].box.placed(block.width, block.height)
            lines.append((begun, Line(block, box.x, box.y, ground)))
            shown.append(run)
    for run, element in zip(shown, say(scene, stage, f"label:{label}", tuple(lines), apart=True), strict=True):
        home = drawing.discs[run[0][1].node]
        for at, _ in run[1:]:
            slide, seconds = moves[at, label]
            bow_x, bow_y = slide.bows
            element.animate("dx", at, slide.goal.x - home.x, seconds, "in_out", bow=bow_x)
            element.animate("dy", at, slide.goal.y - home.y, seconds, "in_out", bow=bow_y)


def _runs(turns: Turns[Sign], label: int, moves: _Moves) -> list[_Run]:
    """Return the turns of a label in runs during which it is one text that at most slides."""
    runs: list[_Run] = []
    for at, sign in turns:
        if runs and (at, label) in moves:
            runs[-1].append((at, sign))
        else:
            runs.append([(at, sign)])
    return runs


def _worst_ground(stage: Stage, states: Course, count: int) -> Colour:
    """Return the fill on which ink is read worst of all that labels may pass."""
    roles = {role for node in range(count) for _, role in states.roles(f"node:{node}")}
    fills = [look(stage.theme, role).fill for role in roles]
    return min([*fills, stage.theme.background], key=lambda fill: contrast(stage.theme.ink, fill))
