"""Which language a text is written in: by its script, and among European languages by its small words."""

import re
import unicodedata
from collections import Counter

from vortex.core.stopwords import STOPWORDS
from vortex.core.text import words

_SCRIPTS = {
    "HANGUL": "ko",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "CJK": "zh",
    "ARABIC": "ar",
    "HEBREW": "he",
    "GREEK": "el",
    "THAI": "th",
    "DEVANAGARI": "hi",
    "BENGALI": "bn",
    "TAMIL": "ta",
    "ARMENIAN": "hy",
    "GEORGIAN": "ka",
    "ETHIOPIC": "am",
    "GUJARATI": "gu",
    "GURMUKHI": "pa",
    "KANNADA": "kn",
    "KHMER": "km",
    "LAO": "lo",
    "MALAYALAM": "ml",
    "MONGOLIAN": "mn",
    "MYANMAR": "my",
    "ORIYA": "or",
    "SINHALA": "si",
    "TELUGU": "te",
    "THAANA": "dv",
    "TIBETAN": "bo",
}
_MIN_SHARE = 0.12
"""Share of a text's words that must be small words of a language before it is called by that name."""


def detect_language(text: str) -> str:
    """Return the ISO 639-1 code of the main language of ``text``; "" when it cannot be told."""
    sample = text[:40000]
    letters = Counter(
        unicodedata.name(char, "").split(" ")[0].split("-")[0] for char in sample[:8000] if char.isalpha()
    )
    total = sum(letters.values())
    if not total:
        return ""
    if letters["HIRAGANA"] + letters["KATAKANA"] > 0.05 * total:
        return "ja"
    script, count = letters.most_common(1)[0]
    if script in _SCRIPTS and count > 0.3 * total:
        return _SCRIPTS[script]
    return _by_small_words(sample, cyrillic=script == "CYRILLIC")


def _by_small_words(text: str, *, cyrillic: bool) -> str:
    found = [word.lower() for word in words(re.sub("['’]", " ", text))]
    shares = {
        language: sum(1 for word in found if word in small) / max(1, len(found))
        for language, small in STOPWORDS.items()
        if (language == "ru") == cyrillic
    }
    best = max(shares, key=lambda language: shares[language])
    return best if shares[best] >= _MIN_SHARE else ""
