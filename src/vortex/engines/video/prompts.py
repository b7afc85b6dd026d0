"""Words put around each prompt, so that a model that was tuned for one manner of pictures hears of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

ProfileName = Literal["auto", "none", "academic_infographic"]


@dataclass(frozen=True, slots=True)
class Profile:
    """What is put around a prompt."""

    before: str = ""
    after: str = ""
    avoid: str = ""
    """Put behind the words to avoid."""
    hints: tuple[str, ...] = ()
    """Words in the name or the trigger of a LoRA by which ``auto`` takes this profile."""


PROFILES: Mapping[str, Profile] = {
    "none": Profile(),
    "academic_infographic": Profile(
        before="flat vector infographic",
        after="few clear shapes, even white background, calm colours, slow movement, no text",
        avoid="letters, captions, watermark, photograph, clutter, flicker",
        hints=("infographic", "diagram", "academic", "whiteboard"),
    ),
}


def choose_profile(name: ProfileName, lora: str = "", trigger: str = "") -> Profile:
    """Return a profile; ``auto`` takes the first one whose hints stand in the LoRA's file name or trigger."""
    if name != "auto":
        return PROFILES[name]
    told = f"{lora} {trigger}".lower()
    return next((each for each in PROFILES.values() if any(hint in told for hint in each.hints)), PROFILES["none"])


def dress(prompt: str, negative_prompt: str, profile: Profile, trigger: str = "") -> tuple[str, str]:
    """Return prompt and words to avoid as the model gets them: the trigger first, then the profile around them."""
    parts = (trigger, profile.before, prompt, profile.after)
    return _joined(*parts), _joined(negative_prompt, profile.avoid)


def _joined(*parts: str) -> str:
    return ", ".join(each.strip() for each in parts if each.strip())
