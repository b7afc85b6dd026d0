"""Asking a language model for a translation, a few texts at a time; what it leaves out stays empty for a person."""

import json
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vortex.core.errors import EngineError
from vortex.engines.llm.base import LLMEngine, Message
from vortex.story.translation import AnyPiece, Translation, filled

BATCH = 10
_SYSTEM = (
    "You translate the narration and the captions of a short educational film. Say exactly what the original says, in "
    "plain spoken sentences. Keep every number, formula, file name and piece of code as it is; write numbers as the "
    "new language writes them. Add nothing and leave nothing out."
)


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")

    texts: list[str] = Field(min_length=1)


def translate(blank: Translation, engine: LLMEngine, max_retries: int) -> Translation:
    """Return the translation with every text that was empty filled in by ``engine``.

    Raises:
        EngineError: the model fails, or gives no answer of the form asked for in ``max_retries`` further tries.
    """
    wanted = list(dict.fromkeys(piece.original for piece in pieces(blank) if not piece.text.strip()))
    found: dict[str, str] = {}
    batches = iter(wanted)
    while batch := list(islice(batches, BATCH)):
        found |= dict(zip(batch, _ask(engine, batch, blank, max_retries), strict=True))
    return filled(blank, found).model_copy(update={"translator": engine.name, "rung": engine.rung})


def pieces(translation: Translation) -> Iterable[AnyPiece]:
    """Yield every text of a translation."""
    yield translation.title
    for scene in translation.scenes:
        yield scene.title
        yield from scene.sentences
    for shot in translation.shots:
        yield from shot.texts


def _ask(engine: LLMEngine, batch: Sequence[str], blank: Translation, max_retries: int) -> list[str]:
    request = (
        f"Translate each of these {len(batch)} texts from {blank.original_language!r} into {blank.language!r} and "
        f'answer with one JSON object {{"texts": [...]}} that holds {len(batch)} texts in the same order:\n'
        f"{json.dumps(batch, ensure_ascii=False, indent=0)}"
    )
    asked = (Message("system", _SYSTEM), Message("user", request))
    schema: dict[str, Any] = _Answer.model_json_schema()
    schema["properties"]["texts"] |= {"minItems": len(batch), "maxItems": len(batch)}
    problem = ""
    for _ in range(max_retries + 1):
        wrong = (Message("user", f"{problem}; answer again with one JSON object only."),) if problem else ()
        said = engine.complete((*asked, *wrong), schema=schema, max_tokens=200 * len(batch)).text
        try:
            texts = _Answer.model_validate_json(said[said.find("{") : said.rfind("}") + 1]).texts
        except ValidationError as error:
            problem = f"That had not the form asked for: {error.errors()[0]['msg']}"
            continue
        if len(texts) == len(batch) and all(text.strip() for text in texts):
            return [" ".join(text.split()) for text in texts]
        problem = f"That held {len(texts)} texts, not {len(batch)}, or an empty one"
    raise EngineError(
        f"{engine.name} gave no translation in {max_retries + 1} tries ({problem}); use a larger model, or fill the "
        "file in by hand"
    )
