"""What is changed after a refusal: a pure function of the order, the reason and the number of the try."""

from typing import get_args

import pytest

from vortex.media.blank import Fault
from vortex.production.slots.recipe import SlotOrder
from vortex.production.slots.retrying import CHANGES, first_shot, next_shot
from vortex.production.slots.validation import read_order


def order(guidance: float | None = 5.0, style: str = "ink") -> SlotOrder:
    video = {"style_prompt": style, "negative_prompt": "text", "guidance_scale": guidance}
    return read_order({"narrative": {"theme": "a lamp"}, "video": video})


def test_every_reason_is_answered() -> None:
    assert set(CHANGES) == {"unlike", "outlier", *get_args(Fault)}


def test_the_first_try_is_what_was_asked_for() -> None:
    shot = first_shot(order(), "a lamp", 7)
    assert (shot.prompt, shot.negative_prompt, shot.guidance_scale) == ("a lamp, ink", "text", 5.0)
    assert shot.image_seed != shot.clip_seed
    assert first_shot(order(style=""), "a lamp", 7).prompt == "a lamp"
    assert first_shot(order(), "a lamp", 8).image_seed != shot.image_seed


def test_a_picture_of_something_else_asks_for_the_subject_more_plainly() -> None:
    first = first_shot(order(), "a lamp", 7)
    second = next_shot(first, first, "unlike", 7)
    assert second.prompt == "a clear view of a lamp, ink"
    assert second.guidance_scale == 6.0
    assert (second.subject, second.number) == ("a lamp", 1)
    assert second == next_shot(first, first, "unlike", 7)
    third = next_shot(first, second, "black", 7)
    assert third.prompt == "a lamp, ink, bright even light"
    assert third.negative_prompt == "text, darkness"
    assert third.guidance_scale == pytest.approx(5.4)
    assert len({shot.image_seed for shot in (first, second, third)}) == 3


def test_guidance_that_the_model_chooses_is_left_to_it_and_no_other_leaves_its_range() -> None:
    free = first_shot(order(None), "a lamp", 7)
    assert next_shot(free, free, "unlike", 7).guidance_scale == -1
    shot = first = first_shot(order(), "a lamp", 7)
    for _ in range(30):
        shot = next_shot(first, shot, "white", 7)
    assert shot.guidance_scale == 1.0
    for _ in range(30):
        shot = next_shot(first, shot, "unlike", 7)
    assert shot.guidance_scale == 30.0
    none = first_shot(order(0), "a lamp", 7)
    assert next_shot(none, none, "white", 7).guidance_scale == 0
