"""English numbers in words, so that "twenty-five" in a sentence and "25" in its source are one number."""

import re
from collections.abc import Iterator

_ONES = re.split(
    r"\s+",
    """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen""",
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_VALUES = {word: value for value, word in enumerate(_ONES)} | {word: 10 * n for n, word in enumerate(_TENS, start=2)}
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
_TOKEN = re.compile(r"[a-z]+|[^\sa-z-]")


def spelled_numbers(text: str) -> set[str]:
    """Return the numbers that ``text`` spells out, in digits; a lone "one" is taken for a pronoun."""
    return {str(_value(group)) for group in _groups(text) if group != ["one"]}


def _groups(text: str) -> Iterator[list[str]]:
    """Yield the words of each number, without "and"."""
    group: list[str] = []
    for word in _TOKEN.findall(text.lower()):
        if word == "and" and group:
            continue
        if group and not _joins(word, group[-1]):
            yield group
            group = []
        if group or word in _VALUES or word == "hundred" or word in _SCALES:
            group.append(word)
    if group:
        yield group


def _joins(word: str, last: str) -> bool:
    """Return whether ``word`` goes on with a number whose last word is ``last``."""
    if word == "hundred" or word in _SCALES:
        return True
    if word not in _VALUES:
        return False
    return last == "hundred" or last in _SCALES or (last in _TENS and 0 < _VALUES[word] < 10)


def _value(group: list[str]) -> int:
    whole, part = 0, 0
    for word in group:
        if word in _SCALES:
            whole, part = whole + (part or 1) * _SCALES[word], 0
        elif word == "hundred":
            part = (part or 1) * 100
        else:
            part += _VALUES[word]
    return whole + part
