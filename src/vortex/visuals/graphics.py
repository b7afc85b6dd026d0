"""The only door to Skia: ``from vortex.visuals.graphics import skia``.

Where the OpenGL libraries that the wheel asks for are missing, two libraries of empty functions stand in for them
(``visuals.glstub``), so that drawing needs no system package. Importing this file loads Skia, which is heavy; nothing
outside the drawing code does it.
"""

import ctypes
import importlib.util
import os
import platform
import sys
from pathlib import Path
from typing import Any

from vortex.core.errors import MissingExtra
from vortex.visuals import glstub

_NEEDED = ("libGL.so.1", "libEGL.so.1")


def _missing_libraries() -> list[str]:
    """Return the names of the OpenGL libraries that this machine cannot load."""
    if not sys.platform.startswith("linux"):
        return []
    missing = []
    for name in _NEEDED:
        try:
            ctypes.CDLL(name)
        except OSError:
            missing.append(name)
    return missing


def _stand_in(name: str, symbols: list[str]) -> None:
    """Load an empty library under ``name`` from memory, visible to everything that is loaded later."""
    machine = glstub.MACHINES.get(platform.machine())
    if machine is None:
        raise MissingExtra(
            f"{name} is missing and no stand-in is known for {platform.machine()}; install libgl1 libegl1"
        )
    # The handle stays open: the loader knows a library by its path, and a second one under the same number is not read.
    handle = os.memfd_create(name)
    os.write(handle, glstub.stub_library(name, symbols, machine))
    try:
        ctypes.CDLL(f"/proc/self/fd/{handle}", mode=ctypes.RTLD_GLOBAL)
    except OSError as error:
        raise MissingExtra(f"the stand-in for {name} was refused ({error}); install libgl1 libegl1") from error


def _load() -> Any:
    missing = _missing_libraries()
    spec = importlib.util.find_spec("skia")
    if spec is None or spec.origin is None:
        raise MissingExtra("skia-python is not installed, so nothing can be drawn; run: pip install skia-python")
    if missing:
        symbols = glstub.gl_names(Path(spec.origin).read_bytes())
        for name in missing:
            _stand_in(name, symbols)
    return importlib.import_module("skia")


skia: Any = _load()
"""The ``skia`` module. It has no type stubs."""
