"""Answers of a language model that must have a form: asked for, validated, and asked for again with what was wrong."""

import json
import re
from collections.abc import Sequence
from itertools import islice
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vortex.core.errors import EngineError
from vortex.engines.llm.base import LLMEngine, Message
from vortex.story.writers.context import estimate_tokens, room_for

TOKENS_A_NAME = 5
"""What the name of a passage takes in a schema, its quotation marks and comma included."""
REPAIR_TOKENS = 260
"""Room that is kept in every request for a rejected answer and what was wrong with it."""
_SHOWN_AGAIN = 240
"""Characters of a rejected answer that are shown to the model again."""
_LONGEST_NAME = 60
_MOST_STARTS = 8
"""Braces from which an object is looked for; the words around an answer hold few."""
_THOUGHT = re.compile(r"^\s*<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL)


class UnusableAnswer(EngineError):
    """A model gave no answer of the form asked for, in any of its tries."""


class Answer(BaseModel):
    """Base of all answers; an unknown field is a mistake worth telling the model."""

    model_config = ConfigDict(extra="forbid")


class PlannedScene(Answer):
    """A scene of the outline."""

    title: str = Field(min_length=1, max_length=80)
    passages: list[str] = Field(min_length=1, max_length=3)


class Outline(Answer):
    """What the film will tell, in order."""

    scenes: list[PlannedScene] = Field(min_length=1, max_length=30)


class Drafted(Answer):
    """One sentence and the words of the source that it restates.

    The quote comes first, because a model writes in order, and what it has copied is before it when it restates it.
    """

    passage: str = Field(max_length=80)
    quote: str = Field(max_length=1200)
    text: str = Field(min_length=1, max_length=400)


class Draft(Answer):
    """The sentences of a scene."""

    sentences: list[Drafted] = Field(min_length=1, max_length=40)


T = TypeVar("T", bound=Answer)


class Asker:
    """Asks one model, within its context, and keeps notes of what went differently than asked."""

    def __init__(self, engine: LLMEngine, context_tokens: int, max_retries: int) -> None:
        self._engine = engine
        self.context_tokens = context_tokens
        self._max_retries = max_retries
        self.model = engine.name
        """Who answers, by the name that it gives itself."""
        self.num_requests = 0
        self.num_repaired = 0
        """Answers that had to be asked for again."""
        self._longest = 0
        self._notes: dict[str, None] = {}

    @property
    def notes(self) -> tuple[str, ...]:
        """What was done differently than asked, in whole sentences, each once."""
        notes = list(self._notes)
        if self.num_repaired:
            count = f"{self.num_repaired} of {self.num_requests} answers of {self.model}"
            notes.append(f"{count} had not the form asked for; they were asked for again, with the mistake.")
        if self._longest > self.context_tokens:
            notes.append(
                f"A question and its answer took up to {self._longest} tokens, more than llm.context_tokens = "
                f"{self.context_tokens}; the model may not have seen all of it."
            )
        return tuple(notes)

    def room(self, kind: type[Answer], messages: tuple[str, str], answer_tokens: int) -> int:
        """Return the tokens that passages may take in a request for an answer of a kind.

        The schema is counted, because some servers must be told it in words.

        Raises:
            ConfigError: the model's context holds not even the request without any.
        """
        form = json.dumps(_schema(kind, (), 10))
        return room_for([*messages, form], answer_tokens + REPAIR_TOKENS, self.context_tokens)

    def ask(
        self, kind: type[T], messages: tuple[str, str], *, names: Sequence[str], most: int, answer_tokens: int
    ) -> T:
        """Return the model's answer as ``kind``, asking again, with the mistake, for one that has its form.

        Args:
            kind: the form.
            messages: what the system and the user say.
            names: short names of the passages that the answer may name.
            most: greatest length of the answer's list.
            answer_tokens: upper bound of the answer's length.

        Raises:
            UnusableAnswer: no valid answer came after several tries.
            EngineError: the engine failed.
        """
        asked = (Message("system", messages[0]), Message("user", messages[1]))
        schema = _schema(kind, names, most)
        again: tuple[Message, ...] = ()
        for _ in range(self._max_retries + 1):
            self.num_requests += 1
            done = self._engine.complete((*asked, *again), schema=schema, max_tokens=answer_tokens)
            self.model = " ".join(done.model.split())[:_LONGEST_NAME] or self.model
            self._notes |= dict.fromkeys(done.notes)
            self._longest = max(self._longest, done.prompt_tokens + done.completion_tokens)
            try:
                return kind.model_validate_json(json_object(done.text))
            except ValidationError as error:
                problem = _problem(error, done.text, answer_tokens, done.is_whole)
            self.num_repaired += 1
            wrong = f"That is not the answer asked for: {problem}. Answer again with one JSON object only."
            again = (Message("assistant", done.text[:_SHOWN_AGAIN] or "…"), Message("user", wrong))
        raise UnusableAnswer(
            f"{self.model} gave no valid {kind.__name__.lower()} in {self._max_retries + 1} tries ({problem}); "
            "use a larger model or more llm.max_retries"
        )


def _schema(kind: type[Answer], names: Sequence[str], most: int) -> dict[str, Any]:
    """Return the JSON schema of ``kind``, short, that allows only these passages and a list of at most ``most``."""
    schema: dict[str, Any] = _untitled(kind.model_json_schema())
    (item,) = schema.pop("$defs").values()
    (rows,) = schema["properties"].values()
    rows |= {"items": item, "maxItems": most}
    fields = item["properties"]
    (fields["passages"]["items"] if kind is Outline else fields["passage"])["enum"] = list(names)
    return schema


def _untitled(schema: Any) -> Any:
    """Return a schema without the names and descriptions that only people read."""
    if not isinstance(schema, dict):
        return schema
    return {
        key: {name: _untitled(each) for name, each in value.items()} if key == "properties" else _untitled(value)
        for key, value in schema.items()
        if key not in ("title", "description")
    }


def _problem(error: ValidationError, said: str, answer_tokens: int, is_whole: bool) -> str:
    """Return in a few words what is wrong with an answer."""
    if not said.strip():
        return "it was empty"
    if not is_whole:
        return f"it was cut off after {answer_tokens} tokens, so say less"
    rows = [f"{'.'.join(map(str, each['loc'])) or 'answer'}: {each['msg']}" for each in error.errors()[:4]]
    return "; ".join(row[:120] for row in rows)


def json_object(said: str) -> str:
    """Return the JSON object inside an answer that may be wrapped in thoughts, a fence or words."""
    plain = _THOUGHT.sub("", said)
    for found in islice(re.finditer(r"\{", plain), _MOST_STARTS):
        try:
            _, end = json.JSONDecoder().raw_decode(plain, found.start())
        except (ValueError, RecursionError):
            continue
        return plain[found.start() : end]
    return plain


def answer_room(words: int, sentences: int) -> int:
    """Return the tokens that a draft of so many spoken words takes, quotes and form included."""
    quoted = 2.2 * words
    return int((words + quoted) * 1.7) + 45 * sentences + estimate_tokens('{"sentences": []}')
