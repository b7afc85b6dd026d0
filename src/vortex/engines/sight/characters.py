"""Whether a picture shows a certain character: compared whole with a set of its pictures, by a threshold of its own.

Three things are compared, of which the first two need no weights: the colours, the rough layout of light and dark, and
the vector of a network. How much each counts, and how alike is alike enough, is learnt for every character
from its own pictures and from pictures of others; two hares need more likeness than a hare and a robot.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vortex.core.errors import EngineError
from vortex.engines.sight.base import Frames
from vortex.engines.sight.color import color_shares, overlap
from vortex.engines.sight.cutout import Cutout
from vortex.engines.sight.logistic import Logistic, fit_logistic
from vortex.engines.sight.perceptual_hash import agreement, perceptual_hash
from vortex.engines.sight.threshold import Threshold, equal_error, false_accepts_of

SIDE = 224
NEIGHBOURS = 3
"""A picture is compared with so many of the most alike pictures of the set: nobody resembles all of his own poses."""
MIN_SAME, MIN_DIFFERENT = 6, 20
"""Pictures of the character, and of others, below which nothing is learnt."""
_RIDGE = 1.0
_PIXELS = 5000
_REMEDY = "give its box, a plain background, or alpha"
Pictures = Sequence[Cutout]


class Embedder(Protocol):
    """What turns pictures into vectors; see ``identity_tower``."""

    label: str
    fingerprint: str

    def embed_pictures(self, frames: Frames) -> NDArray[np.float32]:
        """Return float32 of shape (num_frames, dims), every row of length 1."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Portraits:
    """What pictures are compared by; one row a picture."""

    colors: NDArray[np.float32]
    """(N, 405) shares."""
    hashes: NDArray[np.bool_]
    """(N, 2, 63): as it is, and mirrored, since a character looks either way."""
    vectors: NDArray[np.float32]
    """(N, dims), of length 1; dims is 0 without a network."""

    def __len__(self) -> int:
        return len(self.colors)

    def only(self, places: Iterable[int]) -> "Portraits":
        """Return some of the rows."""
        rows = list(places)
        return Portraits(self.colors[rows], self.hashes[rows], self.vectors[rows])

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of what is compared."""
        return ("colours", "layout", "network")[: 3 if self.vectors.shape[1] else 2]

    def likeness(self, one: int, references: "Portraits") -> NDArray[np.float64]:
        """Return how alike picture ``one`` and a set are in each of ``parts``, 0 to 1, for a cosine -1 to 1."""
        found = [
            overlap(references.colors, self.colors[one]),
            agreement(references.hashes[:, :1], self.hashes[one]).max(axis=1),
        ]
        if self.vectors.shape[1]:
            found.append(references.vectors @ self.vectors[one])
        nearest = np.sort(np.stack(found), axis=1)[:, -NEIGHBOURS:]
        return np.asarray(nearest.mean(axis=1), np.float64)


def portray(pictures: Pictures, embedder: Embedder | None = None) -> Portraits:
    """Look at cut out characters.

    Raises:
        EngineError: there are none.
        ModelError: the network is missing or broken, or does not fit.
    """
    if not pictures:
        raise EngineError(f"there is no picture in which a character is told from its surroundings: {_REMEDY}")
    squares = np.stack([each.on_square(SIDE) for each in pictures])
    hashes = [[perceptual_hash(square), perceptual_hash(square[:, ::-1])] for square in squares]
    vectors = embedder.embed_pictures(squares) if embedder else np.zeros((len(squares), 0), np.float32)
    return Portraits(np.stack([color_shares(_sample(each)) for each in pictures]), np.array(hashes), vectors)


def _sample(picture: Cutout) -> NDArray[np.uint8]:
    """Return pixels of the character that lie evenly over it, as many as tell its colours."""
    pixels = picture.pixels[picture.mask]
    return pixels[:: max(1, len(pixels) // _PIXELS)]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What was learnt of a character."""

    map: Logistic
    """From likenesses in each part to one similarity, 0 to 1."""
    threshold: Threshold
    least: Mapping[str, float]
    """In each part, the least likeness that one of its own pictures has to the others."""
    network: str
    """Fingerprint of the network that was used, or ""."""
    num_left_out: int = 0
    """Pictures, its own and others', that were not learnt from: nothing told who is in them from the surroundings."""


@dataclass(frozen=True, slots=True)
class CharacterVerdict:
    """Whether a picture shows the character, and why."""

    is_same: bool
    """False also where nothing could be judged."""
    is_judged: bool
    """Whether the character could be told from its surroundings; else what was compared is mostly these."""
    similarity: float
    """0 to 1; compared with the threshold."""
    threshold: float
    parts: Mapping[str, float]
    """Likeness in colours, layout, and to the network if there is one."""
    reasons: tuple[str, ...]
    """In whole sentences; none where all is well."""


def learn(own: Portraits, others: Portraits, *, max_false_accepts: float | None = None, network: str = "") -> Knowledge:
    """Learn what tells a character from others.

    Every picture of its own is compared with the rest of its own, every other picture with all of its own.

    Args:
        own: of the character.
        others: of other characters; the more they resemble it, the more is learnt.
        max_false_accepts: the share of other characters that may pass for it, above 0; ``None`` takes the threshold at
            which as many of its own are refused as others pass.
        network: fingerprint of the network by which both were portrayed.

    Raises:
        EngineError: there are too few pictures to say anything, above all of a small share.
        ValueError: the share is not above 0 and below 1.
    """
    if max_false_accepts is not None and not 0 < max_false_accepts < 1:
        raise ValueError(f"false accepts of {max_false_accepts}: give a share above 0 and below 1")
    needed = max(MIN_DIFFERENT, 0 if max_false_accepts is None else int(np.ceil(1 / max_false_accepts)))
    if len(own) < MIN_SAME or len(others) < needed:
        raise EngineError(
            f"{len(own)} pictures of the character and {len(others)} of others: at least {MIN_SAME} and {needed} are "
            "needed to learn a threshold" + (f" of {max_false_accepts:g} false accepts" if max_false_accepts else "")
        )
    places = range(len(own))
    same = np.stack([own.likeness(each, own.only(set(places) - {each})) for each in places])
    different = np.stack([others.likeness(each, own) for each in range(len(others))])
    found = fit_logistic(same, different, _RIDGE)
    chances = found.chance(same), found.chance(different)
    threshold = equal_error(*chances) if max_false_accepts is None else false_accepts_of(max_false_accepts, *chances)
    least = dict(zip(own.parts, map(float, same.min(axis=0)), strict=True))
    return Knowledge(found, threshold, least, network)


class CharacterJudge:
    """Says of pictures whether they show a character."""

    def __init__(self, references: Portraits, knowledge: Knowledge, embedder: Embedder | None = None) -> None:
        """Judge by what was learnt.

        Raises:
            EngineError: it was learnt with another network.
        """
        network = embedder.fingerprint if embedder else ""
        if network != knowledge.network:
            raise EngineError("what was learnt of this character was learnt with another network; learn it again")
        self._references, self._knowledge, self._embedder = references, knowledge, embedder

    @classmethod
    def learnt(
        cls, own: Pictures, others: Pictures, embedder: Embedder | None = None, max_false_accepts: float | None = None
    ) -> "CharacterJudge":
        """Learn a character from cut out pictures of its own and of others; arguments and errors as of ``learn``.

        Pictures whose character could not be told from its surroundings are left out, and counted.
        """
        network, given = embedder.fingerprint if embedder else "", len(own) + len(others)
        own, others = ([each for each in some if each.way != "whole picture"] for some in (own, others))
        references = portray(own, embedder)
        knowledge = learn(references, portray(others, embedder), max_false_accepts=max_false_accepts, network=network)
        return cls(references, replace(knowledge, num_left_out=given - len(own) - len(others)), embedder)

    @property
    def knowledge(self) -> Knowledge:
        """What was learnt of the character."""
        return self._knowledge

    def similarities(self, pictures: Portraits) -> NDArray[np.float64]:
        """Return how alike the character each of many pictures is, 0 to 1; shape (N,)."""
        likeness = [pictures.likeness(place, self._references) for place in range(len(pictures))]
        return self._knowledge.map.chance(np.stack(likeness))

    def is_same(self, picture: Cutout) -> CharacterVerdict:
        """Judge a picture.

        Raises:
            ModelError: the network is missing or broken, or does not fit.
        """
        known, portrait = self._knowledge, portray([picture], self._embedder)
        similarity = float(self.similarities(portrait)[0])
        likeness = portrait.likeness(0, self._references)
        parts = dict(zip(self._references.parts, map(float, likeness), strict=True))
        is_judged = picture.way != "whole picture"
        reasons = [
            f"{name}: alike by {value:.2f}, less than the {known.least[name]:.2f} of any picture of its own"
            for name, value in parts.items()
            if value < known.least[name]
        ]
        if similarity < known.threshold.value:
            reasons.insert(0, f"the similarity is {similarity:.2f}, at least {known.threshold.value:.2f} is needed")
        if not is_judged:
            reasons.insert(0, f"nothing tells the character from its surroundings: {_REMEDY}")
        is_same = is_judged and similarity >= known.threshold.value
        return CharacterVerdict(is_same, is_judged, similarity, known.threshold.value, parts, tuple(reasons))
