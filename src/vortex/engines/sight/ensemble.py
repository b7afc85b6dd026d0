"""Judging pictures by one or several networks that join texts with pictures, each with a map of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from vortex.core.errors import EngineError, ModelError
from vortex.core.events import Event, Listener
from vortex.engines.sight.base import Frames, Likeness
from vortex.engines.sight.calibration import MIN_SEPARATION, Calibration, Records, SelfCheck, fit_calibration
from vortex.engines.sight.keyframes import keyframes
from vortex.engines.sight.selfcheck import self_check
from vortex.engines.sight.towers import TwoTowers, Vectors
from vortex.runtime.budget import log_event

MAX_DIFFERENCE = 0.15
"""Models whose calibrated scores differ by more disagree, and their mean says nothing."""
Pair = tuple[str, Frames]
"""A text and frames that show it."""


@dataclass(frozen=True)
class Judge:
    """A network, its map, and whether its weights passed the self check."""

    towers: TwoTowers
    records: Records
    default: Callable[[TwoTowers], Calibration]
    """Makes the map where none was fitted."""
    listen: Listener

    @cached_property
    def calibration(self) -> Calibration:
        """The map that was fitted to these weights, else the default one."""
        folder, weights = self.towers.folder, self.towers.fingerprint
        if self.records.is_stale(weights, folder):
            self._warn("the map that lies beside it was fitted to other weights and is not used")
        found = self.records.calibration(weights, folder) or self.default(self.towers)
        if found.origin == "assumed":
            self._warn("no map was fitted to its weights, so that its scores follow an assumed one")
        return found

    @cached_property
    def check(self) -> SelfCheck:
        """How the weights do on plain pictures; asked once for given weights."""
        weights = self.towers.fingerprint
        found = self.records.self_check(weights)
        if found is None:
            found = self_check(self.towers)
            try:
                self.records.keep(weights, found)
            except ModelError as error:
                self._warn(f"its self check has to be asked again next time: {error}")
        if not found.passed:
            self._warn(
                f"it fails the self check: plain descriptions stand out by {found.separation:.1f} standard deviations, "
                f"at least {MIN_SEPARATION:g} are needed; its scores deserve no trust"
            )
        return found

    def opinion(self, text: str, frames: Frames) -> "_Opinion":
        """Return what the network says of frames and a text."""
        looks = self.towers.embed_pictures(frames)
        cosine = float((looks @ self.towers.embed_texts([text])[0]).mean())
        is_calibrated = self.check.passed and self.calibration.origin != "assumed"
        return _Opinion(looks, cosine, self.calibration.score(cosine), is_calibrated)

    def _warn(self, what: str) -> None:
        self.listen(Event("warning", "sight", message=f"{self.towers.folder}: {what}"))


@dataclass(frozen=True, slots=True, eq=False)
class _Opinion:
    looks: Vectors
    cosine: float
    """Mean over the frames."""
    score: float
    is_calibrated: bool
    """Whether the score is a chance that was fitted to, or trained with, weights that pass the self check."""


class Ensemble:
    """Sight by several networks. Nothing is held between looks; the room decides when a network leaves."""

    name = ""
    version = "1"
    rung = "local model"

    def __init__(
        self,
        networks: Sequence[tuple[TwoTowers, float]],
        default: Callable[[TwoTowers], Calibration],
        records: Path,
        listen: Listener = log_event,
    ) -> None:
        """Judge by networks.

        Args:
            networks: each with its weight; the weights add up to 1. The first one gives the embeddings.
            default: makes the map of a network that none was fitted to.
            records: folder for maps and self checks.
            listen: hears what speaks against trusting the scores, once.
        """
        self._judges = [Judge(towers, Records(records), default, listen) for towers, _ in networks]
        self._weights = np.array([weight for _, weight in networks])
        named = " + ".join(f"{weight:g} × {towers.label}" for towers, weight in networks)
        self.version = f"1: {named}" if len(networks) > 1 else f"1: {networks[0][0].label} alone"

    @property
    def models(self) -> tuple[str, ...]:
        """Folders of the models, in their order."""
        return tuple(str(each.towers.folder) for each in self._judges)

    def compare(self, text: str, frames: Frames) -> Likeness:
        """Judge frames against a text; of many, five that are spread evenly are looked at.

        A model's cosine is the mean over the frames.
        """
        frames = keyframes(frames)
        # One after the other with all that is asked of it: where only one fits, each is loaded once.
        opinions = [each.opinion(text, frames) for each in self._judges]
        scores, cosines = (np.array([getattr(each, what) for each in opinions]) for what in ("score", "cosine"))
        mean = opinions[0].looks.mean(axis=0)
        length = float(np.linalg.norm(mean))
        return Likeness(
            score=float(scores @ self._weights),
            raw=float(cosines @ self._weights),
            per_model=tuple(map(float, scores)),
            is_outlier=bool(np.ptp(scores) > MAX_DIFFERENCE),
            embedding=(mean / length).astype(np.float32) if length else opinions[0].looks[0],
            is_calibrated=all(each.is_calibrated for each in opinions),
        )

    def embed_pictures(self, frames: Frames) -> Vectors:
        """Return float32 of shape (num_frames, dims), every row of length 1, by the first model."""
        return self._judges[0].towers.embed_pictures(frames)

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        """Return float32 of shape (len(texts), dims), every row of length 1, in the space of ``embed_pictures``."""
        return self._judges[0].towers.embed_texts(texts)

    def self_checks(self) -> tuple[SelfCheck, ...]:
        """Return how each model does on plain pictures."""
        return tuple(each.check for each in self._judges)

    def calibrate(self, pairs: Sequence[Pair], *, beside_weights: bool = False) -> tuple[Calibration, ...]:
        """Fit the map of every model to pairs and keep it; the next look uses it.

        Args:
            pairs: texts with frames that show them; every other combination counts as a shuffled pair, except those
                of equal texts.
            beside_weights: write the map into the model's own folder instead of the user's cache.

        Returns:
            One map for each model.

        Raises:
            EngineError: there are too few pairs, or the model does not join them; nothing is kept then.
            ModelError: a model is missing or broken, or the map cannot be written.
        """
        texts = [text for text, _ in pairs]
        if not texts:
            raise EngineError("no pairs of a text and its picture were given")
        distinct = np.array([[one != other for other in texts] for one in texts])
        fitted = []
        for each in self._judges:
            rows = each.towers.embed_texts(texts).astype(np.float64)
            seen = [each.towers.embed_pictures(keyframes(frames)).mean(axis=0) for _, frames in pairs]
            fitted.append(fit_calibration(rows @ np.stack(seen).T, distinct=distinct))
        for each, found in zip(self._judges, fitted, strict=True):
            each.records.keep(each.towers.fingerprint, found, each.towers.folder if beside_weights else None)
            each.__dict__.pop("calibration", None)
        return tuple(fitted)

    def close(self) -> None:
        """Do nothing: no lease outlives a call."""
