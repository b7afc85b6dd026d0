"""Which picture belongs to which words.

The planner looks at what sentences are and chooses, for each stretch of one to four of them, the kind of shot that
shows it best: an exhibit of the source before a shape of the sentence, a shape before the page, the page before mere
points. The whole scene is planned at once, so that shots last four to twenty seconds and kinds take turns; points
that take too much of the film are planned again at a lower worth. Every shot keeps the reason.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vortex.core.claim import Claim
from vortex.story.budget import WordBudget
from vortex.story.claims import is_frame
from vortex.story.material import Material
from vortex.story.planner import cards, exhibits, pages, shapes
from vortex.story.planner.line import Line, Option
from vortex.story.quotes import locate
from vortex.story.script import Script, Sentence
from vortex.story.storyboard import PageNeed, Storyboard
from vortex.visuals.shot import Citation, Shot

MOST_LINES = 4
SHORTEST_S, LONGEST_S = 4.0, 20.0
REPEATED = 0.3
"""Worth that a shot loses when the one before is of the same kind."""
REPEATABLE = ("figure", "code", "definition")
"""Kinds that look different each time."""
HASTE = 0.5
"""What each second costs that a shot is too short to be looked at."""
PLAIN = 0.0
"""Options worth less are the last resort, a sentence shown as it is; it always can be set."""
CUT = 0.6
"""What a further cut costs, so that one picture stays while its matter does."""


def always(shot: Shot) -> bool:
    """Let every shot fit, where nobody lays it out."""
    return True


@dataclass(frozen=True, slots=True)
class ShotSettings:
    """What the planner may do."""

    budget: WordBudget
    """Tells how long sentences take."""
    chapters_from_s: float = 55.0
    """Films at least this long get a card for each chapter."""
    points_share: float = 0.4
    """Points alone may fill at most this share of the film where anything else is possible."""
    page_pictures: bool = True
    """Whether pages of PDF sources may be shown to be read; on cards they lie in any case."""
    fits: Callable[[Shot], bool] = always
    """Whether a shot can be set legibly; ``story.planner.fit`` tells by laying it out."""


@dataclass(frozen=True, slots=True)
class Planned:
    """An option with the lines it covers."""

    option: Option
    lines: tuple[Line, ...]

    @property
    def key(self) -> str:
        """What tells it from all other options of the same scene."""
        return f"{self.option.kind} {' '.join(line.sentence.id for line in self.lines)} {self.option.worth}"

    @property
    def seconds(self) -> float:
        """How long its sentences take."""
        return sum(line.seconds for line in self.lines)


def plan_shots(script: Script, material: Material, claims: Sequence[Claim], settings: ShotSettings) -> Storyboard:
    """Return shots that cover every sentence of the script once, in order.

    Args:
        script: what is said.
        material: what it was written from.
        claims: the ledger of the same script; gives pages, boxes and labels.
        settings: lengths and shares.
    """
    film, scenes = _film(script, material, claims, settings)
    return _storyboard(_plan(film, scenes), film)


def plan_span(
    shot: Shot, script: Script, material: Material, claims: Sequence[Claim], settings: ShotSettings
) -> Storyboard:
    """Plan one shot again because its sentences changed; all other shots of the storyboard may stay as they are.

    The shots come out as planning the whole script would have it where that divides at the same sentences; else the
    sentences are divided among themselves. The first keeps the id of ``shot``.
    """
    film, scenes = _film(script, material, claims, settings)
    wanted = set(shot.sentences)
    span = [each for each in _plan(film, scenes) if wanted.intersection(line.sentence.id for line in each.lines)]
    if {line.sentence.id for each in span for line in each.lines} != wanted:
        span = _body(film, tuple(line for lines in scenes for line in lines if line.sentence.id in wanted), 1.0)
    planned = _storyboard(span, film)
    names = [shot.id, *(f"{shot.id}-{number}" for number in range(2, len(planned.shots) + 1))]
    shots = tuple(each.model_copy(update={"id": name}) for each, name in zip(planned.shots, names, strict=True))
    return Storyboard(shots, planned.needs)


def _film(
    script: Script, material: Material, claims: Sequence[Claim], settings: ShotSettings
) -> tuple["_Film", list[tuple[Line, ...]]]:
    by_sentence = {claim.sentence: claim for claim in claims}
    scenes = [
        tuple(_line(each, by_sentence[each.id], material, settings) for each in scene.sentences)
        for scene in script.scenes
    ]
    seconds = sum(line.seconds for lines in scenes for line in lines)
    return _Film(script, material, tuple(claims), settings, seconds), scenes


def _plan(film: "_Film", scenes: Sequence[tuple[Line, ...]]) -> list[Planned]:
    points_worth = 1.0
    for _ in range(4):
        planned = [shot for place, lines in enumerate(scenes) for shot in _plan_scene(film, place, lines, points_worth)]
        spent = sum(shot.seconds for shot in planned if shot.option.kind == "points")
        if spent <= film.settings.points_share * film.seconds:
            break
        points_worth *= 0.5
    return planned


@dataclass(frozen=True, slots=True)
class _Film:
    """All that is the same for every scene."""

    script: Script
    material: Material
    claims: tuple[Claim, ...]
    settings: ShotSettings
    seconds: float

    def fits(self, planned: Planned) -> bool:
        """Tell whether a planned shot can be set legibly."""
        return self.settings.fits(_shot(1, planned, self))

    @property
    def has_chapters(self) -> bool:
        return self.settings.budget.seconds >= self.settings.chapters_from_s


def _line(sentence: Sentence, claim: Claim, material: Material, settings: ShotSettings) -> Line:
    passage = material.by_id.get(sentence.passage)
    place = locate(material, passage, sentence.quote) if passage and sentence.quote else None
    block = f"{place.document.id}/{place.block.id}" if place else ""
    return Line(sentence, claim, settings.budget.seconds_of(sentence.text), block)


def _plan_scene(film: _Film, place: int, lines: tuple[Line, ...], points_worth: float) -> list[Planned]:
    """Plan one scene: its card, its body, and what closes it."""
    if not lines:
        return []
    frames_before = next((n for n, line in enumerate(lines) if not is_frame(line.sentence)), len(lines))
    head, body = lines[:frames_before], lines[frames_before:]
    closes = place == len(film.script.scenes) - 1 and place > 0 and is_frame(lines[-1].sentence)
    if closes:
        return _closing(film, lines, points_worth)
    if not head:
        return _body(film, body, points_worth)
    if place == 0:
        opening = cards.opening(head, film.script, film.material)
        return [Planned(opening, head), *_body(film, body, points_worth)]
    begins = cards.page_of(body, film.material)
    number = sum(is_frame(scene.sentences[0]) for scene in film.script.scenes[1 : place + 1] if scene.sentences)
    card = Planned(cards.chapter(head, film.script.scenes[place].title, number, film.script.language, begins), head)
    if not body or (film.has_chapters and film.fits(card)):
        return [card, *_body(film, body, points_worth)]
    first, *rest = _body(film, body, points_worth)
    return [Planned(first.option, (*head, *first.lines)), *rest]


def _closing(film: _Film, lines: tuple[Line, ...], points_worth: float) -> list[Planned]:
    """Plan the last scene: what is said again, then where it came from."""
    again, farewell = lines[:-1], lines[-1:]
    end = Planned(cards.sources(film.script, film.claims, film.material), farewell)
    if not again:
        return [end]
    option = cards.recap(again, film.script.scenes[-1].title) if len(again) <= 5 else None
    if option and film.fits(Planned(option, again)):
        return [Planned(option, again), end]
    return [*_body(film, again, points_worth), end]


def _body(film: _Film, lines: tuple[Line, ...], points_worth: float) -> list[Planned]:
    """Return the best division of ``lines`` into shots of which each can be set legibly."""
    refused: set[str] = set()
    while True:
        division = _division(film, lines, points_worth, refused)
        unfit = {each.key for each in division if each.option.worth > PLAIN and not film.fits(each)}
        if not unfit:
            return division
        refused |= unfit


def _division(film: _Film, lines: tuple[Line, ...], points_worth: float, refused: set[str]) -> list[Planned]:
    """Return the division of ``lines`` into shots that is worth most in all, without those that are ``refused``.

    Source: Bellman, dynamic programming over (lines told, kind of the last shot).
    """
    best: dict[tuple[int, str], tuple[float, tuple[Planned, ...]]] = {(0, ""): (0.0, ())}
    for start in range(len(lines)):
        for (told, last), (worth, shots) in list(best.items()):
            if told != start:
                continue
            for shot in _options(film, lines[start : start + MOST_LINES]):
                if shot.key in refused:
                    continue
                value = worth + _worth(shot, last, points_worth)
                key = (start + len(shot.lines), shot.option.kind)
                if key not in best or value > best[key][0]:
                    best[key] = (value, (*shots, shot))
    ends = [found for (told, _), found in best.items() if told == len(lines)]
    return list(max(ends, key=lambda found: found[0])[1]) if ends else []


def _options(film: _Film, lines: Sequence[Line]) -> list[Planned]:
    found: list[Planned] = []
    for count in range(1, len(lines) + 1):
        span = tuple(lines[:count])
        if count > 1 and sum(line.seconds for line in span) > LONGEST_S:
            break
        found += [Planned(option, span) for option in _ways(film, span) if option is not None]
    return found


def _ways(film: _Film, span: Sequence[Line]) -> list[Option | None]:
    source = [exhibits.exhibit(span, film.material), pages.quote(span, film.material), shapes.plain(span)]
    if film.settings.page_pictures:
        source.append(pages.page(span, film.material))
    return [*source, *(shape(span) for shape in _SHAPES)]


_SHAPES: tuple[Callable[[Sequence[Line]], Option | None], ...] = (
    shapes.definition,
    shapes.number,
    shapes.flow,
    shapes.cause,
    shapes.timeline,
    shapes.compare,
    shapes.enumeration,
    shapes.points,
)


def _worth(shot: Planned, last: str, points_worth: float) -> float:
    """Return what a shot adds: how well it shows, weighed by its time, less for haste and monotony."""
    worth = shot.option.worth * (points_worth if shot.option.kind == "points" else 1.0)
    worth -= REPEATED if shot.option.kind == last and shot.option.kind not in REPEATABLE else 0.0
    haste = HASTE * max(SHORTEST_S - shot.seconds, 0.0)
    return worth * shot.seconds - haste - CUT


def _storyboard(planned: Sequence[Planned], film: _Film) -> Storyboard:
    shots = tuple(_shot(number, each, film) for number, each in enumerate(planned, start=1))
    pages_shown = dict.fromkeys(page for each in planned for page in each.option.pages)
    return Storyboard(shots, tuple(PageNeed(*page) for page in pages_shown))


def _shot(number: int, planned: Planned, film: _Film) -> Shot:
    cited = [(line, pages.chip_of(line, film.material)) for line in planned.lines]
    return Shot(
        id=f"shot{number:03d}",
        kind=planned.option.kind,
        params=planned.option.params,
        sentences=tuple(line.sentence.id for line in planned.lines),
        cues=planned.option.cues,
        citations=tuple(Citation(sentence=line.sentence.id, text=text) for line, text in cited if text),
        reason=planned.option.reason,
    )
