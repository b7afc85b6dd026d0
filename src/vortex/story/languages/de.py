"""German."""

import re

from vortex.story.languages.base import Case, Gender, Labels, Language, Phrases, Reading, forms, listed, table, words

_SMALL = listed(
    """null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn
    sechzehn siebzehn achtzehn neunzehn"""
)
_TENS = ("", "", *listed("zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig"))
_ORDINALS = {1: "erst", 3: "dritt", 7: "siebt", 8: "acht"}


def _below_1000(value: int) -> str:
    """Return a number from 1 to 999 as it stands before "tausend": "einundzwanzig", "zweihundertein"."""
    hundreds, rest = divmod(value, 100)
    head = f"{'' if hundreds == 1 else _stem(hundreds)}hundert" if hundreds else ""
    return head + (_stem(rest) if rest else "")


def _stem(value: int) -> str:
    if value < 20:
        return "ein" if value == 1 else _SMALL[value]
    tens, ones = divmod(value, 10)
    return (f"{_stem(ones)}und" if ones else "") + _TENS[tens]


def cardinal(value: int, gender: Gender = "n", case: Case = "nom") -> str:
    """Return a whole number below 10^12; ``gender`` "f" gives "eine", "n" the counting form "eins"."""
    if value == 0:
        return "null"
    parts = []
    for size, one, many in ((10**9, "eine Milliarde", "Milliarden"), (10**6, "eine Million", "Millionen")):
        count, value = divmod(value, size)
        if count:
            parts.append(one if count == 1 else f"{_below_1000(count)} {many}")
    thousands, value = divmod(value, 1000)
    tail = f"{'' if thousands == 1 else _below_1000(thousands)}tausend" if thousands else ""
    tail += _below_1000(value) if value else ""
    if value % 100 == 1:
        tail += {"n": "s", "f": "e", "m": ""}[gender]
    return " ".join([*parts, *([tail] if tail else [])])


def ordinal(value: int, gender: Gender = "n", case: Case = "nom") -> str:
    """Return an ordinal with the ending of "der", or with -n in other cases: "vierzehnte", "vierzehnten"."""
    last = value % 100
    stem = cardinal(value)
    if last in _ORDINALS:
        head = cardinal(value - last) if value > last else ""
        stem = head + _ORDINALS[last]
    else:
        stem += "t" if 0 < last < 20 else "st"
    return stem + ("e" if case == "nom" else "en")


def year(value: int) -> str:
    """Return a year of the past millennium: "achtzehnhundertsiebenundsechzig"."""
    hundreds, rest = divmod(value, 100)
    return f"{_stem(hundreds)}hundert" + (cardinal(rest) if rest else "")


def decimal(whole: int, figures: str) -> str:
    """Return a decimal, its figures one by one."""
    return f"{cardinal(whole)} Komma {' '.join(_SMALL[int(figure)] for figure in figures)}"


def _gender_of(noun: str, count: int) -> Gender:
    """Guess a gender from an ending; most nouns in -e are feminine, but with another number they are plurals."""
    is_feminine = noun.endswith(("ung", "heit", "keit", "schaft", "tät", "ion"))
    if is_feminine or (count == 1 and noun.endswith("e") and noun[:1].isupper() and not noun.startswith("Ge")):
        return "f"
    return "m" if noun[:1].isupper() else "n"


GERMAN = Language(
    phrases=Phrases(
        question="{t}: Worum geht es dabei?",
        promise="Die Themen: {t}.",
        span="Die Themen reichen von „{t}“ bis „{s}“.",
        links=(
            "Zuerst: {t}.",
            "Das nächste Thema: {t}.",
            "Weiter geht es so: {t}.",
            "Nun dazu: {t}.",
            "Zum Schluss: {t}.",
        ),
        first_part="Zuerst: {t}.",
        next_part="Das nächste Thema: {t}.",
        steps=("Zuerst: {t}", "Dann: {t}", "Zuletzt: {t}"),
        recap="Kurz gesagt: {t}",
        recap_title="Kurz gesagt",
        closing="Das war: {t}, nach der Quelle „{s}“.",
        closing_whole="Das war: {t}.",
        conjunction="und",
    ),
    labels=Labels(
        sources="Quellen",
        definition="Definition",
        chapter="Kapitel {n}",
        page="S. {x}",
        pages="S. {x}",
        more=" und {n} weitere",
        still="Erzeugtes Bild",
        clip="Erzeugter Film",
        script="Skript: {x}.",
    ),
    in_order=re.compile(
        r"\b(?:(?:Arbeits)?[Ss]chritten?|Phasen|Etappen|Stufen|nacheinander|der Reihe nach|dieser Reihenfolge)\b",
        re.IGNORECASE,
    ),
    negations=words(
        """nicht nichts kein keine keinen keinem keiner keines nie niemals niemand niemandem niemanden nirgends ohne
        weder noch kaum selten"""
    ),
    definition=re.compile(
        r"(?P<term>(?:Eine?|Der|Die|Das)?\s?[A-ZÄÖÜ][\w'’\-() ]{1,48}?)\s+ist\s+"
        r"(?=(?:ein|eine|das|die|der)\s(?!der\b|von\b))"
    ),
    articles=words("ein eine der die das"),
    reading=Reading(
        cardinal=cardinal,
        ordinal=ordinal,
        year=year,
        decimal=decimal,
        version_point="Punkt",
        minus="minus",
        to="bis",
        times="zu",
        units=forms(
            """
            % = Prozent, Prozent
            ‰ = Promille, Promille
            km = Kilometer, Kilometer
            m = Meter, Meter
            cm = Zentimeter, Zentimeter
            mm = Millimeter, Millimeter
            µm = Mikrometer, Mikrometer
            nm = Nanometer, Nanometer
            km² = Quadratkilometer, Quadratkilometer
            m² = Quadratmeter, Quadratmeter
            m³ = Kubikmeter, Kubikmeter
            km³ = Kubikkilometer, Kubikkilometer
            ha = Hektar, Hektar
            l = Liter, Liter
            t = Tonne, Tonnen
            kg = Kilogramm, Kilogramm
            g = Gramm, Gramm
            mg = Milligramm, Milligramm
            s = Sekunde, Sekunden
            ms = Millisekunde, Millisekunden
            min = Minute, Minuten
            h = Stunde, Stunden
            km/h = Kilometer pro Stunde, Kilometer pro Stunde
            m/s = Meter pro Sekunde, Meter pro Sekunde
            °C = Grad Celsius, Grad Celsius
            ° = Grad, Grad
            Hz = Hertz, Hertz
            kHz = Kilohertz, Kilohertz
            MHz = Megahertz, Megahertz
            GHz = Gigahertz, Gigahertz
            kW = Kilowatt, Kilowatt
            MW = Megawatt, Megawatt
            W = Watt, Watt
            V = Volt, Volt
            KB = Kilobyte, Kilobyte
            MB = Megabyte, Megabyte
            GB = Gigabyte, Gigabyte
            TB = Terabyte, Terabyte
            € = Euro, Euro
            $ = Dollar, Dollar
            £ = Pfund, Pfund
            Mio. = Million, Millionen
            Mrd. = Milliarde, Milliarden
            """
        ),
        feminine=words("t s ms min h Mio. Mrd."),
        symbols=table(
            """
            % = Prozent
            & = und
            + = plus
            − = minus
            × = mal
            · = mal
            = = gleich
            ≠ = ungleich
            < = kleiner als
            > = größer als
            ≤ = höchstens
            ≥ = mindestens
            ≈ = ungefähr
            ± = plus minus
            → = nach
            § = Paragraf
            ° = Grad
            """
        ),
        abbreviations=table(
            """
            z. b. = zum Beispiel
            z.b. = zum Beispiel
            d. h. = das heißt
            d.h. = das heißt
            u. a. = unter anderem
            u.a. = unter anderem
            v. chr. = vor Christus
            n. chr. = nach Christus
            usw. = und so weiter
            bzw. = beziehungsweise
            ca. = circa
            evtl. = eventuell
            ggf. = gegebenenfalls
            vgl. = vergleiche
            abb. = Abbildung
            nr. = Nummer
            s. = Seite
            kap. = Kapitel
            jh. = Jahrhundert
            jhd. = Jahrhundert
            dr. = Doktor
            prof. = Professor
            st. = Sankt
            sog. = sogenannte
            inkl. = inklusive
            max. = maximal
            min. = mindestens
            """
        ),
        read_capitals=words("NASA NATO UNO UNESCO TÜV"),
        ordinal_sign=re.compile(r"(?P<number>\d{1,3})\.(?P<ending>)"),
        months=words("januar februar märz april mai juni juli august september oktober november dezember"),
        centuries=words("jahrhundert jahrhunderts jahrhunderte kapitel teil artikel weltkrieg weltkriegs"),
        gender_of=_gender_of,
        regnal=lambda value: f"der {ordinal(value)}",
        fractions={
            2: ("ein halb", "halbe"),
            3: ("ein Drittel", "Drittel"),
            4: ("ein Viertel", "Viertel"),
            5: ("ein Fünftel", "Fünftel"),
            8: ("ein Achtel", "Achtel"),
            10: ("ein Zehntel", "Zehntel"),
        },
    ),
)
