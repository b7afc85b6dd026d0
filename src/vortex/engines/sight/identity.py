"""Vectors by which one character is told from another.

DINOv2 learns from pictures alone and keeps what words leave out; face recognition, which is trained on photographs of
people, fails on drawn ones and is not used.

Source: Oquab et al., "DINOv2: learning robust visual features without supervision", 2023.
"""

from vortex.core.settings import SightSettings
from vortex.engines.sight.clip import VIT_B_32
from vortex.engines.sight.towers import PictureTower
from vortex.runtime.room import EngineRoom
from vortex.runtime.spec import ModelSpec

DINOV2_BASE = ModelSpec(
    "facebook/dinov2-base",
    "main",
    ("*.json", "model.safetensors"),
    {"float32": 346_321_920, "float16": 173_160_960},
    "Apache-2.0",
)


def identity_tower(settings: SightSettings, room: EngineRoom) -> PictureTower:
    """Return the network that compares characters: that of ``sight.identity_model``, else the CLIP."""
    if settings.identity_model:
        return PictureTower(room, settings.identity_model, DINOV2_BASE)
    return PictureTower(room, settings.model, VIT_B_32)
