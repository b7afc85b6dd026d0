"""What the sources themselves say about each claim: the look-up behind the checks on quotes and citations."""

from contextlib import ExitStack
from dataclasses import dataclass

from vortex.core.claim import Claim
from vortex.core.errors import SourceError
from vortex.core.text import numbers
from vortex.review.film import SourceFile
from vortex.review.sources import OpenSource


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was seen in the source for one claim."""

    sentence: str
    problem: str = ""
    """Why nothing could be looked at; "" when the source was read."""
    same_file: bool = True
    """Whether the file's bytes are those that the claim names."""
    quoted: bool = False
    """Whether the quote stands on the page that the claim names."""
    found_on: tuple[int, ...] = ()
    """Nearby pages that hold the quote when the named one does not."""
    printed: str = ""
    """The number that the page prints; "" when it prints none, or the source has no pages."""
    labels: tuple[str, ...] = ()
    """Labels that are right for this page."""


def examine(claims: tuple[Claim, ...], sources: tuple[SourceFile, ...]) -> tuple[Evidence, ...]:
    """Look up every quote of ``claims`` in its source, in order; claims without a document are left out."""
    quoted = [claim for claim in claims if claim.document]
    wanted = {claim.document for claim in quoted}
    with ExitStack() as opened:
        found = {source.id: _opened(source, opened) for source in sources if source.id in wanted}
        return tuple(_evidence(claim, found.get(claim.document, "its source was not handed in")) for claim in quoted)


def find_numbers(wanted: set[str], claims: tuple[Claim, ...], sources: tuple[SourceFile, ...]) -> set[str]:
    """Return those of ``wanted`` that stand somewhere in the sources; pages that claims name are looked at first.

    A source that cannot be opened holds none; ``examine`` says why.
    """
    missing = set(wanted)
    with ExitStack() as stack:
        for source in sources if missing else ():
            opened = _opened(source, stack)
            if isinstance(opened, str):
                continue
            cited = [
                claim.page for claim in claims if claim.document == source.id and 0 <= claim.page < opened.num_pages
            ]
            for page in dict.fromkeys([*cited, *range(opened.num_pages)]):
                if not missing:
                    break
                missing -= set(numbers(opened.text(page)))
    return wanted - missing


def _opened(source: SourceFile, stack: ExitStack) -> OpenSource | str:
    try:
        return stack.enter_context(OpenSource(source))
    except SourceError as error:
        return str(error)


def _evidence(claim: Claim, source: OpenSource | str) -> Evidence:
    if isinstance(source, str):
        return Evidence(claim.sentence, problem=source)
    if source.paged and not 0 <= claim.page < source.num_pages:
        return Evidence(
            claim.sentence,
            problem=f"page index {claim.page} is outside the {source.num_pages} pages of {source.path.name}",
            same_file=source.same,
        )
    quoted = source.holds(claim.quote, claim.page)
    elsewhere = () if quoted or not source.paged else tuple(source.search(claim.quote, claim.page))
    printed = source.printed(claim.page)
    return Evidence(claim.sentence, "", source.same, quoted, elsewhere, printed, source.labels(claim.page))
