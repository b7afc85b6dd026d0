"""What can be checked of a sentence that is told in another language than its quote.

Numbers, names and denials survive a translation and are compared. The other words do not, so that a sentence says the
same as its quote in them is not checked, and its claim says so. What cannot be decided here fails: a sentence that is
still in the source's language, a name that was translated.
"""

import re

from vortex.core.claim import Check
from vortex.core.spelled import spelled_numbers
from vortex.core.stopwords import STOPWORDS
from vortex.core.text import content_words, digits, numbers, words
from vortex.story.denials import denying_words
from vortex.story.languages.table import LANGUAGES
from vortex.story.words import bare

_CAPITAL_NOUNS = frozenset({"de"})
_OFTEN_NO_DENIAL = frozenset({"noch", "personne"})
"""Words that deny only beside another word that does."""
_SAME_WORDS = 0.5
_SMALL_SHARE = 0.15
"""Share of small words of a language from which a text is in it, where the other language has no list of its own."""


def across(text: str, quote: str, language: str, source_language: str) -> tuple[Check, ...]:
    """Return the checks that ``text`` in ``language`` says no other numbers, names and denials than ``quote``.

    Args:
        text: what is spoken.
        quote: the source's words, in ``source_language``.
        language: ISO 639-1 code that ``text`` should be in.
        source_language: another ISO 639-1 code.
    """
    return (
        _check_language(text, quote, language, source_language),
        _check_numbers(text, quote, language, source_language),
        _check_names(text, quote, language),
        Check("overlap", True, f"the sentence is in {language!r}, its quote in {source_language!r}", applied=False),
        _check_polarity(text, quote, language, source_language),
    )


def _check_language(text: str, quote: str, language: str, source_language: str) -> Check:
    here, there = _small_share(text, language), _small_share(text, source_language)
    said = content_words(text, source_language)
    same = sum(stem in set(content_words(quote, source_language)) for stem in said) / max(len(said), 1)
    if language in STOPWORDS:
        passed = here > there or (here == there and same < _SAME_WORDS)
    else:
        passed = source_language in STOPWORDS and there < _SMALL_SHARE and same < _SAME_WORDS
    shares = f"small words of {language!r} {here:.0%}, of {source_language!r} {there:.0%}"
    return Check("language", passed, f"{shares}; {same:.0%} of its words are the quote's")


def _small_share(text: str, language: str) -> float:
    found = [word.lower() for word in words(text)]
    return sum(word in STOPWORDS.get(language, ()) for word in found) / max(len(found), 1)


def _check_numbers(text: str, quote: str, language: str, source_language: str) -> Check:
    """Compare numbers as either language writes them, and letter for letter, as a version keeps its points."""
    held = set(numbers(quote)) | digits(quote, source_language) | spelled_numbers(quote, source_language)
    spelled = spelled_numbers(text, language)
    strange = min(
        (reading - held for reading in (spelled.union(numbers(text)), spelled | digits(text, language))), key=len
    )
    return Check("numbers", not strange, f"not in the quote: {', '.join(sorted(strange)) or 'none'}")


def _check_names(text: str, quote: str, language: str) -> Check:
    """Check words that are surely names; of a language that writes all nouns with a capital, those with one inside."""
    held = {_name(part) for word in quote.split() for part in (word, *re.split(r"[-/]", word))}
    nouns = language in _CAPITAL_NOUNS
    spoken = text.split()
    strange = [
        word
        for place, word in enumerate(spoken)
        if (_is_surely_name(word) or (not nouns and _is_capital(spoken, place)))
        and not {_name(part) for part in (word, *re.split(r"[-/]|(?<=['’])", word))} & held
    ]
    limit = f"; in {language!r} only words with a capital or a figure inside were looked at" if nouns else ""
    return Check("names", not strange, f"not in the quote: {', '.join(strange) or 'none'}{limit}")


def _is_surely_name(word: str) -> bool:
    """Tell whether a word holds a capital inside, or begins with a letter and holds a figure: "SQLite", "H264"."""
    plain = word.strip(".,;:!?\"'“”„‘’«»()")
    return any(map(str.isupper, plain[1:])) or (plain[:1].isalpha() and any(map(str.isdigit, plain)))


def _is_capital(spoken: list[str], place: int) -> bool:
    first = spoken[place].lstrip("\"'“„‘«(")[:1]
    return first.isupper() and place > 0 and not spoken[place - 1].endswith((".", "!", "?", ":"))


def _name(word: str) -> str:
    return re.sub(r"['’]s$", "", bare(word))


def _check_polarity(text: str, quote: str, language: str, source_language: str) -> Check:
    if not {language, source_language} <= LANGUAGES.keys():
        return Check("polarity", True, "the denials of one of the languages are not known", applied=False)
    said, held = _denies(text, language), _denies(quote, source_language)
    return Check("polarity", said == held, f"the sentence {_tell(said)}, the quote {_tell(held)}")


def _denies(text: str, language: str) -> bool:
    return any(word not in _OFTEN_NO_DENIAL for word in denying_words(text, language))


def _tell(denies: bool) -> str:
    return "denies" if denies else "does not deny"
