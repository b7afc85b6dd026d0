"""VideoDecoder: a picture in, a playable file or frames out, and ranges that are checked."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from factories import films
from PIL import Image

import vortex
from vortex.core.errors import EngineError, ModelError
from vortex.core.settings import RuntimeSettings
from vortex.engines.video.decoder import VideoDecoder
from vortex.runtime.room import EngineRoom

pytest.importorskip("torch")
pytest.importorskip("diffusers")
pytestmark = pytest.mark.filterwarnings(
    # numpy 2 tells diffusers' scheduler that torch's arrays take no copy argument.
    "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"
)
PICTURE = np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)


def absent(name: str) -> Path:
    raise ModelError(f"no model {name!r}; run: vortex models pull {name}")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return films.save_ltx(tmp_path_factory.mktemp("models") / "ltx")


@pytest.fixture
def decoder(folder: Path) -> Iterator[VideoDecoder]:
    with EngineRoom(RuntimeSettings("cpu"), absent) as room, VideoDecoder(str(folder), room=room) as made:
        # The size of a clip is what the family says; tiny models need a tiny one.
        films.shrink(made._engine)
        yield made


def test_it_is_a_public_name() -> None:
    assert vortex.VideoDecoder is VideoDecoder


def test_a_file_plays_and_shows_the_frames(decoder: VideoDecoder, tmp_path: Path) -> None:
    frames = decoder.generate_from_image(PICTURE, 9, fps=5, num_inference_steps=2)
    assert isinstance(frames, np.ndarray)
    path = decoder.generate_from_image(PICTURE, 9, 5, num_inference_steps=2, output_path=tmp_path / "clip.mp4")
    assert path == tmp_path / "clip.mp4"
    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        assert stream.average_rate == 5
        shown = [each.to_ndarray(format="rgb24") for each in file.decode(stream)]
    assert len(shown) == len(frames) == 9
    # 4:2:0 keeps a quarter of the colour, so that brightness is compared.
    light = [each.astype(float).mean(-1).ravel() for each in (shown[4], frames[4])]
    assert np.corrcoef(*light)[0, 1] > 0.9


def test_a_picture_may_be_a_file_a_pillow_or_an_array(decoder: VideoDecoder, tmp_path: Path) -> None:
    Image.fromarray(PICTURE).save(tmp_path / "picture.png")
    made = [
        decoder.generate_from_image(each, 9, num_inference_steps=2)
        for each in (PICTURE, Image.fromarray(PICTURE), tmp_path / "picture.png", str(tmp_path / "picture.png"))
    ]
    assert all(np.array_equal(made[0], each) for each in made[1:])


def test_a_photograph_on_its_side_is_turned(tmp_path: Path, decoder: VideoDecoder) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    tall = np.ascontiguousarray(np.rot90(PICTURE))
    Image.fromarray(tall).save(tmp_path / "turned.png", exif=exif)
    turned = decoder.generate_from_image(tmp_path / "turned.png", 9, num_inference_steps=2)
    assert np.array_equal(turned, decoder.generate_from_image(PICTURE, 9, num_inference_steps=2))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"num_frames": 7}, "num_frames = 7: must lie between 8 and 32"),
        ({"num_frames": 33}, "num_frames = 33: must lie between 8 and 32"),
        ({"fps": 0}, "fps = 0: must lie between 1 and 60"),
        ({"motion_bucket_id": 256}, "motion_bucket_id = 256: must lie between 0 and 255"),
        ({"noise_aug_strength": -0.1}, "noise_aug_strength = -0.1: must lie between 0.0 and 10.0"),
        ({"num_inference_steps": 0}, "num_inference_steps = 0: must lie between 1 and 200"),
    ],
)
def test_a_number_out_of_range_is_refused(decoder: VideoDecoder, values: dict[str, Any], message: str) -> None:
    with pytest.raises(EngineError, match=message.replace(".", r"\.")):
        decoder.generate_from_image(PICTURE, **values)


def test_a_file_that_is_no_picture_is_refused(decoder: VideoDecoder, tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_text("none")
    for path in (tmp_path / "picture.png", tmp_path / "absent.png"):
        with pytest.raises(EngineError, match=r"\.png: cannot be read as a picture"):
            decoder.generate_from_image(path)


def test_a_model_that_is_not_fetched_says_how_to_fetch_it() -> None:
    with (
        EngineRoom(RuntimeSettings("cpu"), absent) as room,
        pytest.raises(ModelError, match="vortex models pull stabilityai/stable-video-diffusion-img2vid-xt"),
    ):
        VideoDecoder(room=room).generate_from_image(PICTURE)


def test_tiles_are_used_where_they_are_asked_for(folder: Path) -> None:
    with (
        EngineRoom(RuntimeSettings("cpu"), absent) as room,
        VideoDecoder(str(folder), enable_vae_slicing=True, enable_vae_tiling=True, room=room) as made,
    ):
        films.shrink(made._engine)
        made.generate_from_image(PICTURE, 9, num_inference_steps=2)
        assert made.last is not None
        assert made.last.way == "float32, tiled decoder"
        (held,) = room.residency.placements()
        with room.use(held.name) as pipe:
            assert (pipe.vae.use_tiling, pipe.vae.use_slicing) == (True, True)


def test_motion_and_noise_change_the_clip(tmp_path: Path) -> None:
    folder = films.save_svd(tmp_path / "svd")
    with EngineRoom(RuntimeSettings("cpu"), absent) as room, VideoDecoder(str(folder), room=room) as made:
        films.shrink(made._engine)
        clips = [
            made.generate_from_image(PICTURE, 8, num_inference_steps=1, **each)
            for each in ({}, {}, {"motion_bucket_id": 10}, {"noise_aug_strength": 0.5}, {"fps": 20})
        ]
    assert np.array_equal(clips[0], clips[1])
    assert not any(np.array_equal(clips[0], each) for each in clips[2:])
