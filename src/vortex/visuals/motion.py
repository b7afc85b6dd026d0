"""How a value changes over the frames of a shot: tracks of eased moves, exact at every frame, with no clock."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Easing = Literal["out", "in_out", "linear", "step"]

_EASINGS: dict[Easing, Callable[[float], float]] = {
    "out": lambda t: 1 - (1 - t) ** 3,
    "in_out": lambda t: 4 * t**3 if t < 0.5 else 1 - 4 * (1 - t) ** 3,
    "linear": lambda t: t,
    "step": lambda t: 1.0,
}


def ease(easing: Easing, share: float) -> float:
    """Return the eased value of ``share``, both 0 to 1."""
    return _EASINGS[easing](share)


@dataclass(frozen=True, slots=True)
class Move:
    """A change from ``origin`` to ``value``, complete at frame ``end``."""

    start: int
    end: int
    origin: float
    value: float
    easing: Easing


class Track:
    """One value over time: it rests, moves, and rests again."""

    __slots__ = ("_initial", "_moves", "_starts")

    def __init__(self, initial: float) -> None:
        self._initial = initial
        self._moves: list[Move] = []
        self._starts: list[int] = []

    def move(self, start: int, value: float, num_frames: int = 0, easing: Easing = "out") -> None:
        """Go to ``value`` from whatever the track holds at ``start``; moves are given in the order of time.

        With ``num_frames`` 0 the value jumps, and holds at ``start`` already.
        """
        start = max(start, self._starts[-1] if self._starts else start)
        origin = self.at(start)
        if origin != value:
            self._moves.append(Move(start, start + num_frames, origin, value, easing))
            self._starts.append(start)

    def at(self, frame: int) -> float:
        """Return the value at ``frame``."""
        index = bisect_right(self._starts, frame) - 1
        if index < 0:
            return self._initial
        move = self._moves[index]
        if frame >= move.end:
            return move.value
        share = ease(move.easing, (frame - move.start) / (move.end - move.start))
        # Finer steps than this cannot be seen, and equal states need no paint.
        return round(move.origin + (move.value - move.origin) * share, 4)

    def moving(self) -> list[range]:
        """Return the frames at which the value may differ from the frame before."""
        return [range(move.start, move.end + 1) for move in self._moves]
