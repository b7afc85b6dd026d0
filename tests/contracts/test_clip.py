"""Every sentence of the contract of a clip engine, put to every engine and to tiny models of several families."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from factories import films

from vortex.core.errors import EngineError
from vortex.core.registry import Registry
from vortex.core.settings import ClipSettings, RuntimeSettings
from vortex.engines.catalogue import BUILT_IN
from vortex.engines.video.clip import Clip, ClipEngine, ClipRequest
from vortex.runtime.room import EngineRoom

FOLDERS = ("wan", "wan image", "cogvideox", "cogvideox image", "ltx", "svd", "hunyuan")
ENGINES = [(name, "") for name in BUILT_IN["clip"] if name != "diffusion"] + [("diffusion", each) for each in FOLDERS]
pytestmark = pytest.mark.filterwarnings(
    # numpy 2 tells diffusers' scheduler that torch's arrays take no copy argument.
    "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"
)


class Cancelled(Exception):
    """What a listener raises that wants no more."""


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    root, known = tmp_path_factory.mktemp("clip-models"), dict[str, Path]()

    def folder(name: str) -> Path:
        if name not in known:
            known[name] = films.PIPELINES[name](root / name.replace(" ", "-"))
        return known[name]

    return folder


def absent(name: str) -> Path:
    raise AssertionError(f"{name!r} was looked for in the store")


@pytest.fixture(params=ENGINES, ids=lambda each: " ".join(each).strip())
def engine(request: pytest.FixtureRequest, saved: Callable[[str], Path]) -> Iterator[ClipEngine]:
    name, folder = request.param
    if folder:
        pytest.importorskip("torch")
        pytest.importorskip("diffusers")
    settings = ClipSettings(engine=name, model=str(saved(folder)) if folder else "")
    with EngineRoom(RuntimeSettings("cpu"), absent) as room:
        made = Registry("clip", BUILT_IN["clip"]).load(name).from_room(settings, room)
        made.held = room.residency.placements
        assert made.name == name
        yield made
        made.close()
        made.close()


def ask(engine: ClipEngine, **options: Any) -> ClipRequest:
    rows, columns = np.mgrid[0:64, 0:96]
    picture = np.dstack([rows * 4, columns * 2, (rows // 16 + columns // 16) % 2 * 255]).astype(np.uint8)
    usual = {"num_frames": 9, "width": 96, "height": 64, "num_inference_steps": 2, "seed": 1}
    return ClipRequest("a cat on the mat", **{"image": picture if engine.needs_image else None, **usual, **options})


def is_leased(engine: Any) -> bool:
    return any(each.leases for each in engine.held())


def test_says_what_it_is(engine: ClipEngine) -> None:
    assert engine.version
    assert engine.rung in ("embedded", "local model", "remote model")
    assert engine.needs_image in (True, False)


def test_a_clip_is_what_was_asked_or_says_what_it_is_instead(engine: ClipEngine) -> None:
    clip = engine.generate(ask(engine))
    assert clip.frames.dtype == np.uint8
    assert clip.frames.ndim == 4
    num_frames, height, width, channels = clip.frames.shape
    assert channels == 3
    assert num_frames == 9 or any(f"{num_frames} frames" in note for note in clip.notes)
    assert (width, height) == (96, 64) or any(f"{width}x{height}" in note for note in clip.notes)
    assert clip.fps > 0
    assert clip.model
    assert clip.way
    assert all(note[0].isupper() and note.endswith(".") for note in clip.notes)


def test_a_clip_that_is_wider_than_tall_is_not_turned(engine: ClipEngine) -> None:
    wide, tall = (engine.generate(ask(engine, width=w, height=h)).frames.shape[1:3] for w, h in ((128, 64), (64, 128)))
    assert wide[0] <= wide[1]
    assert tall == wide[::-1] or wide == tall == (64, 64)


def test_same_request_same_frames_and_another_seed_others(engine: ClipEngine) -> None:
    first = engine.generate(ask(engine))
    other = engine.generate(ask(engine, seed=2))
    again = engine.generate(ask(engine))
    assert np.array_equal(first.frames, again.frames)
    assert (first.way, first.notes) == (again.way, again.notes)
    assert not np.array_equal(first.frames, other.frames)


def test_progress_grows_to_one(engine: ClipEngine) -> None:
    heard: list[float] = []
    engine.generate(ask(engine, num_inference_steps=3), heard.append)
    assert heard == sorted(set(heard))
    assert 0 < heard[0] < 1
    assert heard[-1] == 1


def test_cancelling_leaves_nothing_leased(engine: ClipEngine) -> None:
    before = engine.generate(ask(engine)).frames

    def stop(done: float) -> None:
        assert is_leased(engine) or engine.rung == "embedded"
        raise Cancelled

    with pytest.raises(Cancelled):
        engine.generate(ask(engine), stop)
    assert not is_leased(engine)
    assert np.array_equal(engine.generate(ask(engine)).frames, before)


def test_calls_from_several_threads_are_served_one_at_a_time(engine: ClipEngine) -> None:
    def make(seed: int) -> Clip:
        return engine.generate(ask(engine, seed=seed))

    alone = {seed: make(seed).frames for seed in (1, 2)}
    with ThreadPoolExecutor(3) as pool:
        for seed, clip in zip((1, 2, 1), pool.map(make, (1, 2, 1)), strict=True):
            assert np.array_equal(clip.frames, alone[seed])


def test_works_again_after_close(engine: ClipEngine) -> None:
    before = engine.generate(ask(engine)).frames
    engine.close()
    assert not is_leased(engine)
    assert np.array_equal(before, engine.generate(ask(engine)).frames)


@pytest.mark.parametrize("wrong", [{"num_frames": -1}, {"width": -16}, {"fps": -5}])
def test_what_cannot_be_made_is_refused(engine: ClipEngine, wrong: dict[str, int]) -> None:
    with pytest.raises(EngineError, match="-"):
        engine.generate(ask(engine, **wrong))


def test_a_model_that_needs_a_picture_asks_for_it(engine: ClipEngine) -> None:
    if engine.needs_image:
        with pytest.raises(EngineError, match="begins from a picture"):
            engine.generate(ask(engine, image=None))
    else:
        assert len(engine.generate(ask(engine)).frames) >= 2
