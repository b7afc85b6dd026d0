"""What fits into one request to a language model, and what of the source is put there.

Models that run at home hold a few thousand tokens, questions and answer together, and many servers drop what is too
much without a word. So every request is measured before it is sent, passages are cut at the ends of sentences until
they fit, and what was cut is counted. Passages go under short names ("P7"), because small models miscopy long ones,
and between tags, because what a document says is matter to be told and never an order.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from vortex.core.document import Passage
from vortex.core.errors import ConfigError
from vortex.core.text import sentences
from vortex.story.material import Material

_TOKENS_A_LETTER = 0.29
"""Tokens of an ASCII letter or space: English prose has 3.5 to 4.5 characters a token in vocabularies of 32,000 up."""
_TOKENS_A_SIGN = 1.0
"""Digits, punctuation and line breaks: many vocabularies give each its own token."""
_TOKENS_BEYOND_ASCII = 0.7
"""Accented, Cyrillic and Greek letters."""
_TOKENS_AN_IDEOGRAPH = 1.5
_SIGNS = re.compile(r"[\x00-\x1f!-@\[-`{-\x7f]")
_IDEOGRAPHS = re.compile(r"[\u3000-\U0003ffff]")
_TAG = re.compile(r"<(?=/?\s*passage)", re.IGNORECASE)
TOKENS_A_MESSAGE = 8
"""What the form of a conversation adds to each message."""


def estimate_tokens(text: str) -> int:
    """Return about how many tokens ``text`` has for a model, rather too many than too few.

    Estimated from characters alone, as the model's own vocabulary is not here. A model whose tokens are single bytes
    has more.
    """
    signs, ideographs = len(_SIGNS.findall(text)), len(_IDEOGRAPHS.findall(text))
    beyond = sum(not character.isascii() for character in text) - ideographs
    letters = len(text) - signs - ideographs - beyond
    weighed = letters * _TOKENS_A_LETTER + signs * _TOKENS_A_SIGN
    return int(weighed + beyond * _TOKENS_BEYOND_ASCII + ideographs * _TOKENS_AN_IDEOGRAPH) + 1


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage as a model sees it."""

    name: str
    """Its short name, such as ``P7``."""
    passage: Passage
    text: str
    """The passage's text, or its first sentences."""
    is_whole: bool


class Catalogue:
    """The short names of all passages."""

    def __init__(self, material: Material) -> None:
        self._order = material.passages
        levels = zip(*(passage.section for passage in material.passages), strict=False)
        self._shared = sum(1 for _ in takewhile(lambda names: len(set(names)) == 1, levels))
        """How many headings enclose the whole source, such as its title."""
        self._names = {passage.id: f"P{number}" for number, passage in enumerate(material.passages, 1)}
        self._passages = {f"P{number}": passage for number, passage in enumerate(material.passages, 1)}

    def name(self, passage: Passage) -> str:
        """Return the short name of a passage."""
        return self._names[passage.id]

    def following(self, passages: Sequence[Passage]) -> list[Passage]:
        """Return the passages of the same chapter that come after the last of ``passages``, in reading order."""
        last = max(passages, key=self._order.index)
        rest = self._order[self._order.index(last) + 1 :]
        return list(takewhile(lambda each: self._chapter(each) == self._chapter(last), rest))

    def _chapter(self, passage: Passage) -> tuple[str, ...]:
        """Return the document of a passage and its outermost heading that not all passages share."""
        return (passage.id.rpartition(":")[0], *passage.section[: self._shared + 1])

    def find(self, name: str) -> Passage | None:
        """Return the passage of that name; ``None`` if there is none."""
        return self._passages.get(name.strip().strip("[]").upper())


def fitted(passages: Sequence[Passage], catalogue: Catalogue, room: int) -> list[Shown]:
    """Return the passages that fit into ``room`` tokens together, each cut at the end of a sentence where it must be.

    Room is shared evenly, and what a short passage leaves goes to those after it. One of which not even a sentence
    fits is left out.
    """
    shown: list[Shown] = []
    for place, passage in enumerate(passages):
        name = catalogue.name(passage)
        frame = estimate_tokens(tagged(name, ""))
        share = room // (len(passages) - place) - frame
        text = passage.text if estimate_tokens(passage.text) <= share else whole_sentences(passage.text, share)
        if text:
            shown.append(Shown(name, passage, text, is_whole=text == passage.text))
            room -= estimate_tokens(text) + frame
    return shown


def whole_sentences(text: str, room: int) -> str:
    """Return the first whole sentences of ``text`` that fit into ``room`` tokens; "" if not even one does."""
    kept = ""
    for sentence in sentences(text):
        longer = f"{kept} {sentence}".strip()
        if estimate_tokens(longer) > room:
            break
        kept = longer
    return kept


def tagged(name: str, text: str) -> str:
    """Return ``text`` between tags that it cannot close itself."""
    return f'<passage id="{name}">\n{_TAG.sub("< ", text)}\n</passage>'


def spread(passages: Sequence[Passage], count: int) -> list[Passage]:
    """Return up to ``count`` passages, evenly from first to last."""
    if count >= len(passages):
        return list(passages)
    step = len(passages) / max(count, 1)
    return [passages[int(place * step)] for place in range(count)]


def room_for(fixed: Sequence[str], answer_tokens: int, context_tokens: int) -> int:
    """Return the tokens that are left for passages beside messages and answer.

    Raises:
        ConfigError: nothing is left; names the setting.
    """
    used = sum(estimate_tokens(text) + TOKENS_A_MESSAGE for text in fixed)
    room = context_tokens - used - answer_tokens
    if room < 1:
        raise ConfigError(
            f"llm.context_tokens = {context_tokens}: question and answer alone take about {used + answer_tokens}; "
            "use a model with a larger context, and say how large it is"
        )
    return room
