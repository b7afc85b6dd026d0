"""What it is worth to keep a model: seconds to bring it back, times the chance that it is wanted, for each byte.

Count and age, which others evict by, know neither that a voice comes back in a moment nor that a large model was loaded
just now. All times are handed in.
"""

from collections import deque
from dataclasses import dataclass

from vortex.runtime.ledger import Holding, State


@dataclass(frozen=True, slots=True)
class Policy:
    """How quickly things are forgotten, and when swapping is called thrashing."""

    half_life_s: float = 300.0
    """After this time a use counts half."""
    settle_s: float = 10.0
    """For this long after its load a model is worth ``settle_factor`` times as much."""
    settle_factor: float = 4.0
    thrash_reloads: int = 4
    """So many models brought back …"""
    thrash_window_s: float = 60.0
    """… in this time are thrashing."""
    patience_s: float = 30.0
    """While thrashing, nobody waits longer than this behind requests for another model."""


class Bandwidth:
    """Bytes a second at which models were brought onto the device, from disk and from host memory."""

    def __init__(self, disk: float = 1e9, memory: float = 1e10) -> None:
        """Begin with a guess, in bytes a second; the first measurement replaces it."""
        self._known = {State.STAGED: disk, State.RAM: memory, State.PINNED: memory}
        self._measured: set[State] = set()

    def measure(self, origin: State, size_bytes: int, seconds: float) -> None:
        """Learn from one load; later loads move the figure by a quarter."""
        if seconds <= 0:
            return
        seen = size_bytes / seconds
        share = 0.25 if origin in self._measured else 1.0
        self._known[origin] += share * (seen - self._known[origin])
        self._measured.add(origin)

    def rate(self, origin: State) -> float:
        """Return bytes a second from ``origin``."""
        return self._known[origin]

    def seconds(self, origin: State, size_bytes: int) -> float:
        """Return how long ``size_bytes`` take from ``origin``."""
        return size_bytes / self._known[origin]


class ReloadCount:
    """Counts models that are brought back, to notice that a machine only swaps."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._times: deque[float] = deque(maxlen=policy.thrash_reloads)

    def add(self, now: float) -> None:
        """Note that a model was loaded again."""
        self._times.append(now)

    def is_thrashing(self, now: float) -> bool:
        """Tell whether the last reloads came too close upon each other."""
        return len(self._times) == self._policy.thrash_reloads and now - self._times[0] <= self._policy.thrash_window_s


def touch(holding: Holding, now: float, policy: Policy) -> None:
    """Note that ``holding`` is used."""
    holding.heat = heat(holding, now, policy) + 1.0
    holding.last_used = now


def heat(holding: Holding, now: float, policy: Policy) -> float:
    """Return the uses of ``holding``, the older ones counted less."""
    age = max(0.0, now - holding.last_used)
    return holding.heat * float(2.0 ** (-age / policy.half_life_s))


def chance(holding: Holding, now: float, policy: Policy) -> float:
    """Return how likely ``holding`` is wanted again, from 0 to 1."""
    warmth = heat(holding, now, policy)
    return warmth / (1.0 + warmth)


def reload_seconds(holding: Holding, bandwidth: Bandwidth, refuge: State) -> float:
    """Return what bringing ``holding`` back from ``refuge`` would take; its own last load from disk counts most."""
    if refuge is State.STAGED and holding.load_s > 0:
        return holding.load_s
    return bandwidth.seconds(refuge, holding.footprint.weights_bytes)


def worth(holding: Holding, reload_s: float, now: float, policy: Policy) -> float:
    """Return seconds saved for each byte held; who has the least leaves first."""
    value = reload_s * chance(holding, now, policy) / (holding.footprint.weights_bytes + holding.footprint.kv_bytes)
    return value * policy.settle_factor if now - holding.loaded_at < policy.settle_s else value
