import pytest

from vortex.story.languages.table import LANGUAGES
from vortex.story.spoken import say_words
from vortex.story.writers.candidates import definition_term

READINGS = [
    (
        "de",
        "Am 14. Juli 1789, im 19. Jahrhundert",
        "Am vierzehnten Juli siebzehnhundertneunundachtzig, im neunzehnten Jahrhundert",
    ),
    (
        "de",
        "1.234,5 km bei 21 °C",
        "tausendzweihundertvierunddreißig Komma fünf Kilometer bei einundzwanzig Grad Celsius",
    ),
    (
        "de",
        "z. B. 5 km/h, d. h. 10–20 kg, 1 t",
        "zum Beispiel fünf Kilometer pro Stunde, das heißt zehn bis zwanzig Kilogramm, eine Tonne",
    ),
    (
        "de",
        "CO₂ der EDV zu 3/4 unter Python 3.11.2",
        "C O zwei der E D V zu drei Viertel unter Python drei Punkt elf Punkt zwei",
    ),
    ("de", "1 Katze, 101 Hunde, 1 Gebäude", "eine Katze, hundertein Hunde, ein Gebäude"),
    ("pt", "custou R$ 3,50, ou 2 € 5 vezes", "custou três vírgula cinquenta reais, ou dois euros cinco vezes"),
    ("de", "von 300 000 €, usw.", "von dreihunderttausend Euro, und so weiter."),
    (
        "fr",
        "Le 1er mai, au XIXe siècle, Louis XIV et François Ier",
        "Le premier mai, au dix-neuvième siècle, Louis quatorze et François premier",
    ),
    (
        "fr",
        "80 ans, 81 200 hommes, 71 et 91",
        "quatre-vingts ans, quatre-vingt-un mille deux cents hommes, soixante et onze et quatre-vingt-onze",
    ),
    ("fr", "1,05 % de l'ADN, 3/4 de l'OTAN", "un virgule zéro cinq pour cent de l'ADN, trois quarts de l'OTAN"),
    (
        "es",
        "21 personas, 200 casas, 1 km, 31 000 años",
        "veintiuna personas, doscientas casas, un kilómetro, treinta y un mil años",
    ),
    (
        "es",
        "3,14 % de 1.234.567 €",
        "tres coma catorce por ciento de un millón doscientos treinta y cuatro mil quinientos sesenta y siete euros",
    ),
    ("es", "Carlos V, siglo XIX, EE. UU.", "Carlos quinto, siglo diecinueve, Estados Unidos."),
    ("it", "L'8 marzo del XIX secolo, 28 ore", "L'otto marzo del diciannovesimo secolo, ventotto ore"),
    ("it", "1.861 m a 3,05 km", "milleottocentosessantuno metri a tre virgola zero cinque chilometri"),
    (
        "pt",
        "22 pessoas, 200 casas, 1.500 km, R$5",
        "vinte e duas pessoas, duzentas casas, mil e quinhentos quilômetros, cinco reais",
    ),
    ("pt", "1º de maio de 1822", "primeiro de maio de mil oitocentos e vinte e dois"),
    (
        "ru",
        "14 июля 1789 года, в 1867 г. же",
        "четырнадцатого июля тысяча семьсот восемьдесят девятого года, в тысяча восемьсот шестьдесят седьмом году же",
    ),
    (
        "ru",
        "около 300 км, 21 минута, 2 минуты, 2 метра",
        "около трёхсот километров, двадцать одна минута, две минуты, два метра",
    ),
    (
        "ru",
        "в XIX веке 3,5 %, 0,05 м, 30 км",
        "в девятнадцатом веке три целых пять десятых процента, ноль целых пять сотых метра, тридцать километров",
    ),
    (
        "ru",
        "т. е. 1914–1918 годы, ДНК и НАТО",
        "то есть тысяча девятьсот четырнадцатый, тысяча девятьсот восемнадцатый годы, Д Н К и НАТО",
    ),
]


@pytest.mark.parametrize(("language", "written", "spoken"), READINGS)
def test_reads_as_a_person_of_that_tongue_would(language: str, written: str, spoken: str) -> None:
    words = say_words(written, language)
    assert [word.shown for word in words] == written.split()
    assert " ".join(" ".join(word.said for word in words).split()) == spoken


@pytest.mark.parametrize(
    ("language", "text", "term"),
    [
        ("de", "Eine Pferdestärke ist eine Einheit der Leistung.", "Eine Pferdestärke"),
        ("de", "Die Linse ist eine der ältesten Erfindungen.", ""),
        ("fr", "Un étalon est un objet qui fixe une unité.", "Un étalon"),
        ("fr", "Le feu est large et haut.", ""),
        ("es", "El telégrafo es un aparato que transmite mensajes.", "El telégrafo"),
        ("it", "L'epicentro è il punto della superficie.", "L'epicentro"),
        ("it", "La scala è logaritmica e alta.", ""),
        ("pt", "A torra é um aquecimento do grão.", "A torra"),
        ("pt", "O café é uma das bebidas mais consumidas.", ""),
        ("ru", "Период — это горизонтальный ряд таблицы.", "Период"),
        ("ru", "Самый лёгкий элемент — водород, на него приходится много.", ""),
    ],
)
def test_definitions_of_every_language(language: str, text: str, term: str) -> None:
    assert definition_term(text, language) == term


@pytest.mark.parametrize(
    ("language", "value", "said"),
    [
        ("de", 101, "hunderteins"), ("de", 2_001_000, "zwei Millionen tausend"), ("de", 30, "dreißig"),
        ("fr", 200, "deux cents"), ("fr", 80_000, "quatre-vingt mille"), ("fr", 1_000_000, "un million"),
        ("es", 100, "cien"), ("es", 1_000_000_000, "mil millones"), ("es", 555, "quinientos cincuenta y cinco"),
        ("it", 23, "ventitré"), ("it", 2000, "duemila"), ("it", 1_000_001, "un milione uno"),
        ("pt", 1100, "mil e cem"), ("pt", 2345, "dois mil trezentos e quarenta e cinco"), ("pt", 16, "dezesseis"),
        ("ru", 2_002, "две тысячи два"), ("ru", 5_000_000, "пять миллионов"), ("ru", 11, "одиннадцать"),
    ],
)  # fmt: skip
def test_whole_numbers(language: str, value: int, said: str) -> None:
    reading = LANGUAGES[language].reading
    assert reading is not None
    assert reading.cardinal(value, "n" if language in ("de", "es", "it") else "m", "nom") == said


@pytest.mark.parametrize("language", [code for code, known in LANGUAGES.items() if known.reading])
def test_every_number_up_to_a_thousand_has_words_of_its_own(language: str) -> None:
    reading = LANGUAGES[language].reading
    assert reading is not None
    said = [reading.cardinal(value, "m", "nom") for value in range(1001)]
    assert len(set(said)) == 1001 and not any(sign.isdigit() for text in said for sign in text)
    assert all(reading.ordinal(value, "m", "nom") for value in range(1, 101))
