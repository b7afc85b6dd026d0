"""Which parts of the source become scenes, and in what order.

A scene follows a section of the source, because its author has grouped what belongs together. Sections that are too
small to tell anything are told with their parent; of too many, those are taken that carry the most and differ most.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from vortex.story.writers.candidates import Candidate
from vortex.story.writers.rank import Vector, centroid, cosine

MOST_SCENES = 8
SECONDS_A_SCENE = 26.0
"""What a scene needs to say one thing properly."""
FEW = 3
"""A section with fewer sentences is joined to its parent."""

Section = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The sentences that one scene may draw from."""

    section: Section
    members: tuple[int, ...]
    """Numbers of candidates, in reading order."""


def group(candidates: Sequence[Candidate]) -> list[Group]:
    """Return the candidates by section, in reading order, small sections joined to their parents."""
    members: dict[tuple[str, Section], list[int]] = {}
    for candidate in candidates:
        members.setdefault((candidate.document, candidate.block.section), []).append(candidate.number)
    while small := _smallest(members):
        document, section = small
        numbers = members.pop(small)
        parent = members.setdefault((document, section[:-1]), [])
        parent.extend(numbers)
    return sorted(
        (Group(section, tuple(sorted(numbers))) for (_, section), numbers in members.items()),
        key=lambda each: each.members[0],
    )


def _smallest(members: dict[tuple[str, Section], list[int]]) -> tuple[str, Section] | None:
    deep = [key for key, numbers in members.items() if len(numbers) < FEW and len(key[1]) > 1]
    return max(deep, key=lambda key: (len(key[1]), key)) if deep else None


def choose(
    groups: Sequence[Group], worth: Sequence[float], space: Sequence[Vector], seconds: float, has_topic: bool
) -> list[Group]:
    """Return the groups that become scenes, in reading order.

    Args:
        groups: all groups.
        worth: worth of each candidate.
        space: vector of each candidate.
        seconds: time for the scenes.
        has_topic: whether the film is about a topic; otherwise the whole document should be covered evenly.
    """
    count = max(1, min(MOST_SCENES, len(groups), round(seconds / SECONDS_A_SCENE)))
    if seconds >= 50:
        count = max(count, min(3, len(groups)))
    chosen: list[Group] = []
    centres = {each.section: centroid(space[n] for n in each.members) for each in groups}
    while len(chosen) < count:
        rest = [each for each in groups if each not in chosen]
        values = [_value(each, chosen, worth, centres, has_topic) for each in rest]
        chosen.append(rest[values.index(max(values))])
    return sorted(chosen, key=lambda each: each.members[0])


def _value(
    each: Group, chosen: Sequence[Group], worth: Sequence[float], centres: dict[Section, Vector], has_topic: bool
) -> float:
    best = sorted((worth[number] for number in each.members), reverse=True)[:3]
    value = sum(best) / FEW
    near = max((cosine(centres[each.section], centres[other.section]) for other in chosen), default=0.0)
    same_root = sum(other.section[:1] == each.section[:1] for other in chosen)
    return value - 0.5 * near - (0.0 if has_topic else 0.12 * same_root)
