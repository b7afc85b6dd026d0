"""An engine room for those who make one engine alone, outside of a film: the settings' device and store."""

import os
from dataclasses import replace
from pathlib import Path

from vortex.core.paths import cache_dir
from vortex.core.settings import Settings, load_settings
from vortex.runtime.hub import Hub
from vortex.runtime.room import EngineRoom
from vortex.runtime.store import ModelStore


def own_room(device: str = "", settings: Settings | None = None) -> EngineRoom:
    """Return a room as the settings of this user describe it; nothing is looked for or loaded yet.

    Args:
        device: ``cpu``, ``cuda`` or ``cuda:N`` instead of what the settings say.
        settings: instead of the user's.

    Raises:
        ConfigError: the settings or the device cannot be read.
    """
    settings = load_settings().settings if settings is None else settings
    models, runtime = settings.models, settings.runtime
    folder = Path(models.folder).expanduser() if models.folder else cache_dir() / "models"
    store = ModelStore(folder, Hub(models.hub.rstrip("/"), os.environ.get(models.token_env, "")))
    return EngineRoom(
        replace(runtime, device=device) if device else runtime,
        lambda name: store.find(name).folder,
        claims=cache_dir() / "devices",
    )
