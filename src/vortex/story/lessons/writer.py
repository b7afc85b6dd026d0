"""How a lesson joins the way of every film: its trace is the material, its telling the script, its pictures the shots.

A lesson is told at the depth that comes nearest to the length asked for. Whoever edits its script afterwards keeps the
pictures: cues are held to the words that are still there.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from vortex.core.claim import Claim
from vortex.core.document import Block, Document, Page, Passage
from vortex.core.errors import ConfigError, SourceError
from vortex.core.units import format_duration
from vortex.story.brief import Brief
from vortex.story.budget import WordBudget
from vortex.story.lessons.lesson import Lesson, head_row
from vortex.story.lessons.talk import Lecture, Talk
from vortex.story.lessons.trace import Row, Trace
from vortex.story.material import Material
from vortex.story.script import Scene, Script, Sentence
from vortex.story.storyboard import Storyboard
from vortex.visuals.shot import Shot

LANGUAGE = "en"
TRACE_FILE = "trace.txt"
_DEEPEST = 40
_CLOSE = 0.05


@dataclass(eq=False)
class LessonWriter:
    """Writes the script of one lesson; keeps the contract of every writer."""

    lesson: type[Lesson[Any]]
    seed: int
    parameters: dict[str, int]

    name: str = field(init=False)
    """How the writer signs."""
    version: str = field(init=False)
    rung: str = "embedded"

    def __post_init__(self) -> None:
        self.name, self.version = f"lesson {self.lesson.name}", self.lesson.version

    @cached_property
    def _run(self) -> tuple[Trace, Any]:
        trace = Trace(self.seed, self.parameters)
        return trace, self.lesson().run(trace)

    @cached_property
    def head(self) -> Row:
        """The row that says what was run."""
        return head_row(self.lesson, self._run[0])

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """All that happened in the run, after what was run."""
        return (self.head, *self._run[0].rows)

    @property
    def trace_text(self) -> str:
        """The trace as a text file, a paragraph a row; rows that say the same stand once."""
        return "\n\n".join(dict.fromkeys(row.text for row in self.rows)) + "\n"

    def material(self, file: Path) -> Material:
        """Return the trace, which stands in ``file``, as the material of the film."""
        data = self.trace_text.encode()
        name = hashlib.sha256(data).hexdigest()[:16]
        texts = self.trace_text.strip().split("\n\n")
        title = f"{self.lesson.title}: what the run did"
        blocks = tuple(Block(f"b{number:04d}", "paragraph", text) for number, text in enumerate(texts))
        document = Document(name, str(file), title, LANGUAGE, (Page(0, ""),), blocks)
        passages = tuple(_passage(document, number) for number in range(len(texts)))
        return Material((document,), passages, topic=self.lesson.title, traces=(name,))

    def write(self, brief: Brief, material: Material, budget: WordBudget) -> Script:
        """Return the telling whose length comes nearest to the budget.

        Raises:
            SourceError: another language is asked for than the lesson is told in.
        """
        if brief.language not in ("", LANGUAGE):
            raise SourceError(
                f"the lesson {self.lesson.name} is told in English; language {brief.language!r} needs a document"
            )
        script = min(self._tellings(), key=lambda told: abs(budget.forecast(told) - budget.seconds))
        if brief.topic not in ("", self.lesson.name, self.lesson.title):
            note = f"The topic {brief.topic!r} is taught by the lesson {self.lesson.title}."
            script = replace(script, notes=(note,))
        told_s = budget.forecast(script)
        if abs(told_s - budget.seconds) > _CLOSE * budget.seconds:
            length, asked = format_duration(told_s + budget.silence_s), format_duration(budget.film_s)
            note = f"The lesson is told in {length}; {asked} were asked for."
            script = replace(script, promised_s=round(told_s + budget.silence_s, 1), notes=(*script.notes, note))
        return _cited(script, material)

    def plan(self, script: Script, claims: Sequence[Claim]) -> Storyboard:
        """Return the lesson's pictures for a script that it told, or that a person made of one.

        Raises:
            ConfigError: the script's sentences do not come from this lesson.
        """
        told = {each.id: each.text for scene in script.scenes for each in scene.sentences}
        lecture = max(self.lectures(), key=lambda each: _shared(each.script, told))
        if not _shared(lecture.script, told):
            raise ConfigError(f"the script is not one of the lesson {self.lesson.name}; delete it to have it told anew")
        return Storyboard(tuple(_spread(lecture.board.shots, list(told), told)))

    def again(self, shot: Shot, script: Script, claims: Sequence[Claim]) -> Storyboard:
        """Return a shot whose sentences a person changed: the same picture, its cues held to the words there are."""
        told = {each.id: each.text for scene in script.scenes for each in scene.sentences}
        return Storyboard((_held(shot, told),))

    def _tellings(self) -> list[Script]:
        return [lecture.script for lecture in self.lectures()]

    def lectures(self) -> list[Lecture]:
        """Return the lesson at every depth that adds something."""
        lectures: list[Lecture] = []
        for depth in range(1, _DEEPEST + 1):
            talk = Talk(self.lesson.title, self.lesson.about, self.head, depth)
            self.lesson().tell(talk, self._run[1])
            lecture = talk.lecture(self.lesson.name, LANGUAGE)
            if not lectures or lecture.script != lectures[-1].script:
                lectures.append(lecture)
        return lectures


def _passage(document: Document, number: int) -> Passage:
    text = document.blocks[number].text
    return Passage(
        id=f"{document.id}:{number}",
        source=TRACE_FILE,
        chunk_index=number,
        start_word=0,
        end_word=len(text.split()),
        pages=(0,),
        labels=("",),
        boxes=(),
        section=(),
        text=text,
        blocks=(document.blocks[number].id,),
    )


def _cited(script: Script, material: Material) -> Script:
    """Return the script with each sentence tied to the row of the trace that it quotes first."""
    by_text = {passage.text: passage.id for passage in material.passages}

    def tied(sentence: Sentence) -> Sentence:
        return replace(sentence, passage=by_text[sentence.quote.partition("\n\n")[0]])

    scenes = tuple(Scene(each.id, each.title, tuple(map(tied, each.sentences))) for each in script.scenes)
    return replace(script, scenes=scenes)


def _shared(script: Script, told: dict[str, str]) -> int:
    return sum(told.get(each.id) == each.text for scene in script.scenes for each in scene.sentences)


def _spread(shots: Sequence[Shot], order: Sequence[str], told: dict[str, str]) -> list[Shot]:
    """Return the shots with the sentences that are still told; a new sentence joins the shot of the one before it."""
    owner: dict[str, int] = {name: place for place, shot in enumerate(shots) for name in shot.sentences}
    spoken: list[list[str]] = [[] for _ in shots]
    last = 0
    for name in order:
        last = owner.get(name, last)
        spoken[last].append(name)
    return [
        _held(shot.model_copy(update={"sentences": tuple(names)}), told)
        for shot, names in zip(shots, spoken, strict=True)
        if names
    ]


def _held(shot: Shot, told: dict[str, str]) -> Shot:
    """Return a shot without cues on sentences that it no longer speaks, and none past a sentence's last word."""
    cues = tuple(
        cue.model_copy(update={"word": min(cue.word, len(told[cue.sentence].split()) - 1)})
        for cue in shot.cues
        if cue.sentence in shot.sentences
    )
    return shot.model_copy(update={"cues": cues})
