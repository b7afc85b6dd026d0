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
from vortex.story.script import Script, Sentence
from vortex.story.writers import frames
from vortex.story.writers.answers import Asker, UnusableAnswer
from vortex.story.writers.arrange import LEAST_SECONDS_A_SCENE, LONG_SCENE_S, MOST_SCENES, SECONDS_A_SCENE
from vortex.story.writers.assembling import assembled, seconds_for_scenes
from vortex.story.writers.compose import SHORTFALL
from vortex.story.writers.drafting import Drafter, Point, Tally
from vortex.story.writers.grounds import Judge
from vortex.story.writers.outlining import Planned, Planner
from vortex.story.writers.requests import Wish

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
        asker = Asker(self.engine, self._context_tokens, self._max_retries)
        planner = Planner(asker, wish, material)
        drafter = Drafter(asker, wish, planner.catalogue, Judge(wish, material, planner.catalogue), budget)
        self._tell_progress(0, 1, "outline")
        planned = planner.outline(_num_scenes(budget.seconds))
        seconds = seconds_for_scenes(budget, wish, source, planned.points)
        told = self._scenes(drafter, planned.points, seconds)
        if not any(told):
            raise _nothing_stands(drafter.tally, asker.model, source)
        missing = seconds - sum(map(drafter.seconds_of, told))
        further = self._further(planner, planned.points, missing, budget)
        told += self._scenes(drafter, further.points, missing)
        points = [*planned.points, *further.points]
        script = assembled(wish, source, points, told, budget)
        division = self._division(asker, drafter, len(points), planned.division)
        notes += [*planned.notes, *further.notes, *asker.notes, *drafter.tally.lines()]
        notes += [*_translation_note(wish), division]
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

    def _further(self, planner: Planner, points: Sequence[Point], missing: float, budget: WordBudget) -> Planned:
        """Return more points where those that were told leave time for a whole scene; none where none are planned."""
        if missing < max((1 - SHORTFALL) * budget.seconds, LEAST_SECONDS_A_SCENE):
            return Planned([], "")
        try:
            planned = planner.outline(max(1, round(missing / SECONDS_A_SCENE)), points)
        except UnusableAnswer as error:
            return Planned([], "", (f"The film is too short, and no further scenes were planned: {error}.",))
        more = f"The scenes were too short for the film; {len(planned.points)} more were planned."
        return replace(planned, notes=(more, *planned.notes) if planned.points else ())

    def _tell_progress(self, done: int, total: int, what: str) -> None:
        self._listen(Event("progress", "script", done, total, f"{self.engine.name}: {what}"))

    def _division(self, asker: Asker, drafter: Drafter, count: int, outlined: str) -> str:
        """Return a sentence on how the source was divided into requests."""
        tally = drafter.tally
        scenes = "1 scene was asked for" if count == 1 else f"{count} scenes were asked for one by one"
        cut = len(tally.shortened)
        shortened = f"; of {cut} passages only the first sentences were shown" if cut else ""
        wide = f", {len(tally.widened)} of them also from passages after their own" if tally.widened else ""
        unseen = f"; {len(tally.unseen)} passages found no room" if tally.unseen else ""
        return (
            f"{outlined} {scenes}{wide}; with repeats {asker.num_requests} requests, each within "
            f"{self._context_tokens} tokens{shortened}{unseen}."
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
