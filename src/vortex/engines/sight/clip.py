"""Sight by two CLIP models, a small one and a large one: what both agree on is trusted more than what one says.

Source: Radford et al., "Learning transferable visual models from natural language supervision", 2021.
"""

from typing import Self

from vortex.core.paths import cache_dir
from vortex.core.settings import SightSettings
from vortex.engines.sight.calibration import Calibration, assumed_calibration
from vortex.engines.sight.ensemble import Ensemble
from vortex.engines.sight.towers import TwoTowers
from vortex.runtime.folder import ModelFolder
from vortex.runtime.room import EngineRoom
from vortex.runtime.spec import ModelSpec

_FILES = ("*.json", "merges.txt", "model.safetensors")
VIT_B_32 = ModelSpec(
    "openai/clip-vit-base-patch32",
    # The branch main holds a pickle alone; this is its conversion to safetensors.
    "c237dc49a33fc61debc9276459120b7eac67e7ef",
    _FILES,
    {"float32": 605_109_252, "float16": 302_554_626},
    "MIT",
)
VIT_L_14 = ModelSpec(
    "openai/clip-vit-large-patch14", "main", _FILES, {"float32": 1_710_466_052, "float16": 855_233_026}, "MIT"
)
SMALL_WEIGHT, LARGE_WEIGHT = 0.4, 0.6


class ClipSight(Ensemble):
    """CLIP ViT-B/32 with 0.4 and ViT-L/14 with 0.6 of the score; with one model named, that one alone.

    Embeddings are those of the first model: 512 numbers for ViT-B/32, else as many as the model has.
    """

    name = "clip"

    @classmethod
    def from_room(cls, settings: SightSettings, room: EngineRoom) -> Self:
        """Return the engine; no weight is read before the first look."""
        small = TwoTowers(room, settings.model, VIT_B_32)
        if not settings.large_model:
            return cls([(small, 1.0)], published, cache_dir() / "sight")
        large = TwoTowers(room, settings.large_model, VIT_L_14)
        return cls([(small, SMALL_WEIGHT), (large, LARGE_WEIGHT)], published, cache_dir() / "sight")


def published(towers: TwoTowers) -> Calibration:
    """Return the map that a CLIP has without pairs: its trained slope, and an assumed midpoint."""
    vision = ModelFolder(towers.folder).config.get("vision_config") or {}
    width, patch = int(vision.get("hidden_size", 768)), int(vision.get("patch_size", 32))
    return assumed_calibration(towers.trained_map[0], width, patch)
