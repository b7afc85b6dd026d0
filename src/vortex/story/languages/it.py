"""Italian."""

import re

from vortex.story.languages.base import (
    Case,
    Gender,
    Labels,
    Language,
    Phrases,
    Reading,
    as_number,
    forms,
    listed,
    table,
    words,
)

_SMALL = listed("""zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici
quindici sedici diciassette diciotto diciannove""")
_TENS = ("", "", *listed("venti trenta quaranta cinquanta sessanta settanta ottanta novanta"))
_ORDINALS = ("", *listed("primo secondo terzo quarto quinto sesto settimo ottavo nono decimo"))


def _below_1000(value: int) -> str:
    hundreds, rest = divmod(value, 100)
    head = f"{'' if hundreds == 1 else _SMALL[hundreds]}cento" if hundreds else ""
    if rest < 20:
        return head + (_SMALL[rest] if rest else "")
    tens, ones = divmod(rest, 10)
    stem = _TENS[tens][:-1] if ones in (1, 8) else _TENS[tens]
    return head + stem + (("tré" if ones == 3 else _SMALL[ones]) if ones else "")


def cardinal(value: int, gender: Gender = "n", case: Case = "nom") -> str:
    """Return a whole number below 10^12; ``gender`` "n" counts, "m" and "f" stand before a noun."""
    if value == 0:
        return "zero"
    parts = []
    for size, one, many in ((10**9, "miliardo", "miliardi"), (10**6, "milione", "milioni")):
        count, value = divmod(value, size)
        if count:
            parts.append(f"un {one}" if count == 1 else f"{_below_1000(count)} {many}")
    thousands, value = divmod(value, 1000)
    tail = "mille" if thousands == 1 else f"{_below_1000(thousands)}mila" if thousands else ""
    tail += _below_1000(value) if value else ""
    if tail == "uno":
        tail = {"m": "un", "f": "una", "n": "uno"}[gender]
    return " ".join([*parts, *([tail] if tail else [])])


def ordinal(value: int, gender: Gender = "m", case: Case = "nom") -> str:
    """Return an ordinal: "primo", "diciannovesimo"."""
    if value < len(_ORDINALS):
        said = _ORDINALS[value]
    else:
        whole = cardinal(value)
        stem = whole if whole.endswith(("tré", "sei")) else whole[:-1]
        said = stem.replace("tré", "tre") + "esimo"
    return f"{said[:-1]}a" if gender == "f" else said


def decimal(whole: int, figures: str) -> str:
    """Return a decimal, its figures as one number."""
    return as_number(cardinal(whole), "virgola", figures, cardinal, "zero")


ITALIAN = Language(
    phrases=Phrases(
        question="{t}: di che cosa si tratta?",
        promise="Gli argomenti: {t}.",
        span="Gli argomenti vanno da «{t}» a «{s}».",
        links=("Per cominciare: {t}.", "Il prossimo argomento: {t}.", "Poi: {t}.", "Per finire: {t}."),
        first_part="Per cominciare: {t}.",
        next_part="Il prossimo argomento: {t}.",
        steps=("Per prima cosa, {t}", "Poi, {t}", "Infine, {t}"),
        recap="In breve: {t}",
        recap_title="In breve",
        closing="Abbiamo visto: {t}, secondo «{s}».",
        closing_whole="Abbiamo visto: {t}.",
        conjunction="e",
    ),
    labels=Labels(
        sources="Fonti",
        definition="Definizione",
        chapter="Capitolo {n}",
        page="p. {x}",
        pages="pp. {x}",
        more=" e altri {n}",
        still="Immagine generata",
        clip="Video generato",
        script="Testo: {x}.",
    ),
    in_order=re.compile(
        r"\b(?:passi|passaggi|tappe|fasi|procedura|in (?:questo ordine|quest[\'’]ordine))\b", re.IGNORECASE
    ),
    negations=words("non no mai nulla niente nessuno nessuna nessun né senza neanche nemmeno neppure appena raramente"),
    definition=re.compile(
        r"(?P<term>(?:Un['’]|Una|Uno|Un|Il|Lo|La|L['’])\s?[\w'’\-() ]{1,48}?)\s+è\s+"
        r"(?=(?:una|uno|un|il|lo|la)\s(?!d(?:ei|egli|elle)\b)|(?:un|l)['’])"
    ),
    articles=words("un uno una il lo la"),
    reading=Reading(
        cardinal=cardinal,
        ordinal=ordinal,
        decimal=decimal,
        version_point="punto",
        minus="meno",
        to="a",
        times="a",
        units=forms(
            """
            % = per cento, per cento
            ‰ = per mille, per mille
            km = chilometro, chilometri
            m = metro, metri
            cm = centimetro, centimetri
            mm = millimetro, millimetri
            µm = micrometro, micrometri
            nm = nanometro, nanometri
            km² = chilometro quadrato, chilometri quadrati
            m² = metro quadrato, metri quadrati
            m³ = metro cubo, metri cubi
            km³ = chilometro cubo, chilometri cubi
            ha = ettaro, ettari
            l = litro, litri
            L = litro, litri
            t = tonnellata, tonnellate
            kg = chilogrammo, chilogrammi
            g = grammo, grammi
            mg = milligrammo, milligrammi
            s = secondo, secondi
            ms = millisecondo, millisecondi
            min = minuto, minuti
            h = ora, ore
            km/h = chilometro all'ora, chilometri all'ora
            m/s = metro al secondo, metri al secondo
            °C = grado Celsius, gradi Celsius
            ° = grado, gradi
            Hz = hertz, hertz
            kHz = chilohertz, chilohertz
            MHz = megahertz, megahertz
            GHz = gigahertz, gigahertz
            kW = chilowatt, chilowatt
            MW = megawatt, megawatt
            W = watt, watt
            V = volt, volt
            KB = kilobyte, kilobyte
            MB = megabyte, megabyte
            GB = gigabyte, gigabyte
            TB = terabyte, terabyte
            € = euro, euro
            $ = dollaro, dollari
            £ = sterlina, sterline
            """
        ),
        feminine=words("t h £"),
        symbols=table(
            """
            % = per cento
            & = e
            + = più
            − = meno
            × = per
            · = per
            = = uguale a
            ≠ = diverso da
            < = minore di
            > = maggiore di
            ≤ = minore o uguale a
            ≥ = maggiore o uguale a
            ≈ = circa
            ± = più o meno
            → = a
            § = paragrafo
            ° = gradi
            """
        ),
        abbreviations=table(
            """
            p. es. = per esempio
            p.es. = per esempio
            a. c. = avanti Cristo
            d. c. = dopo Cristo
            es. = esempio
            ecc. = eccetera
            cfr. = confronta
            fig. = figura
            cap. = capitolo
            pag. = pagina
            p. = pagina
            n. = numero
            a.c. = avanti Cristo
            d.c. = dopo Cristo
            sig. = signor
            dott. = dottor
            prof. = professor
            ca. = circa
            max. = massimo
            min. = minimo
            """
        ),
        read_capitals=words("ONU NATO NASA UNESCO UFO"),
        ordinal_sign=re.compile(r"(?P<number>\d+)(?P<ending>º|ª|°)"),
        months=words("gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"),
        centuries=words("secolo secoli capitolo articolo parte tomo volume atto"),
        roman_is_ordinal=True,
        gender_of=lambda noun, count: "f" if noun.endswith(("zione", "tà", "a")) else "m",
        regnal=ordinal,
        fractions={
            2: ("un mezzo", "mezzi"),
            3: ("un terzo", "terzi"),
            4: ("un quarto", "quarti"),
            5: ("un quinto", "quinti"),
            8: ("un ottavo", "ottavi"),
            10: ("un decimo", "decimi"),
        },
    ),
)
