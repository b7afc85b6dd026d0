"""Which picture belongs to which words.

The planner looks at what sentences are and chooses, for each stretch of one to four of them, the kind of shot that
shows it best: an exhibit of the source before a shape of the sentence, a shape before the page, the page before mere
points. The whole scene is planned at once, so that shots last four to twenty seconds, something happens in them every
few seconds, and kinds take turns; a kind that takes too much of the film is planned again at a lower worth. Every shot
keeps the reason.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from vortex.core.claim import Claim
from vortex.story.budget import WordBudget
from vortex.story.claims import is_frame
from vortex.story.material import Material
from vortex.story.planner import cards, exhibits, pages, relations, shapes
from vortex.story.planner.line import Line, Option
from vortex.story.planner.movement import STILL_S, stillest
from vortex.story.quotes import locate
from vortex.story.script import Script, Sentence
from vortex.story.storyboard import PageNeed, Storyboard
from vortex.story.writers.frames import section_title, unlettered
from vortex.visuals.shot import Citation, Shot

MOST_LINES = 4
SHORTEST_S, LONGEST_S = 4.0, 17.5
"""Pauses before and after come on top; nothing lasts longer than 20 s."""
REPEATED = 0.3
"""Worth that a shot loses when the one before is of the same kind, and half of it more from the third in a row on."""
OWN_LOOK = {"figure": "image", "code": "text"}
"""Kinds that look different each time that they show something else: kind → the parameter that says what."""
SHARES = {"quote": 0.3, "page": 0.45, "definition": 0.3}
"""Of a film, where anything else is possible; that of points is a setting."""
ROUNDS = 9
FULL = 0.8
"""What a kind is worth less in each further round in which it takes more than its share."""
STILLNESS = 0.8
"""What each second costs in which nothing happens, beyond ``STILL_S``."""
HASTE = 0.5
"""What each second costs that a shot is too short to be looked at."""
PLAIN = 0.0
"""Options worth less are the last resort, a sentence shown as it is; it always can be set."""
CUT = 0.6
"""What a further cut costs, so that one picture stays while its matter does."""


HEADING_WORDS = 7
"""Longest heading of points."""

Worths = Mapping[str, float]


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
    def look(self) -> str:
        """What two shots share that look alike."""
        kind = self.option.kind
        return f"{kind} {self.option.params[OWN_LOOK[kind]]}" if kind in OWN_LOOK else kind

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
        span = _body(film, tuple(line for lines in scenes for line in lines if line.sentence.id in wanted), {})
    planned = _storyboard(span, film)
    names = [shot.id, *(f"{shot.id}-{number}" for number in range(2, len(planned.shots) + 1))]
    shots = tuple(each.model_copy(update={"id": name}) for each, name in zip(planned.shots, names, strict=True))
    return Storyboard(shots, planned.needs)


def _film(
    script: Script, material: Material, claims: Sequence[Claim], settings: ShotSettings
) -> tuple["_Film", list[tuple[Line, ...]]]:
    by_sentence = {claim.sentence: claim for claim in claims}
    scenes = [
        tuple(
            replace(_line(each, by_sentence[each.id], material, settings), language=script.language)
            for each in scene.sentences
        )
        for scene in script.scenes
    ]
    seconds = sum(line.seconds for lines in scenes for line in lines)
    return _Film(script, material, tuple(claims), settings, seconds), scenes


def _plan(film: "_Film", scenes: Sequence[tuple[Line, ...]]) -> list[Planned]:
    worths: dict[str, float] = {}
    for _ in range(ROUNDS):
        planned = [shot for place, lines in enumerate(scenes) for shot in _plan_scene(film, place, lines, worths)]
        full = _overfull(planned, film)
        if not full:
            break
        worths |= {kind: FULL * worths.get(kind, 1.0) for kind in full}
    return planned


def _overfull(planned: Sequence[Planned], film: "_Film") -> list[str]:
    """Return the kinds that take more than their share of the film."""
    shares = {**SHARES, "points": film.settings.points_share}
    spent = {kind: sum(shot.seconds for shot in planned if shot.option.kind == kind) for kind in shares}
    return [kind for kind, share in shares.items() if spent[kind] > share * film.seconds]


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


def _plan_scene(film: _Film, place: int, lines: tuple[Line, ...], worths: Worths) -> list[Planned]:
    """Plan one scene: its card, its body, and what closes it."""
    if not lines:
        return []
    frames_before = next((n for n, line in enumerate(lines) if not is_frame(line.sentence)), len(lines))
    head, body = lines[:frames_before], lines[frames_before:]
    closes = place == len(film.script.scenes) - 1 and place > 0 and is_frame(lines[-1].sentence)
    if closes:
        return _closing(film, lines, worths)
    told = next((n for n, line in enumerate(body) if line.sentence.role == "recap"), len(body))
    body, again = body[:told], body[told:]
    end = _recap(film, again, film.script.scenes[place].title, worths) if again else []
    if not head:
        return [*_body(film, body, worths), *end]
    if place == 0:
        return [*_opening(film, head), *_body(film, body, worths), *end]
    begins = cards.page_of(body, film.material)
    number = sum(is_frame(scene.sentences[0]) for scene in film.script.scenes[1 : place + 1] if scene.sentences)
    card = Planned(cards.chapter(head, film.script.scenes[place].title, number, film.script.language, begins), head)
    if not body or (film.has_chapters and film.fits(card)):
        return [card, *_body(film, body, worths), *end]
    first, *rest = _body(film, body, worths)
    return [Planned(first.option, (*head, *first.lines)), *rest, *end]


def _opening(film: _Film, head: tuple[Line, ...]) -> list[Planned]:
    """Plan how the film begins: with its title, and what it will go through where it says so."""
    first, rest = head[:1], head[1:]
    agenda = cards.agenda(rest, film.script) if rest else None
    if agenda and film.fits(Planned(agenda, rest)):
        return [Planned(cards.opening(first, film.script, film.material), first), Planned(agenda, rest)]
    return [Planned(cards.opening(head, film.script, film.material), head)]


def _closing(film: _Film, lines: tuple[Line, ...], worths: Worths) -> list[Planned]:
    """Plan the last scene: what is said again, then where it came from."""
    again, farewell = lines[:-1], lines[-1:]
    end = Planned(cards.sources(film.script, film.claims, film.material), farewell)
    return [*_recap(film, again, film.script.scenes[-1].title, worths), end] if again else [end]


def _recap(film: _Film, again: tuple[Line, ...], title: str, worths: Worths) -> list[Planned]:
    """Plan what is said again: on one card, or on two where one would stand for too long."""
    if len(again) > 1 and sum(line.seconds for line in again) > LONGEST_S:
        half = (len(again) + 1) // 2
        return [*_recap(film, again[:half], title, worths), *_recap(film, again[half:], title, worths)]
    option = cards.recap(again, title) if len(again) <= 5 else None
    if option and film.fits(Planned(option, again)):
        return [Planned(option, again)]
    return _body(film, again, worths)


def _body(film: _Film, lines: tuple[Line, ...], worths: Worths) -> list[Planned]:
    """Return the best division of ``lines`` into shots of which each can be set legibly."""
    refused: set[str] = set()
    while True:
        division = _division(film, lines, worths, refused)
        unfit = {each.key for each in division if each.option.worth > PLAIN and not film.fits(each)}
        if not unfit:
            return division
        refused |= unfit


def _division(film: _Film, lines: tuple[Line, ...], worths: Worths, refused: set[str]) -> list[Planned]:
    """Return the division of ``lines`` into shots that is worth most in all, without those that are ``refused``.

    Source: Bellman, dynamic programming over (lines told, look of the last shots, how many of them share it).
    """
    best: dict[tuple[int, str, int], tuple[float, tuple[Planned, ...]]] = {(0, "", 0): (0.0, ())}
    for start in range(len(lines)):
        options = [shot for shot in _options(film, lines[start : start + MOST_LINES]) if shot.key not in refused]
        for (told, last, run), (worth, shots) in list(best.items()):
            if told != start:
                continue
            for shot in options:
                length = min(run + 1, 3) if shot.look == last else 1
                value = worth + _worth(shot, length, worths)
                key = (start + len(shot.lines), shot.look, length)
                if key not in best or value > best[key][0]:
                    best[key] = (value, (*shots, shot))
    ends = [found for (told, _, _), found in best.items() if told == len(lines)]
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
    return [*source, *(_headed(shape(span), span, film.material) for shape in _SHAPES)]


def _headed(option: Option | None, span: Sequence[Line], material: Material) -> Option | None:
    """Return points under the heading of the section that they come from; every other option as it is."""
    passage = material.by_id.get(span[0].sentence.passage)
    if option is None or option.kind != "points" or "heading" in option.params or passage is None:
        return option
    title = section_title(unlettered(passage.section, material.document_of(passage)), "")
    if not 0 < len(title.split()) <= HEADING_WORDS:
        return option
    return replace(option, params={**option.params, "heading": title})


_SHAPES: tuple[Callable[[Sequence[Line]], Option | None], ...] = (
    shapes.definition,
    shapes.number,
    shapes.flow,
    shapes.cause,
    shapes.timeline,
    shapes.compare,
    shapes.enumeration,
    shapes.points,
    relations.exception,
    relations.relation,
    relations.duty,
    relations.glossary,
    relations.parallel,
)


def _worth(shot: Planned, run: int, worths: Worths) -> float:
    """Return what a shot adds: how well it shows, weighed by its time, less for haste, stillness and monotony.

    Args:
        shot: the shot.
        run: how many shots of its look in a row end with it.
        worths: what kinds are worth, 1 where nothing is said.
    """
    worth = shot.option.worth * (worths.get(shot.option.kind, 1.0) if shot.option.worth > PLAIN else 1.0)
    if run > 1:
        worth -= REPEATED if run == 2 else 1.5 * REPEATED
    haste = HASTE * max(SHORTEST_S - shot.seconds, 0.0)
    still = STILLNESS * max(stillest(shot.lines, shot.option.cues) - STILL_S, 0.0)
    return worth * shot.seconds - haste - still - CUT


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
