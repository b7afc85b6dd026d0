"""When something happens on the screen, and what happens where a sentence is long.

A picture that stands for long is not looked at any more. So the planner counts the seconds between a shot's cues, and
where the words themselves are on the screen they are read along: a cue lights them again where a clause begins.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from vortex.story.planner.line import Line, Option, cue
from vortex.visuals.shot import Cue

STILL_S = 7.0
"""After so many seconds something should have happened, as near as the clauses allow."""

Named = Callable[[int], str]
"""Returns the target that is spoken of in the line of a number."""


def moments(lines: Sequence[Line], cues: Sequence[Cue]) -> list[float]:
    """Return the seconds from the start of ``lines`` at which cues fall, in order, if all words take the same time."""
    found: list[float] = []
    start = 0.0
    for line in lines:
        count = max(1, len(line.text.split()))
        found += [start + line.seconds * each.word / count for each in cues if each.sentence == line.sentence.id]
        start += line.seconds
    return sorted(found)


def stillest(lines: Sequence[Line], cues: Sequence[Cue]) -> float:
    """Return the longest time, in seconds, in which no cue falls."""
    end = sum(line.seconds for line in lines)
    return max(late - early for early, late in pairwise([0.0, *moments(lines, cues), end]))


def read_along(lines: Sequence[Line], cues: Sequence[Cue], named: Named) -> tuple[Cue, ...]:
    """Return ``cues`` and further ones that light what is being read, so that nothing stands for longer than it must.

    Args:
        lines: what is spoken over the shot.
        cues: those that the kind has by itself.
        named: what to light in which line.
    """
    added = list(cues)
    for number, line in enumerate(lines):
        if not any(each.sentence == line.sentence.id for each in added):
            added.append(cue(line, 0, named(number), "light"))
        words = line.text.split()
        pace = line.seconds / max(1, len(words))
        last = 0
        for word in range(1, len(words)):
            if any(each.sentence == line.sentence.id and each.word == word for each in added):
                last = word
            long = (word - last) * pace >= 0.6 * STILL_S and words[word - 1][-1] in ",;:—–"
            too_long = (word - last) * pace >= STILL_S
            if (long or too_long) and (len(words) - word) * pace >= 1.0:
                added.append(cue(line, word, named(number), "light"))
                last = word
    return tuple(added)


def with_reading(option: Option, lines: Sequence[Line], named: Named) -> Option:
    """Return ``option`` with the words on its screen read along."""
    return replace(option, cues=read_along(lines, option.cues, named))
