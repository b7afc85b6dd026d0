"""Whether a sentence that a model drafted may be told: found in its passage, checked against it, fit for the ear.

A model copies with slips and quotes less than it should. So a quote that is almost a sentence of its passage is taken
for that sentence, and every quote is widened to the whole sentences that it stands in, because half a sentence may say
the opposite of the whole. Only then do the ledger's own checks judge what is to be spoken.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from vortex.core.document import Passage
from vortex.core.text import sentences
from vortex.story.claims import support
from vortex.story.exhibits import exhibits_of
from vortex.story.material import Material
from vortex.story.polish import fault, leans_back, polish, without_joint
from vortex.story.quotes import find_quote, locate
from vortex.story.script import Sentence
from vortex.story.writers.answers import Drafted
from vortex.story.writers.candidates import role_of
from vortex.story.writers.context import Catalogue
from vortex.story.writers.requests import Wish

ALMOST = 0.85
"""Likeness from which a quote is taken for a passage's own sentence, miscopied."""
MOST_QUOTED = 2
"""Sentences that one sentence may rest on; a longer quote would support whatever can be put together from it."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A drafted sentence and what became of it."""

    text: str
    sentence: Sentence | None
    """What can be told; ``None`` where it cannot."""
    reason: str = ""
    """Why it cannot be told."""
    passage: Passage | None = None
    quote: str = ""
    """The passage's own whole sentences; "" where what was given as a quote stands nowhere."""
    is_mended: bool = False
    """Whether its quote was miscopied and put right."""


class Judge:
    """Judges what one film's model drafts, and remembers what was told already."""

    def __init__(self, wish: Wish, material: Material, catalogue: Catalogue) -> None:
        self._wish = wish
        self._material = material
        self._catalogue = catalogue
        self._told: set[str] = set()

    def judge(self, drafted: Drafted) -> Judged:
        """Return the sentence as it can be told, or why it cannot."""
        text = " ".join(drafted.text.split())
        passage = self._catalogue.find(drafted.passage)
        if passage is None:
            return Judged(text, None, f"there is no passage {drafted.passage[:40]!r}")
        quote, is_mended = quoted(passage, drafted.quote)
        reason = self._reason(text, quote or drafted.quote, passage)
        sentence = None if reason else self._sentence(text, quote, passage)
        return Judged(text, sentence, reason, passage, quote, is_mended and not reason)

    def is_spent(self, passages: Sequence[Passage]) -> bool:
        """Tell whether every sentence of some passages was told."""
        told = " ".join(" ".join(quote.split()) for quote in self._told)
        return all(each in told for passage in passages for each in sentences(passage.text))

    def own_words(self, judged: Judged) -> Sentence | None:
        """Return what the quote itself says, ready for the ear; ``None`` where that cannot be told either."""
        if judged.passage is None or not judged.quote or self._wish.translates:
            return None
        for part in sentences(judged.quote):
            text = without_joint(polish(part))
            if not leans_back(text) and not self._reason(text, judged.quote, judged.passage):
                return self._sentence(text, judged.quote, judged.passage)
        return None

    def _reason(self, text: str, quote: str, passage: Passage) -> str:
        wish = self._wish
        checks = support(text, quote, passage, wish.language, wish.source_language)
        failed = [f"{check.name}: {check.detail}" for check in checks if not check.passed]
        many = len(sentences(quote)) > MOST_QUOTED
        return "; ".join(
            [
                *failed,
                *([f"quote: longer than {MOST_QUOTED} sentences"] if many else []),
                *(["quote: told already"] if quote in self._told else []),
                *filter(None, [fault(text, terse=wish.language != "en")]),
            ]
        )

    def _sentence(self, text: str, quote: str, passage: Passage) -> Sentence:
        self._told.add(quote)
        place = locate(self._material, passage, quote)
        shown = exhibits_of(self._material, passage, place.block, quote) if place else ()
        return Sentence("", text, role_of(text), passage.id, quote, shown)


def quoted(passage: Passage, quote: str) -> tuple[str, bool]:
    """Return the whole sentences of ``passage`` that ``quote`` stands in, and whether it had to be mended for that.

    "" where neither the quote nor anything almost like it stands in the passage.
    """
    own = sentences(passage.text)
    if found := _covering(own, quote):
        exact = find_quote(passage.text, found)
        return (exact, False) if exact else (find_quote(passage.text, quote), False)
    if exact := find_quote(passage.text, quote):
        return exact, False
    likest = max(own, key=lambda each: _likeness(each, quote), default="")
    if not likest or _likeness(likest, quote) < ALMOST:
        return "", False
    exact = find_quote(passage.text, likest)
    return exact, bool(exact)


def _covering(own: list[str], quote: str) -> str:
    """Return the sentences over which ``quote`` runs; "" if it stands in none."""
    whole, wanted = " ".join(own), " ".join(quote.split())
    start = whole.find(wanted) if wanted else -1
    if start < 0:
        return ""
    end, at, covered = start + len(wanted), 0, []
    for sentence in own:
        if at < end and at + len(sentence) > start:
            covered.append(sentence)
        at += len(sentence) + 1
    return " ".join(covered)


def _likeness(left: str, right: str) -> float:
    """Return how alike two sentences are in their words, 0 to 1; order counts."""
    return SequenceMatcher(None, _plain(left), _plain(right), autojunk=False).ratio()


def _plain(text: str) -> list[str]:
    return [word.strip(".,;:!?\"'“”‘’()").lower() for word in text.split()]
