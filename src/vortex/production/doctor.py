"""Trying every part that a film needs, on this machine, and saying how to mend what is missing."""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vortex.core.errors import VortexError
from vortex.core.plugins import load_plugins
from vortex.core.units import format_bytes

ROOM_BYTES = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Examined:
    """One part that was tried."""

    part: str
    works: bool
    needed: bool
    """Whether no film can be made without it."""
    detail: str


def examine() -> tuple[Examined, ...]:
    """Try all parts; takes a few seconds and writes nothing that stays."""
    return (
        _tried("python", True, _python),
        _tried("pdf reader", True, _pdf),
        _tried("renderer and encoder", True, _pictures),
        _tried("voice", True, _voice),
        _tried("sentence embedder", False, _embedder),
        _tried("disk", True, _disk),
        _tried("memory for models", False, _memory),
    )


def _tried(part: str, needed: bool, attempt: Callable[[], str]) -> Examined:
    try:
        return Examined(part, True, needed, attempt())
    except (VortexError, ImportError, OSError) as error:
        return Examined(part, False, needed, str(error))


def _python() -> str:
    if not (3, 11) <= sys.version_info[:2] <= (3, 12):
        raise OSError(f"{sys.version.split()[0]}: install Python 3.11 or 3.12")
    return f"{sys.version.split()[0]}, {os.cpu_count()} cores"


def _pdf() -> str:
    from importlib.metadata import version

    import pypdfium2

    return f"pypdfium2 {version('pypdfium2')}" if pypdfium2 else ""


def _pictures() -> str:
    from vortex.engines.video.base import Look, TakeRequest
    from vortex.visuals.shot import Shot
    from vortex.visuals.timing import ShotTiming

    engine = load_plugins()["video"].load("drawn")()
    shot = Shot(id="doctor", kind="title", params={"title": "Vortex"}, sentences=())
    with tempfile.TemporaryDirectory() as folder:
        look = Look(width=320, height=180)
        take = engine.make(TakeRequest(shot, ShotTiming(30, 15, ()), look, Path(folder)), Path(folder))
        return f"{engine.name} {engine.version}: {take.num_frames} frames"


def _voice() -> str:
    from vortex.engines.speech.base import SayWord, SpeechRequest

    voice = load_plugins()["speech"].load("espeak")()
    try:
        spoken = voice.speak(SpeechRequest((SayWord("hello", "hello"),)))
        return f"espeak {voice.version}: {len(voice.languages())} languages, {spoken.sound.duration_s:.1f} s spoken"
    finally:
        voice.close()


def _embedder() -> str:
    embedder = load_plugins()["embed"].load("minilm")()
    return f"{embedder.name} {embedder.version}: {embedder.embed(['hello']).shape[1]} dimensions"


def _disk() -> str:
    free = shutil.disk_usage(Path.cwd()).free
    if free < ROOM_BYTES:
        raise OSError(f"{format_bytes(free)} free here; a film wants {format_bytes(ROOM_BYTES)}")
    return f"{format_bytes(free)} free here"


def _memory() -> str:
    from vortex.runtime.device import find_memory

    memory = find_memory()
    reading = memory.read()
    return f"{memory.name}: {format_bytes(reading.free_bytes)} of {format_bytes(reading.total_bytes)} free"
