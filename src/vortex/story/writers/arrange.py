"""Which parts of the source become scenes, and in what order.

A scene follows a section of the source, because its author has grouped what belongs together. Sections that are too
small to tell anything are told with their parent; of too many, those are taken that carry the most and differ most.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from vortex.story.writers.candidates import Candidate
from vortex.story.writers.frames import is_title
from vortex.story.writers.rank import Vector, centroid, cosine

MOST_SCENES = 8
"""Scenes of a film of up to eight minutes; a longer one has one for each ``LONG_SCENE_S``."""
LONG_SCENE_S = 60.0
SECONDS_A_SCENE = 26.0
"""What a scene needs to say one thing properly."""
LEAST_SECONDS_A_SCENE = 18.0
FEW = 3
"""A section with fewer sentences is joined to its parent."""
NEAR_ENOUGH = 0.65
"""Groups that a search found worse than this share of the best only fill a film about a topic that lacks matter."""
PART = 25
"""Sentences that make a part of a text without sections."""
OPENING = 0.4
"""What the first group is worth more in a film about the whole document: authors introduce their matter there."""
UNTITLED = 0.5
"""What a group loses that has no heading to call it by."""
ASIDE = 1.5
"""What a section loses that speaks about the document and its makers, not about its matter."""
APPENDIX = 0.5
"""What an appendix loses in a film about the whole document."""
_APPENDIX = re.compile(r"(?:Appendix|APPENDIX)\b|[A-Z](?:\.\d+)*\s")
_ASIDE = re.compile(
    r"(?:[\dA-Z.]+\s+)?(?:acknowledge?ments?|thanks|credits|references?|bibliography|licen[cs]e|copyright.*|colophon|"
    r"preface|foreword|dedication|contents|index|about (?:this|the) (?:document|manual|book|author|guide).*|"
    r"see also|further reading|revision history|change ?log|miscellaneous|(?:how to )?contribut.*|feedback|authors?)"
    r"\W*",
    re.IGNORECASE,
)
HITS = 12
"""Passages that a search puts first and that are trusted."""
SECONDS_A_SENTENCE = 5.5

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
    groups = [Group(section, tuple(sorted(numbers))) for (_, section), numbers in members.items()]
    parts = [part for each in groups for part in (_divided(each) if len(groups) == 1 else [each])]
    return sorted(parts, key=lambda each: each.members[0])


def _divided(whole: Group) -> list[Group]:
    """Return a text without sections in consecutive parts, so that a long film of it has chapters."""
    count = min(MOST_SCENES, len(whole.members) // PART)
    if count < 2:
        return [whole]
    size = -(-len(whole.members) // count)
    starts = range(0, len(whole.members), size)
    return [Group((*whole.section, f"{n}."), whole.members[at : at + size]) for n, at in enumerate(starts, 1)]


def _smallest(members: dict[tuple[str, Section], list[int]]) -> tuple[str, Section] | None:
    deep = [key for key, numbers in members.items() if len(numbers) < FEW and len(key[1]) > 1]
    return max(deep, key=lambda key: (len(key[1]), key)) if deep else None


def relevance(groups: Sequence[Group], candidates: Sequence[Candidate], ranked: Sequence[str]) -> list[float]:
    """Return how well a search found each group, 0 to 1: by its best hit, its other hits, and its chapter's best hit.

    Args:
        groups: the groups.
        candidates: all candidates.
        ranked: ids of passages, best first; beyond the first ``HITS`` they say little.
    """
    place = {passage: rank for rank, passage in enumerate(ranked[:HITS])}
    hits = [{candidates[n].passage for n in each.members} & place.keys() for each in groups]
    values = [sorted((1 / (1 + place[hit] / 3) for hit in found), reverse=True) for found in hits]
    chapters = [(candidates[each.members[0]].document, each.section[:1]) for each in groups]
    best: dict[tuple[str, Section], float] = {}
    for chapter, found in zip(chapters, values, strict=True):
        best[chapter] = max([best.get(chapter, 0.0), *found])
    totals = [
        sum(found[:1]) + 0.25 * sum(found[1:]) + 0.35 * best[chapter]
        for chapter, found in zip(chapters, values, strict=True)
    ]
    most = max(totals, default=0.0) or 1.0
    return [total / most for total in totals]


def choose(
    groups: Sequence[Group],
    worth: Sequence[float],
    space: Sequence[Vector],
    seconds: float,
    near: Sequence[float],
    least: int = 0,
) -> list[Group]:
    """Return the groups that become scenes, in reading order.

    Args:
        groups: all groups.
        worth: worth of each candidate.
        space: vector of each candidate.
        seconds: time for the scenes.
        near: relevance of each group to the topic; empty for a film about the whole document, which is then covered
            evenly.
        least: how many to choose at least, where there are as many.
    """
    near_of = {each.section: near[n] if near else 0.0 for n, each in enumerate(groups)}
    kept = _near_enough(groups, near_of, seconds) if near else groups
    most = min(max(MOST_SCENES, int(seconds / LONG_SCENE_S)), len(kept), max(3, int(seconds / LEAST_SECONDS_A_SCENE)))
    count = max(1, min(most, round(seconds / SECONDS_A_SCENE)))
    count = max(count, min(3 if seconds >= 50 else 0, len(kept)), min(least, len(kept)))
    chosen: list[Group] = []
    first = next((each for each in groups if not is_aside(each.section)), None)
    centres = {each.section: centroid(space[n] for n in each.members) for each in kept}
    while len(chosen) < count or (0.6 * _held(chosen) < seconds and len(chosen) < most):
        rest = [each for each in kept if each not in chosen]
        values = [
            _value(each, chosen, worth, centres, bool(near))
            + 0.8 * near_of[each.section]
            + (OPENING if each is first and not near else 0.0)
            for each in rest
        ]
        chosen.append(rest[values.index(max(values))])
    return sorted(chosen, key=lambda each: each.members[0])


def is_aside(section: Section) -> bool:
    """Tell whether a section is about the document itself, such as its preface or its acknowledgments."""
    return any(_ASIDE.fullmatch(name.strip()) for name in section)


def _near_enough(groups: Sequence[Group], near_of: dict[Section, float], seconds: float) -> list[Group]:
    """Return the groups nearest to the topic: all that are really near, and more only while time is left to fill."""
    kept: list[Group] = []
    for each in sorted(groups, key=lambda each: -near_of[each.section]):
        if near_of[each.section] >= NEAR_ENOUGH or 0.6 * _held(kept) < seconds:
            kept.append(each)
    return kept


def _held(groups: Sequence[Group]) -> float:
    """Return the seconds that all sentences of some groups would take; far from all of them are worth telling."""
    return sum(len(each.members) for each in groups) * SECONDS_A_SENTENCE


def _value(
    each: Group, chosen: Sequence[Group], worth: Sequence[float], centres: dict[Section, Vector], has_topic: bool
) -> float:
    best = sorted((worth[number] for number in each.members), reverse=True)[:3]
    value = sum(best) / FEW
    near = max((cosine(centres[each.section], centres[other.section]) for other in chosen), default=0.0)
    same_root = sum(other.section[:1] == each.section[:1] for other in chosen)
    value -= 0.0 if any(map(is_title, each.section)) else UNTITLED
    value -= APPENDIX if each.section and _APPENDIX.match(each.section[0]) and not has_topic else 0.0
    value -= ASIDE if is_aside(each.section) and not has_topic else 0.0
    return value - 0.5 * near - (0.0 if has_topic else 0.12 * same_root)
