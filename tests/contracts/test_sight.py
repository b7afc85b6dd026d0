"""Every sentence of the contract of sight, put to every engine that judges pictures, on true folders."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from factories import eyes

from vortex.core.errors import EngineError, MissingExtra, ModelError
from vortex.core.registry import Registry
from vortex.core.settings import RuntimeSettings, SightSettings
from vortex.engines.catalogue import BUILT_IN
from vortex.engines.sight.base import Frames, SightEngine
from vortex.runtime.room import EngineRoom

pytest.importorskip("transformers")
SAVE: dict[str, Callable[[Path], Path]] = {"clip": eyes.save_clip, "siglip": eyes.save_siglip}
DIMS = {"clip": 16, "siglip": 32}
LONG = "a red square beside a blue circle, " * 40


@pytest.fixture(scope="module", params=sorted(BUILT_IN["sight"]))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def folder(kind: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return SAVE[kind](tmp_path_factory.mktemp("models") / kind)


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[EngineRoom]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with EngineRoom(RuntimeSettings("cpu"), absent) as here:
        yield here


@pytest.fixture
def sight(kind: str, folder: Path, room: EngineRoom) -> Iterator[SightEngine]:
    engine: SightEngine = (
        Registry("sight", BUILT_IN["sight"]).load(kind).from_room(SightSettings(kind, str(folder)), room)
    )
    yield engine
    engine.close()
    engine.close()


def absent(name: str) -> Path:
    raise ModelError(f"no model {name!r}; run: vortex models pull {name}")


def noise(count: int, height: int = 40, width: int = 64) -> Frames:
    return np.random.default_rng(count).integers(0, 256, (count, height, width, 3), dtype=np.uint8)


def test_says_what_it_is(sight: SightEngine, kind: str) -> None:
    assert sight.name == kind
    assert sight.version
    assert sight.rung == "local model"


def test_nothing_is_read_before_the_first_look(sight: SightEngine, room: EngineRoom) -> None:
    assert room.residency.held() == {}
    sight.embed_texts(["a cat"])
    assert len(room.residency.held()) == 1


def test_vectors_have_length_one_and_share_a_space(sight: SightEngine, kind: str) -> None:
    pictures, texts = sight.embed_pictures(noise(20)), sight.embed_texts(["a cat", LONG, "x" * 500, "ein Kätzchen 🐈"])
    assert pictures.shape == (20, DIMS[kind])
    assert texts.shape == (4, DIMS[kind])
    for rows in (pictures, texts):
        assert rows.dtype == np.float32
        assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-5)


def test_vectors_do_not_depend_on_their_company(sight: SightEngine) -> None:
    frames, texts = noise(20), ["a cat", LONG, "a red square"]
    assert np.allclose(sight.embed_pictures(frames)[17:18], sight.embed_pictures(frames[17:18]), atol=1e-5)
    assert np.allclose(sight.embed_texts(texts)[2:], sight.embed_texts(texts[2:]), atol=1e-5)


def test_a_verdict_keeps_its_ranges(sight: SightEngine, kind: str) -> None:
    found = sight.compare("a red square", noise(3))
    assert 0 <= found.score <= 1
    assert -1 <= found.raw <= 1
    assert found.score == pytest.approx(found.per_model[0])
    assert not found.is_outlier
    assert found.embedding.shape == (DIMS[kind],)
    assert np.linalg.norm(found.embedding) == pytest.approx(1, abs=1e-5)


def test_scores_depend_on_text_and_picture(sight: SightEngine) -> None:
    frames = noise(4)
    found = {sight.compare(text, frames[place : place + 1]).score for place in range(4) for text in ("a cat", "a dog")}
    assert len(found) == 8


def test_random_weights_are_not_called_calibrated(sight: SightEngine, caplog: pytest.LogCaptureFixture) -> None:
    assert not sight.compare("a red square", noise(1)).is_calibrated
    assert "fails the self check" in caplog.text


def test_of_many_frames_five_are_looked_at(sight: SightEngine) -> None:
    frames = noise(50)
    chosen = frames[[5, 15, 25, 35, 45]]
    assert sight.compare("a cat", frames).raw == sight.compare("a cat", chosen).raw


def test_same_question_same_answer(sight: SightEngine) -> None:
    frames = noise(2)
    first = sight.compare("a cat", frames)
    sight.compare("a dog", frames[:1])
    again = sight.compare("a cat", frames)
    assert np.array_equal(first.embedding, again.embedding)
    assert (first.score, first.raw) == (again.score, again.raw)


def test_long_texts_are_read_to_their_end(sight: SightEngine) -> None:
    first, second = sight.embed_texts([LONG + "a cat", LONG + "a dog"])
    assert not np.allclose(first, second, atol=1e-6)


@pytest.mark.parametrize("frames", [noise(1)[:0], noise(1)[0], noise(1).astype(np.float32), noise(1)[..., :1]])
def test_what_is_no_frame_is_refused(sight: SightEngine, frames: Frames) -> None:
    with pytest.raises(EngineError, match="give uint8"):
        sight.compare("a cat", frames)


@pytest.mark.parametrize("text", ["", "  \n"])
def test_an_empty_text_is_refused(sight: SightEngine, text: str) -> None:
    with pytest.raises(EngineError, match="a text is empty"):
        sight.compare(text, noise(1))


def test_a_model_that_is_not_there_is_named(kind: str, room: EngineRoom) -> None:
    engine = Registry("sight", BUILT_IN["sight"]).load(kind).from_room(SightSettings(kind), room)
    with pytest.raises(ModelError, match="vortex models pull"):
        engine.compare("a cat", noise(1))


def test_a_missing_library_is_named(sight: SightEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vortex.runtime.info.find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"pip install 'vortex-film\[models\]'"):
        sight.compare("a cat", noise(1))


def test_looks_again_after_close(sight: SightEngine) -> None:
    before = sight.compare("a cat", noise(1)).raw
    sight.close()
    assert sight.compare("a cat", noise(1)).raw == before
