"""A speech server of the kind that neural voices come in: it returns sound, in stereo with silence around, no times."""

import json
import threading
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO

import numpy as np

from vortex.engines.speech.base import SayWord, SpeechRequest, Utterance
from vortex.engines.speech.espeak import EspeakSpeech


def stranger(text: str, words_per_minute: int) -> Utterance:
    """Speak ``text`` in the voice of the server."""
    voice = EspeakSpeech()
    words = tuple(SayWord(word, word) for word in text.split())
    spoken = voice.speak(SpeechRequest(words, voice="en-gb-scotland+m3", words_per_minute=words_per_minute))
    voice.close()
    return spoken


class SpeechServerDouble(HTTPServer):
    """Keeps what it was asked in ``asked``."""

    asked: list[dict[str, object]]

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1/"


class _Handler(BaseHTTPRequestHandler):
    server: SpeechServerDouble

    def do_POST(self) -> None:
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append({**question, "key": self.headers["Authorization"], "path": self.path})
        if question["voice"] not in ("", "amy", "broken"):
            self.send_error(404, "no such voice")
            return
        broken = question["voice"] == "broken"
        answer = b"no sound" if broken else _wav(stranger(question["input"], round(165 * question["speed"])))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def speech_server() -> Iterator[SpeechServerDouble]:
    """Serve on a free port of this machine."""
    serving = SpeechServerDouble(("127.0.0.1", 0), _Handler)
    serving.asked = []
    thread = threading.Thread(target=serving.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield serving
    finally:
        serving.shutdown()
        thread.join()
        serving.server_close()


def _wav(spoken: Utterance) -> bytes:
    file = BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setparams((2, 2, spoken.sound.rate_hz, 0, "NONE", ""))
        padded = np.pad(spoken.sound.samples, (6000, 9000))
        writer.writeframes((np.repeat(padded[:, None], 2, axis=1) * 32767).astype("<i2").tobytes())
    return file.getvalue()
