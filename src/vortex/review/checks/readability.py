"""How easy the film is to follow, as figures for its maker: reported, never a reason to refuse a film."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from vortex.core.text import CHARACTERS_A_WORD, words
from vortex.review.film import SpokenSentence
from vortex.review.verdict import Finding

LEAST_EASE = 30.0
"""Below this a text is for graduates, whatever the language's own formula."""
MOST_WORDS_A_SENTENCE = 18.0
"""For languages without a formula."""
SLOWEST, FASTEST = 110.0, 190.0
"""Words a minute, within sentences, at which an explanation can be followed."""
_CHARACTERS_A_WORD = {"zh": CHARACTERS_A_WORD, "ja": CHARACTERS_A_WORD}
"""Where every character counts as a word, so many of them say what a word says."""
_VOWELS = re.compile(r"[aeiouyà-öø-ÿœæа-яё]+", re.IGNORECASE)
_CYRILLIC_VOWELS = re.compile(r"[аеёиоуыэюяєії]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Formula:
    """Reading ease = base − a · words a sentence − b · syllables a word."""

    base: float
    a_sentence: float
    a_syllable: float


_FORMULAS = {
    "en": _Formula(206.835, 1.015, 84.6),
    "de": _Formula(180.0, 1.0, 58.5),
    "fr": _Formula(207.0, 1.015, 73.6),
    "es": _Formula(206.84, 1.02, 60.0),
    "it": _Formula(217.0, 1.3, 60.0),
    "pt": _Formula(248.835, 1.015, 84.6),
    "nl": _Formula(206.84, 0.93, 77.0),
    "ru": _Formula(206.835, 1.3, 60.1),
}
"""Source: Flesch 1948 (English), Amstad 1978 (German), Kandel and Moles 1958 (French), Fernández Huerta 1959
(Spanish), Franchina and Vacca 1972 (Italian), Martins et al. 1996 (Portuguese), Douma 1960 (Dutch), Oborneva 2006
(Russian)."""


def check(sentences: Sequence[SpokenSentence], language: str) -> list[Finding]:
    """Return reading ease and speaking rate; nothing where nothing is spoken."""
    if not sentences:
        return []
    return [_ease(sentences, language), _rate(sentences, language)]


def _ease(sentences: Sequence[SpokenSentence], language: str) -> Finding:
    spoken = [words(sentence.text) for sentence in sentences]
    total = max(1, sum(map(len, spoken)))
    share = _CHARACTERS_A_WORD.get(language, 1.0)
    mean, longest = total / len(sentences) / share, round(max(map(len, spoken)) / share)
    detail = f"{mean:.1f} words a sentence, the longest has {longest}"
    formula = _FORMULAS.get(language)
    if formula is None:
        passed = mean <= MOST_WORDS_A_SENTENCE
        bar = f"≤ {MOST_WORDS_A_SENTENCE:.0f} words a sentence"
        why = f"{detail}; no formula is known for language {language!r}."
        return Finding("reading ease", passed, f"{mean:.1f} words", bar, why, gating=False, measure=mean)
    syllables = sum(count_syllables(word, language) for line in spoken for word in line)
    ease = formula.base - formula.a_sentence * mean - formula.a_syllable * syllables / total
    why = f"{detail}; 60 is plain, 30 is hard."
    return Finding(
        "reading ease", ease >= LEAST_EASE, f"{ease:.0f}", f"≥ {LEAST_EASE:.0f}", why, gating=False, measure=ease
    )


def _rate(sentences: Sequence[SpokenSentence], language: str) -> Finding:
    spoken = sum(len(words(sentence.text)) for sentence in sentences) / _CHARACTERS_A_WORD.get(language, 1.0)
    duration = sum(sentence.end_s - sentence.start_s for sentence in sentences)
    rate = 60 * spoken / duration if duration > 0 else 0.0
    return Finding(
        "speaking rate",
        SLOWEST <= rate <= FASTEST,
        f"{rate:.0f} words a minute",
        f"{SLOWEST:.0f} to {FASTEST:.0f}",
        "Within sentences; 140 to 180 is usual.",
        gating=False,
        measure=rate,
    )


def count_syllables(word: str, language: str = "en") -> int:
    """Return about how many syllables a word has: its groups of vowels, in English without a silent final e."""
    if language in ("ru", "uk"):
        return max(1, len(_CYRILLIC_VOWELS.findall(word)))
    groups = len(_VOWELS.findall(word))
    silent = language == "en" and word.lower().endswith("e") and not word.lower().endswith(("le", "ee")) and groups > 1
    return max(1, groups - silent)
