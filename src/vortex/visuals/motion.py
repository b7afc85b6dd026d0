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
    """A change to ``value`` that begins at frame ``start`` and is complete ``num_frames`` later."""

    start: int
    value: float
    num_frames: int
    easing: Easing
    bow: float = 0.0
    """How far it leaves the straight way at the middle of it."""


class Track:
    """One value over time: it rests, moves, and rests again. Moves may be given in any order."""

    __slots__ = ("_initial", "_moves", "_origins")

    def __init__(self, initial: float) -> None:
        self._initial = initial
        self._moves: list[Move] = []
        self._origins: list[float] = []

    def move(self, start: int, value: float, num_frames: int = 0, easing: Easing = "out", bow: float = 0.0) -> None:
        """Go to ``value`` from whatever the track holds at ``start``; a later move cuts an earlier one short.

        With ``num_frames`` 0 the value jumps, and holds at ``start`` already. With ``bow`` it goes there in a curve
        that is a parabola where two tracks are the coordinates of one thing.
        """
        place = bisect_right(self._moves, start, key=lambda move: move.start)
        self._moves.insert(place, Move(start, value, num_frames, easing, bow))
        # Earlier moves keep where they come from: only what follows is worked out anew.
        del self._origins[place:]
        for move in self._moves[place:]:
            self._origins.append(self.at(move.start))

    def at(self, frame: int) -> float:
        """Return the value at ``frame``."""
        index = bisect_right(self._moves, frame, hi=len(self._origins), key=lambda move: move.start) - 1
        if index < 0:
            return self._initial
        move, origin = self._moves[index], self._origins[index]
        passed = frame - move.start
        if passed >= move.num_frames:
            return move.value
        share = ease(move.easing, passed / move.num_frames)
        # Finer steps than this cannot be seen, and equal states need no paint.
        return round(origin + (move.value - origin) * share + 4 * move.bow * share * (1 - share), 4)

    def moving(self) -> list[range]:
        """Return the frames at which the value may differ from the frame before."""
        changes = zip(self._moves, self._origins, strict=True)
        return [range(m.start, m.start + m.num_frames + 1) for m, origin in changes if origin != m.value or m.bow]
