"""Logistic maps from measurements to chances, fitted to few examples."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_MAX_ROUNDS = 100
_ENOUGH = 1e-9


@dataclass(frozen=True, slots=True)
class Logistic:
    """The chance is 1 / (1 + exp(-(slopes · x + offset)))."""

    slopes: tuple[float, ...]
    offset: float

    def chance(self, x_NF: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return chances of shape (N,), 0 to 1, for measurements of shape (N, F)."""
        return _chance(x_NF @ np.array(self.slopes) + self.offset)


def fit_logistic(same_NF: NDArray[np.float64], different_MF: NDArray[np.float64], ridge: float = 0.0) -> Logistic:
    """Fit the map that gives high chances to ``same`` and low ones to ``different``, both taken as equally likely.

    The wanted chances are not 1 and 0 but what so many examples justify, so that examples that can be told apart
    entirely do not make the map a step.

    Args:
        same_NF: at least one example, F measurements each.
        different_MF: at least one.
        ridge: weight of the squared slopes, in units of the measurements' own spread; above 0 keeps the slopes of
            measurements small that say the same.

    Source: Platt, "Probabilistic outputs for support vector machines", 1999 (targets); Nelder and Wedderburn,
    "Generalized linear models", 1972 (Newton's method on the likelihood).
    """
    x = np.concatenate([same_NF, different_MF]).astype(np.float64)
    num_same, num_different = len(same_NF), len(different_MF)
    wanted = np.repeat([(num_same + 1) / (num_same + 2), 1 / (num_different + 2)], [num_same, num_different])
    weight = np.repeat([0.5 / num_same, 0.5 / num_different], [num_same, num_different]) * len(x)
    middle, spread = x.mean(axis=0), x.std(axis=0) + 1e-12
    design = np.column_stack([(x - middle) / spread, np.ones(len(x))])
    penalty = np.append(np.full(x.shape[1], ridge), 0.0)
    found = _newton(design, wanted, weight, penalty)
    slopes = found[:-1] / spread
    return Logistic(tuple(map(float, slopes)), float(found[-1] - slopes @ middle))


def _newton(
    x: NDArray[np.float64], wanted: NDArray[np.float64], weight: NDArray[np.float64], penalty: NDArray[np.float64]
) -> NDArray[np.float64]:
    def loss(at: NDArray[np.float64]) -> float:
        margin = x @ at
        return float(weight @ (np.logaddexp(0, margin) - wanted * margin) + 0.5 * penalty @ at**2)

    found, now = np.zeros(x.shape[1]), np.inf
    for _ in range(_MAX_ROUNDS):
        chance = _chance(x @ found)
        slope = x.T @ (weight * (chance - wanted)) + penalty * found
        bend = (x.T * (weight * chance * (1 - chance))) @ x + np.diag(penalty + 1e-9)
        step = np.linalg.solve(bend, slope)
        before, now = now, loss(found)
        while loss(found - step) > now and np.abs(step).max() > _ENOUGH:
            step /= 2
        found = found - step
        if before - now < _ENOUGH and np.abs(step).max() < 1e-6:
            break
    return found


def _chance(margin: NDArray[np.float64]) -> NDArray[np.float64]:
    chance: NDArray[np.float64] = 0.5 * (1 + np.tanh(0.5 * margin))
    return chance
