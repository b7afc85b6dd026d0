"""Answers of a language model that must have a form: asked for, validated, and asked for again with what was wrong."""

import re
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vortex.core.errors import EngineError
from vortex.engines.llm.base import LLMEngine, Message


class Answer(BaseModel):
    """Base of all answers; an unknown field is a mistake worth telling the model."""

    model_config = ConfigDict(extra="forbid")


class PlannedScene(Answer):
    """A scene of the outline."""

    title: str = Field(min_length=1, max_length=80)
    passages: list[str] = Field(min_length=1, max_length=3)


class Outline(Answer):
    """What the film will tell, in order."""

    scenes: list[PlannedScene] = Field(min_length=1, max_length=8)


class Drafted(Answer):
    """One sentence and the words of the source that it restates."""

    text: str = Field(min_length=1)
    passage: str
    quote: str


class Draft(Answer):
    """The sentences of a scene."""

    sentences: list[Drafted] = Field(min_length=1, max_length=20)


T = TypeVar("T", bound=Answer)
_MAX_TOKENS = 1500


def ask(engine: LLMEngine, kind: type[T], system: str, request: str, max_retries: int) -> T:
    """Return the model's answer as ``kind``, asking up to ``max_retries`` times again for one that has its form.

    Raises:
        EngineError: no valid answer came after several tries, or the engine failed.
    """
    messages = [Message("system", system), Message("user", request)]
    for _ in range(max_retries + 1):
        said = engine.complete(tuple(messages), schema=kind.model_json_schema(), max_tokens=_MAX_TOKENS).text
        try:
            return kind.model_validate_json(_json_of(said))
        except ValidationError as error:
            problem = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'answer'}: {e['msg']}" for e in error.errors()[:5])
        messages = messages[:2]
        messages += [
            Message("assistant", said),
            Message("user", f"That does not follow the schema: {problem}. Answer again."),
        ]
    raise EngineError(
        f"{engine.name} gave no valid {kind.__name__.lower()} in {max_retries + 1} tries ({problem}); "
        "use a larger model or more llm.max_retries"
    )


def _json_of(said: str) -> str:
    """Return the JSON object inside an answer that may be wrapped in a fence or in words."""
    found = re.search(r"\{.*\}", said, re.DOTALL)
    return found.group() if found else said
