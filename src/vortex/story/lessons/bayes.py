"""Bayes' rule: a rare illness, a good test, and what a positive result is worth, counted and simulated.

Source: Bayes, An Essay towards solving a Problem in the Doctrine of Chances, 1763.
"""

from dataclasses import dataclass
from math import sqrt

from vortex.story.lessons.lesson import Lesson
from vortex.story.lessons.talk import Talk
from vortex.story.lessons.trace import Knob, Row, Trace
from vortex.visuals.states import GridStep, Mark, Role, Step

PEOPLE = 1000
DRAWN = 100_000
WIDENESS = 1.7
"""How many times as wide as high the field of those reported is, so that it suits wide and upright films."""


@dataclass(frozen=True)
class Counts:
    """Who is ill, whom the test reports, and what follows."""

    sick_reported: int
    well_reported: int
    world: Row
    test: Row
    sick: Row
    well: Row
    answer: Row
    drawn: Row
    rule: Row
    again: tuple[Row, ...]


class Bayes(Lesson[Counts]):
    """Counts a thousand people, then draws a hundred thousand by chance."""

    name = "bayes"
    title = "Bayes' rule"
    about = "What a positive test really means"
    words = ("bayes", "bayes rule", "bayes theorem", "conditional probability", "base rate", "false positives")
    knobs = (
        Knob("ill", 10, 5, 20, "how many of a thousand people are ill"),
        Knob("found", 90, 60, 99, "percent of the ill whom the test reports"),
        Knob("false", 9, 3, 18, "percent of the healthy whom it reports as well"),
    )

    def run(self, trace: Trace) -> Counts:
        """Count with round figures, repeat the test in the reckoning, and check by drawing people."""
        ill, found, false = trace["ill"], trace["found"] / 100, trace["false"] / 100
        healthy = PEOPLE - ill
        sick_reported, well_reported = round(ill * found), round(healthy * false)
        both = sick_reported + well_reported
        world = trace.record("people", people=PEOPLE, ill=ill, healthy=healthy)
        test = trace.record("test", found=trace["found"], false=trace["false"])
        sick = trace.record(
            "the ill", "node:1", ill=ill, found=trace["found"], reported=sick_reported, no=ill - sick_reported
        )
        well = trace.record(
            "the healthy",
            "node:2",
            healthy=healthy,
            false=trace["false"],
            reported=well_reported,
            no=healthy - well_reported,
        )
        answer = trace.record(
            "reported", both=both, right=sick_reported, wrong=well_reported, percent=_percent(sick_reported / both)
        )
        shares = posteriors(ill / PEOPLE, found, false, 3)
        rule = trace.record(
            "rule",
            found=trace["found"],
            ill=_percent(ill / PEOPLE),
            anyone=_percent((ill * found + healthy * false) / PEOPLE),
            after=_percent(shares[0]),
        )
        again = tuple(
            trace.record("test again", number=number, before=_percent(before), after=_percent(after))
            for number, (before, after) in enumerate(zip([ill / PEOPLE, *shares], shares, strict=False), 1)
        )
        drawn, right = draw(trace, ill / PEOPLE, found, false)
        simulated = trace.record(
            "draw", drawn=f"{DRAWN:,}", reported=drawn, right=right, percent=_percent(right / drawn)
        )
        return Counts(sick_reported, well_reported, world, test, sick, well, answer, simulated, rule, again)

    def tell(self, talk: Talk, run: Counts) -> None:
        """Divide the people twice, look at those reported, say the rule, repeat the test."""
        talk.open(
            "A test for a rare illness says yes. How likely is it that you are ill?",
            "We count people, and the answer surprises almost everyone.",
        )
        self._tell_count(talk, run)
        self._tell_reported(talk, run)
        if talk.deeper(1):
            self._tell_rule(talk, run)
        if talk.deeper(2):
            self._tell_again(talk, run)
        talk.close(
            ("Count both ways to a yes", "A yes comes from the ill and from the healthy, so count them both."),
            ("Rare things stay unlikely", "When the illness is rare, most of the yeses come from the healthy."),
            ("Evidence adds up", "A second independent test starts where the first one ended."),
        )

    def _tell_count(self, talk: Talk, run: Counts) -> None:
        labels = [
            f"{PEOPLE}",
            run.world["ill"],
            run.world["healthy"],
            run.sick["reported"],
            run.sick["no"],
            run.well["reported"],
            run.well["no"],
        ]
        names = ["people", "ill", "healthy", "yes", "no", "yes", "no"]
        marks = {at: "hidden" for number in range(1, 7) for at in _branch(number)}
        talk.scene("Counting people")
        talk.shot(
            "tree",
            "The people, divided by health and then by the test's answer.",
            heading="Who hears yes?",
            labels=[f"{label} {name}" for label, name in zip(labels, names, strict=True)],
            parents=[-1, 0, 0, 1, 1, 2, 2],
            marks=marks,
        )
        talk.say("Imagine {people} people.", run.world)
        talk.say(
            "Of these, ^{ill} are ill, and ^{healthy} are healthy.", run.world, step=(_seen("bad", 1), _seen("good", 2))
        )
        talk.say(
            "The test says yes to {found} percent of the ill: that is ^{reported} people.",
            run.sick,
            step=_seen("bad", 3, note=f"{run.sick['found']} % of {run.sick['ill']}"),
        )
        talk.say(
            "But it also says yes to {false} percent of the healthy, which is ^{reported} people.",
            run.well,
            step=_seen("good", 5, note=f"{run.well['false']} % of {run.well['healthy']}"),
        )
        if talk.deeper(2):
            talk.say("What remains hears no, and nobody worries, though {no} of them should.", run.sick)
        talk.say(
            "There are so ^many healthy people that even a small share of them is a crowd.",
            run.well,
            marks={at: "path" for at in ("edge:2", "edge:5")},
        )

    def _tell_reported(self, talk: Talk, run: Counts) -> None:
        both = run.sick_reported + run.well_reported
        columns = min(20, max(6, round(sqrt(WIDENESS * both))))
        rows = -(-both // columns)
        places = [f"cell:{number // columns},{number % columns}" for number in range(both)]
        spare = [f"cell:{number // columns},{number % columns}" for number in range(both, rows * columns)]
        talk.scene("Those who hear yes")
        talk.shot(
            "grid",
            "Everyone to whom the test says yes, one square a person.",
            heading="Everyone who hears yes",
            rows=rows,
            columns=columns,
            marks={each: "hidden" for each in spare},
        )
        talk.say("Now look only at the {both} people who hear yes, and you are one of them.", run.answer)
        ill = GridStep(marks=tuple(Mark(at=each, role="bad") for each in places[: run.sick_reported]))
        talk.say("Only ^{right} of them are ill.", run.answer, step=ill)
        well = GridStep(marks=tuple(Mark(at=each, role="good") for each in places[run.sick_reported :]))
        talk.say("The other ^{wrong} are healthy.", run.answer, step=well)
        note = f"{run.answer['right']} of {run.answer['both']} = {run.answer['percent']} %"
        talk.say("So after a yes you are ill with a chance of ^{percent} percent.", run.answer, note=note)
        if talk.deeper(3):
            talk.say(
                "To be sure, the program also draws {drawn} people by ^chance.",
                run.drawn,
                note=f"{run.drawn['drawn']} people",
            )
            simulated = f"{run.drawn['right']} of {run.drawn['reported']} = {run.drawn['percent']} %"
            talk.say(
                "Of the {reported} who heard yes, ^{right} were ill, which is {percent} percent.",
                run.drawn,
                note=simulated,
            )

    def _tell_rule(self, talk: Talk, run: Counts) -> None:
        terms = [
            {"latex": r"P(I \mid Y)", "meaning": "ill, after a yes"},
            {"latex": r"P(Y \mid I)", "meaning": "a yes from the ill"},
            {"latex": r"P(I)", "meaning": "ill at all"},
            {"latex": r"P(Y)", "meaning": "a yes at all"},
        ]
        talk.scene("The rule")
        talk.shot(
            "equation",
            "The same count, written as a rule.",
            terms=terms,
            caption="Bayes' rule",
            latex=r"P(I \mid Y) = \frac{P(Y \mid I) \, P(I)}{P(Y)}",
        )
        talk.say("Written as a rule, this is what Thomas Bayes found.")
        talk.say(
            "On top stands how often the ^ill hear yes, times how ^common the illness is.", light=("term:1", "term:2")
        )
        talk.say("Below stands how often ^anyone hears yes.", light="term:3")
        talk.say("Out comes how likely the illness is, ^once the yes is known.", light="term:0")
        if talk.deeper(2):
            talk.say(
                "Here ^{found} percent of {ill}, divided by ^{anyone}, makes ^{after}.",
                run.rule,
                light=("term:1", "term:3", "term:0"),
            )

    def _tell_again(self, talk: Talk, run: Counts) -> None:
        told = talk.some(run.again, least=1)
        values = [float(run.again[0]["before"]), *(float(row["after"]) for row in told)]
        names = ["before", *(f"after test {row['number']}" for row in told)]
        talk.scene("Asking again")
        talk.shot(
            "chart",
            "How the chance grows from test to test.",
            form="bar",
            categories=names,
            series=[{"name": "chance of being ill", "values": values}],
            y_label="percent",
            caption="How likely to be ill?",
        )
        talk.say("What if the test is taken again?")
        for row in told:
            talk.say(
                TESTS[min(int(row["number"]) - 1, len(TESTS) - 1)],
                row,
                show=f"point:{row['number']}",
            )
        talk.say("Each answer becomes the starting point of the next.")


TESTS = (
    "The first test begins at {before} percent, and a yes lifts that to ^{after}.",
    "Test {number} takes up these {before} percent: after another yes it is ^{after}.",
    "Test {number} begins there, and its yes means ^{after} percent.",
)


def posteriors(prior: float, found: float, false: float, count: int) -> list[float]:
    """Return the chance of being ill after each of ``count`` positive tests."""
    chances = []
    for _ in range(count):
        prior = prior * found / (prior * found + (1 - prior) * false)
        chances.append(prior)
    return chances


def draw(trace: Trace, prior: float, found: float, false: float) -> tuple[int, int]:
    """Draw people one by one and return how many the test reports, and how many of those are ill."""
    reported = right = 0
    for _ in range(DRAWN):
        ill = trace.random.random() < prior
        if trace.random.random() < (found if ill else false):
            reported += 1
            right += ill
    return reported, right


def _seen(role: Role, node: int, note: str | None = None) -> Step:
    """Return the step that shows a node; those who hear no come with those who hear yes, unlit."""
    marks = [Mark(at=at, role=role) for at in _branch(node)]
    if node > 2:
        marks += [Mark(at=at, role="plain") for at in _branch(node + 1)]
    return Step(marks=tuple(marks), note=note)


def _percent(share: float) -> str:
    """Return a share as percent with one place, without one where it is whole."""
    return f"{100 * share:.1f}".removesuffix(".0")


def _branch(number: int) -> tuple[str, str]:
    """Return a node and the edge that leads to it."""
    return f"node:{number}", f"edge:{number}"
