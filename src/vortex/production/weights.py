"""Which models a generated picture or clip comes from: not by their names alone, whose files may change."""

from collections.abc import Iterator
from pathlib import Path

from vortex.core.errors import ConfigError, ModelError
from vortex.core.settings import ClipSettings, ImageSettings, SightSettings
from vortex.engines.image.registry import REGISTRY, read_registry
from vortex.runtime.folder import ModelFolder
from vortex.runtime.room import EngineRoom


def stamps_of(settings: ImageSettings | ClipSettings | SightSettings, room: EngineRoom | None) -> tuple[str, ...]:
    """Return a stamp of every model and adapter that the settings name; other ones once a file of theirs changes.

    What is not there has "" for a stamp: its engine says so, once it is asked for something.
    """
    if room is None or not settings.engine:
        return ()
    return tuple(_stamp(name, room) for name in _named(settings, room))


def _named(settings: ImageSettings | ClipSettings | SightSettings, room: EngineRoom) -> Iterator[str]:
    """Yield names and paths of models and adapters."""
    yield settings.model
    if isinstance(settings, ClipSettings):
        yield settings.lora
    elif isinstance(settings, SightSettings):
        yield settings.large_model
    elif settings.loras:
        yield from _loras(settings, room)


def _loras(settings: ImageSettings, room: EngineRoom) -> Iterator[str]:
    """Yield the registry of LoRAs, and all files that it names."""
    try:
        named = settings.lora_registry or str(_home(room.folder(settings.model)) / REGISTRY)
        registry = Path(named).expanduser()
        yield str(registry)
        yield from sorted(str(lora.file) for lora in read_registry(registry).loras.values())
    except (ModelError, ConfigError):
        return


def _stamp(name: str, room: EngineRoom) -> str:
    try:
        return ModelFolder(_home(room.folder(name))).stamp if name else ""
    except (ModelError, OSError):
        return ""


def _home(path: Path) -> Path:
    """Return the folder of the pipeline that a weight file is used with; any other path as it is."""
    around = path.parents[:2] if path.is_file() else ()
    return next((each for each in around if (each / "model_index.json").is_file()), path)
