"""Opening the engine room and the store of models as settings describe them."""

import os
from dataclasses import replace
from pathlib import Path

from vortex.core.events import Listener
from vortex.core.paths import cache_dir
from vortex.core.settings import ModelSettings, Settings, load_settings
from vortex.runtime.budget import log_event
from vortex.runtime.hub import Hub
from vortex.runtime.room import EngineRoom
from vortex.runtime.store import ModelStore


def open_store(settings: ModelSettings) -> ModelStore:
    """Return the store of fetched models; asking it for one that is not there fetches nothing."""
    folder = Path(settings.folder).expanduser() if settings.folder else cache_dir() / "models"
    return ModelStore(folder, Hub(settings.hub.rstrip("/"), os.environ.get(settings.token_env, "")))


def open_room(settings: Settings, listener: Listener = log_event) -> EngineRoom:
    """Return the room where engines find their models; nothing is looked for or loaded yet."""
    store = open_store(settings.models)
    return EngineRoom(
        settings.runtime, lambda name: store.find(name).folder, claims=cache_dir() / "devices", listener=listener
    )


def own_room(device: str = "", settings: Settings | None = None) -> EngineRoom:
    """Return a room for who makes one engine alone, outside of a film.

    Args:
        device: ``cpu``, ``cuda`` or ``cuda:N`` instead of what the settings say.
        settings: instead of the user's.

    Raises:
        ConfigError: the settings or the device cannot be read.
    """
    settings = load_settings().settings if settings is None else settings
    return open_room(replace(settings, runtime=replace(settings.runtime, device=device)) if device else settings)
