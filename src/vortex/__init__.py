"""Vortex turns a document or a topic into a narrated, cited, checked film on your own machine."""

from typing import Any

from vortex.core.version import VERSION as __version__

__all__ = ["Studio", "__version__"]


def __getattr__(name: str) -> Any:
    """Load ``Studio`` when it is first asked for, so that ``import vortex`` costs nothing."""
    if name == "Studio":
        from vortex.studio import Studio

        return Studio
    raise AttributeError(f"module 'vortex' has no attribute {name!r}")
