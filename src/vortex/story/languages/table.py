"""The languages that films are told in with phrases and readings of their own, by ISO 639-1 code."""

from collections.abc import Mapping
from types import MappingProxyType

from vortex.story.languages.base import Labels, Language
from vortex.story.languages.de import GERMAN
from vortex.story.languages.en import ENGLISH
from vortex.story.languages.es import SPANISH
from vortex.story.languages.fr import FRENCH
from vortex.story.languages.it import ITALIAN
from vortex.story.languages.pt import PORTUGUESE
from vortex.story.languages.ru import RUSSIAN

LANGUAGES: Mapping[str, Language] = MappingProxyType(
    {
        "de": GERMAN,
        "en": ENGLISH,
        "es": SPANISH,
        "fr": FRENCH,
        "it": ITALIAN,
        "pt": PORTUGUESE,
        "ru": RUSSIAN,
    }
)
_WORDLESS = Labels(
    sources="§",
    definition="",
    chapter="{n}",
    page="p. {x}",
    pages="pp. {x}",
    more=" … +{n}",
    still="AI",
    clip="AI",
    script="{x}",
)


def labels(language: str) -> Labels:
    """Return the labels of a language; figures and signs alone where it has none."""
    return LANGUAGES[language].labels if language in LANGUAGES else _WORDLESS
