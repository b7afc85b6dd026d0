"""A teacher for tiny models: a program that answers the writer's requests by copying sentences of the passages."""

import json
import re
from typing import Any

from vortex.core.text import sentences
from vortex.engines.llm.base import Completion, Message
from vortex.story.polish import fault, leans_back

_PASSAGE = re.compile(r'<passage id="(P\d+)">\n(.*?)\n</passage>', re.DOTALL)


class CopyingTeacher:
    """Plans scenes of one passage each and drafts by copying; keeps every conversation in ``lessons``."""

    name, version, rung = "teacher", "1", "local model"

    def __init__(self) -> None:
        self.lessons: list[tuple[list[dict[str, str]], str]] = []

    def complete(
        self, messages: tuple[Message, ...], *, schema: dict[str, Any] | None = None, max_tokens: int = 1024
    ) -> Completion:
        """Answer like a model that has understood its task."""
        asked = messages[-1].content
        answer = json.dumps(_outline(asked) if "Plan " in asked[:5] else _draft(asked), separators=(",", ":"))
        self.lessons.append(([{"role": each.role, "content": each.content} for each in messages], answer))
        return Completion(answer, self.name)


def _outline(asked: str) -> dict[str, Any]:
    count = int(re.findall(r"Plan (\d+) scene", asked)[0])
    names = re.findall(r"^(P\d+) (?:([^:\n]+): )?", asked, re.MULTILINE)
    chosen = names[1 :: max(1, len(names) // (count + 1))][:count]
    return {"scenes": [{"title": title or "Part", "passages": [name]} for name, title in chosen]}


def _draft(asked: str) -> dict[str, Any]:
    count = int((re.findall(r"(\d+) sentence", asked) or ["1"])[0])
    copied = [
        {"passage": name, "quote": each, "text": each}
        for name, text in _PASSAGE.findall(asked)
        for each in sentences(text)
        if not fault(each) and not leans_back(each) and f"- {each[:60]}" not in asked
    ]
    return {"sentences": copied[:count] or [{"passage": "P1", "quote": "", "text": "Nothing."}]}
