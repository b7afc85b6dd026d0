"""A book as a series: which sections make which episode.

Episodes are stretches of sections in reading order. They end with chapters where that divides the book well; small
chapters share an episode, large ones are divided at their own sections. Nothing here reads or writes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from vortex.core.document import Passage
from vortex.core.errors import ConfigError
from vortex.production.sections import ALONE, JOINT, section_name
from vortex.story.writers.frames import plain_title

Section = tuple[str, ...]

CONDENSED = 10
"""Words of a book that one spoken word stands for; more and an episode would skip most of what it is about."""
_INSIDE_CHAPTER, _INSIDE_SECTION = 0.35, 0.8
"""What it costs, in squared shares of an episode's size, to begin one inside a chapter, or inside a section of it."""
_FURTHER_CHAPTER = 0.12
"""What each further chapter in one episode costs."""
_EACH = 0.05
_LARGEST = 5
"""No episode of several sections holds more than this many times its share."""
_MOST_NAMED = 2
_WORTH_NAMING = 0.3
"""Share of the largest chapter's words from which another one is named in the title of their episode."""


@dataclass(frozen=True, slots=True)
class Unit:
    """The own text of one section."""

    section: Section
    words: int
    pages: tuple[str, ...]
    """Printed labels, in order."""

    @property
    def name(self) -> str:
        """What a brief calls it, with all beneath it."""
        return section_name(self.section)


@dataclass(frozen=True, slots=True)
class Episode:
    """One film of the series, before it is made."""

    number: int
    title: str
    sections: tuple[str, ...]
    """As a brief names them."""
    units: tuple[Unit, ...]

    @property
    def words(self) -> int:
        """Words of the book in it."""
        return sum(unit.words for unit in self.units)

    @property
    def folder(self) -> str:
        """Name of its folder."""
        return f"episode-{self.number:02d}"


def units_of(passages: Sequence[Passage]) -> tuple[Unit, ...]:
    """Return the sections that hold prose, in reading order; a title that comes again belongs to its first place."""
    words: dict[Section, int] = {}
    pages: dict[Section, dict[str, None]] = {}
    for passage in passages:
        words[passage.section] = words.get(passage.section, 0) + passage.end_word - passage.start_word
        pages.setdefault(passage.section, {}).update(dict.fromkeys(filter(None, passage.labels)))
    return tuple(Unit(section, count, tuple(pages[section])) for section, count in words.items())


def words_for(seconds: int, words_per_minute: float) -> int:
    """Return how many words of a book an episode of that length can do justice to."""
    return round(seconds / 60 * words_per_minute * CONDENSED)


def plan_episodes(units: Sequence[Unit], target_words: int, count: int = 0) -> tuple[Episode, ...]:
    """Divide a book into episodes.

    Args:
        units: its sections, in reading order.
        target_words: words of the book that an episode should hold; not used where ``count`` is given.
        count: how many episodes there shall be; 0 for as many as suit the target.

    Raises:
        ConfigError: there are fewer sections than episodes.
    """
    if count > len(units):
        raise ConfigError(f"--episodes {count}: the book has {len(units)} sections with text; ask for at most as many")
    target = sum(unit.words for unit in units) / count if count else float(target_words)
    inner = _without_whole(units)
    ends = _division(inner, target, count)
    spans = list(zip([0, *ends[:-1]], ends, strict=True))
    return tuple(
        Episode(number, _title(inner[start:end], inner), _names(units[start:end], units), tuple(units[start:end]))
        for number, (start, end) in enumerate(spans, 1)
    )


def _without_whole(units: Sequence[Unit]) -> list[Unit]:
    """Return the sections as they stand inside what holds them all, such as the heading that is the book's title."""
    levels = zip(*(unit.section for unit in units), strict=False)
    shared = sum(1 for _ in takewhile(lambda titles: len(set(titles)) == 1, levels)) if len(units) > 1 else 0
    return [replace(unit, section=unit.section[shared:] or unit.section[-1:]) for unit in units]


def _division(units: Sequence[Unit], target: float, count: int) -> list[int]:
    """Return the index after the last unit of each episode, for the cheapest division.

    Source: Bellman, dynamic programming over (units told, episodes used); how many are used matters only to ``count``.
    """
    best: dict[tuple[int, int], tuple[float, list[int]]] = {(0, 0): (0.0, [])}
    for end in range(1, len(units) + 1):
        words, chapters = 0, 1
        for start in range(end - 1, -1, -1):
            words += units[start].words
            chapters += start + 1 < end and units[start].section[:1] != units[start + 1].section[:1]
            if start + 1 < end and words > _LARGEST * target:
                break
            cost = _size_cost(words / target, chapters) + _cut_cost(units, start)
            for used in range(count or 1):
                found = best.get((start, used if count else 0))
                key = (end, used + 1 if count else 0)
                if found and (key not in best or found[0] + cost < best[key][0]):
                    best[key] = (found[0] + cost, [*found[1], end])
    return best[len(units), count][1]


def _size_cost(share: float, chapters: int) -> float:
    """Return what an episode costs by its size; too much text to tell is a worse fault than too little."""
    size = (share - 1) ** 2 if share > 1 else 0.6 * (1 - share) ** 2
    return size + _FURTHER_CHAPTER * (chapters - 1) + _EACH


def _cut_cost(units: Sequence[Unit], start: int) -> float:
    if not start or units[start].section[:1] != units[start - 1].section[:1]:
        return 0.0
    inner = units[start].section[:2] == units[start - 1].section[:2]
    return _INSIDE_SECTION if inner else _INSIDE_CHAPTER


def _title(group: Sequence[Unit], units: Sequence[Unit]) -> str:
    """Return the names of the largest chapters, or of a part of a chapter also that of its first section."""
    words: dict[Section, int] = {}
    for unit in group:
        words[unit.section[:1]] = words.get(unit.section[:1], 0) + unit.words
    weighty = [chapter for chapter in words if words[chapter] >= _WORTH_NAMING * max(words.values())]
    largest = sorted(weighty, key=lambda chapter: -words[chapter])[:_MOST_NAMED]
    names = [_plain(chapter) for chapter in words if chapter in largest]
    whole = _all_beneath(group[0].section[:1], {unit.section for unit in group}, units)
    first = next((unit.section for unit in group if len(unit.section) > 1), ())
    return f"{names[0]}: {_plain(first[:2])}" if len(words) == 1 and not whole and first else ", ".join(names)


def _plain(section: Section) -> str:
    return plain_title(section[-1]) if section else "…"


def _names(group: Sequence[Unit], units: Sequence[Unit]) -> tuple[str, ...]:
    """Return the fewest names that bring the sections of ``group`` and no others."""
    inside = {unit.section for unit in group}
    names: dict[str, None] = {}
    for section in (unit.section for unit in group):
        whole = next(
            (section[:d] for d in range(1, len(section) + 1) if _all_beneath(section[:d], inside, units)), None
        )
        names[section_name(whole) if whole else section_name(section) + JOINT + ALONE] = None
    return tuple(names)


def _all_beneath(section: Section, inside: set[Section], units: Sequence[Unit]) -> bool:
    return all(unit.section in inside for unit in units if unit.section[: len(section)] == section)
