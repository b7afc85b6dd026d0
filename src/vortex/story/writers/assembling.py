"""The frame around the scenes that a model told: a question, links, what is worth saying again, a farewell.

None of it is asked of the model: frames are put together from titles by the templates that every writer uses, and what
is said again was told and checked before.
"""

from collections.abc import Sequence
from dataclasses import replace

from vortex.story.budget import WordBudget
from vortex.story.polish import leans_back, without_joint
from vortex.story.script import Scene, Script, Sentence, SentenceRole
from vortex.story.writers import frames
from vortex.story.writers.compose import RECAP_WORDS
from vortex.story.writers.drafting import Point
from vortex.story.writers.requests import Wish

RECAP_FROM_S = 70.0
"""Films shorter than this repeat nothing at their end."""
_SECONDS_A_REPEAT = 5.5


def seconds_for_scenes(budget: WordBudget, wish: Wish, source: str, points: Sequence[Point]) -> float:
    """Return the time that is left for the scenes beside what frames them."""
    titles = [point.title for point in points]
    framing = budget.seconds_of_all(
        [
            *(text for text, _ in _opening(wish, titles)),
            *_links(wish, titles),
            frames.closing(wish.subject, source, wish.language),
        ]
    )
    pauses = budget.scene_pause_s * (len(points) + 1)
    return max(budget.seconds - framing - pauses - _SECONDS_A_REPEAT * _num_repeats(budget), 4.0)


def _num_repeats(budget: WordBudget) -> int:
    return 0 if budget.seconds < RECAP_FROM_S else 2 if budget.seconds < 150 else 3


def _opening(wish: Wish, titles: Sequence[str]) -> list[tuple[str, SentenceRole]]:
    spoken = [frames.lowered(title, wish.names, wish.language) for title in titles]
    opening: list[tuple[str, SentenceRole]] = [(frames.hook(wish.subject, wish.language), "hook")]
    if promise := frames.promise(spoken, wish.language):
        opening.append((promise, "promise"))
    return opening


def _links(wish: Wish, titles: Sequence[str]) -> list[str]:
    """Return the joint before each scene; "" where there is one scene only."""
    if len(titles) < 2:
        return [""] * len(titles)
    spoken = [frames.lowered(title, wish.names, wish.language) for title in titles]
    return [frames.link(title, place, len(titles), wish.language) for place, title in enumerate(spoken)]


def _stands_alone(sentence: Sentence, language: str) -> bool:
    """Tell whether a sentence is worth saying again by itself."""
    is_joined = without_joint(sentence.text, language) != sentence.text or leans_back(sentence.text, language)
    return len(sentence.text.split()) <= RECAP_WORDS and sentence.role != "example" and not is_joined


def _repeats(told: Sequence[Sequence[Sentence]], count: int, language: str) -> list[Sentence]:
    """Return up to ``count`` short sentences, of different scenes, that are worth saying again: definitions first."""
    best = [
        min(fits, key=lambda each: (each.role != "definition", scene.index(each)))
        for scene in told
        if (fits := [each for each in scene if _stands_alone(each, language)])
    ]
    kept = sorted(range(len(best)), key=lambda place: (best[place].role != "definition", place))[:count]
    return [replace(best[place], role="recap", exhibits=()) for place in sorted(kept)]


def assembled(
    wish: Wish, source: str, points: Sequence[Point], told: Sequence[list[Sentence]], budget: WordBudget
) -> Script:
    """Return the scenes of which something is told, framed by titles that really come, with ids for all sentences."""
    kept = [(point.title, body) for point, body in zip(points, told, strict=True) if body]
    titles = [title for title, _ in kept]
    topic = wish.brief.topic
    rows = [(topic or source, [Sentence("", text, role) for text, role in _opening(wish, titles)])]
    for (title, body), link in zip(kept, _links(wish, titles), strict=True):
        rows.append((title, [*([Sentence("", link, "link")] if link else []), *body]))
    again = _repeats([body for _, body in kept], _num_repeats(budget), wish.language)
    again = [
        replace(each, text=frames.recap(each.text, wish.names, wish.language)) if not place else each
        for place, each in enumerate(again)
    ]
    closing = Sentence("", frames.closing(wish.subject, source, wish.language), "recap")
    rows.append((frames.recap_title(wish.language), [*again, closing]))
    number = iter(range(1, 100_000))
    scenes = tuple(
        Scene(f"c{place:02d}", title, tuple(replace(each, id=f"s{next(number):04d}") for each in body))
        for place, (title, body) in enumerate(rows)
    )
    return Script(topic[:1].upper() + topic[1:] if topic else source, wish.language, scenes, "", "")
