"""Vortex turns a document or a topic into a narrated, cited, checked film on your own machine."""

from importlib import import_module
from typing import Any

from vortex.core.version import VERSION as __version__

__all__ = [
    "SlotScheduler",
    "Studio",
    "TTSEngine",
    "TTSStreamer",
    "VideoDecoder",
    "VortexPipeline",
    "__version__",
    "load_flux_schnell",
    "load_kokoro",
]
_HOMES = {
    "SlotScheduler": "vortex.production.slots.scheduler",
    "Studio": "vortex.studio",
    "TTSEngine": "vortex.engines.speech.tts",
    "TTSStreamer": "vortex.engines.speech.streaming",
    "VideoDecoder": "vortex.engines.video.decoder",
    "VortexPipeline": "vortex.production.slots.pipeline",
    "load_flux_schnell": "vortex.engines.image.schnell",
    "load_kokoro": "vortex.engines.speech.kokoro_slot",
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for, so that ``import vortex`` costs nothing."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'vortex' has no attribute {name!r}")
