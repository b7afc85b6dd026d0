"""A server of voices that can be cloned, run as a program of its own: it speaks the protocols of XTTS and GPT-SoVITS.

Its voice is the embedded one, and a clone is an honest one in one respect: it has the pitch of its reference.
"""

import json
import re
import subprocess
import sys
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from engines.speech_measures import pitch_hz

from vortex.core.errors import EngineError
from vortex.engines.speech.base import SayWord, SpeechRequest
from vortex.engines.speech.espeak import EspeakSpeech
from vortex.media.sound import Sound
from vortex.media.sound_file import decode_sound

_OWN_HZ = 182.0
_SPEAKERS = ("", "ana")


def speak(text: str, language: str, speed: float, reference: str = "") -> Sound:
    """Speak ``text``, as high as the speaker of ``reference`` does, within four semitones."""
    semitones = 12 * np.log2(pitch_hz(decode_sound(Path(reference))) / _OWN_HZ) if reference else 0.0
    readable = re.sub("[\u4e00-\u9fff]", "か", text) if language == "ja" else text
    words = tuple(SayWord(word, word) for word in readable.split())
    voice = EspeakSpeech()
    try:
        return voice.speak(
            SpeechRequest(words, language, words_per_minute=round(165 * speed), pitch=float(np.clip(semitones, -4, 4)))
        ).sound
    finally:
        voice.close()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._reply(200 if self.path in ("/", "/docs") else 404, b"{}")

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        try:
            sound = {"/v1/audio/speech": _xtts, "/tts": _sovits}[self.path](asked)
        except (KeyError, ValueError, EngineError) as error:
            self._reply(400, str(error).encode())
        else:
            self._reply(200, _wav(sound))

    def _reply(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


def _xtts(asked: dict[str, Any]) -> Sound:
    voice = asked["voice"]
    if voice not in _SPEAKERS and not Path(voice).is_file():
        raise ValueError(f"no speaker and no file {voice}")
    reference = "" if voice in _SPEAKERS else voice
    return speak(asked["input"], asked["language"].partition("-")[0], asked["speed"], reference)


def _sovits(asked: dict[str, Any]) -> Sound:
    if not asked["prompt_text"] or not Path(asked["ref_audio_path"]).is_file():
        raise ValueError("no reference, or not what it says")
    return speak(asked["text"], asked["text_lang"], asked["speed_factor"], asked["ref_audio_path"])


def _wav(sound: Sound) -> bytes:
    file = BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(sound.rate_hz)
        writer.writeframes((sound.samples * 32767).astype("<i2").tobytes())
    return file.getvalue()


@contextmanager
def voice_service() -> Iterator[str]:
    """Run the server as a program on a free port of this machine and yield its address."""
    command = (sys.executable, __file__, "0")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.terminate()
            process.wait(10)


if __name__ == "__main__":
    serving = HTTPServer(("127.0.0.1", int(sys.argv[1])), _Handler)
    print(serving.server_port, flush=True)
    serving.serve_forever(0.01)
