"""Words around a prompt: by profile, by trigger, and chosen from the name of a LoRA."""

import pytest

from vortex.engines.video.prompts import PROFILES, choose_profile, dress

INFOGRAPHIC = PROFILES["academic_infographic"]


@pytest.mark.parametrize(
    ("lora", "trigger", "found"),
    [
        ("", "", PROFILES["none"]),
        ("ink-wash.safetensors", "inkwash", PROFILES["none"]),
        ("Infographic_v2.safetensors", "", INFOGRAPHIC),
        ("x.safetensors", "whiteboard animation", INFOGRAPHIC),
    ],
)
def test_auto_looks_at_the_lora(lora: str, trigger: str, found: object) -> None:
    assert choose_profile("auto", lora, trigger) is found


def test_a_named_profile_is_taken_whatever_the_lora() -> None:
    assert choose_profile("none", "infographic.safetensors") is PROFILES["none"]
    assert choose_profile("academic_infographic") is INFOGRAPHIC


def test_the_trigger_comes_first_and_nothing_is_added_to_nothing() -> None:
    assert dress("a heap", "", PROFILES["none"]) == ("a heap", "")
    assert dress("a heap", "blur", PROFILES["none"], "inkwash") == ("inkwash, a heap", "blur")
    words, avoid = dress(" a heap ", "blur", INFOGRAPHIC, "inkwash")
    assert words.startswith(f"inkwash, {INFOGRAPHIC.before}, a heap, ")
    assert avoid == f"blur, {INFOGRAPHIC.avoid}"
