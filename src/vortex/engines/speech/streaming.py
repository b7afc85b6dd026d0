"""Speech while it is made: the first sentence can be heard while the next is spoken."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vortex.core.errors import EngineError
from vortex.core.text import sentences
from vortex.engines.speech.base import Utterance
from vortex.engines.speech.tts import PAUSE_S, Speaking, TTSEngine
from vortex.media.sound import Sound

CHUNK = 4096
_MOST = 1 << 20


@dataclass(frozen=True, slots=True, eq=False)
class SpeechChunk:
    """A piece of speech."""

    sound: Sound
    """Mono; ``chunk_size`` samples, the last of a stream fewer."""
    start_s: float
    """From the start of the stream."""
    is_last: bool

    def pcm16(self) -> bytes:
        """Return the samples as 16-bit little-endian PCM."""
        scaled = np.rint(self.sound.samples * np.float32(32768))
        return bytes(np.clip(scaled, -32768, 32767).astype("<i2").tobytes())


class TTSStreamer:
    """Speaks a text in pieces of one size, one sentence ahead of who listens."""

    def __init__(self, chunk_size: int = CHUNK, engine: TTSEngine | None = None) -> None:
        """Speak with ``engine``, that of the settings by default, in chunks of ``chunk_size`` samples.

        Raises:
            ValueError: the size is not 1 to 2^20.
        """
        if not 1 <= chunk_size <= _MOST:
            raise ValueError(f"chunk_size = {chunk_size}: ask for 1 to {_MOST} samples")
        self.chunk_size = chunk_size
        self._engine, self._owns = engine or TTSEngine(), engine is None

    def close(self) -> None:
        """Let the voice go, unless it was handed in; calling it twice is harmless."""
        if self._owns:
            self._engine.close()

    def synthesize_stream(self, text: str, speaking: Speaking | None = None) -> Iterator[SpeechChunk]:
        """Yield the speech of a text; the first chunk comes as soon as the first sentence is spoken.

        All chunks together are what ``TTSEngine.say`` returns. Who stops listening stops the speaking after the
        sentence in hand.

        Args:
            text: one or more sentences.
            speaking: who speaks, and how.

        Raises:
            EngineError: there is nothing to say, or the engine refuses or fails; chunks before that are good.
        """
        told = sentences(text)
        if not told:
            raise EngineError("there is nothing to say: the text is empty")
        return self._chunks(told, speaking or Speaking())

    def _chunks(self, told: list[str], speaking: Speaking) -> Iterator[SpeechChunk]:
        waiting = np.zeros(0, np.float32)
        done = rate_hz = 0
        coming = self._ahead(told, speaking)
        for number in range(len(told)):
            try:
                spoken = next(coming)
            except EngineError:
                if len(waiting):
                    yield self._chunk(waiting, done, rate_hz, is_last=False)
                raise
            rate_hz = spoken.sound.rate_hz
            pause = np.zeros(round(PAUSE_S * rate_hz) if number else 0, np.float32)
            waiting = np.concatenate([waiting, pause, spoken.sound.samples])
            # The last piece is held back: whether it is the last of all shows with the next sentence.
            while len(waiting) > self.chunk_size:
                yield self._chunk(waiting[: self.chunk_size], done, rate_hz, is_last=False)
                waiting, done = waiting[self.chunk_size :], done + self.chunk_size
        yield self._chunk(waiting, done, rate_hz, is_last=True)

    def _ahead(self, told: list[str], speaking: Speaking) -> Iterator[Utterance]:
        """Yield sentences in order, with the next one being spoken meanwhile."""
        with ThreadPoolExecutor(1, "speech") as pool:
            coming: Future[Utterance] = pool.submit(self._engine.engine.speak, speaking.request(told[0]))
            for sentence in told[1:]:
                spoken = coming.result()
                coming = pool.submit(self._engine.engine.speak, speaking.request(sentence))
                yield spoken
            yield coming.result()

    @staticmethod
    def _chunk(samples: NDArray[np.float32], at: int, rate_hz: int, *, is_last: bool) -> SpeechChunk:
        return SpeechChunk(Sound(samples, rate_hz), at / rate_hz, is_last)
