"""Voices in servers of their own, which run as programs here: clones, consent, and who starts and ends the server."""

import json
import socket
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import voice_service as service_file
from engines.speech_measures import pitch_hz
from voice_service import voice_service

from vortex.core.errors import EngineError, ModelError, PolicyError
from vortex.core.settings import RuntimeSettings, VoiceSettings
from vortex.engines.speech.base import SayWord, SpeechRequest
from vortex.engines.speech.cloning import Consent, Reference, VoiceShelf
from vortex.engines.speech.espeak import EspeakSpeech
from vortex.engines.speech.services import SovitsSpeech, XttsSpeech
from vortex.engines.speech.tts import TTSEngine
from vortex.media.sound import Sound
from vortex.media.sound_file import write_wav
from vortex.runtime.room import EngineRoom

SAID = "I agree that this voice is copied, and used in films about tests."
CONSENT = Consent("The speaker of the tests", SAID)


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with ``low.wav`` and ``high.wav``: two speakers, by the pitch of their voices."""
    folder = tmp_path_factory.mktemp("recordings")
    voice = EspeakSpeech()
    for name, semitones in (("low", -3.5), ("high", 3.5)):
        write_wav(folder / f"{name}.wav", voice.speak(ask(SAID, pitch=semitones)).sound)
    voice.close()
    return folder


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with voice_service() as found:
        yield found


@pytest.fixture
def shelf(tmp_path: Path, recordings: Path) -> VoiceShelf:
    found = VoiceShelf(tmp_path / "voices")
    for name in ("low", "high"):
        found.add(name, Reference(recordings / f"{name}.wav", SAID), CONSENT)
    return found


def ask(text: str, **options: Any) -> SpeechRequest:
    return SpeechRequest(tuple(SayWord(word, word) for word in text.split()), **options)


def room() -> EngineRoom:
    return EngineRoom(RuntimeSettings("cpu"), Path)


def edited(file: Path, **changes: object) -> None:
    file.write_text(json.dumps({**json.loads(file.read_text()), **changes}))


@pytest.mark.parametrize("kind", [XttsSpeech, SovitsSpeech])
def test_a_clone_is_heard_in_what_it_says(address: str, shelf: VoiceShelf, kind: Any) -> None:
    with_clones = VoiceSettings(base_url=f"{address}/v1", clones=str(shelf.folder))
    voice = kind.from_room(with_clones, room())
    try:
        low, high = (voice.speak(ask("Nobody ever said this sentence.", voice=name)) for name in ("low", "high"))
    finally:
        voice.close()
    assert len(low.times) == 5
    assert 12 * np.log2(pitch_hz(high.sound) / pitch_hz(low.sound)) == pytest.approx(7, abs=1)


def test_languages_are_those_of_the_model(address: str, shelf: VoiceShelf) -> None:
    xtts, sovits = (
        kind.from_room(VoiceSettings(base_url=f"{address}/v1", clones=str(shelf.folder)), room())
        for kind in (XttsSpeech, SovitsSpeech)
    )
    try:
        assert {"en", "zh", "ja", "es", "de", "fr", "it", "pt"} <= set(xtts.languages())
        assert sovits.languages() == ("en", "ja", "ko", "zh")
        assert len(xtts.speak(ask("Das ist ein Satz.", language="de", voice="high")).times) == 4
        with pytest.raises(EngineError, match=r"sovits speaks no language 'de'; it speaks en, ja, ko, zh"):
            sovits.speak(ask("Das ist ein Satz.", language="de"))
        with pytest.raises(EngineError, match=r"xtts can neither be given an emotion \(sad\)"):
            xtts.speak(ask("No.", emotion="sad"))
    finally:
        xtts.close()
        sovits.close()


@pytest.mark.parametrize("kind", [XttsSpeech, SovitsSpeech])
def test_japanese_with_chinese_characters_is_spoken(address: str, shelf: VoiceShelf, kind: Any) -> None:
    voice = kind.from_room(VoiceSettings(base_url=f"{address}/v1", clones=str(shelf.folder)), room())
    try:
        spoken = voice.speak(ask("東京 は日本の 首都です。", language="ja", voice="low"))
        kana = voice.speak(ask("とうきょう は にほんの しゅとです。", language="ja", voice="low"))
    finally:
        voice.close()
    flat = [moment for time in spoken.times for moment in (time.start_s, time.end_s)]
    assert len(spoken.times) == 3
    assert flat == sorted(flat)
    assert 0 <= flat[0] < flat[-1] <= spoken.sound.duration_s
    assert spoken.times[1].start_s < spoken.times[2].start_s
    assert len(kana.times) == 4


def test_the_room_starts_the_server_and_ends_it(recordings: Path, shelf: VoiceShelf) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = f"{sys.executable} {Path(service_file.__file__)} {port}"
    settings = VoiceSettings(
        base_url=f"http://127.0.0.1:{port}/v1", clones=str(shelf.folder), command=command, size_gb=0.01
    )
    with room() as here:
        voice = XttsSpeech.from_room(settings, here)
        assert len(voice.speak(ask("The server was started.", voice="low")).times) == 4
        assert "speech/xtts" in here.explain()
        voice.close()
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.05)
    pytest.fail("the server outlived the room")


def test_a_server_that_does_not_start_says_why(tmp_path: Path) -> None:
    command = f"{sys.executable} -c 'raise SystemExit(\"no model here\")'"
    with room() as here:
        settings = VoiceSettings(base_url="http://127.0.0.1:9/v1", command=command, clones=str(tmp_path))
        voice = XttsSpeech.from_room(settings, here)
        with pytest.raises(ModelError, match="no model here"):
            voice.speak(ask("Hello there."))
        voice.close()


def test_a_reference_stays_on_this_machine(shelf: VoiceShelf) -> None:
    voice = XttsSpeech.from_room(VoiceSettings(base_url="http://192.0.2.1/v1", clones=str(shelf.folder)), room())
    try:
        with pytest.raises(EngineError, match=r"'low' is a clone.*stays on this machine.*192.0.2.1"):
            voice.speak(ask("Hello there.", voice="low"))
    finally:
        voice.close()


def test_sovits_says_what_it_needs(address: str, tmp_path: Path, recordings: Path) -> None:
    shelf = VoiceShelf(tmp_path / "few")

    def speak(name: str) -> None:
        voice = SovitsSpeech.from_room(VoiceSettings(base_url=address, clones=str(shelf.folder)), room())
        try:
            voice.speak(ask("Hello there.", voice=name))
        finally:
            voice.close()

    with pytest.raises(EngineError, match="no voice of its own; clone one"):
        speak("")
    shelf.add("silent", Reference(recordings / "low.wav"), CONSENT)
    with pytest.raises(EngineError, match=r"must know what the reference of 'silent' says"):
        speak("silent")


@pytest.mark.parametrize(
    ("consent", "complaint"),
    [
        (None, "'mine' is somebody's: say who agreed to what"),
        (Consent(" ", SAID), "'mine' is somebody's"),
        (Consent("Somebody", "yes"), "says 'yes'; write out what was agreed"),
        (Consent("Somebody", SAID, "yesterday"), "'yesterday': write it as"),
        (Consent("Somebody", SAID, "2026-01-01T12:00"), "names no zone"),
        (Consent("Somebody", SAID, (datetime.now(UTC) + timedelta(days=1)).isoformat()), "lies in the future"),
    ],
)
def test_nobody_is_cloned_without_consent(
    tmp_path: Path, recordings: Path, consent: Consent | None, complaint: str
) -> None:
    with pytest.raises(PolicyError, match=complaint):
        VoiceShelf(tmp_path).add("mine", Reference(recordings / "low.wav"), consent)
    assert not list(tmp_path.iterdir())


def test_the_record_says_who_agreed_to_what_and_when(shelf: VoiceShelf) -> None:
    record = json.loads((shelf.folder / "low" / "consent.json").read_text())
    assert record["person"] == CONSENT.person
    assert record["text"] == SAID
    assert datetime.fromisoformat(record["when"]) <= datetime.now(UTC)
    assert len(record["reference_sha256"]) == len(record["sha256"]) == 64
    assert shelf.find("low").record.sha256 == record["sha256"]


def test_what_was_changed_afterwards_is_refused(shelf: VoiceShelf, recordings: Path) -> None:
    edited(shelf.folder / "low" / "consent.json", person="Somebody else")
    with pytest.raises(PolicyError, match=r"was changed after it was written"):
        shelf.find("low")
    high = shelf.folder / "high" / "reference.wav"
    high.write_bytes((recordings / "low.wav").read_bytes())
    with pytest.raises(PolicyError, match=r"is not what The speaker of the tests agreed to"):
        shelf.find("high")
    (shelf.folder / "low" / "consent.json").write_text("{}")
    with pytest.raises(PolicyError, match="is no record of a consent"):
        shelf.find("low")
    (shelf.folder / "high").rename(shelf.folder / "other")
    with pytest.raises(PolicyError, match=r"is the consent for 'high', not for 'other'"):
        shelf.find("other")
    with pytest.raises(EngineError, match=r"no cloned voice 'nobody' in .*; there are: low, other"):
        shelf.find("nobody")


def test_references_must_be_speech_of_three_to_thirty_seconds(tmp_path: Path, recordings: Path) -> None:
    shelf = VoiceShelf(tmp_path / "voices")
    noise = np.random.default_rng(0).uniform(-0.3, 0.3, 31 * 8000).astype(np.float32)
    for seconds, complaint in ((2.9, "lasts 2.9 s; a reference has 3 to 30 s"), (31, "lasts more than 30 s")):
        write_wav(tmp_path / "x.wav", Sound(noise[: round(seconds * 8000)], 8000))
        with pytest.raises(EngineError, match=complaint):
            shelf.add("x", Reference(tmp_path / "x.wav"), CONSENT)
    write_wav(tmp_path / "x.wav", Sound(np.concatenate([noise[:8000], np.zeros(40000, np.float32)]), 8000))
    with pytest.raises(EngineError, match=r"silent but for less than 3 s"):
        shelf.add("x", Reference(tmp_path / "x.wav"), CONSENT)
    for name in ("../x", "Big", "", "a b"):
        with pytest.raises(EngineError, match="cannot be named"):
            shelf.add(name, Reference(recordings / "low.wav"), CONSENT)
    shelf.add("x", Reference(recordings / "low.wav"), CONSENT)
    with pytest.raises(EngineError, match="there is a voice 'x'"):
        shelf.add("x", Reference(recordings / "low.wav"), CONSENT)


def test_the_engine_clones_and_speaks(address: str, tmp_path: Path, recordings: Path) -> None:
    settings = VoiceSettings(base_url=f"{address}/v1", clones=str(tmp_path / "voices"))
    with TTSEngine("xtts", settings=settings, room=room()) as engine:
        before = engine.engine.version
        with pytest.raises(PolicyError, match="'new' is somebody's"):
            engine.clone_voice(recordings / "high.wav", "new")
        engine.clone_voice(Reference(recordings / "high.wav", SAID), "new", CONSENT)
        assert engine.engine.version != before
        spoken = engine.synthesize("A new sentence. And one more.", "new", tmp_path / "out.flac")
        assert [word.text for word in spoken.words] == ["A", "new", "sentence.", "And", "one", "more."]
    with (
        TTSEngine("espeak", settings=settings) as engine,
        pytest.raises(EngineError, match=r"espeak cannot be cloned from anybody; use xtts or sovits"),
    ):
        engine.clone_voice(recordings / "high.wav", "other", CONSENT)
