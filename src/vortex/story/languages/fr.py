"""French."""

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

_SMALL = listed(
    """zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize
    dix-sept dix-huit dix-neuf"""
)
_TENS = {2: "vingt", 3: "trente", 4: "quarante", 5: "cinquante", 6: "soixante", 7: "soixante", 8: "quatre-vingt"}
_ENDINGS = {"un": "unième", "cinq": "cinquième", "neuf": "neuvième", "quatre-vingts": "quatre-vingtième"}


def _below_100(value: int) -> str:
    if value < 20:
        return _SMALL[value]
    tens, ones = divmod(value, 10)
    if tens in (7, 9):
        tens, ones = tens - 1, ones + 10
    if not ones:
        return "quatre-vingts" if tens == 8 else _TENS[tens]
    joint = " et " if ones in (1, 11) and tens != 8 else "-"
    return f"{_TENS[tens]}{joint}{_SMALL[ones]}"


def _below_1000(value: int, closes: bool) -> str:
    """Return a number from 1 to 999; the plurals of "cents" and "vingts" stand only where it ``closes``."""
    hundreds, rest = divmod(value, 100)
    tail = _below_100(rest) if rest else ""
    if not closes:
        tail = tail.replace("vingts", "vingt")
    if not hundreds:
        return tail
    head = "cent" if hundreds == 1 else f"{_SMALL[hundreds]} cent{'' if rest or not closes else 's'}"
    return f"{head} {tail}".strip()


def cardinal(value: int, gender: Gender = "m", case: Case = "nom") -> str:
    """Return a whole number below 10^12."""
    if value == 0:
        return "zéro"
    parts = []
    for size, name in ((10**9, "milliard"), (10**6, "million")):
        count, value = divmod(value, size)
        if count:
            parts.append(f"{_below_1000(count, True)} {name}{'s' if count > 1 else ''}")
    thousands, value = divmod(value, 1000)
    if thousands:
        parts.append("mille" if thousands == 1 else f"{_below_1000(thousands, False)} mille")
    if value:
        parts.append(_below_1000(value, True))
    said = " ".join(parts)
    return f"{said}e" if gender == "f" and said.endswith("un") else said


def ordinal(value: int, gender: Gender = "m", case: Case = "nom") -> str:
    """Return an ordinal: "premier", "dix-neuvième"."""
    if value == 1:
        return "première" if gender == "f" else "premier"
    head, blank, last = cardinal(value).rpartition(" ")
    stem, dash, ending = last.rpartition("-")
    if last in _ENDINGS:
        return head + blank + _ENDINGS[last]
    return head + blank + stem + dash + (_ENDINGS.get(ending) or f"{ending.removesuffix('e').removesuffix('s')}ième")


def decimal(whole: int, figures: str) -> str:
    """Return a decimal, its figures as one number."""
    return as_number(cardinal(whole), "virgule", figures, cardinal, "zéro")


FRENCH = Language(
    phrases=Phrases(
        question="{t} : de quoi s'agit-il ?",
        promise="Au programme : {t}.",
        span="Au programme : de « {t} » à « {s} ».",
        links=("Pour commencer : {t}.", "Le sujet suivant : {t}.", "Ensuite : {t}.", "Pour finir : {t}."),
        first_part="Pour commencer : {t}.",
        next_part="Le sujet suivant : {t}.",
        steps=("D'abord, {t}", "Ensuite, {t}", "Enfin, {t}"),
        recap="En bref : {t}",
        recap_title="En bref",
        closing="C'était : {t}, d'après « {s} ».",
        closing_whole="C'était : {t}.",
        conjunction="et",
    ),
    labels=Labels(
        sources="Sources",
        definition="Définition",
        chapter="Chapitre {n}",
        page="p. {x}",
        pages="p. {x}",
        more=" et {n} autres",
        still="Image générée",
        clip="Vidéo générée",
        script="Texte : {x}.",
    ),
    in_order=re.compile(r"\b(?:étapes|phases|procédure|dans (?:cet|l[\'’]) ?ordre|tour à tour)\b", re.IGNORECASE),
    negations=words("ne n' pas jamais rien aucun aucune ni sans guère nullement nulle non"),
    definition=re.compile(
        r"(?P<term>(?:Une?|Le|La|L['’])\s?[\w'’\-() ]{1,48}?)\s+est\s+(?=(?:une?|la|le)\s(?!des\b)|l['’])"
    ),
    articles=words("un une le la"),
    reading=Reading(
        cardinal=cardinal,
        ordinal=ordinal,
        decimal=decimal,
        version_point="point",
        minus="moins",
        to="à",
        times="sur",
        units=forms(
            """
            % = pour cent, pour cent
            ‰ = pour mille, pour mille
            km = kilomètre, kilomètres
            m = mètre, mètres
            cm = centimètre, centimètres
            mm = millimètre, millimètres
            µm = micromètre, micromètres
            nm = nanomètre, nanomètres
            km² = kilomètre carré, kilomètres carrés
            m² = mètre carré, mètres carrés
            m³ = mètre cube, mètres cubes
            km³ = kilomètre cube, kilomètres cubes
            ha = hectare, hectares
            l = litre, litres
            L = litre, litres
            t = tonne, tonnes
            kg = kilogramme, kilogrammes
            g = gramme, grammes
            mg = milligramme, milligrammes
            s = seconde, secondes
            ms = milliseconde, millisecondes
            min = minute, minutes
            h = heure, heures
            km/h = kilomètre par heure, kilomètres par heure
            m/s = mètre par seconde, mètres par seconde
            °C = degré Celsius, degrés Celsius
            ° = degré, degrés
            Hz = hertz, hertz
            kHz = kilohertz, kilohertz
            MHz = mégahertz, mégahertz
            GHz = gigahertz, gigahertz
            kW = kilowatt, kilowatts
            MW = mégawatt, mégawatts
            W = watt, watts
            V = volt, volts
            Ko = kilooctet, kilooctets
            Mo = mégaoctet, mégaoctets
            Go = gigaoctet, gigaoctets
            To = téraoctet, téraoctets
            € = euro, euros
            $ = dollar, dollars
            £ = livre, livres
            """
        ),
        feminine=words("t s ms min h £"),
        symbols=table(
            """
            % = pour cent
            & = et
            + = plus
            − = moins
            × = fois
            · = fois
            = = égale
            ≠ = est différent de
            < = est inférieur à
            > = est supérieur à
            ≤ = est inférieur ou égal à
            ≥ = est supérieur ou égal à
            ≈ = environ
            ± = plus ou moins
            → = vers
            § = paragraphe
            ° = degrés
            """
        ),
        abbreviations=table(
            """
            p. ex. = par exemple
            ex. = exemple
            c.-à-d. = c'est-à-dire
            etc. = et cetera
            env. = environ
            fig. = figure
            p. = page
            chap. = chapitre
            n° = numéro
            av. j.-c. = avant Jésus-Christ
            apr. j.-c. = après Jésus-Christ
            m. = monsieur
            mme = madame
            dr = docteur
            st = saint
            cf. = voir
            max. = au maximum
            min. = au minimum
            """
        ),
        read_capitals=words("ONU OTAN NASA UNESCO SIDA OVNI"),
        ordinal_sign=re.compile(r"(?P<number>\d+)(?P<ending>er|ère|re|e|ème)"),
        months=words("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
        centuries=words("siècle siècles chapitre article partie tome volume acte"),
        gender_of=lambda noun, count: (
            "f" if noun.endswith(("tion", "ée", "té", "ance", "ence", "ine", "ette", "ure")) else "m"
        ),
        regnal=lambda value: ordinal(value) if value == 1 else cardinal(value),
        fractions={
            2: ("un demi", "demis"),
            3: ("un tiers", "tiers"),
            4: ("un quart", "quarts"),
            5: ("un cinquième", "cinquièmes"),
            8: ("un huitième", "huitièmes"),
            10: ("un dixième", "dixièmes"),
        },
    ),
)
