"""How good is a classifier: the confusion matrix, precision, recall, F1 and the ROC curve.

Source: van Rijsbergen, Information Retrieval, 1979; Fawcett, An Introduction to ROC Analysis, 2006.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from vortex.story.lessons.lesson import Lesson
from vortex.story.lessons.talk import Talk
from vortex.story.lessons.trace import Knob, Row, Trace
from vortex.visuals.states import Curve, Mark, MatrixBlock, Moved, PlotStep, Role, Shelf, Step

Scores = tuple[int, ...]
THRESHOLD = 50
BIN = 5
"""Scores so near to each other are drawn above each other; all thresholds lie between such bins."""
OTHERS = (35, 65, 40, 60, 25, 75, 30, 70)
"""Thresholds that are tried, in the order of telling."""


@dataclass(frozen=True)
class Outcome:
    """What a threshold makes of all patients."""

    threshold: int
    hits: int
    misses: int
    alarms: int
    cleared: int

    @property
    def precision(self) -> float:
        """Return which share of those called ill is ill; 1 where nobody is called so."""
        called = self.hits + self.alarms
        return self.hits / called if called else 1.0

    @property
    def recall(self) -> float:
        """Return which share of the ill is called ill."""
        return self.hits / (self.hits + self.misses)

    @property
    def false_alarms(self) -> float:
        """Return which share of the healthy is called ill."""
        return self.alarms / (self.alarms + self.cleared)

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(frozen=True)
class Trial:
    """A test that was tried on patients."""

    ill: Scores
    healthy: Scores
    world: Row
    counts: dict[str, Row]
    """One for each of the four things that can happen."""
    outcome: Row
    others: tuple[tuple[Outcome, Row], ...]
    curve: tuple[Outcome, ...]
    area: Row
    rare: Row
    """What the test does where few are ill."""


class ClassificationMetrics(Lesson[Trial]):
    """Tries a test on patients and says in which ways it is good."""

    name = "classification-metrics"
    title = "How good is a classifier?"
    about = "Precision, recall and what a threshold does"
    words = (
        "classification metrics", "precision and recall", "confusion matrix", "precision", "recall", "f1 score",
        "roc curve", "accuracy", "evaluating a classifier", "how good is a classifier",
    )  # fmt: skip
    knobs = (
        Knob("patients", 40, 20, 80, "patients that are tested"),
        Knob("ill", 30, 20, 50, "percent of the patients that are ill"),
    )
    said = (("F1", "F one"), ("ROC", "R O C"))

    def run(self, trace: Trace) -> Trial:
        """Draw scores until each outcome occurs, then judge the test at every threshold."""
        patients = trace["patients"]
        num_ill = max(4, patients * trace["ill"] // 100)
        while True:
            ill = _scores(trace, 62, num_ill)
            healthy = _scores(trace, 40, patients - num_ill)
            now = judge(ill, healthy, THRESHOLD)
            if min(now.hits, now.misses, now.alarms, now.cleared) and now.hits > now.misses:
                break
        world = trace.record("test", patients=patients, ill=num_ill, healthy=patients - num_ill, threshold=THRESHOLD)
        cells = {"hits": "0,0", "misses": "0,1", "alarms": "1,0", "cleared": "1,1"}
        counts = {name: trace.record(name, f"cell:0,{at}", **{name: getattr(now, name)}) for name, at in cells.items()}
        outcome = _recorded(trace, now, patients)
        others = tuple(
            (each, _recorded(trace, each, patients)) for each in (judge(ill, healthy, other) for other in OTHERS)
        )
        few, people = 100, 10_000
        hits, alarms = round(few * now.recall), round((people - few) * now.false_alarms)
        found = {"hits": hits, "alarms": f"{alarms:,}", "precision": _percent(hits / (hits + alarms))}
        rare = trace.record("rare illness", people=f"{people:,}", ill=few, **found)
        curve = tuple(judge(ill, healthy, threshold) for threshold in range(100, -1, -1))
        share = area(ill, healthy)
        row = trace.record("area under the curve", area=share, percent=round(100 * share), none=0, all=1, chance=50)
        return Trial(ill, healthy, world, counts, outcome, others, curve, row, rare)

    def tell(self, talk: Talk, run: Trial) -> None:
        """Show the scores, the outcomes, each measure, what the threshold does, and the curve of them all."""
        talk.open(
            "If a test is right in most cases, is it therefore a good test?",
            "We try a test on patients, count what it gets wrong, and measure it in several ways.",
        )
        talk.scene("The test")
        _plot(talk, run, "The scores of all patients.", "Scores of the patients", hidden=True)
        talk.say("{patients} patients are tested, of whom ^{ill} are really ill.", run.world,
                 marks=(Mark(at="curve:0", role="active"),))  # fmt: skip
        line = PlotStep(marks=(Mark(at="curve:0", role="plain"), Mark(at="curve:2", role="active")))
        talk.say("Whoever scores at least ^{threshold} is called ill.", run.world, step=line)
        if talk.deeper(2):
            talk.say(
                "No line parts them cleanly: some ill patients score ^low, some healthy ones high.", light="curve:1"
            )
        self._tell_outcomes(talk, run)
        self._tell_measures(talk, run)
        if talk.deeper(1):
            self._tell_threshold(talk, run)
        if talk.deeper(4):
            self._tell_curve(talk, run)
        if talk.deeper(6):
            self._tell_rare(talk, run)
        talk.close(
            ("Precision: can an alarm be trusted?", "Precision says how far an alarm can be trusted."),
            ("Recall: how many are found?", "Recall says how many of the ill are found."),
            ("A threshold trades them", "The threshold trades one for the other, and somebody must choose."),
        )

    def _tell_outcomes(self, talk: Talk, run: Trial) -> None:
        talk.scene("What can happen")
        _matrix(talk, run, "Counts of what the test said and what is true.", "What the test says", hidden=True)
        told: tuple[tuple[str, str, Role], ...]
        told = (
            ("hits", HITS, "good"),
            ("misses", MISSES, "bad"),
            ("alarms", ALARMS, "bad"),
            ("cleared", CLEARED, "good"),
        )
        for name, text, role in told:
            row = run.counts[name]
            talk.say(text, row, marks=(Mark(at=row.at[0], role=role),))
        if talk.deeper(3):
            talk.say("All measures that follow are made of these ^counts.", light="block:0")

    def _tell_measures(self, talk: Talk, run: Trial) -> None:
        row = run.outcome
        talk.scene("Measures")
        _matrix(talk, run, "The same counts, and what is made of them.", "Measures")
        right = _lit("0,0", "1,1")
        note = f"({row['hits']} + {row['cleared']}) / {row['patients']} = {row['accuracy']} %"
        talk.say("Accuracy counts how often it is ^right: {accuracy} percent.", row, marks=right, note=note)
        if talk.deeper(1):
            step = Step(marks=_lit("1,0", "1,1"), note=f"{row['healthy']} / {row['patients']} = {row['naive']} %")
            talk.say("But a test that calls ^everybody healthy is right in {naive} percent, and finds nobody.", row,
                     step=step)  # fmt: skip
        note = f"{row['hits']} / {row['called']} = {row['precision']} %"
        step = Step(marks=_lit("0,0", "1,0"), note=note)
        talk.say("Of {called} that it calls ill, {hits} ^are: its precision is {precision} percent.", row, step=step)
        if talk.deeper(3):
            talk.say("Precision answers the patient who asks: ^must I worry?", light="column:0,0")
        note = f"{row['hits']} / {row['ill']} = {row['recall']} %"
        step = Step(marks=_lit("0,0", "0,1"), note=note)
        talk.say("Of {ill} that are ill, it ^finds {hits}: its recall is {recall} percent.", row, step=step)
        if talk.deeper(3):
            talk.say("Recall answers the doctor who asks: whom did we ^miss?", light="row:0,0")
        if talk.deeper(2):
            note = f"F1 = {row['F1']} %"
            talk.say("The F1 score joins both to ^{F1} percent.", row, marks=_lit("0,0"), note=note)
        if talk.deeper(5):
            talk.say(
                "It is a mean that stays near the ^lesser of both, so neither can be neglected.", light="cell:0,0,0"
            )

    def _tell_threshold(self, talk: Talk, run: Trial) -> None:
        talk.scene("Moving the threshold")
        _plot(talk, run, "The threshold moves over the scores.", "Another threshold")
        for number, (outcome, row) in enumerate(talk.some(run.others, least=0)):
            easier = outcome.threshold < THRESHOLD
            text = (LOWER if easier else HIGHER)[number // 2 % 2]
            talk.say(text, row, step=_line(run, outcome, row))
            if number == 1 and talk.deeper(4):
                talk.say("What one measure wins, the ^other loses.", light="curve:2")
            if number == 1 and talk.deeper(6):
                talk.say("If a missed illness kills, take a ^low threshold; if a treatment harms, a high one.",
                         light="curve:2")  # fmt: skip

    def _tell_rare(self, talk: Talk, run: Trial) -> None:
        row = run.rare
        talk.scene("When the illness is rare")
        now = run.outcome
        trial = [f"{now['ill']} of {now['patients']} ill", f"precision {now['precision']} %"]
        city = [f"{row['ill']} of {row['people']} ill", f"precision {row['precision']} %"]
        columns = [{"title": "In the trial", "items": trial}, {"title": "In the city", "items": city}]
        talk.shot("compare", "The same test on many ill and on few.", heading="The same test", columns=columns)
        talk.say("In our ^trial {ill} of {patients} patients were ill.", now, show="column:0")
        talk.say("Now the test goes to a ^city of {people} people, of whom {ill} are ill.", row, show="column:1")
        talk.say("It finds {hits} of the ill, as before, but ^alarms {alarms} of the healthy.", row, light="item:1,0")
        talk.say("So its precision there is only ^{precision} percent.", row, light="item:1,1")
        if talk.deeper(7):
            talk.say("The test is the ^same: recall stays, and precision falls with the share of the ill.",
                     light="column:1")  # fmt: skip

    def _tell_curve(self, talk: Talk, run: Trial) -> None:
        talk.scene("All thresholds at once")
        points = tuple((each.false_alarms, each.recall) for each in run.curve)
        talk.shot(
            "plot",
            "For every threshold, the share of false alarms and of the ill that are found.",
            heading="The ROC curve",
            curves=[
                Curve(name="test", points=points, tone=0),
                Curve(name="chance", points=((0.0, 0.0), (1.0, 1.0)), tone=3, dashed=True),
            ],
            x_label="false alarms",
            y_label="found",
            x_range=(0, 1),
            y_range=(0, 1),
            marks=[Mark(at="curve:0", role="hidden"), Mark(at="curve:1", role="hidden")],
        )
        text = "For every threshold we draw how many ill are found, over how many healthy are ^alarmed."
        talk.say(text, run.area, marks=(Mark(at="curve:0", role="active"),))
        guess = PlotStep(marks=(Mark(at="curve:1", role="plain"),))
        talk.say("A test that only guesses stays on the ^diagonal.", run.area, step=guess)
        talk.say("The more the curve bows to the ^upper left, the better.", light="curve:0")
        if talk.deeper(8):
            for number, (text, (outcome, row)) in enumerate(zip(SPOTS, run.others, strict=False)):
                at = f"point:0,{100 - outcome.threshold}"
                mark = Mark(at=at, role="good" if number else "bad", text=row["threshold"])
                talk.say(text, row, marks=(mark,))
        if talk.deeper(5):
            note = PlotStep(note=f"area = {run.area['area']}")
            talk.say("The ^area below it is {area}.", run.area, step=note)
        if talk.deeper(7):
            talk.say("It means: an ill patient scores ^higher than a healthy one in {percent} percent of cases.",
                     run.area, light="curve:0")  # fmt: skip
            talk.say("This measure needs no threshold, so it compares ^tests, and not choices.", light="curve:0")


HITS = "The test ^finds {hits} of the ill: true positives."
MISSES = "It ^misses {misses} of them: false negatives."
ALARMS = "It ^alarms {alarms} of the healthy without need: false positives."
CLEARED = "And it rightly ^clears {cleared} of them: true negatives."
SPOTS = (
    "Here is the threshold of ^{threshold}: {recall} percent are found, and {wrong} percent of the healthy alarmed.",
    "And here is ^{threshold}: only {wrong} percent are alarmed, but {recall} percent found.",
)
LOWER = (
    "Lower it to ^{threshold}: recall is now {recall} percent, but precision {precision}.",
    "With a threshold of ^{threshold} it alarms {alarms} of the healthy, and misses {misses} of the ill.",
)
HIGHER = (
    "Raise it to ^{threshold}: precision is now {precision} percent, but recall {recall}.",
    "With ^{threshold} it alarms {alarms} of the healthy, but it misses {misses} of the ill.",
)


def judge(ill: Sequence[int], healthy: Sequence[int], threshold: int) -> Outcome:
    """Return what comes out where everybody with at least ``threshold`` is called ill."""
    hits = sum(score >= threshold for score in ill)
    alarms = sum(score >= threshold for score in healthy)
    return Outcome(threshold, hits, len(ill) - hits, alarms, len(healthy) - alarms)


def area(ill: Sequence[int], healthy: Sequence[int]) -> float:
    """Return how often an ill patient scores higher than a healthy one; equal scores count half.

    Source: Hanley and McNeil, The Meaning and Use of the Area under a ROC Curve, 1982.
    """
    wins = sum((one > other) + 0.5 * (one == other) for one in ill for other in healthy)
    return wins / (len(ill) * len(healthy))


def _scores(trace: Trace, middle: float, count: int) -> Scores:
    return tuple(min(99, max(1, round(trace.random.gauss(middle, 15)))) for _ in range(count))


def _recorded(trace: Trace, outcome: Outcome, patients: int) -> Row:
    """Write down what a threshold makes of the patients, shares in percent."""
    right = outcome.hits + outcome.cleared
    healthy = outcome.alarms + outcome.cleared
    return trace.record(
        "threshold",
        threshold=outcome.threshold,
        patients=patients,
        hits=outcome.hits,
        misses=outcome.misses,
        alarms=outcome.alarms,
        cleared=outcome.cleared,
        called=outcome.hits + outcome.alarms,
        ill=outcome.hits + outcome.misses,
        healthy=healthy,
        accuracy=_percent(right / patients),
        naive=_percent(healthy / patients),
        precision=_percent(outcome.precision),
        recall=_percent(outcome.recall),
        wrong=_percent(outcome.false_alarms),
        F1=_percent(outcome.f1),
        factor=2,
    )


def _percent(share: float) -> int:
    """Return a share in percent, halves rounded up as at school."""
    return int(100 * share + 0.5)


def _plot(talk: Talk, run: Trial, why: str, heading: str, hidden: bool = False) -> None:
    healthy, ill = _stacked(run.healthy, run.ill)
    top = _top(run)
    curves = [
        Curve(name="ill", form="dots", points=ill, tone=1),
        Curve(name="healthy", form="dots", points=healthy, tone=0),
        Curve(points=_fence(THRESHOLD, top), tone=3, dashed=True),
    ]
    marks = [Mark(at="curve:2", role="hidden" if hidden else "active")]
    ranges = {"x_range": (0, 100), "y_range": (0, top)}
    talk.shot("plot", why, heading=heading, curves=curves, x_label="score", y_label="patients", **ranges, marks=marks)


def _stacked(*groups: Scores) -> list[tuple[tuple[float, float], ...]]:
    """Return a dot for each score, those of one bin above each other, group upon group."""
    heights: dict[int, int] = {}
    stacked = []
    for scores in groups:
        points = []
        for score in scores:
            heights[score // BIN] = heights.get(score // BIN, 0) + 1
            points.append((BIN * (score // BIN + 0.5), float(heights[score // BIN])))
        stacked.append(tuple(points))
    return stacked


def _top(run: Trial) -> float:
    return max(height for group in _stacked(run.healthy, run.ill) for _, height in group) + 1


def _fence(threshold: int, top: float) -> tuple[tuple[float, float], ...]:
    return ((float(threshold), 0.0), (float(threshold), top))


def _line(run: Trial, outcome: Outcome, row: Row) -> PlotStep:
    """Move the threshold and write the measures beside it."""
    measures = [
        Shelf(name="Precision", items=(f"{row['precision']} %",)),
        Shelf(name="Recall", items=(f"{row['recall']} %",)),
    ]
    return PlotStep(moves=(Moved(curve=2, points=_fence(outcome.threshold, _top(run))),), shelves=tuple(measures))


def _matrix(talk: Talk, run: Trial, why: str, heading: str, hidden: bool = False) -> None:
    row = run.outcome
    block = MatrixBlock(
        rows=((row["hits"], row["misses"]), (row["alarms"], row["cleared"])),
        row_names=("ill", "healthy"),
        column_names=("called ill", "cleared"),
    )
    cells = [f"cell:0,{line},{column}" for line in (0, 1) for column in (0, 1)]
    marks = {cell: "hidden" for cell in cells} if hidden else []
    talk.shot("matrix", why, heading=heading, blocks=[block], marks=marks)


def _lit(*cells: str) -> tuple[Mark, ...]:
    """Return marks that light some cells of the matrix and calm the others."""
    every = [f"{line},{column}" for line in (0, 1) for column in (0, 1)]
    return tuple(Mark(at=f"cell:0,{cell}", role="active" if cell in cells else "plain") for cell in every)
