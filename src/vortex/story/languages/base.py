"""The form that every language fills in: phrases, labels, words that deny, and readings.

Each language is one file of data; what has no rule in a table (the numbers of Russian, the centuries of French) is a
function of that file. A language without a file is told with its titles alone, and its voice reads by its own rules.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Gender = Literal["m", "f", "n"]
Case = Literal["nom", "gen", "prep"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """Templates of one language; ``{t}`` is a title, ``{s}`` a source."""

    question: str
    gerund: str = ""
    single: str = ""
    statute: str = ""
    """For subjects that English can ask after in another way; "" takes ``question``."""
    promise: str
    span: str
    links: tuple[str, ...]
    """First, then any number in turn, then last."""
    first_part: str
    next_part: str
    """For titles that cannot follow a preposition, such as "How it works"."""
    steps: tuple[str, str, str]
    """The first of several steps, one in between, the last."""
    recap: str
    recap_title: str
    closing: str
    closing_whole: str
    conjunction: str
    serial_comma: bool = False
    """Whether a comma stands before the conjunction of three or more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What stands on cards and chips beside the words of the source; ``{n}`` is a number, ``{x}`` a text."""

    sources: str
    definition: str
    chapter: str
    page: str
    pages: str
    more: str
    """After the first of a list that goes on, such as "and 3 more"."""
    still: str
    """What a picture is called that a model made."""
    clip: str
    script: str
    """Who wrote the script."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a language says what is written in figures and signs."""

    cardinal: Callable[[int, Gender, Case], str]
    """A whole number from 0 up to 10^12."""
    ordinal: Callable[[int, Gender, Case], str]
    year: Callable[[int], str] | None = None
    """A year from 1100 to 1999 where it is not read as other numbers are."""
    decimal: Callable[[int, str], str]
    """A number from its whole part and the figures after its sign."""
    version_point: str
    minus: str
    to: str
    """Between the ends of a range."""
    times: str
    """Between the parts of 16:9."""
    units: Mapping[str, tuple[str, ...]]
    """Unit → its forms: one and many; in Russian one, few and many."""
    plural: Callable[[int], int] = lambda value: int(value != 1)
    """Which form of a unit a whole number takes."""
    fraction_form: int = 1
    """Which form of a unit a decimal takes."""
    feminine: frozenset[str] = frozenset()
    """Units that are feminine."""
    neuter: frozenset[str] = frozenset()
    symbols: Mapping[str, str]
    abbreviations: Mapping[str, str]
    read_capitals: frozenset[str] = frozenset()
    """Acronyms that are read as words though they are short."""
    ordinal_sign: re.Pattern[str] | None = None
    """``number`` and an ending, such as "3º" or "1er"."""
    day_is_ordinal: bool = False
    """Whether "14 July" is read with an ordinal wherever a month follows."""
    months: frozenset[str] = frozenset()
    centuries: frozenset[str] = frozenset()
    """Words beside which a Roman numeral is a number."""
    roman_is_ordinal: bool = False
    """Whether these are ordinals; else it depends on an ending of their own."""
    before_genitive: frozenset[str] = frozenset()
    """Prepositions after which a number stands in the genitive."""
    gender_of: Callable[[str, int], Gender] = lambda noun, count: "m"
    """The gender of the noun after a number, as far as its ending shows it; "n" to count without a noun."""
    regnal: Callable[[int], str]
    """The number after a name, such as that of a king."""
    fractions: Mapping[int, tuple[str, str]]
    """Denominator → the whole of "one third", and what follows a greater numerator."""
    year_words: Mapping[str, Case] = field(default_factory=dict)
    """Nouns after which a number is a year in their case: an ordinal."""
    year_sign: Mapping[str, str] = field(default_factory=dict)
    """Word before a year → how the sign for "year" after it is said; "" for all others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """All of one language."""

    phrases: Phrases
    labels: Labels
    in_order: re.Pattern[str]
    """What announces a list whose items follow each other."""
    negations: frozenset[str]
    """Words that deny; one that ends in an apostrophe is the beginning of a word, such as "n'"."""
    reading: Reading | None = None
    """None leaves figures to rules elsewhere, or to the voice."""
    definition: re.Pattern[str] | None = None
    """A sentence up to the verb of its definition, with its ``term``; None where another file knows."""
    articles: frozenset[str] = frozenset()
    frame_words: frozenset[str] = field(default_factory=frozenset)


def table(text: str) -> dict[str, str]:
    """Return a table from lines of ``written = said``."""
    rows = (line.split(" = ", 1) for line in text.strip().splitlines())
    return {row[0].strip(): row[1].strip() for row in rows}


def forms(text: str) -> dict[str, tuple[str, ...]]:
    """Return a table of units from lines of ``written = one, many``."""
    return {unit: tuple(form.strip() for form in said.split(",")) for unit, said in table(text).items()}


def words(text: str) -> frozenset[str]:
    """Return the words of ``text``, split at white space."""
    return frozenset(text.split())


def listed(text: str) -> tuple[str, ...]:
    """Return the words of ``text`` in order, split at white space."""
    return tuple(text.split())


def as_number(whole: str, point: str, figures: str, cardinal: Callable[[int], str], zero: str) -> str:
    """Return a decimal whose figures are read as one number, each leading nought by itself: "3 comma 14"."""
    noughts = len(figures) - len(figures.lstrip("0"))
    rest = cardinal(int(figures[noughts:])) if figures[noughts:] else ""
    return " ".join([whole, point, *([zero] * noughts), *([rest] if rest else [])])
