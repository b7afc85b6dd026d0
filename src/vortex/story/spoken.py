"""How written words are said: numbers, units, acronyms, symbols, code and formulas.

The caption shows a word as it is written, the voice gets it as a person would read it aloud. Each word between white
space keeps its own reading, so that the voice's times still belong to the words of the caption. Only English is
rewritten; for other languages the voice's own rules are better than ours, and only the film's table is applied.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from vortex.core.stopwords import STOPWORDS
from vortex.core.units import roman_value
from vortex.engines.speech.base import SayWord
from vortex.story.languages.table import LANGUAGES
from vortex.story.numerals import cardinal, number, ordinal, year
from vortex.story.reading import Reader
from vortex.story.spoken_tables import (
    ABBREVIATIONS,
    CURRENCIES,
    EXTENSIONS,
    FRACTIONS,
    GREEK,
    LETTERS,
    NAMES,
    SYMBOLS,
    UNITS,
    WORDS_IN_CAPITALS,
)
from vortex.story.words import word_set

_EDGES = re.compile(r"^(?P<open>[(\[{\"“‘'«]*)(?P<core>.*?)(?P<close>[)\]}\"”’'»]*)(?P<end>[,.;:!?…]*)$", re.DOTALL)
_NUMBER = r"[-−]?\d+(?:,\d{3})*(?:\.\d+)*|[-−]?\.\d+"
_RANGE = re.compile(rf"(?P<low>{_NUMBER})\s*[–—-]\s*(?P<high>\d+(?:\.\d+)?)(?P<unit>%|[a-zA-Zµ]*)")
_WITH_UNIT = re.compile(rf"(?P<number>{_NUMBER})(?P<unit>%|°C|°F|°|[a-zA-Zµ/]+)")
_MONEY = re.compile(rf"(?P<sign>[$€£¥])(?P<number>{_NUMBER})(?P<scale>[kKMB]?)")
_ORDINAL = re.compile(r"(?P<number>\d+)(?:st|nd|rd|th)")
_FRACTION = re.compile(r"(?P<top>\d+)/(?P<bottom>\d+)")
_HYPHENED = re.compile(rf"(?P<number>{_NUMBER})-(?P<rest>[a-zA-Z][\w-]*)")
_DECADE = re.compile(r"(?P<year>\d{3}0)s")
_ADDRESS = re.compile(
    r"(?:https?://)?(?:www\.)?(?P<host>[\w-]+(?:\.[\w-]+)*\.(?:org|com|net|edu|gov|io|de|uk|eu|dev|ch|fr))(?P<path>/\S*)?"
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_FORMULA = re.compile(r"[\w.()\[\]^²³*+/=<>≤≥×·−-]*[\^²³*+=<>≤≥×·][\w.()\[\]^²³*+/=<>≤≥×·−-]*|\w{1,2}/[\w()]+")
_FORMULA_PART = re.compile(r"\^|²|³|<=|>=|<-|->|==|!=|\*\*|[*+/=<>≤≥×·()\[\]−-]|[\d.]+|[^\W\d]+|.")
_INDEXED = re.compile(r"(?P<name>[A-Za-z_][\w.]*)\[(?P<index>[^\]]*)\]")
_CALL = re.compile(r"(?P<name>[A-Za-z_][\w.]*)\((?P<inside>[^()]*)\)?")
_NUMBERED = word_set("article chapter amendment section part volume book class type act appendix")
_MONTHS = word_set("january february march april may june july august september october november december")
_BIG = word_set("thousand million billion trillion")
_BEFORE_YEARS = word_set("in since by until around from before after year of early late") | _MONTHS


CLAUSED = frozenset({"zh", "ja", "th"})
"""Languages that write no blanks between words: a clause stands for a word."""


def say_words(text: str, language: str = "en", pronunciations: Mapping[str, str] | None = None) -> tuple[SayWord, ...]:
    """Return one word to say for each word of ``text``, split at white space; in Chinese and the like, for each clause.

    Args:
        text: a sentence as it is shown.
        language: ISO 639-1 code; one without a table is left to the voice.
        pronunciations: the film's own table, written → said; it wins over every rule.
    """
    table = pronunciations or {}
    shown = text.split() if language not in CLAUSED else [part for word in text.split() for part in _clauses(word)]
    read = _read(shown, language)
    said = [_in_table(word, table) or read[place] for place, word in enumerate(shown)]
    return tuple(SayWord(word, spoken) for word, spoken in zip(shown, said, strict=True))


def _clauses(text: str) -> list[str]:
    """Return a text without blanks in clauses, each with the mark that ends it."""
    return [part for part in re.split(r"(?<=[，、；：。！？,;:])", text) if part]


def _in_table(word: str, table: Mapping[str, str]) -> str:
    """Return the film's own reading of a word; "" where it has none."""
    core, end = _inner(word)
    for written in (word, word.rstrip(",;:!?"), core):
        if written in table:
            return table[written] + (end if written == core else "")
    return ""


def _read(shown: Sequence[str], language: str) -> list[str]:
    """Return how each word is read by the rules of its language."""
    if language == "en":
        around = ["", *shown, ""]
        return [_say(word, around[place], around[place + 2]) for place, word in enumerate(shown)]
    known = LANGUAGES.get(language)
    return Reader(language, known.reading).say(shown) if known and known.reading else list(shown)


def _say(word: str, before: str, after: str) -> str:
    core, end = _inner(word)
    if spoken := _abbreviation(word, after):
        return spoken
    spoken = _core(core, before.strip("(\"“'"), after) if core else ""
    return (spoken or core) + end.replace("…", ".")


def _inner(word: str) -> tuple[str, str]:
    """Return a word without quotation marks and brackets around it, and the punctuation that ends it."""
    edges = _EDGES.match(word)
    if edges is None:
        return word, ""
    core, close = edges["core"], edges["close"]
    for left, right in (("(", ")"), ("[", "]")):
        if core.count(left) > core.count(right) and close.startswith(right):
            core, close = core + right, close[1:]
    return core, edges["end"]


def _abbreviation(word: str, after: str) -> str:
    plain = word.strip('("“”)[]')
    tail = "," if plain.endswith(",") else ""
    known = ABBREVIATIONS.get(plain.rstrip(",;:").lower())
    if known is None:
        return ""
    return known + tail + ("" if after else ".")


def _core(core: str, before: str, after: str) -> str:
    """Return the reading of a word without the punctuation around it; "" to leave it to the voice."""
    if core in SYMBOLS or core in NAMES:
        return SYMBOLS.get(core) or NAMES[core]
    if money := _MONEY.fullmatch(before):
        return f"{core} {CURRENCIES[money['sign']][1]}" if core in _BIG else ""
    if core in UNITS and re.fullmatch(_NUMBER, before) and (len(core) > 1 or core in "%gmsKVWN"):
        return UNITS[core][before != "1"]
    for name, rule in _RULES:
        match = rule.fullmatch(core)
        if match:
            spoken = name(match, before, after)
            if spoken:
                return spoken
    return _token(core, before)


def _plain_number(match: re.Match[str], before: str, after: str) -> str:
    written = match.group()
    is_year = re.fullmatch(r"1[1-9]\d\d|20\d\d", written) and before.strip(",").lower() in _BEFORE_YEARS
    is_year = is_year or (re.fullmatch(r"1[5-9]\d\d|20\d\d", written) and before[:1].isupper())
    after_day = re.fullmatch(r"1[1-9]\d\d|20\d\d", written) and re.fullmatch(r"\d{1,2},", before)
    if is_year or after_day:
        return year(int(written))
    if before.lower() in _MONTHS and written.isdigit() and 1 <= int(written) <= 31:
        return ordinal(int(written))
    return number(written)


def _ratio(match: re.Match[str], before: str, after: str) -> str:
    parts = [cardinal(int(part)) for part in match.group().split(":")]
    return " to ".join(parts) if len(parts) == 2 else " ".join(parts)


def _range(match: re.Match[str], before: str, after: str) -> str:
    unit = UNITS.get(match["unit"], ("", match["unit"]))[1]
    low, high = match["low"], match["high"]
    if before.strip(",").lower() in _BEFORE_YEARS and re.fullmatch(r"1\d{3}|20\d\d", low):
        return f"{year(int(low))} to {year(int(high)) if len(high) == 4 else number(high)}"
    return f"{number(low)} to {number(high)} {unit}".strip()


def _with_unit(match: re.Match[str], before: str, after: str) -> str:
    unit = UNITS.get(match["unit"])
    if unit is None:
        return "" if len(match["unit"]) > 1 else f"{number(match['number'])} {match['unit']}"
    return f"{number(match['number'])} {unit[match['number'] not in ('1', '-1')]}"


def _money(match: re.Match[str], before: str, after: str) -> str:
    scale = {"k": "thousand ", "K": "thousand ", "M": "million ", "B": "billion "}.get(match["scale"], "")
    next_scale = after.strip(".,;:").lower() in _BIG
    one, many = CURRENCIES[match["sign"]]
    if next_scale:
        return number(match["number"])
    return f"{number(match['number'])} {scale}{one if match['number'] == '1' else many}"


def _ordinal(match: re.Match[str], before: str, after: str) -> str:
    return ordinal(int(match["number"]))


def _fraction(match: re.Match[str], before: str, after: str) -> str:
    top, bottom = int(match["top"]), int(match["bottom"])
    if bottom in FRACTIONS and top < bottom:
        return f"{cardinal(top)} {FRACTIONS[bottom][top > 1]}"
    return f"{cardinal(top)} over {cardinal(bottom)}"


def _hyphened(match: re.Match[str], before: str, after: str) -> str:
    return f"{number(match['number'])} {_core(match['rest'], '', '') or match['rest']}"


def _decade(match: re.Match[str], before: str, after: str) -> str:
    spoken = year(int(match["year"]))
    return f"{spoken[:-1]}ies" if spoken.endswith("y") else f"{spoken}s"


def _address(match: re.Match[str], before: str, after: str) -> str:
    return match["host"].replace("-", " ").replace(".", " dot ")


def _mail(match: re.Match[str], before: str, after: str) -> str:
    return match.group().replace("@", " at ").replace(".", " dot ")


def _indexed(match: re.Match[str], before: str, after: str) -> str:
    inside = _core(match["index"], "", "") or match["index"]
    return f"{_identifier(match['name'])} sub {inside}".strip()


def _call(match: re.Match[str], before: str, after: str) -> str:
    name, inside = match["name"], match["inside"]
    if not inside:
        return _identifier(name)
    spoken = _core(inside, "", "") or inside
    return f"{NAMES.get(name) or _identifier(name)} of {spoken}"


def _formula(match: re.Match[str], before: str, after: str) -> str:
    parts = _FORMULA_PART.findall(match.group())
    spoken: list[str] = []
    for place, part in enumerate(parts):
        power = place > 0 and parts[place - 1] in ("^", "**")
        if power and part in ("2", "3"):
            spoken[-1] = "squared" if part == "2" else "cubed"
        elif part in _FORMULA_WORDS:
            spoken.append(_FORMULA_WORDS[part])
        elif re.fullmatch(r"\d+(?:\.\d+)?", part):
            spoken.append(number(part))
        else:
            spoken.append(GREEK.get(part) or re.sub(r"^(log|sin|cos|exp)(?=[A-Za-z]$)", r"\1 ", part))
    return " ".join(word for word in spoken if word)


_FORMULA_WORDS = {
    "^": "to the", "**": "to the", "²": "squared", "³": "cubed", "<=": "is at most", ">=": "is at least",
    "≤": "is at most", "≥": "is at least", "<-": "gets", "->": "to", "==": "equals", "!=": "is not", "*": "times",
    "×": "times", "·": "times", "+": "plus", "/": "over", "=": "equals", "<": "is less than",
    ">": "is greater than", "-": "minus", "−": "minus", "(": "", ")": "", "[": "sub", "]": "",
}  # fmt: skip

Rule = Callable[[re.Match[str], str, str], str]
_RULES: tuple[tuple[Rule, re.Pattern[str]], ...] = (
    (_plain_number, re.compile(_NUMBER)),
    (_ratio, re.compile(r"\d+(?::\d)+")),
    (_range, _RANGE),
    (_ordinal, _ORDINAL),
    (_decade, _DECADE),
    (_with_unit, _WITH_UNIT),
    (_money, _MONEY),
    (_fraction, _FRACTION),
    (_hyphened, _HYPHENED),
    (_address, _ADDRESS),
    (_mail, _MAIL),
    (_indexed, _INDEXED),
    (_call, _CALL),
    (_formula, _FORMULA),
)


def _token(core: str, before: str) -> str:
    """Return the reading of a name, an acronym, a unit or an identifier; "" for an ordinary word."""
    if core in GREEK:
        return GREEK[core]
    if before.strip(",").lower() in _NUMBERED and core.isupper() and (value := roman_value(core)):
        return cardinal(value)
    if re.fullmatch(r"[A-Z][A-Z\d]+s?", core):
        return _capitals(core)
    if page := re.fullmatch(r"pp?\.(\d+)", core):
        return f"page {number(page[1])}"
    if joined := re.fullmatch(r"([A-Z]{2,})-([a-z]\w*)", core):
        return f"{_capitals(joined[1])} {joined[2]}"
    if core.startswith(".") and core[1:2].isalpha():
        return f"dot {_identifier(core[1:])}"
    if re.search(r"\w[._]\w|_|[a-z][A-Z]|^--?\w|\w/\w", core):
        return _identifier(core)
    return ""


def _capitals(core: str) -> str:
    """Return capitals letter by letter, unless they are a word or can be read as one."""
    stem, plural = (core[:-1], "s") if core.endswith("s") else (core, "")
    small = stem.lower()
    if stem in LETTERS:
        return _spelled(stem) + ("'s" if plural else "")
    readable = len(stem) >= 4 and re.fullmatch(r"(?:[^aeiouy\d]{0,3}[aeiouy]{1,2})+[^aeiouy\d]{0,3}", small)
    if small in STOPWORDS["en"] or stem in WORDS_IN_CAPITALS or readable:
        return small + plural
    return _spelled(stem) + ("'s" if plural else "")


def _spelled(letters: str) -> str:
    parts = re.findall(r"\d+|.", letters)
    return " ".join(cardinal(int(part)) if part.isdigit() else part for part in parts)


def _identifier(name: str) -> str:
    """Return an identifier as words: points, underscores, slashes and humps become gaps."""
    head, dot, extension = name.rpartition(".")
    if dot and extension in EXTENSIONS and head:
        return f"{_identifier(head)} dot {EXTENSIONS[extension]}"
    text = re.sub(r"^-{1,2}(?=\w)", "", name)
    text = re.sub(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text)
    parts = re.split(r"[._/\s]+", text)
    return " ".join(_capitals(part) if re.fullmatch(r"[A-Z]{2,}", part) else part for part in parts if part)
