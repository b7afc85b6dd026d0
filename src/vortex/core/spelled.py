"""Numbers in words, so that "twenty-five" in a sentence and "25" in its source are one number, in each language."""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from vortex.core.text import digits

_TABLES = {
    "en": """zero=0 one=1 two=2 three=3 four=4 five=5 six=6 seven=7 eight=8 nine=9 ten=10 eleven=11 twelve=12
        thirteen=13 fourteen=14 fifteen=15 sixteen=16 seventeen=17 eighteen=18 nineteen=19 twenty=20 thirty=30
        forty=40 fifty=50 sixty=60 seventy=70 eighty=80 ninety=90 hundred=100 thousand=1000 million=1000000
        billion=1000000000""",
    "de": """null=0 eins=1 eine=1 ein=1 zwei=2 drei=3 vier=4 fünf=5 sechs=6 sieben=7 acht=8 neun=9 zehn=10 elf=11
        zwölf=12 dreizehn=13 vierzehn=14 fünfzehn=15 sechzehn=16 siebzehn=17 achtzehn=18 neunzehn=19 zwanzig=20
        dreißig=30 vierzig=40 fünfzig=50 sechzig=60 siebzig=70 achtzig=80 neunzig=90 hundert=100 tausend=1000
        million=1000000 millionen=1000000 milliarde=1000000000 milliarden=1000000000""",
    "fr": """zéro=0 un=1 une=1 deux=2 trois=3 quatre=4 cinq=5 six=6 sept=7 huit=8 neuf=9 dix=10 onze=11 douze=12
        treize=13 quatorze=14 quinze=15 seize=16 dixsept=17 dixhuit=18 dixneuf=19 vingt=20 trente=30 quarante=40
        cinquante=50 soixante=60 quatrevingt=80 quatrevingts=80 cent=100 cents=100 mille=1000 million=1000000
        millions=1000000 milliard=1000000000 milliards=1000000000""",
    "es": """cero=0 uno=1 un=1 una=1 dos=2 tres=3 cuatro=4 cinco=5 seis=6 siete=7 ocho=8 nueve=9 diez=10 once=11
        doce=12 trece=13 catorce=14 quince=15 dieciséis=16 diecisiete=17 dieciocho=18 diecinueve=19 veinte=20
        veintiuno=21 veintiún=21 veintiuna=21 veintidós=22 veintitrés=23 veinticuatro=24 veinticinco=25
        veintiséis=26 veintisiete=27 veintiocho=28 veintinueve=29 treinta=30 cuarenta=40 cincuenta=50 sesenta=60
        setenta=70 ochenta=80 noventa=90 cien=100 ciento=100 doscientos=200 doscientas=200 trescientos=300
        trescientas=300 cuatrocientos=400 cuatrocientas=400 quinientos=500 quinientas=500 seiscientos=600
        seiscientas=600 setecientos=700 setecientas=700 ochocientos=800 ochocientas=800 novecientos=900
        novecientas=900 mil=1000 millón=1000000 millones=1000000""",
    "it": """zero=0 uno=1 un=1 una=1 due=2 tre=3 tré=3 quattro=4 cinque=5 sei=6 sette=7 otto=8 nove=9 dieci=10
        undici=11 dodici=12 tredici=13 quattordici=14 quindici=15 sedici=16 diciassette=17 diciotto=18
        diciannove=19 vent=20 venti=20 trent=30 trenta=30 quarant=40 quaranta=40 cinquant=50 cinquanta=50
        sessant=60 sessanta=60 settant=70 settanta=70 ottant=80 ottanta=80 novant=90 novanta=90 cento=100
        mille=1000 mila=1000 milione=1000000 milioni=1000000 miliardo=1000000000 miliardi=1000000000""",
    "pt": """zero=0 um=1 uma=1 dois=2 duas=2 três=3 quatro=4 cinco=5 seis=6 sete=7 oito=8 nove=9 dez=10 onze=11
        doze=12 treze=13 quatorze=14 catorze=14 quinze=15 dezesseis=16 dezasseis=16 dezessete=17 dezassete=17
        dezoito=18 dezenove=19 dezanove=19 vinte=20 trinta=30 quarenta=40 cinquenta=50 sessenta=60 setenta=70
        oitenta=80 noventa=90 cem=100 cento=100 duzentos=200 duzentas=200 trezentos=300 trezentas=300
        quatrocentos=400 quatrocentas=400 quinhentos=500 quinhentas=500 seiscentos=600 seiscentas=600
        setecentos=700 setecentas=700 oitocentos=800 oitocentas=800 novecentos=900 novecentas=900 mil=1000
        milhão=1000000 milhões=1000000 bilhão=1000000000 bilhões=1000000000""",
    "ru": """ноль=0 один=1 одна=1 одно=1 одного=1 одной=1 два=2 две=2 двух=2 двумя=2 три=3 трёх=3 трех=3 тремя=3
        четыре=4 четырёх=4 четырех=4 пять=5 пяти=5 шесть=6 шести=6 семь=7 семи=7 восемь=8 восьми=8 девять=9
        девяти=9 десять=10 десяти=10 одиннадцать=11 двенадцать=12 двенадцати=12 тринадцать=13 четырнадцать=14
        пятнадцать=15 шестнадцать=16 семнадцать=17 восемнадцать=18 девятнадцать=19 двадцать=20 двадцати=20
        тридцать=30 тридцати=30 сорок=40 сорока=40 пятьдесят=50 шестьдесят=60 семьдесят=70 восемьдесят=80
        девяносто=90 сто=100 ста=100 двести=200 триста=300 четыреста=400 пятьсот=500 шестьсот=600 семьсот=700
        восемьсот=800 девятьсот=900 тысяча=1000 тысячи=1000 тысяч=1000 миллион=1000000 миллиона=1000000
        миллионов=1000000 миллиард=1000000000 миллиарда=1000000000 миллиардов=1000000000""",
}
_GLUED = frozenset({"de", "it"})
"""Languages that write the parts of a number as one word."""
_AND = {"en": "and", "de": "und", "fr": "et", "es": "y", "pt": "e"}
_SCALED = re.compile(
    r"(?<![\w.,-])(?P<figures>\d+(?:[.,]\d+)?)\s+(?P<scale>thousand|millions?|billions?|tausend|million(?:en|i|es|s)?|"
    r"milliarden?|mille|mila|mil|millón|milione|milioni|miliardo|miliardi|milliards?|milhão|milhões|bilhão|bilhões|"
    r"тысяч[аи]?|миллион(?:а|ов)?|миллиард(?:а|ов)?)\b",
    re.IGNORECASE,
)
"""Figures before the word for a thousand or more."""
_TOKEN = re.compile(r"[^\W\d_]+|[^\sa-z-]")


def spelled_numbers(text: str, language: str = "en", lone_one: bool = False) -> set[str]:
    """Return the numbers that ``text`` spells out, in digits.

    Args:
        text: any text.
        language: ISO 639-1 code; of one that is not known here, nothing is found.
        lone_one: whether a "one" by itself counts, which is mostly a pronoun or an article.
    """
    values = _values(language)
    scaled = {number for found in _SCALED.finditer(text) for number in _scaled(found, values, language)}
    rest = _SCALED.sub(lambda found: " " if found["scale"].lower() in values else found.group(), text)
    groups = _groups(_parts(rest, language), values, _AND.get(language, ""))
    return scaled | {
        str(_value(group, values)) for group in groups if lone_one or [values[word] for word in group] != [1]
    }


def _scaled(found: re.Match[str], values: dict[str, int], language: str) -> list[str]:
    """Return a number of figures and a word, such as "2.5 million", in digits; each of "1,5" where that is two."""
    scale = values.get(found["scale"].lower(), 0)
    figures = digits(found["figures"], language) if scale else ()
    return [f"{(Decimal(each) * scale).normalize():f}" for each in figures]


@lru_cache(maxsize=16)
def _values(language: str) -> dict[str, int]:
    rows = (row.split("=") for row in _TABLES.get(language, "").split())
    return {word: int(value) for word, value in rows}


def _parts(text: str, language: str) -> Iterator[str]:
    """Yield words and signs in small letters, numbers of a language that writes them as one word in their parts."""
    small = (
        re.sub(r"(quatre)-(vingt)|(dix)-(?=sept|huit|neuf)", r"\1\2\3", text.lower())
        if language == "fr"
        else text.lower()
    )
    for word in _TOKEN.findall(small):
        parts = _cut(word, language) if language in _GLUED else []
        yield from parts or [word]


def _cut(word: str, language: str) -> list[str]:
    """Return the parts of a number that is written as one word; nothing for another word."""
    known = sorted([*_values(language), _AND.get(language, "")], key=len, reverse=True)
    one = "|".join(filter(None, known))
    return re.findall(one, word) if len(word) > 5 and re.fullmatch(f"(?:{one})+", word) else []


def _groups(parts: Iterator[str], values: dict[str, int], joint: str) -> Iterator[list[str]]:
    """Yield the words of each number, without "and"."""
    group: list[str] = []
    for word in parts:
        if word == joint and group:
            continue
        if group and not _joins(word, group, values):
            yield group
            group = []
        if word in values:
            group.append(word)
    if group:
        yield group


def _joins(word: str, group: list[str], values: dict[str, int]) -> bool:
    """Return whether ``word`` goes on with a number."""
    if word not in values:
        return False
    value, last = values[word], values[group[-1]]
    if value in (100, 1000) or value >= 10**6:
        return True
    units_first = last < 10 <= value < 100 and value % 10 == 0 and word.endswith(("zig", "ßig"))
    most = 20 if word in _values("fr") and last in (60, 80) else 10
    tens_first = last % 10 == 0 and 20 <= last < 100 and 0 < value < most
    return (last % 100 == 0 and last > 0) or tens_first or units_first


def _value(group: list[str], values: dict[str, int]) -> int:
    whole, part = 0, 0
    for word in group:
        value = values[word]
        if value >= 1000:
            whole, part = whole + (part or 1) * value, 0
        elif value == 100:
            part = (part or 1) * 100
        else:
            part += value
    return whole + part
