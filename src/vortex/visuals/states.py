"""What the kinds need that show one thing in changing states: an algorithm at work, a function, a transformation.

Such a shot has a first picture and ``steps``. Step ``i`` begins on the word of the cue ``step:i`` and says only what
changes; a thing keeps its mark until a later step marks it again. Steps that no cue names share the time between those
that are named. Elements are called by the same names in marks and in cues, such as ``cell:3`` or ``edge:0``.
"""

from typing import Literal

from pydantic import Field

from vortex.visuals.params import Params, Text

Role = Literal["plain", "active", "open", "done", "path", "wall", "good", "bad", "hidden"]
"""What a thing is at the moment: looked at, waiting, finished, on the way, closed, right, wrong, or not there yet."""
Point = tuple[float, float]


class Mark(Params):
    """How one element stands from now on."""

    at: Text
    """Name of the element, such as ``cell:2,5``."""
    role: Role | None = None
    """``None`` leaves it as it was; what was never marked is plain."""
    text: str | None = None
    """What is written in or at it from now on; ``None`` leaves it as it was, "" takes it away."""


class Shelf(Params):
    """A named list beside the picture, such as the queue or the distances."""

    name: Text
    items: tuple[str, ...] = Field(default=(), max_length=12)


class Step(Params):
    """One change of the picture."""

    marks: tuple[Mark, ...] = ()
    note: str | None = None
    """One line under the picture, such as ``f = 3 + 4 = 7``; ``None`` leaves the one before, "" takes it away."""
    shelves: tuple[Shelf, ...] | None = None
    """All shelves as they stand from now on; ``None`` leaves them as they were."""


class Pointer(Params):
    """A named arrow under a cell, such as ``low``."""

    name: Text
    at: int = Field(ge=0)


class ArrayStep(Step):
    """A step of an array."""

    order: tuple[int, ...] | None = None
    """For each place, which of the first cells stands there now; cells slide to their new places."""
    pointers: tuple[Pointer, ...] | None = None
    """All pointers as they stand from now on."""
    window: tuple[int, int] | None = None
    """First and last place of the stretch that still counts; what is outside steps back."""


class Array(Params):
    """Cells in a row. Targets: ``step:i``, ``cell:i`` (the cell that stood there first)."""

    heading: str = ""
    cells: tuple[Text, ...] = Field(min_length=1, max_length=16)
    numbered: bool = True
    """Whether places are counted under the cells, from 0."""
    marks: tuple[Mark, ...] = ()
    shelves: tuple[Shelf, ...] = Field(default=(), max_length=3)
    steps: tuple[ArrayStep, ...] = Field(default=(), max_length=64)


class GridStep(Step):
    """A step of a grid."""

    path: tuple[tuple[int, int], ...] | None = None
    """(row, column) of each cell of a line that is drawn through cells; () takes it away."""


class Grid(Params):
    """A field of squares. Targets: ``step:i``, ``cell:r,c``."""

    heading: str = ""
    rows: int = Field(ge=1, le=14)
    columns: int = Field(ge=1, le=20)
    numbered: bool = False
    """Whether columns are lettered from A and rows counted from 1, as on a chessboard."""
    marks: tuple[Mark, ...] = ()
    shelves: tuple[Shelf, ...] = Field(default=(), max_length=3)
    steps: tuple[GridStep, ...] = Field(default=(), max_length=64)


class Vertex(Params):
    """A node of a graph; without a place, a library lays the graph out."""

    label: Text
    x: float | None = Field(default=None, ge=0, le=1)
    """From the left, as a fraction of the picture; with ``y`` or not at all."""
    y: float | None = Field(default=None, ge=0, le=1)
    """From the top."""


class Link(Params):
    """An edge between two nodes, by index."""

    tail: int = Field(ge=0)
    head: int = Field(ge=0)
    label: str = ""
    """Such as its weight."""


class Graph(Params):
    """Nodes and edges. Targets: ``step:i``, ``node:i`` (a mark's text stands at it), ``edge:i`` (text: its label)."""

    heading: str = ""
    nodes: tuple[Vertex, ...] = Field(min_length=1, max_length=16)
    edges: tuple[Link, ...] = Field(default=(), max_length=40)
    directed: bool = False
    marks: tuple[Mark, ...] = ()
    shelves: tuple[Shelf, ...] = Field(default=(), max_length=3)
    steps: tuple[Step, ...] = Field(default=(), max_length=64)


class TreeStep(Step):
    """A step of a tree."""

    order: tuple[int, ...] | None = None
    """For each node, which of the first labels stands there now; labels slide along the edges, and fade over where no
    edge joins the two nodes or something is in the way."""


class Tree(Params):
    """A rooted tree. Targets: ``step:i``, ``node:i``, ``edge:i`` (from node i to its parent).

    A mark's text replaces the label that stands at the node then; at an edge, it stands on it.
    """

    heading: str = ""
    labels: tuple[Text, ...] = Field(min_length=1, max_length=31)
    parents: tuple[int, ...] = Field(min_length=1, max_length=31)
    """Index of each node's parent, before it in order; -1 for the root, which is the first."""
    marks: tuple[Mark, ...] = ()
    shelves: tuple[Shelf, ...] = Field(default=(), max_length=3)
    steps: tuple[TreeStep, ...] = Field(default=(), max_length=64)


class MatrixBlock(Params):
    """One matrix or vector of values; a single row of more than ten, such as bits, may stand in several lines."""

    name: str = ""
    rows: tuple[tuple[str, ...], ...] = Field(min_length=1, max_length=8)
    row_names: tuple[str, ...] = ()
    column_names: tuple[str, ...] = ()


class Matrix(Params):
    """Matrices beside each other. Targets: ``step:i``, ``block:b``, ``row:b,r``, ``column:b,c``, ``cell:b,r,c``."""

    heading: str = ""
    blocks: tuple[MatrixBlock, ...] = Field(min_length=1, max_length=4)
    signs: tuple[str, ...] = Field(default=(), max_length=3)
    """What stands between two blocks, such as ``×`` and ``=``."""
    shaded: bool = False
    """Whether cells are shaded by the size of their numbers: blue from zero on, orange below."""
    marks: tuple[Mark, ...] = ()
    shelves: tuple[Shelf, ...] = Field(default=(), max_length=3)
    steps: tuple[Step, ...] = Field(default=(), max_length=64)


class Layer(Params):
    """One column of neurons."""

    name: str = ""
    neurons: tuple[str, ...] = Field(min_length=1, max_length=8)
    """What is written in each, such as its value; "" for nothing."""


class Network(Params):
    """Layers of neurons. Targets: ``step:i``, ``layer:l``, ``neuron:l,i``, ``weight:l,i,j`` (from layer l to l + 1)."""

    heading: str = ""
    layers: tuple[Layer, ...] = Field(min_length=2, max_length=6)
    weights: tuple[tuple[tuple[float, ...], ...], ...] = ()
    """For each pair of layers, ``[i][j]`` from neuron i to neuron j; sets thickness, and colour by sign
    (blue from zero on, orange below). Empty: all alike."""
    marks: tuple[Mark, ...] = ()
    shelves: tuple[Shelf, ...] = Field(default=(), max_length=3)
    steps: tuple[Step, ...] = Field(default=(), max_length=64)


class Curve(Params):
    """Something drawn in the plane, by its points."""

    name: str = ""
    form: Literal["line", "area", "polygon", "dots", "arrow", "bars"] = "line"
    """``area`` fills down to zero; ``arrow`` goes from the first point to the last; ``bars`` stand on zero."""
    points: tuple[Point, ...] = Field(min_length=1, max_length=600)
    tone: int = Field(default=0, ge=0, le=5)
    """Which of the theme's colours for series."""
    tones: tuple[int, ...] = ()
    """A colour for each point of ``dots``; empty gives all the curve's own."""
    dashed: bool = False


class Moved(Params):
    """A curve in a new place; its points glide there where their number stays the same, else the curve changes over."""

    curve: int = Field(ge=0)
    points: tuple[Point, ...] | None = Field(default=None, min_length=1, max_length=600)
    tones: tuple[int, ...] | None = None


class PlotStep(Step):
    """A step of a plot."""

    moves: tuple[Moved, ...] = ()


class Plot(Params):
    """Functions, dots and shapes in a plane. Targets: ``step:i``, ``curve:i``, ``point:i,j`` (a mark's text labels it).

    A curve whose mark is ``hidden`` is drawn along its length when a step marks it otherwise.
    """

    heading: str = ""
    curves: tuple[Curve, ...] = Field(min_length=1, max_length=12)
    x_label: str = ""
    y_label: str = ""
    x_range: Point | None = None
    y_range: Point | None = None
    equal: bool = False
    """Whether a unit is as long upwards as sideways, as geometry needs."""
    axes: bool = True
    marks: tuple[Mark, ...] = ()
    shelves: tuple[Shelf, ...] = Field(default=(), max_length=3)
    steps: tuple[PlotStep, ...] = Field(default=(), max_length=64)
