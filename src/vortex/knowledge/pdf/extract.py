"""From a page of pdfium to segments of text: the only place where characters are asked for their position.

Asking pdfium for every character's box would cost most of the time of reading, so only the first and last character
of each word are asked, unless the two stand in different text objects (a change of font inside a word).
"""

import ctypes
import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from vortex.knowledge.pdf.lines import SOFT_HYPHEN, Font, Line, Run

_WORD = re.compile(r"[^\s\x00\x02\ufffe\u00ad]+")
_BROKEN = "\x02\ufffe\u00ad"
_MONO = re.compile(r"mono|courier|consol|typewriter|menlo|code|fixed|cmtt|cmsltt|ectt|sltt|nimbusmon|tt\d+$", re.I)
_MATH = re.compile(r"math|cmmi|cmsy|cmex|cmbsy|msam|msbm|symbol|euler|stix.*it", re.I)
_FILLER = "\ufdd0"
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_TAIL = re.compile(r"(?<=[^\W\d_]|[.,;:!?)”’\"])\d{1,2}$")
_LEAD = re.compile(r"\d{1,2}(?=[^\W\d_])")
_DIGITS = re.compile(r"\d{1,2}")
_RINGED_C = re.compile(r"\r(?!\n)c(?=\s)")
"""TeX draws the copyright sign as a large ring, which comes out as a bare carriage return, around a c."""
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\u00a0": " ", "\u200b": ""}
)
_WORD_GAP = 0.6
"""In em: words farther apart may be cells of a table, and become runs of their own."""
_WIDE_GAP = 1.7
"""In em: what stands farther apart on one baseline belongs to two cells or columns."""


@dataclass(frozen=True, slots=True)
class _Style:
    size: float
    font: Font
    upright: bool
    raised: float = 0.0
    """How far it stands above the baseline that the file names, in points."""

    def as_mark(self) -> "_Style":
        """Return the style of a raised figure that is a letter of its own in the font."""
        return _Style(0.65 * self.size, self.font, self.upright, 0.35 * self.size)


# The generated binding wraps every returned pointer in an object; asked tens of thousands of times, that costs more
# than the question. The same function, declared to return a plain address, is three times as fast.
_object_at = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)(
    ctypes.cast(raw.FPDFText_GetTextObject, ctypes.c_void_p).value or 0
)


class _Glyphs:
    """Asks one text page for what it knows, and remembers styles by text object and fonts by font."""

    def __init__(self, handle: Any, view: "View") -> None:
        self.handle = handle
        self.view = view
        self._address = ctypes.cast(handle, ctypes.c_void_p)
        self._styles: dict[int, _Style] = {}
        self._known: dict[_Style, _Style] = {}
        self._fonts: dict[int, Font] = {}
        self._box = raw.FS_RECTF()
        self._x, self._y = ctypes.c_double(), ctypes.c_double()

    def object_at(self, index: int) -> int:
        """Return the identity of the text object that character ``index`` belongs to."""
        return _object_at(self._address, index) or 0

    def style(self, index: int, key: int) -> _Style:
        """Return how the text object ``key``, of which ``index`` is a character, is set."""
        if key not in self._styles:
            matrix = raw.FS_MATRIX()
            raw.FPDFText_GetMatrix(self.handle, index, matrix)
            scale = math.hypot(matrix.c, matrix.d) or 1.0
            along, _ = self.view.turn(matrix.a, matrix.b)
            size = abs(raw.FPDFText_GetFontSize(self.handle, index)) * scale
            upright = along > 0.7 * math.hypot(matrix.a, matrix.b)
            style = _Style(round(size, 2), self._font(index, key), upright)
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

    def extent(self, first: int, last: int) -> tuple[float, float, float]:
        """Return left, right and baseline of characters ``first`` to ``last``, in points of the page as seen."""
        left, right = self._sides(first)
        if last != first:
            right = self._sides(last)[1]
        raw.FPDFText_GetCharOrigin(self.handle, first, self._x, self._y)
        return left, right, self.view.point(self._x.value, self._y.value)[1]

    def _sides(self, index: int) -> tuple[float, float]:
        box = self._box
        raw.FPDFText_GetLooseCharBox(self.handle, index, box)
        if self.view.plain:
            return box.left - self.view.left, box.right - self.view.left
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


@dataclass(frozen=True, slots=True)
class View:
    """How page coordinates (origin bottom-left, unrotated) become what a reader sees (origin top-left)."""

    left: float
    bottom: float
    right: float
    top: float
    rotation: int

    @property
    def plain(self) -> bool:
        """Whether the page is seen as it is described, without rotation."""
        return self.rotation == 0

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


def extract_segments(page: pdfium.PdfPage) -> tuple[Line, ...]:
    """Return the segments of text on ``page`` in the file's order; text that does not run left to right is left out."""
    text_page = page.get_textpage()
    try:
        return tuple(_segments(_runs(text_page.raw, View.of(page))))
    finally:
        text_page.close()


def _page_text(handle: Any) -> str:
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


def _runs(handle: Any, view: View) -> Iterator[tuple[Run, bool]]:
    """Yield every run with whether pdfium saw a line break before it."""
    text = _RINGED_C.sub(" ©", _page_text(handle))
    glyphs = _Glyphs(handle, view)
    pending: _Pending | None = None
    end = 0
    for match in _WORD.finditer(text):
        between, end = text[end : match.start()], match.end()
        hyphen = SOFT_HYPHEN if text[end : end + 1] in _BROKEN and end < len(text) else ""
        broken, spaced = "\n" in between, bool(between.strip(_BROKEN) or between.isspace())
        for first, last, style in _styled(glyphs, text, match.start(), end - 1):
            written = _clean(text[first : last + 1]) + (hyphen if last == end - 1 else "")
            if not style.upright or not written:
                continue
            left, right, baseline = glyphs.extent(first, last)
            baseline -= style.raised
            if pending and not broken and pending.takes(style, left, baseline):
                pending.take(written, right, spaced)
            else:
                if pending:
                    yield pending.run(), pending.broken
                pending = _Pending(written, left, right, baseline, style, spaced, broken)
            spaced = broken = False
    if pending:
        yield pending.run(), pending.broken


@dataclass(slots=True)
class _Pending:
    """A run that still grows, word by word."""

    text: str
    left: float
    right: float
    baseline: float
    style: _Style
    spaced: bool
    broken: bool

    def takes(self, style: _Style, left: float, baseline: float) -> bool:
        """Return whether a word set so and standing there goes on with the run."""
        return (
            style is self.style
            and -0.3 * style.size <= left - self.right <= (0.7 if style.font.mono else _WORD_GAP) * style.size
            and abs(baseline - self.baseline) < 0.5
            and self.text[-1] != SOFT_HYPHEN
        )

    def take(self, word: str, right: float, spaced: bool) -> None:
        """Add a word."""
        self.text += (" " if spaced else "") + word
        self.right = right

    def run(self) -> Run:
        """Return the finished run."""
        return Run(self.text, self.left, self.right, self.baseline, self.style.size, self.style.font, self.spaced)


def _styled(glyphs: _Glyphs, text: str, first: int, last: int) -> Iterator[tuple[int, int, _Style]]:
    """Split a word where its setting changes; yield (first, last, style).

    Some fonts bring raised figures as letters of their own, of the same size on the same baseline; only the ink tells.
    """
    for start, stop, key in _pieces(glyphs, first, last):
        style = glyphs.style(start, key)
        word = text[start : stop + 1]
        mark = _mark_in(word, whole=stop - start < last - first)
        if mark is None or not glyphs.is_raised(start + mark.start(), style.size):
            yield start, stop, style
            continue
        spans = [(0, mark.start(), style), (mark.start(), mark.end(), style.as_mark()), (mark.end(), len(word), style)]
        yield from ((start + low, start + high - 1, how) for low, high, how in spans if low < high)


def _mark_in(word: str, *, whole: bool) -> re.Match[str] | None:
    """Return the digits of a word that may be a footnote mark; all of it only when ``whole`` allows it."""
    if not (word[0].isdigit() or word[-1].isdigit()):
        return None
    return _TAIL.search(word) or _LEAD.match(word) or (_DIGITS.fullmatch(word) if whole else None)


def _pieces(glyphs: _Glyphs, first: int, last: int) -> Iterator[tuple[int, int, int]]:
    """Split a word where the text object changes; yield (first, last, text object)."""
    start, current = first, glyphs.object_at(first)
    if last > first and glyphs.object_at(last) != current:
        for index in range(first + 1, last + 1):
            here = glyphs.object_at(index)
            if here != current:
                yield start, index - 1, current
                start, current = index, here
    yield start, last, current


def _clean(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    kept = "".join(char for char in text.translate(_LIGATURES) if char.isprintable() or char == SOFT_HYPHEN)
    # Letters of formulas have a block of their own; nothing that speaks or compares knows them.
    return "".join(
        unicodedata.normalize("NFKC", char) if "\U0001d400" <= char <= "\U0001d7ff" else char for char in kept
    )


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
    alike = last.font == run.font and abs(last.size - run.size) < 0.2 and abs(last.baseline - run.baseline) < 0.5
    return alike and (run.font.mono or run.left - last.right <= _WORD_GAP * run.size)
