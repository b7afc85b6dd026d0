from dataclasses import replace
from pathlib import Path

import pytest

from review.films import BOXES, INK, record, shot
from vortex.review.checks import readability, words
from vortex.review.film import SpokenSentence
from vortex.review.verdict import Finding
from vortex.visuals.record import RecordedElement, Stretch
from vortex.visuals.shot import Cue


def shown(name: str, start: int, opacity: float = 1.0) -> RecordedElement:
    return RecordedElement(name, "text", "words", "", (Stretch(start, 200, BOXES[0], opacity, 26.0, INK),))


@pytest.mark.parametrize(
    ("elements", "passed"),
    [
        ((shown("item:0", 20), shown("item:2", 100)), True),
        ((shown("item:0#0", 20), shown("item:2#1", 100)), True),
        ((shown("item:0", 20), shown("item:2", 126)), False),
        ((shown("item:0", 20), shown("item:2", 0, opacity=0.2)), False),
        ((shown("item:0", 20), shown("item:2", 0), shown("cell:2,1", 100)), False),
        ((shown("item:0", 20), shown("cell:2,1", 100)), True),
        ((shown("item:0", 20), shown("cell:2,1", 0)), False),
        ((shown("item:0", 20), shown("item:20", 150)), False),
    ],
)
def test_cued_elements_come_with_their_word(elements: tuple[RecordedElement, ...], passed: bool) -> None:
    found = words.check(((shot(Path("layout.json")), record(elements)),))
    assert isinstance(found, Finding) and found.passed == passed


@pytest.mark.parametrize(("sentence", "starts", "passed"), [("s1", 0, True), ("s2", 0, False), ("s2", 100, True)])
def test_what_is_cued_as_a_shot_opens_may_stand_there_from_the_start(sentence: str, starts: int, passed: bool) -> None:
    made = shot(Path("layout.json"))
    cues = (Cue(sentence=sentence, word=0, target="step:0"),)
    found = words.check(
        ((replace(made, shot=made.shot.model_copy(update={"cues": cues})), record((shown("value", starts),))),)
    )
    assert isinstance(found, Finding) and found.passed == passed


def test_plain_words_read_easier_than_long_ones() -> None:
    plain = SpokenSentence("s1", "The cat sat on the mat.", 0, 2)
    hard = SpokenSentence("s2", "Institutional heterogeneity necessitates methodological consideration.", 2, 9)
    easy, difficult = (readability.check([one], "en")[0].measure for one in (plain, hard))
    assert easy > 90 > 0 > difficult  # type: ignore[operator]


def test_the_rate_is_told() -> None:
    line = "A heap keeps its smallest item on top."
    again = [SpokenSentence(f"s{n}", line, 3 * n, 3 * n + 3) for n in range(2)]
    _, rate = readability.check(again, "en")
    assert rate.measure == pytest.approx(160) and rate.passed
    hasty = readability.check([SpokenSentence("s1", line, 0, 1)], "en")[1]
    assert not hasty.passed and not hasty.gating


def test_every_language_is_judged_by_its_own_measure() -> None:
    plain = {"de": "Der Hund läuft schnell nach Haus.", "ru": "Кот спит на окне.", "fi": "Kissa istuu matolla."}
    for language, text in plain.items():
        assert readability.check([SpokenSentence("s1", text, 0, 2)], language)[0].passed, language
    long = " ".join(["Verfassungsgerichtsentscheidung"] * 5)
    assert not readability.check([SpokenSentence("s1", long, 0, 2)], "de")[0].passed
    unknown = readability.check([SpokenSentence("s1", "sana " * 30, 0, 9)], "fi")[0]
    assert not unknown.passed and unknown.measure == 30
    ease, rate = readability.check([SpokenSentence("s1", "堆是一棵树，最小的数在最上面。", 0, 3)], "zh")
    assert ease.passed and rate.passed


@pytest.mark.parametrize(("word", "syllables"), [("cat", 1), ("table", 2), ("made", 1), ("agree", 2), ("gradient", 2)])
def test_syllables(word: str, syllables: int) -> None:
    assert readability.count_syllables(word) == syllables
