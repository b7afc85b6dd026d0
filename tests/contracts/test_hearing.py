"""Every sentence of the contract of hearing, put to every engine that writes down speech, on true folders."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from factories import eyes

from vortex.core.errors import EngineError, MissingExtra, ModelError
from vortex.core.registry import Registry
from vortex.core.settings import HearingSettings, RuntimeSettings
from vortex.engines.catalogue import BUILT_IN
from vortex.engines.hearing.base import HearingEngine
from vortex.media.sound import Sound
from vortex.runtime.room import EngineRoom

pytest.importorskip("transformers")
SAVE: dict[str, Callable[[Path], Path]] = {"whisper": eyes.save_whisper}


@pytest.fixture(scope="module", params=sorted(BUILT_IN["hearing"]))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def folder(kind: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return SAVE[kind](tmp_path_factory.mktemp("models") / kind)


@pytest.fixture
def room() -> Iterator[EngineRoom]:
    with EngineRoom(RuntimeSettings("cpu"), absent) as here:
        yield here


@pytest.fixture
def ear(kind: str, folder: Path, room: EngineRoom) -> Iterator[HearingEngine]:
    made = Registry("hearing", BUILT_IN["hearing"]).load(kind)
    engine: HearingEngine = made.from_room(HearingSettings(kind, str(folder)), room)
    yield engine
    engine.close()
    engine.close()


def absent(name: str) -> Path:
    raise ModelError(f"no model {name!r}; run: vortex models pull {name}")


def noise(seconds: float, rate_hz: int = 16000, channels: int = 1) -> Sound:
    samples = np.random.default_rng(1).normal(0, 0.1, (round(seconds * rate_hz), channels)).astype(np.float32)
    return Sound(samples if channels > 1 else samples[:, 0], rate_hz)


def test_says_what_it_is(ear: HearingEngine, kind: str) -> None:
    assert ear.name == kind
    assert ear.version
    assert ear.rung == "local model"


def test_nothing_is_read_before_the_first_sound(ear: HearingEngine, room: EngineRoom) -> None:
    assert room.residency.held() == {}
    ear.transcribe(noise(1))
    assert len(room.residency.held()) == 1


@pytest.mark.parametrize("sound", [noise(2), noise(2, 44100, 2), noise(40, 8000), noise(30)])
def test_words_lie_in_order_within_the_sound(ear: HearingEngine, sound: Sound) -> None:
    found = ear.transcribe(sound, "en")
    flat = [moment for word in found.words for moment in (word.start_s, word.end_s)]
    assert flat == sorted(flat)
    assert all(0 <= moment <= sound.duration_s for moment in flat)
    assert found.language == "en"
    assert found.text == found.text.strip()
    if found.words:
        assert "".join(word.text for word in found.words) == "".join(found.text.split())


def test_the_language_is_found_out(ear: HearingEngine) -> None:
    assert len(ear.transcribe(noise(2)).language) == 2


def test_an_unknown_language_is_refused(ear: HearingEngine) -> None:
    with pytest.raises(EngineError, match=r"'xx'.*\ben\b"):
        ear.transcribe(noise(1), "xx")


@pytest.mark.parametrize("seconds", [0, 0.01, 3])
def test_silence_says_nothing(ear: HearingEngine, seconds: float) -> None:
    found = ear.transcribe(Sound(np.zeros(round(seconds * 16000), np.float32), 16000))
    assert (found.text, found.words) == ("", ())


def test_same_sound_same_words(ear: HearingEngine) -> None:
    first = ear.transcribe(noise(3))
    ear.transcribe(noise(1))
    assert ear.transcribe(noise(3)) == first


def test_a_model_that_is_not_there_is_named(kind: str, room: EngineRoom) -> None:
    engine = Registry("hearing", BUILT_IN["hearing"]).load(kind).from_room(HearingSettings(kind), room)
    with pytest.raises(ModelError, match="vortex models pull"):
        engine.transcribe(noise(1))


def test_a_missing_library_is_named(ear: HearingEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vortex.runtime.info.find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"pip install 'vortex-film\[models\]'"):
        ear.transcribe(noise(1))


def test_hears_again_after_close(ear: HearingEngine) -> None:
    before = ear.transcribe(noise(1))
    ear.close()
    assert ear.transcribe(noise(1)) == before
