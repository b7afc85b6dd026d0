"""From a page of pdfium to segments of text: the only place where characters are asked for their position.

Asking pdfium for every character's box would cost most of the time of reading, so only the first and last character
of each word are asked, unless the two stand in different text objects (a change of font inside a word).
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2 as pdfium

from vortex.knowledge.pdf.glyphs import Glyphs, Style, View, page_text
from vortex.knowledge.pdf.lines import SOFT_HYPHEN, Line, Run

_WORD = re.compile(r"[^\s\x00\x02\ufffe\u00ad]+")
_BROKEN = "\x02\ufffe\u00ad"
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
class Extract:
    """The text of one page."""

    segments: tuple[Line, ...]
    """In the order of the file."""
    num_sideways: int
    """Words that do not run from left to right as the page is seen; they are not among the segments."""


def extract_text(page: pdfium.PdfPage) -> Extract:
    """Return the segments of text on ``page``."""
    text_page = page.get_textpage()
    try:
        glyphs = Glyphs(text_page.raw, View.of(page))
        segments = tuple(_segments(_runs(glyphs)))
        return Extract(segments, glyphs.num_sideways)
    finally:
        text_page.close()


def _runs(glyphs: Glyphs) -> Iterator[tuple[Run, bool]]:
    """Yield every run with whether pdfium saw a line break before it."""
    text = _RINGED_C.sub(" ©", page_text(glyphs.handle))
    pending: _Pending | None = None
    end = 0
    for match in _WORD.finditer(text):
        between, end = text[end : match.start()], match.end()
        hyphen = SOFT_HYPHEN if text[end : end + 1] in _BROKEN and end < len(text) else ""
        broken, spaced = "\n" in between, bool(between.strip(_BROKEN) or between.isspace())
        for first, last, key, style in _styled(glyphs, text, match.start(), end - 1):
            written = _clean(text[first : last + 1]) + (hyphen if last == end - 1 else "")
            if not style.upright or not written:
                glyphs.num_sideways += not style.upright
                continue
            left, right = glyphs.sides(first, last)
            baseline = glyphs.baseline(first, key) - style.raised
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
    style: Style
    spaced: bool
    broken: bool

    def takes(self, style: Style, left: float, baseline: float) -> bool:
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


def _styled(glyphs: Glyphs, text: str, first: int, last: int) -> Iterator[tuple[int, int, int, Style]]:
    """Split a word where its setting changes; yield (first, last, text object, style).

    Some fonts bring raised figures as letters of their own, of the same size on the same baseline; only the ink tells.
    """
    for start, stop, key in _pieces(glyphs, first, last):
        style = glyphs.style(start, key)
        word = text[start : stop + 1]
        mark = _mark_in(word, whole=stop - start < last - first)
        if mark is None or not glyphs.is_raised(start + mark.start(), style.size):
            yield start, stop, key, style
            continue
        spans = [(0, mark.start(), style), (mark.start(), mark.end(), style.as_mark()), (mark.end(), len(word), style)]
        yield from ((start + low, start + high - 1, key, how) for low, high, how in spans if low < high)


def _mark_in(word: str, *, whole: bool) -> re.Match[str] | None:
    """Return the digits of a word that may be a footnote mark; all of it only when ``whole`` allows it."""
    if not (word[0].isdigit() or word[-1].isdigit()):
        return None
    return _TAIL.search(word) or _LEAD.match(word) or (_DIGITS.fullmatch(word) if whole else None)


def _pieces(glyphs: Glyphs, first: int, last: int) -> Iterator[tuple[int, int, int]]:
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
