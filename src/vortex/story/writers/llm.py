"""A writer that asks a language model, and believes nothing that the source does not say.

The model outlines, drafts scene by scene from one to three passages at a time, and gives for each sentence the words
that it restates. The ledger's own checks judge every sentence; what fails is returned once with the reasons, and what
fails again is told in the source's words or cut. Questions and links at the joints are the same as those of the
embedded writer, because they assert nothing. Nothing here trusts the document either: it stands between tags, and a
sentence that it talks the model into still needs a quote that says the same.
"""

from collections.abc import Sequence
from dataclasses import replace

from vortex.core.errors import EngineError
from vortex.core.events import Event, Listener, ignore
from vortex.core.units import format_duration
from vortex.engines.llm.base import LLMEngine
from vortex.story.brief import Brief
from vortex.story.budget import WordBudget
from vortex.story.coverage import require_coverage
from vortex.story.material import Material
from vortex.story.polish import leans_back, without_joint
from vortex.story.script import Scene, Script, Sentence, SentenceRole
from vortex.story.writers import frames
from vortex.story.writers.answers import Asker
from vortex.story.writers.arrange import LONG_SCENE_S, MOST_SCENES, SECONDS_A_SCENE
from vortex.story.writers.compose import RECAP_WORDS, SHORTFALL
from vortex.story.writers.context import Catalogue
from vortex.story.writers.drafting import Drafter, Point, Tally
from vortex.story.writers.grounds import Judge
from vortex.story.writers.outlining import outline
from vortex.story.writers.requests import Wish

RECAP_FROM_S = 70.0
"""Films shorter than this repeat nothing at their end."""
_SECONDS_A_REPEAT = 5.5
_MOST_NAMED = 3


class LLMWriter:
    """Writes with a language model, checked against the source."""

    name = "llm"
    version = "2"
    translates = True

    def __init__(
        self, engine: LLMEngine, max_retries: int = 3, context_tokens: int = 4096, listen: Listener = ignore
    ) -> None:
        """Write with ``engine``.

        Args:
            engine: who is asked.
            max_retries: how often to ask again for an answer that has the form asked for.
            context_tokens: what the model holds, question and answer together.
            listen: hears how far the writing is.
        """
        self.engine = engine
        self._max_retries = max_retries
        self._context_tokens = context_tokens
        self._listen = listen
        self.rung = engine.rung
        self.version = f"{engine.name}.{engine.version}.{type(self).version}.{context_tokens}"

    def working(self, engine: LLMEngine, listen: Listener) -> "LLMWriter":
        """Return the same writer with another way to its model, and somebody who hears how far it is."""
        return LLMWriter(engine, self._max_retries, self._context_tokens, listen)

    def write(self, brief: Brief, material: Material, budget: WordBudget) -> Script:
        """Return a script of checked sentences; see ``Writer.write``.

        Raises:
            EngineError: the model cannot be reached, gives no outline, or no sentence of it stands its checks.
        """
        notes = list(require_coverage(material, brief.topic))
        wish, source = _wish(brief, material)
        catalogue = Catalogue(material)
        asker = Asker(self.engine, self._context_tokens, self._max_retries)
        self._tell_progress(0, 1, "outline")
        planned = outline(asker, wish, material, catalogue, _num_scenes(budget.seconds))
        points = planned.points
        drafter = Drafter(asker, wish, catalogue, Judge(wish, material, catalogue), budget)
        told = self._scenes(drafter, points, _seconds_for(budget, wish, source, points))
        if not any(told):
            raise _nothing_stands(drafter.tally, asker.model, source)
        script = _script(wish, source, points, told, budget)
        division = self._division(asker, drafter, len(points), planned.division)
        notes += [*planned.notes, *asker.notes, *drafter.tally.lines(), *_translation_note(wish), division]
        script = replace(script, writer=f"{self.name} {asker.model}", rung=self.rung, notes=tuple(notes))
        return _with_length_note(script, budget, asker.model)

    def _scenes(self, drafter: Drafter, points: Sequence[Point], seconds: float) -> list[list[Sentence]]:
        """Return the sentences of each point; what one leaves of its time goes to those after it."""
        told: list[list[Sentence]] = []
        for place, point in enumerate(points):
            self._tell_progress(1 + place, 1 + len(points), point.title)
            told.append(drafter.scene(point, seconds / (len(points) - place)))
            seconds = max(seconds - drafter.seconds_of(told[-1]), 1.0)
        return told

    def _tell_progress(self, done: int, total: int, what: str) -> None:
        self._listen(Event("progress", "script", done, total, f"{self.engine.name}: {what}"))

    def _division(self, asker: Asker, drafter: Drafter, count: int, outlined: str) -> str:
        """Return a sentence on how the source was divided into requests."""
        tally = drafter.tally
        scenes = "1 scene was asked for" if count == 1 else f"{count} scenes were asked for one by one"
        cut = len(tally.shortened)
        shortened = f"; of {cut} passages only the first sentences were shown" if cut else ""
        unseen = f"; {len(tally.unseen)} passages found no room" if tally.unseen else ""
        return (
            f"{outlined} {scenes}; with repeats {asker.num_requests} requests, each within {self._context_tokens} "
            f"tokens{shortened}{unseen}."
        )


def _nothing_stands(tally: Tally, model: str, source: str) -> EngineError:
    seen = [*tally.notes, *tally.cuts]
    more = f" and {len(seen) - _MOST_NAMED} more" if len(seen) > _MOST_NAMED else ""
    what = f"none of {tally.drafted} sentences of {model} stands its checks"
    if not tally.drafted:
        what = f"{model} drafted no sentence"
    return EngineError(
        f"{source}: {what}: {' | '.join(seen[:_MOST_NAMED])}{more} | Try another model (llm.model), or let the source "
        "speak for itself: film.writer=extract"
    )


def _wish(brief: Brief, material: Material) -> tuple[Wish, str]:
    """Return what the film is to be, and the title of its source."""
    document = material.documents[0]
    names = frames.proper_names(passage.text for passage in material.passages)
    language = brief.language or document.language or "en"
    subject = frames.lowered(brief.topic or frames.subject_of(document), names, language)
    source = frames.plain_title(document.title or document.path.rpartition("/")[2])
    return Wish(brief, subject, language, document.language, names), source


def _num_scenes(seconds: float) -> int:
    short = max(1, min(MOST_SCENES, round(0.8 * seconds / SECONDS_A_SCENE)))
    return max(short, int(seconds / LONG_SCENE_S))


def _seconds_for(budget: WordBudget, wish: Wish, source: str, points: Sequence[Point]) -> float:
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
    is_joined = without_joint(sentence.text) != sentence.text or leans_back(sentence.text, language)
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


def _script(
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


def _translation_note(wish: Wish) -> list[str]:
    if not wish.translates:
        return []
    return [
        f"The film is told in {wish.language!r} from a source in {wish.source_language!r}: numbers and names of each "
        "sentence were checked against its quote, but that its other words say the same was not."
    ]


def _with_length_note(script: Script, budget: WordBudget, engine: str) -> Script:
    """Return the script with a note where too little of what the model wrote stands."""
    told = budget.forecast(script)
    if told >= SHORTFALL * budget.seconds:
        return script
    film_s = told + budget.silence_s
    note = (
        f"What {engine} wrote and the source supports is too little for {format_duration(budget.film_s)}; "
        f"the film lasts about {format_duration(film_s)}."
    )
    return replace(script, promised_s=round(film_s, 1), notes=(*script.notes, note))
