"""What a request becomes, and what is tried after a blank clip."""

from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vortex.core.errors import EngineError
from vortex.engines.video.clip import ClipRequest
from vortex.engines.video.families import FAMILIES, Family, Own, Size
from vortex.engines.video.plan import CHANGES, MAX_STEPS, next_try, plan_clip
from vortex.media.blank import Fault

BY_NAME = {each.name: each for each in FAMILIES}
PICTURE = np.zeros((48, 64, 3), np.uint8)


def request(family: Family, **options: Any) -> ClipRequest:
    image = PICTURE if family.begins_from == "picture" else None
    return ClipRequest(**{"prompt": "a cat" if family.max_tokens else "", "image": image, **options})


@given(st.sampled_from(FAMILIES), st.integers(1, 300), st.integers(1, 2000), st.integers(1, 2000))
def test_a_plan_keeps_the_rules_and_says_every_change(family: Family, frames: int, width: int, height: int) -> None:
    plan = plan_clip(request(family, num_frames=frames, width=width, height=height), family, "balanced")
    assert (plan.num_frames - 1) % family.frame_step == 0
    assert family.least_frames <= plan.num_frames <= family.max_frames
    assert plan.num_frames >= min(frames, family.max_frames - family.frame_step + 1)
    assert plan.size.width % family.size_multiple == plan.size.height % family.size_multiple == 0
    assert abs(plan.size.width - width) <= max(family.size_multiple / 2, family.size_multiple - width)
    told = " ".join(plan.notes)
    assert (f"{plan.num_frames} frames instead of {frames}" in told) == (plan.num_frames != frames)
    assert (f"{plan.size} instead of {width}x{height}" in told) == (plan.size != Size(width, height))


@pytest.mark.parametrize("family", FAMILIES, ids=lambda each: each.name)
@pytest.mark.parametrize("quality", ["fast", "balanced", "high"])
def test_nothing_asked_is_what_the_quality_says(family: Family, quality: Any) -> None:
    plan, grade = plan_clip(request(family), family, quality), family.grades[quality]
    assert (plan.size, plan.num_frames) == (Size(grade.width, grade.height), grade.num_frames)
    assert (plan.num_steps, plan.guidance_scale, plan.fps) == (grade.num_steps, family.guidance, family.fps)
    assert plan.notes == ()


@pytest.mark.parametrize(
    ("name", "asked", "made"),
    [("Wan 2.1", 80, 81), ("Wan 2.1", 500, 81), ("LTX", 90, 97), ("CogVideoX 5B", 13, 17), ("Wan 2.1", 1, 5),
     ("CogVideoX 1.5", 50, 65), ("Stable Video Diffusion", 13, 13), ("Stable Video Diffusion", 1, 2)],
)  # fmt: skip
def test_frames_are_the_next_number_that_the_family_makes(name: str, asked: int, made: int) -> None:
    family = BY_NAME[name]
    assert plan_clip(request(family, num_frames=asked), family, "fast").num_frames == made


def test_a_folder_that_fixes_size_and_frames_is_obeyed() -> None:
    family = BY_NAME["CogVideoX 5B I2V"]
    own = Own(Size(720, 480), 25)
    plan = plan_clip(request(family, width=1280, height=720), family, "high", own)
    assert (plan.size, plan.num_frames) == (Size(720, 480), 25)
    assert plan.notes == ("It is 720x480 instead of 1280x720: this CogVideoX 5B I2V makes no other size.",)
    assert plan_clip(request(family), family, "high", own).notes == ()


def test_what_a_model_does_not_take_is_said() -> None:
    video, hunyuan, wan = BY_NAME["Stable Video Diffusion"], BY_NAME["HunyuanVideo"], BY_NAME["Wan 2.1"]
    plan = plan_clip(ClipRequest("a cat", "a dog", PICTURE, fps=12, motion_bucket_id=5), video, "fast")
    assert plan.notes == (
        "Stable Video Diffusion takes no such input: the words to avoid were not used.",
        "Stable Video Diffusion begins from the picture alone: the words were not used.",
    )
    assert any("words to avoid" in note for note in plan_clip(ClipRequest("a", "b"), hunyuan, "fast").notes)
    notes = plan_clip(ClipRequest("a", motion_bucket_id=5, noise_aug_strength=0.5, fps=24), wan, "fast").notes
    assert [note.partition(":")[0] for note in notes] == [
        "It is shown at 24 frames a second; Wan 2.1 moves as at 16.", *["Wan 2.1 takes no such input"] * 2
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"num_frames": 2000}, "num_frames = 2000: must lie between 0 and 1000"),
        ({"width": -1}, "width = -1"), ({"height": 9999}, "height = 9999"), ({"fps": 500}, "fps = 500"),
        ({"seed": -1}, "seed = -1"), ({"num_inference_steps": 201}, "num_inference_steps = 201"),
        ({"guidance_scale": 31}, "guidance_scale = 31"), ({"guidance_scale": -0.5}, "or be -1"),
        ({"motion_bucket_id": 256}, "motion_bucket_id = 256: must lie between 0 and 255"),
        ({"noise_aug_strength": float("nan")}, "noise_aug_strength = nan"),
        ({"prompt": "  "}, "the prompt is empty"),
        ({"image": PICTURE}, "Wan 2.1 begins from words alone"),
    ],
)  # fmt: skip
def test_values_out_of_range_are_refused_by_name(values: dict[str, Any], message: str) -> None:
    with pytest.raises(EngineError, match=message.replace(".", r"\.")):
        plan_clip(ClipRequest(**{"prompt": "a cat", **values}), BY_NAME["Wan 2.1"], "fast")


@pytest.mark.parametrize("picture", [PICTURE[..., 0], PICTURE.astype(np.float32), np.zeros((0, 4, 3), np.uint8)])
def test_a_picture_that_is_none_is_refused(picture: Any) -> None:
    with pytest.raises(EngineError, match="give uint8 of"):
        plan_clip(ClipRequest("a cat", image=picture), BY_NAME["LTX"], "fast")


def test_every_fault_has_a_remedy() -> None:
    assert set(CHANGES) == set(get_args(Fault))


@given(st.lists(st.sampled_from(sorted(CHANGES)), min_size=1, max_size=10), st.floats(0, 30), st.integers(1, MAX_STEPS))
def test_each_try_differs_and_stays_in_its_range(faults: list[Fault], guidance: float, steps: int) -> None:
    family = BY_NAME["Wan 2.1"]
    plan = plan_clip(request(family, guidance_scale=guidance, num_inference_steps=steps), family, "fast")
    for fault in faults:
        following = next_try(plan, fault)
        assert following.seed == plan.seed + 1
        assert plan.num_steps <= following.num_steps <= MAX_STEPS
        assert following.num_steps > plan.num_steps or plan.num_steps == MAX_STEPS
        assert min(1.0, round(plan.guidance_scale, 2)) <= following.guidance_scale <= 30
        assert (following.size, following.num_frames, following.prompt) == (plan.size, plan.num_frames, plan.prompt)
        plan = following


def test_too_much_guidance_is_lowered_and_too_little_raised() -> None:
    family = BY_NAME["Wan 2.1"]
    plan = plan_clip(request(family, num_inference_steps=20), family, "fast")
    tried = {fault: next_try(plan, fault) for fault in CHANGES}
    assert tried["white"].guidance_scale < tried["black"].guidance_scale < plan.guidance_scale
    assert tried["washed out"].guidance_scale > plan.guidance_scale
    assert tried["noise"].num_steps == 40
