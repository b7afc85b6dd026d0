"""How long work takes on this machine: remembered from past runs, used to say beforehand what a film will cost."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vortex.engines.video.base import Look

_START_S: dict[str, float] = {
    "read": 0.02,
    "voice": 0.03,
    "takes": 0.0025,
    "sound": 0.02,
    "join": 0.02,
    "review": 0.06,
}
"""Seconds of work for a unit of each stage before anything was measured: a page, a sentence, a megapixel frame, then
seconds of film."""
_REMEMBERED = 0.5
_BYTES_A_FRAME = 2_500
_BYTES_A_SECOND_OF_SOUND = 480_000


@dataclass(frozen=True, slots=True)
class Workload:
    """What there is to do; finished work is not counted."""

    pages: int
    sentences: int
    frames: int
    """Frames of takes that must be made."""
    film_s: float
    look: Look

    def units(self) -> dict[str, float]:
        """Return the units of each stage."""
        megapixels = self.look.width * self.look.height / 1e6
        film = {"sound": self.film_s, "join": self.film_s, "review": self.film_s}
        return {"read": self.pages, "voice": self.sentences, "takes": self.frames * megapixels, **film}


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a film will cost."""

    seconds: float
    disk_bytes: int
    by_stage: tuple[tuple[str, float], ...]


NO_WORK = Forecast(0.0, 0, ())


class Pace:
    """Seconds a unit, by stage, kept in one small file of the user's cache."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._rates = dict(_START_S)
        try:
            kept = json.loads(file.read_text())
            self._rates |= {name: float(kept[name]) for name in _START_S if kept.get(name, 0) > 0}
        except (OSError, ValueError, TypeError, AttributeError):
            pass  # nothing was measured yet, or the file was damaged: begin again

    def forecast(self, work: Workload) -> Forecast:
        """Return seconds and bytes for ``work``."""
        by_stage = tuple((name, self._rates[name] * units) for name, units in work.units().items())
        scale = work.look.width * work.look.height / (1280 * 720)
        size = work.frames * _BYTES_A_FRAME * scale * 2 + work.film_s * _BYTES_A_SECOND_OF_SOUND
        return Forecast(sum(seconds for _, seconds in by_stage), round(size), by_stage)

    def learn(self, work: Workload, spent_s: Mapping[str, float]) -> None:
        """Move the rates half-way to what a run needed; a cache that cannot be written is left alone."""
        for name, units in work.units().items():
            if units > 0 and name in spent_s:
                measured = spent_s[name] / units
                self._rates[name] += (measured - self._rates[name]) * _REMEMBERED
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.write_text(json.dumps(self._rates, indent=1))
        except OSError:
            return
