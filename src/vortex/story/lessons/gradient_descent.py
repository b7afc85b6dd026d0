"""Gradient descent: a line is fitted to points by walking down the slope of its error.

Source: Cauchy, Méthode générale pour la résolution des systèmes d'équations simultanées, 1847.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from vortex.story.lessons.lesson import Lesson
from vortex.story.lessons.phrases import bracketed
from vortex.story.lessons.talk import Talk
from vortex.story.lessons.trace import DECIMALS, Knob, Row, Trace
from vortex.visuals.states import Curve, Moved, PlotStep, Point

START = 0.0
STEPS = 24
TOO_LARGE = 1.25
"""Times the rate at which a step lands as far behind the minimum as it began before it."""


@dataclass(frozen=True)
class Step:
    """One step of a descent, before it is made."""

    weight: float
    loss: float
    slope: float
    row: Row


@dataclass(frozen=True)
class Fit:
    """The points, the descent, and one with too large a rate."""

    points: tuple[Point, ...]
    data: Row
    rate: float
    rule: Row
    steps: tuple[Step, ...]
    best: Row
    best_weight: float
    hasty_rule: Row
    hasty: tuple[Step, ...]

    def loss(self, weight: float) -> float:
        """Return the mean squared error of the line with this slope."""
        return loss(self.points, weight)


class GradientDescent(Lesson[Fit]):
    """Fits one number and shows each step on the curve of the error."""

    name = "gradient-descent"
    title = "Gradient descent"
    about = "How a program learns a number by walking downhill"
    words = ("gradient descent", "steepest descent", "learning rate", "how machines learn", "loss function")
    knobs = (Knob("points", 6, 3, 10, "points to be fitted"), Knob("rate", 12, 5, 45, "learning rate in hundredths"))

    def run(self, trace: Trace) -> Fit:
        """Draw points near a line, then descend with the rate asked for and with one that is too large."""
        slope = round(trace.random.uniform(1.2, 2.2), 1)
        xs = [2 * (number + 1) / trace["points"] for number in range(trace["points"])]
        points = tuple((x, round(slope * x + trace.random.uniform(-0.35, 0.35), 2)) for x in xs)
        data = trace.record("points", count=len(points))
        # The curvature of the error sets how large a rate may be, so the rate is given as a share of its limit.
        limit = 2 / _curvature(points)
        rate = round(trace["rate"] / 100 * limit, 2)
        rule = trace.record("rule", rate=rate, start=START)
        steps = descend(trace, "step", points, rate)
        best_weight = sum(x * y for x, y in points) / sum(x * x for x, _ in points)
        gap = abs(steps[-1].weight - best_weight)
        last = steps[-1]
        best = trace.record(
            "best", weight=last.weight, loss=last.loss, steps=len(steps) - 1, exact=best_weight, gap=f"{gap:.4f}"
        )
        large = round(TOO_LARGE * limit, 2)
        hasty_rule = trace.record("too large", large=large, rate=rate)
        hasty = descend(trace, "hasty step", points, large, count=5)
        return Fit(points, data, rate, rule, steps, best, best_weight, hasty_rule, hasty)

    def tell(self, talk: Talk, run: Fit) -> None:
        """Show the points and the error, walk down, walk too far."""
        talk.open(
            "How can a program find the best number without trying them all?",
            "We let it walk downhill, and watch the steps it takes.",
        )
        self._tell_question(talk, run)
        self._tell_rule(talk, run)
        self._tell_walk(talk, run)
        if talk.deeper(1):
            self._tell_haste(talk, run)
        talk.close(
            ("The slope says which way is down", "The slope of the error says which way is down, and how steep."),
            ("Step against the slope", "Each step goes against the slope, by the rate times the slope."),
            ("The rate decides", "A small rate is slow and sure, and too large a rate never arrives."),
        )

    def _tell_question(self, talk: Talk, run: Fit) -> None:
        talk.scene("The question")
        dots = Curve(name="points", form="dots", points=run.points, tone=1)
        line = Curve(name="line", points=_line(run.best_weight))
        misses = [Curve(points=((x, START * x), (x, y)), tone=2) for x, y in run.points]
        apart = {f"curve:{2 + number}": "active" for number in range(len(misses))}
        talk.shot(
            "plot",
            "The points and the line that should fit them.",
            heading="Points and a line",
            curves=[dots, line, *misses],
            x_label="x",
            y_label="y",
            x_range=(0.0, 2.2),
            y_range=(-0.5, max(y for _, y in run.points) + 0.6),
            marks=dict.fromkeys(("curve:1", *apart), "hidden"),
        )
        talk.say("Here are {count} points.", run.data)
        talk.say(
            "A ^line through the origin should pass near them all.",
            marks={"curve:1": "plain"},
        )
        tilted = PlotStep(moves=(Moved(curve=1, points=_line(0.6 * run.best_weight)),))
        talk.say("It has only one number to learn, its slope, which we call the ^weight.", step=tilted)
        back = PlotStep(moves=(Moved(curve=1, points=_line(START)),), note="weight = 0")
        talk.say("We begin with a weight of ^{start}, which is far off.", run.rule, step=back)
        talk.say(
            "The error is the mean of the squared ^distances, measured upright, from the line to the points.",
            marks=apart,
            note="error: mean of the squares",
        )

    def _tell_rule(self, talk: Talk, run: Fit) -> None:
        talk.scene("The rule")
        terms = [
            {"latex": r"w", "meaning": "weight"},
            {"latex": r"\eta", "meaning": "learning rate"},
            {"latex": r"\frac{dL}{dw}", "meaning": "slope of the error"},
        ]
        rule = r"w \leftarrow w - \eta \, \frac{dL}{dw}"
        talk.shot("equation", "The rule has three parts.", latex=rule, terms=terms, caption="one step")
        talk.say("The ^slope of the error tells how fast it grows with the weight.", light="term:2")
        talk.say("So we go the other ^way, by the slope times a ^rate.", light=("term:0", "term:1"))
        talk.say("Here the ^rate is {rate}.", run.rule, light="term:1")

    def _tell_walk(self, talk: Talk, run: Fit) -> None:
        talk.scene("The walk")
        self._valley(talk, run, run.steps, "Walking down the error")
        for number, step in enumerate(run.steps[:2]):
            talk.say(WALK[number], step.row, step=_at(run, step, f"slope = {step.row['slope']}"))
            note = f"{step.row['weight']} - {run.rule['rate']} × {bracketed(step.row['slope'])} = {step.row['next']}"
            talk.say("The rule gives the next weight, ^{next}.", step.row, step=_at(run, run.steps[number + 1], note))
        for number, step in enumerate(talk.some(run.steps[3:-1])):
            talk.say(WALK[2 + number % 2], step.row, step=_at(run, step, ""))
        last = _at(run, run.steps[-1], f"weight = {run.best['weight']}")
        talk.say("After {steps} steps the weight is ^{weight}, and the error {loss}.", run.best, step=last)
        if talk.deeper(2):
            talk.say("Solving for the best weight exactly gives {exact}.", run.best)

    def _tell_haste(self, talk: Talk, run: Fit) -> None:
        talk.scene("Too large a rate")
        told = talk.some(run.hasty, least=2)[:4]
        self._valley(talk, run, told, "Too large a rate")
        talk.say("What if we are in a hurry and take a rate of {large}?", run.hasty_rule)
        for number, step in enumerate(told):
            talk.say(HASTE[min(number, len(HASTE) - 1)], step.row, step=_at(run, step))
        talk.say("Every step now jumps over the valley and lands higher than before.")

    def _valley(self, talk: Talk, run: Fit, steps: Sequence[Step], heading: str) -> None:
        reach = max(abs(step.weight - run.best_weight) for step in steps) * 1.15
        weights = [run.best_weight + reach * (number - 40) / 40 for number in range(81)]
        valley = Curve(name="error", points=tuple((weight, run.loss(weight)) for weight in weights))
        ball = Curve(name="weight", form="dots", points=((steps[0].weight, steps[0].loss),), tone=1)
        slope = Curve(name="slope", points=_tangent(steps[0], 0.22 * reach), tone=2, dashed=True)
        talk.shot(
            "plot",
            "The error of every weight, and where the walk stands.",
            heading=heading,
            curves=[valley, ball, slope],
            x_label="weight",
            y_label="error",
            y_range=(-0.05 * valley.points[0][1], 1.02 * valley.points[0][1]),
        )


WALK = (
    "At weight {weight} the error is ^{loss}, and its slope is {slope}.",
    "Here the slope is only ^{slope}, so the step is shorter.",
    "At ^{weight} the error has come down to {loss}.",
    "The weight is ^{weight} now, and the slope {slope}.",
)
HASTE = (
    "We begin at {weight} again, with an error of ^{loss}.",
    "The first step lands at ^{weight}, where the error is {loss}.",
    "The next one lands at ^{weight}: the error is {loss}.",
)


def loss(points: Sequence[Point], weight: float) -> float:
    """Return the mean squared error of ``y = weight * x``."""
    return sum((weight * x - y) ** 2 for x, y in points) / len(points)


def slope_of(points: Sequence[Point], weight: float) -> float:
    """Return the derivative of ``loss`` by the weight."""
    return sum(2 * x * (weight * x - y) for x, y in points) / len(points)


def descend(trace: Trace, what: str, points: Sequence[Point], rate: float, count: int = STEPS) -> tuple[Step, ...]:
    """Make ``count`` steps, or fewer once the weight stands still, and return where each began.

    All values are kept as they are written, so that whoever follows a step by hand gets the same.
    """
    weight, steps = START, []
    for _ in range(count):
        slope = round(slope_of(points, weight), DECIMALS)
        after = round(weight - rate * slope, DECIMALS)
        values = {"weight": weight, "loss": loss(points, weight), "slope": slope, "next": after}
        row = trace.record(what, "curve:1", **values)
        steps.append(Step(weight, values["loss"], slope, row))
        if after == weight:
            break
        weight = after
    return tuple(steps)


def _curvature(points: Sequence[Point]) -> float:
    return 2 * sum(x * x for x, _ in points) / len(points)


def _line(weight: float) -> tuple[Point, ...]:
    return ((0.0, 0.0), (2.2, 2.2 * weight))


def _tangent(step: Step, half: float) -> tuple[Point, ...]:
    return tuple((step.weight + side, step.loss + side * step.slope) for side in (-half, half))


def _at(run: Fit, step: Step, note: str | None = None) -> PlotStep:
    half = 0.22 * abs(run.steps[0].weight - run.best_weight)
    moves = (
        Moved(curve=1, points=((step.weight, step.loss),)),
        Moved(curve=2, points=_tangent(step, half)),
    )
    return PlotStep(moves=moves, note=note)
