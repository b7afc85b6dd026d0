"""A second opinion on numbers, quotes and citations, from another reader of PDF than the film or its gate used."""

import gzip
import html
import io
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.scorecard.shown import Shown
from vortex.core.text import content_words, numbers

_EDGE_CHARS = 160


@cache
def pages(source: Path) -> tuple[str, ...]:
    """Return the text of each page of a PDF, read by pypdf; of anything else, all of it as one page."""
    data = source.read_bytes()
    data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    if data[:5] == b"%PDF-":
        from pypdf import PdfReader

        return tuple(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    text = data.decode("utf8", errors="replace")
    if source.suffix == ".html":
        text = html.unescape(re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<(script|style).*?</\1>", " ", text)))
    return (text,)


def quoted_at_label(film: Shown, source: Path) -> tuple[float, list[str]]:
    """Return the share of cited claims whose quote stands on a page that prints the cited label, and the others.

    A quote may run on to the next page; the label is looked for in the first and last letters of the page's text.
    """
    cited = [claim for claim in film.claims if claim["quote"] and claim["label"]]
    missing = [claim["sentence"] for claim in cited if not _stands(claim, pages(source))]
    return 1 - len(missing) / max(1, len(cited)), missing


def _stands(claim: dict[str, Any], texts: tuple[str, ...]) -> bool:
    quote = squash(claim["quote"])
    near = [index for index, text in enumerate(texts) if _prints(text, claim["label"])]
    # Headers and footers part a quote that runs on, so that its beginning stands for it there.
    return any(quote in squash(texts[index]) or quote[:40] in squash(texts[index]) for index in near)


def _prints(text: str, label: str) -> bool:
    edges = f"{text[:_EDGE_CHARS]} {text[-_EDGE_CHARS:]}"
    return re.search(rf"(?<!\w){re.escape(label)}(?!\w)", edges) is not None


def quotes_in_source(film: Shown, source: Path) -> float:
    """Return the share of quotes that stand in the source at all, by their letters and digits."""
    whole = squash("".join(pages(source)))
    quotes = [claim["quote"] for claim in film.claims if claim["quote"]]
    return sum(squash(quote)[:60] in whole for quote in quotes) / max(1, len(quotes))


def known_numbers(film: Shown, source: Path, *, derived: bool = False) -> tuple[float, list[str]]:
    """Return the share of spoken numbers that stand in the source, and the others.

    What a film about documents works out is declared as such and left out; of a lesson (``derived``) every number has
    to stand in the trace.
    """
    known = set(numbers(" ".join(pages(source)))) | set(numbers(source.stem))
    claims = [claim for claim in film.claims if derived or claim["kind"] != "derived"]
    said = {n for claim in claims for n in numbers(claim["text"])}
    strange = sorted(said - known)
    return 1 - len(strange) / max(1, len(said)), strange


def supported(film: Shown) -> tuple[float, list[str]]:
    """Return the share of statements six tenths of whose content words stand in their quote, and the others."""
    rows = [claim for claim in film.claims if claim["kind"] == "statement"]
    weak = [claim["sentence"] for claim in rows if _shared(claim) < 0.6]
    return 1 - len(weak) / max(1, len(rows)), weak


def _shared(claim: dict[str, Any]) -> float:
    said, quoted = set(content_words(claim["text"])), set(content_words(claim["quote"]))
    return len(said & quoted) / max(1, len(said))


def squash(text: str) -> str:
    """Return the letters and digits alone, without case."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())
