"""Reading figures, signs, units and abbreviations aloud in the languages that have a table of their own.

Each word between white space keeps its own reading, as in ``story.spoken``, which reads English. What the table says
nothing about is left to the voice.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from vortex.core.stopwords import STOPWORDS
from vortex.core.units import roman_value
from vortex.story.languages.base import Case, Gender, Reading

_EDGES = re.compile(
    r"^(?P<open>[(\[{\"“„‘‚'«‹]*)(?P<core>.*?)(?P<close>[)\]}\"“”’'»›]*)(?P<end>[,.;:!?…]*)$", re.DOTALL
)
_GROUPED = r"\d{1,3}(?:[.’\u00a0\u202f]\d{3})+(?:,\d+)?"
_NUMBER = rf"[-−–+]?(?:{_GROUPED}|\d+(?:,\d+)?)"
_PLAIN = re.compile(_NUMBER)
_DOTTED = re.compile(r"\d+(?:\.\d+)+")
_RANGE = re.compile(rf"(?P<low>{_GROUPED}|\d+(?:,\d+)?)[–—-](?P<high>{_GROUPED}|\d+(?:,\d+)?)(?P<unit>\D*)")
_WITH_UNIT = re.compile(rf"(?P<number>{_NUMBER})(?P<unit>\D{{1,5}})")
_MONEY = re.compile(rf"(?P<unit>R?[$€£₽])(?P<number>{_NUMBER})")
_SIGNS_BEFORE = frozenset(["R$", "$", "€", "£", "₽"])
_FRACTION = re.compile(r"(?P<top>\d+)/(?P<bottom>\d+)")
_CLOCK = re.compile(r"\d{1,2}:\d\d")
_RATIO = re.compile(r"\d+(?::\d+)+")
_ELIDED = re.compile(r"(?P<head>\w{1,4}['’])(?P<core>\d.*)")
_ROMAN = re.compile(r"(?P<roman>[IVXLC]+)(?P<ending>er|re|e|ème)?")
_CHEMICAL = re.compile(r"(?=\S*[\d₀-₉])(?:[A-Z][a-z]?[\d₀-₉]*){2,}")
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_CAPITALS = re.compile(r"[^\W\d_a-zа-яё]{2,5}")
_VOWELS = "AEIOUYÁÉÍÓÚÀÈÌÒÙÂÊÔÃÕÄÖÜАЕЁИОУЫЭЮЯ"
_READABLE = re.compile(rf"[^{_VOWELS}]?(?:[{_VOWELS}]{{1,2}}[^{_VOWELS}]{{1,2}})+[{_VOWELS}]?")


@dataclass(frozen=True, slots=True)
class Place:
    """A word with what stands around it."""

    core: str
    end: str
    before: str
    """The word before, in lower case and bare; "" at the start."""
    named: bool
    """Whether the word before is written with a capital."""
    after: str
    """The word after, bare."""
    earlier: str = ""
    """The word before ``before``."""


class Reader:
    """Reads by the table of one language."""

    def __init__(self, language: str, reading: Reading) -> None:
        self._small = STOPWORDS.get(language, frozenset())
        self._by = reading

    def say(self, written: Sequence[str]) -> list[str]:
        """Return one reading for each word; that of a number in groups is shared out among its words."""
        said: list[str] = []
        while len(said) < len(written):
            start = len(said)
            count = _group(written[start:])
            if count > 1:
                joined = "".join(_inner(word)[0] for word in written[start : start + count])
                end = _inner(written[start + count - 1])[1]
                whole = self._word([*written[:start], joined + end, *written[start + count :]], start)
                said += _shared(whole, count)
            else:
                said.append(self._word(written, start))
        return said

    def _word(self, written: Sequence[str], at: int) -> str:
        core, end = _inner(written[at])
        before = _bare(written[at - 1]) if at else ""
        after = _bare(written[at + 1]) if at + 1 < len(written) else ""
        if spoken := self._abbreviation(written, at):
            return spoken
        earlier = _bare(written[at - 2]) if at > 1 else ""
        place = Place(core, end, before.lower(), before[:1].isupper(), after, earlier.lower())
        elided = _ELIDED.fullmatch(core)
        if elided:
            inner = Place(elided["core"], end, before.lower(), place.named, after)
            return elided["head"] + (self._core(inner) or elided["core"]) + end
        if core in _SIGNS_BEFORE & self._by.units.keys() and _PLAIN.fullmatch(after) and not _is_number(place.before):
            return ""  # it is said after its number
        spoken = self._core(place) if core else ""
        if not spoken:
            return core + end.replace("…", ".")
        silent = end == "." and at + 1 < len(written) and self._point_is_no_stop(place)
        return spoken + ("" if silent else end.replace("…", "."))

    def _abbreviation(self, written: Sequence[str], at: int) -> str:
        """Return the reading of an abbreviation of one word or of its half of one of two; "" for no abbreviation."""
        known = self._by.abbreviations
        word = _unquoted(written[at]).lower()
        last = at + 1 == len(written)
        if not last and (pair := known.get(f"{word} {_unquoted(written[at + 1]).lower().rstrip(',;:')}")):
            return pair.rpartition(" ")[0]
        if at and (pair := known.get(f"{_unquoted(written[at - 1]).lower()} {word.rstrip(',;:')}")):
            return pair.rpartition(" ")[2] + ("." if last else "," if word.endswith(",") else "")
        single = known.get(word.rstrip(",;:"))
        if single is None or (last and len(word) <= 2):
            return ""
        return single + ("." if last else "," if word.endswith(",") else "")

    def _core(self, place: Place) -> str:
        """Return the reading of a word without the punctuation around it; "" to leave it to the voice."""
        core = place.core
        if core in ("–", "—", "-", "•"):
            return ","
        if sign := self._year_sign(place):
            return sign
        if core in self._by.units and _is_number(place.before):
            return self._by.units[core][self._form(place.before, place.earlier)]
        if core in self._by.symbols:
            return self._by.symbols[core]
        return self._figures(place) or self._roman(place) or self._letters(core)

    def _figures(self, place: Place) -> str:
        core, money = place.core, place.before.upper()
        if _PLAIN.fullmatch(core):
            if money in _SIGNS_BEFORE & self._by.units.keys() and not _is_number(place.earlier):
                return f"{self._number(core, self._gender(money))} {self._named(money, core)}"
            return self._plain(place)
        if match := _FRACTION.fullmatch(core):
            return self._fraction(int(match["top"]), int(match["bottom"]))
        if _CLOCK.fullmatch(core):
            return " ".join(self._count(int(part)) for part in core.split(":"))
        if _RATIO.fullmatch(core):
            return f" {self._by.times} ".join(self._count(int(part)) for part in core.split(":"))
        if _DOTTED.fullmatch(core):
            return f" {self._by.version_point} ".join(self._count(int(part)) for part in core.split("."))
        if (sign := self._by.ordinal_sign) and (match := sign.fullmatch(core)) and match["ending"]:
            gender: Gender = "f" if match["ending"] in ("ª", "a", "ère", "re", "я", "ая") else "m"
            case: Case = "gen" if match["ending"] == "го" else "prep" if match["ending"] in ("м", "х") else "nom"
            return self._by.ordinal(int(match["number"]), gender, case)
        if match := _RANGE.fullmatch(core):
            return self._range(match, place)
        found = _MONEY.fullmatch(core) or _WITH_UNIT.fullmatch(core)
        if found and found["unit"].strip() in self._by.units:
            unit = found["unit"].strip()
            return f"{self._number(found['number'], self._gender(unit))} {self._named(unit, found['number'])}"
        return ""

    def _plain(self, place: Place) -> str:
        """Return the reading of a number that stands alone: a day, a year, a count of what follows."""
        core, after = place.core, place.after
        if self._is_ordinal_point(place) or self._is_day(place):
            case: Case = "nom" if place.before in ("der", "die", "das") else "gen"
            return self._by.ordinal(int(core), "n", case)
        if after.lower() in self._by.year_words and re.fullmatch(r"[12]\d{3}", core):
            sign = self._by.year_sign.get(place.before, "") if after.lower() == "г" else ""
            case = "prep" if sign == "году" else "gen" if after.lower() == "г" else self._by.year_words[after.lower()]
            return self._by.ordinal(int(core), "m", case)
        if self._by.year and re.fullmatch(r"1[1-9]\d\d", core) and after not in self._by.units:
            return self._by.year(int(core))
        if after in self._by.units:
            return self._number(core, self._gender(after), self._case(place.before))
        counts = after[:1].isalpha() and after.lower() not in self._small and core.isdigit()
        gender: Gender = self._by.gender_of(after, int(core)) if counts else "n"
        return self._number(core, gender, self._case(place.before))

    def _is_ordinal_point(self, place: Place) -> bool:
        """Tell whether the full stop after a number makes it an ordinal, as German writes it."""
        sign = self._by.ordinal_sign
        nouns = self._by.months | self._by.centuries
        return (
            place.end == "."
            and sign is not None
            and sign.fullmatch(f"{place.core}.") is not None
            and place.after.lower() in nouns
        )

    def _point_is_no_stop(self, place: Place) -> bool:
        """Tell whether the full stop after a word belongs to it, and no sentence ends there."""
        sign = self._by.ordinal_sign
        king = place.named and _ROMAN.fullmatch(place.core) and sign is not None and sign.fullmatch("1.")
        return bool(king) or bool(self._year_sign(place)) or self._is_ordinal_point(place)

    def _is_day(self, place: Place) -> bool:
        is_day = place.core.isdigit() and 1 <= int(place.core) <= 31
        return self._by.day_is_ordinal and is_day and place.after.lower() in self._by.months

    def _case(self, before: str) -> Case:
        return "gen" if before in self._by.before_genitive else "nom"

    def _year_sign(self, place: Place) -> str:
        """Return how the sign for "year" after a number is said, such as "г."."""
        is_sign = (
            place.core in self._by.year_words and len(place.core) == 1 and re.fullmatch(r"[12]\d{3}", place.before)
        )
        return self._by.year_sign.get(place.earlier, self._by.year_sign[""]) if is_sign else ""

    def _range(self, match: re.Match[str], place: Place) -> str:
        unit = match["unit"].strip()
        if unit and unit not in self._by.units:
            return ""
        low, high = match["low"], match["high"]
        noun = place.after.lower()
        if noun in self._by.year_words and not unit:
            in_case = self._by.year_words[noun]
            return f"{self._by.ordinal(int(low), 'm', in_case)}, {self._by.ordinal(int(high), 'm', in_case)}"
        case: Case = "gen" if self._by.before_genitive else "nom"
        is_year = self._by.year and all(re.fullmatch(r"1[1-9]\d\d", end) for end in (low, high))
        if is_year and self._by.year:
            return f"{self._by.year(int(low))} {self._by.to} {self._by.year(int(high))}"
        gender = self._gender(unit or place.after)
        ends = self._number(low, gender, case), self._number(high, gender, case)
        lead = "от " if case == "gen" else ""
        named = f" {self._by.units[unit][-1]}" if unit else ""
        return f"{lead}{ends[0]} {self._by.to} {ends[1]}{named}"

    def _fraction(self, top: int, bottom: int) -> str:
        if bottom in self._by.fractions and top < bottom:
            one, many = self._by.fractions[bottom]
            gender: Gender = "f" if self._by.before_genitive else "m"
            return one if top == 1 else f"{self._by.cardinal(top, gender, 'nom')} {many}"
        return f"{self._count(top)} {self._by.symbols.get('/', self._by.times)} {self._count(bottom)}"

    def _roman(self, place: Place) -> str:
        match = _ROMAN.fullmatch(place.core)
        value = roman_value(match["roman"]) if match else None
        if match is None or not value:
            return ""
        beside = {place.before, place.after.lower()} & self._by.centuries
        if beside and (match["ending"] or self._by.roman_is_ordinal):
            noun = beside.pop()
            case: Case = "gen" if noun.endswith(("а", "ов")) else "prep" if noun.endswith(("е", "ах")) else "nom"
            return self._by.ordinal(value, "m", case)
        if beside:
            return self._by.ordinal(value, "m", "nom") if value <= 10 else self._count(value)
        is_king = place.named and match["ending"] in (None, "er") and (len(place.core) > 1 or place.core in "IVX")
        return self._by.regnal(value) if is_king else ""

    def _letters(self, core: str) -> str:
        """Return capitals letter by letter where they cannot be read as a word, and formulas of chemistry."""
        if _CHEMICAL.fullmatch(core):
            parts = re.findall(r"\d+|[A-Z][a-z]?", core.translate(_SUBSCRIPTS))
            return " ".join(self._count(int(part)) if part.isdigit() else part for part in parts)
        if not _CAPITALS.fullmatch(core) or core in self._by.read_capitals or core.lower() in self._small:
            return ""
        return "" if len(core) >= 4 and _READABLE.fullmatch(core) else " ".join(core)

    def _gender(self, unit: str) -> Gender:
        return "f" if unit in self._by.feminine else "n" if unit in self._by.neuter else "m"

    def _named(self, unit: str, number: str) -> str:
        return self._by.units[unit][self._form(number, "")]

    def _form(self, number: str, before: str) -> int:
        """Return which form of a unit stands after a number as it is written."""
        if "," in number:
            return self._by.fraction_form
        value = re.sub(r"\D", "", re.split(r"[–—]|(?<=\d)-", number)[-1])
        form = self._by.plural(int(value)) if value else 1
        if before in self._by.before_genitive or (self._by.before_genitive and re.search(r"\d[–—-]\d", number)):
            return max(form, 1) if form == 0 else 2
        return form

    def _count(self, value: int) -> str:
        return self._by.cardinal(value, "n" if not self._by.before_genitive else "m", "nom")

    def _number(self, written: str, gender: Gender, case: Case = "nom") -> str:
        """Return a number, its groups and its decimals as this language writes them, in words."""
        sign = f"{self._by.minus} " if written[0] in "-−–" else ""
        whole, comma, figures = re.sub(r"[-−–+.’\u00a0\u202f]", "", written).partition(",")
        if len(whole) > 12:
            return written
        said = self._by.decimal(int(whole), figures) if comma else self._by.cardinal(int(whole), gender, case)
        return sign + said


def _inner(word: str) -> tuple[str, str]:
    """Return a word without quotation marks and brackets around it, and the punctuation that ends it."""
    edges = _EDGES.match(word)
    return (edges["core"], edges["end"]) if edges else (word, "")


def _bare(word: str) -> str:
    return _inner(word)[0]


def _unquoted(word: str) -> str:
    return word.strip('()[]«»„“”"')


def _is_number(word: str) -> bool:
    return bool(_PLAIN.fullmatch(word) or _RANGE.fullmatch(word))


def _group(written: Sequence[str]) -> int:
    """Return how many words, from the first on, are one number in groups of three figures: "300", "000"."""
    first, end = _inner(written[0])
    if end or not re.fullmatch(r"[-−–+]?[1-9]\d{0,2}", first):
        return 1
    count = 1
    for word in written[1:]:
        core, end = _inner(word)
        if not re.fullmatch(r"\d{3}(?:,\d+)?", core):
            break
        count += 1
        if end or "," in core:
            break
    return count


def _shared(said: str, count: int) -> list[str]:
    """Return a reading in ``count`` parts, as even as its words allow; parts without a word are silent."""
    spoken = said.split()
    edges = [round(part * len(spoken) / count) for part in range(count + 1)]
    edges[1] = max(1, edges[1])
    return [" ".join(spoken[start : max(start, end)]) for start, end in pairwise(edges)]
