"""Insertion sort, merge sort and quicksort on one list, compared by how often they compare.

Source: Hoare, Quicksort, 1962; Knuth, The Art of Computer Programming, volume 3, sections 5.2.1 and 5.2.4.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from vortex.story.lessons.lesson import Lesson
from vortex.story.lessons.phrases import listed
from vortex.story.lessons.talk import Talk
from vortex.story.lessons.trace import Knob, Row, Trace, counted
from vortex.visuals.states import ArrayStep, Mark, Role, Shelf


@dataclass(frozen=True)
class Change:
    """One turn of a sort. Cells are called by the places where they stood at first."""

    cell: int
    """The one that the turn is about."""
    span: tuple[int, int]
    """First and last place that the turn works on."""
    order: tuple[int, ...]
    """Which cell stands at each place afterwards."""
    looks: int
    """Comparisons that it took."""


@dataclass(frozen=True)
class Told:
    """A turn, written down, with all comparisons up to its end."""

    change: Change
    row: Row
    total: int


@dataclass(frozen=True)
class Sorts:
    """A list, sorted in each of the ways."""

    values: tuple[int, ...]
    world: Row
    insertion: tuple[Told, ...]
    merge: tuple[Told, ...]
    heads: tuple[Told, ...]
    """The last merge of merge sort, number by number."""
    quick: tuple[Told, ...]
    small: Row
    large: Row
    ready: Row


class Sorting(Lesson[Sorts]):
    """Sorts one list in three ways and counts comparisons."""

    name = "sorting"
    title = "Sorting"
    about = "Insertion sort, merge sort and quicksort on one list"
    words = (
        "sort", "sorting algorithms", "insertion sort", "merge sort", "mergesort", "quicksort", "quick sort",
        "how sorting works", "sorting a list",
    )  # fmt: skip
    knobs = (
        Knob("count", 10, 5, 10, "numbers in the list"),
        Knob("large", 1000, 200, 2000, "numbers in the list on which all are counted again"),
    )

    def run(self, trace: Trace) -> Sorts:
        """Sort a short list, a long one, and the long one again when it is in order already."""
        values = tuple(trace.random.sample(range(10, 100), trace["count"]))
        world = trace.record("list", count=len(values), numbers=" ".join(map(str, values)))
        told = [_recorded(trace, values, name, sort) for name, sort in SORTS.items()]
        heads = _heads(trace, values, told[1][-2:])
        long = trace.random.sample(range(10 * trace["large"]), trace["large"])
        rows = [_counts(trace, name, numbers) for name, numbers in (
            ("short list", values), ("long list", long), ("long list in order", sorted(long)))]  # fmt: skip
        return Sorts(values, world, told[0], told[1], heads, told[2], *rows)

    def tell(self, talk: Talk, run: Sorts) -> None:
        """Show each sort at work on the same list, then what the numbers of comparisons mean."""
        talk.open(
            "Why is one way of sorting so much faster than another?",
            "We sort one list in several ways, and count the comparisons.",
        )
        if talk.deeper(3):
            talk.scene("The list")
            _shot(talk, run, "The list that is to be sorted.", "The list")
            talk.say(
                "Here are {count} numbers, and the ^least shall come first.",
                run.world,
                note="the least first",
            )
            talk.say("A program cannot see them all at once: it compares one with ^another.", light="cell:0")
            talk.say("So the number of ^comparisons says how much work it has.", light="cell:1")
        self._tell_insertion(talk, run)
        self._tell_merge(talk, run)
        self._tell_quick(talk, run)
        self._tell_counts(talk, run)
        talk.close(
            ("Insertion: compare with what is sorted", "Insertion sort is simple, and good for a short list."),
            ("Merge: join sorted halves", "Merge sort joins sorted halves, and is never slow."),
            ("Quicksort: divide by a pivot", "Quicksort divides by a pivot, and needs a lucky one."),
        )

    def _tell_insertion(self, talk: Talk, run: Sorts) -> None:
        talk.scene("Insertion sort")
        _shot(talk, run, "Insertion sort, a state for each number.", "Insertion sort")
        talk.say("Insertion sort puts each number among those before it, like ^cards in a hand.", light="cell:0")
        told = talk.some(run.insertion)
        for number, turn in enumerate(told):
            texts = MOVED if turn.row["past"] else STAYED
            low, high = turn.change.span
            done = _marks(turn.change.order[low : high + 1], "done")
            talk.say(texts[number % len(texts)], turn.row, step=_step(turn, done))
        talk.say("In the end the list is ^sorted, after {insertion} comparisons.", run.small, step=_end(run.insertion))
        if talk.deeper(6):
            talk.say("In the worst case every number walks past ^all before it.", light="cell:0")

    def _tell_merge(self, talk: Talk, run: Sorts) -> None:
        talk.scene("Merge sort")
        _shot(talk, run, "Merge sort, a state for each merge.", "Merge sort")
        talk.say("Merge sort cuts the list into ^halves, down to single numbers, and joins them.", light="cell:0")
        merges = run.merge[:-1]
        for turn in talk.some(merges, least=0):
            text = JOINED if turn.row["size"] == "2" else MERGED
            low, high = turn.change.span
            done = _marks(turn.change.order[low : high + 1], "done")
            talk.say(text, turn.row, step=_step(turn, done))
        if talk.deeper(5):
            order, half = merges[-1].change.order, (len(run.values) + 1) // 2
            halves = (*_marks(order[:half], "open"), *_marks(order[half:], "path"))
            whole = (0, len(order) - 1)
            before = ArrayStep(order=order, window=whole, marks=halves, shelves=(_shelf(merges[-1].total),))
            talk.say("Why is it quick? Both halves are sorted, so only their ^first numbers are compared.", step=before)
            for number, head in enumerate(talk.some(run.heads, least=-4)):
                talk.say(HEADS[number % len(HEADS)], head.row, step=_step(head, (_mark(head.change.cell, "active"),)))
        end = _end(run.merge)
        talk.say("After the last ^merge all is sorted, with {merge} comparisons.", run.small, step=end)

    def _tell_quick(self, talk: Talk, run: Sorts) -> None:
        talk.scene("Quicksort")
        _shot(talk, run, "Quicksort, a state for each pivot.", "Quicksort")
        talk.say("Quicksort takes the last number as a ^pivot and divides all others by it.",
                 light=f"cell:{len(run.values) - 1}")  # fmt: skip
        for number, turn in enumerate(talk.some(run.quick, least=0)):
            talk.say(PIVOTS[number % len(PIVOTS)], turn.row, step=_step(turn, (_mark(turn.change.cell, "good"),)))
            if number == 0 and talk.deeper(2):
                talk.say("The pivot now stands where it ^belongs, for good.", light=f"cell:{turn.change.cell}")
        end = _end(run.quick)
        talk.say("Then both sides are divided likewise, until all is ^sorted: {quick} comparisons.", run.small,
                 step=end)  # fmt: skip

    def _tell_counts(self, talk: Talk, run: Sorts) -> None:
        talk.scene("What the counts say")
        if talk.deeper(4):
            _chart(talk, run.small, "Comparisons for {count} numbers")
            few = "For ^{count} numbers it hardly matters: {insertion} by insertion, {merge} by merging."
            talk.say(few, run.small, show="series:0")
        _chart(talk, run.large, "Comparisons for {count} numbers")
        talk.say("But on ^{count} numbers, insertion sort falls far behind.", run.large, show="series:0")
        talk.say(
            "Merge sort needs ^{merge_fewer} times fewer, and quicksort {quick_fewer} times.",
            run.large,
            light="point:1",
        )
        if talk.deeper(1):
            talk.say(
                "Insertion compares with every number ^before; the others halve the work each time.", light="point:0"
            )
        if talk.deeper(7):
            _chart(talk, run.ready, "Comparisons where all is sorted")
            talk.say("Now the ^same numbers again, but in order from the start.", run.ready, show="series:0")
            talk.say(
                "Insertion sort is done after ^{insertion}: each number stays where it is.", run.ready, light="point:0"
            )
            talk.say("Quicksort has a bad day with ^{quick}, because its pivot is always the greatest.", run.ready,
                     light="point:2")  # fmt: skip
        if talk.deeper(8):
            talk.say("That is why real quicksorts choose their ^pivot with more care.", light="point:2")
            talk.say("And why real libraries ^mix the ways: insertion for short parts, merging for long ones.",
                     light="point:1")  # fmt: skip


MOVED = (
    "^{value} moves left past {past}, after {looks}.",
    "Now ^{value} goes to the left of {past}, where it belongs.",
)
STAYED = (
    "^{value} is greater than {left}, so it stays.",
    "^{value} needs a single look at {left}, and stays.",
)
JOINED = "The neighbours ^{low} and {high} become a sorted pair."
MERGED = "Then ^{low} to {high} are merged into one part of {size}, after {looks}."
HEADS = (
    "{head} against {rival}: ^{value} is less and comes next.",
    "Now {head} against {rival}, and ^{value} follows.",
)
PIVOTS = (
    "The pivot is ^{value}: {less} to its left, {more} to its right.",
    "In the next part ^{value} is the pivot, and its place is final.",
)


def insertion(values: Sequence[int]) -> Iterator[Change]:
    """Put each number among those before it."""
    order = list(range(len(values)))
    for place in range(1, len(order)):
        spot, looks = place, 0
        while spot:
            looks += 1
            if values[order[spot - 1]] <= values[order[spot]]:
                break
            order[spot - 1], order[spot] = order[spot], order[spot - 1]
            spot -= 1
        yield Change(order[spot], (0, place), tuple(order), looks)


def merge(values: Sequence[int]) -> Iterator[Change]:
    """Sort both halves, then join them by their heads."""
    order = list(range(len(values)))

    def sort(low: int, high: int) -> Iterator[Change]:
        if low == high:
            return
        middle = (low + high) // 2
        yield from sort(low, middle)
        yield from sort(middle + 1, high)
        left, right, joined = order[low : middle + 1], order[middle + 1 : high + 1], []
        looks = 0
        while left and right:
            looks += 1
            joined.append((left if values[left[0]] <= values[right[0]] else right).pop(0))
        order[low : high + 1] = [*joined, *left, *right]
        yield Change(order[low], (low, high), tuple(order), looks)

    return sort(0, len(values) - 1)


def quick(values: Sequence[int]) -> Iterator[Change]:
    """Divide by the last number, then divide both sides."""
    order = list(range(len(values)))
    spans = [(0, len(values) - 1)]
    while spans:
        low, high = spans.pop()
        if low >= high:
            continue
        pivot, others = order[high], order[low:high]
        less = [cell for cell in others if values[cell] < values[pivot]]
        order[low : high + 1] = [*less, pivot, *(cell for cell in others if values[cell] >= values[pivot])]
        place = low + len(less)
        spans += [(place + 1, high), (low, place - 1)]
        yield Change(pivot, (low, high), tuple(order), len(others))


Sort = Callable[[Sequence[int]], Iterator[Change]]
SORTS: dict[str, Sort] = {"insertion": insertion, "merge": merge, "quick": quick}


def count(values: Sequence[int], sort: Sort) -> int:
    """Return how many comparisons a sort takes."""
    return sum(change.looks for change in sort(values))


def _recorded(trace: Trace, values: tuple[int, ...], name: str, sort: Sort) -> tuple[Told, ...]:
    told, total = list[Told](), 0
    for change in sort(values):
        low, high = change.span
        total += change.looks
        part = [values[cell] for cell in change.order[low : high + 1]]
        place = change.order.index(change.cell)
        moved = [str(value) for value in part if value > values[change.cell]] if name == "insertion" else []
        fewer = place - low
        row = trace.record(
            name,
            f"cell:{change.cell}",
            value=values[change.cell],
            looks=counted(change.looks, "comparison"),
            total=total,
            size=len(part),
            past=listed(moved) if 0 < len(moved) <= 2 else counted(len(moved), "number") if moved else "",
            left=values[change.order[place - 1]] if place else "",
            low=part[0],
            high=part[-1],
            less=f"{fewer or 'none'}",
            more=f"{len(part) - fewer - 1 or 'none'}",
        )
        told.append(Told(change, row, total))
    return tuple(told)


def _heads(trace: Trace, values: tuple[int, ...], last: tuple[Told, ...]) -> tuple[Told, ...]:
    """Write down the last merge, number by number, as long as both halves have some left."""
    order, total = last[0].change.order, last[0].total
    half = (len(order) - 1) // 2 + 1
    joined, left, right, heads = list[int](), list(order[:half]), list(order[half:]), list[Told]()
    while left and right:
        first, second = left[0], right[0]
        cell = (left if values[first] < values[second] else right).pop(0)
        joined.append(cell)
        total += 1
        at = (f"cell:{cell}",)
        row = trace.record("heads", *at, head=values[first], rival=values[second], value=values[cell], total=total)
        heads.append(Told(Change(cell, (0, len(order) - 1), (*joined, *left, *right), 1), row, total))
    return tuple(heads)


def _counts(trace: Trace, name: str, values: Sequence[int]) -> Row:
    counts = {each: count(values, sort) for each, sort in SORTS.items()}
    texts = {each: f"{looks:,}" for each, looks in counts.items()}
    fewer = {f"{each}_fewer": round(counts["insertion"] / looks) for each, looks in counts.items()}
    return trace.record(f"comparisons for a {name}", count=f"{len(values):,}", **texts, **fewer)


def _shot(talk: Talk, run: Sorts, why: str, heading: str) -> None:
    talk.shot("array", why, heading=heading, cells=[str(value) for value in run.values])


def _mark(cell: int, role: Role) -> Mark:
    return Mark(at=f"cell:{cell}", role=role)


def _marks(cells: Sequence[int], role: Role) -> tuple[Mark, ...]:
    return tuple(_mark(cell, role) for cell in cells)


def _step(turn: Told, marks: tuple[Mark, ...]) -> ArrayStep:
    """Show the order after a turn, with the cell that it is about."""
    change = turn.change
    own = () if any(mark.at == f"cell:{change.cell}" and mark.role == "good" for mark in marks) else (
        _mark(change.cell, "active"),)  # fmt: skip
    return ArrayStep(order=change.order, window=change.span, marks=(*marks, *own), shelves=(_shelf(turn.total),))


def _end(turns: tuple[Told, ...]) -> ArrayStep:
    last = turns[-1].change
    marks = _marks(last.order, "done")
    whole = (0, len(last.order) - 1)
    return ArrayStep(order=last.order, window=whole, marks=marks, shelves=(_shelf(turns[-1].total),))


def _shelf(total: int) -> Shelf:
    return Shelf(name="Comparisons", items=(str(total),))


def _chart(talk: Talk, row: Row, caption: str) -> None:
    talk.shot(
        "chart",
        "Bars compare how often each sort compares.",
        form="bar",
        categories=list(SORTS),
        series=[{"name": "comparisons", "values": [float(row[name].replace(",", "")) for name in SORTS]}],
        caption=caption.format_map(row.values),
    )
