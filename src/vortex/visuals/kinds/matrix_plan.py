"""Where matrices, their names and the signs between them stand, and how large their values are set."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

from vortex.visuals.kinds.shrink import demand, exactly, largest, scaled
from vortex.visuals.layout import DoesNotFit, Rect
from vortex.visuals.stage import Stage
from vortex.visuals.states import Matrix, MatrixBlock
from vortex.visuals.text import TextBlock, TextStyle

Written = Sequence[Sequence[Sequence[Sequence[str]]]]
"""For each block, row and column every text that ever stands there."""

_TYPE = 1.6
"""Ideal type size of values, in sizes of the lead step."""
_ROW = 1.7
"""Height of a row in type sizes."""
_PAD, _NARROWEST = (0.42, 0.18), (1.7, 1.15)
"""Room beside a value and least width of a column, in type sizes, for usual and for many columns."""
_MANY = 10
_BRACKET, _GAP, _UNDER = 0.3, 0.75, 0.3
"""Distance of brackets from values, of matrices and signs from each other, and of names from what they name."""
_ONE_LINE = 0.85
"""What a further line of matrices costs where the frame is wide: the factor by which type must grow to be worth it."""

_UNBROKEN = 0.5
"""The same for a further line of one long row, in every shape."""


@dataclass(frozen=True, slots=True)
class Words:
    """A text that has been set and has its place."""

    block: TextBlock
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Spot:
    """One matrix in its place."""

    brackets: Rect
    lefts: tuple[float, ...]
    """Left edges of the columns, and the right edge of the last."""
    top: float
    row: float
    """Height of a row."""
    words: tuple[tuple[str, Words], ...]
    """Its names and the sign before it, by name of the element."""

    def cell(self, r: int, c: int) -> Rect:
        """Return the rectangle of a cell; a single row may stand in several lines."""
        r, c = r + c // (len(self.lefts) - 1), c % (len(self.lefts) - 1)
        return Rect(self.lefts[c], self.top + r * self.row, self.lefts[c + 1] - self.lefts[c], self.row)


@dataclass(frozen=True, slots=True)
class Plan:
    """All matrices in their places."""

    spots: tuple[Spot, ...]
    size: float
    """Type size of the values."""
    seam: float
    """Distance of two neighbouring cells that are filled."""


@dataclass(frozen=True, slots=True)
class _Measure:
    """One matrix, measured; x counts from the left end of its row names, y from the middle of its brackets."""

    widths: tuple[float, ...]
    high: float
    """Of the brackets."""
    name: TextBlock | None
    sign: TextBlock | None
    row_names: tuple[TextBlock, ...]
    column_names: tuple[TextBlock, ...]
    aside: float
    """Room of the row names."""
    size: float

    @property
    def lead(self) -> float:
        """Room of the sign before it."""
        return self.sign.width + _GAP * self.size if self.sign else 0.0

    @property
    def width(self) -> float:
        """Of row names and brackets."""
        inside = sum(self.widths) + 2 * _BRACKET * self.size
        return self.aside + max(inside, self.name.width - self.aside if self.name else 0.0)

    @property
    def above(self) -> float:
        """Room over the brackets."""
        rows = [self.name.height] if self.name else []
        rows += [max(block.height for block in self.column_names)] if self.column_names else []
        return sum(rows) + _UNDER * self.size * len(rows)


def best_plan(stage: Stage, matrix: Matrix, written: Written, room: Rect) -> Plan:
    """Return the plan with the largest type; a further line must be worth it in wide frames.

    Raises:
        DoesNotFit: the values cannot be set legibly in any number of lines.
    """
    found: list[tuple[float, Plan]] = []
    refused: DoesNotFit | None = None
    folds = (1, 2, 3) if any(_long(block) for block in matrix.blocks) else (1,)
    for fold, *breaks in product(folds, *[(False, True)] * (len(matrix.blocks) - 1)):
        lines = [[0]]
        for index, broken in enumerate(breaks, start=1):
            if broken:
                lines.append([])
            lines[-1].append(index)
        try:
            plan = largest(lambda scale, way=(lines, fold): _plan(stage, matrix, written, way, room, scale))  # type: ignore[misc]
        except DoesNotFit as error:
            refused = error
        else:
            worth = _ONE_LINE if stage.frame.wide else 0.97
            found.append((plan.size * worth ** (len(lines) - 1) * _UNBROKEN ** (fold - 1), plan))
    if not found:
        assert refused is not None
        raise refused
    return max(found, key=lambda pair: pair[0])[1]


def _long(block: MatrixBlock) -> bool:
    """Return whether a matrix is one long row, such as bits, which may be broken into lines."""
    return len(block.rows) == 1 and len(block.rows[0]) > _MANY and not block.column_names


def _plan(
    stage: Stage, matrix: Matrix, written: Written, way: tuple[list[list[int]], int], room: Rect, scale: float
) -> Plan:
    """Return the matrices in the given lines, long rows in so many lines of their own, at ``scale``.

    Raises:
        DoesNotFit: they do not fit in the room.
    """
    style = scaled(stage, replace(stage.style("lead"), line_height=1.2), _TYPE * scale)
    size = style.size
    lines, fold = way
    measures = [_measure(stage, matrix, written, (index, fold), style) for index in range(len(matrix.blocks))]
    gap, between = _GAP * size, 0.9 * size
    heights = []
    for line in lines:
        width = sum(measures[i].width for i in line) + gap * (len(line) - 1)
        width += sum(measures[i].lead for i in line if i > 0)
        demand(width, room.width, "the row of matrices")
        heights.append(max(measures[i].above for i in line) + max(measures[i].high for i in line))
    total = sum(heights) + between * (len(lines) - 1)
    demand(total, room.height, "the matrices' height")
    spots: list[Spot] = []
    top = room.placed(room.width, total).y
    for line, height in zip(lines, heights, strict=True):
        width = sum(measures[i].width + measures[i].lead for i in line) + gap * (len(line) - 1)
        left = room.placed(width, height).x
        middle = top + max(measures[i].above for i in line) + max(measures[i].high for i in line) / 2
        for i in line:
            spots.append(_placed(measures[i], left, middle))
            left += measures[i].lead + measures[i].width + gap
        top += height + between
    return Plan(tuple(spots), size, max(1.0, 0.06 * size))


def _measure(stage: Stage, matrix: Matrix, written: Written, which: tuple[int, int], style: TextStyle) -> _Measure:
    """Measure one matrix, by its index and in how many lines a long row stands, with values set in ``style``."""
    index, fold = which
    block, size = matrix.blocks[index], style.size
    fold = fold if _long(block) else 1
    across = -(-len(block.rows[0]) // fold)
    small = replace(style, size=max(stage.frame.minimum, 0.62 * size), colour=stage.theme.muted)
    bold = replace(style, size=max(stage.frame.minimum, 0.8 * size), weight="semibold")
    column_names = tuple(exactly(name, small, 1e4) for name in block.column_names)
    row_names = tuple(exactly(name, small, 1e4) for name in block.row_names)
    close = len(block.rows[0]) > _MANY
    pad, narrowest = _PAD[close] * size, _NARROWEST[close] * size
    widths = []
    for c in range(across):
        texts = {text for row in written[index] for cell in row[c::across] for text in cell if text}
        widest = max((TextBlock(text, style, 1e6).width for text in texts), default=0.0)
        named = column_names[c].width + small.size if column_names else 0.0
        widths.append(max(widest + 2 * pad, narrowest, named))
    sign = matrix.signs[index - 1] if 0 < index <= len(matrix.signs) else ""
    return _Measure(
        tuple(widths),
        (len(block.rows) * fold * _ROW + 2 * 0.18) * size,
        exactly(block.name, bold, 1e4) if block.name else None,
        exactly(sign, replace(style, size=1.1 * size), 1e4) if sign else None,
        row_names,
        column_names,
        max((name.width for name in row_names), default=0.0) + (0.5 * size if row_names else 0.0),
        size,
    )


def _placed(measure: _Measure, left: float, middle: float) -> Spot:
    """Return a matrix with the left end of its sign at ``left`` and the middle of its brackets at ``middle``."""
    size, words = measure.size, []
    if measure.sign:
        words.append(("sign", Words(measure.sign, left, middle - measure.sign.height / 2)))
    left += measure.lead
    inside = sum(measure.widths) + 2 * _BRACKET * size
    x = left + measure.aside + (measure.width - measure.aside - inside) / 2
    brackets = Rect(x, middle - measure.high / 2, inside, measure.high)
    lefts = [x + _BRACKET * size]
    for width in measure.widths:
        lefts.append(lefts[-1] + width)
    top, row = brackets.y + 0.18 * size, _ROW * size
    for r, name in enumerate(measure.row_names):
        place = Words(name, x - 0.5 * size - name.width, top + (r + 0.5) * row - name.height / 2)
        words.append((f"row:{r}", place))
    above = brackets.y - _UNDER * size
    for c, name in enumerate(measure.column_names):
        centre = (lefts[c] + lefts[c + 1]) / 2
        words.append((f"column:{c}", Words(name, centre - name.width / 2, above - name.height)))
    if measure.name:
        if measure.column_names:
            above -= max(name.height for name in measure.column_names) + _UNDER * size
        words.append(
            ("name", Words(measure.name, brackets.centre[0] - measure.name.width / 2, above - measure.name.height))
        )
    return Spot(brackets, tuple(lefts), top, row, tuple(words))
