"""A second, independent look at the sources: is the quote on that page, and what number does the page print?

Nothing here uses the reader that the film was made with. The file's own bytes are opened again, and a quote is found
by its letters and digits alone, so that hyphens, ligatures, columns and markup cannot hide it. The printed number of a
page is the one that stands in its header or footer and counts on with the pages around it, because chapter numbers,
years and list items stand there too, and the label table inside a PDF is often wrong.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from vortex.core.errors import SourceError
from vortex.core.text import numbers, sentences
from vortex.review.film import SourceFile
from vortex.review.source_text import plain_text, read_bytes, unpacked

if TYPE_CHECKING:
    pass

EDGE = 0.12
"""Share of a page's height, above and below, where a page number may stand."""
NEIGHBOURS = 4
"""How many pages before and after are asked whether a number counts on."""
_FOOTNOTE_MARK = re.compile(r"(?<=[^\W\d_])\d{1,2}(?=\s)")
_SEARCH = 12
_EDGE_CHARS = 400
_NUMBERED = re.compile(r"(?P<prefix>[A-Za-z]{1,3}[-–.]?|\d{1,3}[-–])?(?P<number>\d{1,4})")
_ROMAN = re.compile(r"(?=[ivxlc])c{0,3}(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})", re.IGNORECASE)
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


@dataclass(eq=False)
class OpenSource:
    """A source file, open for looking things up; use it in a ``with`` block.

    Raises:
        SourceError: the file cannot be opened; names it and says why.
    """

    source: SourceFile
    paged: bool = field(init=False)
    num_pages: int = field(init=False, default=1)
    same: bool = field(init=False)
    _pdf: Any = field(init=False, default=None)
    _texts: dict[int, str] = field(init=False, default_factory=dict)
    _edges: dict[int, frozenset[tuple[str, int]]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        data = unpacked(read_bytes(self.path), self.path)
        self.same = not self.source.id or hashlib.sha256(data).hexdigest().startswith(self.source.id)
        self.paged = data[:5] == b"%PDF-" or b"%PDF-" in data[:1024]
        if self.paged:
            self._pdf = _open_pdf(data, self.path)
            self.num_pages = len(self._pdf)
        else:
            self._texts[0] = plain_text(data, self.path)

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return self.source.path

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; calling it twice is harmless."""
        if self._pdf is not None:
            self._pdf.close()
            self._pdf = None

    def text(self, page: int) -> str:
        """Return the text of a page as the file holds it; of a pageless source, all of it."""
        index = page if self.paged else 0
        if index not in self._texts:
            self._read_page(index)
        return self._texts[index]

    def holds(self, quote: str, page: int) -> bool:
        """Return whether ``quote``, or each of its sentences, stands on ``page`` or runs from it to the next one."""
        here = self.text(page)
        after = self.text(page + 1) if self.paged and page + 1 < self.num_pages else ""
        if not squash(quote):
            return False
        if not set(numbers(quote)) <= set(numbers(here)) | set(numbers(after)):
            return False
        return any(
            _stands(squash(quote), pages) or all(_stands(squash(part), pages) for part in sentences(quote))
            for pages in self._readings(here, after)
        )

    def _readings(self, here: str, after: str) -> list[tuple[str, str]]:
        """Return two pages as they are, and where sources have pages, without the marks of their footnotes."""
        plain = (squash(here), squash(after))
        return [plain, (squash(_unmarked(here)), squash(_unmarked(after)))] if self.paged else [plain]

    def search(self, quote: str, page: int) -> Iterator[int]:
        """Yield the pages around ``page`` that hold ``quote``."""
        for index in range(max(0, page - _SEARCH), min(self.num_pages, page + _SEARCH + 1)):
            if index != page and _stands(squash(quote), (squash(self.text(index)), "")):
                yield index

    def printed(self, page: int) -> str:
        """Return the number that stands on ``page`` and counts on with its neighbours; "" when there is none."""
        if not self.paged:
            return ""
        own = self._edge(page)
        votes = {mark: self._votes(page, *mark) for mark in own}
        best = max(votes, key=lambda mark: (votes[mark], -len(mark[0])), default=None)
        if best is None or (votes[best] == 0 and (self.num_pages > 1 or len(own) > 1)):
            return ""
        return _written(*best)

    def labels(self, page: int) -> tuple[str, ...]:
        """Return the labels that may be cited for ``page``.

        The printed number where there is one. A page that prints none may be called by its place in the file, by the
        number that its neighbours imply, or by the file's own label.
        """
        if not self.paged:
            return ("",)
        if printed := self.printed(page):
            return (printed,)
        implied = {
            (style, number - step)
            for step in range(-NEIGHBOURS, NEIGHBOURS + 1)
            for style, number in self._edge(page + step)
            if number > step and self._votes(page, style, number - step) >= 3
        }
        own = (label,) if (label := self._pdf.get_page_label(page)) else ()
        return tuple(dict.fromkeys([str(page + 1), *(_written(*mark) for mark in sorted(implied)), *own]))

    def _votes(self, page: int, style: str, number: int) -> int:
        steps = (step for step in range(-NEIGHBOURS, NEIGHBOURS + 1) if step)
        return sum((style, number + step) in self._edge(page + step) for step in steps)

    def _edge(self, page: int) -> frozenset[tuple[str, int]]:
        if not 0 <= page < self.num_pages:
            return frozenset()
        if page not in self._edges:
            self._read_page(page)
        return self._edges[page]

    def _read_page(self, index: int) -> None:
        page = self._pdf[index]
        text = page.get_textpage()
        left, bottom, right, top = page.get_bbox()
        margin = EDGE * (top - bottom)
        self._texts[index] = text.get_text_range()
        head = text.get_text_bounded(left, top - margin, right, top)
        foot = text.get_text_bounded(left, bottom, right, bottom + margin)
        self._edges[index] = frozenset(_marks(f"{head}\n{foot}"))
        text.close()
        page.close()


def squash(text: str) -> str:
    """Return the letters and digits of ``text`` alone, without case, so that layout cannot tell two texts apart."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in plain if char.isalnum())


def _unmarked(text: str) -> str:
    """Return a page's text without figures at the end of a word that call a footnote which stands lower on the page."""

    def dropped(mark: re.Match[str]) -> str:
        called = re.search(rf"^{mark[0]} +[^\W\d_]", text[mark.end() :], re.MULTILINE)
        return "" if called else mark[0]

    return _FOOTNOTE_MARK.sub(dropped, text)


def _stands(quote: str, pages: tuple[str, str]) -> bool:
    """Return whether ``quote`` is on the first page, or begins at its end and goes on in the second."""
    here, after = pages
    if quote in here:
        return True
    # Header and footer stand between the two halves, so each only has to be near its edge of its own page.
    near = len(quote) + _EDGE_CHARS
    end, begin = here[-near:], after[:near]
    return any(quote[:cut] in end and quote[cut:] in begin for cut in range(1, len(quote)))


def _marks(text: str) -> Iterator[tuple[str, int]]:
    for token in re.split(r"[\s|()\[\],]+", text):
        bare = token.strip(".·•–—-")
        if match := _NUMBERED.fullmatch(bare):
            yield match["prefix"] or "", int(match["number"])
        elif bare and _ROMAN.fullmatch(bare):
            yield ("roman" if bare.islower() else "ROMAN"), _roman_value(bare.lower())


def _roman_value(written: str) -> int:
    values = [_ROMAN_VALUES[letter] for letter in written]
    return sum(-one if one < max(values[place:]) else one for place, one in enumerate(values))


def _written(style: str, number: int) -> str:
    if style.lower() != "roman":
        return f"{style}{number}"
    letters = ""
    for value, mark in ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv")):
        letters += mark * (number // value)
        number %= value
    letters += "i" * number
    return letters if style == "roman" else letters.upper()


def _open_pdf(data: bytes, path: Path) -> Any:
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise SourceError(f"{path}: is no readable PDF ({error})") from error
