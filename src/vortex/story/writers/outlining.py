"""What a film will tell, in order: asked of a model that sees of every passage its first words.

A long document does not fit into a small context, so passages are listed by their beginnings, and where even these
are too many, evenly chosen ones from first to last; of a search, the best. Passages without prose, such as tables and
listings, are not listed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from vortex.core.document import Passage
from vortex.core.text import content_words, count_words, numbers, sentences
from vortex.story.material import Material
from vortex.story.polish import MIN_WORDS
from vortex.story.writers import frames
from vortex.story.writers.answers import TOKENS_A_NAME, Asker, Outline, PlannedScene
from vortex.story.writers.context import Catalogue, estimate_tokens, spread, tagged
from vortex.story.writers.drafting import MOST_PASSAGES, Point
from vortex.story.writers.frames import is_title
from vortex.story.writers.requests import SYSTEM, Wish, outline_request

LEAST_TOKENS = 36
"""Tokens below which a passage's beginning says nothing."""
MOST_WORDS = 40
MOSTLY_LETTERS = 0.75
"""Share of letters from which a sentence is prose and no listing or row of a table."""
_TOKENS_A_SCENE = 70


@dataclass(frozen=True, slots=True)
class Planned:
    """The points of a film, and what a report must say of how they were found."""

    points: list[Point]
    division: str
    notes: tuple[str, ...] = ()


class Planner:
    """Plans the scenes of one film."""

    def __init__(self, asker: Asker, wish: Wish, material: Material) -> None:
        self.catalogue = Catalogue(material)
        self._asker = asker
        self._wish = wish
        self._total = len(material.in_order)
        self._tellable = _tellable(material)

    def outline(self, count: int, planned: Sequence[Point] = ()) -> Planned:
        """Return up to ``count`` points, each with passages that are there, none if there are no others.

        Args:
            count: most points.
            planned: points that are told already; their passages and titles come not again.

        Raises:
            UnusableAnswer: the model gave no outline.
            EngineError: the model cannot be reached.
        """
        told = {passage for point in planned for passage in point.passages}
        passages = [each for each in self._tellable if each not in told]
        if not passages:
            return Planned([], "")
        request = outline_request(self._wish, count)
        answer = 60 + _TOKENS_A_SCENE * count
        listed = _listed(self._wish, passages, self.catalogue, self._asker.room(Outline, (SYSTEM, request), answer))
        text = tagged("all", "\n".join(line for _, line in listed))
        names = [self.catalogue.name(passage) for passage, _ in listed]
        messages = (SYSTEM, f"{request}\n\n{text}")
        given = self._asker.ask(Outline, messages, names=names, most=count, answer_tokens=answer).scenes
        points, notes = self._points(given, [passage for passage, _ in listed])
        if len(points) > count:
            notes.append(f"The outline had {len(points)} scenes where {count} were asked for; the last were cut.")
        titles = {point.title for point in planned}
        kept = [point for point in points if point.title not in titles][:count]
        return Planned(kept, self._division(len(listed)), tuple(notes))

    def _points(self, given: Sequence[PlannedScene], listed: Sequence[Passage]) -> tuple[list[Point], list[str]]:
        """Return the scenes whose passages are there, and what became of the others."""
        points = [point for each in given if (point := _point(each, self.catalogue))]
        notes = []
        if lost := len(given) - len(points):
            notes.append(f"Of {len(given)} scenes of the outline {lost} named no passage that is there and were cut.")
        if not points:
            notes.append("The outline named no passage that is there; the film tells of the first ones.")
            points = [Point(self._wish.subject[:80], tuple(listed[:MOST_PASSAGES]))]
        return _joined(points), notes

    def _division(self, num_listed: int) -> str:
        fit = len(self._tellable)
        seen = f"all {fit}" if num_listed == fit else f"{num_listed} of {fit}"
        dull = f" that hold prose, of {self._total} in all" if fit < self._total else ""
        return f"The outline was planned from the first words of {seen} passages{dull}."


def _listed(wish: Wish, passages: Sequence[Passage], catalogue: Catalogue, room: int) -> list[tuple[Passage, str]]:
    """Return as many passages as fit, each with a line of its name, its section and its first words."""
    room -= estimate_tokens(tagged("all", ""))
    count = max(1, min(len(passages), room // LEAST_TOKENS))
    chosen = list(passages[:count]) if wish.brief.topic else spread(passages, count)
    share = max(room // count - TOKENS_A_NAME, 1)
    return [(passage, _line(passage, catalogue.name(passage), share)) for passage in chosen]


def _tellable(material: Material) -> list[Passage]:
    """Return the passages that hold a sentence of prose, however long: a model may shorten it. All, where none does."""
    return [each for each in material.in_order if any(map(_is_prose, sentences(each.text)))] or list(material.in_order)


def _is_prose(sentence: str) -> bool:
    solid = sentence.replace(" ", "")
    letters = sum(map(str.isalpha, solid))
    return count_words(sentence) >= MIN_WORDS and letters >= MOSTLY_LETTERS * len(solid) and solid[-1] in ".!?:;。！？"


def _line(passage: Passage, name: str, room: int) -> str:
    """Return one line about a passage that takes at most about ``room`` tokens."""
    section = f"{frames.section_title(passage.section, '')}: " if passage.section else ""
    line = f"{name} {section}"
    for word in passage.text.split()[:MOST_WORDS]:
        if estimate_tokens(f"{line}{word} …") > room:
            return f"{line}…"
        line += f"{word} "
    return line.rstrip()


def _point(planned: PlannedScene, catalogue: Catalogue) -> Point | None:
    found = [passage for name in planned.passages if (passage := catalogue.find(name))]
    passages = tuple(dict.fromkeys(found))
    return Point(_title(planned.title, passages), passages) if passages else None


def _joined(points: Sequence[Point]) -> list[Point]:
    """Return the points with those of one title made one, so that no chapter comes twice."""
    passages: dict[str, list[Passage]] = {}
    for point in points:
        passages.setdefault(point.title, []).extend(point.passages)
    return [Point(title, tuple(dict.fromkeys(found))[:MOST_PASSAGES]) for title, found in passages.items()]


def _title(title: str, passages: Sequence[Passage]) -> str:
    """Return the model's title if it asserts nothing and all its words stand in its passages; else the section's."""
    source = " ".join([*(" ".join(p.section) for p in passages), *(p.text for p in passages)])
    wanted, figures = content_words(title), set(numbers(title))
    if wanted and set(wanted) <= set(content_words(source)) and figures <= set(numbers(source)) and is_title(title):
        return frames.plain_title(title)
    return frames.section_title(passages[0].section, "") or frames.plain_title(passages[0].source)
