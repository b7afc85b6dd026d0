import json
import threading
import wave
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO

import numpy as np
import pytest

from vortex.core.errors import EngineError
from vortex.engines.speech.align import aligned_times
from vortex.engines.speech.base import SayWord, SpeechRequest, Utterance
from vortex.engines.speech.espeak import EspeakSpeech
from vortex.engines.speech.remote import RemoteSpeech, SpeechServer

TEXT = "In fact, they are vectors that can be indexed by two or more indices, and will be printed in special ways."
WORDS = tuple(SayWord(word, word) for word in TEXT.split())


def other_voice(rate: int = 140) -> Utterance:
    voice = EspeakSpeech()
    spoken = voice.speak(SpeechRequest(WORDS, voice="en-gb-scotland+m3", words_per_minute=rate))
    voice.close()
    return spoken


class Handler(BaseHTTPRequestHandler):
    """Answers in the voice of a stranger, in stereo, with silence around it; its questions are kept."""

    asked: list[dict[str, object]]

    def do_POST(self) -> None:
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append({**question, "key": self.headers["Authorization"], "path": self.path})
        if question["voice"] == "nobody":
            self.send_error(404, "no such voice")
            return
        answer = b"no sound" if question["voice"] == "broken" else as_wav(other_voice().sound.samples)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        return


def as_wav(samples: np.ndarray) -> bytes:
    file = BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setparams((2, 2, 22050, 0, "NONE", ""))
        padded = np.pad(samples, (6000, 9000))
        writer.writeframes((np.repeat(padded[:, None], 2, axis=1) * 32767).astype("<i2").tobytes())
    return file.getvalue()


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    Handler.asked = []
    serving = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=serving.serve_forever, args=(0.01,))
    thread.start()
    yield serving
    serving.shutdown()
    thread.join()
    serving.server_close()


@pytest.fixture
def remote(server: HTTPServer) -> Iterator[RemoteSpeech]:
    voice = RemoteSpeech(SpeechServer(f"http://127.0.0.1:{server.server_port}/v1/", "m", "secret"))
    yield voice
    voice.close()


def errors_s(found: Utterance, true: Utterance) -> np.ndarray:
    return np.array([abs(a.start_s - b.start_s) for a, b in zip(found.times, true.times, strict=True)])


def test_words_of_a_strange_voice_are_timed(remote: RemoteSpeech) -> None:
    found = remote.speak(SpeechRequest(WORDS, voice="amy", words_per_minute=140))
    true = other_voice()
    assert found.sound.duration_s == pytest.approx(true.sound.duration_s, abs=0.02)
    assert errors_s(found, true).mean() < 0.03
    assert errors_s(found, true).max() < 0.1
    flat = [moment for time in found.times for moment in (time.start_s, time.end_s)]
    assert flat == sorted(flat)
    (asked,) = Handler.asked
    assert asked["path"] == "/v1/audio/speech"
    assert asked["key"] == "Bearer secret"
    assert asked["input"] == TEXT
    assert asked["speed"] == pytest.approx(140 / 165)


def test_refusals(remote: RemoteSpeech) -> None:
    with pytest.raises(EngineError, match="status 404"):
        remote.speak(SpeechRequest(WORDS, voice="nobody"))
    with pytest.raises(EngineError, match="did not answer with sound"):
        remote.speak(SpeechRequest(WORDS, voice="broken"))
    nowhere = RemoteSpeech(SpeechServer("http://127.0.0.1:9/v1"))
    with closing(nowhere), pytest.raises(EngineError, match="cannot be reached"):
        nowhere.speak(SpeechRequest(WORDS))


@pytest.mark.parametrize("rate", [90, 165, 280])
def test_alignment_at_any_speed(rate: int) -> None:
    voice = EspeakSpeech()
    reference = voice.speak(SpeechRequest(WORDS))
    voice.close()
    true = other_voice(rate)
    found = Utterance(true.sound, aligned_times(reference, true.sound))
    assert errors_s(found, true).mean() < 0.05
