"""Portuguese, with the number words of Brazil."""

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

_SMALL = listed("""zero um dois três quatro cinco seis sete oito nove dez onze doze treze quatorze quinze dezesseis
dezessete dezoito dezenove""")
_TENS = ("", "", *listed("vinte trinta quarenta cinquenta sessenta setenta oitenta noventa"))
_HUNDREDS = (
    "",
    "cento",
    *listed("duzentos trezentos quatrocentos quinhentos seiscentos setecentos oitocentos novecentos"),
)
_ORDINALS = ("", *listed("primeiro segundo terceiro quarto quinto sexto sétimo oitavo nono décimo"))


def _below_1000(value: int) -> str:
    if value == 100:
        return "cem"
    hundreds, rest = divmod(value, 100)
    parts = [_HUNDREDS[hundreds]] if hundreds else []
    if rest and rest < 20:
        parts.append(_SMALL[rest])
    elif rest:
        parts += [_TENS[rest // 10], *([_SMALL[rest % 10]] if rest % 10 else [])]
    return " e ".join(parts)


def cardinal(value: int, gender: Gender = "m", case: Case = "nom") -> str:
    """Return a whole number below 10^12."""
    if value == 0:
        return "zero"
    groups = []
    for size, one, many in ((10**9, "bilhão", "bilhões"), (10**6, "milhão", "milhões")):
        count, value = divmod(value, size)
        if count:
            groups.append(f"um {one}" if count == 1 else f"{_below_1000(count)} {many}")
    thousands, value = divmod(value, 1000)
    if thousands:
        groups.append("mil" if thousands == 1 else f"{_in_gender(_below_1000(thousands), gender)} mil")
    if value:
        joined = bool(groups) and (value <= 100 or value % 100 == 0)
        groups.append(("e " if joined else "") + _in_gender(_below_1000(value), gender))
    return " ".join(groups)


def _in_gender(said: str, gender: Gender) -> str:
    if gender != "f":
        return said
    said = re.sub(r"entos\b", "entas", said)
    return re.sub(r"\bum$", "uma", re.sub(r"\bdois$", "duas", said))


def ordinal(value: int, gender: Gender = "m", case: Case = "nom") -> str:
    """Return an ordinal up to ten; beyond, the cardinal that is said instead."""
    if value >= len(_ORDINALS):
        return cardinal(value)
    said = _ORDINALS[value]
    return f"{said[:-1]}a" if gender == "f" else said


def decimal(whole: int, figures: str) -> str:
    """Return a decimal, its figures as one number."""
    return as_number(cardinal(whole), "vírgula", figures, cardinal, "zero")


PORTUGUESE = Language(
    phrases=Phrases(
        question="{t}: do que se trata?",
        promise="Os temas: {t}.",
        span="Os temas vão de «{t}» a «{s}».",
        links=("Para começar: {t}.", "O próximo tema: {t}.", "Em seguida: {t}.", "Para terminar: {t}."),
        first_part="Para começar: {t}.",
        next_part="O próximo tema: {t}.",
        steps=("Primeiro, {t}", "Depois, {t}", "Por fim, {t}"),
        recap="Em resumo: {t}",
        recap_title="Em resumo",
        closing="Vimos: {t}, segundo «{s}».",
        closing_whole="Vimos: {t}.",
        conjunction="e",
    ),
    labels=Labels(
        sources="Fontes",
        definition="Definição",
        chapter="Capítulo {n}",
        page="p. {x}",
        pages="pp. {x}",
        more=" e mais {n}",
        still="Imagem gerada",
        clip="Vídeo gerado",
        script="Roteiro: {x}.",
    ),
    in_order=re.compile(r"\b(?:passos|etapas|fases|procedimento|nesta ordem)\b", re.IGNORECASE),
    negations=words("não nunca jamais nada ninguém nenhum nenhuma nem sem tampouco mal raramente"),
    definition=re.compile(r"(?P<term>(?:Uma?|O|A)\s[\w'’\-() ]{1,48}?)\s+é\s+(?=(?:uma?|o|a)\s(?!d[ao]s\b))"),
    articles=words("um uma o a"),
    reading=Reading(
        cardinal=cardinal,
        ordinal=ordinal,
        decimal=decimal,
        version_point="ponto",
        minus="menos",
        to="a",
        times="por",
        units=forms(
            """
            % = por cento, por cento
            ‰ = por mil, por mil
            km = quilômetro, quilômetros
            m = metro, metros
            cm = centímetro, centímetros
            mm = milímetro, milímetros
            µm = micrômetro, micrômetros
            nm = nanômetro, nanômetros
            km² = quilômetro quadrado, quilômetros quadrados
            m² = metro quadrado, metros quadrados
            m³ = metro cúbico, metros cúbicos
            km³ = quilômetro cúbico, quilômetros cúbicos
            ha = hectare, hectares
            l = litro, litros
            L = litro, litros
            t = tonelada, toneladas
            kg = quilograma, quilogramas
            g = grama, gramas
            mg = miligrama, miligramas
            s = segundo, segundos
            ms = milissegundo, milissegundos
            min = minuto, minutos
            h = hora, horas
            km/h = quilômetro por hora, quilômetros por hora
            m/s = metro por segundo, metros por segundo
            °C = grau Celsius, graus Celsius
            ° = grau, graus
            Hz = hertz, hertz
            kHz = quilo-hertz, quilo-hertz
            MHz = mega-hertz, mega-hertz
            GHz = giga-hertz, giga-hertz
            kW = quilowatt, quilowatts
            MW = megawatt, megawatts
            W = watt, watts
            V = volt, volts
            KB = kilobyte, kilobytes
            MB = megabyte, megabytes
            GB = gigabyte, gigabytes
            TB = terabyte, terabytes
            € = euro, euros
            $ = dólar, dólares
            R$ = real, reais
            £ = libra, libras
            """
        ),
        feminine=words("t h £"),
        symbols=table(
            """
            % = por cento
            & = e
            + = mais
            − = menos
            × = vezes
            · = vezes
            = = igual a
            ≠ = diferente de
            < = menor que
            > = maior que
            ≤ = menor ou igual a
            ≥ = maior ou igual a
            ≈ = cerca de
            ± = mais ou menos
            → = para
            § = parágrafo
            ° = graus
            """
        ),
        abbreviations=table(
            """
            p. ex. = por exemplo
            p.ex. = por exemplo
            a. c. = antes de Cristo
            d. c. = depois de Cristo
            ex. = exemplo
            etc. = et cetera
            aprox. = aproximadamente
            fig. = figura
            cap. = capítulo
            pág. = página
            p. = página
            n.º = número
            nº = número
            a.c. = antes de Cristo
            d.c. = depois de Cristo
            sr. = senhor
            sra. = senhora
            dr. = doutor
            dra. = doutora
            máx. = máximo
            mín. = mínimo
            """
        ),
        read_capitals=words("ONU OTAN NASA UNESCO AIDS OVNI"),
        ordinal_sign=re.compile(r"(?P<number>\d+)\.?(?P<ending>º|ª|o|a)"),
        months=words("janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"),
        centuries=words("século séculos capítulo artigo parte tomo volume ato"),
        gender_of=lambda noun, count: "f" if noun.endswith(("as", "a", "ções", "ção", "dades", "dade")) else "m",
        regnal=ordinal,
        fractions={
            2: ("um meio", "meios"),
            3: ("um terço", "terços"),
            4: ("um quarto", "quartos"),
            5: ("um quinto", "quintos"),
            8: ("um oitavo", "oitavos"),
            10: ("um décimo", "décimos"),
        },
    ),
)
