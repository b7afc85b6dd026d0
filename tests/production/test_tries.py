"""What is asked of picture and video models for a shot, and what each further try changes."""

from pathlib import Path

import numpy as np
import pytest
from painting import Hills, Sunset

from vortex.core.settings import ClipSettings, ImageSettings
from vortex.engines.image.base import Picture, PictureRequest
from vortex.engines.video.clip import Clip, ClipRequest
from vortex.production.tries import ClipPainter, StillPainter, seed_of, size_in
from vortex.visuals.shot import Shot

STILL = Shot(id="s", kind="still", params={"prompt": "hills", "seed": 5}, sentences=())
CLIP = Shot(id="c", kind="clip", params={"prompt": "hills"}, sentences=())


class Listening(Hills):
    """Keeps what it was asked for."""

    def generate(self, request: PictureRequest, progress: object = None) -> Picture:
        self.asked = request
        return super().generate(request)


class Filming(Sunset):
    """Keeps what it was asked for, and begins from words."""

    needs_image = False

    def generate(self, request: ClipRequest, progress: object = None) -> Clip:
        self.asked = request
        return Clip(np.zeros((1, 16, 16, 3), np.uint8), 8, "filming", "whole")


@pytest.mark.parametrize(
    ("aspect", "size"), [(16 / 9, (1024, 576)), (1.0, (1024, 688)), (9 / 16, (768, 1024))], ids=["16:9", "1:1", "9:16"]
)
def test_a_picture_has_the_shape_of_the_room_above_captions(aspect: float, size: tuple[int, int]) -> None:
    engine = Listening(ImageSettings())
    StillPainter(engine, ImageSettings(), aspect).paint(STILL, 0)
    assert (engine.asked.width, engine.asked.height) == size == size_in(aspect, 1024, 16)


@pytest.mark.parametrize(
    ("aspect", "longer", "size"),
    [(16 / 9, 0, (0, 0)), (16 / 9, 640, (640, 352)), (9 / 16, 0, (640, 832)), (1.0, 0, (832, 544))],
)
def test_a_clip_is_a_landscape_only_in_a_frame_that_is_one(aspect: float, longer: int, size: tuple[int, int]) -> None:
    settings = ClipSettings(size=longer)
    engine = Filming(settings)
    ClipPainter(engine, settings, None, Path(), aspect).paint(CLIP, 0)
    assert (engine.asked.width, engine.asked.height) == size


def test_a_further_try_has_another_seed_more_steps_and_less_guidance() -> None:
    settings = ImageSettings(steps=20, guidance=6.0)
    engine = Listening(settings)
    asked = []
    for number in range(3):
        StillPainter(engine, settings, 16 / 9).paint(STILL, number)
        asked.append((engine.asked.seed, engine.asked.num_inference_steps, round(engine.asked.guidance_scale, 3)))
    assert asked == [(5, 20, 6.0), (seed_of(STILL, 1), 30, 5.1), (seed_of(STILL, 2), 30, 4.335)]
    assert len({seed for seed, _, _ in asked}) == 3


def test_steps_and_guidance_that_nobody_set_stay_the_model_s_own() -> None:
    engine = Listening(ImageSettings())
    StillPainter(engine, ImageSettings(), 16 / 9).paint(STILL, 2)
    assert (engine.asked.num_inference_steps, engine.asked.guidance_scale) == (0, -1.0)
