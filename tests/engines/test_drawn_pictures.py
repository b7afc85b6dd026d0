"""The embedded engines for pictures and clips: what they draw, and that they say what they do not."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vortex.core.errors import EngineError
from vortex.core.settings import ImageSettings, RuntimeSettings
from vortex.engines.image.base import Lora, PictureRequest
from vortex.engines.image.drawn import DrawnImage, title_of
from vortex.engines.video.clip import ClipRequest
from vortex.engines.video.drawn_clip import DrawnClip, camera_at
from vortex.media.blank import find_blank
from vortex.runtime.room import EngineRoom

PROMPT = "a chrome kettle at a desk"


def draw(**options: Any) -> Any:
    usual: dict[str, Any] = {"prompt": PROMPT, "width": 128, "height": 96, "seed": 1}
    return DrawnImage().generate(PictureRequest(**{**usual, **options})).pixels


def test_a_picture_is_what_was_asked_and_shows_something() -> None:
    for seed in range(12):
        pixels = draw(seed=seed, width=256, height=144)
        assert (pixels.shape, pixels.dtype) == ((144, 256, 3), np.uint8)
        assert find_blank(pixels) is None


def test_prompt_and_seed_decide_alone() -> None:
    assert np.array_equal(draw(), draw())
    assert np.array_equal(draw(), draw(num_inference_steps=9, guidance_scale=3))
    assert not np.array_equal(draw(), draw(seed=2))
    assert not np.array_equal(draw(), draw(prompt="rain over a town"))


def test_the_title_is_made_of_the_words_that_carry_meaning() -> None:
    assert title_of(PROMPT) == "chrome kettle desk"
    assert title_of(PROMPT, "kettles") == "chrome desk"
    assert title_of("of the and") == ""
    assert len(title_of("one red two blue green yellow house tree river").split()) == 5
    ground = draw(width=256, height=256)[190:232, 20:236].astype(int)
    assert (ground.min(axis=2) > 240).any()
    bare = draw(width=256, height=256, prompt="of the")[190:232, 20:236].astype(int)
    assert not (bare.min(axis=2) > 240).any()


@pytest.mark.parametrize(("prompt", "side", "why"), [("a" * 100, 256, "too long"), (PROMPT, 112, "below 128")])
def test_a_title_that_cannot_be_read_is_left_out_and_that_is_said(prompt: str, side: int, why: str) -> None:
    made = DrawnImage().generate(PictureRequest(prompt, width=side, height=side))
    assert len(made.notes) == 2 and "It has no title" in made.notes[1] and why in made.notes[1]
    assert len(DrawnImage().generate(PictureRequest(PROMPT, width=256, height=256)).notes) == 1


def test_loras_of_the_settings_are_refused_and_not_forgotten() -> None:
    room = EngineRoom(RuntimeSettings("cpu"), lambda name: Path(name))
    with pytest.raises(EngineError, match=r"image\.loras: .* image\.engine"):
        DrawnImage.from_room(ImageSettings("drawn", loras="ink"), room).generate(PictureRequest(PROMPT))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"width": 100}, "width = 100"),
        ({"height": 0}, "height = 0"),
        ({"loras": (Lora("ink"),)}, "loras: .* image.engine"),
    ],
)
def test_what_only_a_model_can_do_is_refused(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(EngineError, match=said):
        draw(**wrong)


def test_the_camera_moves_gently_and_keeps_the_middle_in_sight() -> None:
    for seed in range(50):
        way = [camera_at(step / 100, seed) for step in range(101)]
        zooms = np.array([each.zoom for each in way])
        assert 1 < zooms.min() < zooms.max() < 1.2
        assert np.abs(np.diff(zooms)).max() < 0.004
        assert all(0.3 <= each.x <= 0.7 and 0.4 <= each.y <= 0.9 for each in way)
    assert len({camera_at(0, seed) for seed in range(50)}) > 40


def test_a_clip_begins_with_the_picture_and_moves() -> None:
    picture = draw(width=128, height=128)
    clip = DrawnClip().generate(ClipRequest(PROMPT, image=picture, num_frames=12, fps=6, seed=1))
    assert (clip.frames.shape, clip.fps) == ((12, 128, 128, 3), 6)
    differences = np.abs(np.diff(clip.frames.astype(int), axis=0)).mean(axis=(1, 2, 3))
    assert (differences > 0).all()
    assert differences.max() < 25
    assert np.corrcoef(clip.frames[0].ravel(), picture.ravel())[0, 1] > 0.5
    assert clip.notes == ("Nothing in the picture moves; a camera moves over it.",)


def test_a_picture_of_another_shape_is_cut_not_bent() -> None:
    stripes = np.zeros((64, 128, 3), np.uint8)
    stripes[:, ::8] = stripes[:, 1::8] = stripes[:, 2::8] = stripes[:, 3::8] = 255
    clip = DrawnClip().generate(ClipRequest("x", image=stripes, num_frames=1, width=64, height=64, seed=1))
    row = clip.frames[0, 32, :, 0] > 127
    zoom = camera_at(0.0, 1).zoom
    assert np.count_nonzero(np.diff(row)) == pytest.approx(16 / zoom, abs=2)


def test_without_a_picture_one_is_drawn_and_that_is_said() -> None:
    clip = DrawnClip().generate(ClipRequest(PROMPT, width=64, height=64))
    assert clip.frames.shape == (72, 64, 64, 3)
    assert "does not show what its prompt says" in clip.notes[0]


@pytest.mark.parametrize("wrong", [{"num_frames": 10_001}, {"image": np.zeros((4, 4), np.uint8)}, {"height": -1}])
def test_a_clip_that_cannot_be_made_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(EngineError):
        DrawnClip().generate(ClipRequest("x", **wrong))
