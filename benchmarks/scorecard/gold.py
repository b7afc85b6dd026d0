"""Key facts and questions of the documents, written by hand, and how a film is held against them.

A fact counts as told when all its words stand in one shot, spoken or written. A question is answered by looking for
the words of each choice, weighed by how rare they are, in the two sentences that fit it best; nothing is understood,
so that what is answered is what the film says in so many words. Without the film every choice is as good as another.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from benchmarks.scorecard.shown import words
from vortex.core.text import content_words, sentences

GOLD = Path(__file__).parent / "gold"
_COUNTS = frozenset(
    re.split(" ", "one two three four five six seven eight nine ten thirteen second third fourth sixth")
)
_PAIR = 0.6


@dataclass(frozen=True, slots=True)
class Question:
    """A question with one right choice."""

    text: str
    right: str
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gold:
    """What is known about one document."""

    source: str
    facts: tuple[tuple[str, str], ...]
    """(fact in words, words that tell it): beginnings of words, ``|`` between those that do as well."""
    quiz: tuple[Question, ...]


def read_gold(name: str) -> Gold:
    """Return the facts and questions of the document ``name``."""
    data = json.loads((GOLD / f"{name}.json").read_text(encoding="utf8"))
    facts = tuple((fact["fact"], fact["words"]) for fact in data["facts"])
    quiz = tuple(Question(each["question"], each["right"], tuple(each["wrong"])) for each in data["quiz"])
    return Gold(data["source"], facts, quiz)


def told(fact: str, units: Sequence[str]) -> bool:
    """Return whether one of ``units`` holds all words of a fact, each given by its beginning."""
    return any(_holds(fact, unit) for unit in units)


def _holds(fact: str, unit: str) -> bool:
    plain, seen = unit.lower(), words(unit)
    return all(any(_stands(one, plain, seen) for one in group.split("|")) for group in fact.split())


def _stands(beginning: str, plain: str, seen: Sequence[str]) -> bool:
    if not beginning.isalnum():
        return beginning in plain
    return any(word.startswith(beginning) for word in seen)


def coverage(gold: Gold, units: Sequence[str]) -> tuple[float, list[str]]:
    """Return the share of facts that are told, and those that are not."""
    missing = [fact for fact, needs in gold.facts if not told(needs, units)]
    return 1 - len(missing) / len(gold.facts), missing


def quiz_score(quiz: Sequence[Question], units: Sequence[str]) -> float:
    """Return the share of questions answered; choices that are equally good share the point."""
    return sum(_credit(question, units) for question in quiz) / len(quiz)


def _credit(question: Question, units: Sequence[str]) -> float:
    bags = _windows(tuple(units))
    rarity = _rarity(tuple(units))
    asked = _stems(question.text)
    scores = [_fit(choice, asked, bags, rarity) for choice in (question.right, *question.wrong)]
    best = max(scores)
    return 1 / scores.count(best) if scores[0] == best else 0.0


@cache
def _windows(units: tuple[str, ...]) -> tuple[tuple[frozenset[str], float], ...]:
    """Return the stems of every sentence, and with less weight those of it and the one after it."""
    split = [[_stems(sentence) for sentence in sentences(unit)] for unit in units]
    alone = [(one, 1.0) for each in split for one in each]
    return (*alone, *((one | after, _PAIR) for each in split for one, after in pairwise(each)))


@cache
def _stems(text: str) -> frozenset[str]:
    return frozenset(content_words(text)) | (_COUNTS & set(words(text)))


@cache
def _rarity(units: tuple[str, ...]) -> dict[str, float]:
    windows = _windows(units)
    counts = Counter(stem for window, _ in windows for stem in window)
    return {stem: math.log(1 + len(windows) / count) for stem, count in counts.items()}


def _fit(
    choice: str, asked: frozenset[str], windows: Sequence[tuple[frozenset[str], float]], rarity: Mapping[str, float]
) -> float:
    """Return how well the sentences that suit it best hold a choice together with its question, 0 to 1."""
    wanted = _stems(choice) - asked
    strange = max(rarity.values(), default=1.0)
    all_wanted, all_asked = (sum(rarity.get(stem, strange) for stem in stems) or 1.0 for stems in (wanted, asked))
    best = 0.0
    for window, weight in windows:
        held = sum(rarity[stem] for stem in wanted & window) / all_wanted
        near = sum(rarity[stem] for stem in asked & window) / all_asked
        best = max(best, weight * held * near)
    return round(best, 6)
