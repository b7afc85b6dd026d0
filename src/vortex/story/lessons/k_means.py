"""k-means: points gather around centres that move to their middle.

Source: Lloyd, Least Squares Quantization in PCM, 1957 (published 1982).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from vortex.story.lessons.lesson import Lesson
from vortex.story.lessons.talk import Talk
from vortex.story.lessons.trace import Knob, Row, Trace, counted
from vortex.visuals.states import Curve, Mark, Moved, PlotStep, Role, Shelf

Point = tuple[float, float]
STARTS = 30
"""From so many places the search is begun to see how often it ends well."""
BARS = 8
"""So many rounds are shown as bars: the first ones and the last."""
MOST_GROUPS = 6
PLAIN = 5
"""Colour of points that belong to no centre yet."""
_SPREAD = 0.95


@dataclass(frozen=True)
class Round:
    """One round: whose each point became, and where the centres went."""

    owners: tuple[int, ...]
    centres: tuple[Point, ...]
    assigned: Row
    moved: Row


@dataclass(frozen=True)
class Clusters:
    """Points, a run that ends well, and one that does not."""

    points: tuple[Point, ...]
    start: tuple[Point, ...]
    world: Row
    rounds: tuple[Round, ...]
    example: Row
    end: Row
    poor: tuple[tuple[Point, ...], tuple[int, ...], tuple[Point, ...], Row]
    """Another start, and where it ended."""
    tries: Row
    elbow: Row


class KMeans(Lesson[Clusters]):
    """Groups points without being told the groups."""

    name = "k-means"
    title = "K-means"
    about = "Groups that are found, not given"
    words = ("k means", "kmeans", "k-means clustering", "clustering", "cluster analysis", "grouping data")
    knobs = (
        Knob("points", 36, 15, 60, "points on the plane"),
        Knob("clusters", 3, 2, 5, "groups that are looked for"),
    )
    said = (("K-means", "K means"), ("k-means", "K means"))

    def run(self, trace: Trace) -> Clusters:
        """Draw heaps of points, then search them from many starts; the slowest good run is told."""
        count, many = trace["clusters"], trace["points"]
        points = _drawn(trace, count, many)
        runs = []
        for _ in range(STARTS):
            start = tuple(trace.random.sample(points, count))
            runs.append((start, search(points, start)))
        least, most = (extreme(inertia(points, *rounds[-1]) for _, rounds in runs) for extreme in (min, max))
        good = [(start, rounds) for start, rounds in runs if close(inertia(points, *rounds[-1]), least)]
        start, rounds = max(good, key=lambda run: len(run[1]))
        world = trace.record("plane", points=many, groups=count, starts=STARTS)
        told = tuple(_recorded(trace, points, number, rounds) for number in range(len(rounds)))
        example = _example(trace, points, start)
        end = trace.record("end", rounds=counted(len(rounds), "round"), first=told[0].moved["sum"], sum=least)
        bad_start, bad = next(run for run in runs if close(inertia(points, *run[1][-1]), most))
        hits = len(good)
        worst = trace.record("another start", sum=most, best=least, more=most - least)
        tries = trace.record("many starts", starts=STARTS, best=hits, other=STARTS - hits)
        elbow = _elbow(trace, points)
        return Clusters(
            points, start, world, told, example, end, (bad_start, bad[-1][0], bad[-1][1], worst), tries, elbow
        )

    def tell(self, talk: Talk, run: Clusters) -> None:
        """Show the points, rounds of choosing and moving, the end, another start, and how many groups to ask for."""
        talk.open(
            "How can a program find groups in data when nobody says which groups there are?",
            "We run k-means on a plane of points, and watch its centres find their place.",
        )
        talk.scene("The points")
        _plot(talk, run, "The points before anything is known.", "Points without groups", run.start, False)
        talk.say("Here are {points} ^points, and we ask for {groups} groups.", run.world, light="curve:0")
        if talk.deeper(3):
            talk.say("Each could be a customer, and its ^place what she buys and how often.", light="curve:0")
        shown = tuple(Mark(at=f"curve:{number + 1}", role="active") for number in range(len(run.start)))
        talk.say("We begin with {groups} ^centres, put on points by chance.", run.world, marks=shown)
        talk.scene("Choose and move")
        _plot(talk, run, "The rounds of k-means on the plane.", "Choose, then move", run.start, True)
        self._tell_rounds(talk, run)
        if talk.deeper(2):
            self._tell_sum(talk, run)
        if talk.deeper(1):
            self._tell_start(talk, run)
        if talk.deeper(6):
            self._tell_count(talk, run)
        talk.close(
            ("Each point joins its nearest centre", "Each point joins the centre that is nearest."),
            ("Each centre moves to the middle", "Each centre moves to the middle of its points."),
            ("The start matters: try several", "The end depends on the start, so try several."),
        )

    def _tell_rounds(self, talk: Talk, run: Clusters) -> None:
        told = talk.some(run.rounds, least=1)
        for number, each in enumerate(told):
            texts, moves = (FIRST, FIRST_MOVE) if number == 0 else (CHOOSE[number % 2], MOVE[number % 2])
            talk.say(texts, each.assigned, step=_chosen(each))
            if number == 0 and talk.deeper(4):
                talk.say(ARITHMETIC, run.example, light="curve:1")
            if number == 0 and talk.deeper(7):
                talk.say(
                    "The border between them runs ^halfway, as between villages that share the land.", light="curve:0"
                )
            talk.say(moves, each.moved, step=_moved(each))
            if number == 0 and talk.deeper(5):
                talk.say(
                    "The middle is simply the ^average: all places added up, divided by their number.", light="curve:1"
                )
        last = run.rounds[-1]
        step = PlotStep(
            moves=(*_chosen(last).moves, *_moved(last).moves),
            shelves=_chosen(last).shelves,
            note="nothing changes any more",
        )
        talk.say("After {rounds} nothing ^changes any more, and the groups are found.", run.end, step=step)

    def _tell_sum(self, talk: Talk, run: Clusters) -> None:
        talk.scene("What it makes smaller")
        shown = run.rounds if len(run.rounds) <= BARS else (*run.rounds[: BARS - 1], run.rounds[-1])
        sums = [float(each.moved["sum"]) for each in shown]
        talk.shot(
            "chart",
            "How the sum of squared distances falls.",
            form="bar",
            categories=[f"round {each.assigned['number']}" for each in shown],
            series=[{"name": "sum of squared distances", "values": sums}],
            caption="Points and their centres",
        )
        talk.say("Take each point's distance to its centre, square it, and add all ^up.", run.end, show="series:0")
        talk.say("That sum falls from {first} to ^{sum}, and never rises.", run.end, light=f"point:{len(sums) - 1}")
        if talk.deeper(3):
            talk.say("It cannot: a nearer centre makes it smaller, and so does the ^middle.", light="point:0")

    def _tell_start(self, talk: Talk, run: Clusters) -> None:
        talk.scene("Another start")
        start, owners, centres, row = run.poor
        _plot(talk, run, "The same points from another start.", "Another start", start, True)
        talk.say("But does the ^start matter? Here are the same points with other first centres.", light="curve:1")
        end = PlotStep(moves=_places(owners, centres), note=f"{row['sum']} instead of {row['best']}")
        better = row["more"] == "0"
        talk.say(SAME if better else WORSE, row, step=end)
        if talk.deeper(4):
            talk.say("Of {starts} starts, ^{best} ended with the least sum.", run.tries, light="curve:0")
        if talk.deeper(8):
            talk.say("So real programs begin several times, and keep the ^best end.", light="curve:0")

    def _tell_count(self, talk: Talk, run: Clusters) -> None:
        talk.scene("How many groups?")
        row = run.elbow
        numbers = [str(number) for number in range(1, MOST_GROUPS + 1)]
        talk.shot(
            "chart",
            "The least sum for each number of groups.",
            form="line",
            categories=numbers,
            series=[{"name": "least sum of squared distances", "values": [float(row[f"sum{n}"]) for n in numbers]}],
            x_label="groups",
            caption="The sum for each number of groups",
        )
        talk.say("Nobody told us how many groups to ^ask for, so we try several numbers.", row, show="series:0")
        talk.say("With a single group the sum is ^{sum1}, with {groups} it is {least}.", row, light="point:0")
        if talk.deeper(7):
            talk.say("More groups always make it smaller, so look for the ^bend, not for the least.", row,
                     light=f"point:{int(row['groups']) - 1}")  # fmt: skip


FIRST = "First, each point ^joins the centre that is nearest."
FIRST_MOVE = "Then each centre ^moves to the middle of its points."
CHOOSE = (
    "Again each point ^chooses: {changed} {go} to another centre.",
    "Now some are nearer to ^another centre, and {changed} {go} over.",
)
MOVE = (
    "And the centres ^follow; the farthest step is {step}.",
    "Once more the centres ^move to the middle, by {step} at most.",
)
ARITHMETIC = "One of them, for example, is {near} away from ^its centre, and {far} from the next."
SAME = "This time they end in the ^same groups, with a sum of {sum}."
WORSE = "They settle in ^other groups, and the sum stays at {sum}, not {best}."


def search(points: Sequence[Point], start: Sequence[Point]) -> list[tuple[tuple[int, ...], tuple[Point, ...]]]:
    """Return for each round the owner of every point and where the centres went, until nothing changes."""
    centres, rounds = tuple(start), list[tuple[tuple[int, ...], tuple[Point, ...]]]()
    while True:
        owners = tuple(nearest(point, centres) for point in points)
        if rounds and owners == rounds[-1][0]:
            return rounds
        centres = tuple(_middle(points, owners, number, centre) for number, centre in enumerate(centres))
        rounds.append((owners, centres))


def nearest(point: Point, centres: Sequence[Point]) -> int:
    """Return which centre is nearest; the first of several."""
    return min(range(len(centres)), key=lambda number: math.dist(point, centres[number]))


def _middle(points: Sequence[Point], owners: Sequence[int], number: int, before: Point) -> Point:
    """Return the average of a centre's points; where it has none, it stays."""
    own = [point for point, owner in zip(points, owners, strict=True) if owner == number]
    return (sum(x for x, _ in own) / len(own), sum(y for _, y in own) / len(own)) if own else before


def inertia(points: Sequence[Point], owners: Sequence[int], centres: Sequence[Point]) -> float:
    """Return the sum of squared distances of the points to their centres."""
    return sum(math.dist(point, centres[owner]) ** 2 for point, owner in zip(points, owners, strict=True))


def close(one: float, other: float) -> bool:
    """Tell whether two sums are the same but for rounding."""
    return math.isclose(one, other, rel_tol=1e-9)


def _drawn(trace: Trace, count: int, many: int) -> tuple[Point, ...]:
    """Return points in as many heaps as are looked for, around places that keep apart."""
    while True:
        heaps = [(trace.random.uniform(1.5, 8.5), trace.random.uniform(1.5, 6.5)) for _ in range(count)]
        if all(math.dist(one, other) > 2.4 for number, one in enumerate(heaps) for other in heaps[:number]):
            break
    gauss = trace.random.gauss
    return tuple(
        (round(gauss(heaps[each % count][0], _SPREAD), 2), round(gauss(heaps[each % count][1], _SPREAD), 2))
        for each in range(many)
    )


def _recorded(
    trace: Trace, points: Sequence[Point], number: int, rounds: Sequence[tuple[tuple[int, ...], tuple[Point, ...]]]
) -> Round:
    owners, centres = rounds[number]
    before = rounds[number - 1] if number else None
    changed = sum(one != other for one, other in zip(owners, before[0], strict=True)) if before else len(points)
    step = max(map(math.dist, centres, before[1])) if before else 0.0
    sizes = " ".join(str(owners.count(each)) for each in range(len(centres)))
    squares = inertia(points, owners, centres)
    go = "goes" if changed == 1 else "go"
    moved = counted(changed, "point")
    assigned = trace.record("choose", number=number + 1, changed=moved, go=go, sizes=sizes, sum=squares)
    at = [f"curve:{each + 1}" for each in range(len(centres))]
    return Round(owners, centres, assigned, trace.record("move", *at, number=number + 1, step=step, sum=squares))


def _example(trace: Trace, points: Sequence[Point], start: Sequence[Point]) -> Row:
    """Record the point that is hardest to decide in the first round."""

    def gap(point: Point) -> float:
        near, far = sorted(math.dist(point, centre) for centre in start)[:2]
        return far - near

    clear = [point for point in points if round(gap(point), 2) > 0.1]
    point = min(clear, key=gap)
    near, far = sorted(math.dist(point, centre) for centre in start)[:2]
    return trace.record("a point", near=near, far=far)


def _elbow(trace: Trace, points: Sequence[Point]) -> Row:
    """Record the least sum of several starts for each number of groups."""
    sums = {}
    for count in range(1, MOST_GROUPS + 1):
        ends = [search(points, trace.random.sample(points, count))[-1] for _ in range(STARTS)]
        sums[count] = min(inertia(points, *end) for end in ends)
    groups = trace["clusters"]
    named = {f"sum{count}": least for count, least in sums.items()}
    tried = " ".join(map(str, sums))
    return trace.record("numbers of groups", tried=tried, groups=groups, least=sums[groups], most=MOST_GROUPS, **named)


def _plot(talk: Talk, run: Clusters, why: str, heading: str, centres: Sequence[Point], seen: bool) -> None:
    dots = Curve(form="dots", points=run.points, tone=PLAIN)
    middles = [Curve(form="dots", points=(centre,), tone=number) for number, centre in enumerate(centres)]
    marks = _all_centres(run, "active" if seen else "hidden")
    talk.shot("plot", why, heading=heading, curves=[dots, *middles], equal=True, axes=False, marks=list(marks))


def _all_centres(run: Clusters, role: Role) -> tuple[Mark, ...]:
    return tuple(Mark(at=f"curve:{number + 1}", role=role) for number in range(len(run.start)))


def _chosen(each: Round) -> PlotStep:
    """Give every point the colour of its centre."""
    shelf = Shelf(name="Sum of squares", items=(each.assigned["sum"],))
    return PlotStep(moves=(Moved(curve=0, tones=each.owners),), shelves=(shelf,))


def _moved(each: Round) -> PlotStep:
    """Move the centres."""
    return PlotStep(moves=tuple(Moved(curve=number + 1, points=(at,)) for number, at in enumerate(each.centres)))


def _places(owners: tuple[int, ...], centres: Sequence[Point]) -> tuple[Moved, ...]:
    moves = tuple(Moved(curve=number + 1, points=(at,)) for number, at in enumerate(centres))
    return (Moved(curve=0, tones=owners), *moves)
