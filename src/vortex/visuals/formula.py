r"""LaTeX formulas as shapes: set by ziamath, read back from its SVG, so that glyphs can be lit one by one.

A formula is set once, at one size, and scaled when it is painted. Which shapes belong to a term is found by setting
the formula again with that term coloured: both drawings hold the same shapes in the same order.
"""

import re
import warnings
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from latex2mathml import exceptions as latex_errors

from vortex.core.errors import EngineError
from vortex.visuals.graphics import skia
from vortex.visuals.layout import Rect, bounding

with warnings.catch_warnings():
    # It looks for its font in a way that Python calls old, and says so while it is imported.
    warnings.simplefilter("ignore", DeprecationWarning)
    from ziamath.config import config
    from ziamath.zmath import Latex

EM = 100.0
"""The type size at which formulas are set."""

_MARKED = "red"
_FAULTS: tuple[type[Exception], ...] = (
    *(each for each in vars(latex_errors).values() if isinstance(each, type) and issubclass(each, Exception)),
    AssertionError,
    AttributeError,
    ElementTree.ParseError,
    IndexError,
    KeyError,
    NotImplementedError,
    RecursionError,
    StopIteration,
    TypeError,
    ValueError,
)
"""What the typesetter is known to raise for a formula that it does not understand."""

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\S")
_STEP = re.compile(r"[MLQCZ]|-?\d+\.?\d*(?:[eE]-?\d+)?")


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that has been set: filled shapes with the baseline at y 0, at the type size ``EM``."""

    latex: str
    shapes: tuple[Any, ...]
    """One ``skia.Path`` a glyph, rule or stretched bracket, in reading order."""

    @property
    def bounds(self) -> Rect:
        """The rectangle of its ink."""
        return self.extent(range(len(self.shapes)))

    def extent(self, indices: Any) -> Rect:
        """Return the rectangle of the ink of some of its shapes."""
        return bounding(_ink(self.shapes[index]) for index in indices)


@lru_cache(maxsize=64)
def typeset(latex: str) -> Formula:
    r"""Return the formula, set in display style.

    Args:
        latex: LaTeX mathematics, with or without ``$``, ``\[`` or ``\(`` around it.

    Raises:
        EngineError: it is no LaTeX that can be set; names it.
    """
    plain = _bare(latex)
    return Formula(plain, tuple(path for path, _ in _shapes(plain, latex)))


@lru_cache(maxsize=256)
def term_of(latex: str, term: str) -> tuple[int, ...]:
    r"""Return the indices of the shapes that draw the first occurrence of ``term``.

    Raises:
        EngineError: the term does not occur, or is no whole part of the formula (such as ``\frac{a}``).
    """
    plain, count = _bare(latex), len(typeset(latex).shapes)
    for coloured in _coloured(plain, _bare(term)):
        try:
            shapes = _shapes(coloured, latex)
        except EngineError:
            continue  # A cut through a command; the term may occur again as a whole.
        found = tuple(index for index, (_, colour) in enumerate(shapes) if colour == _MARKED)
        if len(shapes) == count and found:
            return found
    raise EngineError(f"term {term!r} is no whole part of the formula {latex!r}; mend the term in storyboard.json")


def tokens_of(latex: str) -> Iterator[tuple[str, int, int]]:
    """Yield the commands and letters of a formula, and where each begins and ends."""
    for token in _TOKEN.finditer(latex):
        yield token.group(), token.start(), token.end()


@lru_cache(maxsize=256)
def shapes_of(latex: str) -> tuple[tuple[Any, str], ...]:
    """Return the shapes of a formula that can be set, and their colours.

    Raises:
        EngineError: it cannot be set.
    """
    return _shapes(latex, latex)


def _bare(latex: str) -> str:
    text = latex.strip()
    for opening, closing in (("$$", "$$"), ("$", "$"), (r"\[", r"\]"), (r"\(", r"\)")):
        if text.startswith(opening) and text.endswith(closing) and len(text) > len(opening) + len(closing):
            return text[len(opening) : -len(closing)].strip()
    return text


def _coloured(latex: str, term: str) -> Iterator[str]:
    """Yield the formula with one occurrence of ``term`` after the other coloured; white space does not count."""
    whole, part = list(_TOKEN.finditer(latex)), _TOKEN.findall(term)
    names = [token.group() for token in whole]
    for start in range(len(names) - len(part) + 1):
        if part and names[start : start + len(part)] == part:
            begin, end = whole[start].start(), whole[start + len(part) - 1].end()
            yield rf"{latex[:begin]}\textcolor{{{_MARKED}}}{{{latex[begin:end]}}}{latex[end:]}"


def _shapes(latex: str, original: str) -> tuple[tuple[Any, str], ...]:
    """Return the shapes of a formula and their colours."""
    _check_braces(latex, original)
    # Plain paths; the alternative is <symbol>, which would have to be looked up.
    config.svg2 = False
    try:
        made = Latex(latex, size=EM)
        drawing = made.svgxml()
    except _FAULTS as error:
        reason = f"{type(error).__name__} {error}".strip()
        raise EngineError(f"the formula {original!r} cannot be set ({reason}); mend its LaTeX") from error
    _check_letters(made, original)
    shapes = tuple(_shape(element) for element in drawing)
    if not shapes:
        raise EngineError(f"the formula {original!r} draws nothing; mend its LaTeX")
    return shapes


def _check_braces(latex: str, original: str) -> None:
    depth = 0
    for token in _TOKEN.findall(latex):
        depth += {"{": 1, "}": -1}.get(token, 0)
        if depth < 0:
            break
    if depth:
        raise EngineError(f"the formula {original!r} has braces that do not match; mend its LaTeX")


def _check_letters(made: Any, original: str) -> None:
    """Refuse what the typesetter would set as it stands, or as an empty box: unknown commands, missing letters."""
    for text in ElementTree.fromstring(made.mathmlstr()).itertext():
        if re.match(r"\\[A-Za-z]", text):
            raise EngineError(f"the formula {original!r} uses {text}, which is not known; write it another way")
        missing = [letter for letter in text if letter.isprintable() and not made.font.glyphindex(letter)]
        if missing and not missing[0].isspace():
            raise EngineError(f"the formula {original!r} needs {missing[0]!r}, which the maths font does not have")


def _shape(element: Any) -> tuple[Any, str]:
    """Return a filled path and its colour from an element of the typesetter's SVG."""
    tag, get = element.tag.rpartition("}")[2], element.get
    path = skia.Path()
    if tag == "g":
        for child in element:
            path.addPath(_shape(child)[0])
    elif tag == "path":
        _follow(path, get("d"))
    elif tag == "rect":
        path.addRect(skia.Rect.MakeXYWH(*(float(get(key)) for key in ("x", "y", "width", "height"))))
    else:
        raise EngineError(f"the typesetter drew a <{tag}>, which is not understood; report the formula")
    if get("stroke"):
        pen = skia.Paint(StrokeWidth=float(get("stroke-width", "1")))
        pen.setStyle(skia.Paint.kStroke_Style)
        outline = skia.Path()
        pen.getFillPath(path, outline)
        path = outline
    return path, get("fill") if get("fill", "none") != "none" else get("stroke", "black")


def _follow(path: Any, steps: str) -> None:
    """Draw an SVG path of absolute steps, the only ones that the typesetter writes."""
    draw = {"M": (path.moveTo, 2), "L": (path.lineTo, 2), "Q": (path.quadTo, 4), "C": (path.cubicTo, 6)}
    tokens = iter(_STEP.findall(steps))
    for token in tokens:
        if token == "Z":
            path.close()
        else:
            step, count = draw[token]
            step(*(float(next(tokens)) for _ in range(count)))


def _ink(path: Any) -> Rect:
    bounds = path.computeTightBounds()
    return Rect(bounds.left(), bounds.top(), bounds.width(), bounds.height())
