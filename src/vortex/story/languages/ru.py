"""Russian. Numbers agree with what they count, and years and days are ordinals in the case of their noun."""

import re

from vortex.story.languages.base import Case, Gender, Labels, Language, Phrases, Reading, forms, listed, table, words

_SMALL = listed("""ноль один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать
четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать""")
_TENS = ("", "", *listed("двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто"))
_HUNDREDS = ("", *listed("сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот"))
_GENITIVE = {
    "ноль": "ноля", "один": "одного", "одна": "одной", "одно": "одного", "два": "двух", "две": "двух", "три": "трёх",
    "четыре": "четырёх", "сорок": "сорока", "девяносто": "девяноста", "сто": "ста", "двести": "двухсот",
    "триста": "трёхсот", "четыреста": "четырёхсот", "восемь": "восьми", "пятьдесят": "пятидесяти",
    "шестьдесят": "шестидесяти", "семьдесят": "семидесяти", "восемьдесят": "восьмидесяти", "восемьсот": "восьмисот",
    "пятьсот": "пятисот", "шестьсот": "шестисот", "семьсот": "семисот", "девятьсот": "девятисот",
}  # fmt: skip
_SCALES = (
    (10**9, ("миллиард", "миллиарда", "миллиардов"), "m"),
    (10**6, ("миллион", "миллиона", "миллионов"), "m"),
    (1000, ("тысяча", "тысячи", "тысяч"), "f"),
)
_ORDINALS = {
    "ноль": "нулев", "один": "перв", "два": "втор", "три": "трет", "четыре": "четвёрт", "пять": "пят", "шесть": "шест",
    "семь": "седьм", "восемь": "восьм", "девять": "девят", "десять": "десят", "двадцать": "двадцат",
    "тридцать": "тридцат", "сорок": "сороков", "пятьдесят": "пятидесят", "шестьдесят": "шестидесят",
    "семьдесят": "семидесят", "восемьдесят": "восьмидесят", "девяносто": "девяност", "сто": "сот", "двести": "двухсот",
    "триста": "трёхсот", "четыреста": "четырёхсот", "пятьсот": "пятисот", "шестьсот": "шестисот",
    "семьсот": "семисот", "восемьсот": "восьмисот", "девятьсот": "девятисот", "тысяча": "тысячн",
}  # fmt: skip
_STRESSED = frozenset(listed("втор шест седьм восьм сороков нулев"))
_THOUSANDTH = {2: "двух", 3: "трёх", 4: "четырёх", 5: "пяти", 6: "шести", 7: "семи", 8: "восьми", 9: "девяти"}
_PARTS = {1: ("десятая", "десятых"), 2: ("сотая", "сотых"), 3: ("тысячная", "тысячных")}


def form(value: int) -> int:
    """Return which form of a noun a number takes: 0 for "год", 1 for "года", 2 for "лет"."""
    if value % 10 == 1 and value % 100 != 11:
        return 0
    return 1 if value % 10 in (2, 3, 4) and value % 100 not in (12, 13, 14) else 2


def _below_1000(value: int, gender: Gender) -> list[str]:
    said = [_HUNDREDS[value // 100]] if value >= 100 else []
    rest = value % 100
    if rest >= 20:
        said.append(_TENS[rest // 10])
        rest %= 10
    if rest:
        said.append({(1, "f"): "одна", (1, "n"): "одно", (2, "f"): "две"}.get((rest, gender), _SMALL[rest]))
    return said


def _genitive(word: str) -> str:
    return _GENITIVE.get(word) or (f"{word[:-1]}и" if word.endswith("ь") else word)


def cardinal(value: int, gender: Gender = "m", case: Case = "nom") -> str:
    """Return a whole number below 10^12, in the nominative or the genitive."""
    if value == 0:
        return "ноля" if case == "gen" else "ноль"
    said: list[str] = []
    for size, names, of in _SCALES:
        count, value = divmod(value, size)
        if count == 1 and size == 1000 and not said:
            said.append("тысячи" if case == "gen" else names[0])
        elif count:
            part = _below_1000(count, "f" if of == "f" else "m")
            name = names[form(count)] if case != "gen" else names[1] if form(count) == 0 else names[2]
            said += [*(map(_genitive, part) if case == "gen" else part), name]
    last = _below_1000(value, gender)
    return " ".join([*said, *(map(_genitive, last) if case == "gen" else last)])


def ordinal(value: int, gender: Gender = "m", case: Case = "nom") -> str:
    """Return an ordinal in its case: "четырнадцатого", "шестьдесят седьмом"."""
    if value % 1000 == 0 and 1 < value // 1000 < 10:
        return f"{_THOUSANDTH[value // 1000]}тысячн" + _ending("тысячн", gender, case)
    *head, last = cardinal(value).split()
    stem = _ORDINALS.get(last) or last.removesuffix("ь")
    return " ".join([*head, stem + _ending(stem, gender, case)])


def _ending(stem: str, gender: Gender, case: Case) -> str:
    if stem == "трет":
        return {"f": {"nom": "ья"}, "n": {"nom": "ье"}}.get(gender, {"nom": "ий"}).get(case) or {
            "gen": "ьего" if gender != "f" else "ьей", "prep": "ьем" if gender != "f" else "ьей",
        }[case]  # fmt: skip
    if gender == "f":
        return "ая" if case == "nom" else "ой"
    if case == "nom":
        return "ое" if gender == "n" else "ой" if stem in _STRESSED else "ый"
    return "ого" if case == "gen" else "ом"


def _gender(noun: str, count: int) -> Gender:
    """Return the gender of a counted noun; after two to four it stands in the genitive, feminine with -ы or -и."""
    if count % 10 == 1:
        return "f" if noun.endswith(("а", "я")) else "n" if noun.endswith(("о", "е")) else "m"
    return "f" if noun.endswith(("ы", "и", "ые", "ие")) else "m"


def decimal(whole: int, figures: str) -> str:
    """Return a decimal as a fraction up to thousandths: "три целых пять десятых"; beyond, figure by figure."""
    figures = figures.rstrip("0") or figures[:1]
    if len(figures) > 3:
        return f"{cardinal(whole)} запятая {' '.join(_SMALL[int(figure)] for figure in figures)}"
    part = int(figures)
    head = f"{cardinal(whole, 'f')} {'целая' if form(whole) == 0 else 'целых'}"
    return f"{head} {cardinal(part, 'f')} {_PARTS[len(figures)][int(form(part) != 0)]}"


RUSSIAN = Language(
    phrases=Phrases(
        question="{t}: о чём идёт речь?",
        promise="Наши темы: {t}.",
        span="Наши темы: от раздела «{t}» до раздела «{s}».",
        links=("Сначала: {t}.", "Следующая тема: {t}.", "Далее: {t}.", "И в заключение: {t}."),
        first_part="Сначала: {t}.",
        next_part="Следующая тема: {t}.",
        steps=("Сначала {t}", "Затем {t}", "Наконец, {t}"),
        recap="Коротко: {t}",
        recap_title="Коротко",
        closing="Это была тема: {t}. Источник: «{s}».",
        closing_whole="Это была тема: {t}.",
        conjunction="и",
    ),
    labels=Labels(
        sources="Источники",
        definition="Определение",
        chapter="Глава {n}",
        page="с. {x}",
        pages="с. {x}",
        more=" и ещё {n}",
        still="Созданное изображение",
        clip="Созданное видео",
        script="Сценарий: {x}.",
    ),
    in_order=re.compile(
        r"\b(?:шаг(?:и|ов|ам|ами|ах)|этап(?:ы|ов|ам|ами|ах)|стади(?:и|й|ям|ями|ях)|по очереди|по порядку)\b",
        re.IGNORECASE,
    ),
    negations=words(
        """не ни нет никогда ничто ничего никто никого никому нигде никакой никакая никакое никакие никаких без нельзя
        невозможно едва редко"""
    ),
    definition=re.compile(r"(?P<term>[А-ЯЁ][\w\-() ]{1,48}?)\s+—\s+это\s+"),
    articles=words(""),
    reading=Reading(
        cardinal=cardinal,
        ordinal=ordinal,
        decimal=decimal,
        version_point="точка",
        minus="минус",
        to="до",
        times="на",
        plural=form,
        units=forms(
            """
            % = процент, процента, процентов
            ‰ = промилле, промилле, промилле
            км = километр, километра, километров
            м = метр, метра, метров
            см = сантиметр, сантиметра, сантиметров
            мм = миллиметр, миллиметра, миллиметров
            мкм = микрометр, микрометра, микрометров
            нм = нанометр, нанометра, нанометров
            км² = квадратный километр, квадратных километра, квадратных километров
            м² = квадратный метр, квадратных метра, квадратных метров
            м³ = кубический метр, кубических метра, кубических метров
            км³ = кубический километр, кубических километра, кубических километров
            га = гектар, гектара, гектаров
            л = литр, литра, литров
            т = тонна, тонны, тонн
            кг = килограмм, килограмма, килограммов
            мг = миллиграмм, миллиграмма, миллиграммов
            мс = миллисекунда, миллисекунды, миллисекунд
            мин = минута, минуты, минут
            ч = час, часа, часов
            км/ч = километр в час, километра в час, километров в час
            м/с = метр в секунду, метра в секунду, метров в секунду
            км/с = километр в секунду, километра в секунду, километров в секунду
            °C = градус Цельсия, градуса Цельсия, градусов Цельсия
            °С = градус Цельсия, градуса Цельсия, градусов Цельсия
            ° = градус, градуса, градусов
            Гц = герц, герца, герц
            кГц = килогерц, килогерца, килогерц
            МГц = мегагерц, мегагерца, мегагерц
            ГГц = гигагерц, гигагерца, гигагерц
            кВт = киловатт, киловатта, киловатт
            МВт = мегаватт, мегаватта, мегаватт
            Вт = ватт, ватта, ватт
            Кб = килобайт, килобайта, килобайт
            Мб = мегабайт, мегабайта, мегабайт
            МБ = мегабайт, мегабайта, мегабайт
            ГБ = гигабайт, гигабайта, гигабайт
            € = евро, евро, евро
            $ = доллар, доллара, долларов
            £ = фунт, фунта, фунтов
            ₽ = рубль, рубля, рублей
            тыс. = тысяча, тысячи, тысяч
            млн = миллион, миллиона, миллионов
            млрд = миллиард, миллиарда, миллиардов
            """
        ),
        feminine=words("т мс мин тыс."),
        symbols=table(
            """
            % = процентов
            & = и
            + = плюс
            − = минус
            × = умножить на
            · = умножить на
            = = равно
            ≠ = не равно
            < = меньше
            > = больше
            ≤ = не больше
            ≥ = не меньше
            ≈ = примерно
            ± = плюс-минус
            → = в
            № = номер
            § = параграф
            ° = градусов
            """
        ),
        abbreviations=table(
            """
            т. е. = то есть
            т.е. = то есть
            т. к. = так как
            т.к. = так как
            т. д. = так далее
            т.д. = так далее
            т. п. = тому подобное
            т.п. = тому подобное
            др. = другие
            н. э. = нашей эры
            см. = смотри
            рис. = рисунок
            табл. = таблица
            гл. = глава
            стр. = страница
            им. = имени
            н.э. = нашей эры
            напр. = например
            ок. = около
            руб. = рублей
            """
        ),
        ordinal_sign=re.compile(r"(?P<number>\d+)-(?P<ending>й|я|е|го|м|х|ый|ой|ая|ое)"),
        day_is_ordinal=True,
        months=words("января февраля марта апреля мая июня июля августа сентября октября ноября декабря"),
        centuries=words("век века веке веков веках глава главы часть части том тома статья статьи"),
        roman_is_ordinal=True,
        before_genitive=words("около более менее больше меньше свыше до от из с со после для ок."),
        gender_of=_gender,
        regnal=ordinal,
        fractions={
            2: ("одна вторая", "вторых"),
            3: ("одна третья", "трети"),
            4: ("одна четвёртая", "четверти"),
            5: ("одна пятая", "пятых"),
            8: ("одна восьмая", "восьмых"),
            10: ("одна десятая", "десятых"),
        },
        year_words={
            "год": "nom",
            "года": "gen",
            "году": "prep",
            "годы": "nom",
            "годов": "gen",
            "годах": "prep",
            "г": "nom",
        },
        year_sign={"в": "году", "во": "году", "": "года"},
    ),
)
