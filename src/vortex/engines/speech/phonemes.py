"""Phonemes for voices that do not read letters, from the process of the embedded voice, each bound to its word.

The library reads the sentence as a whole, so that words change each other as they do in speech, and says at which
character of the text each word's phonemes begin. Symbols are those that the voice Kokoro was trained with.

Source: the vocabulary that is published with Kokoro's weights; the International Phonetic Alphabet.
"""

import sys
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vortex.engines.speech.worker_process import WorkerProcess

_WORKER = Path(__file__).with_name("espeak_worker.py")
_MARKS = ';:,.!?—…"()“”'
_CLOSING = ";:,.!?—…"
_STRESSED = "ˈˌ"

# One letter of the vocabulary stands for a diphthong or an affricate.
_JOINED = {"aɪ": "I", "aʊ": "W", "dʒ": "ʤ", "eɪ": "A", "oʊ": "O", "tʃ": "ʧ", "ɔɪ": "Y", "əʊ": "Q"}
_ENGLISH = _JOINED | {
    "e": "A", "əl": "ᵊl", "n̩": "ᵊn", "ɚ": "əɹ", "r": "ɹ", "x": "k", "ç": "k", "ɐ": "ə", "ɬ": "l", "ɾ": "T", "ʔ": "t",
}  # fmt: skip
_AMERICAN = _ENGLISH | {"ɜːɹ": "ɜɹ", "ɜː": "ɜɹ", "ɪə": "iə", "ː": ""}
_BRITISH = _ENGLISH | {"eə": "ɛː", "iə": "ɪə"}
_OTHER = _JOINED | {"dz": "ʣ", "ss": "S", "ts": "ʦ", "-": ""}
_SPELLINGS: Mapping[str, Mapping[str, str]] = {"en-us": _AMERICAN, "en-gb": _BRITISH}
READERS: Mapping[str, str] = {
    "en-us": "gmw/en-US", "en-gb": "gmw/en", "es": "roa/es", "fr": "roa/fr", "hi": "inc/hi", "it": "roa/it",
    "pt-br": "roa/pt-BR",
}  # fmt: skip
"""How letters are read → the library's name of the voice that reads so."""


@dataclass(frozen=True, slots=True)
class WordStart:
    """The word at character ``at`` of the text begins with symbol ``symbol``."""

    at: int
    symbol: int


@dataclass(frozen=True, slots=True)
class Phonemes:
    """A sentence as symbols of the vocabulary, with blanks and punctuation."""

    symbols: str
    words: tuple[WordStart, ...]
    """In order; words that are spoken as one ("of the") have one entry, a word that is several has several."""


@dataclass(slots=True)
class _Reading:
    words: Sequence[str]
    spelling: Mapping[str, str]
    vocabulary: str
    symbols: str = ""
    word: int = -1
    paused: bool = False

    def begin(self, word: int) -> None:
        """Close what was read with its punctuation and a blank."""
        if self.paused:
            self.symbols += self._marks(max(0, self.word), max(word, self.word + 1))
        if self.symbols and not self.symbols.endswith(" "):
            self.symbols += " " * (" " in self.vocabulary)
        self.word, self.paused = max(word, self.word), False

    def add(self, ipa: str) -> None:
        """Spell one phoneme; the library reports a pause as one without a name."""
        stress = ipa[: len(ipa) - len(ipa.lstrip(_STRESSED))]
        told = ipa.lstrip(_STRESSED)
        for old in sorted(self.spelling, key=len, reverse=True):
            if old in told:
                told = told.replace(old, self.spelling[old])
        if told.startswith("ɹ") and self.symbols.endswith("əɹ"):
            told = told[1:]
        self.symbols += "".join(symbol for symbol in stress + told if symbol in self.vocabulary)
        self.paused = self.paused or not ipa

    def _marks(self, first: int, last: int) -> str:
        """Return the last mark that closes a clause among the ends of these words; the library paused there."""
        closing = [_marks_after(word) for word in self.words[first:last]]
        found = "".join(closing)[-1:]
        return found if found in self.vocabulary else ""

    def finished(self) -> str:
        """Return all symbols, closed by the last mark of the text."""
        said = self.symbols.rstrip(" ")
        return said + self._marks(max(0, self.word), len(self.words)) if said else ""


class PhonemeReader:
    """Asks a process of espeak-ng for phonemes; it starts with the first question."""

    def __init__(self, *, timeout_s: float = 60.0) -> None:
        """Bound one question by ``timeout_s``."""
        self._worker = WorkerProcess((sys.executable, "-P", str(_WORKER)), timeout_s=timeout_s)

    def read(self, words: Sequence[str], reads: str, vocabulary: str) -> Phonemes:
        """Return how ``words`` are said.

        Args:
            words: joined by single blanks they are the text; no control characters.
            reads: a key of ``READERS``, such as ``en-us``; also decides how phonemes are spelled.
            vocabulary: the symbols that may be used; what is said in others is left out, as it was in training.

        Raises:
            EngineError: the library has no such voice, or its process died twice.
        """
        answer = self._worker.ask({"do": "phonemes", "text": " ".join(words), "voice": READERS[reads]})
        return joined(words, answer.head["events"], _SPELLINGS.get(reads, _OTHER), vocabulary)

    def close(self) -> None:
        """End the process; calling it twice is harmless."""
        self._worker.close()


def joined(
    words: Sequence[str], events: Sequence[Mapping[str, Any]], spelling: Mapping[str, str], vocabulary: str
) -> Phonemes:
    """Return the symbols of what the library reported of ``words``."""
    reading = _Reading(words, spelling, vocabulary)
    starts: list[WordStart] = []
    edges = [0]
    for word in words:
        edges.append(edges[-1] + len(word) + 1)
    for event in events:
        if event["kind"] == "word":
            reading.begin(_holding(edges, event["at"]))
            starts.append(WordStart(event["at"], len(reading.symbols)))
        elif event["kind"] == "phoneme":
            reading.add(event["ipa"])
        else:
            reading.paused = True
    symbols = reading.finished()
    return Phonemes(symbols, tuple(start for start in starts if start.symbol < len(symbols)))


def pieces(symbols: str, most: int) -> list[slice]:
    """Divide symbols into pieces of at most ``most``: after a clause if there is one, else between words.

    A single word that is longer is cut where it must be.
    """
    found: list[slice] = []
    start = 0
    while len(symbols) - start > most:
        window = symbols[start : start + most]
        clause = max(window.rfind(f"{mark} ") for mark in _CLOSING) + 2
        cut = clause if clause > most // 3 else window.rfind(" ") + 1
        cut = cut or most
        found.append(slice(start, start + cut))
        start += cut
    return [*found, slice(start, len(symbols))]


def _holding(edges: Sequence[int], at: int) -> int:
    """Return the word in which a character stands."""
    return min(len(edges) - 2, max(0, bisect_right(edges, at) - 1))


def _marks_after(word: str) -> str:
    bare = word.rstrip(_MARKS)
    return "".join(mark for mark in word[len(bare) :].replace("–", "—") if mark in _CLOSING)
