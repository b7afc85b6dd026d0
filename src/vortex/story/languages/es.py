"""Spanish."""

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

_SMALL = listed("""cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis
diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete
veintiocho veintinueve""")
_TENS = ("", "", "", *listed("treinta cuarenta cincuenta sesenta setenta ochenta noventa"))
_HUNDREDS = (
    "",
    "ciento",
    *listed("doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos"),
)
_ORDINALS = ("", *listed("primero segundo tercero cuarto quinto sexto séptimo octavo noveno décimo"))


def _below_1000(value: int) -> str:
    hundreds, rest = divmod(value, 100)
    if value == 100:
        return "cien"
    tail = "" if not rest else _SMALL[rest] if rest < 30 else _TENS[rest // 10]
    if rest >= 30 and rest % 10:
        tail += f" y {_SMALL[rest % 10]}"
    return f"{_HUNDREDS[hundreds]} {tail}".strip()


def _before_noun(said: str) -> str:
    """Return a number that ends in "uno" as it stands before a masculine noun: "veintiún mil"."""
    return re.sub(r"veintiuno$", "veintiún", said) if said.endswith("veintiuno") else re.sub(r"uno$", "un", said)


def cardinal(value: int, gender: Gender = "n", case: Case = "nom") -> str:
    """Return a whole number below 10^12; ``gender`` "n" counts, "m" and "f" stand before a noun."""
    if value == 0:
        return "cero"
    parts = []
    millions, value = divmod(value, 10**6)
    if millions:
        parts.append("un millón" if millions == 1 else f"{_before_noun(cardinal(millions))} millones")
    thousands, value = divmod(value, 1000)
    if thousands:
        parts.append("mil" if thousands == 1 else f"{_before_noun(_below_1000(thousands))} mil")
    if value:
        parts.append(_below_1000(value))
    said = " ".join(parts)
    if gender == "f":
        return re.sub(r"uno$", "una", re.sub(r"cientos\b", "cientas", said.replace("quinientos", "quinientas")))
    return _before_noun(said) if gender == "m" else said


def ordinal(value: int, gender: Gender = "m", case: Case = "nom") -> str:
    """Return an ordinal up to ten; beyond, the cardinal that is said instead."""
    if value >= len(_ORDINALS):
        return cardinal(value)
    said = _ORDINALS[value]
    return f"{said[:-1]}a" if gender == "f" else said


def decimal(whole: int, figures: str) -> str:
    """Return a decimal, its figures as one number."""
    return as_number(cardinal(whole), "coma", figures, cardinal, "cero")


SPANISH = Language(
    phrases=Phrases(
        question="{t}: ¿de qué se trata?",
        promise="Los temas: {t}.",
        span="Los temas van de «{t}» a «{s}».",
        links=("Para empezar: {t}.", "El tema siguiente: {t}.", "Después: {t}.", "Para terminar: {t}."),
        first_part="Para empezar: {t}.",
        next_part="El tema siguiente: {t}.",
        steps=("Primero, {t}", "Después, {t}", "Por último, {t}"),
        recap="En resumen: {t}",
        recap_title="En resumen",
        closing="Hemos visto: {t}, según «{s}».",
        closing_whole="Hemos visto: {t}.",
        conjunction="y",
    ),
    labels=Labels(
        sources="Fuentes",
        definition="Definición",
        chapter="Capítulo {n}",
        page="pág. {x}",
        pages="págs. {x}",
        more=" y {n} más",
        still="Imagen generada",
        clip="Vídeo generado",
        script="Guion: {x}.",
    ),
    in_order=re.compile(r"\b(?:pasos|etapas|fases|procedimiento|en este orden)\b", re.IGNORECASE),
    negations=words("no nunca jamás nada nadie ningún ninguno ninguna ni sin tampoco apenas"),
    definition=re.compile(r"(?P<term>(?:Una?|El|La)\s[\w'’\-() ]{1,48}?)\s+es\s+(?=(?:una?|el|la)\s(?!de l[ao]s\b))"),
    articles=words("un una el la"),
    reading=Reading(
        cardinal=cardinal,
        ordinal=ordinal,
        decimal=decimal,
        version_point="punto",
        minus="menos",
        to="a",
        times="a",
        units=forms(
            """
            % = por ciento, por ciento
            ‰ = por mil, por mil
            km = kilómetro, kilómetros
            m = metro, metros
            cm = centímetro, centímetros
            mm = milímetro, milímetros
            µm = micrómetro, micrómetros
            nm = nanómetro, nanómetros
            km² = kilómetro cuadrado, kilómetros cuadrados
            m² = metro cuadrado, metros cuadrados
            m³ = metro cúbico, metros cúbicos
            km³ = kilómetro cúbico, kilómetros cúbicos
            ha = hectárea, hectáreas
            l = litro, litros
            L = litro, litros
            t = tonelada, toneladas
            kg = kilogramo, kilogramos
            g = gramo, gramos
            mg = miligramo, miligramos
            s = segundo, segundos
            ms = milisegundo, milisegundos
            min = minuto, minutos
            h = hora, horas
            km/h = kilómetro por hora, kilómetros por hora
            m/s = metro por segundo, metros por segundo
            °C = grado Celsius, grados Celsius
            ° = grado, grados
            Hz = hercio, hercios
            kHz = kilohercio, kilohercios
            MHz = megahercio, megahercios
            GHz = gigahercio, gigahercios
            kW = kilovatio, kilovatios
            MW = megavatio, megavatios
            W = vatio, vatios
            V = voltio, voltios
            KB = kilobyte, kilobytes
            MB = megabyte, megabytes
            GB = gigabyte, gigabytes
            TB = terabyte, terabytes
            € = euro, euros
            $ = dólar, dólares
            £ = libra, libras
            """
        ),
        feminine=words("ha t h £"),
        symbols=table(
            """
            % = por ciento
            & = y
            + = más
            − = menos
            × = por
            · = por
            = = igual a
            ≠ = distinto de
            < = menor que
            > = mayor que
            ≤ = menor o igual que
            ≥ = mayor o igual que
            ≈ = aproximadamente
            ± = más o menos
            → = a
            § = párrafo
            ° = grados
            """
        ),
        abbreviations=table(
            """
            p. ej. = por ejemplo
            p.ej. = por ejemplo
            a. c. = antes de Cristo
            d. c. = después de Cristo
            ee. uu. = Estados Unidos
            p. = página
            pág. = página
            etc. = etcétera
            aprox. = aproximadamente
            fig. = figura
            cap. = capítulo
            núm. = número
            n.º = número
            a.c. = antes de Cristo
            d.c. = después de Cristo
            ee.uu. = Estados Unidos
            sr. = señor
            sra. = señora
            dr. = doctor
            dra. = doctora
            ud. = usted
            máx. = máximo
            mín. = mínimo
            vs. = contra
            """
        ),
        read_capitals=words("ONU OTAN NASA UNESCO SIDA OVNI"),
        ordinal_sign=re.compile(r"(?P<number>\d+)\.?(?P<ending>º|ª|er)"),
        months=words(
            "enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre"
        ),
        centuries=words("siglo siglos capítulo artículo parte tomo volumen acto"),
        gender_of=lambda noun, count: "f" if noun.endswith(("as", "a", "ciones", "ción", "dades", "dad")) else "m",
        regnal=ordinal,
        fractions={
            2: ("un medio", "medios"),
            3: ("un tercio", "tercios"),
            4: ("un cuarto", "cuartos"),
            5: ("un quinto", "quintos"),
            8: ("un octavo", "octavos"),
            10: ("un décimo", "décimos"),
        },
    ),
)
