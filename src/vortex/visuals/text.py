"""Text as measured blocks: set by SkParagraph, so that a layout knows real sizes before anything is painted.

A block's width is the width of its longest line, not of the room it was given: place it with ``Rect.placed``.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from vortex.visuals.fonts import Family, font_shelf
from vortex.visuals.graphics import skia
from vortex.visuals.layout import DoesNotFit, Rect
from vortex.visuals.theme import Colour, argb

Align = Literal["left", "centre", "right"]
Weight = Literal["regular", "semibold", "bold"]

_WEIGHTS: dict[Weight, int] = {"regular": 400, "semibold": 600, "bold": 700}
_STEP = 0.95
"""Ratio of two neighbouring sizes while a fitting one is sought."""

_NO_BREAK = "\u00a0"
_BREAKS_BADLY = re.compile(r"(?<=\S) (?=[?!:;»%](?:\s|$))|(?<=«) ")
"""Blanks that French sets before some signs, and many languages before "%": no line may break there."""
_RTL_START, _RTL_END = "\u2067", "\u2069"
"""Isolates: the binding has no paragraph direction, so right-to-left text brings its own."""


@dataclass(frozen=True, slots=True)
class TextStyle:
    """How a text is set. ``size`` is in pixels, ``line_height`` and ``tracking`` in shares of it."""

    size: float
    colour: Colour
    weight: Weight = "regular"
    family: Family = "text"
    align: Align = "left"
    line_height: float = 1.36
    italic: bool = False
    tracking: float = 0.0


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text that is set differently; what is ``None`` is taken from the block's style."""

    text: str
    colour: Colour | None = None
    weight: Weight | None = None
    family: Family | None = None
    italic: bool | None = None


RichText = str | Sequence[Span]


class TextBlock:
    """A text that has been set: size, lines and paint are known. Immutable."""

    __slots__ = ("_paragraphs", "height", "lines", "longest_word", "size", "spans", "style", "text", "width")

    def __init__(self, text: RichText, style: TextStyle, width: float) -> None:
        self.spans: tuple[Span, ...] = (Span(text),) if isinstance(text, str) else tuple(text)
        self.text = "".join(span.text for span in self.spans)
        font_shelf().ensure(self.text)
        self.style = style if style.align != "left" or not right_to_left(self.text) else replace(style, align="right")
        self.size = style.size
        paragraph = self._paragraph(None)
        # Without room to spare, the last letter of a text of one word would not be counted.
        paragraph.layout(1e6)
        self.longest_word: float = paragraph.MinIntrinsicWidth
        paragraph.layout(max(1.0, width))
        self.height: float = paragraph.Height
        self.lines = max(1, round(self.height / (style.size * style.line_height)))
        # A whole pixel more, or rounding would break the longest line again.
        self.width = min(max(1.0, width), float(int(paragraph.LongestLine) + 2))
        paragraph.layout(self.width)
        self._paragraphs: dict[Colour | None, Any] = {None: paragraph}

    def paint(self, canvas: Any, x: float, y: float, colour: Colour | None = None) -> None:
        """Paint with the top-left corner at (x, y); ``colour`` takes the place of the style's, not of the spans'."""
        if colour not in self._paragraphs:
            paragraph = self._paragraph(colour)
            paragraph.layout(self.width)
            self._paragraphs[colour] = paragraph
        self._paragraphs[colour].paint(canvas, x, y)

    def at(self, x: float, y: float) -> Rect:
        """Return the block's rectangle with its top-left corner at (x, y)."""
        return Rect(x, y, self.width, self.height)

    def _paragraph(self, colour: Colour | None) -> Any:
        lib = skia.textlayout
        style = self.style
        whole = lib.ParagraphStyle()
        whole.setTextStyle(_skia_style(style, Span(""), colour))
        aligns = {"left": lib.TextAlign.kLeft, "centre": lib.TextAlign.kCenter, "right": lib.TextAlign.kRight}
        whole.setTextAlign(aligns[style.align])
        whole.setStrutStyle(_strut(style))
        builder = lib.ParagraphBuilder.make(whole, font_shelf().collection, skia.Unicodes.ICU.Make())
        isolated = right_to_left(self.text)
        for place, span in enumerate(self.spans):
            builder.pushStyle(_skia_style(style, span, colour))
            opening = _RTL_START if isolated and place == 0 else ""
            closing = _RTL_END if isolated and place == len(self.spans) - 1 else ""
            builder.addText(f"{opening}{_BREAKS_BADLY.sub(_NO_BREAK, span.text)}{closing}")
            builder.pop()
        return builder.Build()


def compose(text: RichText, style: TextStyle, width: float, balanced: bool = False) -> TextBlock:
    """Set ``text`` in at most ``width`` pixels.

    Args:
        text: plain, or spans of different looks.
        style: how it is set.
        width: room in pixels.
        balanced: make the lines about equally long, without more lines.
    """
    block = TextBlock(text, style, width)
    if not balanced or block.lines == 1:
        return block
    narrow, enough = max(block.longest_word, width / (block.lines + 1)), block.width
    while enough - narrow > style.size / 4:
        middle = (narrow + enough) / 2
        if TextBlock(text, style, middle).lines > block.lines:
            narrow = middle
        else:
            enough = middle
    return TextBlock(text, style, enough)


def fit(
    text: RichText,
    style: TextStyle,
    room: tuple[float, float],
    smallest: float,
    balanced: bool = False,
) -> TextBlock:
    """Set ``text`` as large as the room allows, from ``style.size`` downwards.

    Args:
        text: plain, or spans of different looks.
        style: how it is set; its size is the ideal one.
        room: width and height in pixels.
        smallest: the least size in pixels that is still legible.
        balanced: see ``compose``.

    Raises:
        DoesNotFit: the text is too long even at ``smallest``.
    """
    return fit_group((text,), style, room, smallest, 0.0, balanced)[0]


def fit_group(
    texts: Sequence[RichText],
    style: TextStyle,
    room: tuple[float, float],
    smallest: float,
    gap: float,
    balanced: bool = False,
) -> tuple[TextBlock, ...]:
    """Set several texts, one under the other, in the largest size that all can share.

    Args:
        texts: plain, or spans of different looks.
        style: how they are set; its size is the ideal one.
        room: width and height in pixels that they have together.
        smallest: the least size in pixels that is still legible.
        gap: distance between two texts, in shares of their type size.
        balanced: see ``compose``.

    Raises:
        DoesNotFit: the texts are too long even at ``smallest``.
    """
    width, height = room
    size = max(style.size, smallest)
    while True:
        blocks = tuple(TextBlock(text, replace(style, size=size), width) for text in texts)
        tall = sum(block.height for block in blocks) + gap * size * (len(blocks) - 1)
        # Lines are set in whole pixels: a word that needs half a pixel more is torn.
        if tall <= height + 0.5 and all(block.longest_word <= width // 1 for block in blocks):
            return tuple(compose(text, replace(style, size=size), width, balanced) for text in texts)
        if size <= smallest:
            shown = blocks[0].text if len(blocks) == 1 else f"{len(blocks)} texts, the first {blocks[0].text}"
            raise DoesNotFit(
                f"{shown[:60]!r} needs {tall:.0f} px of height at the smallest legible size ({smallest:.0f} px) "
                f"and has {height:.0f} x {width:.0f} px; split the shot or shorten the text"
            )
        size = max(smallest, size * _STEP)


def text_width(text: str, style: TextStyle) -> float:
    """Return how far the pen moves over ``text`` on one line, in pixels, trailing space included."""
    font_shelf().ensure(text)
    paragraph = TextBlock("|" + text + "|", style, 1e6)._paragraph(None)
    bars = TextBlock("||", style, 1e6)._paragraph(None)
    for each in (paragraph, bars):
        each.layout(1e6)
    return float(paragraph.MaxIntrinsicWidth - bars.MaxIntrinsicWidth)


def _strut(style: TextStyle) -> Any:
    """Return a strut that gives every line the same height, whatever fallback font it holds."""
    strut = skia.textlayout.StrutStyle()
    strut.setStrutEnabled(True)
    strut.setForceStrutHeight(True)
    strut.setFontFamilies(font_shelf().families(style.family)[:1])
    strut.setFontSize(style.size)
    strut.setHeight(style.line_height)
    strut.setHeightOverride(True)
    strut.setHalfLeading(True)
    return strut


def _skia_style(style: TextStyle, span: Span, colour: Colour | None) -> Any:
    family = span.family or style.family
    italic = style.italic if span.italic is None else span.italic
    slant = skia.FontStyle.kItalic_Slant if italic else skia.FontStyle.kUpright_Slant
    made = skia.textlayout.TextStyle()
    made.setFontFamilies(font_shelf().families(family))
    made.setFontSize(style.size)
    made.setFontStyle(skia.FontStyle(_WEIGHTS[span.weight or style.weight], skia.FontStyle.kNormal_Width, slant))
    made.setColor(argb(span.colour or colour or style.colour))
    made.setLetterSpacing(style.tracking * style.size)
    return made


def right_to_left(text: str) -> bool:
    """Return whether the first strong letter is Hebrew, Arabic or of a related script."""
    for char in text:
        if 0x590 <= ord(char) <= 0x8FF or 0xFB1D <= ord(char) <= 0xFEFC:
            return True
        if char.isalpha():
            return False
    return False
