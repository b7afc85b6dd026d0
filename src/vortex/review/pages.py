"""Show what the claims rest on, for the report: pages as pictures, and the words around a quote without a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vortex.core.claim import Claim
from vortex.core.errors import SourceError
from vortex.review.film import PagePicture, SourceFile
from vortex.review.sources import OpenSource

WIDTH_PX = 1000
_QUALITY = 60
_AROUND_CHARS = 140


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A quote as it stands among the words of its source."""

    before: str
    quote: str
    after: str


def draw_pages(claims: Sequence[Claim], sources: Sequence[SourceFile], folder: Path) -> tuple[PagePicture, ...]:
    """Write one grey WebP of every page that a claim names, and return them in the order of the claims.

    Sources without pages give none.

    Args:
        claims: the ledger.
        sources: the files that the claims name.
        folder: an existing folder for the pictures.

    Raises:
        SourceError: a source cannot be opened.
    """
    drawn: list[PagePicture] = []
    for source in sources:
        pages = sorted({claim.page for claim in claims if claim.document == source.id and claim.page >= 0})
        with OpenSource(source) as opened:
            for page in pages if opened.paged else ():
                image = folder / f"{source.id}-{page:04d}.webp"
                opened.draw(page, WIDTH_PX).convert("L").save(image, quality=_QUALITY, method=4)
                drawn.append(PagePicture(source.id, page, image))
    return tuple(drawn)


def excerpts(claims: Sequence[Claim], sources: Sequence[SourceFile]) -> dict[str, Excerpt]:
    """Return, by sentence, the words around each quote from a source without pages.

    Quotes that do not stand there word for word are left out; the gate says so, not this.
    """
    found: dict[str, Excerpt] = {}
    for source in sources:
        quoted = [claim for claim in claims if claim.document == source.id and claim.quote and not claim.label]
        text = _running_text(source) if quoted else ""
        for claim in quoted:
            quote = " ".join(claim.quote.split())
            start = text.find(quote)
            if start >= 0:
                found[claim.sentence] = _cut(text, start, start + len(quote))
    return found


def _running_text(source: SourceFile) -> str:
    try:
        with OpenSource(source) as opened:
            return "" if opened.paged else " ".join(opened.text(0).split())
    except SourceError:
        return ""


def _cut(text: str, start: int, end: int) -> Excerpt:
    before, after = text[max(0, start - _AROUND_CHARS) : start], text[end : end + _AROUND_CHARS]
    # Whole words only, as a reader expects.
    before = before if start <= _AROUND_CHARS else "… " + before.partition(" ")[2]
    after = after if end + _AROUND_CHARS >= len(text) else after.rpartition(" ")[0] + " …"
    return Excerpt(before, text[start:end], after)
