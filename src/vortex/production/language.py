"""The one language of a film: settled before any work, so that no voice reads what it cannot speak."""

from collections.abc import Sequence
from pathlib import Path

from vortex.core.document import Document
from vortex.core.errors import ConfigError, SourceError
from vortex.engines.speech.base import SpeechEngine


def film_language(asked: str, documents: Sequence[Document], voice: SpeechEngine, translates: bool = False) -> str:
    """Return the language that a film of ``documents`` is told in.

    Args:
        asked: ISO 639-1 code that the brief names; "" takes the documents' own.
        documents: what was read.
        voice: who will speak.
        translates: whether the writer can tell in another language.

    Raises:
        ConfigError: a language was asked for that the documents are not in, of a writer that does not translate.
        SourceError: the documents are in several languages, in one that cannot be told, or in one that the voice does
            not speak.
    """
    names = ", ".join(Path(document.path).name for document in documents)
    found = {document.language: Path(document.path).name for document in documents if document.language}
    if len(found) > 1:
        each = " and ".join(f"{name} in {language!r}" for language, name in found.items())
        raise SourceError(f"a film is told in one language, and the sources are in several: {each}; make one film each")
    language = asked or next(iter(found), "")
    if found and language not in found and not translates:
        raise ConfigError(
            f"language = {asked!r}: {names} is in {next(iter(found))!r}, and a film is told in its source's own words; "
            "leave the language out, or let a language model write: --set film.writer=llm"
        )
    if not language:
        raise SourceError(f"{names}: its language cannot be told; name it, such as --language tr")
    _require_voice(voice, language, names)
    return language


def _require_voice(voice: SpeechEngine, language: str, names: str) -> None:
    spoken = voice.languages()
    if language not in spoken:
        raise SourceError(
            f"{names} is in {language!r}, which the voice {voice.name!r} does not speak; give a source in one of "
            f"{', '.join(spoken)}, or name another voice: --set voice.engine=NAME (see: vortex engines list)"
        )
