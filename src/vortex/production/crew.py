"""The engines that make a film, and how each signs for its part."""

from collections.abc import Callable
from dataclasses import dataclass

from vortex.core.errors import MissingExtra
from vortex.core.plugins import Registries
from vortex.core.settings import Settings, VoiceSettings
from vortex.engines.embed.base import Embedder
from vortex.engines.speech.base import SpeechEngine
from vortex.engines.video.base import VideoEngine
from vortex.story.writers.base import Writer


@dataclass(frozen=True, slots=True)
class Crew:
    """Who makes a film; handed to the stages by whoever read the settings."""

    speech: SpeechEngine
    video: VideoEngine
    writer: Writer
    embedder: Embedder | None
    without: tuple[str, ...] = ()
    """What is missing and what that means, in whole sentences; goes into the report."""

    def close(self) -> None:
        """Let the engines go."""
        self.speech.close()


def hire(settings: Settings, registries: Registries) -> Crew:
    """Return the crew that the settings name.

    Raises:
        PluginError: no engine has that name.
        MissingExtra: a named engine needs a package that is not installed.
    """
    embedder, without = _embedder(settings.search.embedder, registries)
    return Crew(
        speech=hire_voice(settings.voice, registries),
        video=registries["video"].load(settings.render.engine)(),
        writer=_writer(settings, registries),
        embedder=embedder,
        without=without,
    )


def hire_voice(settings: VoiceSettings, registries: Registries) -> SpeechEngine:
    """Return the voice that the settings name; one that needs settings has a class method ``from_settings``."""
    engine = registries["speech"].load(settings.engine)
    voice: SpeechEngine = engine.from_settings(settings) if hasattr(engine, "from_settings") else engine()
    return voice


def _writer(settings: Settings, registries: Registries) -> Writer:
    make: Callable[..., Writer] = registries["writer"].load(settings.film.writer)
    if settings.film.writer != "llm":
        return make()
    return make(registries["llm"].load(settings.llm.engine)(settings.llm), settings.llm.max_retries)


def _embedder(name: str, registries: Registries) -> tuple[Embedder | None, tuple[str, ...]]:
    if name == "none":
        return None, ()
    if name != "auto":
        return registries["embed"].load(name)(), ()
    try:
        return registries["embed"].load("minilm")(), ()
    except MissingExtra as error:
        return None, (f"Passages were searched by their words alone: {error}",)
