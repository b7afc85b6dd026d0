"""What every engine that makes a take of a shot promises."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from vortex.visuals.shot import Shot
from vortex.visuals.timing import ShotTiming


@dataclass(frozen=True, slots=True)
class Look:
    """How pictures come out, the same for every shot of a film."""

    width: int = 1280
    height: int = 720
    theme: str = "light"
    captions: bool = True
    """Whether captions are drawn into the picture, with the spoken word lit."""
    preset: str = "veryfast"
    """x264 preset: ``ultrafast``, ``superfast``, ``veryfast``, ``faster``, ``medium``."""
    crf: int = 20
    """x264 constant rate factor, 0 to 51; lower is better and larger."""


@dataclass(frozen=True, slots=True)
class TakeRequest:
    """All that a take depends on; equal requests give equal bytes."""

    shot: Shot
    timing: ShotTiming
    look: Look
    assets: Path
    """Folder that holds the pictures which the shot's parameters name; names are content hashes."""


@dataclass(frozen=True, slots=True)
class Take:
    """A finished shot: a playable MP4 without sound, and the record of where everything stood."""

    video: Path
    layout: Path
    """JSON: per stretch of frames, the boxes, type sizes, colours and texts of every element (``visuals.record``)."""
    num_frames: int
    distinct_frames: int
    """Frames that differ from the one before; the rest were repeated."""
    rung: str
    """``embedded``, ``local model`` or ``remote model``."""


class VideoEngine(Protocol):
    """Makes takes. Deterministic: the same request and version give the same bytes, on any number of workers."""

    name: str
    version: str
    """Part of the cache key: changes whenever the bytes of a take may change."""
    rung: str
    """``embedded``, ``local model`` or ``remote model``."""

    def make(self, request: TakeRequest, folder: Path, progress: Callable[[float], None] | None = None) -> Take:
        """Write ``take.mp4`` and ``layout.json`` into ``folder`` and return the take.

        Args:
            request: what to make.
            folder: an existing empty folder.
            progress: called with the finished fraction, 0 to 1; may raise to cancel.

        Raises:
            EngineError: the shot cannot be made; says which shot, why, and what to do.
        """
        ...
