"""Draw the pages that the claims rest on, for the report, from the source's own file."""

from collections.abc import Sequence
from pathlib import Path

from vortex.core.claim import Claim
from vortex.review.film import PagePicture, SourceFile
from vortex.review.sources import OpenSource

WIDTH_PX = 1000
_QUALITY = 60


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
