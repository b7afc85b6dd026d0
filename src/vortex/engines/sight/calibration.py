"""From the cosine of a text and a picture to the chance that they belong together.

The cosines of a real CLIP lie close together, 0.2 to 0.35 where text and picture match and a little lower where they
do not, and every model has its own range. A logistic map, fitted on matching and on shuffled pairs, makes chances of
them that can be compared. A map belongs to the very weights that it was fitted to and is kept under their hash.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vortex.core.errors import EngineError, ModelError
from vortex.engines.sight.logistic import fit_logistic

MIN_PAIRS = 20
MIN_SEPARATION = 4.0
"""In standard deviations; of a normal distribution one value in 30,000 lies beyond."""
FILE_NAME = "vortex-calibration.json"
_FORMAT = "vortex calibration 1"


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic map: score = 1 / (1 + exp(-slope (cosine - midpoint)))."""

    slope: float
    midpoint: float
    """The cosine at which a text and a picture belong together as likely as not."""
    origin: str
    """``fitted``, ``trained`` with the model, or ``assumed``."""
    num_pairs: int = 0
    separation: float = 0.0
    """How far the matching pairs stand out of the shuffled ones, in standard deviations."""

    def score(self, cosine: float) -> float:
        """Return the chance, 0 to 1."""
        return float(0.5 * (1 + np.tanh(0.5 * self.slope * (cosine - self.midpoint))))


ASSUMED_MIDPOINTS: Mapping[tuple[int, int], float] = {(768, 32): 0.235, (1024, 14): 0.19}
"""By width and patch of the picture tower: where OpenAI's ViT-B/32 and ViT-L/14 are assumed to be of two minds.

Assumptions, not measured here: about halfway between where the captions of photographs are usually seen to lie and
where other captions do.
"""
ASSUMED_MIDPOINT = 0.2
"""The same for any other CLIP."""


def assumed_calibration(trained_slope: float, width: int, patch: int) -> Calibration:
    """Return the map for a CLIP that no pairs were fitted to.

    Args:
        trained_slope: the scale of its logits, 100 in those of OpenAI.
        width: of its picture tower.
        patch: pixels of a patch along one side.

    Source: Radford et al., "Learning transferable visual models from natural language supervision", 2021, 2.5.
    """
    return Calibration(trained_slope, ASSUMED_MIDPOINTS.get((width, patch), ASSUMED_MIDPOINT), "assumed")


def fit_calibration(cosines_NN: NDArray[np.float64], *, distinct: NDArray[np.bool_] | None = None) -> Calibration:
    """Fit the map to cosines of N texts (rows) with N pictures (columns); those of equal number belong together.

    Args:
        cosines_NN: at least ``MIN_PAIRS`` rows; every pair off the diagonal is a shuffled one.
        distinct: shape (N, N); false where two of the pairs are the same by chance, such as equal texts.

    Raises:
        EngineError: there are too few pairs, or the matching ones do not stand out, so that no map would say anything.
    """
    num_pairs = len(cosines_NN)
    if num_pairs < MIN_PAIRS:
        raise EngineError(f"{num_pairs} pairs: at least {MIN_PAIRS} pairs of a text and its picture are needed")
    found = separation(cosines_NN)
    if found < MIN_SEPARATION:
        raise EngineError(
            f"the matching pairs stand out by {found:.1f} standard deviations, at least {MIN_SEPARATION:g} are needed: "
            "this model does not join such texts with such pictures; look at the pairs, or take another model"
        )
    shuffled = ~np.eye(num_pairs, dtype=bool) & (True if distinct is None else distinct)
    fitted = fit_logistic(np.diag(cosines_NN)[:, None], cosines_NN[shuffled][:, None])
    return Calibration(fitted.slopes[0], -fitted.offset / fitted.slopes[0], "fitted", num_pairs, found)


def separation(cosines_NN: NDArray[np.float64]) -> float:
    """Return how far the diagonal stands out of all ways to shuffle the pairs, in standard deviations.

    That some texts are close to every picture, and some pictures to every text, is taken out first. By chance it is
    near 0; with N pairs it is at most N - 1.

    Source: Hoeffding, "A combinatorial central limit theorem", 1951.
    """
    centred = cosines_NN - cosines_NN.mean(axis=0) - cosines_NN.mean(axis=1, keepdims=True) + cosines_NN.mean()
    spread = np.sqrt(np.square(centred).sum() / (len(cosines_NN) - 1))
    return float(np.trace(centred) / spread) if spread > 1e-12 else 0.0


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """Whether a model tells plain pictures apart by their plain descriptions."""

    separation: float

    @property
    def passed(self) -> bool:
        """Whether the weights join texts with pictures at all."""
        return self.separation >= MIN_SEPARATION


@dataclass(frozen=True)
class Records:
    """What is known of weights by their hash: their map, and how they did in the self check."""

    folder: Path
    """In the user's cache; made when something is written."""

    def calibration(self, weights: str, beside: Path | None = None) -> Calibration | None:
        """Return the map of weights; one that lies beside them in their folder goes first.

        Raises:
            ModelError: the file is broken.
        """
        for place in ((beside / FILE_NAME,) if beside else ()) + (self._place(weights),):
            found = _read(place).get("calibration")
            if found and _read(place).get("weights") == weights:
                return _calibration(found, place)
        return None

    def is_stale(self, weights: str, beside: Path) -> bool:
        """Say whether a map lies beside weights that it was not fitted to."""
        found = _read(beside / FILE_NAME)
        return bool(found) and found.get("weights") != weights

    def self_check(self, weights: str) -> SelfCheck | None:
        """Return how weights did in the self check; ``None`` if they were not asked."""
        found = _read(self._place(weights)).get("self_check")
        return SelfCheck(float(found["separation"])) if found else None

    def keep(self, weights: str, value: Calibration | SelfCheck, beside: Path | None = None) -> Path:
        """Write what was found of weights, into the cache or beside them, and return where.

        Raises:
            ModelError: it cannot be written there.
        """
        place = beside / FILE_NAME if beside else self._place(weights)
        key = "calibration" if isinstance(value, Calibration) else "self_check"
        known = _read(place)
        kept = known if known.get("weights") == weights else {}
        text = json.dumps({**kept, "format": _FORMAT, "weights": weights, key: asdict(value)}, indent=1)
        part = place.with_suffix(f".{os.getpid()}.part")
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(text + "\n", encoding="utf8")
            part.replace(place)
        except OSError as error:
            raise ModelError(f"{place}: cannot be written: {error}") from error
        return place

    def _place(self, weights: str) -> Path:
        return self.folder / f"{weights}.json"


def _calibration(found: Mapping[str, Any], path: Path) -> Calibration:
    try:
        slope, midpoint, separation = (float(found[key]) for key in ("slope", "midpoint", "separation"))
        num_pairs = int(found["num_pairs"])
        if not (0 < slope < float("inf") and -1 <= midpoint <= 1):
            raise ValueError(f"slope {slope}, midpoint {midpoint}")
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{path}: its map makes no sense ({error!r}); delete the file and calibrate again") from error
    return Calibration(slope, midpoint, "fitted", num_pairs, separation)


def _read(path: Path) -> Mapping[str, Any]:
    if not path.is_file():
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf8"))
        if found["format"] != _FORMAT:
            raise ValueError(f"its format is {found['format']!r}")
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path}: this is no record of a model ({error}); delete it") from error
    return dict(found)
