"""What every language model promises."""

from dataclasses import dataclass
from typing import Any, Literal, Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Completion:
    """What the model said."""

    text: str
    model: str
    prompt_tokens: int = 0
    completion_tokens: int = 0
    is_whole: bool = True
    """Whether the model ended by itself; ``False`` where the answer was cut off at ``max_tokens``."""
    notes: tuple[str, ...] = ()
    """What was done differently than asked, in whole sentences, such as a schema that was asked for in words."""


class LLMEngine(Protocol):
    """Completes conversations, at temperature 0.

    A model that needs settings offers ``from_settings(LLMSettings)``; others are made without arguments.
    """

    name: str
    version: str
    rung: str

    def complete(
        self, messages: tuple[Message, ...], *, schema: dict[str, Any] | None = None, max_tokens: int = 1024
    ) -> Completion:
        """Return the model's answer, which may be empty.

        Args:
            messages: the conversation so far.
            schema: a JSON Schema that the answer must follow; the engine asks for it, the caller validates.
            max_tokens: upper bound of the answer's length.

        Raises:
            EngineError: the model cannot be reached or answers with an error; names the address and the status.
        """
        ...
