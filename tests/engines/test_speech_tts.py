"""Speech into files and streams: formats, what the cache knows, and that the first chunk does not wait for the last."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from factories.voices import write_ready_kokoro

import vortex
from vortex.core.errors import EngineError, MediaError
from vortex.core.settings import RuntimeSettings, VoiceSettings
from vortex.engines.speech.base import SpeechRequest, Utterance
from vortex.engines.speech.espeak import EspeakSpeech
from vortex.engines.speech.streaming import TTSStreamer
from vortex.engines.speech.tts import PAUSE_S, Speaking, TTSEngine
from vortex.media.sound import Sound
from vortex.media.sound_encode import FORMATS
from vortex.media.sound_file import decode_sound
from vortex.runtime.room import EngineRoom

TEXT = "The first sentence is short. The second one, however, says a little more. And this is the last."


@pytest.fixture(scope="module", params=["espeak", "kokoro"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TTSEngine]:
    settings = VoiceSettings()
    if request.param == "kokoro":
        pytest.importorskip("torch")
        settings = VoiceSettings(folder=str(write_ready_kokoro(tmp_path_factory.mktemp("tts") / "kokoro")))
    room = EngineRoom(RuntimeSettings("cpu"), Path)
    with TTSEngine(request.param, settings=settings, room=room) as made:
        yield made


class Counting(EspeakSpeech):
    """The embedded voice, which counts what it was asked for."""

    asked = 0

    def speak(self, request: SpeechRequest) -> Utterance:
        self.asked += 1
        return super().speak(request)


@pytest.fixture
def counting() -> Iterator[tuple[TTSEngine, Counting]]:
    voice = Counting()
    made = TTSEngine("espeak", settings=VoiceSettings())
    made._engine = voice
    yield made, voice
    made.close()


@pytest.mark.parametrize("kind", FORMATS)
def test_a_text_is_spoken_into_a_file(engine: TTSEngine, tmp_path: Path, kind: str) -> None:
    spoken = engine.synthesize(TEXT, output_path=tmp_path / f"said.{kind}")
    heard = decode_sound(spoken.path)
    assert heard.duration_s == pytest.approx(spoken.duration_s, abs=0.02)
    assert [word.text for word in spoken.words] == TEXT.split()
    moments = [moment for word in spoken.words for moment in (word.start_s, word.end_s)]
    assert moments == sorted(moments)
    assert spoken.words[5].start_s - spoken.words[4].end_s >= PAUSE_S - 1e-6
    assert moments[-1] <= spoken.duration_s


def test_speed_pitch_and_emotion_reach_the_voice(engine: TTSEngine) -> None:
    plain, _ = engine.say(TEXT)
    fast, _ = engine.say(TEXT, Speaking(speed=1.3))
    sad, _ = engine.say(TEXT, Speaking(emotion="sad"))
    assert plain.duration_s / fast.duration_s == pytest.approx(1.3, rel=0.08)
    assert sad.duration_s > 1.06 * plain.duration_s
    with pytest.raises(EngineError, match=r"speed = 2: ask for 0.5 to 1.8"):
        engine.say(TEXT, Speaking(speed=2))
    with pytest.raises(EngineError, match="there is nothing to say"):
        engine.say("  ")
    with pytest.raises(EngineError, match=r"'xx'.*\ben\b"):
        engine.say(TEXT, Speaking(language="xx"))


def test_a_key_knows_all_that_a_file_depends_on(engine: TTSEngine) -> None:
    usual = Speaking()
    others = [
        Speaking(speaker="a"), Speaking(language="de"), Speaking(emotion="sad"), Speaking(speed=1.1), Speaking(pitch=1)
    ]  # fmt: skip
    assert len(others) == len(dataclasses.fields(Speaking))
    keys = {engine.cache_key(TEXT, each, "wav") for each in (usual, *others)}
    keys |= {engine.cache_key(TEXT + "!", usual, "wav"), engine.cache_key(TEXT, usual, "mp3")}
    assert len(keys) == len(others) + 3
    assert engine.cache_key(TEXT, Speaking(), "wav") in keys


def test_what_was_spoken_is_not_spoken_again(tmp_path: Path) -> None:
    voice = Counting()
    with TTSEngine("espeak", settings=VoiceSettings(), cache=tmp_path / "kept") as made:
        made._engine = voice
        first = made.synthesize(TEXT, output_path=tmp_path / "one.wav")
        again = made.synthesize(TEXT, output_path=tmp_path / "two.wav")
        assert voice.asked == 3
        assert (first.cached, again.cached) == (False, True)
        assert again.words == first.words
        assert first.path.read_bytes() == again.path.read_bytes()
        made.synthesize(TEXT, "en-gb", tmp_path / "three.wav")
        assert voice.asked == 6
        with pytest.raises(MediaError, match="end the name so"):
            made.synthesize(TEXT, output_path=tmp_path / "four.txt")
        assert voice.asked == 6


@pytest.mark.parametrize("chunk_size", [1000, 4096, 1 << 20])
def test_chunks_together_are_the_whole(engine: TTSEngine, chunk_size: int) -> None:
    whole, _ = engine.say(TEXT)
    chunks = list(TTSStreamer(chunk_size, engine).synthesize_stream(TEXT))
    assert all(len(chunk.sound.samples) == chunk_size for chunk in chunks[:-1])
    assert [chunk.is_last for chunk in chunks] == [False] * (len(chunks) - 1) + [True]
    assert [round(chunk.start_s * whole.rate_hz) for chunk in chunks] == [i * chunk_size for i in range(len(chunks))]
    assert np.array_equal(np.concatenate([chunk.sound.samples for chunk in chunks]), whole.samples)
    assert len(chunks[0].pcm16()) == 2 * len(chunks[0].sound.samples)


def test_the_first_chunk_does_not_wait_for_the_last_sentence(counting: tuple[TTSEngine, Counting]) -> None:
    engine, voice = counting
    stream = TTSStreamer(2048, engine).synthesize_stream("This is one of many. " * 40)
    next(stream)
    assert voice.asked <= 2
    stream.close()  # type: ignore[attr-defined]
    assert voice.asked <= 2


def test_a_stream_that_cannot_begin_says_so_at_once(engine: TTSEngine) -> None:
    with pytest.raises(EngineError, match="there is nothing to say"):
        TTSStreamer(4096, engine).synthesize_stream(" ")
    with pytest.raises(ValueError, match="chunk_size = 0"):
        TTSStreamer(0, engine)
    with pytest.raises(EngineError, match="'xx'"):
        next(TTSStreamer(4096, engine).synthesize_stream(TEXT, Speaking(language="xx")))


def test_a_sentence_that_fails_leaves_the_ones_before() -> None:
    def broken(request: SpeechRequest) -> Utterance:
        if "second" in " ".join(word.said for word in request.words):
            raise EngineError("the voice was lost")
        return Utterance(Sound(np.full(5000, 0.1, np.float32), 24000), ())

    other = TTSEngine("espeak", settings=VoiceSettings())
    other._engine = EspeakSpeech()
    other._engine.speak = broken  # type: ignore[method-assign]
    heard = []
    with pytest.raises(EngineError, match="the voice was lost"):
        for chunk in TTSStreamer(1000, other).synthesize_stream(TEXT):
            heard.append(chunk)
    other.close()
    assert sum(len(chunk.sound.samples) for chunk in heard) == 5000
    assert not any(chunk.is_last for chunk in heard)


def test_public_names() -> None:
    assert vortex.TTSEngine is TTSEngine
    assert vortex.TTSStreamer is TTSStreamer
    assert callable(vortex.load_kokoro)
