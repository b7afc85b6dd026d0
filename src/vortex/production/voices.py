"""Speaking the script: each sentence is a step of the build, so that an edit costs one sentence."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter

from vortex.core.errors import EngineError
from vortex.core.events import Event, Listener
from vortex.core.units import counted
from vortex.engines.speech.base import SpeechEngine, SpeechRequest, WordTime
from vortex.media.sound import Sound
from vortex.media.sound_file import resample
from vortex.production.build import Build, code_version, digest
from vortex.timeline.plan import RATE_HZ

STAGE = "voice"
_TIMES = TypeAdapter(tuple[WordTime, ...])


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """A spoken sentence in the build."""

    id: str
    request: SpeechRequest
    folder: Path
    times: tuple[WordTime, ...]
    num_samples: int
    """At ``RATE_HZ``."""


class SpokenSounds(Mapping[str, Sound]):
    """The sounds of spoken sentences, read when they are asked for, so that a long film fits into memory."""

    def __init__(self, lines: Sequence[SpokenLine]) -> None:
        self._folders = {line.id: line.folder for line in lines}

    def __getitem__(self, sentence: str) -> Sound:
        return Sound(np.load(self._folders[sentence] / "sound.npy"), RATE_HZ)

    def __iter__(self) -> Iterator[str]:
        return iter(self._folders)

    def __len__(self) -> int:
        return len(self._folders)


def speak_all(
    build: Build, engine: SpeechEngine, requests: Sequence[tuple[str, SpeechRequest]], listen: Listener
) -> tuple[SpokenLine, ...]:
    """Return all sentences spoken, in order.

    Args:
        build: where sounds are kept.
        engine: the voice.
        requests: (sentence id, what to say).
        listen: hears progress in sentences.

    Raises:
        EngineError: the voice failed; the sentences spoken so far are kept.
    """
    total, code = len(requests), code_version("engines/speech")
    listen(Event("stage_started", STAGE, 0, total))
    lines: list[SpokenLine] = []
    reused = 0
    for sentence, request in requests:
        result = build.step(STAGE, digest(code, engine.name, engine.version, request), _Speaking(engine, request))
        reused += result.reused
        lines.append(_read(sentence, request, result.folder))
        listen(Event("progress", STAGE, len(lines), total, reused=reused))
    summary = f"{counted(total, 'sentence')}, {total - reused} spoken"
    listen(Event("stage_finished", STAGE, total, total, summary, reused))
    return tuple(lines)


@dataclass(frozen=True, slots=True)
class _Speaking:
    engine: SpeechEngine
    request: SpeechRequest

    def __call__(self, folder: Path) -> None:
        spoken = self.engine.speak(self.request)
        if len(spoken.times) != len(self.request.words):
            raise EngineError(
                f"the voice {self.engine.name!r} timed {len(spoken.times)} of {len(self.request.words)} words; "
                "use another voice"
            )
        packed = BytesIO()  # numpy's own writing to files does not tell a full disk from other troubles
        np.save(packed, resample(spoken.sound, RATE_HZ).samples)
        (folder / "sound.npy").write_bytes(packed.getvalue())
        (folder / "times.json").write_bytes(_TIMES.dump_json(spoken.times))


def _read(sentence: str, request: SpeechRequest, folder: Path) -> SpokenLine:
    times = _TIMES.validate_json((folder / "times.json").read_bytes())
    num_samples = int(np.load(folder / "sound.npy", mmap_mode="r").shape[0])
    return SpokenLine(sentence, request, folder, times, num_samples)
