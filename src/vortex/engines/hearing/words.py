"""From the timed tokens of a recogniser to words, and how far heard words are from spoken ones."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from vortex.engines.hearing.base import HeardWord

UNSPACED = frozenset({"zh", "ja", "th", "lo", "my", "yue", "km"})
"""Languages that are written without blanks; every character is a word of its own there."""
_BROKEN = "\ufffd"


@dataclass(frozen=True, slots=True)
class TimedToken:
    """A token and when it is spoken, in seconds."""

    token: int
    start_s: float
    end_s: float

    def later(self, seconds: float) -> Self:
        """Return the token moved by ``seconds``."""
        return replace(self, start_s=self.start_s + seconds, end_s=self.end_s + seconds)


def words_of(
    tokens: Iterable[TimedToken], decode: Callable[[list[int]], str], language: str, duration_s: float
) -> tuple[HeardWord, ...]:
    """Join tokens to words: at blanks, or in an unspaced language at characters; punctuation goes with its word.

    Args:
        tokens: in order.
        decode: returns the text of tokens; of a character that is not complete, a replacement character.
        language: ISO 639-1 code.
        duration_s: of the sound; times are held within it.

    Returns:
        Words without blanks, times never decreasing.
    """
    words: list[HeardWord] = []
    latest_s, begins = 0.0, True
    for text, start_s, end_s in _characters(tokens, decode):
        start_s = min(max(start_s, latest_s), duration_s)
        end_s = min(max(end_s, start_s), duration_s)
        latest_s = end_s
        begins = begins or text[:1].isspace() or language in UNSPACED
        joins = not any(map(_is_spoken, text))
        if words and text.strip() and (joins or not begins):
            words[-1] = HeardWord(words[-1].text + text.strip(), words[-1].start_s, end_s)
        elif text.strip():
            words.append(HeardWord(text.strip(), start_s, end_s))
        begins = text[-1:].isspace() if text else begins
    return tuple(words)


def word_error_rate(spoken: Sequence[str] | str, heard: Sequence[str] | str) -> float:
    """Return how many words were left out, put in or exchanged, for each word that was spoken; may exceed 1.

    Capitals, punctuation and accents of compatibility are no error: ``“Don’t!”`` is ``don't``.

    Raises:
        ValueError: nothing was spoken.

    Source: Levenshtein, "Binary codes capable of correcting deletions, insertions, and reversals", 1966.
    """
    said, got = (_plain(each.split() if isinstance(each, str) else each) for each in (spoken, heard))
    if not said:
        raise ValueError("the spoken text holds no word, so that no rate can be told")
    known = {word: number for number, word in enumerate(dict.fromkeys([*said, *got]))}
    other = np.array([known[word] for word in got], dtype=np.int64)
    steps = np.arange(len(other) + 1)
    row = steps.copy()
    for place, word in enumerate(said, 1):
        fresh = np.minimum(row[1:] + 1, row[:-1] + (other != known[word]))
        # An insertion costs one a step, so the best way along the row is a running minimum of what is left of that.
        row = np.minimum.accumulate(np.concatenate(([place], fresh)) - steps) + steps
    return float(row[-1]) / len(said)


def _characters(tokens: Iterable[TimedToken], decode: Callable[[list[int]], str]) -> Iterator[tuple[str, float, float]]:
    """Yield the texts of tokens with their times; the tokens of one character come together."""
    waiting: list[TimedToken] = []
    for token in tokens:
        waiting.append(token)
        text = decode([each.token for each in waiting])
        # Four bytes make the longest character; what is still broken then stays so.
        if _BROKEN not in text or len(waiting) > 4:
            yield text, waiting[0].start_s, waiting[-1].end_s
            waiting = []
    if waiting:
        yield decode([each.token for each in waiting]), waiting[0].start_s, waiting[-1].end_s


def _is_spoken(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNM" or character in "%&@$€£+="


def _plain(words: Iterable[str]) -> list[str]:
    texts = (unicodedata.normalize("NFKC", word).casefold().replace("’", "'") for word in words)
    kept = ("".join(each for each in text if _is_spoken(each) or each == "'").strip("'") for text in texts)
    return [word for word in kept if word]
