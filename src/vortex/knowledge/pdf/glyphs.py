"""What pdfium knows about the characters of a page: their text, place, size and font."""

import ctypes
import math
import re
from dataclasses import dataclass
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from vortex.knowledge.pdf.lines import Font

_MONO = re.compile(r"mono|courier|consol|typewriter|menlo|code|fixed|cmtt|cmsltt|ectt|sltt|nimbusmon|tt\d+$", re.I)
_MATH = re.compile(r"math|cmmi|cmsy|cmex|cmbsy|msam|msbm|symbol|euler|stix.*it", re.I)
_FILLER = "\ufdd0"
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")


@dataclass(frozen=True, slots=True)
class View:
    """How page coordinates (origin bottom-left, unrotated) become what a reader sees (origin top-left)."""

    left: float
    bottom: float
    right: float
    top: float
    rotation: int

    @classmethod
    def of(cls, page: pdfium.PdfPage) -> "View":
        """Return the view of ``page``: its crop box and its rotation."""
        left, bottom, right, top = page.get_bbox()
        return cls(left, bottom, right, top, page.get_rotation())

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points as seen."""
        width, height = self.right - self.left, self.top - self.bottom
        return (height, width) if self.rotation in (90, 270) else (width, height)

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return where the point (x, y) of the page is seen."""
        match self.rotation:
            case 90:
                return y - self.bottom, x - self.left
            case 180:
                return self.right - x, y - self.bottom
            case 270:
                return self.top - y, self.right - x
            case _:
                return x - self.left, self.top - y

    def turn(self, x: float, y: float) -> tuple[float, float]:
        """Return how the direction (x, y) of the page is seen, y pointing up."""
        match self.rotation:
            case 90:
                return y, -x
            case 180:
                return -x, -y
            case 270:
                return -y, x
            case _:
                return x, y


@dataclass(frozen=True, slots=True)
class Style:
    """How a text object is set."""

    size: float
    font: Font
    upright: bool
    raised: float = 0.0
    """How far it stands above the baseline that the file names, in points."""

    def as_mark(self) -> "Style":
        """Return the style of a raised figure that is a letter of its own in the font."""
        return Style(0.65 * self.size, self.font, self.upright, 0.35 * self.size)


# The generated binding wraps every returned pointer in an object; asked tens of thousands of times, that costs more
# than the question. The same function, declared to return a plain address, is three times as fast.
_object_at = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)(
    ctypes.cast(raw.FPDFText_GetTextObject, ctypes.c_void_p).value or 0
)


class Glyphs:
    """Asks one text page for what it knows, and remembers styles by text object and fonts by font."""

    def __init__(self, handle: Any, view: "View") -> None:
        self.handle = handle
        self.view = view
        self.num_sideways = 0
        self._plain, self._left = view.rotation == 0, view.left
        self._baselines: dict[int, float] = {}
        self._address = ctypes.cast(handle, ctypes.c_void_p)
        self._styles: dict[int, Style] = {}
        self._known: dict[Style, Style] = {}
        self._fonts: dict[int, Font] = {}
        self._box = raw.FS_RECTF()
        self._x, self._y = ctypes.c_double(), ctypes.c_double()

    def object_at(self, index: int) -> int:
        """Return the identity of the text object that character ``index`` belongs to."""
        return _object_at(self._address, index) or 0

    def style(self, index: int, key: int) -> Style:
        """Return how the text object ``key``, of which ``index`` is a character, is set."""
        if key not in self._styles:
            matrix = raw.FS_MATRIX()
            raw.FPDFText_GetMatrix(self.handle, index, matrix)
            scale = math.hypot(matrix.c, matrix.d) or 1.0
            along, _ = self.view.turn(matrix.a, matrix.b)
            size = abs(raw.FPDFText_GetFontSize(self.handle, index)) * scale
            upright = along > 0.7 * math.hypot(matrix.a, matrix.b)
            style = Style(round(size, 2), self._font(index, key), upright)
            self._styles[key] = self._known.setdefault(style, style)
        return self._styles[key]

    def _font(self, index: int, key: int) -> Font:
        font = raw.FPDFTextObj_GetFont(raw.FPDFText_GetTextObject(self.handle, index)) if key else None
        if not font:
            return Font("")
        address = ctypes.cast(font, ctypes.c_void_p).value or 0
        if address not in self._fonts:
            self._fonts[address] = _describe(font)
        return self._fonts[address]

    def is_raised(self, index: int, size: float) -> bool:
        """Return whether the ink of a character stands clear above the baseline."""
        sides = [ctypes.c_double() for _ in range(4)]
        raw.FPDFText_GetCharBox(self.handle, index, *sides)
        raw.FPDFText_GetCharOrigin(self.handle, index, self._x, self._y)
        bottom = self.view.point(sides[0].value, sides[2].value)[1]
        return self.view.point(self._x.value, self._y.value)[1] - bottom > 0.2 * size

    def sides(self, first: int, last: int) -> tuple[float, float]:
        """Return the left and the right end of characters ``first`` to ``last``, in points of the page as seen."""
        left, right = self._sides(first)
        return (left, right) if first == last else (left, self._sides(last)[1])

    def baseline(self, index: int, key: int) -> float:
        """Return the baseline of text object ``key``, of which ``index`` is a character, as seen from the top."""
        known = self._baselines.get(key)
        if known is None or not key:
            raw.FPDFText_GetCharOrigin(self.handle, index, self._x, self._y)
            known = self._baselines[key] = self.view.point(self._x.value, self._y.value)[1]
        return known

    def _sides(self, index: int) -> tuple[float, float]:
        box = self._box
        raw.FPDFText_GetLooseCharBox(self.handle, index, box)
        if self._plain:
            return box.left - self._left, box.right - self._left
        one, two = self.view.point(box.left, box.bottom)[0], self.view.point(box.right, box.top)[0]
        return min(one, two), max(one, two)


def _describe(font: Any) -> Font:
    length = raw.FPDFFont_GetBaseFontName(font, None, 0)
    buffer = ctypes.create_string_buffer(length)
    raw.FPDFFont_GetBaseFontName(font, buffer, length)
    name = buffer.value.decode("utf-8", "replace").split("+")[-1]
    flags, weight = raw.FPDFFont_GetFlags(font), raw.FPDFFont_GetWeight(font)
    angle = ctypes.c_int()
    raw.FPDFFont_GetItalicAngle(font, angle)
    lowered = name.lower()
    return Font(
        name,
        mono=bool(flags & 1) or bool(_MONO.search(name)),
        bold=weight >= 600
        or any(part in lowered for part in ("bold", "black", "heavy", "cmbx", "demi", "-medi", "sfbx")),
        italic=angle.value != 0 or any(part in lowered for part in ("italic", "oblique", "cmti", "cmsl")),
        math=bool(_MATH.search(name)),
    )


def page_text(handle: Any) -> str:
    """Return the text of a page, one character of the string for each character of pdfium."""
    count = raw.FPDFText_CountChars(handle)
    buffer = (ctypes.c_ushort * (count + 1))()
    got = raw.FPDFText_GetText(handle, 0, count, buffer)
    if got - 1 != count:
        return _slow(handle)
    text = bytes(buffer)[: 2 * count].decode("utf-16-le", "replace")
    return text if len(text) == count else _PAIR.sub(_one_letter, "".join(map(chr, buffer[:count])))


def _one_letter(pair: re.Match[str]) -> str:
    """Return a letter beyond 16 bits for its two halves, and a filler, so that places and numbers stay the same."""
    high, low = map(ord, pair[0])
    return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)) + _FILLER


def _slow(handle: Any) -> str:
    codes = (raw.FPDFText_GetUnicode(handle, index) for index in range(raw.FPDFText_CountChars(handle)))
    return _PAIR.sub(_one_letter, "".join(map(chr, codes)))
