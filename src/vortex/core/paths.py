"""Where things of the user are kept, by the conventions of the platform."""

from pathlib import Path


def cache_dir() -> Path:
    """Return the folder for what can be made again; it may not exist yet."""
    from platformdirs import user_cache_path

    return user_cache_path("vortex", appauthor=False)


def config_file() -> Path:
    """Return the user's settings file; it may not exist."""
    from platformdirs import user_config_path

    return user_config_path("vortex", appauthor=False) / "vortex.toml"


def plugin_dir() -> Path:
    """Return the folder of the user's plugins; it may not exist."""
    from platformdirs import user_data_path

    return user_data_path("vortex", appauthor=False) / "plugins"


def voices_dir() -> Path:
    """Return the folder of voices that were cloned; it may not exist yet."""
    from platformdirs import user_data_path

    return user_data_path("vortex", appauthor=False) / "voices"
