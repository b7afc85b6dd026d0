"""Show what claims without a page rest on, for the report: the words around their quotes."""

from collections.abc import Sequence
from dataclasses import dataclass

from vortex.core.claim import Claim
from vortex.core.errors import SourceError
from vortex.review.film import SourceFile
from vortex.review.sources import OpenSource

_AROUND_CHARS = 140


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A quote as it stands among the words of its source."""

    before: str
    quote: str
    after: str


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
