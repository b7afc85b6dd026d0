import pytest

from vortex.story.spoken import say_words


def said(text: str, **options: object) -> str:
    return " ".join(word.said for word in say_words(text, **options))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("about 97.5% of it", "about ninety-seven point five percent of it"),
        ("pages 37–39,", "pages thirty-seven to thirty-nine,"),
        ("in 1808, on July 9, 1868", "in eighteen oh eight, on July ninth, eighteen sixty-eight"),
        ("the 3rd of 1,151 rows", "the third of one thousand one hundred fifty-one rows"),
        ("5 km at 30fps or 10 km/h", "five kilometres at thirty frames per second or ten kilometres per hour"),
        ("$5 million and $3", "five million dollars and three dollars"),
        ("NASA reads SQL in the WHERE clause", "nasa reads S Q L in the where clause"),
        ("e.g., a list, i.e. rows, etc.", "for example, a list, that is rows, et cetera."),
        ("see Fig. 3 on p. 4", "see figure three on page four"),
        ("call t.test() or data.frame", "call t test or data frame"),
        ("x[i] is heap[0]", "x sub i is heap sub zero"),
        ("x^2 ≥ 2*k+1", "x squared is at least two times k plus one"),
        ("x <- 5 → β", "x gets five to beta"),
        ("O(n log n) time", "O of n log n time"),
        ("N/logN steps", "N over log N steps"),
        ("Amendment XXV, section 8", "Amendment twenty-five, section eight"),
        ("at https://www.r-project.org/a today", "at r project dot org today"),
        ("a 3-element list in the 1990s", "a three element list in the nineteen nineties"),
        ("3/4 of my_file.txt", "three quarters of my file dot text"),
        (
            "a 16:9 film of AND-connected .RData (Rice 1995, p.490)",
            "a sixteen to nine film of and connected dot R Data Rice nineteen ninety-five, page four hundred ninety",
        ),
        ("(a plain “word”)", "a plain word"),
    ],
)
def test_reads_as_a_person_would(written: str, spoken: str) -> None:
    assert said(written) == spoken


def test_every_caption_word_has_one_reading() -> None:
    text = "In 1808, x[i] ≥ 5% — e.g. for SQL."
    words = say_words(text)
    assert [word.shown for word in words] == text.split()
    assert all(word.said for word in words)


def test_the_films_table_wins_and_languages_without_a_table_are_left_alone() -> None:
    assert said("SQLite, please", pronunciations={"SQLite": "sequel light"}) == "sequel light, please"
    assert said("ongeveer 5% in 1808", language="nl") == "ongeveer 5% in 1808"
    assert said("etwa SQL", language="de", pronunciations={"SQL": "es ku el"}) == "etwa es ku el"
