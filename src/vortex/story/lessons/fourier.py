"""Fourier series: a square wave is taken apart by numerical integration and put together again from sines.

Source: Fourier, Théorie analytique de la chaleur, 1822; Gibbs, Fourier's Series, Nature 59, 1899.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi, sin, sqrt

from vortex.story.lessons.lesson import Lesson
from vortex.story.lessons.talk import Talk
from vortex.story.lessons.trace import Knob, Row, Trace
from vortex.visuals.states import Curve, Mark, Moved, PlotStep, Point

SAMPLES = 2000
DRAWN = 400
CORNER = 0.3


@dataclass(frozen=True)
class Harmonic:
    """One sine of the sum and what the sum is like once it is added."""

    number: int
    height: float
    total: tuple[float, ...]
    """Heights of all sines so far, by number from 1."""
    row: Row


@dataclass(frozen=True)
class Series:
    """The sines, in the order in which they are added."""

    jump: float
    even: Row
    harmonics: tuple[Harmonic, ...]
    gibbs: Row


class Fourier(Lesson[Series]):
    """Builds a square wave out of smooth ones."""

    name = "fourier"
    title = "Fourier series"
    about = "How smooth waves add up to a wave with corners"
    words = ("fourier", "fourier series", "fourier transform", "harmonics", "square wave", "sine waves")
    knobs = (Knob("sines", 8, 5, 12, "sines that are added"), Knob("height", 1, 1, 5, "height of the square wave"))

    def run(self, trace: Trace) -> Series:
        """Measure how much of each sine the wave holds, and add those that it holds."""
        height = float(trace["height"])
        values = [square(place, height) for place in _places(SAMPLES)]
        second = measured(values, 2)
        even = trace.record("measure", number=2, height=round(second, 2) + 0.0)
        total: list[float] = []
        harmonics: list[Harmonic] = []
        while len(harmonics) < trace["sines"]:
            number = len(total) + 1
            found = measured(values, number)
            total.append(found if number % 2 else 0.0)
            if number % 2 == 0:
                continue
            miss = sqrt(
                sum((value - summed(total, place)) ** 2 for value, place in zip(values, _places(SAMPLES), strict=True))
                / SAMPLES
            )
            row = trace.record(
                "add", "curve:1", count=len(harmonics) + 1, number=number, height=found, miss=round(100 * miss / height)
            )
            harmonics.append(Harmonic(number, found, tuple(total), row))
        peak = max(summed(total, place) for place in _places(SAMPLES))
        gibbs = trace.record(
            "overshoot", sines=len(harmonics), peak=peak, percent=round(100 * (peak - height) / (2 * height))
        )
        return Series(height, even, tuple(harmonics), gibbs)

    def tell(self, talk: Talk, run: Series) -> None:
        """Show the wave, measure one sine, add one after the other, look at the corner."""
        talk.open(
            "Can smooth waves add up to a wave with sharp corners?",
            "We take a square wave apart and build it again, one sine at a time.",
        )
        self._tell_wave(talk, run)
        self._tell_sum(talk, run)
        if talk.deeper(1):
            self._tell_corner(talk, run)
        talk.close(
            ("A wave that repeats is a sum of sines", "Sines, shifted where need be, add up to any wave that repeats."),
            ("Multiply and add to measure", "How much of a sine it holds is measured by multiplying and adding up."),
            ("Corners need endless sines", "Each sine brings the sum closer, but a corner would need endlessly many."),
        )

    def _tell_wave(self, talk: Talk, run: Series) -> None:
        first = run.harmonics[0]
        curves = [
            _wave(run.jump),
            _sum_curve(first.total, "sine 1"),
            Curve(name="sine 2", tone=2, points=_sine(2, run.jump)),
        ]
        hidden = {"curve:1": "hidden", "curve:2": "hidden"}
        talk.scene("What is in the wave?")
        talk.shot(
            "plot",
            "The wave, and the sines that are compared with it.",
            heading="A square wave",
            curves=curves,
            marks=hidden,
            x_label="time",
        )
        talk.say("Here is a wave that jumps up and down and has nothing smooth about it.")
        talk.say("How much of a ^sine with the same rhythm does it hold?", first.row, step=_shown(1))
        talk.say(
            "We multiply both at every moment, add everything up, and get a height of ^{height}.",
            first.row,
            note=f"sine 1: {first.row['height']}",
        )
        talk.say("A sine ^twice as fast runs against the wave as often as with it.", run.even, step=_shown(2))
        talk.say(
            "So for number {number} the sum is ^{height}: the wave holds none of it.",
            run.even,
            note=f"sine {run.even['number']}: {run.even['height']}",
        )

    def _tell_sum(self, talk: Talk, run: Series) -> None:
        told = talk.some(run.harmonics, least=3)
        talk.scene("Adding sines")
        talk.shot(
            "plot",
            "The wave and the sum of the sines so far.",
            heading="One sine after the other",
            curves=[_wave(run.jump), _sum_curve(run.harmonics[0].total, "sum")],
            x_label="time",
        )
        for place, each in enumerate(told):
            step = PlotStep(moves=(Moved(curve=1, points=_points(each.total)),), note=f"sines: {each.row['count']}")
            talk.say(SUMS[min(place, 2) if place < 3 else 3 + place % 2], each.row, step=step)
            if place in (0, 2) or talk.deeper(5):
                missed = PlotStep(note=f"sines: {each.row['count']}, miss: {each.row['miss']} %")
                talk.say(MISSES[min(place, 1 + place % 2)], each.row, step=missed)

    def _tell_corner(self, talk: Talk, run: Series) -> None:
        last = run.harmonics[-1]
        points = tuple((x, y) for x, y in _points(last.total, 4 * DRAWN) if x < CORNER)
        corner = Curve(name="wave", tone=1, points=((0.0, run.jump), (CORNER, run.jump)))
        talk.scene("The corner")
        talk.shot(
            "plot",
            "The corner of the wave, magnified.",
            heading="The corner, magnified",
            curves=[corner, Curve(name="sum", points=points)],
            x_label="time",
        )
        talk.say("Look closely at the corner, with {sines} sines in the sum.", run.gibbs)
        talk.say("The sum shoots over the edge, up to ^{peak}.", run.gibbs, note=f"peak {run.gibbs['peak']}")
        talk.say(
            "That is {percent} percent of the ^jump, and more sines make it narrower but hardly lower.",
            run.gibbs,
            note=f"{run.gibbs['percent']} % of the jump",
        )


MISSES = (
    "The sum misses the wave by ^{miss} percent on average.",
    "Now it misses by only ^{miss} percent.",
    "That brings the miss down to ^{miss}.",
)
SUMS = (
    "We begin with the first sine, ^{height} high.",
    "Then comes ^sine number {number}, with a height of only {height}.",
    "Sine number {number} adds ^{height} more, and the flanks grow steeper.",
    "Now ^number {number}, with a height of {height}.",
    "With sine ^{number} there are {count} in the sum.",
)


def square(place: float, height: float) -> float:
    """Return the square wave of period 1 at ``place``."""
    return height if place % 1 < 0.5 else -height


def measured(values: Sequence[float], number: int) -> float:
    """Return the height of sine ``number`` in equally spaced values of one period (midpoint rule)."""
    places = _places(len(values))
    return 2 * sum(v * sin(2 * pi * number * p) for v, p in zip(values, places, strict=True)) / len(values)


def summed(heights: Sequence[float], place: float) -> float:
    """Return the sum of sines 1, 2, … with these heights at ``place``."""
    return sum(height * sin(2 * pi * n * place) for n, height in enumerate(heights, 1) if height)


def _places(count: int) -> list[float]:
    return [(number + 0.5) / count for number in range(count)]


def _points(heights: Sequence[float], count: int = DRAWN) -> tuple[Point, ...]:
    return tuple((number / count, summed(heights, number / count)) for number in range(count + 1))


def _sine(number: int, height: float) -> tuple[Point, ...]:
    return _points([*[0.0] * (number - 1), height])


def _wave(height: float) -> Curve:
    corners = ((0.0, height), (0.5, height), (0.5, -height), (1.0, -height))
    return Curve(name="wave", tone=1, points=corners)


def _sum_curve(heights: Sequence[float], name: str) -> Curve:
    return Curve(name=name, tone=0, points=_points(heights))


def _shown(curve: int) -> PlotStep:
    return PlotStep(marks=(Mark(at=f"curve:{curve}", role="plain"),))
