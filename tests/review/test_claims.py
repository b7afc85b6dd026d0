from dataclasses import replace
from pathlib import Path

import pytest

from review import films
from review.films import shot
from vortex.core.claim import Check, Claim
from vortex.core.spelled import spelled_numbers
from vortex.review.checks import claims
from vortex.review.evidence import Evidence, find_numbers
from vortex.review.film import SpokenSentence
from vortex.review.records import FilmRecord
from vortex.visuals.record import RecordedElement

SAID = SpokenSentence("s1", "The heap holds 1,151 items in three rows.", 0.0, 2.0)
CLAIM = Claim(
    "s1", SAID.text, "statement", "d", "a.pdf", page=4, label="5", checks=(Check("numbers", True),),
    quote="Its 1151 items stand in 3 rows.",
)  # fmt: skip
SEEN = Evidence("s1", quoted=True, printed="5", labels=("5",))


def test_spelled_numbers_count() -> None:
    assert claims.spoken_numbers("Three of 1,151 pages, or 2.50 percent, for one reader") == {"3", "1151", "2.5"}


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("twenty-five of two hundred and six", {"25", "206"}),
        ("three thousand four hundred, five and six", {"3400", "5", "6"}),
        ("one of them, twenty-one of us", {"21"}),
        ("nineteen eighty", {"19", "80"}),
        ("a hundred, two three", {"100", "2", "3"}),
        ("often, someone, tenth, phones", set()),
        ("2.5 million of 300 thousand, 7 rows", {"2500000", "300000"}),
        ("1,5 million or 4 mille", {"1000000", "5000000"}),
    ],
)
def test_numbers_in_words(text: str, spelled: set[str]) -> None:
    assert spelled_numbers(text) == spelled


@pytest.mark.parametrize(
    ("language", "text", "spelled"),
    [
        ("de", "Fünfundzwanzig von zweihundertsechs, eine Million und zwölftausend", {"25", "206", "1012000"}),
        ("de", "ein Zweifel, zwei Hunde", {"2"}),
        ("fr", "quatre-vingt-dix-sept et soixante et onze, deux cents", {"97", "71", "200"}),
        ("es", "treinta y dos de mil novecientos catorce, una vez", {"32", "1914"}),
        ("it", "ventitré di milleottocentosessantuno", {"23", "1861"}),
        ("pt", "vinte e um mil e quinhentos", {"21500"}),
        ("ru", "двадцать пять из двухсот, тысяча девятьсот семнадцать", {"25", "1917"}),
        ("es", "300 mil personas", {"300000"}),
        ("de", "1,5 Millionen und 2 Tausend", {"1500000", "2000"}),
        ("nl", "vijfentwintig", set()),
    ],
)
def test_numbers_in_words_of_other_languages(language: str, text: str, spelled: set[str]) -> None:
    assert spelled_numbers(text, language) == spelled


def test_statement_needs_its_own_words_a_quote_and_a_check_that_passed() -> None:
    assert claims.supported([SAID], [CLAIM]).passed
    for spoiled in (
        [],
        [replace(CLAIM, text="The heap holds other items.")],
        [replace(CLAIM, quote="")],
        [replace(CLAIM, checks=())],
        [replace(CLAIM, checks=(Check("numbers", True), Check("polarity", False, "not")))],
    ):
        assert not claims.supported([SAID], spoiled).passed


def test_frame_needs_no_quote_but_may_not_bring_numbers() -> None:
    asked = SpokenSentence("s0", "Why does that matter?", 0.0, 1.0)
    frame = Claim("s0", asked.text, "frame")
    assert claims.supported([asked], [frame]).passed
    assert claims.numbers_quoted([frame, CLAIM]).passed
    assert claims.numbers_quoted([replace(frame, text="Why 1,151?"), CLAIM]).passed
    assert not claims.numbers_quoted([replace(frame, text="Why 1,152?"), CLAIM]).passed
    assert claims.numbers_quoted([replace(frame, text="Why 1,152?"), CLAIM], known={"1152"}).passed


def test_each_number_stands_in_the_quote() -> None:
    assert claims.numbers_quoted([CLAIM]).passed
    wrong = claims.numbers_quoted([replace(CLAIM, quote="Its 1150 items stand in 3 rows.")])
    assert not wrong.passed and "1151" in wrong.where[0]
    assert not claims.numbers_quoted([replace(CLAIM, kind="derived", quote="rows: items = 383.")]).passed


def test_a_sentence_in_another_language_may_write_its_numbers_otherwise() -> None:
    quote = "It weighs 1,234.5 kilograms and has twenty-five parts."
    said = replace(CLAIM, quote=quote, text="Es wiegt 1.234,5 Kilogramm und hat fünfundzwanzig Teile.")
    for text, passed in (
        (said.text, True),
        ("Es hat sechsundzwanzig Teile.", False),
        ("Es wiegt 1.234,6 Kilogramm.", False),
    ):
        found = claims.numbers_quoted([replace(said, text=text)], language="de", written_in={said.document: "en"})
        assert found.passed == passed


def test_words_of_a_third_language_are_no_numbers() -> None:
    said = replace(CLAIM, quote="Once there was a heap.", text="There were 11 heaps.")
    assert not claims.numbers_quoted([said]).passed


def test_quote_on_another_page_is_named() -> None:
    assert claims.quotes_found([SEEN]).passed
    lost = claims.quotes_found([replace(SEEN, quoted=False, found_on=(7,))])
    assert not lost.passed and "page index 7" in lost.where[0]


def test_label_is_what_the_page_prints() -> None:
    assert claims.labels_printed([CLAIM], [SEEN]).passed
    wrong = claims.labels_printed([CLAIM], [replace(SEEN, printed="1", labels=("1",))])
    assert not wrong.passed and wrong.where == ("s1: cites '5', the page prints '1'",)
    assert not claims.labels_printed([CLAIM], [replace(SEEN, problem="gone")]).passed


def test_film_on_documents_whose_ledger_names_none_is_not_excused() -> None:
    outcomes = claims.check([SAID], [replace(CLAIM, document="")], [], cited=True)
    assert {outcome.check for outcome in outcomes if not getattr(outcome, "excused", True)} == {
        "quotes on their page", "citations on the printed page", "sources unchanged",
    }  # fmt: skip


def test_numbers_in_the_pictures_stand_in_the_sources(tmp_path: Path) -> None:
    notes = tmp_path / "heaps.md"
    notes.write_text("A heap of 1,151 items.")
    texts = ("1,151 items", "Step 2", "3.", "97 rows")
    marks = tuple(RecordedElement(f"item:{n}", "text", text, "", ()) for n, text in enumerate(texts))
    record = FilmRecord((), (), ((shot(None), replace(films.record(), elements=marks)),), (), ())
    written = claims.numbers_written(record)
    assert set(written) == {"1151", "97"}
    found = claims.numbers_shown(written, find_numbers(set(written), (), (films.source_of(notes),)))
    assert not found.passed and found.where == ("shot1: item:3 shows 97",)
