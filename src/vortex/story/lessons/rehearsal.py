"""A lesson looked at before it is filmed: what it is, what it says, and how long that takes."""

from dataclasses import dataclass
from typing import Any

from vortex.story.budget import WordBudget
from vortex.story.lessons.lesson import Lesson
from vortex.story.lessons.trace import Knob
from vortex.story.lessons.writer import LessonWriter

_ANY_LENGTH_S = 120


@dataclass(frozen=True, slots=True)
class LessonCard:
    """What a lesson is."""

    name: str
    title: str
    about: str
    topics: tuple[str, ...]
    """Phrases that ask for it."""
    parameters: tuple[Knob, ...]


@dataclass(frozen=True, slots=True)
class RehearsedScene:
    """One scene as it would be told in the fullest telling."""

    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """One run of a lesson."""

    about: LessonCard
    seed: int
    parameters: dict[str, int]
    shortest_s: float
    """About how long the shortest telling takes; without the silence at both ends."""
    longest_s: float
    scenes: tuple[RehearsedScene, ...]
    trace: str


def card_of(lesson: type[Lesson[Any]]) -> LessonCard:
    """Return what a lesson says of itself."""
    return LessonCard(lesson.name, lesson.title, lesson.about, lesson.words, lesson.knobs)


def rehearse(writer: LessonWriter) -> Rehearsal:
    """Run a lesson and return its fullest telling and its trace."""
    budget = WordBudget(_ANY_LENGTH_S)
    lengths = [budget.forecast(lecture.script) for lecture in writer.lectures()]
    scenes = tuple(
        RehearsedScene(scene.title, tuple(each.text for each in scene.sentences))
        for scene in writer.lectures()[-1].script.scenes
    )
    card = card_of(writer.lesson)
    return Rehearsal(card, writer.seed, writer.parameters, min(lengths), max(lengths), scenes, writer.trace_text)
