"""Which sentences are taken: the best that fit, without saying anything twice.

A choice is made greedily: what a sentence is worth, less what has been said already, more where it goes on from the
sentence before. A sentence that leans on another brings it along.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from vortex.core.cohesion import FEWEST_STEMS, SAID_AGAIN
from vortex.core.text import words
from vortex.story.budget import WordBudget
from vortex.story.writers.candidates import Candidate
from vortex.story.writers.rank import Vector, cosine

REPETITION = 0.8
"""How much of its worth a sentence loses when another has said exactly the same."""
COHESION = 0.18
WHOLE_LIST = 0.45
"""What a list that can be told whole is worth more: its short items look poor one by one."""
SAME_OPENING = 0.3
"""What a sentence loses for each chosen one of its section that begins with the same two words, beyond the first."""
TOO_CLOSE = 0.72
"""Sentences nearer than this say the same."""


@dataclass
class Pool:
    """Candidates, their worth, and what was chosen so far."""

    candidates: Sequence[Candidate]
    worth: Sequence[float]
    space: Sequence[Vector]
    budget: WordBudget
    chosen: set[int] = field(default_factory=set)

    def take(self, members: Sequence[int], seconds: float, most: int = 99) -> float:
        """Choose among ``members`` until ``seconds`` are full or ``most`` are taken; return the seconds used."""
        used, taken = 0.0, 0
        while taken < most:
            options = [(self._gain(n), -n) for n in members if n not in self.chosen]
            fitting = [o for o in options if self.cost(-o[1]) <= seconds - used and o[0] > float("-inf")]
            if not fitting:
                break
            best = -max(fitting)[1]
            chain = self.chain(best)
            used += self.cost(best)
            taken += len(chain)
            self.chosen.update(chain)
        return used

    def chain(self, number: int) -> list[int]:
        """Return ``number`` and all that must be spoken with it and is not chosen yet, in order."""
        links: list[int] = []
        listing = self.candidates[number].listing
        if listing:
            return [c.number for c in self.candidates if c.listing == listing and c.number not in self.chosen]
        while number >= 0 and number not in self.chosen:
            links.append(number)
            number = self.candidates[number].leans_on
        return links[::-1]

    def cost(self, number: int) -> float:
        """Return the seconds that choosing ``number`` takes, with all that it leans on."""
        return self.budget.seconds_of_all(self.candidates[link].text for link in self.chain(number))

    def drop(self, seconds: float, kept: Collection[int]) -> bool:
        """Take back the sentence whose loss comes nearest to ``seconds``, of those that nothing leans on; tell if any.

        Sentences in ``kept``, and those of lists, stay.
        """
        needed = {self.candidates[number].leans_on for number in self.chosen} | set(kept)
        free = [n for n in self.chosen if n not in needed and not self.candidates[n].listing]
        if not free:
            return False
        length = {n: self.budget.seconds_of(self.candidates[n].text) for n in free}
        self.chosen.remove(min(free, key=lambda n: (abs(length[n] - seconds) + 4 * self.worth[n], n)))
        return True

    def _gain(self, number: int) -> float:
        chain = self.chain(number)
        if len(chain) > 3 and not self.candidates[number].listing:
            return float("-inf")
        said = [n for n in self.chosen if n not in chain]
        near = max((cosine(self.space[number], self.space[other]) for other in said), default=0.0)
        if near > TOO_CLOSE or any(self._echoes(number, other) for other in said):
            return float("-inf")
        worth = sum(self.worth[link] for link in chain) / len(chain)
        goes_on = number - len(chain) in self.chosen and self._same_block(number, number - len(chain))
        worth += WHOLE_LIST if self.candidates[number].listing else 0.0
        worth -= SAME_OPENING * max(0, sum(self._opens_alike(number, other) for other in said) - 1)
        return worth - REPETITION * near * near + (COHESION if goes_on else 0.0)

    def _echoes(self, left: int, right: int) -> bool:
        """Tell whether one of two candidates holds nearly all that the other says."""
        one, other = self.space[left].keys(), self.space[right].keys()
        least = min(len(one), len(other))
        return least >= FEWEST_STEMS and len(one & other) >= SAID_AGAIN * least

    def _opens_alike(self, left: int, right: int) -> bool:
        one, other = self.candidates[left], self.candidates[right]
        return one.block.section == other.block.section and _opening(one.text) == _opening(other.text)

    def _same_block(self, left: int, right: int) -> bool:
        return right >= 0 and self.candidates[left].block.id == self.candidates[right].block.id


def _opening(text: str) -> list[str]:
    return [word.lower() for word in words(" ".join(text.split()[:3]))[:2]]
