"""The engines that make a film, and how each signs for its part."""

from dataclasses import dataclass
from typing import Any

from vortex.core.errors import ConfigError, MissingExtra
from vortex.core.plugins import Registries
from vortex.core.settings import (
    ClipSettings,
    ImageSettings,
    LLMSettings,
    Settings,
    SightSettings,
    VoiceSettings,
)
from vortex.engines.embed.base import Embedder
from vortex.engines.image.base import ImageEngine
from vortex.engines.llm.base import LLMEngine
from vortex.engines.sight.base import SightEngine
from vortex.engines.speech.base import SpeechEngine
from vortex.engines.video.base import VideoEngine
from vortex.engines.video.clip import ClipEngine
from vortex.runtime.room import EngineRoom
from vortex.story.brief import Brief
from vortex.story.lessons.catalogue import choose
from vortex.story.lessons.writer import LessonWriter
from vortex.story.writers.base import Writer

_EMBEDDED = "drawn"


@dataclass(frozen=True, slots=True)
class Crew:
    """Who makes a film; handed to the stages by whoever read the settings."""

    speech: SpeechEngine
    video: VideoEngine
    writer: Writer
    embedder: Embedder | None
    lesson: LessonWriter | None = None
    """Teaches a film that has no sources."""
    without: tuple[str, ...] = ()
    """What a search is missing and what that means, in whole sentences; for the report of a film about a topic."""
    image: ImageEngine | None = None
    """Makes generated pictures."""
    clip: ClipEngine | None = None
    """Makes generated clips."""
    sight: SightEngine | None = None
    """Judges generated pictures."""
    room: EngineRoom | None = None
    """Where engines find their models; ``None`` where they have none."""

    def close(self) -> None:
        """Let the engines go; the room stays."""
        for engine in (self.speech, self.image, self.clip, self.sight):
            if engine is not None:
                engine.close()


@dataclass(frozen=True, slots=True)
class SlotCrew:
    """The engines that make slots."""

    speech: SpeechEngine
    image: ImageEngine
    clip: ClipEngine
    sight: SightEngine | None
    """Judges clips; without it they are looked at for blankness alone."""
    model: LLMEngine | None
    """Writes scripts; without it they come from a table."""

    def close(self) -> None:
        """Let the engines go."""
        for engine in (self.speech, self.image, self.clip, self.sight):
            if engine is not None:
                engine.close()


def hire_for_slots(settings: Settings, registries: Registries, room: EngineRoom) -> SlotCrew:
    """Return the crew for slots; where the settings name no engine for pictures or clips, the embedded ones.

    Raises:
        PluginError: no engine has that name.
        MissingExtra: a named engine needs a package that is not installed.
    """
    return SlotCrew(
        speech=hire_voice(settings.voice, registries, room),
        image=hire_image(settings.image, registries, room) or registries["image"].load(_EMBEDDED)(),
        clip=hire_clip(settings.clip, registries, room) or registries["clip"].load(_EMBEDDED)(),
        sight=hire_sight(settings.sight, registries, room),
        model=hire_model(settings.llm, registries, room),
    )


def hire(settings: Settings, registries: Registries, brief: Brief, room: EngineRoom) -> Crew:
    """Return the crew that the settings name; a brief with a topic and no sources is given to a lesson.

    Args:
        settings: who is named.
        registries: where names are looked up.
        brief: what the film is to be.
        room: where engines with models find them; none is loaded yet.

    Raises:
        PluginError: no engine has that name.
        MissingExtra: a named engine needs a package that is not installed.
        SourceError: no lesson teaches the topic.
        ConfigError: the lesson has no such parameter, its value is out of range, or there are parameters and no lesson.
    """
    lesson = teacher(brief, registries) if brief.topic and not brief.sources else None
    if brief.parameters and not lesson:
        raise ConfigError(
            f"parameter {', '.join(brief.parameters)}: only a lesson takes parameters; leave them out, or give a "
            "--topic that a lesson teaches and no document"
        )
    embedder, without = hire_embedder(settings.search.embedder, registries)
    return Crew(
        speech=hire_voice(settings.voice, registries, room),
        video=registries["video"].load(settings.render.engine)(),
        writer=lesson or _writer(settings, registries, room),
        embedder=embedder,
        lesson=lesson,
        without=without,
        image=hire_image(settings.image, registries, room),
        clip=hire_clip(settings.clip, registries, room),
        sight=hire_sight(settings.sight, registries, room),
        room=room,
    )


def hire_voice(settings: VoiceSettings, registries: Registries, room: EngineRoom) -> SpeechEngine:
    """Return the voice that the settings name.

    Raises:
        PluginError: no voice has that name.
        MissingExtra: the voice needs a package that is not installed.
    """
    voice: SpeechEngine = _made(registries["speech"].load(settings.engine), settings, room)
    return voice


def hire_image(settings: ImageSettings, registries: Registries, room: EngineRoom) -> ImageEngine | None:
    """Return who makes pictures; ``None`` where the settings name nobody. Errors are those of ``hire_voice``."""
    engine: ImageEngine | None = _named("image", settings, registries, room)
    return engine


def hire_clip(settings: ClipSettings, registries: Registries, room: EngineRoom) -> ClipEngine | None:
    """Return who makes clips; ``None`` where the settings name nobody. Errors are those of ``hire_voice``."""
    engine: ClipEngine | None = _named("clip", settings, registries, room)
    return engine


def hire_sight(settings: SightSettings, registries: Registries, room: EngineRoom) -> SightEngine | None:
    """Return who judges pictures; ``None`` where the settings name nobody. Errors are those of ``hire_voice``."""
    engine: SightEngine | None = _named("sight", settings, registries, room)
    return engine


def hire_model(settings: LLMSettings, registries: Registries, room: EngineRoom) -> LLMEngine | None:
    """Return the language model that the settings name; ``None`` where they name none.

    Raises:
        PluginError: no engine has that name.
        MissingExtra: the engine needs a package that is not installed.
    """
    if not settings.model and settings.engine == LLMSettings().engine:
        return None
    model: LLMEngine = _made(registries["llm"].load(settings.engine), settings, room)
    return model


def hire_embedder(name: str, registries: Registries) -> tuple[Embedder | None, tuple[str, ...]]:
    """Return the embedder of that name, and what is missing and what that means.

    ``auto`` takes the embedded one where it is installed; ``none`` takes nobody, which is then nothing missing.

    Raises:
        PluginError: no embedder has that name.
        MissingExtra: a named embedder needs a package that is not installed.
    """
    if name == "none":
        return None, ()
    if name != "auto":
        return registries["embed"].load(name)(), ()
    try:
        return registries["embed"].load("minilm")(), ()
    except MissingExtra as error:
        return None, (f"Passages were searched by their words alone: {error}",)


def teacher(brief: Brief, registries: Registries) -> LessonWriter:
    """Return the lesson that the brief's topic asks for, with the brief's seed and parameters.

    Raises:
        SourceError: no lesson teaches the topic.
        ConfigError: the lesson has no such parameter, or its value is out of range.
    """
    lesson = choose(brief.topic, registries["lesson"])
    return LessonWriter(lesson, brief.seed, lesson.read_parameters(brief.parameters))


def _writer(settings: Settings, registries: Registries, room: EngineRoom) -> Writer:
    kind = registries["writer"].load(settings.film.writer)
    if settings.film.writer != "llm":
        writer: Writer = kind()
    else:
        llm = settings.llm
        writer = kind(_made(registries["llm"].load(llm.engine), llm, room), llm.max_retries, llm.context_tokens)
    return writer


def _named(
    kind: str, settings: ImageSettings | ClipSettings | SightSettings, registries: Registries, room: EngineRoom
) -> Any:
    """Make the engine of a kind that may be left out; ``None`` where the settings name nobody."""
    return _made(registries[kind].load(settings.engine), settings, room) if settings.engine else None


def _made(engine: Any, settings: object, room: EngineRoom) -> Any:
    """Make an engine of its class, from the room, from its section of the settings, or from nothing."""
    if hasattr(engine, "from_room"):
        return engine.from_room(settings, room)
    return engine.from_settings(settings) if hasattr(engine, "from_settings") else engine()
