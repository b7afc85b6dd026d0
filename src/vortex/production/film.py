"""The life of a film: sources are read, a story is told, spoken, cut, drawn, joined and judged."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from vortex.core.claim import Claim
from vortex.core.errors import ConfigError, GateFailed, MediaError
from vortex.core.events import Event, Listener, ignore
from vortex.core.settings import Settings
from vortex.core.units import format_bytes, format_duration
from vortex.engines.video.base import Look, TakeRequest
from vortex.media.sound_file import require_sound
from vortex.production.build import writing
from vortex.production.crew import Crew
from vortex.production.cutting import cut, sentences_of, speech_requests
from vortex.production.folder import FilmFolder, write
from vortex.production.generating import PictureMaker, drawn_instead, wants_pictures
from vortex.production.handover import hand_over
from vortex.production.joining import join, mixed_sound
from vortex.production.judging import Credits, FilmParts, review_film
from vortex.production.language import film_language
from vortex.production.lessons import lesson_material
from vortex.production.library import (
    Library,
    gather,
    page_pictures,
    read_library,
    require_document,
    search_library,
)
from vortex.production.manifest import manifest_text
from vortex.production.pace import NO_WORK, Forecast, Pace, Workload
from vortex.production.provenance import origins
from vortex.production.remembering import at_work
from vortex.production.sections import narrowed, own_titles
from vortex.production.takes import MadeTake, TakeOrder, make_takes, missing_frames
from vortex.production.telling import (
    DocumentPlanner,
    IllustratingPlanner,
    ShotPlanner,
    Telling,
    Told,
    board,
    tell,
    write_script,
)
from vortex.production.tries import Made
from vortex.production.voices import SpokenLine, speak_all
from vortex.review.film import Original, Part
from vortex.review.verdict import Verdict
from vortex.story.brief import Brief
from vortex.story.budget import WordBudget
from vortex.story.material import Material
from vortex.story.planner.fit import fits_in
from vortex.story.planner.illustrate import Illustration
from vortex.story.script import Script
from vortex.story.shots import ShotSettings
from vortex.story.storyboard import Storyboard
from vortex.timeline.plan import RATE_HZ
from vortex.timeline.schedule import Timeline
from vortex.visuals.theme import theme

_EDGES_S = 2.0
"""Silence before the first word and after the last."""
_CLOSE_ENOUGH = 0.03
_MOST_TELLINGS = 3
"""A model's script differs in length each time it is asked; the nearest of a few is taken."""
_SHAPES = {"16:9": (16, 9), "9:16": (9, 16), "1:1": (1, 1)}


@dataclass(frozen=True, slots=True)
class Plan:
    """A film before any picture is drawn."""

    library: Library
    told: Told
    board: Storyboard
    lines: tuple[SpokenLine, ...]
    timeline: Timeline
    planner: ShotPlanner
    forecast: Forecast = NO_WORK
    frames_to_make: int = 0
    generated: tuple[Made, ...] = ()
    """Pictures and clips that models made, once they are there."""
    undrawn: tuple[str, ...] = ()
    """In whole sentences, which shots have no generated picture although they ask for one, and why."""


@dataclass(frozen=True, slots=True)
class FinishedFilm:
    """What a run left."""

    mp4: Path
    report: Path
    verdict: Verdict
    script: Script
    claims: tuple[Claim, ...]
    duration_s: float
    shots: int
    shots_made: int
    """Shots that were drawn in this run; the others were in the build."""
    stage_s: dict[str, float]


@dataclass
class FilmMaker:
    """Makes one film in one folder with one crew; the stages are called in order, each with the last one's result."""

    folder: FilmFolder
    brief: Brief
    settings: Settings
    crew: Crew
    pace: Pace
    listen: Listener
    stage_s: dict[str, float] = field(default_factory=dict)
    original: Original | None = None
    """The film that this one is a translation of."""

    def plan(self) -> Plan:
        """Read, tell, speak and cut; everything that is needed to know what will be drawn.

        Raises:
            VortexError: whatever a stage cannot do; work done so far is kept.
        """
        with self._timed("read"):
            library, material = self._read()
            for missing in self._missed():
                self.listen(Event("warning", "read", message=missing))
        with self._timed("script"):
            material = material or self._search(library)
            told, budget = self._tell(library, material)
        with self._timed("voice"):
            lines = self._speak(told.script)
        with self._timed("shots"):
            planner = self.planner(told.script, library, material, budget)
            storyboard = board(self.folder, told, planner, self.listen)
            page_pictures(library, storyboard, self.folder.storyboard_file)
        timeline = cut(storyboard, told.script, lines, self.settings.render.fps)
        if told.edited:
            told = replace(told, script=replace(told.script, promised_s=float(timeline.duration.seconds)))
        return self.costed(Plan(library, told, storyboard, lines, timeline, planner))

    def read(self) -> tuple[Library, Material]:
        """Return what was read and what may be told of it, without searching it."""
        library, material = self._read()
        told = narrowed(library, self.brief)
        return library, material or own_titles(Material(told.documents, told.passages, topic=self.brief.topic), library)

    def costed(self, plan: Plan) -> Plan:
        """Return the plan with what is left to do and what that will cost."""
        frames = missing_frames(self.folder.build, self.orders(plan))
        forecast = self.pace.forecast(self._workload(plan.library, len(plan.lines), frames, plan.timeline))
        return replace(plan, forecast=forecast, frames_to_make=frames)

    def orders(self, plan: Plan) -> list[TakeOrder]:
        """Return the takes that the plan needs, in the order of its shots."""
        engine, assets = self.settings.render.engine, plan.library.assets
        shots = self._picture_maker(plan).known(plan.board.shots)
        return [
            TakeOrder(engine, self.crew.video.version, TakeRequest(shot, timed.timing, self.look, assets))
            for shot, timed in zip(shots, plan.timeline.shots, strict=True)
        ]

    def planner(self, script: Script, library: Library, material: Material, budget: WordBudget) -> ShotPlanner:
        """Return who plans the shots of a script in this film's shape."""
        fits = fits_in(script, self.look, library.assets)
        settings = ShotSettings(budget, page_pictures=self.brief.shape == "16:9", fits=fits)
        planner = self.crew.lesson or DocumentPlanner(own_titles(material, library), settings)
        return planner if self._illustration is None else IllustratingPlanner(planner, self._illustration)

    @property
    def _illustration(self) -> Illustration | None:
        """What of this film may be generated; ``None`` where nobody is there to make it."""
        image, clip, crew = self.settings.image, self.settings.clip, self.crew
        if crew.image is None and crew.clip is None:
            return None
        stills, clips = image.shots if crew.image else 0, clip.shots if crew.clip else 0
        return Illustration(stills, clips, image.style, clip.style)

    @property
    def look(self) -> Look:
        """How this film's pictures come out."""
        render, film = self.settings.render, self.settings.film
        wide, high = _SHAPES[self.brief.shape]
        short = render.height
        width, height = (short * wide // high, short) if wide >= high else (short, short * high // wide)
        return Look(width // 2 * 2, height // 2 * 2, film.theme, film.captions, render.preset, render.crf)

    def shoot(self, plan: Plan) -> FinishedFilm:
        """Draw, join and judge a planned film.

        Raises:
            GateFailed: the film does not pass; it was kept as ``film.rejected.mp4`` with its report.
            VortexError: whatever a stage cannot do; work done so far is kept.
        """
        self._require_disk(plan.forecast)
        with self._timed("pictures"):
            plan = self._with_pictures(plan)
        with self._timed("takes"):
            takes = make_takes(self.folder.build, self.orders(plan), jobs=self.settings.render.jobs, listen=self.listen)
            takes = _signed(takes, plan)
        with self._timed("sound"):
            sound = mixed_sound(self.folder.build, plan.timeline, plan.lines, self.music)
        with self._timed("join"), writing(self.folder.out):
            joined = join(self.folder, plan.told.script, plan.timeline, takes, sound, self._rungs(plan))
            hand_over(self.folder, plan.told.script, plan.timeline, takes, plan.lines, self.look, self.music)
        told, cut_as = plan.told, plan.timeline
        parts = FilmParts(
            self.brief, plan.library, told.script, told.claims, plan.board, cut_as, takes, self.look, self.original,
            plan.generated,
        )  # fmt: skip
        made_of = origins(parts, self.crew, self.settings, self.folder)
        credits = replace(self._credits(plan), origins=made_of)
        with self._timed("review"), writing(self.folder.out):
            verdict, mp4 = review_film(self.folder, parts, joined, credits, self._told("review"))
            listed = manifest_text(mp4, plan.told.script.title, self.brief, self.settings, made_of)
            write(self.folder.product("manifest.json"), listed)
        self.listen(Event("stage_finished", "review", 1, 1, verdict.summary()))
        made = sum(not take.reused for take in takes)
        workload = self._workload(plan.library, len(plan.lines), plan.frames_to_make, plan.timeline)
        self.pace.learn(workload, self.stage_s)
        report = self.folder.product("report.html")
        if not verdict.passed:
            raise GateFailed(f"{mp4}: {verdict.summary()}; see {report}")
        duration_s = float(plan.timeline.duration.seconds)
        script, claims = plan.told.script, plan.told.claims
        return FinishedFilm(mp4, report, verdict, script, claims, duration_s, len(takes), made, dict(self.stage_s))

    def _picture_maker(self, plan: Plan) -> PictureMaker:
        return PictureMaker(self.folder.build, plan.library.assets, self.crew, self.settings, self.look, self.listen)

    def _with_pictures(self, plan: Plan) -> Plan:
        """Return the plan with the pictures that models make; what cannot be made is drawn, and told."""
        if not wants_pictures(plan.board.shots):
            return plan
        generated = self._picture_maker(plan).make(plan.board.shots)
        filled = replace(plan, board=replace(plan.board, shots=generated.shots), generated=generated.made)
        if not generated.failed:
            return filled
        drawn, notes = drawn_instead(filled.board, generated.failed, plan.planner, plan.told)
        for note in notes:
            self.listen(Event("warning", "pictures", message=note))
        page_pictures(plan.library, drawn, self.folder.storyboard_file)
        timeline = cut(drawn, plan.told.script, plan.lines, self.settings.render.fps)
        return replace(filled, board=drawn, timeline=timeline, undrawn=notes)

    def __post_init__(self) -> None:
        """Refuse at once what would fail late.

        Raises:
            ConfigError: a value of the order or of the settings that no film can have; names it.
            SourceError: a source does not exist.
        """
        for source in self.brief.sources:
            require_document(Path(source))
        if not self.brief.sources and not self.crew.lesson:
            raise ConfigError(
                "a film needs a source: name a PDF, HTML, Markdown, text, EPUB or DOCX file, or a --topic that a "
                "lesson teaches (vortex lessons list)"
            )
        if self.settings.render.height % 2:
            raise ConfigError(f"render.height = {self.settings.render.height}: must be even, such as 720")
        theme(self.settings.film.theme)
        music = self.music
        if music and not music.is_file():
            raise ConfigError(
                f"film.music = {str(music)!r}: there is no such file; name a sound file, or leave it empty"
            )
        if music:
            _require_music(music)

    def _read(self) -> tuple[Library, Material | None]:
        """Return what was read, with the material where nothing has to be searched for: a lesson tells its own run."""
        material: Material | None = None
        if self.crew.lesson:
            library, material = lesson_material(self.folder, self.crew.lesson)
        else:
            sources = [Path(source) for source in self.brief.sources]
            library = read_library(self.folder.build, sources, self.settings.passages, self.listen)
        if self.folder.pictures.is_dir():
            gather(self.folder.pictures, library.assets)
        return library, material

    def _search(self, library: Library) -> Material:
        search, embedder = self.settings.search, self.crew.embedder
        return search_library(self.folder.build, narrowed(library, self.brief), self.brief.topic, search, embedder)

    def _tell(self, library: Library, material: Material) -> tuple[Told, WordBudget]:
        """Tell the story to length: voices and texts differ in pace, so the first telling is spoken and measured."""
        speech_s = self.brief.seconds - _EDGES_S
        budget = WordBudget(speech_s, self.settings.voice.words_per_minute, silence_s=_EDGES_S)
        writer = at_work(self.crew.writer, self.folder.build, self.listen)
        translates = getattr(writer, "translates", False)
        language = film_language(self.brief.language, library.documents, self.crew.speech, translates)
        brief = replace(self.brief, language=language)
        tellings: list[Telling] = []
        for _ in range(_MOST_TELLINGS):
            written = write_script(self.folder.build, brief, material, writer, budget)
            pace = self._measured_pace(written, budget)
            heard = replace(budget, words_per_minute=round(budget.words_per_minute * pace, 1))
            wanted_s = written.promised_s - _EDGES_S if written.promised_s else speech_s
            tellings.append(Telling(budget, heard, abs(heard.forecast(written) / wanted_s - 1), wanted_s / speech_s))
            if tellings[-1].missed_by < _CLOSE_ENOUGH:
                break
            budget = heard
        best = min(tellings, key=lambda telling: telling.missed_by - telling.share)
        return tell(self.folder, brief, material, writer, best, self.listen), best.heard

    def _measured_pace(self, script: Script, budget: WordBudget) -> float:
        """Return how much faster than the budget thinks the voice speaks this script, pauses left aside."""
        voice = self.settings.voice
        requests = speech_requests(script, voice.name, voice.words_per_minute, self._pronunciations)
        lines = speak_all(self.folder.build, self.crew.speech, requests, ignore)
        spoken_s = sum(line.num_samples for line in lines) / RATE_HZ
        thought_s = sum(budget.seconds_of(each.text) - budget.sentence_pause_s for each in sentences_of(script))
        return thought_s / spoken_s

    def _speak(self, script: Script) -> tuple[SpokenLine, ...]:
        voice = self.settings.voice
        requests = speech_requests(script, voice.name, voice.words_per_minute, self._pronunciations)
        return speak_all(self.folder.build, self.crew.speech, requests, self.listen)

    @property
    def _pronunciations(self) -> dict[str, str]:
        lesson = self.crew.lesson
        return {**dict(lesson.lesson.said if lesson else ()), **self.brief.pronunciations}

    @property
    def music(self) -> Path | None:
        """The sound file under the voice; ``None`` for none."""
        return Path(self.settings.film.music) if self.settings.film.music else None

    def _workload(self, library: Library, sentences: int, frames: int, timeline: Timeline) -> Workload:
        pages = sum(len(document.pages) for document in library.documents)
        return Workload(pages, sentences, frames, float(timeline.duration.seconds), self.look)

    def _require_disk(self, forecast: Forecast) -> None:
        free = shutil.disk_usage(self.folder.root).free
        if free < forecast.disk_bytes:
            need, have = format_bytes(forecast.disk_bytes), format_bytes(free)
            raise MediaError(f"{self.folder.root}: the film needs about {need} and {have} are free; free some space")
        cost = f"about {format_duration(forecast.seconds)} of work and {format_bytes(forecast.disk_bytes)} of disk"
        self.listen(Event("note", "forecast", message=cost))

    def _rungs(self, plan: Plan) -> str:
        pictures = ", ".join(dict.fromkeys([self.crew.video.rung, *(each.rung for each in plan.generated)]))
        return f"words: {plan.told.script.rung}; voice: {self.crew.speech.rung}; pictures: {pictures}"

    def _credits(self, plan: Plan) -> Credits:
        speech, video, script = self.crew.speech, self.crew.video, plan.told.script
        parts = (
            Part("script", script.writer, script.rung),
            *([self.original.translated] if self.original and self.original.translated else []),
            *self._searcher(),
            Part("voice", f"{speech.name} {speech.version}", speech.rung),
            Part("pictures", f"{video.name} {video.version}", video.rung),
            *(Part(f"picture of {each.shot}", f"{each.engine}, {each.model}", each.rung) for each in plan.generated),
        )
        notes = (*script.notes, *(f"Shot {each.shot}: {note}" for each in plan.generated for note in each.notes))
        return Credits(parts, (*plan.library.warnings, *self._missed(), *plan.undrawn), notes)

    def _searcher(self) -> tuple[Part, ...]:
        """Return who searched; a film of the whole document is not searched for."""
        if not self.brief.topic or self.crew.lesson:
            return ()
        embedder = self.crew.embedder
        if embedder is None:
            return (Part("search", "words only", "embedded"),)
        return (Part("search", f"{embedder.name} {embedder.version}", embedder.rung),)

    def _missed(self) -> tuple[str, ...]:
        """Return what this film has to do without."""
        return self.crew.without if self.brief.topic and not self.crew.lesson else ()

    def _told(self, stage: str) -> Callable[[float], None]:
        self.listen(Event("stage_started", stage, 0, 1))
        return lambda fraction: self.listen(Event("progress", stage, fraction, 1))

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        start = time.monotonic()
        yield
        self.stage_s[stage] = round(time.monotonic() - start, 3)


def _require_music(file: Path) -> None:
    try:
        require_sound(file)
    except MediaError as error:
        raise ConfigError(f"film.music = {str(file)!r}: {error}") from error


def _signed(takes: tuple[MadeTake, ...], plan: Plan) -> tuple[MadeTake, ...]:
    """Return the takes with the rung of whoever made the picture that they show."""
    rungs = {each.shot: each.rung for each in plan.generated}
    return tuple(
        replace(made, take=replace(made.take, rung=rungs.get(shot.id, made.take.rung)))
        for made, shot in zip(takes, plan.board.shots, strict=True)
    )
