"""The embedded voice: espeak-ng in a process of its own, with the start of every word from its own events."""

import difflib
import re
import sys
from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from vortex.core.errors import EngineError
from vortex.engines.speech.base import SpeechRequest, Utterance, VoiceCard
from vortex.engines.speech.emotions import Delivery, delivery, louder
from vortex.engines.speech.word_times import WordEvent, trim, word_times
from vortex.engines.speech.worker_process import Answer, WorkerProcess
from vortex.media.sound import Sound

_WORKER = Path(__file__).with_name("espeak_worker.py")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_TWO_LETTERS = re.compile(r"[a-z]{2}(-|$)")
_KANJI = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")
# Faroese is listed, but the package holds no dictionary for it: every text comes out silent.
_MUTE = {"fo"}

# Of 38 variants, f2 with these two gave the best balance measured over prose of manuals: harmonics 12.8 dB above
# noise (plain en-us at its own settings 9.7, f3 11.8) at a pitch spread of 2.5 semitones (1.5 and 2.1; a person who
# reads: about 3), with the treble kept that the smoother variants lose.
_DEFAULTS = {
    "de": "de+f2",
    "en": "en-us+f2",
    "es": "es+f2",
    "fr": "fr-fr+f2",
    "it": "it+f2",
    "pt": "pt-br+f2",
    "ru": "ru+f2",
}
_PITCH, _RANGE = 40, 75
# What the pitch of the default voices is in hertz, measured over prose, against the library's setting.
_PITCH_HZ = (132.8, 144.1, 153.1, 166.4, 182.2, 198.6, 216.2, 239.7, 265.7, 324.3)
_PITCH_SETTING = (0, 10, 20, 30, 40, 50, 60, 70, 80, 99)
# At one setting, French comes at 16.6 characters a second over prose and the others at 13.3 to 14.9: too fast to read.
_PACE = {"fr": 0.88}

# Words a minute that were measured (125 sentences of five documents) against the library's setting; below its slowest
# setting, only gaps between words (in units of the library) slow it further.
_RATE_REAL = (91.5, 107.8, 128.4, 149.6, 169.5, 189.5, 208.3, 226.4, 244.4, 260.2, 277.5, 294.8, 310.2)
_RATE_SETTING = (80, 100, 120, 140, 160, 180, 200, 220, 240, 260, 280, 300, 320)
_SLOWEST, _FASTEST = 80, 310
_GAP_REAL = (79.5, 91.5)
_GAP_SETTING = (2, 0)


class EspeakSpeech:
    """Speaks about a hundred languages, plainly; needs nothing but the package ``espeakng-loader``.

    Voices are named ``<language tag>`` or ``<language tag>+<variant>``, such as ``en-gb+m3``.
    """

    name = "espeak"
    version = f"{metadata.version('espeakng-loader')}.2"
    rung = "embedded"

    def __init__(self, *, timeout_s: float = 60.0) -> None:
        """Prepare the voice; its process starts with the first sentence. ``timeout_s`` bounds one sentence."""
        self._worker = WorkerProcess((sys.executable, "-P", str(_WORKER)), timeout_s=timeout_s)

    def languages(self) -> tuple[str, ...]:
        """Return the ISO 639-1 codes that the library speaks."""
        return tuple(sorted({tag[:2] for tag in self._tags if _TWO_LETTERS.match(tag)} - _MUTE))

    def voices(self) -> tuple[VoiceCard, ...]:
        """Return the tags of languages that are voices; each may be followed by ``+`` and a variant."""
        defaults = {named.partition("+")[0]: named for named in _DEFAULTS.values()}
        return tuple(
            VoiceCard(tag, tag[:2], f"default: {defaults[tag]}" if tag in defaults else "")
            for tag in sorted(self._tags)
            if _TWO_LETTERS.match(tag) and tag[:2] not in _MUTE
        )

    def speak(self, request: SpeechRequest) -> Utterance:
        """Speak one sentence; see ``SpeechEngine.speak``."""
        manner = delivery(request)
        rate = request.words_per_minute * manner.tempo
        if not _SLOWEST <= request.words_per_minute <= 300 or not _SLOWEST <= round(rate) <= _FASTEST:
            at = "" if request.emotion == "neutral" else f" ({request.emotion}: {rate:.0f})"
            raise EngineError(f"espeak cannot speak {request.words_per_minute} words a minute{at}; ask for 80 to 300")
        words = tuple(_CONTROL.sub(" ", word.said).strip() for word in request.words)
        if not any(words):
            raise EngineError("there is nothing to say: the request holds no spoken word; leave the sentence out")
        if unread := unreadable(request):
            raise EngineError(
                f"espeak reads kana only, and no Chinese character of Japanese such as {unread!r}; write how "
                "it is said in the film's pronunciations, or name another voice: --set voice.engine=NAME"
            )
        pace = _PACE.get(request.language, 1.0)
        parameters = _parameters(max(_SLOWEST, round(pace * rate)), manner)
        question = {"do": "speak", "text": " ".join(words), "voice": self._voice(request), "parameters": parameters}
        return louder(_utterance(words, self._worker.ask(question)), manner.gain_db)

    def close(self) -> None:
        """End the process; the next sentence would start it again."""
        self._worker.close()

    @cached_property
    def _tags(self) -> dict[str, str]:
        """The library's file for each language tag."""
        return dict(self._listed["languages"])

    @cached_property
    def _listed(self) -> Mapping[str, Any]:
        return self._worker.ask({"do": "voices"}).head

    def _tags_of(self, language: str) -> tuple[str, ...]:
        """Return the tags whose voices speak ``language``: a wrong one would read it by another language's rules."""
        files = {file for tag, file in self._tags.items() if tag.partition("-")[0] == language}
        return tuple(tag for tag, file in self._tags.items() if file in files)

    def _voice(self, request: SpeechRequest) -> str:
        """Return the library's name for the voice that is asked for."""
        _require(request.language, self.languages(), "speaks no language")
        named = request.voice or _DEFAULTS.get(request.language, request.language)
        tag, _, variant = named.partition("+")
        _require(tag, self._tags_of(request.language), f"has, for the language {request.language!r}, no voice")
        if variant:
            _require(variant, self._listed["variants"], f"has, for {tag}, no variant")
        return f"{self._tags[tag]}+{variant}" if variant else self._tags[tag]


def unreadable(request: SpeechRequest) -> str:
    """Return Chinese characters of a Japanese request, of which the library knows no sound; "" where there are none."""
    found = _KANJI.search(" ".join(word.said for word in request.words)) if request.language == "ja" else None
    return found.group() if found else ""


def _require(wanted: str, known: Sequence[str], complaint: str) -> None:
    if wanted not in known:
        near = difflib.get_close_matches(wanted, known, 5, 0.3) or known
        raise EngineError(f"espeak {complaint} {wanted!r}; choose one of {', '.join(near)}")


def _parameters(words_per_minute: int, manner: Delivery) -> dict[str, int]:
    gap = round(float(np.interp(words_per_minute, _GAP_REAL, _GAP_SETTING)))
    rate = round(float(np.interp(words_per_minute, _RATE_REAL, _RATE_SETTING)))
    wanted_hz = _PITCH_HZ[_PITCH_SETTING.index(_PITCH)] * manner.pitch_ratio
    pitch = round(float(np.interp(wanted_hz, _PITCH_HZ, _PITCH_SETTING)))
    return {"rate": rate, "gap": gap, "pitch": pitch, "range": _RANGE}


def _utterance(words: Sequence[str], answer: Answer) -> Utterance:
    rate_hz = int(answer.head["rate_hz"])
    trimmed = trim(np.frombuffer(answer.payload, "<i2").astype(np.float32) / np.float32(32768), rate_hz)
    if trimmed is None:
        raise EngineError(f"espeak was silent over {' '.join(words)[:80]!r}; write out how it is said")
    events = [
        WordEvent(event["at"], event["sample"] - trimmed.offset)
        for event in answer.head["events"]
        if event["kind"] == "word"
    ]
    return Utterance(Sound(trimmed.samples, rate_hz), word_times(words, events, trimmed.samples, rate_hz))
