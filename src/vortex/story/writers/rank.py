"""Which sentences matter: central to their section, near the topic, telling something on their own.

Centrality is nearness to the centroid of the section and of the whole text in a space of weighted words; it needs one
pass over the sentences, so a book costs no more a sentence than an article.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from vortex.core.text import content_words, numbers, stem, words
from vortex.story.writers.candidates import Candidate

_PROMISES = re.compile(
    r"^there (?:are|is) (?:\w+ )?(?:many|several|some|various|two|three|four|other|a few|a number of|a variety of)\b"
    r"|\bexamples?\b|\bthere are (?:two|three|four|five|six|several|many|a number)\b"
    r"|\b(?:several|many|various|number of|large number of) (?:ways|functions|cases|options|methods)\b",
    re.IGNORECASE,
)
"""Sentences that announce what only a list or a page could keep."""

_COUNTED = re.compile(
    r"\b(?:\d[\d,.]*|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|twenty|thirty|fifty|hundred|one half)"
    r"(?:\s?%|(?: five| one)? (?:percent|years?|months?|weeks?|days?|hours?|minutes?|seconds?|times|thirds?|fourths?|"
    r"fifths?|bytes?|members?|senators?|witnesses|terms?|states|dollars|miles|points|pages|rows)\b)",
    re.IGNORECASE,
)
"""A quantity that can stand large on the screen."""
COUNTED = 0.2

LEAD = 0.25
"""What the first paragraph of a section is worth more than others."""

SHOWN = 0.12
"""What a sentence is worth more that speaks of something in the source which can be shown meanwhile."""

Vector = Mapping[str, float]


def vectors(texts: Sequence[str], language: str) -> list[Vector]:
    """Return a unit vector of weighted stems for each text.

    Source: Salton and Buckley, Term-weighting approaches in automatic text retrieval, 1988 (log tf, idf, cosine).
    """
    counts = [Counter(content_words(text, language)) for text in texts]
    spread = Counter(word for count in counts for word in count)
    total = len(texts) + 1
    return [
        unit({word: (1 + math.log(n)) * math.log(total / spread[word]) for word, n in count.items()})
        for count in counts
    ]  # fmt: skip


def unit(vector: Vector) -> Vector:
    """Return ``vector`` at length one; an empty one stays empty."""
    length = math.sqrt(sum(value * value for value in vector.values()))
    return {word: value / length for word, value in vector.items()} if length else vector


def cosine(left: Vector, right: Vector) -> float:
    """Return the cosine of two unit vectors, 0 to 1."""
    if len(left) > len(right):
        left, right = right, left
    return sum(value * right.get(word, 0.0) for word, value in left.items())


def centroid(members: Iterable[Vector]) -> Vector:
    """Return the direction of the sum of ``members``.

    Source: Radev et al., Centroid-based summarization of multiple documents, 2004.
    """
    total: Counter[str] = Counter()
    for member in members:
        for word, value in member.items():
            total[word] += value  # type: ignore[assignment]
    return unit(total)


def keyword(texts: Sequence[str], candidates: Sequence[Candidate]) -> str:
    """Return the name, written with a capital, that is most typical of ``texts`` among all candidates; "" for none."""
    inside = Counter(name for text in texts for name in names_in(text))
    everywhere = Counter(name for candidate in candidates for name in names_in(candidate.text))
    typical = {name: n * n / everywhere[name] for name, n in inside.items() if n >= 3}
    return max(sorted(typical), key=lambda name: typical[name], default="")


def names_in(text: str) -> set[str]:
    """Return words with a capital that follow a word without, and the names of two words that they begin."""
    spoken = text.rstrip(".").split()
    found: set[str] = set()
    for place in range(1, len(spoken)):
        word = re.sub(r"['’]s$", "", spoken[place].strip(",;:()"))
        if word[:1].isupper() and len(word) > 3 and spoken[place - 1].islower():
            found.add(word)
    return found


def scores(candidates: Sequence[Candidate], topic: str, titles: Sequence[str], language: str) -> list[float]:
    """Return how much each candidate deserves to be told; larger is better, mostly 0 to 2.

    Args:
        candidates: the sentences.
        topic: what the film is about; "" for the whole document.
        titles: titles of the documents.
        language: ISO 639-1 code of the text.
    """
    space = vectors([candidate.text for candidate in candidates], language)
    whole = centroid(space)
    sections: dict[tuple[str, ...], list[Vector]] = {}
    for candidate, vector in zip(candidates, space, strict=True):
        sections.setdefault(candidate.block.section, []).append(vector)
    centres = {section: centroid(members) for section, members in sections.items()}
    leads = _leads(candidates)
    wanted = frozenset(content_words(topic, language))
    named = frozenset(content_words(" ".join(titles), language))
    return [
        0.6 * cosine(vector, centres[candidate.block.section])
        + 0.5 * cosine(vector, whole)
        + 0.9 * _match(candidate, wanted, language)
        + 0.25 * _match(candidate, named, language)
        + merit(candidate, language)
        + (LEAD if candidate.block.id in leads else 0.0)
        for candidate, vector in zip(candidates, space, strict=True)
    ]


def _leads(candidates: Sequence[Candidate]) -> set[str]:
    """Return the ids of the blocks that open a section: authors say there what it is about."""
    first: dict[tuple[str, tuple[str, ...]], str] = {}
    for candidate in candidates:
        if candidate.block.kind == "paragraph":
            first.setdefault((candidate.document, candidate.block.section), candidate.block.id)
    return set(first.values())


def _match(candidate: Candidate, wanted: frozenset[str], language: str) -> float:
    if not wanted:
        return 0.0
    heading = content_words(" ".join(candidate.block.section), language)
    own = wanted & set(content_words(candidate.text, language))
    return (len(own) + 0.5 * len(wanted & set(heading) - own)) / len(wanted)


def merit(candidate: Candidate, language: str = "en") -> float:
    """Return what speaks for a sentence by its form alone, about −0.5 to 0.7."""
    text, count = candidate.text, len(candidate.text.split())
    title = {stem(word, language) for word in words(candidate.block.section[-1])} if candidate.block.section else set()
    named = title & set(content_words(text, language))
    value = 0.2 if candidate.opens else 0.0
    value += 0.25 if candidate.role == "definition" else 0.0
    value += 0.1 if named else 0.0
    value += SHOWN if candidate.exhibits else 0.0
    value += COUNTED if len(_COUNTED.findall(text)) == 1 else 0.0
    value -= 0.03 * abs(count - 15) if not 9 <= count <= 21 else 0.0
    value -= 0.12 * len(numbers(text))
    value -= 0.25 if candidate.leans_on >= 0 else 0.0
    value -= 0.12 if set(map(str.lower, words(text))) & {"we", "our", "us"} else 0.0
    value -= 0.1 * text.count('"') / 2 + 0.08 * sum(text.count(sign) for sign in "()[]")
    value -= 0.3 if text[:1].islower() and not candidate.block.name else 0.0
    value -= 0.6 if _PROMISES.search(text) else 0.0
    return value
