"""Named sets of settings, for when one word should say much."""

PROFILES: dict[str, dict[str, object]] = {
    "standard": {},
    "draft": {"render.height": 480, "render.fps": 24, "render.preset": "ultrafast", "render.crf": 24},
    "final": {"render.height": 1080, "render.preset": "faster", "render.crf": 18},
}
"""Profile name → setting key → value; ``standard`` changes nothing."""
