"""Voices that can be cloned, each in a server of its own: XTTS and GPT-SoVITS.

Their libraries pin other versions of torch than this product, so they run beside it: a server that the user started,
or one that the engine room starts by ``voice.command`` and counts with its declared bytes. Cloning is a reference that
the server reads from this machine's disk; it is never sent elsewhere.

Source: the ``/v1/audio/speech`` of coqui-tts 0.28, where the voice may be the path of a reference; ``api_v2`` of
GPT-SoVITS.
"""

import hashlib
import os
import shlex
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

from vortex.core.errors import EngineError
from vortex.core.settings import VoiceSettings
from vortex.engines.speech.base import SpeechRequest, Utterance, VoiceCard
from vortex.engines.speech.cloning import ClonedVoice, VoiceShelf, shelf_of
from vortex.engines.speech.remote import RemoteSpeech, SpeechServer, speed_of
from vortex.runtime.budget import GB
from vortex.runtime.room import EngineRoom
from vortex.runtime.service import Service, ServiceSettings, is_loopback

Running = Callable[[], AbstractContextManager[Any]]
"""Keeps the server there for the length of a block."""


class ServiceSpeech(RemoteSpeech):
    """What both have in common; ``tongues`` and what the server is asked is theirs."""

    health = "/"
    """Path that answers once the server is ready."""
    tongues: tuple[str, ...] = ()
    """ISO 639-1 codes that the model was trained on."""

    def __init__(self, server: SpeechServer, shelf: VoiceShelf, running: Running = nullcontext) -> None:
        """Ask ``server``, with the clones of ``shelf``; connect nothing yet."""
        super().__init__(server)
        self.shelf, self._running = shelf, running
        records = "".join(f"{name}:{_told(shelf, name)};" for name in shelf.names())
        self.version = f"{self.version}.{hashlib.sha256(records.encode()).hexdigest()[:8]}"

    @classmethod
    def from_room(cls, settings: VoiceSettings, room: EngineRoom) -> Self:
        """Return the voice at the address of the settings; with ``voice.command`` the room starts its server."""
        key = os.environ.get(settings.api_key_env, "") if settings.api_key_env else ""
        server = SpeechServer(settings.base_url, settings.model, key, settings.timeout_s)
        shelf = shelf_of(settings)
        if not settings.command:
            return cls(server, shelf)
        address = urlsplit(settings.base_url)
        service = ServiceSettings(
            tuple(shlex.split(settings.command)),
            urlunsplit((address.scheme, address.netloc, cls.health, "", "")),
            round(settings.size_gb * GB),
        )
        name = room.join(f"speech/{cls.name}", lambda: Service(service))
        return cls(server, shelf, lambda: room.use(name))

    def languages(self) -> tuple[str, ...]:
        """Return those of its languages in which words can be timed."""
        return tuple(sorted(set(self.tongues) & set(super().languages())))

    def voices(self) -> tuple[VoiceCard, ...]:
        """Return the clones; a server's own speakers are known to it alone."""
        return self.shelf.cards()

    def speak(self, request: SpeechRequest) -> Utterance:
        """Speak one sentence; see ``SpeechEngine.speak``."""
        if request.language not in self.languages():
            raise EngineError(
                f"{self.name} speaks no language {request.language!r}; it speaks {', '.join(self.languages())}"
            )
        with self._running():
            return super().speak(request)

    def _clone(self, name: str) -> ClonedVoice:
        """Return a clone whose consent stands and whose reference the server can read.

        Raises:
            EngineError: the server is on another machine.
        """
        host = urlsplit(self._server.base_url).hostname or ""
        if not is_loopback(host):
            raise EngineError(
                f"the voice {name!r} is a clone, whose reference stays on this machine, and {host} is another; start "
                "the server here"
            )
        return self.shelf.find(name)


class XttsSpeech(ServiceSpeech):
    """XTTS v2 behind coqui's ``tts-server``, or any server that takes a path for a voice."""

    name = "xtts"
    version = "1"
    rung = "local model"
    tongues = (
        "ar", "cs", "de", "en", "es", "fr", "hi", "hu", "it", "ja", "ko", "nl", "pl", "pt", "ru", "tr", "zh",
    )  # fmt: skip

    def _question(self, request: SpeechRequest) -> dict[str, Any]:
        asked = super()._question(request)
        if request.voice in self.shelf.names():
            asked["voice"] = str(self._clone(request.voice).reference.resolve())
        # tts-server was told its language when it was started and passes over this; other servers take it.
        return {**asked, "language": "zh-cn" if request.language == "zh" else request.language}


class SovitsSpeech(ServiceSpeech):
    """GPT-SoVITS behind its ``api_v2``: every voice is a clone, with the text that its reference says."""

    name = "sovits"
    version = "1"
    rung = "local model"
    health = "/docs"
    tongues = ("en", "ja", "ko", "zh")
    _LONGEST_REFERENCE_S = 10.0

    @property
    def _address(self) -> str:
        return f"{self._server.base_url.rstrip('/').removesuffix('/v1')}/tts"

    def _question(self, request: SpeechRequest) -> dict[str, Any]:
        names = self.shelf.names()
        if not request.voice and not names:
            raise EngineError("sovits has no voice of its own; clone one: vortex voices clone NAME REFERENCE …")
        voice = self._clone(request.voice or names[0])
        record = voice.record
        if not record.reference_text:
            raise EngineError(
                f"sovits must know what the reference of {voice.name!r} says; clone it again with --reference-text"
            )
        if record.reference_s > self._LONGEST_REFERENCE_S:
            raise EngineError(
                f"the reference of {voice.name!r} lasts {record.reference_s:g} s, and sovits takes 3 to 10 s"
            )
        return {
            "text": " ".join(word.said for word in request.words),
            "text_lang": request.language,
            "ref_audio_path": str(voice.reference.resolve()),
            "prompt_text": record.reference_text,
            "prompt_lang": record.language,
            "media_type": "wav",
            "streaming_mode": False,
            "speed_factor": speed_of(request),
            "seed": request.seed,
        }


def _told(shelf: VoiceShelf, name: str) -> str:
    file = shelf.folder / name / "consent.json"
    return hashlib.sha256(file.read_bytes()).hexdigest()
