from collections.abc import Callable
from dataclasses import replace

import pytest

from vortex.story.claims import check_script, proper_names, revise, support
from vortex.story.denials import denying_words
from vortex.story.material import Material
from vortex.story.script import Scene, Script, Sentence

QUOTE = "In 1998 Ada Lovelace did not sort 7 rows, because the index was not there."
Make = Callable[..., Material]


@pytest.fixture
def material(make: Make) -> Material:
    return make("Rows stand in order.", QUOTE)


def script(*sentences: Sentence) -> Script:
    return Script("A Tale of Two Indexes", "en", (Scene("c0", "Searching", sentences),), "test", "embedded")


def tell(text: str, quote: str = QUOTE, role: str = "statement", passage: str = "doc:0") -> Sentence:
    return Sentence("s1", text, role, passage, quote)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        (QUOTE, set()),
        ("Ada Lovelace did not sort 7 rows.", set()),
        ("Ada Lovelace did not sort 8 rows.", {"numbers"}),
        ("Ada Lovelace did not sort seven rows.", set()),
        ("Ada Lovelace did not sort eight rows.", {"numbers"}),
        ("Ada Byron did not sort 7 rows.", {"names"}),
        ("Ada Lovelace did sort 7 rows.", {"polarity"}),
        ("Elephants did not eat grass in 1998.", {"overlap"}),
    ],
)
def test_statements_say_what_their_quote_says(material: Material, text: str, broken: set[str]) -> None:
    (claim,) = check_script(script(tell(text)), material)
    assert {check.name for check in claim.checks if not check.passed} == broken
    assert claim.supported is (not broken)
    assert (claim.page, claim.label, claim.source) == (1, "1", "two.pdf")
    assert len(claim.boxes) == 1


def test_a_denial_cannot_be_left_out_of_a_single_clause(make: Make) -> None:
    quote = "The planner does not sort 7 rows when an index gives them in order."
    (claim,) = check_script(script(tell("The planner can sort 7 rows.", quote)), make(quote))
    assert [check.name for check in claim.checks if not check.passed] == ["polarity"]


def test_figures_and_words_of_one_number_agree(make: Make) -> None:
    quote = "The index holds 2 million rows in order."
    material = make(quote)
    for text, good in (("The index holds two million rows.", True), ("The index holds three million rows.", False)):
        (claim,) = check_script(script(tell(text, quote)), material)
        assert claim.supported is good


def test_a_quote_stands_in_its_passage_word_for_word(material: Material) -> None:
    for bad in (
        tell("Rows stand.", "Rows never stood."),
        tell("Rows stand.", ""),
        tell("Rows.", QUOTE, passage="doc:9"),
    ):
        assert not check_script(script(bad), material)[0].supported


@pytest.mark.parametrize(
    ("text", "supported"),
    [
        ("How does searching work in a tale of two indexes?", True),
        ("How do elephants search?", False),
        ("We look at 12 indexes.", False),
    ],
)
def test_frames_hold_no_claim(material: Material, text: str, supported: bool) -> None:
    (claim,) = check_script(script(Sentence("s1", text, "hook")), material)
    assert (claim.kind, claim.supported) == ("frame", supported)


def test_what_fails_is_said_again_or_cut_with_a_note(material: Material) -> None:
    wrong = tell("Ada Lovelace sorted 8 rows.", "Rows stand in order.")
    lost = replace(tell("Ada sorted.", "Nothing of the kind."), id="s2")
    short = script(tell(QUOTE), replace(wrong, id="s3", quote=QUOTE), lost)
    told = revise(short, check_script(short, material), material)
    assert [each.text for each in told.scenes[0].sentences] == [QUOTE, QUOTE]
    assert "s2 was cut" in told.notes[1]
    assert all(claim.supported for claim in check_script(told, material))


def test_names_have_capitals_of_any_alphabet() -> None:
    assert proper_names("The engine of SQLite is Ada's. It runs: Fast or not.") == ["SQLite", "Ada's."]
    assert proper_names("Říká to a pěšák. Zapřáhl.") == []
    assert proper_names("Вчера Анна видела Москву и NASA.") == ["Анна", "Москву", "NASA."]


@pytest.mark.parametrize(
    ("language", "text", "count"),
    [
        ("en", "It does not, and can’t, and never will.", 3),
        ("fr", "Ce n’est pas vrai, ni faux.", 3),
        ("de", "Das ist nicht so, und niemals.", 2),
        ("ru", "Это не так и никогда не было.", 3),
        ("it", "Questo non è vero.", 1),
        ("es", "No es verdad.", 1),
        ("pt", "Isto não é assim.", 1),
    ],
)
def test_each_language_denies_with_words_of_its_own(language: str, text: str, count: int) -> None:
    assert len(denying_words(text, language)) == count


def test_denials_that_are_not_known_are_said_not_to_be_checked(make: Make) -> None:
    quote = "De planner sorteert geen zeven rijen."
    checks = support(quote, quote, make(quote).passages[0], "nl")
    assert all(check.passed for check in checks)
    assert [check.name for check in checks if not check.applied] == ["polarity"]
