"""Does every sentence rest on the source? The ledger is worked out again from the quotes and the sources themselves."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from types import MappingProxyType

from vortex.core.claim import Claim
from vortex.core.spelled import spelled_numbers
from vortex.core.text import digits, numbers
from vortex.review.evidence import Evidence
from vortex.review.film import SpokenSentence
from vortex.review.records import FilmRecord
from vortex.review.verdict import Finding, Outcome, Skip

_WORDED_KINDS = frozenset(["title", "points", "definition", "quote", "number", "table", "compare", "timeline", "recap"])
NO_LANGUAGES: Mapping[str, str] = MappingProxyType({})
_ORDINAL = re.compile(
    r"(?:(?:chapter|part|step|figure|table|section|page|kapitel|seite|teil|abbildung|tabelle|chapitre|partie|étape|"
    r"capítulo|parte|paso|capitolo|passo|глава|часть|шаг|pp?\.|s\.|págs?\.|с\.)\s|\d{1,2}\W*$)",
    re.IGNORECASE,
)


def spoken_numbers(text: str, language: str = "en") -> set[str]:
    """Return the numbers of ``text`` in digits, whether they are written in digits or in words of ``language``."""
    return set(numbers(text)) | spelled_numbers(text, language)


def supported(sentences: Sequence[SpokenSentence], claims: Sequence[Claim]) -> Finding:
    """Check that each spoken sentence has a row in the ledger, with the same words, that passed at least one check."""
    ledger = {claim.sentence: claim for claim in claims}
    failed = [f"{spoken.id}: {reason}" for spoken in sentences if (reason := _unsupported(spoken, ledger))]
    return Finding(
        "claims supported",
        not failed,
        f"{len(sentences) - len(failed)} of {len(sentences)}",
        "all",
        "Every spoken sentence stands in the ledger and has passed its checks."
        if not failed
        else "Spoken sentences without support.",
        tuple(failed),
        measure=1 - len(failed) / max(1, len(sentences)),
    )


def _unsupported(spoken: SpokenSentence, ledger: dict[str, Claim]) -> str:
    claim = ledger.get(spoken.id)
    if claim is None:
        return "is spoken but stands in no row of the ledger"
    if claim.text.split() != spoken.text.split():
        return f"the ledger holds other words: {claim.text!r}"
    if claim.kind != "frame" and not (claim.quote and claim.checks):
        return "asserts something without a quote or without a check"
    failed = [check for check in claim.checks if not check.passed]
    return f"failed its check {failed[0].name!r}: {failed[0].detail}" if failed else ""


def numbers_quoted(
    claims: Sequence[Claim],
    known: Collection[str] = (),
    language: str = "en",
    written_in: Mapping[str, str] = NO_LANGUAGES,
) -> Finding:
    """Check that each number of a sentence stands in its quote, in digits or in words of the quote's language.

    A frame may use every number of the ledger, and ``known`` ones: those of the sources.

    Args:
        claims: the ledger.
        known: numbers of the sources.
        language: ISO 639-1 code of what is spoken.
        written_in: id of a document → its language; that of the film where nothing is known.
    """
    held = {claim.sentence: _numbers_of_quote(claim, written_in.get(claim.document) or language) for claim in claims}
    labels = {number for claim in claims for number in numbers(claim.label)}
    anywhere = labels.union(known, *held.values())
    total, failed = 0, []
    for claim in claims:
        said = set(numbers(claim.text)) if claim.kind == "frame" else spoken_numbers(claim.text, language)
        allowed = anywhere if claim.kind == "frame" else held[claim.sentence]
        total += len(said)
        again = said if claim.kind == "frame" else digits(claim.text, language) | spelled_numbers(claim.text, language)
        missing = min((reading - allowed for reading in (said, again)), key=len)
        if missing:
            failed.append(f"{claim.sentence}: {', '.join(sorted(missing))} not in its quote")
    return Finding(
        "numbers in the quote",
        not failed,
        f"{total - len(failed)} of {total}" if total else "no number spoken",
        "all",
        where=tuple(failed),
        measure=1 - len(failed) / max(1, total),
    )


def _numbers_of_quote(claim: Claim, language: str) -> set[str]:
    return spoken_numbers(claim.quote, language) | digits(claim.quote, language)


def numbers_written(record: FilmRecord, read: Callable[[str], Iterable[str]] = numbers) -> dict[str, str]:
    """Return each number that is written in the pictures, as ``read`` finds them, and the first place where it is.

    Captions and chips are judged elsewhere. Plots, networks and code draw figures of their own; an ordinal ("Step 2",
    "3.") belongs to the film and not to the source.
    """
    written: dict[str, str] = {}
    for shot, layout in record.records:
        for element in layout.elements if shot.shot.kind in _WORDED_KINDS else ():
            if element.role == "text" and not _ORDINAL.match(element.text):
                for number in read(element.text):
                    written.setdefault(number, f"{shot.shot.id}: {element.name} shows {number}")
    return written


def numbers_shown(written: Mapping[str, str], known: Collection[str]) -> Finding:
    """Check that each number that is written in the pictures is a known one of the sources."""
    failed = [place for number, place in written.items() if number not in known]
    return Finding(
        "numbers on screen",
        not failed,
        f"{len(written) - len(failed)} of {len(written)}" if written else "no number shown",
        "all in the sources",
        where=tuple(failed[:8]),
        measure=1 - len(failed) / max(1, len(written)),
    )


def quotes_found(evidence: Sequence[Evidence]) -> Finding:
    """Check that each quote stands on the page that the ledger names."""
    failed = [f"{one.sentence}: {_missing_quote(one)}" for one in evidence if one.problem or not one.quoted]
    return Finding(
        "quotes on their page",
        not failed,
        f"{len(evidence) - len(failed)} of {len(evidence)}",
        "all",
        "The sources were opened again and each quote was looked up by its letters and digits.",
        tuple(failed),
        measure=1 - len(failed) / max(1, len(evidence)),
    )


def _missing_quote(one: Evidence) -> str:
    if one.problem:
        return one.problem
    if one.found_on:
        return "the quote stands on page index " + ", ".join(map(str, one.found_on)) + " instead"
    return "the quote was not found on its page or near it"


def labels_printed(claims: Sequence[Claim], evidence: Sequence[Evidence]) -> Finding:
    """Check that each cited label is the one that the page prints."""
    cited = {claim.sentence: claim.label for claim in claims}
    failed = [
        f"{one.sentence}: cites {cited[one.sentence]!r}, the page "
        + (f"prints {one.printed!r}" if one.printed else f"may be called {' or '.join(map(repr, one.labels))}")
        for one in evidence
        if not one.problem and cited[one.sentence] not in one.labels
    ]
    unread = sum(bool(one.problem) for one in evidence)
    right = len(evidence) - len(failed) - unread
    return Finding(
        "citations on the printed page",
        not failed and not unread,
        f"{right} of {len(evidence)}",
        "all",
        f"{unread} pages could not be read."
        if unread
        else "Labels are read from header and footer, not from the file.",
        tuple(failed),
        measure=right / max(1, len(evidence)),
    )


def sources_unchanged(evidence: Sequence[Evidence]) -> Finding:
    """Check that the sources are byte for byte those that the film was made from."""
    failed = sorted({one.sentence for one in evidence if not one.same_file})
    return Finding(
        "sources unchanged",
        not failed,
        "changed" if failed else "unchanged",
        "unchanged",
        "The SHA-256 of each file begins with the id that the claims name." if not failed else "Make the film anew.",
        tuple(f"{sentence}: its source has other bytes now" for sentence in failed[:5]),
    )


def check(
    sentences: Sequence[SpokenSentence],
    claims: Sequence[Claim],
    evidence: Sequence[Evidence],
    cited: bool,
    known: Collection[str] = (),
    language: str = "en",
    written_in: Mapping[str, str] = NO_LANGUAGES,
) -> list[Outcome]:
    """Return all outcomes on the ledger.

    Args:
        sentences: all that is spoken.
        claims: the ledger.
        evidence: what the sources say about each claim that names a document.
        cited: whether the film rests on documents at all.
        known: numbers that were looked for and stand in the sources.
        language: ISO 639-1 code of what is spoken.
        written_in: id of a document → its language.
    """
    outcomes: list[Outcome] = []
    if cited:
        outcomes = [supported(sentences, claims), numbers_quoted(claims, known, language, written_in)]
    else:
        names = ("claims supported", "numbers in the quote")
        outcomes += [Skip(name, "the film rests on no document", excused=True) for name in names]
    looked_up = ("quotes on their page", "citations on the printed page", "sources unchanged")
    if evidence:
        return [*outcomes, quotes_found(evidence), labels_printed(claims, evidence), sources_unchanged(evidence)]
    reason = "no claim names a document" if cited else "the film rests on no document"
    return [*outcomes, *(Skip(name, reason, excused=not cited) for name in looked_up)]
