import pytest

from vortex.story.languages.table import LANGUAGES
from vortex.story.words import bare
from vortex.story.writers.frames import (
    closing,
    frame_vocabulary,
    hook,
    is_title,
    link,
    lowered,
    ordered,
    plain_title,
    promise,
    proper_names,
    section_title,
)


@pytest.mark.parametrize(
    ("subject", "question"),
    [
        ("query planning", "How does query planning work?"),
        ("covering indexes", "What is there to know about covering indexes?"),
        ("heapq", "What is heapq, and what is it for?"),
        ("statistical tests", "What is there to know about statistical tests?"),
        ("the Constitution of Ruritania", "What does the Constitution of Ruritania say?"),
        ("How a film is made of frames", "How is a film made of frames?"),
        ("how to sort a list", "How do you sort a list?"),
        ("how a heap works", "How does a heap work?"),
        ("Is it true?", "Is it true?"),
    ],
)
def test_hooks_are_questions(subject: str, question: str) -> None:
    assert hook(subject, "en") == question


def test_titles_lose_numbers_and_capitals_but_keep_names() -> None:
    assert plain_title("1.2.  Lookup By Rowid¶") == "Lookup By Rowid"
    names = proper_names(["We use the United States. The united front of States in SQLite.", "all of the States agree"])
    assert lowered("Lookup In SQLite Of A States Index", names) == "lookup in SQLite of a States index"
    assert lowered("Overview", names) == "the overview"
    assert lowered("Plain Output (-Tdot) From A Pull-Down", names) == "plain output (-Tdot) from a pull-down"


def test_sentences_are_no_titles() -> None:
    assert not is_title("Passed by Congress June 13. Ratified July 9")
    assert not is_title("The Congress shall have Power")
    assert is_title("What the eye does not miss")
    assert section_title(("Article I", "Section 8"), "") == "Article I, Section 8"
    assert section_title((), "All of it") == "All of it"


def test_joints_read_well_for_any_title() -> None:
    assert link("sorting", 0, 3, "en") == "Let us start with sorting."
    assert link("from frame to frame", 1, 3, "en") == "The next part: from frame to frame."
    assert promise(["sorting", "searching", "indices"], "en") == "We look at sorting, searching, and indices."
    assert promise(["sorting"], "en") == ""
    assert closing("sorting", "A Book of Lists", "en") == "That was sorting, from A Book of Lists."


def test_a_language_without_templates_gets_titles_alone() -> None:
    assert hook("Grafen", "nl") == "Grafen."
    assert link("Knopen", 1, 3, "nl") == "Knopen."
    assert promise(["a", "b"], "nl") == ""


def test_other_languages_keep_their_capitals_and_frames_their_words() -> None:
    assert lowered("Das Sortieren", frozenset(), "de") == "das Sortieren"
    assert lowered("Wärme und Arbeit", frozenset(), "de") == "Wärme und Arbeit"
    assert lowered("Wozu ein Kessel dient", frozenset(), "de") == "wozu ein Kessel dient"
    assert lowered("La mesure du mètre", frozenset(), "fr") == "la mesure du mètre"
    assert lowered("Москва сегодня", frozenset({"Москва"}), "ru") == "Москва сегодня"
    assert hook("вулканы", "ru") == "Вулканы: о чём идёт речь?"
    assert is_title("A viagem do café") and is_title("Was ein Kessel leistet")
    assert link("Das Sortieren", 1, 3, "de") == "Das nächste Thema: Das Sortieren."
    assert {"thema", "kurz"} <= frame_vocabulary("de")
    assert "about" not in frame_vocabulary("de") and "about" in frame_vocabulary("en")


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_language_frames_any_title_with_words_of_its_own(language: str) -> None:
    spoken = [hook("Xyz", language), link("Xyz", 1, 3, language), closing("Xyz", "Abc", language)]
    spoken += [promise(["Xyz", "Abc"], language), promise(["Xyz", "Abc", "X", "Y", "Z"], language)]
    known = frame_vocabulary(language)
    for text in spoken:
        assert text.endswith((".", "?")) and "{" not in text
        assert {bare(word) for word in text.split()} - known - {"xyz", "abc", "x", "y", "z", ""} == set()


def test_only_english_sets_a_comma_before_the_last_of_a_list() -> None:
    assert promise(["Ci", "Alberi", "Grafi"], "it") == "Gli argomenti: Ci, Alberi e Grafi."


@pytest.mark.parametrize(
    ("language", "text", "told"),
    [
        ("en", "Read the page.", ["First, read the page.", "Then, read the page.", "Finally, read the page."]),
        ("de", "Lesen Sie.", ["Zuerst: Lesen Sie.", "Dann: Lesen Sie.", "Zuletzt: Lesen Sie."]),
        ("fr", "Lisez la page.", ["D'abord, lisez la page.", "Ensuite, lisez la page.", "Enfin, lisez la page."]),
        ("ru", "Прочтите его.", ["Сначала прочтите его.", "Затем прочтите его.", "Наконец, прочтите его."]),
        ("nl", "Lees de bladzijde.", ["Lees de bladzijde."] * 3),
    ],
)
def test_steps_say_where_they_stand(language: str, text: str, told: list[str]) -> None:
    assert [ordered(text, place, 3, frozenset(), language) for place in range(3)] == told
    assert ordered(text, 0, 1, frozenset(), language) == text


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_language_has_three_places_for_a_step(language: str) -> None:
    known = LANGUAGES[language]
    assert all(template.endswith("{t}") for template in known.phrases.steps)
    assert len(set(known.phrases.steps)) == 3


@pytest.mark.parametrize(
    ("language", "head", "other"),
    [
        ("de", "Das Verfahren hat drei Schritte:", "Das Verfahren hat drei Vorteile:"),
        ("fr", "La méthode compte trois étapes :", "La méthode compte trois avantages :"),
        ("es", "El método tiene tres pasos:", "El método tiene tres ventajas:"),
        ("it", "Il metodo ha tre fasi:", "Il metodo ha tre vantaggi:"),
        ("pt", "O método tem três etapas:", "O método tem três vantagens:"),
        ("ru", "Метод состоит из трёх шагов:", "У метода три преимущества:"),
    ],
)
def test_lists_in_an_order_are_announced_as_such(language: str, head: str, other: str) -> None:
    announces = LANGUAGES[language].in_order
    assert announces.search(head) and not announces.search(other)
