"""Layers of neurons with their values inside: weights are lines as thick as they are large, blue or orange by sign.

What a step lights runs along the lines: forwards, or backwards where the step marks the neurons that they come from.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from vortex.core.errors import EngineError
from vortex.visuals.graph import Element, Scene, State
from vortex.visuals.graphics import skia
from vortex.visuals.kinds.chart_parts import calm
from vortex.visuals.kinds.cued import with_cues
from vortex.visuals.kinds.division import divide
from vortex.visuals.kinds.network_plan import Net, arranged, label_places
from vortex.visuals.kinds.signs import hue_of
from vortex.visuals.kinds.steps import Course, course
from vortex.visuals.kinds.turns import Line, Turns, say
from vortex.visuals.kinds.wear import draw_box, inscribed, looks_of, wear
from vortex.visuals.layout import Rect
from vortex.visuals.looks import Look
from vortex.visuals.stage import Stage
from vortex.visuals.states import Mark, Network, Role
from vortex.visuals.theme import Colour, argb, mix

_SWEEP_S = 0.6
_THIN, _THICK, _LIT = 0.5, 3.0, 1.4
"""Width of the weakest and of the strongest weight, and what light adds, in ordinary lines."""
_GONE_S = 0.13
"""How long the patch under a label takes to go, as its text does."""
_UNKNOWN = 0.12
"""How large a weight is drawn of which nothing is known."""
_FAINT = 0.35
"""How much of its colour the weakest weight has."""

Stroke = tuple[Colour, float]
"""Colour and width in pixels of a line; width 0 is not seen."""


def build(network: Network, stage: Stage) -> Scene:
    """Draw all layers at once; steps light neurons and weights, and write values.

    Raises:
        EngineError: weights do not fit the layers or are not finite, or a mark names nothing.
        DoesNotFit: the values cannot be set legibly in the neurons.
    """
    _check(network)
    targets = list(_targets(network))
    course("network", network, stage, targets)
    steps = tuple(step.model_copy(update={"marks": tuple(_spread(network, step.marks))}) for step in network.steps)
    spread = network.model_copy(update={"marks": tuple(_spread(network, network.marks)), "steps": steps})
    states = course("network", spread, stage, targets)
    scene = stage.scene()
    room = divide(scene, stage, network, states)
    marked = _marked_layers(network, states)
    states = with_cues(states, stage, lambda target: _neurons(network, target))
    net = arranged(stage, network, _written(network, states), room)
    _add_weights(scene, stage, network, states, net, marked)
    _add_neurons(scene, stage, network, states, net)
    _add_labels(scene, stage, network, states, net)
    return scene


def _check(network: Network) -> None:
    counts = [len(layer.neurons) for layer in network.layers]
    if network.weights and len(network.weights) != len(counts) - 1:
        raise EngineError(
            f"network.weights holds {len(network.weights)} tables for {len(counts)} layers; give {len(counts) - 1}"
        )
    for index, table in enumerate(network.weights):
        shape = f"{counts[index]} x {counts[index + 1]}"
        if len(table) != counts[index] or any(len(row) != counts[index + 1] for row in table):
            found = f"rows of {sorted({len(row) for row in table})}"
            raise EngineError(f"network.weights.{index} has {len(table)} {found} weights; it must be {shape}")
        for row in table:
            for weight in row:
                if not math.isfinite(weight):
                    raise EngineError(f"network.weights.{index} holds {weight}, which is not finite; mend it")


def _targets(network: Network) -> Iterator[str]:
    counts = [len(layer.neurons) for layer in network.layers]
    for number, count in enumerate(counts):
        yield f"layer:{number}"
        yield from (f"neuron:{number},{i}" for i in range(count))
    for number in range(len(counts) - 1):
        yield from (f"weight:{number},{i},{j}" for i in range(counts[number]) for j in range(counts[number + 1]))


def _spread(network: Network, marks: Sequence[Mark]) -> Iterator[Mark]:
    """Yield each mark, and for one of a layer those of its neurons.

    Raises:
        EngineError: a mark writes at a whole layer.
    """
    for mark in marks:
        yield mark
        if mark.at.startswith("layer:"):
            if mark.text is not None:
                raise EngineError(f"a mark of the network writes {mark.text!r} at {mark.at}; write at one neuron")
            yield from (Mark(at=neuron, role=mark.role) for neuron in _neurons(network, mark.at)[1:])


def _neurons(network: Network, target: str) -> list[str]:
    """Return a target and, after it, the neurons that it stands for."""
    sort, _, place = target.partition(":")
    if sort != "layer":
        return [target]
    return [target, *(f"neuron:{place},{i}" for i in range(len(network.layers[int(place)].neurons)))]


def _written(network: Network, states: Course) -> list[str]:
    """Return every text that ever stands in a neuron."""
    return [
        text
        for number, layer in enumerate(network.layers)
        for i, first in enumerate(layer.neurons)
        for _, text in states.texts(f"neuron:{number},{i}", first)
        if text
    ]


def _add_neurons(scene: Scene, stage: Stage, network: Network, states: Course, net: Net) -> None:
    """Add the neurons and the names of their layers."""
    for number, layer in enumerate(network.layers):
        names = [f"neuron:{number},{i}" for i in range(len(layer.neurons))]
        for name, first, box in zip(names, layer.neurons, net.neurons[number], strict=True):
            _add_neuron(scene, stage, states, net.size, (name, first, box))
        words = net.names[number]
        if words:
            line = Line(*words, stage.theme.background)
            there = [_seen(states, names, n) for n in range(len(states.frames))]
            say(scene, stage, f"layer:{number}", states.turns([line if seen else None for seen in there].__getitem__))


def _add_neuron(scene: Scene, stage: Stage, states: Course, size: float, neuron: tuple[str, str, Rect]) -> None:
    """Add one neuron and what is written in it."""
    name, first, box = neuron
    looks = looks_of(stage, states.roles(name))

    def draw(canvas: Any, now: Look) -> None:
        draw_box(canvas, stage, box, now, box.height / 2)

    wear(scene, stage, name, box.outset(1), looks, draw)
    style = replace(stage.style("body"), size=size, line_height=1.2)
    said = [_said(states, name, first, n) for n in range(len(states.frames))]
    inks = states.turns(lambda n: stage.theme.ink)
    say(scene, stage, f"{name}/text", inscribed(stage, box, style, (states.turns(said.__getitem__), inks, looks)))


def _said(states: Course, name: str, first: str, n: int) -> str:
    standing = states.standing(name, n)
    if standing.role == "hidden":
        return ""
    return first if standing.text is None else standing.text


def _seen(states: Course, names: Sequence[str], n: int) -> bool:
    return any(states.standing(name, n).role != "hidden" for name in names)


def _add_weights(
    scene: Scene, stage: Stage, network: Network, states: Course, net: Net, marked: Mapping[int, set[int]]
) -> None:
    """Add the lines between layers; those that never change are one drawing."""
    most = max((abs(weight) for table in network.weights for row in table for weight in row), default=0.0) or 1.0
    resting: list[tuple[int, int, int, Stroke]] = []
    moving: list[tuple[int, int, int, Turns[Stroke]]] = []
    for number in range(len(network.layers) - 1):
        for i in range(len(network.layers[number].neurons)):
            for j in range(len(network.layers[number + 1].neurons)):
                share = network.weights[number][i][j] / most if network.weights else None

                worn = [_stroke(stage, _role(states, (number, i, j), n), share) for n in range(len(states.frames))]
                strokes = states.turns(worn.__getitem__)
                if len(strokes) == 1:
                    resting.append((number, i, j, strokes[0][1]))
                else:
                    moving.append((number, i, j, strokes))
    _add_resting(scene, stage, net, resting)
    for number, i, j, strokes in moving:
        backward = [_is_backward(marked.get(frame, set()), number) for frame, _ in strokes[1:]]
        _add_weight(scene, stage, net, (number, i, j), strokes, backward)


def _role(states: Course, at: tuple[int, int, int], n: int) -> Role:
    """Return the role of a weight; it is not seen without both of its neurons."""
    number, i, j = at
    ends = (f"neuron:{number},{i}", f"neuron:{number + 1},{j}")
    if any(states.standing(end, n).role == "hidden" for end in ends):
        return "hidden"
    return states.standing(f"weight:{number},{i},{j}", n).role


def _stroke(stage: Stage, role: Role, share: float | None) -> Stroke:
    """Return how a weight looks that is ``share`` (-1 to 1) of the strongest; ``None`` where sizes are not known."""
    theme = stage.theme
    size = _UNKNOWN if share is None else abs(share)
    own = hue_of(theme, share or 0.0)
    rest = (
        mix(theme.line, theme.muted, 0.35)
        if share is None
        else mix(theme.background, own, _FAINT + (1 - _FAINT) * size)
    )
    width = _THIN + (_THICK - _THIN) * size
    hues = {"open": theme.waiting, "path": theme.way, "good": theme.right, "bad": theme.wrong, "wall": theme.block}
    if role == "hidden":
        return rest, 0.0
    if role == "plain":
        return rest, width * stage.stroke
    if role == "done":
        return calm(stage, own), width * stage.stroke
    return hues.get(role, own), (width + _LIT) * stage.stroke


def _marked_layers(network: Network, states: Course) -> dict[int, set[int]]:
    """Return the layers in which a step marks a neuron, by the frame of the step."""
    marked: dict[int, set[int]] = {}
    for frame, step in zip(states.frames[1:], network.steps, strict=True):
        for mark in step.marks:
            sort, _, place = mark.at.partition(":")
            if sort != "weight":
                marked.setdefault(frame, set()).add(int(place.split(",")[0]))
    return marked


def _is_backward(marked: set[int], layer: int) -> bool:
    """Return whether a change of a weight behind ``layer`` runs from the head of its line to its tail."""
    return layer in marked and layer + 1 not in marked


def _add_resting(scene: Scene, stage: Stage, net: Net, weights: Sequence[tuple[int, int, int, Stroke]]) -> None:
    lines = [(net.way(number, i, j), stroke) for number, i, j, stroke in weights if stroke[1]]
    if not lines:
        return
    # The strong ones lie on top, or they would be cut up by the weak ones.
    lines.sort(key=lambda line: line[1][1])

    def paint(canvas: Any, _: State) -> None:
        for way, (colour, width) in lines:
            canvas.drawLine(*way[0], *way[1], _pen(colour, width))

    scene.add("weights", net.bounds, paint)


def _add_weight(
    scene: Scene, stage: Stage, net: Net, at: tuple[int, int, int], strokes: Turns[Stroke], backward: Sequence[bool]
) -> Element:
    """Add a weight that changes: the new stroke runs along the line over the old one."""
    (ax, ay), (bx, by) = net.way(*at)
    looks = [stroke for _, stroke in strokes]

    def point(share: float) -> tuple[float, float]:
        return ax + (bx - ax) * share, ay + (by - ay) * share

    def paint(canvas: Any, state: State) -> None:
        index = min(int(state.progress), len(looks) - 1)
        share = state.progress - index
        colour, width = looks[index]
        if width:
            canvas.drawLine(ax, ay, bx, by, _pen(colour, width))
        if share > 0:
            colour, width = looks[index + 1]
            if width == 0:
                # What goes is wiped away with the paper.
                colour, width = stage.theme.background, looks[index][1] + 1
            ends = (point(1.0), point(1 - share)) if backward[index] else (point(0.0), point(share))
            canvas.drawLine(*ends[0], *ends[1], _pen(colour, width))

    area = Rect(min(ax, bx), min(ay, by), abs(bx - ax), abs(by - ay)).outset(max(width for _, width in looks))
    element = scene.add("weight:{},{},{}".format(*at), area, paint).begin("progress", 0.0)
    for index, (frame, _) in enumerate(strokes[1:], start=1):
        later = strokes[index + 1][0] if index + 1 < len(strokes) else stage.timing.num_frames
        seconds = min(_SWEEP_S, (later - frame) / stage.timing.fps)
        element.animate("progress", frame, float(index), seconds, "in_out")
    element.shade = lambda state: looks[min(round(state.progress), len(looks) - 1)][0]
    return element


def _pen(colour: Colour, width: float) -> Any:
    pen = skia.Paint(Color=argb(colour), AntiAlias=True, StrokeWidth=width)
    pen.setStyle(skia.Paint.kStroke_Style)
    return pen


def _add_labels(scene: Scene, stage: Stage, network: Network, states: Course, net: Net) -> None:
    """Add what marks write at weights, each on a patch of paper on its line."""
    written: dict[tuple[int, int, int], list[str]] = {}
    for number in range(len(network.layers) - 1):
        for i in range(len(network.layers[number].neurons)):
            for j in range(len(network.layers[number + 1].neurons)):
                at = (number, i, j)
                texts = [_label(states, at, n) for n in range(len(states.frames))]
                if any(texts):
                    written[at] = texts
    for at, places in label_places(stage, net, written).items():
        name = "weight:{},{},{}".format(*at)
        turns = states.turns(written[at].__getitem__)
        patch = places.patch
        fill = skia.Paint(Color=argb(stage.theme.background, 0.92), AntiAlias=True)
        area = skia.Rect.MakeXYWH(patch.x, patch.y, patch.width, patch.height)
        radius = 0.3 * patch.height

        def paint(canvas: Any, _: State, area: Any = area, radius: float = radius, fill: Any = fill) -> None:
            canvas.drawRoundRect(area, radius, radius, fill)

        ground = scene.add(f"{name}/patch", patch, paint).begin("opacity", float(bool(turns[0][1])))
        for frame, text in turns[1:]:
            # The patch goes with its text, which is gone when the next one comes.
            ground.animate("opacity", frame if text else frame - stage.frames(_GONE_S), float(bool(text)), _GONE_S)
        lines = [(frame, Line(*places.words[text], stage.theme.background) if text else None) for frame, text in turns]
        say(scene, stage, f"{name}/text", tuple(lines))


def _label(states: Course, at: tuple[int, int, int], n: int) -> str:
    if _role(states, at, n) == "hidden":
        return ""
    return states.standing("weight:{},{},{}".format(*at), n).text or ""
