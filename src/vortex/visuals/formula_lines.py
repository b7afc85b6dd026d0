r"""Long formulas in several lines: broken before relations such as ``=``, or before ``+`` and its like.

Nothing is set anew: the shapes after a break move down and to the left, so that a term keeps its shapes. A formula is
only broken at its outermost level, and never inside of a term that has a name.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from vortex.visuals.formula import EM, Formula, shapes_of, tokens_of, typeset
from vortex.visuals.graphics import skia

_RELATION = re.compile(
    r"[=<>]|\\(?:leq?|geq?|neq?|approx|equiv|simeq|sim|propto|to|rightarrow|Rightarrow|implies|iff|Leftrightarrow"
    r"|leftarrow|mapsto|in|subseteq|subset|coloneqq)"
)
_OPERATOR = re.compile(r"[+-]|\\(?:pm|mp|cdot|times|cup|cap|oplus)")
_OPENING, _CLOSING = re.compile(r"[{(\[]|\\(?:left|begin|lbrace)"), re.compile(r"[})\]]|\\(?:right|end|rbrace)")
_INDENT, _LEADING = 0.9, 0.55
"""How far a further line stands in, and distance of two lines, in type sizes."""
_SLACK = 0.02 * EM


def broken(latex: str, whole: Sequence[tuple[int, ...]] = ()) -> Iterator[tuple[float, Formula]]:
    """Yield the formula in one line, in two, and so on, and how many breaks it took; one at an operator counts more.

    Args:
        latex: as for ``typeset``.
        whole: shapes of terms that must stay together.

    Raises:
        EngineError: it is no LaTeX that can be set.
    """
    formula = typeset(latex)
    yield 0, formula
    held = {index for term in whole for index in range(min(term) + 1, max(term) + 1)}
    relations = [at for at in _breaks(latex, False) if at not in held]
    both = sorted({*relations, *(at for at in _breaks(latex, True) if at not in held)})
    for places in (relations, both) if both != relations else (relations,):
        for count in range(1, len(places) + 1):
            chosen = _evenly(formula, places, count)
            yield count + 0.5 * sum(at not in relations for at in chosen), _in_lines(formula, chosen, relations)


@lru_cache(maxsize=256)
def _breaks(latex: str, operators: bool) -> tuple[int, ...]:
    """Return the indices of the relations, or operators, before which the formula may be broken."""
    formula = typeset(latex)
    found = []
    for begin, end in _outermost(formula.latex, _OPERATOR if operators else _RELATION):
        coloured = shapes_of(
            rf"{formula.latex[:begin]}\textcolor{{red}}{{{formula.latex[begin:end]}}}{formula.latex[end:]}"
        )
        marked = [index for index, (_, colour) in enumerate(coloured) if colour == "red"]
        if len(coloured) == len(formula.shapes) and marked and _parts(formula, marked[0]):
            found.append(marked[0])
    return tuple(found)


def _outermost(latex: str, signs: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Yield where the signs stand that are inside of no braces, brackets or environments, and follow something."""
    depth, before = 0, ""
    for text, begin, end in tokens_of(latex):
        if _OPENING.fullmatch(text):
            depth += 1
        elif _CLOSING.fullmatch(text):
            depth -= 1
        elif depth == 0 and signs.fullmatch(text) and not _joins(before):
            yield begin, end
        before = text


def _joins(before: str) -> bool:
    """Return whether a sign after ``before`` belongs to what follows it, as the minus of a negative number does."""
    return before in ("", "_", "^") or bool(_RELATION.fullmatch(before) or _OPERATOR.fullmatch(before))


def _parts(formula: Formula, at: int) -> bool:
    """Return whether all shapes before ``at`` stand left of all others."""
    if not 0 < at < len(formula.shapes):
        return False
    return formula.extent(range(at)).right <= formula.extent(range(at, len(formula.shapes))).x + _SLACK


def _evenly(formula: Formula, places: Sequence[int], count: int) -> list[int]:
    """Return the ``count`` of the places that make the widest line as narrow as possible."""
    ends = [0, *places, len(formula.shapes)]
    wide = {(a, b): formula.extent(range(ends[a], ends[b])).width for b in range(1, len(ends)) for a in range(b)}
    best: dict[tuple[int, int], tuple[float, list[int]]] = {(0, 0): (0.0, [])}
    for lines in range(1, count + 2):
        for b in range(lines, len(ends)):
            options = [
                (max(best[lines - 1, a][0], wide[a, b] + (_INDENT * EM if a else 0.0)), [*best[lines - 1, a][1], a])
                for a in range(lines - 1, b)
                if (lines - 1, a) in best
            ]
            best[lines, b] = min(options, key=lambda option: option[0])
    return [ends[a] for a in best[count + 1, len(ends) - 1][1][1:]]


def _in_lines(formula: Formula, breaks: Sequence[int], relations: Sequence[int]) -> Formula:
    """Return the formula with its shapes moved into lines that begin at ``breaks``.

    Lines that begin with a relation stand under the first relation of the first line where that costs no width.
    """
    spans = [range(a, b) for a, b in pairwise([0, *breaks, len(formula.shapes)])]
    boxes = [formula.extent(span) for span in spans]
    first = next((at for at in relations if at in spans[0]), None)
    indent = _INDENT * EM
    widest = max(box.width + (indent if number else 0.0) for number, box in enumerate(boxes))
    if first is not None and all(at in relations for at in breaks):
        aligned = formula.extent([first]).x - boxes[0].x
        if max(box.width for box in boxes[1:]) + aligned <= 1.02 * max(widest, boxes[0].width):
            indent = aligned
    moved, top = [], boxes[0].y
    for number, (span, box) in enumerate(zip(spans, boxes, strict=True)):
        across = boxes[0].x + (indent if number else 0.0) - box.x
        for index in span:
            shape = skia.Path(formula.shapes[index])
            shape.offset(across, top - box.y)
            moved.append(shape)
        top += box.height + _LEADING * EM
    return Formula(formula.latex, tuple(moved))
