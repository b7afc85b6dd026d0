"""From chosen candidates to the sentences of a script."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from vortex.core.text import content_words, stem, words
from vortex.core.units import format_duration
from vortex.story.budget import WordBudget
from vortex.story.claims import ENOUGH_OVERLAP
from vortex.story.languages.table import LANGUAGES
from vortex.story.polish import without_joint
from vortex.story.script import Script, Sentence, SentenceRole
from vortex.story.writers import frames
from vortex.story.writers.arrange import Group
from vortex.story.writers.candidates import Candidate, definition_term
from vortex.story.writers.rank import centroid, cosine
from vortex.story.writers.select import Pool

RECAP_WORDS = 20
"""Longest sentence that is worth saying again."""
RECAP_S = 16.5
"""Longest recap: what stands on one card."""
_UNDERWAY = re.compile(r"(?:so far|now|here|then|next|the (?:first|second|last|only)|this|these|we|if)\b", re.I)
"""How sentences begin that stand on their way through an argument and say little at its end."""
_ADDS = re.compile(
    r"(?:also|in addition|additionally|moreover|furthermore|besides|similarly|likewise|finally|lastly|in general),",
    re.I,
)
"""Joints that hold after any sentence of the same paragraph, whatever was left out in between."""
SHORTFALL = 0.9
"""A film below this share of the length asked for gets a note."""


class Composer:
    """Gives sentences their ids, in the order in which they are made."""

    def __init__(self, pool: Pool, names: frozenset[str], language: str) -> None:
        self._pool = pool
        self._names = names
        self._language = language
        self._count = 0

    def frame(self, text: str, role: SentenceRole) -> Sentence:
        """Return a sentence that asserts nothing."""
        return Sentence(self._next(), text, role)

    def tell_all(self, numbers: Sequence[int]) -> list[Sentence]:
        """Return chosen candidates as sentences; one that follows its own predecessor keeps its opening joint."""
        return [self._tell(number, after=numbers[place - 1] if place else -1) for place, number in enumerate(numbers)]

    def recap(self, numbers: Iterable[int]) -> list[Sentence]:
        """Return candidates said again, the first with an opening of its own."""
        told = [replace(self._tell(number, after=-1), role="recap") for number in numbers]
        return [
            replace(each, text=frames.recap(each.text, self._names, self._language)) if not place else each
            for place, each in enumerate(told)
        ]

    def _tell(self, number: int, after: int) -> Sentence:
        candidate = self._pool.candidates[number]
        near = after >= 0 and self._pool.candidates[after].block.id == candidate.block.id
        follows = near and (after == number - 1 or bool(_ADDS.match(candidate.joined)))
        text = candidate.joined if follows else candidate.text
        text = self._step(candidate) if candidate.role == "step" else text
        return Sentence(self._next(), text, candidate.role, candidate.passage, candidate.quote, candidate.exhibits)

    def _step(self, candidate: Candidate) -> str:
        """Return a step with the word that says where it stands, if its list was announced as steps in an order."""
        listed = [each for each in self._pool.candidates if each.listing and each.listing == candidate.listing]
        steps = [each for each in listed if each.role == "step"]
        heads = " ".join(each.text for each in listed if each.role != "step")
        known = LANGUAGES.get(self._language)
        is_joined = without_joint(candidate.text, self._language) != candidate.text
        if known is None or not known.in_order.search(heads) or is_joined:
            return candidate.text
        text = frames.ordered(candidate.text, steps.index(candidate), len(steps), self._names, self._language)
        said, held = content_words(text, self._language), set(content_words(candidate.text, self._language))
        # A short step would be judged by the word that was put before it.
        return text if sum(word in held for word in said) >= ENOUGH_OVERLAP * len(said) else candidate.text

    def _next(self) -> str:
        self._count += 1
        return f"s{self._count:04d}"


def teaching_order(pool: Pool, group: Group) -> list[int]:
    """Return a group's candidates with definitions of what its heading names first, the rest in reading order."""
    title = {stem(word) for word in words(" ".join(group.section[-1:]))}
    first = [
        number
        for number in group.members
        if pool.candidates[number].role == "definition"
        and pool.candidates[number].leans_on < 0
        and not any(pool.candidates[other].leans_on == number for other in group.members)
        and definition_term(pool.candidates[number].text)
        and title >= {stem(word) for word in words(definition_term(pool.candidates[number].text))}
    ]
    return first[:1] + [number for number in group.members if number not in first[:1]]


def worth_repeating(pool: Pool, count: int, members: Collection[int] | None = None) -> list[int]:
    """Return up to ``count`` chosen candidates, in reading order, that sum the film up and differ from each other.

    With ``members`` they sum up those only, and may stand in one section.
    """
    among = pool.chosen if members is None else members
    alone = [n for n in among if pool.candidates[n].leans_on < 0 and pool.candidates[n].role != "step"]
    short = [
        n
        for n in alone
        if len(pool.candidates[n].text.split()) <= RECAP_WORDS
        and not pool.candidates[n].block.name
        and not _UNDERWAY.match(pool.candidates[n].text)
    ]
    film = centroid(pool.space[n] for n in among)
    value = {
        n: pool.worth[n] + cosine(pool.space[n], film) + (0.3 if pool.candidates[n].role == "definition" else 0.0)
        for n in short
    }
    found: list[int] = []
    for number in sorted(short, key=lambda n: (-value[n], n)):
        told = {pool.candidates[other].block.section for other in found}
        apart = all(cosine(pool.space[number], pool.space[other]) < 0.4 for other in found)
        elsewhere = members is not None or pool.candidates[number].block.section not in told
        spoken_s = pool.budget.seconds_of_all(pool.candidates[other].text for other in (*found, number))
        if len(found) < count and apart and elsewhere and spoken_s <= RECAP_S:
            found.append(number)
    return sorted(found)


def with_length_note(script: Script, budget: WordBudget) -> Script:
    """Return the script with a note where the source did not fill the length asked for."""
    told = budget.forecast(script)
    if told >= SHORTFALL * budget.seconds:
        return script
    film_s = told + budget.silence_s
    note = (
        f"The source holds too few sentences that can be told for {format_duration(budget.film_s)}; "
        f"the film lasts about {format_duration(film_s)}."
    )
    return replace(script, promised_s=round(film_s, 1), notes=(*script.notes, note))
