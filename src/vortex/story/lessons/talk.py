"""Telling a run: a lesson names scenes, shots and sentences, and out come a script and a storyboard that fit.

Numbers come into a sentence from the rows it names (``{f}`` in the template is the row's value ``f``), so that what is
said is what happened. A word marked with ``^`` is the one on which the picture changes.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel

from vortex.core.text import initial
from vortex.story.lessons.trace import Row
from vortex.story.script import Scene, Script, Sentence, SentenceRole
from vortex.story.storyboard import Storyboard
from vortex.visuals.kinds.table import validated
from vortex.visuals.shot import Cue, Shot
from vortex.visuals.states import Step

T = TypeVar("T")
MARK = "^"
WRITER = "lesson"
_HYPHEN = re.compile(r"(?<![\w.)\]])-(?=\.?\d)|(?<=[\d)²] )-(?= [\d(√])")
"""A hyphen that stands for a minus. Sentences keep it, since voices and traces know no other."""
_AS_WRITTEN = ("at", "latex", "lines")
"""Fields that are read by a program, so that a minus would be wrong there."""


@dataclass(frozen=True, slots=True)
class Lecture:
    """A lesson that was told: its words and its pictures."""

    script: Script
    board: Storyboard


@dataclass
class _Picture:
    """A shot while it is being told."""

    kind: str
    why: str
    params: dict[str, Any]
    sentences: list[str] = field(default_factory=list)
    steps: list[Step | dict[str, Any]] = field(default_factory=list)
    cues: list[Cue] = field(default_factory=list)

    def shot(self, number: int) -> Shot:
        """Return the finished shot.

        Raises:
            EngineError: the kind does not know one of the parameters.
        """
        params = dict(self.params)
        if self.steps:
            params["steps"] = self.steps
        checked: dict[str, Any] = validated(self.kind, _plain(params)).model_dump(mode="json", exclude_unset=True)
        sentences, cues = tuple(self.sentences), tuple(self.cues)
        return Shot(
            id=f"shot{number:03d}", kind=self.kind, params=checked, sentences=sentences, cues=cues, reason=self.why
        )


class Talk:
    """Takes down what a lesson says and shows, in order.

    Attributes:
        depth: how much detail is asked for: 1 is the shortest telling that still makes sense, each step more adds
            about one further step of the run.
    """

    def __init__(self, title: str, about: str, head: Row, depth: int) -> None:
        self.depth = depth
        self._title, self._about, self._head = title, about, head
        self._scenes: list[tuple[str, list[Sentence]]] = []
        self._pictures: list[_Picture] = []

    def some(self, items: Sequence[T], least: int = 1, each: int = 1) -> list[T]:
        """Return the first items that there is time for: ``least`` at depth 1, ``each`` more with every depth."""
        return list(items[: least + each * (self.depth - 1)])

    def deeper(self, than: int) -> bool:
        """Tell whether the telling is deeper than ``than``: asides of lesser weight ask for greater depth."""
        return self.depth > than

    def open(self, question: str, promise: str, *rows: Row) -> None:
        """Begin with the film's title while a question is asked and an answer promised.

        Args:
            question: what the lesson answers.
            promise: what will be seen.
            rows: what of the trace both rest on; without any, the lesson's parameters.
        """
        self.scene(self._title)
        shown = {"title": self._title, "subtitle": self._about, "kicker": "Lesson", "sign": initial(self._title)}
        self.shot("title", "The film opens with its title.", **shown)
        self.say(question, *rows, role="hook")
        self.say(promise, *rows, role="promise", show="subtitle")

    def scene(self, title: str) -> None:
        """Begin a new scene, which becomes a chapter."""
        self._scenes.append((title, []))

    def shot(self, kind: str, why: str, **params: Any) -> None:
        """Begin a new picture.

        Args:
            kind: a name from the table of kinds.
            why: why this picture belongs to these words, in one sentence.
            params: the kind's own parameters, without ``steps``; marks and shelves as in ``say``.
        """
        self._pictures.append(_Picture(kind, why, _change(params)))

    def say(
        self,
        template: str,
        *rows: Row,
        step: Step | Sequence[Step] | None = None,
        show: str = "",
        light: str | Sequence[str] = "",
        role: SentenceRole = "statement",
        **change: Any,
    ) -> None:
        """Speak one sentence over the present picture.

        Args:
            template: the sentence; ``{name}`` is a value of the rows, ``^`` marks the words on which the picture
                changes, in order; the first one where none is marked.
            rows: what of the trace it rests on; without any, the lesson's parameters.
            step: the picture's next state, where it is made elsewhere, or one for each marked word.
            show: element that appears on the marked word.
            light: element that is lit on the marked word, or one for each marked word.
            role: what the sentence is for.
            change: the picture's next state, by the fields of its kind's step, such as ``note="3 + 4 = 7"``,
                ``marks={"cell:3": "active", "cell:4": ("open", "12")}``, ``shelves={"Queue": ["B", "C"]}`` or
                ``moves={1: points}``.
        """
        held = rows or (self._head,)
        values = {name: value for row in held for name, value in row.values.items()}
        words = template.format_map(values).split()
        places = [number for number, word in enumerate(words) if word.startswith(MARK)] or [0]
        name = f"s{sum(len(told) for _, told in self._scenes) + 1:04d}"
        quote = "\n\n".join(dict.fromkeys(row.text for row in held))
        text = " ".join(word.removeprefix(MARK) for word in words)
        self._scenes[-1][1].append(Sentence(name, text, role, quote=quote))
        picture = self._pictures[-1]
        picture.sentences.append(name)
        steps: Sequence[Step | dict[str, Any]] = [_change(change)] if change else _each(step)
        lit = [light] if isinstance(light, str) else light
        assert max(len(steps), len(lit)) <= len(places), f"more changes than marked words in {template!r}"
        for place, made in zip(places, steps, strict=False):
            picture.cues.append(Cue(sentence=name, word=place, target=f"step:{len(picture.steps)}"))
            picture.steps.append(made)
        if show:
            picture.cues.append(Cue(sentence=name, word=places[0], target=show))
        for place, target in zip(places, lit, strict=False):
            if target:
                picture.cues.append(Cue(sentence=name, word=place, target=target, action="light"))

    def close(self, *points: tuple[str, str]) -> None:
        """End with what to take along, and with where the numbers came from.

        Args:
            points: the short form that is shown, and the sentence that is spoken, which asserts no number.
        """
        self.scene("In short")
        self.shot("recap", "The lesson says again what to take along.", items=[short for short, _ in points])
        for place, (_, spoken) in enumerate(points):
            self.say(spoken, role="recap", show=f"item:{place}")
        entry = {"title": self._title, "file": "trace.txt", "pages": _unbroken(self._head.text.rstrip("."))}
        note = "No source was used: every number comes from one run, which is written down in the trace."
        self.shot(
            "sources",
            "The film ends with where its numbers came from.",
            heading="How this was made",
            entries=[entry],
            note=note,
        )
        self.say("Every number in this film comes from one run of the algorithm, with seed {seed}.")

    def lecture(self, lesson: str, language: str) -> Lecture:
        """Return what was told.

        Raises:
            EngineError: a shot has parameters that its kind does not know.
        """
        scenes = tuple(
            Scene(f"scene{number:02d}", title, tuple(told)) for number, (title, told) in enumerate(self._scenes, 1)
        )
        script = Script(self._title, language, scenes, f"{WRITER} {lesson}", "embedded")
        told = [picture for picture in self._pictures if picture.sentences]
        return Lecture(script, Storyboard(tuple(picture.shot(number) for number, picture in enumerate(told, 1))))


def _each(step: Step | Sequence[Step] | None) -> Sequence[Step]:
    """Return no, one or many steps as a sequence."""
    if step is None:
        return ()
    return (step,) if isinstance(step, Step) else step


def _change(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a step or a kind with marks, shelves and moves that were given by name as lists."""
    made = dict(fields)
    if isinstance(marks := made.get("marks"), Mapping):
        made["marks"] = [_mark(at, role) for at, role in marks.items()]
    if isinstance(shelves := made.get("shelves"), Mapping):
        made["shelves"] = [{"name": name, "items": list(items)} for name, items in shelves.items()]
    if isinstance(moves := made.get("moves"), Mapping):
        made["moves"] = [{"curve": curve, "points": points} for curve, points in moves.items()]
    return made


def _mark(at: str, role: str | tuple[str, str]) -> dict[str, str]:
    return {"at": at, "role": role} if isinstance(role, str) else {"at": at, "role": role[0], "text": role[1]}


def _unbroken(text: str) -> str:
    """Return a row of the trace so that no line ends between a name and its value."""
    return text.replace(" = ", "\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}")


def _plain(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters as what JSON knows, as they are to be seen: lessons give models and values alike."""
    return {name: value if name in _AS_WRITTEN else _plain_value(value) for name, value in params.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return _plain(value.model_dump(mode="json", exclude_unset=True))
    if isinstance(value, Mapping):
        return _plain(value)
    if isinstance(value, (list, tuple)):
        return [_plain_value(each) for each in value]
    return _HYPHEN.sub("−", value) if isinstance(value, str) else value
