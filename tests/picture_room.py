"""Picture engines over tiny folders, as tests make them."""

from pathlib import Path
from typing import Any

import pytest

from vortex.core.errors import ModelError
from vortex.core.events import Listener, ignore
from vortex.core.settings import ImageSettings, RuntimeSettings
from vortex.engines.image.base import PictureRequest
from vortex.engines.image.diffusion import DiffusionImage
from vortex.runtime.room import EngineRoom

QUIET = (
    # The scheduler of Euler reads its own tensors through an older protocol of numpy.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
    # The ControlNet of Flux imports a name of its own library that was moved.
    pytest.mark.filterwarnings("ignore:`FluxPosEmbed` is deprecated:FutureWarning"),
)
"""For modules that paint."""
SIZE = {"width": 64, "height": 48, "num_inference_steps": 2}


def absent(name: str) -> Path:
    raise ModelError(f"no model {name!r}; run: vortex models pull {name}")


def room_of(hard_gb: float = 11.5, listener: Listener = ignore) -> EngineRoom:
    return EngineRoom(RuntimeSettings("cpu", hard_gb * 0.9, hard_gb, wait_s=0.1), absent, listener=listener)


def engine_of(model: Path | str, room: EngineRoom | None = None, **settings: Any) -> DiffusionImage:
    return DiffusionImage.from_room(ImageSettings("diffusion", str(model), **settings), room or room_of())


def ask(prompt: str = "the cat on the mat", **how: Any) -> PictureRequest:
    return PictureRequest(prompt, **{**SIZE, **how})
