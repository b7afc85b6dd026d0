"""How the directors of a network agree on a slot: by who saw the same, not by who said so.

Each director makes the slot by itself and hands over the embedding of what it made. The group of a director is
everybody whose embedding is near to its own; the largest group is the majority. This asks for one member that all
others are near to, costs a matrix product, and cannot be made slow by embeddings that somebody chose.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_EQUAL = 1e-6


@dataclass(frozen=True, slots=True)
class Agreement:
    """What directors agreed on."""

    majority: tuple[str, ...]
    """In the order given; nobody where they did not agree."""
    outliers: tuple[str, ...]
    """All others, in the order given."""
    leader: str
    """Whose embedding all of the majority are near to; "" where they did not agree."""
    reason: str
    """In one sentence, who agreed or why nobody did."""

    @property
    def is_reached(self) -> bool:
        """Whether they agreed."""
        return bool(self.majority)


def agree(
    embeddings: Mapping[str, NDArray[np.float32]] | Sequence[NDArray[np.float32]],
    threshold: float = 0.95,
    quorum: int = 1,
) -> Agreement:
    """Return the majority among directors.

    Args:
        embeddings: of each director by its name, or in a row, which names them 0, 1 and so on. One that is zero, not
            finite, or of another length than most is no vote.
        threshold: cosine from which two count as the same, -1 to 1.
        quorum: least number of votes in the majority, at least 1.

    Returns:
        The majority and the outliers. Nobody agrees if the largest group is smaller than the quorum, or if two groups
        without a common member are equally large. Of groups that share members, the one nearer to its leader counts;
        the order of directors decides between equal ones only.

    Raises:
        ValueError: threshold or quorum are out of range.
    """
    if not -1 <= threshold <= 1 or quorum < 1:
        raise ValueError(f"threshold = {threshold} must lie between -1 and 1, quorum = {quorum} must be at least 1")
    named = dict(embeddings) if isinstance(embeddings, Mapping) else {str(n): e for n, e in enumerate(embeddings)}
    names = list(named)
    voters, units = _votes(list(named.values()))
    if len(voters) < quorum:
        return _nobody(names, f"{len(voters)} of {len(names)} embeddings are votes; the quorum is {quorum}")
    cosines = units @ units.T
    near = cosines >= threshold - _EQUAL
    np.fill_diagonal(near, True)
    sizes = near.sum(axis=1)
    largest = np.flatnonzero(sizes == sizes.max())
    if sizes.max() < quorum:
        return _nobody(names, f"the largest group has {sizes.max()} of {len(names)}; the quorum is {quorum}")
    tightness = np.where(near, cosines, 0).sum(axis=1)
    leader = max(largest, key=lambda row: (round(float(tightness[row]), 5), -row))
    if any(not (near[leader] & near[other]).any() for other in largest):
        return _nobody(names, f"a tie: two groups of {sizes.max()} have no member in common")
    chosen = {voters[column] for column in np.flatnonzero(near[leader])}
    head = names[voters[int(leader)]]
    return Agreement(
        tuple(name for place, name in enumerate(names) if place in chosen),
        tuple(name for place, name in enumerate(names) if place not in chosen),
        head,
        f"{len(chosen)} of {len(names)} are within a cosine of {threshold} of {head}",
    )


def _nobody(names: Sequence[str], reason: str) -> Agreement:
    return Agreement((), tuple(names), "", reason)


def _votes(embeddings: Sequence[NDArray[np.float32]]) -> tuple[list[int], NDArray[np.float64]]:
    """Return which embeddings are votes, and these at length 1, one a row."""
    flat = [np.asarray(each, np.float64).reshape(-1) for each in embeddings]
    lengths = [len(each) for each in flat if len(each)]
    usual = max(sorted(set(lengths)), key=lengths.count, default=0)
    voters = [
        place
        for place, each in enumerate(flat)
        if len(each) == usual and usual and np.isfinite(each).all() and np.abs(each).max() > 0
    ]
    # Divided by its largest number first, so that a length that overflows does not become a vote of infinity.
    rows = [flat[place] / np.abs(flat[place]).max() for place in voters]
    units = np.array([row / np.linalg.norm(row) for row in rows]) if rows else np.zeros((0, 0))
    return voters, units
