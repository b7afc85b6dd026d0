"""A language model that answers from a table, so that everything around one can be tried without one."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Self

from vortex.core.errors import ConfigError, EngineError
from vortex.core.settings import LLMSettings
from vortex.engines.llm.base import Completion, Message


class ScriptedLLM:
    """Gives answers in order; an answer with a ``when`` waits for a last message that contains it."""

    name = "scripted"
    version = "1"
    rung = "local model"

    def __init__(self, answers: Iterable[str | tuple[str, str]]) -> None:
        """Take the answers: texts, or pairs of what the last message must contain and the text."""
        self._answers = [("", answer) if isinstance(answer, str) else answer for answer in answers]
        self.asked: list[tuple[Message, ...]] = []
        """Every conversation so far."""

    @classmethod
    def from_settings(cls, settings: LLMSettings) -> Self:
        """Read answers from the file that ``llm.model`` names; see ``from_file``."""
        return cls.from_file(settings.model)

    @classmethod
    def from_file(cls, path: Path | str) -> Self:
        """Read answers from a JSON list of texts or of objects with ``when`` and ``answer``.

        Raises:
            ConfigError: the file cannot be read or has another form; names it.
        """
        try:
            rows = json.loads(Path(path).read_text(encoding="utf8"))
            return cls([row if isinstance(row, str) else (row.get("when", ""), _text(row["answer"])) for row in rows])
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ConfigError(f"{path}: no list of answers ({error}); write a JSON list of texts") from error

    def complete(
        self, messages: tuple[Message, ...], *, schema: dict[str, Any] | None = None, max_tokens: int = 1024
    ) -> Completion:
        """Return the first answer that fits and was not given yet; see ``LLMEngine.complete``."""
        self.asked.append(messages)
        last = messages[-1].content if messages else ""
        for place, (when, answer) in enumerate(self._answers):
            if when in last:
                del self._answers[place]
                return Completion(answer, self.name, _tokens(messages), len(answer.split()))
        raise EngineError(f"the scripted model has no answer left for {last[:80]!r}; add one to its table")


def _text(answer: object) -> str:
    return answer if isinstance(answer, str) else json.dumps(answer)


def _tokens(messages: Sequence[Message]) -> int:
    return sum(len(message.content.split()) for message in messages)
