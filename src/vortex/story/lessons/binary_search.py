"""Binary search in a sorted list, against looking from the left.

Source: Knuth, The Art of Computer Programming, volume 3, section 6.2.1.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from vortex.story.lessons.lesson import Lesson
from vortex.story.lessons.talk import Talk
from vortex.story.lessons.trace import Knob, Row, Trace, counted
from vortex.visuals.states import ArrayStep, Curve, Mark, Pointer, Role, Shelf

MOST = 64
"""The plot shows lists of up to so many numbers."""


@dataclass(frozen=True)
class Look:
    """One look into the middle."""

    low: int
    middle: int
    high: int
    row: Row


@dataclass(frozen=True)
class Hunt:
    """One search: its looks and how it ended."""

    looks: tuple[Look, ...]
    place: int
    """Where it was found, or -1."""
    aim: Row
    end: Row


@dataclass(frozen=True)
class Hunts:
    """Searches of one list, and what they cost on longer ones."""

    values: tuple[int, ...]
    world: Row
    found: Hunt
    missing: Hunt
    other: Hunt
    costs: tuple[int, ...]
    """How many looks each number of the list takes."""
    average: Row
    worst: tuple[int, ...]
    """For lists of 1 to ``MOST`` numbers, how many looks the search needs at most."""
    growth: Row
    large: Row


class BinarySearch(Lesson[Hunts]):
    """Finds numbers by halving, and tells why that is quick."""

    name = "binary-search"
    title = "Binary search"
    about = "Finding by halving, in a list that is sorted"
    words = ("binary search", "bisection", "searching a sorted list", "logarithmic search", "linear search")
    knobs = (
        Knob("count", 15, 7, 16, "numbers in the list"),
        Knob("large", 1_000_000, 1000, 1_000_000_000, "numbers in the list on which the looks are counted again"),
    )

    def run(self, trace: Trace) -> Hunts:
        """Search one list for numbers that are there and for one that is not, then longer lists."""
        values = tuple(sorted(trace.random.sample(range(10, 100), trace["count"])))
        world = trace.record("list", count=len(values), numbers=" ".join(map(str, values)))
        depth = max(len(search(values, value)[0]) for value in values)
        deep = [value for value in values if len(search(values, value)[0]) >= depth - 1]
        targets = trace.random.sample(deep, 2)
        absent = trace.random.choice([each for each in range(values[0], values[-1]) if each not in values])
        hunts = [_hunted(trace, values, target) for target in (targets[0], absent, targets[1])]
        costs = tuple(len(search(values, value)[0]) for value in values)
        average = trace.record(
            "all numbers of the list",
            middle=values[costs.index(1)],
            deep=counted(sum(cost >= depth - 1 for cost in costs), "number"),
            most=depth - 1,
            mean=sum(costs) / len(costs),
            slow=(len(values) + 1) / 2,
            looks=" ".join(map(str, costs)),
        )
        worst = tuple(longest(count) for count in range(1, MOST + 1))
        half = MOST // 2
        growth = trace.record(
            "longest searches", "curve:1", half=half, few=worst[half - 1], most=MOST, looks=worst[-1], slow=MOST
        )
        count = trace["large"]
        quick = longest(count)
        large = trace.record(
            "a long list", count=f"{count:,}", looks=quick, twice=f"{2 * count:,}", again=longest(2 * count)
        )
        found, missing, other = hunts
        return Hunts(values, world, found, missing, other, costs, average, worst, growth, large)

    def tell(self, talk: Talk, run: Hunts) -> None:
        """Show the searches, what looking from the left costs, and how both grow."""
        talk.open(
            "How can a number be found among very many with so few looks?",
            "We search a sorted list by halving it, and count every look.",
        )
        talk.scene("The search")
        _array(talk, run, "The sorted list while it is halved.", "Looking in the middle")
        talk.say(
            "Here are {count} numbers in order, and we look for ^{target}.",
            run.world,
            run.found.aim,
            step=_aimed(run.found),
        )
        self._tell_hunt(talk, run, run.found, talk.some(run.found.looks, least=2))
        if talk.deeper(1):
            self._tell_left(talk, run)
        if talk.deeper(3):
            talk.scene("What is not there")
            _array(talk, run, "The same list, searched for a number that it does not hold.", "A number that is missing")
            talk.say(
                "Now we look for ^{target}, which the list does not hold.", run.missing.aim, step=_aimed(run.missing)
            )
            self._tell_hunt(talk, run, run.missing, run.missing.looks[: talk.depth - 2])
        if talk.deeper(8):
            talk.scene("Once more")
            _array(talk, run, "The same list, searched for a third number.", "Another number")
            talk.say(
                "Try to say where the search goes for ^{target}, before it does.", run.other.aim, step=_aimed(run.other)
            )
            self._tell_hunt(talk, run, run.other, run.other.looks[: talk.depth - 8])
        if talk.deeper(9):
            self._tell_average(talk, run)
        self._tell_growth(talk, run)
        talk.close(
            ("Look in the middle", "Look in the middle, and throw one half away."),
            ("The list must be sorted", "That only works because the list is sorted."),
            ("Twice the list, one look more", "A list that is twice as long costs only one look more."),
        )

    def _tell_hunt(self, talk: Talk, run: Hunts, hunt: Hunt, told: Sequence[Look]) -> None:
        for number, look in enumerate(told):
            text = ONLY if look.low == look.high else MIDDLES[number % len(MIDDLES)]
            talk.say(text, look.row, step=_looked(look))
            if look.row["side"]:
                talk.say(HALVES[number % len(HALVES)], look.row, step=_halved(look))
            if hunt is run.found and number == 0 and talk.deeper(2):
                talk.say("We need not look at any of them, because the ^list is sorted.", light=f"cell:{look.middle}")
        last = hunt.looks[-1]
        begin = "So it goes on, and after" if len(told) < len(hunt.looks) else "After"
        if hunt.place < 0:
            step = ArrayStep(window=(last.low, last.high), pointers=(), note="", marks=_at(last.middle, "bad"))
            talk.say(f"{begin} {{looks}} nothing is ^left: {{target}} is not in the list.", hunt.end, step=step)
            if talk.deeper(6):
                talk.say(
                    "But now we know where it would ^belong: before {after}.", hunt.end, light=f"cell:{last.middle}"
                )
            return
        step = ArrayStep(window=(hunt.place, hunt.place), pointers=(), note="", marks=_at(hunt.place, "good"))
        talk.say(f"{begin} {{looks}} we have ^found {{target}}, at place {{place}}.", hunt.end, step=step)

    def _tell_left(self, talk: Talk, run: Hunts) -> None:
        talk.scene("From left to right")
        _array(talk, run, "The same search from the left.", "Looking from the left")
        place, half = run.found.place, (run.found.place + 1) // 2
        first = tuple(mark for each in range(half) for mark in _at(each, "open"))
        rest = tuple(mark for each in range(half, place) for mark in _at(each, "open"))
        talk.say("What if we look from the ^left instead, at one number after another?", marks=first)
        step = ArrayStep(marks=(*rest, *_at(place, "good")), pointers=(Pointer(name="found", at=place),))
        talk.say("Then we find {target} only ^after {slow}, and not after {looks}.", run.found.end, step=step)
        if talk.deeper(4):
            talk.say("In an unsorted list there is no ^other way, for the middle says nothing of its sides.",
                     light=f"cell:{place}")  # fmt: skip

    def _tell_average(self, talk: Talk, run: Hunts) -> None:
        talk.scene("Each number its looks")
        _array(talk, run, "How many looks each number takes.", "Looks that each number takes")
        middle = run.costs.index(1)
        first = ArrayStep(marks=(Mark(at=f"cell:{middle}", role="good", text="1"),))
        talk.say("Only ^{middle} is found at once: it stands in the middle.", run.average, step=first)
        rest = ((place, looks) for place, looks in enumerate(run.costs) if place != middle)
        marks = tuple(Mark(at=f"cell:{place}", role="open", text=str(looks)) for place, looks in rest)
        talk.say(
            "All ^others take more, and {deep} must wait for look {most} at least.",
            run.average,
            marks=marks,
        )
        if talk.deeper(10):
            talk.say("On average that is {mean} looks, against ^{slow} from the left.", run.average,
                     note=f"{run.average['mean']} < {run.average['slow']}")  # fmt: skip

    def _tell_growth(self, talk: Talk, run: Hunts) -> None:
        talk.scene("When the list grows")
        slow = tuple((float(count), float(count)) for count in range(1, MOST + 1))
        quick = tuple((float(count), float(looks)) for count, looks in enumerate(run.worst, 1))
        hidden = {f"curve:{number}": "hidden" for number in range(2)}
        talk.shot(
            "plot",
            "The looks of both searches over the length of the list.",
            heading="Looks in the worst case",
            curves=[Curve(name="from the left", points=slow, tone=1), Curve(name="by halving", points=quick, tone=0)],
            x_label="numbers in the list",
            y_label="looks",
            marks=hidden,
        )
        talk.say("In the worst case, looking from the ^left takes as many looks as there are numbers.",
                 marks=(Mark(at="curve:0", role="plain"),))  # fmt: skip
        talk.say("Halving takes at most ^{looks} looks for {most} numbers.", run.growth,
                 marks=(Mark(at="curve:1", role="active"),))  # fmt: skip
        if talk.deeper(2):
            talk.say("For ^half of them, {half}, it takes {few}: only a single look less.", run.growth, light="curve:1")
        talk.shot("number", "The looks that a very long list needs.", value=run.large["looks"], unit="looks",
                  label=f"for {run.large['count']} sorted numbers")  # fmt: skip
        talk.say("And among {count} numbers it never takes more than ^{looks}.", run.large, show="value")
        if talk.deeper(5):
            talk.say("Double the list to {twice}, and it is ^{again}.", run.large, light="label")
        if talk.deeper(7):
            talk.say("This is how a word is found in a dictionary, and a row in a ^database.", light="label")


MIDDLES = (
    "The middle of places {low} to {high} is {middle}, where ^{value} stands.",
    "Of what is left, the middle is place {middle}, with ^{value}.",
    "Again we look in the middle, at place {middle}: ^{value}.",
)
ONLY = "Only place {middle} is left, and there stands ^{value}."
HALVES = (
    "{value} is {relation} than {target}, so everything on the ^{side} is out.",
    "That is {relation} than {target}: the ^{side} part can go.",
    "{value} is {relation} than {target}, and again one side, the ^{side}, goes.",
)


def search(values: Sequence[int], target: int) -> tuple[list[tuple[int, int, int]], int]:
    """Return the looks (low, middle, high) and the place of ``target``; -1 if it is not there."""
    low, high, looks = 0, len(values) - 1, []
    while low <= high:
        middle = (low + high) // 2
        looks.append((low, middle, high))
        if values[middle] == target:
            return looks, middle
        if values[middle] < target:
            low = middle + 1
        else:
            high = middle - 1
    return looks, -1


def longest(count: int) -> int:
    """Return how many looks a search of so many numbers takes at most, by one whose target is above them all.

    The part above the middle is never the smaller one, so no target takes more looks.
    """
    return len(search(range(count), count)[0])


def _hunted(trace: Trace, values: tuple[int, ...], target: int) -> Hunt:
    """Search for ``target`` and write it down."""
    states, place = search(values, target)
    looks = []
    for low, middle, high in states:
        value = values[middle]
        relation, side = ("less", "left") if value < target else ("greater", "right")
        found = middle == place
        where = {"low": low, "middle": middle, "high": high, "value": value, "target": target}
        compared = {"relation": "" if found else relation, "side": "" if found else side}
        looks.append(Look(low, middle, high, trace.record("look", f"cell:{middle}", **where, **compared)))
    at = [f"cell:{place}"] if place >= 0 else []
    slow = counted(place + 1 if place >= 0 else len(values), "look")
    after = min((value for value in values if value > target), default=target)
    aim = trace.record("aim", target=target)
    end = trace.record(
        "search", *at, target=target, place=place, looks=counted(len(looks), "look"), slow=slow, after=after
    )
    return Hunt(tuple(looks), place, aim, end)


def _array(talk: Talk, run: Hunts, why: str, heading: str) -> None:
    talk.shot("array", why, heading=heading, cells=[str(value) for value in run.values])


def _at(cell: int, role: Role) -> tuple[Mark, ...]:
    return (Mark(at=f"cell:{cell}", role=role),)


def _aimed(hunt: Hunt) -> ArrayStep:
    """Write beside the list what is looked for."""
    return ArrayStep(shelves=(Shelf(name="Looking for", items=(hunt.aim["target"],)),))


def _looked(look: Look) -> ArrayStep:
    """Show the stretch that is left, and its middle."""
    pointers = [Pointer(name=name, at=at) for name, at in (("low", look.low), ("high", look.high))]
    middle = Pointer(name="middle", at=look.middle)
    own = (middle,) if look.low == look.high else (*pointers, middle)
    return ArrayStep(window=(look.low, look.high), pointers=own, marks=_at(look.middle, "active"), note="")


def _halved(look: Look) -> ArrayStep:
    """Show what is left after the look; the last number stays in sight where nothing is."""
    less = look.row["relation"] == "less"
    low, high = (look.middle + 1, look.high) if less else (look.low, look.middle - 1)
    window = (low, high) if low <= high else (look.middle, look.middle)
    sign = "<" if less else ">"
    note = f"{look.row['value']} {sign} {look.row['target']}"
    return ArrayStep(window=window, pointers=(), marks=_at(look.middle, "plain"), note=note)
