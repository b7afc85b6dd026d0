"""The embedded writer: it lets the source speak, in the order in which a teacher would.

It chooses sections, takes their best sentences, shortens them for the ear, and joins them with a question at the
start, links between the scenes and a recap. It invents nothing, so every sentence keeps the source's own words as its
quote. Fewer but better sentences: a thin source gives a shorter film and a note, never padding.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from vortex.core.errors import SourceError
from vortex.story.brief import Brief
from vortex.story.budget import WordBudget
from vortex.story.coverage import require_coverage
from vortex.story.material import Material
from vortex.story.script import Scene, Script, SentenceRole
from vortex.story.writers import frames
from vortex.story.writers.arrange import Group, choose, group, relevance
from vortex.story.writers.candidates import gather
from vortex.story.writers.compose import SHORTFALL, Composer, teaching_order, with_length_note, worth_repeating
from vortex.story.writers.rank import scores, vectors
from vortex.story.writers.select import Pool
from vortex.story.writers.titles import scene_title

TINY_S = 20.0
"""Below this a film is its title and a sentence or two."""
CLOSE = 0.04
"""Share of the length asked for that a film may be off without a correction."""
CORRECTIONS = 12
LINKS_FROM_S = 45.0
"""Films shorter than this need no links between their scenes."""
RECAP_FROM_S = 70.0
"""Films shorter than this need no promise at the start and no recap at the end."""
CHAPTER_RECAP_FROM_S = 230.0
"""In films at least this long, what matters is said again at the end of each chapter of …"""
LONG_CHAPTER_S = 42.0
"""… at least this length."""
CHAPTER_RECAP = 2
"""Sentences that are said again there at most."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The frame of a film, before its sentences are chosen."""

    title: str
    subject: str
    source: str
    language: str
    names: frozenset[str]
    is_term: bool
    """Whether the source itself speaks of its subject."""
    is_short: bool
    """Whether there is no time for links between scenes."""
    is_long: bool
    """Whether there is time for a promise."""
    groups: tuple[Group, ...]
    titles: tuple[str, ...]

    @property
    def spoken_titles(self) -> list[str]:
        """Return the scenes' titles as they stand inside a sentence."""
        return [frames.lowered(title, self.names, self.language) for title in self.titles]


class ExtractWriter:
    """Writes with the source's own sentences; needs no model."""

    name = "extract"
    version = "1"
    rung = "embedded"

    def write(self, brief: Brief, material: Material, budget: WordBudget) -> Script:
        """Return a script of the source's own sentences.

        Raises:
            SourceError: the material does not cover the topic, or holds no sentence that can be told.
        """
        notes = (*require_coverage(material, brief.topic), *_unheeded(brief))
        candidates = gather(material)
        if not candidates:
            files = ", ".join(document.path for document in material.documents)
            raise SourceError(f"{files}: none of {len(material.passages)} passages holds a sentence that can be spoken")
        language = brief.language or material.documents[0].language or "en"
        titles = [document.title for document in material.documents]
        worth = scores(candidates, brief.topic, titles, language)
        pool = Pool(candidates, worth, vectors([c.text for c in candidates], language), budget)
        if budget.seconds < TINY_S:
            return _tiny(brief, material, pool, language, notes)
        return _longest(brief, material, pool, language, notes)


def _unheeded(brief: Brief) -> tuple[str, ...]:
    """Return a note about wishes that a writer who quotes cannot fulfil."""
    usual = Brief()
    wishes = {"audience": usual.audience, "objective": usual.objective, "style": usual.style}
    asked = [f"{name} {getattr(brief, name)!r}" for name, default in wishes.items() if getattr(brief, name) != default]
    if not asked:
        return ()
    return (f"The source's own words are told whatever the {' and '.join(asked)}; film.writer=llm writes for them.",)


def _longest(brief: Brief, material: Material, pool: Pool, language: str, notes: tuple[str, ...]) -> Script:
    """Return the film, with as many scenes as it needs to fill its time, and no more."""
    least, before = 0, -1
    while True:
        pool.chosen.clear()
        plan = _plan(brief, material, pool, language, least)
        script = _film(plan, pool, notes)
        if pool.budget.forecast(script) >= SHORTFALL * pool.budget.seconds or len(plan.groups) == before:
            return with_length_note(script, pool.budget)
        before = len(plan.groups)
        least = before + before // 2 + 1


def _plan(brief: Brief, material: Material, pool: Pool, language: str, least: int) -> Plan:
    document = material.documents[0]
    whole = frames.plain_title(document.title or document.path.rpartition("/")[2])
    names = frames.proper_names(passage.text for passage in material.passages)
    every = group(pool.candidates)
    near = relevance(every, pool.candidates, material.ranked) if brief.topic else []
    groups = choose(every, pool.worth, pool.space, 0.8 * pool.budget.seconds, near, least)
    subject = brief.topic or frames.subject_of(document)
    return Plan(
        title=brief.topic[:1].upper() + brief.topic[1:] if brief.topic else whole,
        subject=frames.lowered(subject, names, language),
        source=whole,
        language=language,
        names=names,
        is_term=sum(subject.lower() in passage.text.lower() for passage in material.passages) > 1,
        is_short=pool.budget.seconds < LINKS_FROM_S,
        is_long=pool.budget.seconds >= RECAP_FROM_S,
        groups=tuple(groups),
        titles=tuple(_title(each, whole, material, pool) for each in groups),
    )


def _title(each: Group, whole: str, material: Material, pool: Pool) -> str:
    name = pool.candidates[each.members[0]].document
    home = next(document for document in material.documents if document.id == name)
    return scene_title(each, whole, frames.subject_of(material.documents[0]), home, pool)


def _film(plan: Plan, pool: Pool, notes: tuple[str, ...]) -> Script:
    """Choose the sentences and correct the choice until the film is as long as asked, or nothing is left to tell."""
    budget = pool.budget
    again = _choose_sentences(plan, pool, budget.seconds - _framing_seconds(plan, budget))
    best = script = _compose(plan, pool, again, notes)
    members = [number for each in plan.groups for number in each.members]
    for _ in range(CORRECTIONS):
        excess = budget.forecast(script) - budget.seconds
        before = len(pool.chosen)
        if excess > CLOSE * budget.seconds:
            pool.drop(excess, again)
        elif excess < -CLOSE * budget.seconds:
            pool.take(members, CLOSE * budget.seconds - excess, most=1)
        if len(pool.chosen) == before:
            break
        script = _compose(plan, pool, again, notes)
        best = min(best, script, key=lambda each: abs(budget.forecast(each) - budget.seconds))
    return best


def _compose(plan: Plan, pool: Pool, again: list[int], notes: tuple[str, ...]) -> Script:
    """Return the script that tells what was chosen."""
    compose = Composer(pool, plan.names, plan.language)
    plan = _told(plan, pool)
    scenes = [Scene("c00", plan.title, tuple(compose.frame(text, role) for text, role in _opening(plan)))]
    for each, title, link in zip(plan.groups, plan.titles, _links(plan), strict=True):
        told = [number for number in teaching_order(pool, each) if number in pool.chosen]
        joint = (compose.frame(link, "link"),) if link else ()
        spoken = compose.tell_all(told)
        summary = compose.recap(_worth_keeping(told, again, pool))
        scenes.append(Scene(f"c{len(scenes):02d}", title, (*joint, *spoken, *summary)))
    last = compose.frame(frames.closing(plan.subject, plan.source, plan.language), "recap")
    end = (*compose.recap(again), last)
    scenes.append(Scene(f"c{len(scenes):02d}", frames.recap_title(plan.language), end))
    return Script(plan.title, plan.language, tuple(scenes), ExtractWriter.name, ExtractWriter.rung, notes=notes)


def _worth_keeping(told: Sequence[int], again: Collection[int], pool: Pool) -> list[int]:
    """Return what is said again at the end of a long chapter of a long film; nothing at the end of others."""
    spoken_s = pool.budget.seconds_of_all(pool.candidates[number].text for number in told)
    if pool.budget.seconds < CHAPTER_RECAP_FROM_S or spoken_s < LONG_CHAPTER_S:
        return []
    early = [number for number in told[:-2] if number not in again]
    return worth_repeating(pool, CHAPTER_RECAP, early)


def _told(plan: Plan, pool: Pool) -> Plan:
    """Return the plan without scenes of which nothing was chosen, so that nothing is promised that does not come."""
    kept = [n for n, each in enumerate(plan.groups) if pool.chosen.intersection(each.members)]
    return replace(plan, groups=tuple(plan.groups[n] for n in kept), titles=tuple(plan.titles[n] for n in kept))


def _framing_seconds(plan: Plan, budget: WordBudget) -> float:
    """Return the time of everything that asserts nothing, pauses between scenes included."""
    last = frames.closing(plan.subject, plan.source, plan.language)
    texts = [*(text for text, _ in _opening(plan)), *filter(None, _links(plan)), last]
    return budget.seconds_of_all(texts) + budget.scene_pause_s * (len(plan.groups) + 1)


def _opening(plan: Plan) -> list[tuple[str, SentenceRole]]:
    if not plan.is_long:
        return [(frames.hook(plan.subject, plan.language, plan.is_term), "hook")]
    promise = frames.promise([title for title in plan.spoken_titles if title != plan.subject], plan.language)
    hook: list[tuple[str, SentenceRole]] = [(frames.hook(plan.subject, plan.language, plan.is_term), "hook")]
    return [*hook, (promise, "promise")] if promise else hook


def _links(plan: Plan) -> list[str]:
    count = len(plan.titles)
    if count < 2 or plan.is_short:
        return [""] * count
    return [
        frames.link(title, place, count, plan.language) if title != plan.subject else ""
        for place, title in enumerate(plan.spoken_titles)
    ]


def _choose_sentences(plan: Plan, pool: Pool, seconds: float) -> list[int]:
    """Fill ``seconds`` with sentences for all scenes; return those that the recap says again."""
    num_again = 0 if pool.budget.seconds < RECAP_FROM_S else 2 if pool.budget.seconds < 150 else 3
    _fill(plan, pool, seconds * (1 - 0.055 * num_again))
    again = worth_repeating(pool, num_again)
    said_twice = pool.budget.seconds_of_all(pool.candidates[number].text for number in again)
    _fill(plan, pool, seconds - said_twice)
    return again


def _fill(plan: Plan, pool: Pool, seconds: float) -> None:
    """Choose sentences until ``seconds`` are spoken: first a fair share for each scene, then wherever the best are."""
    spoken = pool.budget.seconds_of_all(pool.candidates[number].text for number in pool.chosen)
    for place, each in enumerate(plan.groups):
        spoken += pool.take(each.members, (seconds - spoken) / (len(plan.groups) - place))
    pool.take([number for each in plan.groups for number in each.members], seconds - spoken)


def _tiny(brief: Brief, material: Material, pool: Pool, language: str, notes: tuple[str, ...]) -> Script:
    """Return the least film: its title, and the best sentence that fits.

    Raises:
        SourceError: not even the shortest sentence fits.
    """
    compose = Composer(pool, frozenset(), language)
    whole = frames.plain_title(material.documents[0].title or material.documents[0].path.rpartition("/")[2])
    title = brief.topic or whole
    head = compose.frame(f"{title.rstrip('.?!')}.", "hook")
    left = pool.budget.seconds - pool.budget.seconds_of(head.text)
    alone = [c.number for c in pool.candidates if c.leans_on < 0]
    pool.take(alone, left * 1.05)
    if not pool.chosen:
        shortest = min((pool.cost(number) for number in alone), default=0.0)
        needed = math.ceil(pool.budget.film_s - left + shortest)
        raise SourceError(f"{pool.budget.film_s:g} s are too short for {title!r}; ask for at least {needed} s")
    room = f"room for its title and {len(pool.chosen)} of the source's sentences only"
    note = f"A film of {pool.budget.film_s:g} s has {room}."
    scene = Scene("c00", title, (head, *compose.tell_all(sorted(pool.chosen))))
    script = Script(title, language, (scene,), ExtractWriter.name, ExtractWriter.rung, notes=(*notes, note))
    return with_length_note(script, pool.budget)
