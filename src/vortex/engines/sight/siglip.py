"""Sight by SigLIP, whose training fits a logistic map of every pair by itself.

Source: Zhai et al., "Sigmoid loss for language image pre-training", 2023.
"""

from typing import Self

from vortex.core.paths import cache_dir
from vortex.core.settings import SightSettings
from vortex.engines.sight.calibration import Calibration
from vortex.engines.sight.ensemble import Ensemble
from vortex.engines.sight.towers import TwoTowers
from vortex.runtime.room import EngineRoom
from vortex.runtime.spec import ModelSpec

BASE = ModelSpec(
    "google/siglip-base-patch16-224",
    "main",
    ("*.json", "spiece.model", "model.safetensors"),
    {"float32": 812_623_880, "float16": 406_311_940},
    "Apache-2.0",
)


class SiglipSight(Ensemble):
    """One SigLIP; ``sight.large_model``, if named, is a second one with 0.6 of the score.

    Its trained map counts thousands of shuffled texts to each matching one, so that its scores are lower than those of
    a map that was fitted to as many of either.
    """

    name = "siglip"

    @classmethod
    def from_room(cls, settings: SightSettings, room: EngineRoom) -> Self:
        """Return the engine; no weight is read before the first look."""
        first = TwoTowers(room, settings.model, BASE)
        if not settings.large_model:
            return cls([(first, 1.0)], trained, cache_dir() / "sight")
        second = TwoTowers(room, settings.large_model)
        return cls([(first, 0.4), (second, 0.6)], trained, cache_dir() / "sight")


def trained(towers: TwoTowers) -> Calibration:
    """Return the map that SigLIP was trained with."""
    slope, offset = towers.trained_map
    return Calibration(slope, -offset / slope, "trained")
