"""Every sentence of the contract of a picture engine, put to every one of the table, and to every family."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from factories import networks, pictures
from picture_room import QUIET, room_of

from vortex.core.errors import EngineError, ModelError
from vortex.core.registry import Registry
from vortex.core.settings import ImageSettings
from vortex.engines.catalogue import BUILT_IN
from vortex.engines.image.base import Control, ImageEngine, Lora, PictureRequest
from vortex.runtime.room import EngineRoom

pytestmark = [*QUIET]
FAMILIES: dict[str, Callable[[Path], Path]] = {**pictures.PIPELINES, "sd": networks.save_text_pipeline}
ENGINES = [name for name in sorted(BUILT_IN["image"]) if name != "diffusion"]
ASK = PictureRequest("a cat under a tree", width=64, height=48, seed=4, num_inference_steps=3)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture
def room() -> Iterator[EngineRoom]:
    with room_of() as here:
        yield here


@pytest.fixture(params=[*ENGINES, *(f"diffusion: {name}" for name in FAMILIES)])
def engine(request: pytest.FixtureRequest, models: Path, room: EngineRoom) -> Iterator[ImageEngine]:
    name, _, family = request.param.partition(": ")
    folder = models / family
    if family:
        pytest.importorskip("torch")
        pytest.importorskip("diffusers")
        if not folder.exists():
            FAMILIES[family](folder)
    made: ImageEngine = (
        Registry("image", BUILT_IN["image"])
        .load(name)
        .from_room(ImageSettings(name, str(folder) if family else ""), room)
    )
    assert made.name == name
    yield made
    made.close()
    made.close()
    assert room.residency.held() == {}


def test_says_what_it_is(engine: ImageEngine) -> None:
    assert engine.version
    assert engine.rung in ("embedded", "local model", "remote model")


def test_makes_what_was_asked_and_names_what_made_it(engine: ImageEngine, room: EngineRoom) -> None:
    assert list(room.residency) == []
    made = engine.generate(ASK)
    assert made.pixels.shape == (48, 64, 3)
    assert made.pixels.dtype == np.uint8
    assert made.pixels.std() > 1
    assert made.model
    assert made.way
    assert all(note.endswith(".") for note in made.notes)


def test_equal_requests_give_equal_pixels_and_other_seeds_others(engine: ImageEngine) -> None:
    first = engine.generate(ASK).pixels
    other = engine.generate(PictureRequest(ASK.prompt, width=64, height=48, seed=5, num_inference_steps=3)).pixels
    wide = engine.generate(PictureRequest(ASK.prompt, width=96, height=32, seed=4, num_inference_steps=3)).pixels
    assert not np.array_equal(first, other)
    assert wide.shape == (32, 96, 3)
    assert np.array_equal(first, engine.generate(ASK).pixels)


def test_progress_grows_to_one(engine: ImageEngine) -> None:
    heard: list[float] = []
    engine.generate(ASK, heard.append)
    assert len(heard) >= 3
    assert heard == sorted(heard)
    assert 0 < heard[0] < heard[-1] == 1.0


def test_raising_from_progress_cancels_and_leaves_nothing_leased(engine: ImageEngine, room: EngineRoom) -> None:
    class Cancelled(RuntimeError):
        pass

    def cancel(share: float) -> None:
        raise Cancelled(f"at {share}")

    before = engine.generate(ASK).pixels
    with pytest.raises(Cancelled):
        engine.generate(ASK, cancel)
    assert sum(each.leases for each in room.residency.placements()) == 0
    assert np.array_equal(engine.generate(ASK).pixels, before)


@pytest.mark.parametrize("side", ["width", "height"])
def test_a_side_that_is_no_multiple_of_16_is_refused(engine: ImageEngine, side: str) -> None:
    size = {"width": 64, "height": 48, side: 50}
    with pytest.raises(EngineError, match=rf"{side}.*50|50.*{side}|50x|x50"):
        engine.generate(PictureRequest("a cat", num_inference_steps=2, **size))


def test_what_is_not_there_is_refused_not_left_out(engine: ImageEngine, tmp_path: Path) -> None:
    for asked in (
        PictureRequest("a cat", width=64, height=48, loras=(Lora("nobody"),)),
        PictureRequest("a cat", width=64, height=48, controls=(Control("depth", tmp_path / "no.png"),)),
        PictureRequest("a cat", width=64, height=48, start=tmp_path / "no.png"),
    ):
        with pytest.raises((EngineError, ModelError)):
            engine.generate(asked)


def test_threads_are_served_one_at_a_time(engine: ImageEngine) -> None:
    wanted = engine.generate(ASK).pixels
    made: list[np.ndarray] = []
    threads = [threading.Thread(target=lambda: made.append(engine.generate(ASK).pixels)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(made) == 3
    assert all(np.array_equal(each, wanted) for each in made)


def test_works_again_after_close(engine: ImageEngine) -> None:
    before = engine.generate(ASK).pixels
    engine.close()
    assert np.array_equal(engine.generate(ASK).pixels, before)
