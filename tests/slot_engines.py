"""Engines whose work takes the time that a test says, leased in a real room, and a clock that they move."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from vortex.core.errors import EngineError, ModelError
from vortex.core.settings import RuntimeSettings, Settings, SlotSettings
from vortex.engines.image.base import Picture, PictureRequest, Progress
from vortex.engines.speech.base import SpeechRequest, Utterance, WordTime
from vortex.engines.video.clip import Clip, ClipRequest
from vortex.media.sound import Sound
from vortex.production.crew import SlotCrew
from vortex.production.slots.pipeline import VortexPipeline
from vortex.runtime.ledger import Footprint, Rung, State
from vortex.runtime.room import EngineRoom

SIDE = 64


class TurnedClock:
    """Time that passes only when somebody works or waits."""

    def __init__(self) -> None:
        self._now, self._lock = 0.0, threading.Lock()

    def now(self) -> float:
        return self._now

    def wait(self, seconds: float) -> None:
        with self._lock:
            self._now += seconds


class Weights:
    """So many bytes of host memory."""

    folder: Path | None = None

    def stage(self) -> tuple[Rung, ...]:
        return (Rung("bytes", Footprint(1000)),)

    def load(self, rung: Rung, kept: Any) -> Any:
        return bytearray(1000)

    def unload(self, model: Any, place: State) -> None:
        model.clear()


class Timed:
    """The part of an engine that takes its time: one duration for each call, the last one for all further calls."""

    version = "1"
    rung = "local model"

    def __init__(self, name: str, room: EngineRoom, clock: TurnedClock, durations: Iterable[float | None]) -> None:
        self.name, self._room, self._clock = name, room, clock
        self._durations = list(durations)
        self.calls, self.steps = 0, 4
        room.join(name, Weights)

    def work(self, progress: Progress | None) -> None:
        """Hold the lease for the duration, in steps; a duration of ``None`` fails."""
        duration = self._durations[min(self.calls, len(self._durations) - 1)]
        self.calls += 1
        with self._room.use(self.name):
            if duration is None:
                raise EngineError(f"{self.name} failed")
            for step in range(self.steps):
                self._clock.wait(duration / self.steps)
                if progress:
                    progress((step + 1) / self.steps)

    def close(self) -> None:
        """Hold nothing."""


class TimedVoice(Timed):
    def languages(self) -> tuple[str, ...]:
        return ("en",)

    def speak(self, request: SpeechRequest) -> Utterance:
        self.work(None)
        num_samples = 6000 * len(request.words)
        tone = 0.2 * np.sin(np.arange(num_samples) * (0.05 + request.seed % 7 * 0.01), dtype=np.float32)
        each = num_samples / 24000 / len(request.words)
        times = tuple(WordTime(each * n, each * (n + 1)) for n in range(len(request.words)))
        return Utterance(Sound(tone.astype(np.float32), 24000), times)


class TimedImage(Timed):
    dark_tries = 0
    """Pictures that come out black before one does not."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.asked: list[PictureRequest] = []

    def generate(self, request: PictureRequest, progress: Progress | None = None) -> Picture:
        self.work(progress)
        self.asked.append(request)
        if self.dark_tries:
            self.dark_tries -= 1
            return Picture(np.zeros((request.height, request.width, 3), np.uint8), "shapes", "bytes")
        rows, columns = np.mgrid[0 : request.height, 0 : request.width]
        shapes = [rows * 3, columns * 3, (rows // 8 + columns // 16 + request.seed) % 2 * 255]
        return Picture(np.dstack(shapes).astype(np.uint8), "shapes", "bytes")


class TimedClip(Timed):
    needs_image = True

    def generate(self, request: ClipRequest, progress: Progress | None = None) -> Clip:
        self.work(progress)
        assert request.image is not None
        turned = [np.roll(request.image, 2 * n, axis=1) for n in range(request.num_frames)]
        return Clip(np.array(turned), 8, "rolled", "bytes")


def absent(name: str) -> Path:
    raise ModelError(f"no model {name!r}")


@contextmanager
def timed_pipeline(
    slot: SlotSettings,
    voice: Iterable[float | None] = (0.0,),
    image: Iterable[float | None] = (0.0,),
    clip: Iterable[float | None] = (0.0,),
) -> Iterator[tuple[VortexPipeline, TurnedClock]]:
    """Give a pipeline of timed engines in a room of its own, and their clock."""
    clock = TurnedClock()
    with EngineRoom(RuntimeSettings("cpu"), absent) as room:
        crew = SlotCrew(
            TimedVoice("voice", room, clock, voice),
            TimedImage("image", room, clock, image),
            TimedClip("clip", room, clock, clip),
            None,
            None,
        )
        yield VortexPipeline.of(Settings(slot=slot), crew, room), clock


def leased(room: EngineRoom) -> list[str]:
    """Return the models that somebody holds."""
    return [each.name for each in room.residency.placements() if each.leases]
