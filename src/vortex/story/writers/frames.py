"""The sentences that frame a film: the question at the start, the joints, the farewell.

They assert nothing. They are put together from the titles of the source, the topic and a handful of small words, so
the ledger can tell that no claim hides in them. A language without templates gets its titles alone.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from vortex.core.document import Document

_NUMBERING = re.compile(r"^\s*(?:(?:\d+|[A-Z])(?:\.\d+)*\.?|[ivxlc]+\.)\s+(?=\S)")
_LABEL_ONLY = re.compile(r"^(?:section|article|chapter|part|amendment|§|appendix)?\s*[\dIVXLC.]+$", re.IGNORECASE)
_INTRODUCTION = re.compile(r"^(?:an?\s+)?(?:short |brief |gentle )?(?:introduction|guide|primer) to\s+", re.IGNORECASE)
_STATUTE = re.compile(r"\b(?:constitution|charter|act|treaty|declaration|law|agreement|convention)\b", re.IGNORECASE)
_QUESTION = re.compile(r"^(?:how|what|why|when|where|who|which|is|are|can|does|do)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Phrases:
    """Templates of one language; ``{t}`` is a title, ``{s}`` a source."""

    question: str
    gerund: str
    single: str
    statute: str
    promise: str
    span: str
    links: tuple[str, ...]
    """First, then any number in turn, then last."""
    recap: str
    recap_title: str
    closing: str
    closing_whole: str
    conjunction: str


PHRASES = {
    "en": Phrases(
        question="What is there to know about {t}?",
        gerund="How does {t} work?",
        single="What is {t}, and what is it for?",
        statute="What does {t} say?",
        promise="We look at {t}.",
        span="We go from {t} all the way to {s}.",
        links=("Let us start with {t}.", "Next: {t}.", "Now to {t}.", "On to {t}.", "And finally, {t}."),
        recap="In short: {t}",
        recap_title="In short",
        closing="That was {t}, from {s}.",
        closing_whole="That was {t}.",
        conjunction="and",
    ),
}


def plain_title(title: str) -> str:
    """Return a heading without its number, its permalink sign and its double spaces."""
    text = " ".join(title.replace("¶", " ").split())
    return (_NUMBERING.sub("", text) or text).rstrip(".:")


def is_label(title: str) -> bool:
    """Tell whether a heading is a number only, such as "Article I" or "Section 2"."""
    return bool(_LABEL_ONLY.match(plain_title(title)))


def section_title(section: Sequence[str], fallback: str) -> str:
    """Return the title of a section path: the innermost name that says something, numbers with their parents."""
    names = [plain_title(name) for name in section if plain_title(name)]
    if not names:
        return fallback
    if is_label(names[-1]) and len(names) > 1:
        return f"{names[-2]}, {names[-1]}"
    return names[-1]


def subject_of(document: Document) -> str:
    """Return what a document is about, from its title: "heapq" for "heapq — Heap queue algorithm"."""
    title = plain_title(document.title or document.path.rpartition("/")[2])
    left = re.split(r"\s+[—–|:]\s+|:\s+", title, maxsplit=1)[0]
    return _INTRODUCTION.sub("", left) or title


def lowered(title: str, known: frozenset[str]) -> str:
    """Return a title as it stands inside a sentence: words that the text also writes small are made small.

    Args:
        title: a heading in title case.
        known: words that occur in lower case in the source.
    """
    return " ".join(
        word.lower() if word[1:].islower() and word.lower().strip(",.:;()") in known else word
        for word in title.split()
    )  # fmt: skip


def hook(subject: str, language: str) -> str:
    """Return an honest question about ``subject``; the subject alone in a language without templates."""
    phrases = PHRASES.get(language)
    if phrases is None or subject.endswith("?"):
        return subject if subject.endswith("?") else f"{subject}."
    if _QUESTION.match(subject):
        return f"{subject[0].upper()}{subject[1:].rstrip('.')}?"
    words = subject.split()
    template = phrases.question
    if _STATUTE.search(subject):
        template = phrases.statute
    elif len(words) == 1:
        template = phrases.single
    elif words[0].lower().endswith("ing") or words[-1].lower().endswith("ing"):
        template = phrases.gerund
    return template.format(t=subject)


def promise(titles: Sequence[str], language: str) -> str:
    """Return what the film will go through; "" where there is nothing to list."""
    phrases = PHRASES.get(language)
    if phrases is None or len(titles) < 2:
        return ""
    if len(titles) > 4 or sum(len(title.split()) for title in titles) > 20:
        return phrases.span.format(t=titles[0], s=titles[-1])
    return phrases.promise.format(t=enumerated(titles, phrases.conjunction))


def enumerated(parts: Sequence[str], conjunction: str) -> str:
    """Return parts as a list in a sentence: "a", "a and b", "a, b, and c"."""
    if len(parts) <= 2:
        return f" {conjunction} ".join(parts)
    return f"{', '.join(parts[:-1])}, {conjunction} {parts[-1]}"


def link(title: str, place: int, count: int, language: str) -> str:
    """Return the joint that opens scene ``place`` of ``count``."""
    phrases = PHRASES.get(language)
    if phrases is None:
        return f"{title}."
    first, *middle, last = phrases.links
    template = first if place == 0 else last if place == count - 1 else middle[(place - 1) % len(middle)]
    return template.format(t=title)


def recap(text: str, known: frozenset[str], language: str) -> str:
    """Return a sentence opened as the first of a recap."""
    phrases = PHRASES.get(language)
    first = text.split(None, 1)[0] if text else ""
    small = first.lower() if first[1:].islower() and first.lower() in known else first
    return phrases.recap.format(t=small + text[len(first) :]) if phrases else text


def closing(subject: str, source: str, language: str) -> str:
    """Return the farewell, which names what it was about and where it came from."""
    phrases = PHRASES.get(language)
    if phrases is None:
        return f"{source}."
    template = phrases.closing_whole if subject.lower() == source.lower() else phrases.closing
    return template.format(t=subject, s=source)


def recap_title(language: str) -> str:
    """Return the title of the closing scene."""
    phrases = PHRASES.get(language)
    return phrases.recap_title if phrases else "…"
