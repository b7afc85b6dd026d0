"""The scorecard's own instruments: each must tell a right answer from a wrong one."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from review.films import Talk, record

from benchmarks.scorecard import gold, promises, second
from benchmarks.scorecard.cast import DOCUMENTS, ENTRIES, Entry
from benchmarks.scorecard.eyes import trust
from benchmarks.scorecard.rows import Case, Score, scores
from benchmarks.scorecard.run import laid_out, run
from benchmarks.scorecard.shown import Shown, words

QUIZ = (gold.Question("What does pop return?", "the smallest item", ("the largest item", "a picture")),)


def cut(text: str) -> list[str]:
    return [text[at : at + 2500] for at in range(0, len(text), 1200)]


@pytest.mark.parametrize("entry", DOCUMENTS, ids=lambda entry: entry.name)
def test_every_key_fact_stands_in_its_document(entry: Entry, inputs: Path) -> None:
    known = gold.read_gold(entry.gold)
    texts = second.pages(inputs / known.source)
    share, missing = gold.coverage(known, texts if len(texts) > 1 else cut(texts[0]))
    assert (share, missing) == (1.0, [])
    assert len(known.facts) >= 15 and len(known.quiz) >= 8


@pytest.mark.parametrize("entry", DOCUMENTS, ids=lambda entry: entry.name)
def test_most_questions_are_answered_from_the_document_and_none_from_nothing(entry: Entry, inputs: Path) -> None:
    known = gold.read_gold(entry.gold)
    assert gold.quiz_score(known.quiz, ()) == pytest.approx(0.25)
    assert gold.quiz_score(known.quiz, second.pages(inputs / known.source)) >= 0.7


@pytest.mark.parametrize(
    ("units", "score"),
    [
        (["The call pop will return the smallest item."], 1.0),
        (["The call pop will return the largest item."], 0.0),
        (["Nothing is said of it."], 1 / 3),
    ],
)
def test_an_answer_is_what_the_film_says(units: list[str], score: float) -> None:
    assert gold.quiz_score(QUIZ, units) == pytest.approx(score)


@pytest.mark.parametrize(
    ("fact", "unit", "told"),
    [
        ("heapify linear", "heapify() takes linear time", True),
        ("heapify linear", "heapify() takes its time", False),
        ("two|2 senat", "2 Senators from each state", True),
        ("2*k|2k child", "a[2*k+1] is a child", True),
        ("one two", "one in this shot", False),
    ],
)
def test_a_fact_needs_all_its_words_in_one_shot(fact: str, unit: str, told: bool) -> None:
    assert gold.told(fact, [unit, "two in another"]) == told


def test_words_keep_names_whole() -> None:
    assert words("Call read.table, don't a[2*k+1] it.") == ["call", "read.table", "don't", "a[2*k+1", "it"]


@pytest.fixture
def film(tmp_path: Path) -> Shown:
    rows = [
        ("s1", "statement", "A heap has 12 items.", "A heap has 12 items in it.", "7"),
        ("s2", "statement", "It never sorts penguins or 99 whales.", "It sorts.", "8"),
    ]
    claims = [
        {"sentence": s, "kind": kind, "text": text, "quote": quote, "label": label}
        for s, kind, text, quote, label in rows
    ]
    (tmp_path / "claims.json").write_text(json.dumps({"claims": claims}))
    return Shown(tmp_path)


def test_the_second_reader_finds_strange_numbers_and_weak_claims(film: Shown, tmp_path: Path) -> None:
    source = tmp_path / "heap.md"
    source.write_text("A heap has 12 items in it. It sorts.")
    assert second.known_numbers(film, source) == (0.5, ["99"])
    assert second.supported(film) == (0.5, ["s2"])
    assert second.quotes_in_source(film, source) == 1.0


def test_the_second_reader_wants_quote_and_label_on_one_page(
    film: Shown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ("A heap has 12 items in it.\n7", "It sorts.\n9")
    monkeypatch.setattr(second, "pages", lambda source: texts)
    assert second.quoted_at_label(film, tmp_path) == (0.5, ["s2"])


def test_trust_in_the_eyes_falls_with_what_they_miss_and_with_what_nobody_wrote(tmp_path: Path) -> None:
    take = tmp_path / "build" / "takes" / "one"
    take.mkdir(parents=True)
    (tmp_path / "talk").mkdir()
    Talk().write(tmp_path / "talk" / "film.mp4").rename(take / "take.mp4")
    tight = [
        replace(each, stretches=(replace(each.stretches[0], box=(*each.stretches[0].box[:2], right, bottom)),))
        for each, right, bottom in zip(record().elements, (236, 286, 300), (80, 130, 180), strict=True)
    ]
    true = record(tight)
    true.write(take / "layout.json")
    seen = trust(Shown(tmp_path))
    assert (seen.recall, seen.precision) == (1.0, 1.0) and seen.written > 10
    elsewhere = replace(true.elements[0].stretches[0], box=(300.0, 230.0, 470.0, 260.0))
    false = replace(true.elements[0], stretches=(elsewhere,))
    replace(true, elements=(false, *true.elements[1:])).write(take / "layout.json")
    seen = trust(Shown(tmp_path))
    assert seen.recall < 0.8 and seen.precision < 0.8


def test_a_film_that_was_not_made_has_one_row_and_misses_it() -> None:
    (row,) = scores(Case(ENTRIES[0], None, None, "ended with 4"))
    assert (row.holds, row.note) == (False, "ended with 4")


def test_rows_of_all_films_lie_together_and_misses_are_named() -> None:
    good, bad = Score(2, "overlap", 1.0, 0.99), Score(2, "overlap", 0.5, 0.99, note="shot 3")
    found = laid_out({"one": [good], "two": [bad, Score(8, "errors", None, note="not measured")]}, {})
    assert found.tables[0].rows[0] == (2, "overlap", 0.75, 0.5, "at least 0.99", "1 of 2")
    assert found.tables[0].rows[1][-1] == "not measured"
    assert found.tables[1].rows == (("two", 2, "overlap", 0.5, "at least 0.99", "shot 3"),)
    assert [bar.is_met for bar in found.bars] == [False]
    assert replace(bad, kind="at most").holds


def test_a_name_that_no_film_has_is_refused() -> None:
    with pytest.raises(ValueError, match="no film is called nonsense"):
        run(True, "nonsense")


def test_packages_are_followed_without_extras() -> None:
    found = promises.closure("vortex-film")
    assert {"numpy", "av", "pydantic", "pydantic-core"} <= found
    assert not {"pytest", "ruff", "opentimelineio"} & found


def test_chords_are_steady() -> None:
    samples = promises.chords(2).samples
    assert np.abs(samples[:48000]).mean() == pytest.approx(np.abs(samples[48000:]).mean(), rel=0.01)
