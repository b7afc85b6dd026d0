"""Each claim beside what it rests on: the strip of its page, or the words around its quote.

A page of a source is embedded once, as the background of a style class, however many claims rest on it.
"""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from vortex.core.claim import Claim
from vortex.core.document import Box
from vortex.review.film import Exhibits, FilmUnderReview, PagePicture
from vortex.review.markup import badge, embedded
from vortex.review.pages import Excerpt, excerpts
from vortex.review.verdict import clock

_CONTEXT = 0.03
_LEAST_HEIGHT = 0.12
_SIDE = 0.09
"""Shares of the page: what is shown around a quote, the least height shown, and the margin that may be left out."""


def claim_cards(film: FilmUnderReview, exhibits: Exhibits) -> str:
    """Return one card for each claim: when it is said, how it fared, and the place in its source."""
    times = {sentence.id: sentence.start_s for sentence in film.sentences}
    pictures = {(page.document, page.page): number for number, page in enumerate(exhibits.pages)}
    around = excerpts([claim for claim in film.claims if (claim.document, claim.page) not in pictures], film.sources)
    rows = []
    for claim in film.claims:
        number, excerpt = pictures.get((claim.document, claim.page)), around.get(claim.sentence)
        ground = _strip(claim, number) if number is not None else _excerpt(excerpt) if excerpt else ""
        rows.append(_claim(claim, times.get(claim.sentence), ground))
    return "".join(rows)


def _claim(claim: Claim, start_s: float | None, ground: str) -> str:
    time = f'<button class="time" data-at="{start_s:.2f}">{clock(start_s)}</button>' if start_s is not None else ""
    kinds = {"statement": ("Supported", "good"), "frame": ("Asserts nothing", "plain"), "derived": ("Computed", "good")}
    fared = ("Supported in part", "plain") if claim.in_part else kinds[claim.kind]
    result = badge(*(fared if claim.supported else ("Not supported", "bad")), small=True)
    cite = f"<span>{escape(_place(claim))}</span>" if claim.source else ""
    lacking = [(c, "" if c.applied else "not checked, ") for c in claim.checks if not c.passed or not c.applied]
    failed = "".join(f"<li>{escape(c.name)}: {why}{escape(c.detail)}</li>" for c, why in lacking)
    literal = claim.quote.split() == claim.text.split()
    quote = f"<blockquote>{escape(claim.quote)}</blockquote>" if claim.quote and not literal else ""
    cite += "<span>in its own words</span>" if literal else ""
    text = (
        f'<div><div class="line">{time}{result}{cite}</div><p class="said">{escape(claim.text)}</p>'
        f"{quote}{f'<ul>{failed}</ul>' if failed else ''}</div>"
    )
    kind = ("frame" if claim.kind == "frame" else "card") + ("" if ground else " alone")
    return f'<article class="claim {kind}">{text}{ground}</article>'


def _excerpt(excerpt: Excerpt) -> str:
    words = f"{escape(excerpt.before)}<mark>{escape(excerpt.quote)}</mark>{escape(excerpt.after)}"
    return f'<figure class="excerpt">{words}</figure>'


def _place(claim: Claim) -> str:
    return f"{claim.source}, p. {claim.label}" if claim.label else claim.source


def _strip(claim: Claim, number: int) -> str:
    """Return the part of a page that holds the quote, with the quote marked."""
    seen = _visible(claim.boxes)
    across, down = seen.right - seen.left, seen.bottom - seen.top
    marks = "".join(
        f'<i style="left:{(box.left - seen.left) / across:.2%};width:{(box.right - box.left) / across:.2%};'
        f'top:{(box.top - seen.top) / down:.2%};height:{(box.bottom - box.top) / down:.2%}"></i>'
        for box in claim.boxes
    )
    # CSS counts a position in shares of what does not fit.
    shift = [0.0 if share >= 1 else at / (1 - share) for at, share in ((seen.left, across), (seen.top, down))]
    label = escape(f"Page {claim.label or claim.page + 1} of {claim.source} with the quote marked")
    return (
        f'<figure><div class="leaf page-{number}" role="img" aria-label="{label}" style="--across:{across:.4f};'
        f'--down:{down:.4f};background-position:{shift[0]:.2%} {shift[1]:.2%}">{marks}</div></figure>'
    )


def _visible(boxes: Sequence[Box]) -> Box:
    """Return what is shown of a page: the quote, whole lines of an ordinary page, and a little above and below."""
    if not boxes:
        return Box(0.0, 0.0, 1.0, 1.0)
    top, bottom = min(box.top for box in boxes), max(box.bottom for box in boxes)
    margin = max(_CONTEXT, (_LEAST_HEIGHT - (bottom - top)) / 2)
    left, right = min(box.left for box in boxes), max(box.right for box in boxes)
    return Box(
        max(0.0, min(_SIDE, left - _CONTEXT)),
        max(0.0, top - margin),
        min(1.0, max(1 - _SIDE, right + _CONTEXT)),
        min(1.0, bottom + margin),
    )


def page_styles(pages: Sequence[PagePicture]) -> str:
    """Return one style class for each page, which holds its picture."""
    return "\n".join(
        f".page-{number} {{ background-image: url({embedded(page.image)}); --aspect: {_aspect(page.image):.4f}; }}"
        for number, page in enumerate(pages)
    )


def _aspect(image: Path) -> float:
    from PIL import Image

    with Image.open(image) as picture:
        return picture.width / picture.height
