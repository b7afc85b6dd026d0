"""The embedded voice under misfortune: its process is killed, between sentences or for good."""

import os
import signal
import sys

from vortex.engines.speech.base import SpeechRequest, Utterance
from vortex.engines.speech.espeak import EspeakSpeech
from vortex.engines.speech.worker_process import WorkerProcess

SPOKEN_BEFORE_DEATH = 2


class HauntedVoice(EspeakSpeech):
    """Its process is killed before every sentence, so that each is spoken by a new one."""

    def speak(self, request: SpeechRequest) -> Utterance:
        """Speak after a murder."""
        if self._worker.pid:
            os.kill(self._worker.pid, signal.SIGKILL)
        return super().speak(request)


class MortalVoice(EspeakSpeech):
    """Its process dies over the third sentence, and over every one after that."""

    name = "mortal"
    _spoken = 0

    def speak(self, request: SpeechRequest) -> Utterance:
        """Speak twice, then never again."""
        if self._spoken == SPOKEN_BEFORE_DEATH:
            self._worker.close()
            self._worker = WorkerProcess((sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"))
        self._spoken += 1
        return super().speak(request)
