"""A writer that asks a language model, and believes nothing that the source does not say.

The model outlines, drafts scene by scene from one to three passages at a time, and gives for each sentence the words
that it restates. The ledger's own checks judge every sentence; what fails is returned once with the reasons, and what
fails again is cut. Questions and links at the joints are the same as those of the embedded writer, because they
assert nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from vortex.core.document import Passage
from vortex.core.errors import SourceError
from vortex.core.text import content_words
from vortex.engines.llm.base import LLMEngine
from vortex.story.brief import Brief
from vortex.story.budget import WordBudget
from vortex.story.claims import support
from vortex.story.coverage import require_coverage
from vortex.story.exhibits import exhibits_of
from vortex.story.material import Material
from vortex.story.polish import fault
from vortex.story.quotes import find_quote, locate
from vortex.story.script import Scene, Script, Sentence, SentenceRole
from vortex.story.writers import frames
from vortex.story.writers.answers import Draft, Drafted, Outline, PlannedScene, ask
from vortex.story.writers.arrange import SECONDS_A_SCENE
from vortex.story.writers.candidates import role_of
from vortex.story.writers.compose import with_length_note

SHOWN_PASSAGES = 24
SYSTEM = (
    "You write the narration of a short educational film from passages of a source. Use only what the passages say. "
    "Write for the ear: plain, exact sentences of at most 22 words, one idea each, no lists, no code, no page numbers. "
    "Explain as a careful teacher would: what it is, how it works, an example."
)


@dataclass(frozen=True, slots=True)
class _Order:
    """What all requests share."""

    brief: Brief
    material: Material
    language: str
    subject: str
    source: str


class LLMWriter:
    """Writes with a language model, checked against the source."""

    name = "llm"
    version = "1"

    def __init__(self, engine: LLMEngine, max_retries: int = 3) -> None:
        """Write with ``engine``, asking up to ``max_retries`` times again for an answer that has the form asked for."""
        self._engine = engine
        self._max_retries = max_retries
        self.rung = engine.rung
        self.version = f"{engine.name}.{engine.version}.{type(self).version}"

    def write(self, brief: Brief, material: Material, budget: WordBudget) -> Script:
        """Return a script of checked sentences; see ``Writer.write``."""
        notes = list(require_coverage(material, brief.topic))
        document = material.documents[0]
        source = frames.plain_title(document.title or document.path.rpartition("/")[2])
        names = frames.proper_names(passage.text for passage in material.passages)
        language = brief.language or document.language or "en"
        order = _Order(
            brief=brief,
            material=material,
            language=language,
            subject=frames.lowered(brief.topic or frames.subject_of(document), names, language),
            source=source,
        )
        planned = self._outline(order, budget, notes)
        titles = [_title(each, material) for each in planned]
        opening, links, closing = _frames(order, [frames.lowered(title, names, language) for title in titles])
        framing = budget.seconds_of_all([*(text for text, _ in opening), *links, closing])
        share = max(budget.seconds - framing - budget.scene_pause_s * len(planned), 4.0) / len(planned)
        drafted = [self._scene(order, each, budget, share, notes) for each in planned]
        if not any(drafted):
            raise SourceError(f"{source}: no sentence of {self._engine.name} stands in its passages; try another model")
        scenes = _scenes(order, opening, list(zip(titles, links, drafted, strict=True)), closing)
        title = brief.topic[:1].upper() + brief.topic[1:] if brief.topic else source
        script = Script(title, order.language, scenes, self.name, self.rung, notes=tuple(notes))
        return with_length_note(script, budget)

    def _outline(self, order: _Order, budget: WordBudget, notes: list[str]) -> list[PlannedScene]:
        shown = order.material.in_order[:SHOWN_PASSAGES]
        count = max(1, min(8, round(0.8 * budget.seconds / SECONDS_A_SCENE)))
        listed = "\n".join(f"[{p.id}] {' > '.join(p.section)}: {' '.join(p.text.split()[:40])}" for p in shown)
        request = (
            f"Plan {'1 scene' if count == 1 else f'{count} scenes'} of a film about {order.subject!r}. "
            f"{_aim(order.brief)} For each scene give a short title made of words of the passages, and the "
            "ids of one to three passages.\n\n"
            f"Passages:\n{listed}"
        )
        planned = ask(self._engine, Outline, SYSTEM, request, self._max_retries).scenes
        known = [
            PlannedScene(
                title=each.title, passages=[name for name in each.passages if name in order.material.by_id] or [""]
            )
            for each in planned
        ]
        kept = [each for each in known if each.passages != [""]]
        if kept:
            return kept
        notes.append(f"{self._engine.name} named no passage that is there; its film tells of the first ones.")
        return [PlannedScene(title=order.subject[:80], passages=[passage.id for passage in shown[:3]])]

    def _scene(
        self, order: _Order, planned: PlannedScene, budget: WordBudget, seconds: float, notes: list[str]
    ) -> list[Sentence]:
        passages = [order.material.by_id[name] for name in planned.passages]
        words = max(12, round(seconds * budget.words_per_minute / 60 * 0.92))
        texts = "\n\n".join(f"[{passage.id}]\n{passage.text}" for passage in passages)
        request = (
            f"Write the scene {planned.title!r}, about {words} words in {order.language}. {_aim(order.brief)} "
            "For each sentence give the id of its passage and the quote: the passage's own sentence, copied letter by "
            "letter, that says the same."
            f"\n\n{texts}"
        )
        draft = ask(self._engine, Draft, SYSTEM, request, self._max_retries).sentences
        failed = {place: reason for place, each in enumerate(draft) if (reason := _fault(order, each))}
        if failed:
            draft = self._rewritten(draft, failed, texts)
        return _kept(order, draft, budget, seconds, notes)

    def _rewritten(self, draft: list[Drafted], failed: dict[int, str], texts: str) -> list[Drafted]:
        """Return the draft with its failed sentences asked for once more, in order."""
        listed = "\n".join(
            f"{number}. {draft[place].text} — {reason}" for number, (place, reason) in enumerate(failed.items(), 1)
        )
        request = (
            f"These {len(failed)} sentences are not supported. Write each again, in this order, nearer to the words "
            f"of the passages, with an exact quote:\n{listed}\n\n{texts}"
        )
        again = ask(self._engine, Draft, SYSTEM, request, self._max_retries).sentences
        mended = dict(zip(failed, again, strict=False))
        return [mended.get(place, each) for place, each in enumerate(draft)]


def _aim(brief: Brief) -> str:
    """Return for whom, to what end and in which style the film is told."""
    objective = f" Afterwards they should {brief.objective}." if brief.objective else ""
    return f"The viewers: {brief.audience}.{objective} The style: {brief.style}."


def _fault(order: _Order, drafted: Drafted) -> str:
    """Return why a drafted sentence cannot be told; "" if it can."""
    passage = order.material.by_id.get(drafted.passage)
    if passage is None:
        return f"there is no passage {drafted.passage!r}"
    checks = support(drafted.text, drafted.quote, passage, order.language)
    failed = [f"{check.name}: {check.detail}" for check in checks if not check.passed]
    return "; ".join([*failed, *filter(None, [fault(drafted.text)])])


def _kept(
    order: _Order, draft: Sequence[Drafted], budget: WordBudget, seconds: float, notes: list[str]
) -> list[Sentence]:
    """Return the sentences that stand, as long as they fit; note the others."""
    kept: list[Sentence] = []
    used = 0.0
    for each in draft:
        reason = _fault(order, each)
        cost = budget.seconds_of(each.text)
        if reason:
            notes.append(f"A sentence was cut ({reason}): {each.text}")
        elif not kept or used + cost <= seconds * 1.05:
            kept.append(_sentence(order, each, order.material.by_id[each.passage]))
            used += cost
    return kept


def _sentence(order: _Order, drafted: Drafted, passage: Passage) -> Sentence:
    quote = find_quote(passage.text, drafted.quote)
    place = locate(order.material, passage, quote)
    shown = exhibits_of(order.material, passage, place.block, quote) if place else ()
    return Sentence("", " ".join(drafted.text.split()), role_of(drafted.text), passage.id, quote, shown)


def _title(planned: PlannedScene, material: Material) -> str:
    """Return the model's title if all its words stand in its passages; the section's title otherwise."""
    passages = [material.by_id[name] for name in planned.passages]
    held = set(content_words(" ".join([*(" ".join(p.section) for p in passages), *(p.text for p in passages)])))
    wanted = content_words(planned.title)
    return planned.title if wanted and set(wanted) <= held else frames.section_title(passages[0].section, planned.title)


def _frames(order: _Order, titles: Sequence[str]) -> tuple[list[tuple[str, SentenceRole]], list[str], str]:
    opening: list[tuple[str, SentenceRole]] = [(frames.hook(order.subject, order.language), "hook")]
    if promise := frames.promise(titles, order.language):
        opening.append((promise, "promise"))
    many = len(titles) > 1
    links = [frames.link(t, n, len(titles), order.language) if many else "" for n, t in enumerate(titles)]
    return opening, links, frames.closing(order.subject, order.source, order.language)


def _scenes(
    order: _Order,
    opening: Sequence[tuple[str, SentenceRole]],
    told: Sequence[tuple[str, str, list[Sentence]]],
    closing: str,
) -> tuple[Scene, ...]:
    """Return the scenes with ids given to all sentences."""
    first = [Sentence("", text, role) for text, role in opening]
    rows = [(order.brief.topic or order.source, first)]
    rows += [(title, [*([Sentence("", link, "link")] if link else []), *body]) for title, link, body in told if body]
    rows.append((frames.recap_title(order.language), [Sentence("", closing, "recap")]))
    number = 0
    scenes = []
    for place, (title, sentences) in enumerate(rows):
        named = []
        for each in sentences:
            number += 1
            named.append(Sentence(f"s{number:04d}", each.text, each.role, each.passage, each.quote, each.exhibits))
        scenes.append(Scene(f"c{place:02d}", title, tuple(named)))
    return tuple(scenes)
