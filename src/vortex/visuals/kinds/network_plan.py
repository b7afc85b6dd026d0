"""Where neurons stand, how large their values are set, and where along its line each weight is labelled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from vortex.visuals.kinds.chart_parts import note_style
from vortex.visuals.kinds.shrink import demand, exactly, largest
from vortex.visuals.layout import DoesNotFit, Rect, bounding
from vortex.visuals.stage import Stage
from vortex.visuals.states import Network, Point
from vortex.visuals.text import TextBlock

_LARGEST = 0.17
"""Height of a neuron at most, as a share of the unit."""
_FILLS, _ALONG = 0.76, 0.6
"""Height of a neuron at most as a share of its layer's room for it, and its length as one of the layers' distance."""
_TYPE, _ROUND, _PAD = 0.42, 0.27, 0.6
"""Ideal and least type size of circles, in heights of a neuron, and the room beside a value, in type sizes."""
_CLOSE, _FAR = 1.7, 4.2
"""Distance of two neurons, and of two layers, at most, in heights of a neuron."""
_ASIDE = 0.2
_SHARES = (0.5, 0.38, 0.62, 0.28, 0.72, 0.2, 0.8)
"""How far along its line a weight may be labelled, the best place first."""

Weight = tuple[int, int, int]
"""Layer, neuron there, neuron of the next layer."""


@dataclass(frozen=True, slots=True)
class Net:
    """All neurons in their places."""

    neurons: tuple[tuple[Rect, ...], ...]
    size: float
    """Type size of the values."""
    names: tuple[tuple[TextBlock, float, float] | None, ...]
    """Name of each layer with its top-left corner."""
    down: bool
    """Whether layers follow each other downwards."""

    @property
    def bounds(self) -> Rect:
        """Everything but the names."""
        return bounding(box for layer in self.neurons for box in layer)

    def way(self, layer: int, tail: int, head: int) -> tuple[Point, Point]:
        """Return the ends of a weight's line, at the edges of its neurons."""
        one, other = self.neurons[layer][tail], self.neurons[layer + 1][head]
        if self.down:
            return (one.centre[0], one.bottom), (other.centre[0], other.y)
        return (one.right, one.centre[1]), (other.x, other.centre[1])


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a weight is labelled."""

    patch: Rect
    words: dict[str, tuple[TextBlock, float, float]]
    """Each of its texts with its top-left corner."""


def arranged(stage: Stage, network: Network, texts: Sequence[str], room: Rect) -> Net:
    """Return the network as large as the room allows: from left to right, or downwards in upright shapes.

    Raises:
        DoesNotFit: there are too many neurons or layers, or a text is too long for its neuron.
    """
    down = stage.frame.portrait
    style = replace(note_style(stage), weight="semibold")
    width = _ASIDE * room.width if down else 0.9 * room.width / len(network.layers)
    names = [stage.fit(layer.name, style, width, 4 * style.size) if layer.name else None for layer in network.layers]
    gap = 0.7 * stage.space
    aside = max((name.width if down else name.height for name in names if name), default=-gap) + gap
    inner = (
        Rect(room.x + aside, room.y, room.width - aside, room.height) if down else room.top_slice(room.height - aside)
    )
    sides = (inner.height, inner.width) if down else (inner.width, inner.height)
    return largest(lambda scale: _placed(stage, network, texts, (inner, sides), names, scale))


def _placed(
    stage: Stage,
    network: Network,
    texts: Sequence[str],
    where: tuple[Rect, tuple[float, float]],
    names: Sequence[TextBlock | None],
    scale: float,
) -> Net:
    """Return the network with type at ``scale``.

    Raises:
        DoesNotFit: the values are too wide for their neurons.
    """
    inner, (along, across) = where
    down = stage.frame.portrait
    if not down:
        # The names of the first and the last layer may be wider than their neurons.
        beyond = max((name.width for name in (names[0], names[-1]) if name), default=0.0) - stage.frame.minimum
        inner, along = inner.inset(max(0.0, beyond / 2), 0), along - max(0.0, beyond)
    count, most = len(network.layers), max(len(layer.neurons) for layer in network.layers)
    pitch = across / most
    high = min(_LARGEST * stage.frame.unit, (along / count) * 0.5, across if most == 1 else _FILLS * pitch)
    size = max(stage.frame.minimum, _TYPE * high * scale)
    style = replace(stage.style("body"), size=size, line_height=1.2)
    widest = max((TextBlock(text, style, 1e6).width for text in texts), default=0.0)
    if widest + _PAD * size > high:
        # Rather somewhat smaller type than neurons that are no circles.
        rounder = max(stage.frame.minimum, _ROUND * high, size * high / (widest + _PAD * size))
        size, widest = min(size, rounder), widest * min(1.0, rounder / size) + 1
    wide = max(high, widest + _PAD * size)
    demand(1.2 * size if texts else 0.0, high, "the height of a neuron")
    demand(wide, 0.92 * pitch if down else _ALONG * along / count, "the width of a neuron")
    length, breadth = (high, wide) if down else (wide, high)
    step = min((along - length) / max(1, count - 1), _FAR * high + length)
    beside = min(pitch, max(_CLOSE * high, 1.15 * breadth))
    first = (along - step * (count - 1)) / 2
    layers = []
    for number, layer in enumerate(network.layers):
        middle, own = first + number * step, len(layer.neurons)
        row = [across / 2 + (i - (own - 1) / 2) * beside for i in range(own)]
        spots = [(inner.x + at, inner.y + middle) if down else (inner.x + middle, inner.y + at) for at in row]
        layers.append(tuple(Rect(x - wide / 2, y - high / 2, wide, high) for x, y in spots))
    return Net(tuple(layers), size, tuple(_names(stage, layers, names, inner, down)), down)


def _names(
    stage: Stage, layers: Sequence[Sequence[Rect]], names: Sequence[TextBlock | None], inner: Rect, down: bool
) -> list[tuple[TextBlock, float, float] | None]:
    """Return the names under their layers on one line, or before them where layers are rows."""
    gap = 0.7 * stage.space
    made: list[tuple[TextBlock, float, float] | None] = []
    bottom = max(box.bottom for layer in layers for box in layer) + gap
    for name, layer in zip(names, layers, strict=True):
        x, y = bounding(layer).centre
        if name is None:
            made.append(None)
        elif down:
            made.append((name, inner.x - gap - name.width, y - name.height / 2))
        else:
            made.append((name, x - name.width / 2, bottom))
    return made


def label_places(stage: Stage, net: Net, written: Mapping[Weight, Sequence[str]]) -> dict[Weight, Placement]:
    """Return where each weight is labelled, so that no two labels of one moment meet.

    Args:
        stage: gives the type.
        net: the lines.
        written: for each weight its text at each moment, "" for none.

    Raises:
        DoesNotFit: a label has no free place on its line; names it.
    """
    style = replace(note_style(stage), weight="semibold", colour=stage.theme.ink)
    placed: dict[Weight, Placement] = {}
    for weight, texts in written.items():
        blocks = {text: exactly(text, style, 1e4) for text in texts if text}
        width = max(block.width for block in blocks.values()) + 0.5 * style.size
        height = max(block.height for block in blocks.values())
        taken = [
            other.patch
            for name, other in placed.items()
            if any(here and there for here, there in zip(texts, written[name], strict=True))
        ]
        patch = _free(net, weight, (width, height), taken)
        if patch is None:
            raise DoesNotFit(
                f"the label {next(iter(blocks))!r} has no free place on weight:{weight[0]},{weight[1]},{weight[2]}; "
                "label fewer weights at once"
            )
        x, y = patch.centre
        words = {text: (block, x - block.width / 2, y - block.height / 2) for text, block in blocks.items()}
        placed[weight] = Placement(patch, words)
    return placed


def _free(net: Net, weight: Weight, size: tuple[float, float], taken: Sequence[Rect]) -> Rect | None:
    """Return a place for a label of ``size`` on the line of a weight, or ``None``."""
    (ax, ay), (bx, by) = net.way(*weight)
    boxes = [box for layer in net.neurons for box in layer]
    for share in _SHARES:
        x, y = ax + (bx - ax) * share, ay + (by - ay) * share
        patch = Rect(x - size[0] / 2, y - size[1] / 2, *size)
        if not any(patch.intersects(other) for other in (*taken, *boxes)):
            return patch
    return None
