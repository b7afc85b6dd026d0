from collections.abc import Iterator
from contextlib import closing

import numpy as np
import pytest
from speech_server import SpeechServerDouble, speech_server, stranger

from vortex.core.errors import EngineError
from vortex.engines.speech.align import aligned_times
from vortex.engines.speech.base import SayWord, SpeechRequest, Utterance
from vortex.engines.speech.espeak import EspeakSpeech
from vortex.engines.speech.remote import RemoteSpeech, SpeechServer

TEXT = "In fact, they are vectors that can be indexed by two or more indices, and will be printed in special ways."
WORDS = tuple(SayWord(word, word) for word in TEXT.split())


@pytest.fixture
def server() -> Iterator[SpeechServerDouble]:
    with speech_server() as serving:
        yield serving


@pytest.fixture
def remote(server: SpeechServerDouble, monkeypatch: pytest.MonkeyPatch) -> Iterator[RemoteSpeech]:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")  # which a voice on this machine does not need
    voice = RemoteSpeech(SpeechServer(server.base_url, "m", "secret"))
    yield voice
    voice.close()


def errors_s(found: Utterance, true: Utterance) -> np.ndarray:
    return np.array([abs(a.start_s - b.start_s) for a, b in zip(found.times, true.times, strict=True)])


def test_words_of_a_strange_voice_are_timed(remote: RemoteSpeech, server: SpeechServerDouble) -> None:
    found = remote.speak(SpeechRequest(WORDS, voice="amy", words_per_minute=140))
    true = stranger(TEXT, 140)
    assert found.sound.duration_s == pytest.approx(true.sound.duration_s, abs=0.02)
    assert errors_s(found, true).mean() < 0.03
    assert errors_s(found, true).max() < 0.1
    flat = [moment for time in found.times for moment in (time.start_s, time.end_s)]
    assert flat == sorted(flat)
    (asked,) = server.asked
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
    true = stranger(TEXT, rate)
    found = Utterance(true.sound, aligned_times(reference, true.sound))
    assert errors_s(found, true).mean() < 0.05
