"""Any voice behind an OpenAI-compatible ``/audio/speech``, on this machine or elsewhere; its words are timed here.

Neural voices pin their libraries so tightly that they exclude each other, so they run in servers of their own. Such a
server returns sound only: the word times come from laying the embedded voice over it.
"""

import json
import os
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np

from vortex.core.errors import EngineError, MediaError
from vortex.core.settings import VoiceSettings
from vortex.engines.address import is_local
from vortex.engines.speech.align import aligned_times
from vortex.engines.speech.base import SpeechEngine, SpeechRequest, Utterance
from vortex.engines.speech.emotions import refuse_manner
from vortex.engines.speech.espeak import EspeakSpeech, unreadable
from vortex.engines.speech.word_times import trim, word_times
from vortex.media.sound import Sound
from vortex.media.sound_file import decode_sound

_NORMAL_WORDS_A_MINUTE = 165


@dataclass(frozen=True, slots=True)
class SpeechServer:
    """Where the voice is; ``api_key`` is sent to that address only."""

    base_url: str = "http://127.0.0.1:8880/v1"
    model: str = "kokoro"
    api_key: str = ""
    timeout_s: float = 120.0


class RemoteSpeech:
    """Speaks through a server. The server may answer differently each time; the build keeps its first answer."""

    name = "remote"
    version = "1"
    rung = "remote model"

    def __init__(self, server: SpeechServer | None = None, timer: SpeechEngine | None = None) -> None:
        """Connect nothing yet.

        Args:
            server: where the voice is.
            timer: a voice that knows its times; closed with this one. The embedded voice by default.
        """
        self._server = server or SpeechServer()
        self._timer = timer or EspeakSpeech()
        self.version = f"{self._server.model}.{type(self).version}"
        near = is_local(urllib.parse.urlsplit(self._server.base_url).hostname or "")
        self.rung = "local model" if near else "remote model"
        # A proxy of the environment is for the world outside; it cannot reach this machine's own servers.
        self._opener = urllib.request.build_opener(*([urllib.request.ProxyHandler({})] if near else []))

    @classmethod
    def from_settings(cls, settings: VoiceSettings) -> Self:
        """Return the voice at the address that the settings name; the key is read from the environment."""
        key = os.environ.get(settings.api_key_env, "") if settings.api_key_env else ""
        return cls(SpeechServer(settings.base_url, settings.model, key, settings.timeout_s))

    def languages(self) -> tuple[str, ...]:
        """Return the languages in which words can be timed; whether the server speaks them, only it knows."""
        return self._timer.languages()

    def speak(self, request: SpeechRequest) -> Utterance:
        """Speak one sentence; see ``SpeechEngine.speak``.

        Of Japanese with Chinese characters, which the timing voice cannot read, each word has the share of its letters.
        """
        refuse_manner(request, self.name)
        plain = SpeechRequest(request.words, request.language, words_per_minute=request.words_per_minute)
        reference = None if unreadable(request) else self._timer.speak(plain)
        heard = self._heard(request)
        trimmed = trim(heard.by_channel.mean(axis=1, dtype=np.float32), heard.rate_hz)
        if trimmed is None:
            raise EngineError(f"{self._address} answered with silence; check voice.name = {request.voice!r}")
        sound = Sound(trimmed.samples, heard.rate_hz)
        if reference is not None:
            return Utterance(sound, aligned_times(reference, sound))
        words = [word.said for word in request.words]
        return Utterance(sound, word_times(words, (), sound.samples, sound.rate_hz))

    def close(self) -> None:
        """Free the voice that times the words."""
        self._timer.close()

    @property
    def _address(self) -> str:
        return f"{self._server.base_url.rstrip('/')}/audio/speech"

    def _heard(self, request: SpeechRequest) -> Sound:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "answer.wav")
            file.write_bytes(self._fetched(request))
            try:
                return decode_sound(file)
            except MediaError as error:
                raise EngineError(
                    f"{self._address} did not answer with sound: {error}; check voice.base_url"
                ) from error

    def _question(self, request: SpeechRequest) -> dict[str, Any]:
        """Return what the server is asked, as JSON."""
        return {
            "model": self._server.model,
            "input": " ".join(word.said for word in request.words),
            "voice": request.voice,
            "response_format": "wav",
            "speed": speed_of(request),
        }

    def _fetched(self, request: SpeechRequest) -> bytes:
        headers = {"Content-Type": "application/json"}
        if self._server.api_key:
            headers["Authorization"] = f"Bearer {self._server.api_key}"
        question = urllib.request.Request(self._address, json.dumps(self._question(request)).encode(), headers)
        try:
            with self._opener.open(question, timeout=self._server.timeout_s) as answer:
                return bytes(answer.read())
        except urllib.error.HTTPError as error:
            said = error.read(300).decode(errors="replace")
            error.close()
            raise EngineError(
                f"{self._address} refused voice {request.voice!r} with status {error.code}: {said}; "
                "check voice.name and voice.model"
            ) from error
        except OSError as error:
            raise EngineError(
                f"{self._address} cannot be reached ({error}); start the server or set voice.base_url"
            ) from error


def speed_of(request: SpeechRequest) -> float:
    """Return the factor on a usual pace that servers ask for."""
    return min(4.0, max(0.25, request.words_per_minute / _NORMAL_WORDS_A_MINUTE))
