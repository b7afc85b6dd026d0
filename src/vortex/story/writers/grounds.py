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
    """Whether its quote or the name of its passage was miscopied and put right."""


class Judge:
    """Judges what one film's model drafts, and remembers what was told already."""

    def __init__(self, wish: Wish, material: Material, catalogue: Catalogue) -> None:
        self._wish = wish
        self._material = material
        self._catalogue = catalogue
        self._told: set[str] = set()

    def judge(self, drafted: Drafted, shown: Sequence[Passage], follows: bool) -> Judged:
        """Return the sentence as it can be told, or why it cannot.

        Args:
            drafted: what the model gave.
            shown: the passages that it saw, in which the quote is looked for where it stands not in the one named.
            follows: whether the sentence that the model wrote before it is told; it may lean on that one.
        """
        text = " ".join(drafted.text.split())
        text = text if follows else without_joint(text, self._wish.language)
        named = self._catalogue.find(drafted.passage)
        ground = _ground(text, drafted.quote, [*([named] if named else []), *(p for p in shown if p != named)])
        if ground is None and named is None:
            return Judged(text, None, f"there is no passage {drafted.passage[:40]!r}")
        passage, quote, is_exact = ground or (named, "", True)
        assert passage is not None, "a ground or a name gives a passage"
        reason = self._reason(text, quote or drafted.quote, passage)
        if not reason and not follows and leans_back(text, self._wish.language):
            reason = "cohesion: it points back at something, and nothing before it says what"
        sentence = None if reason else self._sentence(text, quote, passage)
        return Judged(text, sentence, reason, passage, quote, not reason and not (is_exact and passage == named))

    def is_spent(self, passages: Sequence[Passage]) -> bool:
        """Tell whether every sentence of some passages was told."""
        told = " ".join(" ".join(quote.split()) for quote in self._told)
        return all(each in told for passage in passages for each in sentences(passage.text))

    def own_words(self, judged: Judged) -> Sentence | None:
        """Return what the quote itself says, ready for the ear; ``None`` where that cannot be told either."""
        if judged.passage is None or not judged.quote or self._wish.translates:
            return None
        for part in sentences(judged.quote):
            text = without_joint(polish(part), self._wish.language)
            if not leans_back(text, self._wish.language) and not self._reason(text, judged.quote, judged.passage):
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
                *filter(None, [fault(text, language=wish.language)]),
            ]
        )

    def _sentence(self, text: str, quote: str, passage: Passage) -> Sentence:
        self._told.add(quote)
        place = locate(self._material, passage, quote)
        shown = exhibits_of(self._material, passage, place.block, quote) if place else ()
        return Sentence("", text, role_of(text, self._wish.language), passage.id, quote, shown)


def _ground(text: str, quote: str, passages: Sequence[Passage]) -> tuple[Passage, str, bool] | None:
    """Return the passage and its whole sentences that ``quote`` or, failing that, ``text`` stands in, or almost does.

    Also tells whether the quote itself stands there letter by letter.
    """
    for find, wanted in ((_exact, quote), (_almost, quote), (_almost, text)):
        for passage in passages:
            if found := find(passage, wanted):
                return passage, found, find is _exact
    return None


def _exact(passage: Passage, quote: str) -> str:
    """Return the whole sentences of ``passage`` over which ``quote`` runs; "" if it stands not there."""
    exact = find_quote(passage.text, quote)
    whole = _covering(sentences(passage.text), quote)
    return (find_quote(passage.text, whole) if whole else "") or exact


def _almost(passage: Passage, quote: str) -> str:
    """Return the sentence of ``passage`` that ``quote`` miscopies; "" if none is like it."""
    likest = max(sentences(passage.text), key=lambda each: _likeness(each, quote), default="")
    return find_quote(passage.text, likest) if _likeness(likest, quote) >= ALMOST else ""


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
