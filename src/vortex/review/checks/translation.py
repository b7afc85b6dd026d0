"""Does a translated film say every sentence of the original, with the same numbers in it?"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from vortex.core.spelled import spelled_numbers
from vortex.core.text import digits
from vortex.review.film import Original, SpokenSentence
from vortex.review.verdict import Finding

_SAME_WORDS = 4
"""A sentence of so many words that is letter for letter the original was not translated."""


def figures(text: str, language: str) -> set[str]:
    """Return all numbers that ``text`` may be said to hold, in digits or in words; "un octet" may be 1 byte."""
    return digits(text, language) | spelled_numbers(text, language, lone_one=True)


def check(sentences: Sequence[SpokenSentence], original: Original, language: str) -> list[Finding]:
    """Return all findings on a translation.

    Args:
        sentences: all that is spoken.
        original: the film that was translated.
        language: ISO 639-1 code of the translation.
    """
    said = {sentence.id: sentence.text for sentence in sentences}
    return [complete(said, original), same_numbers(said, original, language)]


def complete(said: Mapping[str, str], original: Original) -> Finding:
    """Check that each sentence of the original is spoken, in other words than the original's, and nothing else is."""
    before = dict(original.sentences)
    faults = [f"{name}: is not spoken" for name in before if not said.get(name, "").strip()]
    faults += [f"{name}: stands in no original" for name in said if name not in before]
    faults += [
        f"{name}: is still the original: {text[:60]!r}"
        for name, text in before.items()
        if said.get(name) == text and len(text.split()) >= _SAME_WORDS
    ]
    return Finding(
        "translation whole",
        not faults,
        f"{len(faults)} faults in {len(before)} sentences" if faults else f"{len(before)} sentences",
        "all",
        f"Each sentence of the original, in {original.language!r}, was looked for by its id.",
        tuple(faults[:8]),
        measure=max(0.0, 1 - len(faults) / max(1, len(before))),
    )


def same_numbers(said: Mapping[str, str], original: Original, language: str) -> Finding:
    """Check that each sentence holds the original's numbers and no others, in the notation of either language."""
    faults = []
    total = 0
    for name, text in original.sentences:
        before, now = digits(text, original.language), digits(said.get(name, ""), language)
        lost = sorted(before - figures(said.get(name, ""), language))
        strange = sorted(now - figures(text, original.language))
        total += len(before | now)
        if lost or strange:
            faults.append(f"{name}: left out {', '.join(lost) or 'none'}, added {', '.join(strange) or 'none'}")
    return Finding(
        "translation numbers",
        not faults,
        f"{len(faults)} sentences differ" if faults else f"{total} numbers agree",
        "the original's",
        "A number may be in digits in one language and in words in the other; 1.234,5 and 1,234.5 are one.",
        tuple(faults[:8]),
        measure=1 - len(faults) / max(1, len(original.sentences)),
    )


def known_figures(original: Original, quotes: Iterable[str]) -> Collection[str]:
    """Return the numbers that a translated film may write on screen: the original's, said, shown or quoted."""
    texts = [*(text for _, text in original.sentences), *original.shown, *quotes]
    return {number for text in texts for number in figures(text, original.language)}
