"""What a plot shows at each moment: where every curve stands, in which role, and what is written at its points."""

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vortex.core.errors import EngineError
from vortex.visuals.kinds.cued import with_cues
from vortex.visuals.kinds.steps import Course, Standing
from vortex.visuals.stage import Stage
from vortex.visuals.states import Curve, Moved, Plot, Point, Role

_LEAST = {"line": 2, "area": 2, "polygon": 3, "arrow": 2}
_TONES = 6


@dataclass(frozen=True, slots=True)
class Placed:
    """One curve at one moment."""

    points: tuple[Point, ...]
    """In units of the plane."""
    tones: tuple[int, ...]
    """One a point; empty where all have the curve's own."""
    role: Role
    marked: Mapping[int, Standing]
    """By point: the role that it has of its own, and what is written at it."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The whole picture from a frame on."""

    frame: int
    curves: tuple[Placed, ...]


def most_points(plot: Plot) -> list[int]:
    """Return for each curve the greatest number of points that it ever has, and check all moves on the way.

    Raises:
        EngineError: a curve or a move is wrong; names it.
    """
    counts = []
    for index, curve in enumerate(plot.curves):
        _check(f"plot.curves.{index}", curve, curve.points, curve.tones)
        counts.append(len(curve.points))
    for number, step in enumerate(plot.steps):
        for move in step.moves:
            where = f"plot.steps.{number}.moves"
            if move.curve >= len(plot.curves):
                raise EngineError(f"{where} names curve {move.curve} of {len(plot.curves)}; mend storyboard.json")
            _check(where, plot.curves[move.curve], move.points, move.tones)
            counts[move.curve] = max(counts[move.curve], len(move.points or ()))
    return counts


def _check(where: str, curve: Curve, points: Sequence[Point] | None, tones: Sequence[int] | None) -> None:
    if points is not None and len(points) < _LEAST.get(curve.form, 1):
        raise EngineError(
            f"{where} gives a curve of form {curve.form!r} {len(points)} points; it needs {_LEAST[curve.form]}"
        )
    if any(not math.isfinite(value) for point in points or () for value in point):
        raise EngineError(f"{where} has a point that is not finite; leave it out")
    if any(not 0 <= tone < _TONES for tone in tones or ()):
        raise EngineError(f"{where} has a tone outside 0 to {_TONES - 1}; mend storyboard.json")


def moments(plot: Plot, states: Course, stage: Stage) -> tuple[Moment, ...]:
    """Return what is shown at first, after each step, and while a cue says otherwise.

    Raises:
        EngineError: tones do not fit their points, or a mark names a point that is not there.
    """
    placed, lit = _placed(plot), with_cues(states, stage, lambda target: [target])
    last = dict(zip(lit.frames, lit.states, strict=True))
    made = []
    for frame, state in sorted(last.items()):
        here = placed[bisect_right(states.frames, frame) - 1]
        made.append(Moment(frame, tuple(_standing(state, curve, moved) for curve, moved in enumerate(here))))
    return tuple(made)


def _placed(plot: Plot) -> list[list[Moved]]:
    """Return for each state, and in it for each curve, the points and tones."""
    state = [Moved(curve=index, points=curve.points, tones=curve.tones) for index, curve in enumerate(plot.curves)]
    states = [list(state)]
    for step in plot.steps:
        for move in step.moves:
            old = state[move.curve]
            points, tones = move.points or old.points, old.tones if move.tones is None else move.tones
            state[move.curve] = Moved(curve=move.curve, points=points, tones=tones)
        states.append(list(state))
    for number, each in enumerate(states):
        for moved in each:
            if moved.tones and len(moved.tones) != len(moved.points or ()):
                raise EngineError(
                    f"plot: after {number} steps curve {moved.curve} has {len(moved.tones)} tones for "
                    f"{len(moved.points or ())} points; give one for each, or none"
                )
    return states


def _standing(state: Mapping[str, Standing], curve: int, moved: Moved) -> Placed:
    """Return how a curve stands in a state."""
    points, own = moved.points or (), state.get(f"curve:{curve}", Standing())
    prefix = f"point:{curve},"
    marked = {int(target[len(prefix) :]): each for target, each in state.items() if target.startswith(prefix)}
    for point, each in marked.items():
        if point >= len(points) and each.text:
            raise EngineError(
                f"plot: {prefix}{point} is labelled while curve {curve} has {len(points)} points; mend it"
            )
    if own.text:
        raise EngineError(f"plot: a mark writes at curve:{curve}; label one of its points, or give the curve a name")
    return Placed(points, moved.tones or (), own.role, marked)
