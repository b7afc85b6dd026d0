"""The embedded voice: espeak-ng in a process of its own, with the start of every word from its own events."""

import difflib
import re
import sys
from collections.abc import Sequence
from functools import cached_property
from importlib import metadata
from pathlib import Path

import numpy as np

from vortex.core.errors import EngineError
from vortex.engines.speech.base import SpeechRequest, Utterance
from vortex.engines.speech.word_times import WordEvent, trim, word_times
from vortex.engines.speech.worker_process import WorkerProcess
from vortex.media.sound import Sound

_WORKER = Path(__file__).with_name("espeak_worker.py")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_TWO_LETTERS = re.compile(r"[a-z]{2}(-|$)")
_DEFAULTS = {"en": "en-us+f3", "zh": "cmn", "no": "nb", "pt": "pt-br"}


class EspeakVoice:
    """Speaks about a hundred languages, plainly; needs nothing but the package ``espeakng-loader``.

    Voices are named ``<language tag>`` or ``<language tag>+<variant>``, such as ``en-gb+m3``.
    """

    name = "espeak"
    rung = "embedded"

    def __init__(self, *, timeout_s: float = 60.0) -> None:
        """Prepare the voice; its process starts with the first sentence. ``timeout_s`` bounds one sentence."""
        self.version = f"{metadata.version('espeakng-loader')}.1"
        self._worker = WorkerProcess((sys.executable, "-P", str(_WORKER)), timeout_s=timeout_s)

    def languages(self) -> tuple[str, ...]:
        """Return the ISO 639-1 codes that the library speaks."""
        return tuple(sorted({tag[:2] for tag in self._listed["languages"] if _TWO_LETTERS.match(tag)} | set(_DEFAULTS)))

    def speak(self, request: SpeechRequest) -> Utterance:
        """Speak one sentence; see ``SpeechEngine.speak``."""
        words = tuple(_CONTROL.sub(" ", word.said).strip() for word in request.words)
        if not any(words):
            raise EngineError("there is nothing to say: the request holds no spoken word; leave the sentence out")
        text = " ".join(words)
        question = {
            "do": "speak",
            "text": text,
            "voice": self._voice(request),
            "parameters": {"rate": rate_parameter(request.words_per_minute)},
        }
        answer = self._worker.ask(question)
        rate_hz = int(answer.head["rate_hz"])
        trimmed = trim(np.frombuffer(answer.payload, "<i2").astype(np.float32) / np.float32(32768), rate_hz)
        if trimmed is None:
            raise EngineError(f"espeak was silent over {text[:80]!r}; write out how it is said")
        events = [
            WordEvent(event["at"], event["sample"] - trimmed.offset)
            for event in answer.head["events"]
            if event["kind"] == "word"
        ]
        times = word_times(words, events, trimmed.samples, rate_hz)
        return Utterance(Sound(trimmed.samples, rate_hz), times)

    def close(self) -> None:
        """End the process; the next sentence would start it again."""
        self._worker.close()

    @cached_property
    def _listed(self) -> dict[str, list[str]]:
        head = self._worker.ask({"do": "voices"}).head
        return {"languages": sorted(set(head["languages"])), "variants": ["", *head["variants"]]}

    def _voice(self, request: SpeechRequest) -> str:
        """Return the library's name for the voice that is asked for."""
        _require(request.language, self.languages(), "speaks no language")
        tag, _, variant = request.voice.partition("+")
        if not tag:
            return _DEFAULTS.get(request.language, request.language)
        _require(tag, self._listed["languages"], "has no voice")
        _require(variant, self._listed["variants"], f"has, for {tag}, no variant")
        return request.voice


def _require(wanted: str, known: Sequence[str], complaint: str) -> None:
    if wanted not in known:
        near = difflib.get_close_matches(wanted, known, 5, 0.3) or known
        raise EngineError(f"espeak {complaint} {wanted!r}; choose one of {', '.join(near)}")


def rate_parameter(words_per_minute: int) -> int:
    """Return the library's own speed for a real number of words a minute (80 to 300)."""
    return words_per_minute
