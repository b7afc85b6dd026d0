"""A language model's answers are kept in the build, so that none is asked for twice.

A model at home takes minutes for a script, is killed, gets stuck, and answers differently when asked again. Kept under
the hash of the question, its answers make a film that uses one resume like any other, and come out the same.
"""

from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from vortex.core.events import Listener
from vortex.engines.llm.base import Completion, LLMEngine, Message
from vortex.production.build import Build, digest
from vortex.story.writers.base import Writer
from vortex.story.writers.llm import LLMWriter

_COMPLETION = TypeAdapter(Completion)


class RememberedLLM:
    """Asks an engine only what it was not asked before for this film."""

    def __init__(self, engine: LLMEngine, build: Build) -> None:
        self._engine = engine
        self._build = build
        self.name, self.version, self.rung = engine.name, engine.version, engine.rung

    def complete(
        self, messages: tuple[Message, ...], *, schema: dict[str, Any] | None = None, max_tokens: int = 1024
    ) -> Completion:
        """Return the answer that was given before, or ask; see ``LLMEngine.complete``."""

        def make(folder: Path) -> None:
            answer = self._engine.complete(messages, schema=schema, max_tokens=max_tokens)
            (folder / "answer.json").write_bytes(_COMPLETION.dump_json(answer))

        key = digest(self.name, self.version, messages, schema, max_tokens)
        step = self._build.step("answers", key, make)
        return _COMPLETION.validate_json((step.folder / "answer.json").read_bytes())


def at_work(writer: Writer, build: Build, listen: Listener) -> Writer:
    """Return a language model's writer that keeps its answers and tells how far it is; any other as it is."""
    if isinstance(writer, LLMWriter):
        return writer.working(RememberedLLM(writer.engine, build), listen)
    return writer
