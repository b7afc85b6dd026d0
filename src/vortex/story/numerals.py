"""English number words: cardinals, ordinals, years and what stands before a unit."""

import re

_SMALL: list[str] = re.findall(
    r"\w+",
    """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen""",
)
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred"))
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip
LARGEST = 10**15


def cardinal(value: int) -> str:
    """Return a whole number in words, such as ``one thousand forty-eight``; digits where it is beyond 10^15."""
    if value < 0:
        return f"minus {cardinal(-value)}"
    if value >= LARGEST:
        return " ".join(_SMALL[int(digit)] for digit in str(value))
    if value < 20:
        return _SMALL[value]
    if value < 100:
        return _TENS[value // 10] + (f"-{_SMALL[value % 10]}" if value % 10 else "")
    size, name = next((size, name) for size, name in _SCALES if value >= size)
    rest = value % size
    return f"{cardinal(value // size)} {name}" + (f" {cardinal(rest)}" if rest else "")


def ordinal(value: int) -> str:
    """Return an ordinal in words, such as ``twenty-first``."""
    head, dash, last = cardinal(value).rpartition("-")
    if not dash:
        head, dash, last = last.rpartition(" ")
    if last in _ORDINALS:
        return f"{head}{dash}{_ORDINALS[last]}"
    return f"{head}{dash}{last[:-1]}ieth" if last.endswith("y") else f"{head}{dash}{last}th"


def year(value: int) -> str:
    """Return a year from 1000 to 2999 as it is read, such as ``eighteen oh eight`` or ``two thousand ten``."""
    century, rest = divmod(value, 100)
    if century % 10 == 0:
        return cardinal(value)
    if rest == 0:
        return f"{cardinal(century)} hundred"
    return f"{cardinal(century)} {'oh ' if rest < 10 else ''}{cardinal(rest)}"


def number(written: str) -> str:
    """Return a number in digits, with its commas and its decimal point, in words; decimals digit by digit.

    A text with several points is a version: ``3.11.2`` is "three point eleven point two".
    """
    plain = written.replace(",", "").replace("−", "-")
    sign = "minus " if plain.startswith("-") else ""
    parts = plain.lstrip("-+").split(".")
    if len(parts) == 2:
        return f"{sign}{cardinal(int(parts[0] or 0))} point {' '.join(_SMALL[int(digit)] for digit in parts[1])}"
    return sign + " point ".join(cardinal(int(part)) for part in parts)
