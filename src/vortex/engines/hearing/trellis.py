"""The best way of laying known tokens over frames of which a network says how likely each token is in each.

Between any two tokens, before the first and after the last, the network may say blank, and two equal tokens that follow
each other have a blank between them; a token or blank may last any number of frames.

Source: Graves et al., "Connectionist temporal classification", 2006 (the trellis); Viterbi, "Error bounds for
convolutional codes", 1967 (the best path).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vortex.core.errors import EngineError


@dataclass(frozen=True, slots=True)
class Span:
    """Frames of one token, from ``start`` up to but not with ``end``, and how sure the network is of them."""

    start: int
    end: int
    chance: float
    """Geometric mean over its frames, 0 to 1."""


def align_tokens(log_chances_TV: NDArray[np.float32], tokens: Sequence[int], blank: int = 0) -> tuple[Span, ...]:
    """Return the frames of every token on the most likely path.

    Args:
        log_chances_TV: natural logarithm of the chance of each token of the vocabulary in each frame.
        tokens: what is said, without blanks; at least one.
        blank: the token for "nothing new".

    Returns:
        One span for each token, in order, none empty, none overlapping.

    Raises:
        EngineError: there are fewer frames than tokens, counting a blank between equal neighbours.
    """
    states = np.full(2 * len(tokens) + 1, blank)
    states[1::2] = tokens
    num_needed = len(tokens) + int(np.sum(states[1:-2:2] == states[3::2]))
    if not len(tokens) or len(log_chances_TV) < num_needed:
        raise EngineError(
            f"{len(tokens)} tokens cannot be laid over {len(log_chances_TV)} frames; at least "
            f"{max(1, num_needed)} are needed: is this the text of this sound?"
        )
    said_TS = log_chances_TV[:, states].astype(np.float64)
    path = _best_path(said_TS, _may_skip(states, blank))
    spans = []
    for place in range(len(tokens)):
        start, end = np.searchsorted(path, [2 * place + 1, 2 * place + 2])
        chance = float(np.exp(said_TS[start:end, 2 * place + 1].mean()))
        spans.append(Span(int(start), int(end), chance))
    return tuple(spans)


def _may_skip(states_S: NDArray[np.int64], blank: int) -> NDArray[np.bool_]:
    """Say for each state whether it may follow the one before the last: a token after another token."""
    skip = np.zeros(len(states_S), bool)
    skip[2:] = (states_S[2:] != blank) & (states_S[2:] != states_S[:-2])
    return skip


def _best_path(said_TS: NDArray[np.float64], may_skip_S: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the state of every frame; it never decreases."""
    num_frames, num_states = said_TS.shape
    best = np.full(num_states, -np.inf)
    best[:2] = said_TS[0, :2]
    moved = np.zeros((num_frames, num_states), np.int8)
    for frame in range(1, num_frames):
        ways = np.full((3, num_states), -np.inf)
        ways[0], ways[1, 1:], ways[2, 2:] = best, best[:-1], best[:-2]
        ways[2, ~may_skip_S] = -np.inf
        moved[frame] = ways.argmax(axis=0)
        best = ways.max(axis=0) + said_TS[frame]
    path = np.empty(num_frames, np.int64)
    state = num_states - 1 if best[-1] >= best[-2] else num_states - 2
    for frame in range(num_frames - 1, -1, -1):
        path[frame] = state
        state -= int(moved[frame, state])
    return path
