"""The coverage map of a series: what of the book is told where, what was left out, and why."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from vortex.core.document import Passage
from vortex.knowledge.passages import Rejected
from vortex.production.episodes import Episode, Section
from vortex.production.sections import section_name

Fate = Literal["told", "planned", "not chosen", "nothing to tell", "not made"]
REASONS: dict[Fate, str] = {
    "told": "",
    "planned": "its episode is not made yet",
    "not chosen": "the episode's time went to sections that say more",
    "nothing to tell": "no sentence of it can be spoken: lists, listings, exercises or fragments",
    "not made": "its episode could not be made",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence of an episode that quotes the book."""

    episode: int
    sentence: str
    passage: str
    label: str
    """Printed label of the page that it quotes."""


@dataclass(frozen=True, slots=True)
class SectionRow:
    """One section of the book on the map."""

    section: str
    depth: int
    pages: tuple[str, ...]
    words: int
    episode: int
    fate: Fate
    why: str
    tellable: int
    """Sentences that could be spoken."""
    sentences: tuple[str, ...]
    """Ids of the sentences that quote it."""
    quoted_pages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Text that was no evidence to begin with."""

    reason: str
    stretches: int
    words: int
    pages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CoverageMap:
    """The whole book."""

    sections: tuple[SectionRow, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def told_words(self) -> int:
        """Words of the sections that an episode quotes."""
        return sum(row.words for row in self.sections if row.fate == "told")

    @property
    def words(self) -> int:
        """Words of all sections."""
        return sum(row.words for row in self.sections)


def coverage(
    episodes: Sequence[Episode],
    states: Mapping[int, str],
    told: Iterable[Told],
    passages: Sequence[Passage],
    tellable: Mapping[Section, int],
) -> tuple[SectionRow, ...]:
    """Return a row for each section of the episodes.

    Args:
        episodes: all of them.
        states: by number, ``finished``, ``failed`` or ``planned``.
        told: what the finished ones quote.
        passages: of the book.
        tellable: how many sentences of a section can be spoken.
    """
    home = {passage.id: passage.section for passage in passages}
    by_section: dict[Section, list[Told]] = {}
    for each in told:
        by_section.setdefault(home.get(each.passage, ()), []).append(each)
    rows = []
    for episode in episodes:
        for unit in episode.units:
            quotes = by_section.get(unit.section, [])
            fate = _fate(bool(quotes), states.get(episode.number, "planned"), tellable.get(unit.section, 0))
            rows.append(
                SectionRow(
                    section=section_name(unit.section),
                    depth=len(unit.section),
                    pages=unit.pages,
                    words=unit.words,
                    episode=episode.number,
                    fate=fate,
                    why=REASONS[fate],
                    tellable=tellable.get(unit.section, 0),
                    sentences=tuple(each.sentence for each in quotes),
                    quoted_pages=tuple(dict.fromkeys(each.label for each in quotes if each.label)),
                )
            )
    return tuple(rows)


def left_out(rejected: Iterable[Rejected]) -> tuple[LeftOut, ...]:
    """Return what reading rejected, by reason."""
    groups: dict[str, list[Rejected]] = {}
    for each in rejected:
        groups.setdefault(each.reason, []).append(each)
    words = Counter({reason: sum(len(each.text.split()) for each in found) for reason, found in groups.items()})
    return tuple(
        LeftOut(reason, len(found), words[reason], tuple(dict.fromkeys(each.label for each in found if each.label)))
        for reason, found in sorted(groups.items())
    )


def _fate(quoted: bool, state: str, tellable: int) -> Fate:
    if quoted:
        return "told"
    if not tellable:
        return "nothing to tell"
    if state == "finished":
        return "not chosen"
    return "not made" if state == "failed" else "planned"
