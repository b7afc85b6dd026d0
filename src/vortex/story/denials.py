"""Which words of a sentence deny something: a claim must not lose its "not" on the way from its quote."""

from vortex.story.languages.table import LANGUAGES
from vortex.story.words import bare


def denying_words(text: str, language: str = "en") -> list[str]:
    """Return the words of ``text`` that deny something, bare and in order.

    Args:
        text: any text.
        language: ISO 639-1 code; of a language without a table nothing is known, and nothing is returned.
    """
    if language not in LANGUAGES:
        return []
    known = LANGUAGES[language].negations
    plain = [bare(word).replace("’", "'") for word in text.split()]
    return [word for word in plain if word in known or word.endswith("n't") or _elided(word) in known]


def _elided(word: str) -> str:
    """Return the shortened word that ``word`` begins with, such as "n'" of "n'est"; "" for none."""
    head, apostrophe, rest = word.partition("'")
    return head + apostrophe if rest else ""
