"""Every sentence of the contract of a voice, put to every voice."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from factories.voices import write_ready_kokoro
from speech_server import speech_server
from voice_service import voice_service

from vortex.core.errors import EngineError
from vortex.core.registry import Registry
from vortex.core.settings import RuntimeSettings, VoiceSettings
from vortex.engines.catalogue import BUILT_IN
from vortex.engines.speech.base import SayWord, SpeechEngine, SpeechRequest, Utterance
from vortex.engines.speech.cloning import Consent, Reference, VoiceShelf
from vortex.engines.speech.espeak import EspeakSpeech
from vortex.engines.speech.remote import RemoteSpeech, SpeechServer
from vortex.media.sound_file import write_wav
from vortex.runtime.room import EngineRoom

SENTENCE = "A heap of N items, e.g. in 1984, took 3.5 comparisons — and some of the rest was naïve."


@pytest.fixture(scope="session")
def kokoro(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("torch")
    return write_ready_kokoro(tmp_path_factory.mktemp("voices") / "kokoro")


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VoiceSettings]:
    """Run a server of clones, and clone a voice."""
    folder = tmp_path_factory.mktemp("clones")
    said = "This is my voice and I let it be used for tests."
    speaker = EspeakSpeech()
    write_wav(folder / "me.wav", speaker.speak(ask(said)).sound)
    speaker.close()
    VoiceShelf(folder).add("me", Reference(folder / "me.wav", said), Consent("The tester", said))
    with voice_service() as address:
        yield VoiceSettings(base_url=f"{address}/v1", clones=str(folder))


@pytest.fixture(params=sorted({*BUILT_IN["speech"], "remote"}))
def voice(request: pytest.FixtureRequest) -> Iterator[SpeechEngine]:
    kind = Registry("voice", BUILT_IN["speech"]).load(request.param)
    with speech_server() as server:
        if request.param == "remote":
            engine: SpeechEngine = RemoteSpeech(SpeechServer(server.base_url))
        elif request.param == "kokoro":
            folder = request.getfixturevalue("kokoro")
            room = EngineRoom(RuntimeSettings("cpu"), Path)
            engine = kind.from_room(VoiceSettings(folder=str(folder)), room)
        elif request.param in ("xtts", "sovits"):
            engine = kind.from_room(request.getfixturevalue("service"), EngineRoom(RuntimeSettings("cpu"), Path))
        else:
            engine = kind()
        assert engine.name == request.param
        yield engine
        engine.close()
        engine.close()


def ask(text: str = SENTENCE, **options: object) -> SpeechRequest:
    return SpeechRequest(tuple(SayWord(word, word) for word in text.split()), **options)  # type: ignore[arg-type]


def check_times(utterance: Utterance, count: int) -> None:
    flat = [moment for time in utterance.times for moment in (time.start_s, time.end_s)]
    assert len(utterance.times) == count
    assert flat == sorted(flat)
    assert flat[0] >= 0
    assert flat[-1] <= utterance.sound.duration_s


def test_says_what_it_is(voice: SpeechEngine) -> None:
    assert voice.version
    assert voice.rung in ("embedded", "local model", "remote model")
    assert all(len(code) == 2 and code.islower() for code in voice.languages())


def test_every_word_has_a_time(voice: SpeechEngine) -> None:
    utterance = voice.speak(ask())
    check_times(utterance, len(SENTENCE.split()))
    assert utterance.sound.samples.dtype == np.float32
    assert utterance.sound.samples.ndim == 1
    assert np.abs(utterance.sound.samples).max() <= 1


@pytest.mark.parametrize("rate", [80, 165, 300])
def test_speed_is_obeyed(voice: SpeechEngine, rate: int) -> None:
    plain = "The reader should consult the different help files to become familiar with them."
    sound = voice.speak(ask(plain, words_per_minute=rate)).sound
    assert len(plain.split()) / sound.duration_s * 60 == pytest.approx(rate, rel=0.2)


def test_same_request_same_samples(voice: SpeechEngine) -> None:
    first = voice.speak(ask())
    voice.speak(ask("Something else is said in between."))
    again = voice.speak(ask())
    assert np.array_equal(first.sound.samples, again.sound.samples)
    assert first.times == again.times


def test_one_written_word_may_be_several_spoken_ones(voice: SpeechEngine) -> None:
    words = (
        SayWord("See", "see"),
        SayWord("e.g.", "for example"),
        SayWord("§2", "section two"),
        SayWord("now.", "now."),
    )
    check_times(voice.speak(SpeechRequest(words)), 4)


@pytest.mark.parametrize(
    "text", ["One", "😀 and 🚀", "a " * 1200, "naïve — ☕ – 数 x² ≤ 5%", "<b>tags</b> & \x01commands [[h@]]"]
)
def test_odd_sentences(voice: SpeechEngine, text: str) -> None:
    check_times(voice.speak(ask(text)), len(text.split()))


def test_refusals_name_what_there_is(voice: SpeechEngine) -> None:
    with pytest.raises(EngineError, match=r"'xx'.*\ben\b"):
        voice.speak(ask(language="xx"))
    with pytest.raises(EngineError, match="no-such-voice"):
        voice.speak(ask(voice="no-such-voice"))
    with pytest.raises(EngineError, match="no spoken word"):
        voice.speak(SpeechRequest(()))


def test_speaks_again_after_close(voice: SpeechEngine) -> None:
    before = voice.speak(ask("Once more."))
    voice.close()
    assert np.array_equal(before.sound.samples, voice.speak(ask("Once more.")).sound.samples)
