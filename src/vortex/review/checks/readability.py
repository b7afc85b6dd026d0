"""How easy the film is to follow, as figures for its maker: reported, never a reason to refuse a film."""

import re
from collections import Counter
from collections.abc import Sequence

from vortex.core.text import content_words, words
from vortex.review.film import SpokenSentence
from vortex.review.verdict import Finding

_VOWELS = re.compile(r"[aeiouyà-öø-ÿа-яё]+", re.IGNORECASE)


def check(sentences: Sequence[SpokenSentence], language: str) -> list[Finding]:
    """Return reading ease, sentence length, speaking rate and repetition; nothing where nothing is spoken."""
    if not sentences:
        return []
    return [_ease(sentences, language), _rate(sentences), _repetition(sentences, language)]


def _ease(sentences: Sequence[SpokenSentence], language: str) -> Finding:
    spoken = [words(sentence.text) for sentence in sentences]
    total = max(1, sum(map(len, spoken)))
    syllables = sum(count_syllables(word) for line in spoken for word in line)
    ease = 206.835 - 1.015 * total / len(sentences) - 84.6 * syllables / total
    longest = max(map(len, spoken))
    return _report(
        "reading ease",
        f"{ease:.0f}",
        f"{total / len(sentences):.1f} words a sentence, the longest has {longest}; 60 is plain English, 30 is hard."
        + ("" if language == "en" else " The formula is made for English."),
        ease,
    )


def _rate(sentences: Sequence[SpokenSentence]) -> Finding:
    spoken = sum(len(words(sentence.text)) for sentence in sentences)
    duration = sum(sentence.end_s - sentence.start_s for sentence in sentences)
    rate = 60 * spoken / duration if duration > 0 else 0.0
    return _report("speaking rate", f"{rate:.0f} words a minute", "Within sentences; 140 to 180 is usual.", rate)


def _repetition(sentences: Sequence[SpokenSentence], language: str) -> Finding:
    runs: Counter[tuple[str, ...]] = Counter()
    for sentence in sentences:
        stems = content_words(sentence.text, language)
        runs.update({tuple(stems[place : place + 4]) for place in range(len(stems) - 3)})
    again = [" ".join(run) for run, times in runs.most_common() if times > 1]
    share = len(again) / max(1, len(runs))
    detail = f"Runs of four content words that come again; the first: {again[0]!r}." if again else ""
    return _report("repetition", f"{share:.0%}", detail, share)


def count_syllables(word: str) -> int:
    """Return about how many syllables an English word has: its groups of vowels, without a silent final e."""
    groups = len(_VOWELS.findall(word))
    silent = word.lower().endswith("e") and not word.lower().endswith(("le", "ee")) and groups > 1
    return max(1, groups - silent)


def _report(name: str, value: str, detail: str, measure: float) -> Finding:
    """Source: Flesch, "A new readability yardstick", Journal of Applied Psychology 32 (1948), for reading ease."""
    return Finding(name, True, value, "", detail, gating=False, measure=measure)
