"""The public Python API: the one place that turns settings into objects and joins them.

Example:
    ```python
    from vortex.studio import Studio

    film = Studio().make("manual.pdf", out="my-film", topic="statistical tests", seconds=120)
    print(film.mp4, film.verdict.summary())
    ```
"""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from vortex.core.errors import ConfigError
from vortex.core.events import Event, Listener, ignore
from vortex.core.paths import cache_dir
from vortex.core.plugins import PluginHost, load_plugins
from vortex.core.settings import STANDARD, LoadedSettings, load_settings
from vortex.engines.speech.base import SpeechEngine, SpeechRequest, VoiceCard
from vortex.knowledge.collection import Hit
from vortex.knowledge.passages import Passages
from vortex.media.sound_encode import format_of, write_sound
from vortex.production.crew import (
    hire,
    hire_embedder,
    hire_for_slots,
    hire_model,
    hire_sight,
    hire_voice,
    teacher,
)
from vortex.production.editor import Editor
from vortex.production.episodes import Episode
from vortex.production.film import FilmMaker, FinishedFilm, Plan
from vortex.production.folder import FilmFolder, brief_text, read_brief, read_profile, require_sense
from vortex.production.pace import Pace
from vortex.production.reshaping import reshaped
from vortex.production.series import Series, SeriesMaker, SeriesOrder
from vortex.production.translation import Translated, prepare, translated
from vortex.review.gate import check_film
from vortex.review.verdict import Verdict
from vortex.runtime.rooms import open_room, open_store
from vortex.story.brief import Brief
from vortex.story.lessons.catalogue import all_lessons
from vortex.story.lessons.rehearsal import LessonCard, Rehearsal, card_of, rehearse
from vortex.story.spoken import say_words

if TYPE_CHECKING:
    from vortex.engines.sight.calibration import Calibration
    from vortex.engines.speech.cloning import ClonedVoice, Consent, Reference
    from vortex.production.slots.files import SlotCheck, WrittenSlot
    from vortex.production.slots.maker import SlotMaker
    from vortex.production.slots.result import MadeSlot
    from vortex.production.slots.watch import Watch
    from vortex.runtime.store import ModelStore

PathLike = str | Path
Fields = Mapping[str, Any]
"""Fields of a brief."""
_EPISODE_S = 180
NOTHING: Fields = MappingProxyType({})
_PROJECT_FILE = Path("vortex.toml")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A text that was spoken into a file."""

    path: Path
    duration_s: float
    words: tuple[tuple[str, float, float], ...]
    """(word, start, end), in seconds."""


class Studio:
    """Makes films and their parts with the engines that the settings name."""

    def __init__(
        self,
        settings: Mapping[str, object] | None = None,
        *,
        profile: str = "",
        listen: Listener = ignore,
    ) -> None:
        """Read the settings.

        Args:
            settings: values by key, such as ``{"render.height": 1080}``; they win over files and environment.
            profile: a named set: ``standard``, ``draft`` or ``final``; "" takes that of the film's folder, else
                ``standard``.
            listen: hears progress, warnings and notes.

        Raises:
            ConfigError: an unknown key or a bad value; names key, value and source.
        """
        self._flags, self._profile, self._listen = dict(settings or {}), profile, listen
        self.loaded = load_settings(self._flags, profile=profile or STANDARD, files=[_PROJECT_FILE])

    def make(
        self, *sources: PathLike, out: PathLike, aspect: str = "", translation: str = "", **brief: Any
    ) -> FinishedFilm:
        """Make a film, or go on with the one in ``out``.

        Args:
            sources: documents; none takes those of the ``film.toml`` in ``out``.
            out: folder of the film.
            aspect: a second shape, ``16:9``, ``9:16`` or ``1:1``: the film is made in it, beside the film itself, from
                the same script, voice and storyboard.
            translation: a language that the film was translated to: the film is made in it, beside the film itself,
                from the same storyboard.
            brief: fields of ``Brief``, such as ``topic``, ``seconds``, ``shape``, ``language``.

        Raises:
            GateFailed: the film did not pass its checks and was kept as ``film.rejected.mp4``.
            VortexError: see the stages; work done so far is kept in ``build/``.
        """
        with self._maker(sources, out, brief) as maker:
            plan = maker.plan()
            if translation:
                maker, plan = translated(maker, plan, translation)
            if aspect:
                maker, plan = reshaped(maker, plan, aspect)
            return maker.shoot(plan)

    def plan(self, *sources: PathLike, out: PathLike, **brief: Any) -> Plan:
        """Write script, ledger and storyboard into ``out`` and say what the film will cost, without drawing it."""
        with self._maker(sources, out, brief) as maker:
            return maker.plan()

    def translate(self, film: PathLike, to: str, *, filled: PathLike | None = None) -> Translated:
        """Write ``script.<to>.json`` into the folder of a planned film: every text of it beside its original.

        Args:
            film: folder of the film.
            to: ISO 639-1 code of the new language.
            filled: a filled-in file to take the texts from. Without it, the language model that the settings name fills
                them in; where they name none, they are left to a person.

        Raises:
            ConfigError: there is no planned film, the language is its own, or ``filled`` belongs to another film.
            EngineError: the voice does not speak the language, or the model fails.
        """
        if not FilmFolder(Path(film)).brief_file.is_file():
            raise ConfigError(f"{film}: holds no film.toml; run first: vortex plan SOURCE -o {film}")
        with self._maker((), film, NOTHING) as maker, open_room(maker.settings, self._listen) as room:
            model = None if filled else hire_model(maker.settings.llm, load_plugins(), room)
            return prepare(maker, maker.plan(), to, Path(filled) if filled else None, model)

    def series(
        self, book: PathLike, *, out: PathLike, dry_run: bool = False, limit: int = 0, episodes: int = 0, **brief: Any
    ) -> Series:
        """Make a series of a book, or go on with the one in ``out``: each episode is a film folder of its own.

        Args:
            book: one document.
            out: folder of the series.
            dry_run: plan, and make nothing.
            limit: episodes to make in this run; 0 for all that are not finished.
            episodes: how many the book is divided into; 0 for as many as suit their length.
            brief: fields of ``Brief`` for every episode, such as ``seconds``, ``shape``, ``language``.

        Raises:
            ConfigError: there are fewer sections than episodes.
            SourceError: the book cannot be read.
        """
        each = replace(Brief(seconds=_EPISODE_S), **brief)
        require_sense(each)
        order = SeriesOrder(Path(book).resolve(), Path(out), each.seconds, episodes)
        maker = SeriesMaker(order, self.loaded.settings, self._listen)
        planned = maker.plan()

        def make(folder: Path, episode: Episode) -> Path:
            fields = {**brief, "seconds": each.seconds, "title": episode.title, "sections": episode.sections}
            return self.make(book, out=folder, **fields).mp4

        return planned if dry_run else maker.make(planned, make, limit)

    @contextmanager
    def editing(self, film: PathLike) -> Iterator[Editor]:
        """Open a planned film for edits and hold its folder meanwhile.

        Raises:
            ConfigError: there is no planned film.
        """
        folder = FilmFolder(Path(film))
        if not folder.brief_file.is_file():
            raise ConfigError(f"{film}: holds no film.toml; run first: vortex plan SOURCE -o {film}")
        folder.prepare()
        with folder.held():
            yield Editor(folder, lambda: self._opened(folder, self._order(folder)))

    def speak(
        self,
        text: str,
        out: PathLike,
        *,
        language: str = "en",
        emotion: str = "neutral",
        pitch: float = 0.0,
        seed: int = 0,
    ) -> Spoken:
        """Speak a text into a WAV, FLAC, MP3 or OGG file, by the ending of its name.

        Args:
            text: what is said.
            out: the file.
            language: ISO 639-1 code.
            emotion: such as ``happy`` or ``calm``; ``vortex voices list`` tells all.
            pitch: semitones, -4 to 4.
            seed: decides the breath of a voice that leaves it to chance.

        Raises:
            EngineError: the voice does not speak the language, or cannot be bent so.
            MediaError: the ending stands for no format.
        """
        voice = self.loaded.settings.voice
        format_of(Path(out))
        with self._speaking() as engine:
            words = say_words(text, language, {})
            request = SpeechRequest(words, language, voice.name, voice.words_per_minute, emotion, pitch, seed)
            spoken = engine.speak(request)
        write_sound(Path(out), spoken.sound)
        timed = tuple((w.shown, t.start_s, t.end_s) for w, t in zip(words, spoken.times, strict=True))
        return Spoken(Path(out), spoken.sound.duration_s, timed)

    def voices(self) -> tuple[VoiceCard, ...]:
        """Return the voices of the speech engine that the settings name; none where only its server knows them."""
        with self._speaking() as engine:
            listed = getattr(engine, "voices", tuple)
            return tuple(listed())

    def clone_voice(self, name: str, reference: "Reference", consent: "Consent") -> "ClonedVoice":
        """Keep a person's voice for the engines xtts and sovits.

        Args:
            name: what the voice is called from now on.
            reference: 3 to 30 s of the person's speech.
            consent: who agreed to what.

        Raises:
            PolicyError: there is no consent.
            EngineError: the name or the reference cannot be used.
        """
        from vortex.engines.speech.cloning import shelf_of

        return shelf_of(self.loaded.settings.voice).add(name, reference, consent)

    @contextmanager
    def _speaking(self) -> Iterator[SpeechEngine]:
        """Hire the voice of the settings."""
        with (
            open_room(self.loaded.settings, self._listen) as room,
            closing(hire_voice(self.loaded.settings.voice, load_plugins(), room)) as engine,
        ):
            yield engine

    def check(self, film: PathLike) -> Verdict:
        """Run on anybody's MP4 the checks that need no knowledge of how it was made."""
        return check_film(Path(film), lambda share: self._listen(Event("progress", "check", share, 1.0)))

    def lessons(self) -> tuple[LessonCard, ...]:
        """Return what can be taught without a document, in the order of names."""
        return tuple(card_of(lesson) for lesson in all_lessons(load_plugins()["lesson"]))

    def lesson(self, topic: str, *, seed: int | None = None, parameters: Mapping[str, str] | None = None) -> Rehearsal:
        """Run the lesson that a topic asks for, without making a film of it.

        Raises:
            SourceError: no lesson teaches the topic.
            ConfigError: the lesson has no such parameter, or its value is out of range.
        """
        wanted = Brief(topic=topic, parameters=parameters or {})
        return rehearse(teacher(wanted if seed is None else replace(wanted, seed=seed), load_plugins()))

    def chunk(self, source: PathLike, out: PathLike | None = None) -> Passages:
        """Read a document and cut it into passages; with ``out``, keep pictures and work there."""
        from vortex.production.library import read_passages

        return read_passages(Path(source), Path(out) if out else None, self.loaded.settings.passages)

    def search(self, query: str, *sources: PathLike, collection: PathLike, limit: int = 10) -> tuple[Hit, ...]:
        """Search a collection, adding ``sources`` to it first.

        Raises:
            SourceError: a source cannot be read, or the collection is empty.
        """
        from vortex.production.library import search_collection

        settings = self.loaded.settings
        embedder, without = hire_embedder(settings.search.embedder, load_plugins())
        for missing in without:
            self._listen(Event("warning", "search", message=missing))
        return search_collection(query, [Path(s) for s in sources], Path(collection), settings, embedder, limit)

    def models(self) -> "ModelStore":
        """Return the store of fetched models; asking it for one that is not there fetches nothing."""
        return open_store(self.loaded.settings.models)

    def calibrate(self, pairs: PathLike, *, beside_weights: bool = False) -> dict[str, "Calibration"]:
        """Fit the scores of the sight engine to pairs, and keep the maps by the hash of the weights.

        Args:
            pairs: a file with one ``{"text": …, "picture": …}`` a line; pictures lie beside it.
            beside_weights: write the maps into the folders of the models instead of the user's cache.

        Returns:
            Model → its map.

        Raises:
            ConfigError: no sight engine is named, or it has no maps; or the file is broken.
            EngineError: there are too few pairs, or the model does not join such texts with such pictures.
        """
        from vortex.engines.sight.ensemble import Ensemble
        from vortex.engines.sight.pairs import read_pairs

        settings = self.loaded.settings
        found = read_pairs(Path(pairs))
        with open_room(settings, self._listen) as room:
            sight = hire_sight(settings.sight, load_plugins(), room)
            if not isinstance(sight, Ensemble):
                raise ConfigError(f"sight.engine = {settings.sight.engine!r}: it has no scores to fit; set it to clip")
            return dict(zip(sight.models, sight.calibrate(found, beside_weights=beside_weights), strict=True))

    def slot(
        self, recipe: PathLike, *, out: PathLike, seed: int | None = None, deadline: float | None = None
    ) -> "WrittenSlot":
        """Make the slot of a recipe and write ``slot.mp4``, ``poster.jpg`` and ``slot.json`` into ``out``.

        Args:
            recipe: a JSON file of dialect A or B.
            out: folder; made if it is not there.
            seed: of all that is random; without it the recipe's, or one that is made from the recipe.
            deadline: seconds from now; with it, every stage is held to its bound (settings ``slot``).

        Raises:
            RecipeError: the file holds no recipe.
            DeadlineMissError: a stage would not have ended in time, and was not begun.
            VortexError: a part could not be made. A film that its verdict refuses is no error: see ``passes``.
        """
        from vortex.production.slots.files import make_files

        with self._slot_maker() as maker:
            return make_files(maker, Path(recipe), Path(out), seed, self._watch(deadline))

    def verify_slot(self, report: PathLike) -> "SlotCheck":
        """Compare the slot of a ``slot.json`` with its proof, and with one that is made again from the same recipe.

        Raises:
            RecipeError: the file is no ``slot.json``.
            VortexError: the slot cannot be made again.
        """
        from vortex.production.slots.files import verify

        with self._slot_maker() as maker:

            def remake(recipe: dict[str, Any], seed: int, folder: Path) -> "MadeSlot":
                return maker.make(recipe, None, seed, self._watch(None), lambda made: made, folder)

            return verify(Path(report), remake)

    def _watch(self, deadline_s: float | None) -> "Watch":
        from vortex.production.slots.watch import Watch

        slot = self.loaded.settings.slot
        return Watch(slot, deadline_s=deadline_s, is_bounded=deadline_s is not None, listen=self._listen)

    @contextmanager
    def _slot_maker(self) -> Iterator["SlotMaker"]:
        from vortex.production.slots.maker import SlotMaker

        settings = self.loaded.settings
        with (
            open_room(settings, self._listen) as room,
            closing(hire_for_slots(settings, load_plugins(), room)) as crew,
        ):
            yield SlotMaker(crew, settings)

    def plugins(self) -> PluginHost:
        """Return the host of plugins that run in processes of their own."""
        return PluginHost(self.loaded.settings.plugins)

    @contextmanager
    def _maker(self, sources: tuple[PathLike, ...], out: PathLike, fields: Mapping[str, Any]) -> Iterator[FilmMaker]:
        folder = FilmFolder(Path(out))
        order = self._order(folder, sources, fields)
        folder.prepare()
        with folder.held(), self._opened(folder, order) as maker:
            yield maker

    def _order(self, folder: FilmFolder, sources: tuple[PathLike, ...] = (), fields: Fields = NOTHING) -> "_Order":
        brief = _brief(folder, sources, fields)
        profile = self._profile or read_profile(folder.brief_file) or STANDARD
        return _Order(
            brief, load_settings(self._flags, profile=profile, files=[_PROJECT_FILE, folder.brief_file]), profile
        )

    @contextmanager
    def _opened(self, folder: FilmFolder, order: "_Order") -> Iterator[FilmMaker]:
        """Hire the crew for the film in a folder that is held."""
        brief, loaded = order.brief, order.loaded
        with (
            open_room(loaded.settings, self._listen) as room,
            closing(hire(loaded.settings, load_plugins(), brief, room)) as crew,
        ):
            pace = Pace(cache_dir() / "pace.json")
            maker = FilmMaker(folder, brief, loaded.settings, crew, pace, self._listen)
            # Written once all names in it were found, so that a slip on the command line does not stay.
            folder.replace(folder.brief_file, brief_text(brief, _chosen(loaded), order.profile))
            yield maker


@dataclass(frozen=True, slots=True)
class _Order:
    """What a film is to be, and the settings it is made with."""

    brief: Brief
    loaded: LoadedSettings
    profile: str


def _brief(folder: FilmFolder, sources: tuple[PathLike, ...], fields: Mapping[str, Any]) -> Brief:
    """Return the brief of the folder with what the caller asks changed, or a new one."""
    given = {name: value for name, value in fields.items() if value is not None}
    if sources:
        given["sources"] = tuple(dict.fromkeys(str(Path(source).resolve()) for source in sources))
    unknown = set(given) - set(asdict(Brief()))
    if unknown:
        raise ConfigError(f"a brief has no {', '.join(sorted(unknown))}; it has {', '.join(asdict(Brief()))}")
    known = read_brief(folder.brief_file) if folder.brief_file.is_file() else Brief()
    brief = replace(known, **given)
    require_sense(brief, "" if given else f"{folder.brief_file}: brief.")
    return brief


def _chosen(loaded: LoadedSettings) -> dict[str, dict[str, Any]]:
    """Return what was chosen for this film, by section: flags, and what its own file said before."""
    chosen: dict[str, dict[str, Any]] = {}
    for key, value, origin in loaded.rows():
        if origin == "flag" or origin.endswith("film.toml"):
            section, name = key.split(".")
            chosen.setdefault(section, {})[name] = value
    return chosen
