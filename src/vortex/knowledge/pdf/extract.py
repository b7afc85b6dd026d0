"""From a page of pdfium to segments of text: the only place where characters are asked for their position.

Asking pdfium for every character's box would cost most of the time of reading, so only the first and last character
of each word are asked, unless the two stand in different text objects (a change of font inside a word).
"""

import ctypes
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from vortex.knowledge.pdf.lines import SOFT_HYPHEN, Font, Line, Run

_WORD = re.compile(r"[^\s\x00\x02\ufffe\u00ad]+")
_BROKEN = "\x02\ufffe\u00ad"
_MONO = re.compile(r"mono|courier|consol|typewriter|menlo|code|fixed|cmtt|cmsltt|ectt|sltt|nimbusmon|tt\d+$", re.I)
_MATH = re.compile(r"math|cmmi|cmsy|cmex|cmbsy|msam|msbm|symbol|euler|stix.*it", re.I)
_RINGED_C = re.compile(r"\r(?!\n)c(?=\s)")
"""TeX draws the copyright sign as a large ring, which comes out as a bare carriage return, around a c."""
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\u00a0": " ", "\u200b": ""}
)
_WIDE_GAP = 1.7
"""In em: what stands farther apart on one baseline belongs to two cells or columns."""


@dataclass(frozen=True, slots=True)
class _Style:
    size: float
    font: Font
    upright: bool


@dataclass
class _Glyphs:
    """Asks one text page for what it knows, and remembers styles by text object and fonts by font."""

    handle: object
    view: "View"
    styles: dict[int, _Style] = field(default_factory=dict)
    fonts: dict[int, Font] = field(default_factory=dict)

    def object_at(self, index: int) -> int:
        return ctypes.cast(raw.FPDFText_GetTextObject(self.handle, index), ctypes.c_void_p).value or 0

    def style(self, index: int, key: int) -> _Style:
        if key not in self.styles:
            matrix = raw.FS_MATRIX()
            raw.FPDFText_GetMatrix(self.handle, index, matrix)
            scale = (matrix.c**2 + matrix.d**2) ** 0.5 or 1.0
            along = self.view.turn(matrix.a, matrix.b)
            size = abs(raw.FPDFText_GetFontSize(self.handle, index)) * scale
            self.styles[key] = _Style(size, self._font(index, key), along[0] > 0.7 * (matrix.a**2 + matrix.b**2) ** 0.5)
        return self.styles[key]

    def _font(self, index: int, key: int) -> Font:
        font = raw.FPDFTextObj_GetFont(raw.FPDFText_GetTextObject(self.handle, index)) if key else None
        if not font:
            return Font("")
        address = ctypes.cast(font, ctypes.c_void_p).value or 0
        if address not in self.fonts:
            self.fonts[address] = _describe(font)
        return self.fonts[address]

    def extent(self, first: int, last: int) -> tuple[float, float, float]:
        """Return left, right and baseline of characters ``first`` to ``last``, in points of the page as seen."""
        box = raw.FS_RECTF()
        raw.FPDFText_GetLooseCharBox(self.handle, first, box)
        start = self.view.point(box.left, box.bottom), self.view.point(box.right, box.top)
        raw.FPDFText_GetLooseCharBox(self.handle, last, box)
        end = self.view.point(box.left, box.bottom), self.view.point(box.right, box.top)
        x, y = ctypes.c_double(), ctypes.c_double()
        raw.FPDFText_GetCharOrigin(self.handle, first, x, y)
        return (
            min(start[0][0], start[1][0]),
            max(end[0][0], end[1][0]),
            self.view.point(x.value, y.value)[1],
        )


def _describe(font: object) -> Font:
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
        return cls(*page.get_bbox(), page.get_rotation())

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


def extract_segments(page: pdfium.PdfPage) -> tuple[Line, ...]:
    """Return the segments of text on ``page`` in the file's order; text that does not run left to right is left out."""
    text_page = page.get_textpage()
    try:
        return tuple(_segments(_runs(text_page.raw, View.of(page))))
    finally:
        text_page.close()


def _page_text(handle: object) -> str:
    count = raw.FPDFText_CountChars(handle)
    buffer = (ctypes.c_ushort * (count + 1))()
    got = raw.FPDFText_GetText(handle, 0, count, buffer)
    if got - 1 == count:
        return (
            bytes(buffer)[: 2 * count].decode("utf-16-le", "replace") if not _has_surrogates(buffer) else _slow(handle)
        )
    return _slow(handle)


def _has_surrogates(buffer: "ctypes.Array[ctypes.c_ushort]") -> bool:
    return any(0xD800 <= unit < 0xE000 for unit in buffer)


def _slow(handle: object) -> str:
    codes = (raw.FPDFText_GetUnicode(handle, index) for index in range(raw.FPDFText_CountChars(handle)))
    return "".join("\ufffd" if 0xD800 <= code < 0xE000 else chr(code) for code in codes)


def _runs(handle: object, view: View) -> Iterator[tuple[Run, bool]]:
    """Yield every run with whether pdfium saw a line break before it."""
    text = _RINGED_C.sub(" ©", _page_text(handle))
    glyphs = _Glyphs(handle, view)
    end = 0
    for match in _WORD.finditer(text):
        between, end = text[end : match.start()], match.end()
        broken = text[end : end + 1] in _BROKEN and end < len(text)
        spaced = bool(between) and not set(between) <= set(_BROKEN)
        for first, last in _pieces(glyphs, match.start(), end - 1):
            style = glyphs.style(first, glyphs.object_at(first))
            written = _clean(text[first : last + 1])
            if not style.upright or not written:
                continue
            if broken and last == end - 1:
                written += SOFT_HYPHEN
            left, right, baseline = glyphs.extent(first, last)
            yield Run(written, left, right, baseline, style.size, style.font, spaced), "\n" in between
            spaced, between = False, ""


def _pieces(glyphs: _Glyphs, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Split a word where the text object changes."""
    if last <= first or glyphs.object_at(first) == glyphs.object_at(last):
        yield first, last
        return
    start, current = first, glyphs.object_at(first)
    for index in range(first + 1, last + 1):
        here = glyphs.object_at(index)
        if here != current:
            yield start, index - 1
            start, current = index, here
    yield start, last


def _clean(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(char for char in text.translate(_LIGATURES) if char.isprintable() or char == SOFT_HYPHEN)


def _segments(runs: Iterator[tuple[Run, bool]]) -> Iterator[Line]:
    current: list[Run] = []
    for run, broken in runs:
        if current and not _continues(current, run, broken):
            yield Line(tuple(current))
            current = []
        if current and _same_setting(current[-1], run):
            last = current[-1]
            text = last.text + _space_between(last, run) + run.text
            current[-1] = Run(text, last.left, run.right, last.baseline, last.size, last.font, last.spaced)
        else:
            current.append(run)
    if current:
        yield Line(tuple(current))


def _continues(current: list[Run], run: Run, broken: bool) -> bool:
    last = current[-1]
    em = max(last.size, run.size)
    gap, step = run.left - last.right, abs(run.baseline - current[0].baseline)
    if last.text.endswith(SOFT_HYPHEN) or not -0.6 * em <= gap <= (0.6 if broken else _WIDE_GAP) * em:
        return False
    scripted = min(run.size, current[0].size) < 0.9 * max(run.size, current[0].size)
    return step < (0.75 if scripted else 0.2) * em


def _space_between(last: Run, run: Run) -> str:
    if not run.spaced:
        return ""
    if not run.font.mono:
        return " "
    width = (last.right - last.left) / len(last.text)
    return " " * max(1, round((run.left - last.right) / max(width, 1.0)))


def _same_setting(last: Run, run: Run) -> bool:
    return last.font == run.font and abs(last.size - run.size) < 0.2 and abs(last.baseline - run.baseline) < 0.5
