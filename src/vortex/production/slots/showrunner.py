"""The showrunner: what is said and seen in a slot, from the recipe, from a language model, or from a table.

A language model is asked where the settings name one. What it fails to write is asked for again with what was wrong,
and after the last try the slot fails: the table stands in for nobody, it is for machines without a model.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vortex.core.errors import EngineError
from vortex.core.text import count_words
from vortex.engines.llm.base import LLMEngine, Message
from vortex.production.slots.recipe import MOST_S, SlotOrder, Told
from vortex.production.slots.templates import TEMPLATES
from vortex.story.writers.answers import json_object

WORDS_A_MINUTE = 165
_USUAL_S = 12.0
_LEAST_WORDS = 12
_ANSWER_TOKENS = 700
_SHOWN_AGAIN = 300
_PAUSES = {"absurd": 0.5, "deadpan": 0.9, "manic": 0.2}
"""Seconds before the punchline, by tone."""
_SYSTEM = (
    "You are the showrunner of a channel of very short clips. You write one spoken setup, one spoken punchline, and "
    "what a single picture shows meanwhile. Write for the ear: plain words, no stage directions, no emoji, no names of "
    "living people. Answer with one JSON object and nothing else."
)
_TONES = {
    "absurd": "absurd: impossible things are reported as if they were usual",
    "deadpan": "deadpan: dry, short, without a sign of excitement",
    "manic": "manic: breathless, far too excited, exclamation marks allowed",
}


class WrittenScript(BaseModel):
    """What a language model is asked for."""

    model_config = ConfigDict(extra="forbid")

    setup: Annotated[str, Field(min_length=1, max_length=600)]
    punchline: Annotated[str, Field(min_length=1, max_length=300)]
    visual_prompt: Annotated[str, Field(min_length=1, max_length=400)]


@dataclass(frozen=True, slots=True)
class Script:
    """What is said and seen in a slot."""

    lines: tuple[str, ...]
    """Spoken one after the other."""
    pause_s: float
    """Silence between two lines."""
    visual_prompt: str
    origin: str
    """``recipe``, ``table``, or ``language model`` with its name; both where the recipe gave a part."""
    notes: tuple[str, ...] = ()


def write_script(order: SlotOrder, seed: int, model: LLMEngine | None, max_retries: int = 3) -> Script:
    """Return the script of a slot.

    Args:
        order: what is given, and whether the rest is to be written.
        seed: chooses from the table, where there is no model.
        model: who is asked for what is left out.
        max_retries: further tries after an answer that is no script.

    Raises:
        EngineError: the model cannot be reached, or wrote no script.
    """
    told = order.told
    if order.dialect == "A":
        return Script((told.text.strip(),), 0.0, told.visual_prompt.strip(), "recipe")
    if not told.writes:
        return _joined(told, told, "recipe")
    if model is None:
        written, origin, note = from_table(told, seed), "table", "The script comes from a table; no model wrote it."
    else:
        written, said_by = _asked(order, model, max_retries)
        origin, note = f"language model {said_by}", f"The script was written by {said_by}."
    given = [name for name in ("setup", "punchline", "visual_prompt") if getattr(told, name).strip()]
    whole = replace(written, **{name: getattr(told, name) for name in given})
    script = _joined(told, whole, f"recipe and {origin}" if given else origin)
    return replace(script, notes=(note, *script.notes))


def from_table(told: Told, seed: int) -> Told:
    """Return a script of the table on a theme; equal seeds give equal scripts."""
    rows = TEMPLATES[told.tone]
    row = rows[hashlib.sha256(f"script {seed}".encode()).digest()[0] % len(rows)]
    theme = " ".join(told.theme.split())
    setup, punchline = (_capitalised(each.format(theme=theme)) for each in (row.setup, row.punchline))
    return replace(told, setup=setup, punchline=punchline, visual_prompt=row.visual_prompt.format(theme=theme))


def words_for(order: SlotOrder) -> int:
    """Return how many spoken words fill the slot: its length less the pause, at the usual rate and its speed."""
    seconds = (order.target_s or _USUAL_S) - _PAUSES[order.told.tone]
    return max(_LEAST_WORDS, round(seconds * WORDS_A_MINUTE / 60 * order.speed))


def _joined(told: Told, whole: Told, origin: str) -> Script:
    lines = tuple(each.strip() for each in (whole.setup, whole.punchline) if each.strip())
    return Script(lines, _PAUSES[told.tone], whole.visual_prompt.strip(), origin)


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _asked(order: SlotOrder, model: LLMEngine, max_retries: int) -> tuple[Told, str]:
    """Return what the model wrote, and its name."""
    messages: list[Message] = [Message("system", _SYSTEM), Message("user", request(order))]
    problem = ""
    for _ in range(max_retries + 1):
        done = model.complete(tuple(messages), schema=WrittenScript.model_json_schema(), max_tokens=_ANSWER_TOKENS)
        try:
            script = WrittenScript.model_validate_json(json_object(done.text))
            problem = _too_long(order, script)
        except ValidationError as error:
            problem = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()[:3])
        if not problem:
            return replace(order.told, **script.model_dump()), done.model
        messages = [*messages[:2], *_correction(done.text, problem)]
    raise EngineError(
        f"{model.name} wrote no script in {max_retries + 1} tries; the last time: {problem}. Try another model "
        "(llm.model), or write narrative.script yourself"
    )


def request(order: SlotOrder) -> str:
    """Return what the model is asked for."""
    told = order.told
    given = {
        name: value
        for name, value in (("setup", told.setup), ("punchline", told.punchline), ("visual_prompt", told.visual_prompt))
        if value.strip()
    }
    kept = f" These parts are given; keep them as they are: {json.dumps(given, ensure_ascii=False)}." if given else ""
    form = '{"setup": "…", "punchline": "…", "visual_prompt": "…"}'
    return (
        f"Write a clip about: {told.theme}. The tone is {_TONES[told.tone]}. Setup and punchline have about "
        f'{words_for(order)} words in all. "visual_prompt" says in at most 30 words what the picture shows: subject, '
        f"place, light.{kept}\nForm: {form}"
    )


def _correction(said: str, problem: str) -> Sequence[Message]:
    return (
        Message("assistant", said[:_SHOWN_AGAIN] or "{}"),
        Message("user", f"That is no script: {problem}. Answer with the whole JSON object again."),
    )


def _too_long(order: SlotOrder, script: WrittenScript) -> str:
    """Return what is wrong with the length of a script; "" if a slot holds it."""
    spoken = count_words(f"{script.setup} {script.punchline}")
    most = round(MOST_S * WORDS_A_MINUTE / 60 * order.speed * 0.9)
    return f"setup and punchline have {spoken} words, and a slot holds {most}" if spoken > most else ""
