"""Scene by scene: draft, check, write again what failed, then say it in the source's words or cut it.

A scene that is too short is asked for more, from what its passages have left and from those that follow, a few times;
what does not fit in its time is left out. All this is noted, as is every sentence that was cut.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from vortex.core.document import Passage
from vortex.story.budget import WordBudget
from vortex.story.polish import leans_back
from vortex.story.script import Sentence
from vortex.story.writers.answers import TOKENS_A_NAME, Asker, Draft, Drafted, UnusableAnswer, answer_room
from vortex.story.writers.context import Catalogue, fitted, tagged
from vortex.story.writers.grounds import Judge, Judged
from vortex.story.writers.requests import SYSTEM, Wish, draft_request, more_request, rewrite_request

WORDS_A_SENTENCE = 13
MOST_PASSAGES = 3
"""Passages that a scene is told from at once."""
MOST_SENTENCES = 20
"""Sentences asked for at once."""
SPARE_SENTENCES = 2
"""What a model may give beyond what was asked for."""
TOO_SHORT = 0.75
"""Share of its time below which a scene is asked for more."""
OVERTIME = 1.08
"""Share of its time that a scene may take."""
_MOST_CUTS_TOLD = 20


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the outline."""

    title: str
    passages: tuple[Passage, ...]


@dataclass
class Tally:
    """What became of all that was drafted."""

    drafted: int = 0
    rewritten: int = 0
    mended: int = 0
    own_words: int = 0
    left_out: int = 0
    shortened: set[str] = field(default_factory=set)
    """Ids of passages of which only the first sentences were shown."""
    widened: set[str] = field(default_factory=set)
    """Titles of scenes that were also told from passages after their own."""
    unseen: set[str] = field(default_factory=set)
    """Ids of passages that an outline named and that no request had room for."""
    cuts: list[str] = field(default_factory=list)
    """One sentence for each that was cut: why, and what it said."""
    notes: list[str] = field(default_factory=list)

    def lines(self) -> tuple[str, ...]:
        """Return what a report must say, in whole sentences."""
        counted = (
            (self.rewritten, "written again after a failed check"),
            (self.mended, "with a miscopied quote or passage put right"),
            (self.own_words, "told in the source's own words after failing twice"),
            (self.left_out, "left out for want of time"),
            (len(self.cuts), "cut"),
        )
        told = ", ".join(f"{count} {what}" for count, what in counted if count)
        summary = (f"Of {self.drafted} drafted sentences: {told}.",) if told else ()
        return (*self.notes, *self.cuts[:_MOST_CUTS_TOLD], *summary)


class Drafter:
    """Drafts the scenes of one film."""

    def __init__(self, asker: Asker, wish: Wish, catalogue: Catalogue, judge: Judge, budget: WordBudget) -> None:
        self.tally = Tally()
        self._asker = asker
        self._wish = wish
        self._catalogue = catalogue
        self._judge = judge
        self._budget = budget

    def scene(self, point: Point, seconds: float) -> list[Sentence]:
        """Return the sentences of a scene of about ``seconds``; none where the model gives none that stand.

        Raises:
            EngineError: the model cannot be reached.
        """
        told: list[Sentence] = []
        try:
            for again in range(self._rounds(seconds)):
                ground = self._widened(point) if again else point
                if ground is None:
                    break
                fresh = self._checked(ground, self._drafted(ground, seconds - self.seconds_of(told), told))
                told += fresh
                if not fresh or self.seconds_of(told) >= TOO_SHORT * seconds:
                    break
        except UnusableAnswer as error:
            lost = "is told shorter" if told else "is left out"
            self.tally.notes.append(f"The scene {point.title!r} {lost}: {error}.")
        return self._within(told, seconds)

    def seconds_of(self, told: Sequence[Sentence]) -> float:
        """Return the seconds that sentences take."""
        return self._budget.seconds_of_all(each.text for each in told)

    def _widened(self, point: Point) -> Point | None:
        """Return the point with what it has not told yet and the passages that follow; ``None`` if there is nothing."""
        following = self._catalogue.following(point.passages)
        left = [each for each in (*point.passages, *following) if not self._judge.is_spent([each])]
        if set(left[:MOST_PASSAGES]) - set(point.passages):
            self.tally.widened.add(point.title)
        return replace(point, passages=tuple(left[:MOST_PASSAGES])) if left else None

    def _rounds(self, seconds: float) -> int:
        """Return how often a scene may be asked for: in the parts that fit into an answer, and twice more."""
        return 2 + -(-self._count(seconds) // self._most_at_once())

    def _count(self, seconds: float) -> int:
        """Return how many sentences fill a time."""
        return max(1, round(seconds * self._budget.words_per_minute / 60 * 0.92 / WORDS_A_SENTENCE))

    def _most_at_once(self) -> int:
        """Return how many sentences an answer has room for, in a third of the context."""
        fit = self._asker.context_tokens // 3 // answer_room(WORDS_A_SENTENCE, 1)
        return max(1, min(fit - SPARE_SENTENCES, MOST_SENTENCES))

    def _drafted(self, point: Point, seconds: float, told: Sequence[Sentence]) -> list[Drafted]:
        count = min(self._count(seconds), self._most_at_once())
        words = count * WORDS_A_SENTENCE
        request = (
            more_request(self._wish, point.title, words, count, told)
            if told
            else draft_request(self._wish, point.title, words, count)
        )
        return self._asked(point, request, count + SPARE_SENTENCES)

    def _asked(self, point: Point, request: str, most: int) -> list[Drafted]:
        """Ask for sentences with as much of the point's passages as the model's context holds."""
        answer = answer_room(WORDS_A_SENTENCE * most, most)
        room = self._asker.room(Draft, (SYSTEM, request), answer) - TOKENS_A_NAME * len(point.passages)
        shown = fitted(point.passages, self._catalogue, room)
        self.tally.shortened |= {each.passage.id for each in shown if not each.is_whole}
        self.tally.unseen |= {each.id for each in point.passages} - {each.passage.id for each in shown}
        if not shown:
            raise UnusableAnswer("not one sentence of its passages fits into llm.context_tokens beside the question")
        texts = "\n".join(tagged(each.name, each.text) for each in shown)
        names = [each.name for each in shown]
        messages = (SYSTEM, f"{request}\n\n{texts}")
        return self._asker.ask(Draft, messages, names=names, most=most, answer_tokens=answer).sentences

    def _checked(self, point: Point, drafted: list[Drafted]) -> list[Sentence]:
        """Return the sentences that stand, in order, those that failed written again once."""
        self.tally.drafted += len(drafted)
        judged: list[Judged] = []
        for each in drafted:
            follows = bool(judged) and judged[-1].sentence is not None
            judged.append(self._judge.judge(each, point.passages, follows))
        failed = [place for place, each in enumerate(judged) if each.sentence is None]
        if failed:
            self.tally.rewritten += len(failed)
            for place, each in zip(failed, self._rewritten(point, [judged[n] for n in failed]), strict=False):
                follows = place > 0 and judged[place - 1].sentence is not None
                judged[place] = self._better(judged[place], self._judge.judge(each, point.passages, follows))
        self.tally.mended += sum(each.is_mended for each in judged)
        return [sentence for each in judged if (sentence := each.sentence or self._last_resort(each))]

    def _rewritten(self, point: Point, failed: Sequence[Judged]) -> list[Drafted]:
        """Return failed sentences as the model writes them again, in order; none where it does not."""
        request = rewrite_request(self._wish, [(each.text, each.reason) for each in failed])
        try:
            return self._asked(point, request, len(failed))[: len(failed)]
        except UnusableAnswer as error:
            self.tally.notes.append(f"{len(failed)} sentences of {point.title!r} were not written again: {error}.")
            return []

    @staticmethod
    def _better(old: Judged, new: Judged) -> Judged:
        """Return the second try, unless it lost the quote that the first one had."""
        return old if not new.sentence and not new.quote and old.quote else new

    def _last_resort(self, judged: Judged) -> Sentence | None:
        if said := self._judge.own_words(judged):
            self.tally.own_words += 1
            return said
        self.tally.cuts.append(f"A sentence was cut ({judged.reason}): {judged.text}")
        return None

    def _within(self, told: Sequence[Sentence], seconds: float) -> list[Sentence]:
        """Return the first sentences that fit into the time; one in any case."""
        kept: list[Sentence] = []
        used = 0.0
        for place, each in enumerate(told):
            cost = self._budget.seconds_of(each.text)
            alone = len(kept) < place and leans_back(each.text, self._wish.language)
            if kept and (alone or used + cost > seconds * OVERTIME):
                self.tally.left_out += 1
                continue
            kept.append(each)
            used += cost
        return kept
