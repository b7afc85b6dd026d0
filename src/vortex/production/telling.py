"""From material to script, ledger and storyboard: what the film says, why it may, and what it shows meanwhile.

Script and storyboard are files that a person may edit. What was edited is kept; what an edit touches is made anew and
nothing else, so that changing one sentence costs one shot.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from vortex.core.claim import Claim
from vortex.core.errors import ConfigError, EngineError, GateFailed
from vortex.core.events import Event, Listener
from vortex.core.units import counted, format_duration
from vortex.production.build import Build, code_version, digest
from vortex.production.cutting import sentences_of
from vortex.production.folder import FilmFolder, write
from vortex.story.brief import Brief
from vortex.story.budget import WordBudget
from vortex.story.claims import check_script, revise
from vortex.story.files import load_script, load_storyboard, save_claims, save_script, save_storyboard
from vortex.story.material import Material
from vortex.story.planner.illustrate import Illustration, illustrated
from vortex.story.script import Script
from vortex.story.shots import ShotSettings, plan_shots, plan_span
from vortex.story.storyboard import Storyboard
from vortex.story.writers.base import Writer
from vortex.visuals.kinds.table import validated
from vortex.visuals.shot import GENERATED, Shot

_MOST_NAMED = 3
_SAME_LENGTH = 0.03


@dataclass(frozen=True, slots=True)
class Told:
    """A script whose every sentence is supported, with its ledger."""

    script: Script
    claims: tuple[Claim, ...]
    edited: bool = False
    """Whether a person changed the script; its length is then theirs to choose."""


@dataclass(frozen=True, slots=True)
class Telling:
    """One script: the budget it was written for, the same at the pace of the voice, and how far off its length is."""

    written_for: WordBudget
    heard: WordBudget
    missed_by: float
    """Share of the length that was wanted."""
    share: float = 1.0
    """Which share of the length that was asked for this is; less where too little could be told."""


class ShotPlanner(Protocol):
    """Says which picture belongs to which words; deterministic."""

    def plan(self, script: Script, claims: Sequence[Claim]) -> Storyboard:
        """Return shots that show every sentence of the script once, in order."""
        ...

    def again(self, shot: Shot, script: Script, claims: Sequence[Claim]) -> Storyboard:
        """Return one shot, or several in its place, whose sentences changed."""
        ...


@dataclass(frozen=True, slots=True)
class DocumentPlanner:
    """Plans the shots of a film about documents from what its sentences are."""

    material: Material
    settings: ShotSettings

    def plan(self, script: Script, claims: Sequence[Claim]) -> Storyboard:
        """Plan the whole film; see ``plan_shots``."""
        return plan_shots(script, self.material, claims, self.settings)

    def again(self, shot: Shot, script: Script, claims: Sequence[Claim]) -> Storyboard:
        """Plan one shot again; see ``plan_span``."""
        return plan_span(shot, script, self.material, claims, self.settings)


@dataclass(frozen=True, slots=True)
class IllustratingPlanner:
    """Plans as another planner does, and lets chapters open with pictures that a model makes."""

    drawn: ShotPlanner
    """Plans without them; also what cannot be made."""
    wanted: Illustration

    def plan(self, script: Script, claims: Sequence[Claim]) -> Storyboard:
        """Plan the whole film."""
        return illustrated(self.drawn.plan(script, claims), script, self.wanted)

    def again(self, shot: Shot, script: Script, claims: Sequence[Claim]) -> Storyboard:
        """Plan one shot again; one that had a generated picture has one again if it is still the card of a chapter."""
        span = self.drawn.again(shot, script, claims)
        return illustrated(span, script, self.wanted) if shot.kind in GENERATED else span


def who_draws(planner: ShotPlanner) -> ShotPlanner:
    """Return the planner that asks for no generated pictures: the one within an illustrating one, or itself."""
    return planner.drawn if isinstance(planner, IllustratingPlanner) else planner


def tell(
    film: FilmFolder, brief: Brief, material: Material, writer: Writer, telling: Telling, listen: Listener
) -> Told:
    """Write the script, or take the one that a person edited, and check it.

    Raises:
        SourceError: the sources do not cover the topic, or hold nothing that can be told.
        ConfigError: the edited script is broken; names the place.
        GateFailed: a sentence of an edited script is not supported by its source; names it and what to do.
    """
    listen(Event("stage_started", "script"))
    written = _script_file(film.build, brief, material, writer, telling.written_for)
    edited = not film.offer(film.script_file, written.read_text(encoding="utf8"))
    if edited:
        listen(Event("note", "script", message=f"{film.script_file} was edited and is kept; delete it for a new one"))
    script = load_script(film.script_file, material)
    if edited:
        script = _as_long_as_edited(script, telling.heard)
    claims = check_script(script, material)
    save_claims(claims, film.claims_file)
    _require_support(film.script_file, claims)
    for note in script.notes:
        listen(Event("note", "script", message=note))
    count = len(sentences_of(script))
    summary = f"{counted(count, 'sentence')} in {counted(len(script.scenes), 'scene')}"
    listen(Event("stage_finished", "script", count, count, summary))
    return Told(script, claims, edited)


def board(film: FilmFolder, told: Told, planner: ShotPlanner, listen: Listener) -> Storyboard:
    """Plan the shots, or fit the storyboard that is there to the sentences that changed.

    Raises:
        ConfigError: the edited storyboard is broken or does not fit the script.
    """
    listen(Event("stage_started", "shots"))
    previous = _previous(film, told.script)
    if previous is None:
        _set_aside(film, listen)
        planned = planner.plan(told.script, told.claims)
    else:
        planned = _fitted(previous, told, planner)
    _require_drawable(film.storyboard_file, planned)
    save_storyboard(planned, _planned_file(film))
    save_script(told.script, film.boarded_file)
    film.replace(film.storyboard_file, _planned_file(film).read_text(encoding="utf8"))
    kinds = len({shot.kind for shot in planned.shots})
    count = len(planned.shots)
    listen(Event("stage_finished", "shots", count, count, f"{counted(count, 'shot')} of {counted(kinds, 'kind')}"))
    return planned


def write_script(build: Build, brief: Brief, material: Material, writer: Writer, budget: WordBudget) -> Script:
    """Return the script that the writer writes for a budget, whatever a person made of another one.

    Raises:
        SourceError: the sources do not cover the topic, or hold nothing that can be told.
    """
    return load_script(_script_file(build, brief, material, writer, budget))


def _script_file(build: Build, brief: Brief, material: Material, writer: Writer, budget: WordBudget) -> Path:
    def make(folder: Path) -> None:
        script = writer.write(brief, material, budget)
        claims = check_script(script, material)
        save_script(revise(script, claims, material), folder / "script.json")

    told_from = replace(brief, sources=(), pronunciations={})
    texts = [(passage.id, passage.text) for passage in material.passages]
    key = digest(
        code_version("core", "story"),
        writer.name,
        writer.version,
        writer.rung,
        told_from,
        texts,
        material.ranked,
        budget,
    )
    return build.step("script", key, make).folder / "script.json"


def _as_long_as_edited(script: Script, budget: WordBudget) -> Script:
    """Return an edited script that promises the length it now has: whoever edits it decides how long it gets."""
    film_s = budget.forecast(script) + budget.silence_s
    expected_s = script.promised_s or budget.film_s
    if abs(film_s - expected_s) <= _SAME_LENGTH * expected_s:
        return script
    note = f"The script was edited: the film lasts about {format_duration(film_s)}, not {format_duration(expected_s)}."
    return replace(script, promised_s=round(film_s, 1), notes=(*script.notes, note))


def _require_support(file: Path, claims: Sequence[Claim]) -> None:
    failed = [claim for claim in claims if not claim.supported]
    if not failed:
        return
    reasons = [
        f"{claim.sentence} ({claim.text!r}): {'; '.join(c.detail for c in claim.checks if not c.passed)}"
        for claim in failed[:_MOST_NAMED]
    ]
    more = f" and {len(failed) - _MOST_NAMED} more" if len(failed) > _MOST_NAMED else ""
    raise GateFailed(
        f"{file}: {_count(len(failed))} not supported by the source: {' | '.join(reasons)}{more}. "
        "Say them as their quotes do, name another passage and quote, or delete them"
    )


def _require_drawable(file: Path, planned: Storyboard) -> None:
    """Refuse what no renderer could draw while nothing has been drawn yet."""
    for shot in planned.shots:
        try:
            validated(shot.kind, shot.params)
        except EngineError as error:
            raise ConfigError(f"{file}: shot {shot.id!r}: {error}") from error


def _count(number: int) -> str:
    return "1 sentence is" if number == 1 else f"{number} sentences are"


def _planned_file(film: FilmFolder) -> Path:
    return film.build.root / "storyboard.planned.json"


def _previous(film: FilmFolder, script: Script) -> tuple[Storyboard, frozenset[str]] | None:
    """Return the storyboard that is there and the sentences that changed since, if it was made for this script.

    It was when it shows the same sentences in the same order and a person, not a new brief, changed what they say.
    """
    if not film.storyboard_file.exists() or not film.boarded_file.exists():
        return None
    boarded = {sentence.id: sentence for sentence in sentences_of(load_script(film.boarded_file))}
    changed = frozenset(each.id for each in sentences_of(script) if boarded.get(each.id) != each)
    same_order = list(boarded) == [each.id for each in sentences_of(script)]
    by_hand = film.edited(film.script_file) or film.edited(film.storyboard_file)
    if not same_order or (changed and not by_hand):
        return None
    return load_storyboard(film.storyboard_file, script), changed


def _set_aside(film: FilmFolder, listen: Listener) -> None:
    """Keep an edited storyboard that belongs to another script under another name, and say so."""
    if not film.edited(film.storyboard_file):
        return
    kept = film.storyboard_file.with_suffix(".edited.json")
    write(kept, film.storyboard_file.read_text(encoding="utf8"))
    message = f"{film.storyboard_file} was edited for another script; it is kept as {kept.name}, and planned anew"
    listen(Event("warning", "shots", message=message))


def _fitted(previous: tuple[Storyboard, frozenset[str]], told: Told, planner: ShotPlanner) -> Storyboard:
    old, changed = previous
    shots: list[Shot] = []
    needs = list(old.needs)
    for shot in old.shots:
        if shot.pinned or not changed.intersection(shot.sentences):
            shots.append(shot)
            continue
        span = planner.again(shot, told.script, told.claims)
        shots += span.shots
        needs += [need for need in span.needs if need not in needs]
    return Storyboard(tuple(shots), tuple(needs))
