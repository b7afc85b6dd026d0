"""A heap as a priority queue: pushing, taking out the least, and the array that it lives in.

Source: Williams, Algorithm 232: Heapsort, 1964.
"""

from bisect import bisect
from dataclasses import dataclass

from vortex.story.lessons.lesson import Lesson
from vortex.story.lessons.talk import Talk
from vortex.story.lessons.trace import Knob, Row, Trace
from vortex.visuals.states import ArrayStep, Mark, Pointer, Role, Shelf, TreeStep

Order = tuple[int, ...]


@dataclass(frozen=True)
class Move:
    """One change of the heap: the place that it is about, and which number stands at each place afterwards."""

    place: int
    order: Order
    row: Row


@dataclass(frozen=True)
class Heaps:
    """A heap that was filled and emptied."""

    values: tuple[int, ...]
    world: Row
    pushes: tuple[tuple[Move, ...], ...]
    """For each number how it came in and rose; numbers are called by the order in which they came."""
    pops: tuple[tuple[Move, ...], ...]
    rule: Row
    done: Row
    costs: Row


class Heap(Lesson[Heaps]):
    """Fills a heap and takes the least out of it, again and again."""

    name = "heap"
    title = "The heap"
    about = "A tree that always has the least at hand"
    words = ("heaps", "binary heap", "priority queue", "heapsort", "heap sort", "min heap")
    knobs = (
        Knob("count", 10, 5, 10, "numbers that are put in"),
        Knob("large", 1000, 100, 5000, "numbers that are put in to count the work"),
    )

    def run(self, trace: Trace) -> Heaps:
        """Push numbers until the second one rises, take all out, and count the work on many."""
        while True:
            values = tuple(trace.random.sample(range(10, 100), trace["count"]))
            if values[1] < values[0]:
                break
        world = trace.record("numbers", count=len(values), numbers=" ".join(map(str, values)))
        order: Order = ()
        pushes, pops, out = [], [], []
        for number in range(len(values)):
            pushes.append(_recorded_push(trace, values, number, push(values, order, number)))
            order = pushes[-1][-1].order
        rule = _rule(trace, values, order)
        while order:
            out.append(values[order[0]])
            pops.append(_recorded_pop(trace, values, order, pop(values, order)))
            order = pops[-1][-1].order
        done = trace.record("all taken out", out=" ".join(map(str, out)), first=out[0], last=out[-1])
        return Heaps(values, world, tuple(pushes), tuple(pops), rule, done, _costs(trace))

    def tell(self, talk: Talk, run: Heaps) -> None:
        """Show the rule, pushes, the array, what is taken out, and what it saves."""
        talk.open(
            "How can a program always have the least of many numbers at hand, without sorting them?",
            "We fill a heap, take the least out, and watch how it mends itself.",
        )
        if talk.deeper(4):
            talk.say("Think of a waiting room where the most urgent comes ^first, whoever came before.", show="title")
        self._tell_pushes(talk, run)
        if talk.deeper(1):
            self._tell_array(talk, run)
        self._tell_pops(talk, run)
        if talk.deeper(1):
            self._tell_costs(talk, run)
        talk.close(
            ("A parent is never greater than its children", "In a heap no parent is greater than its children."),
            ("Put in below, rise; take out above, sink", "What comes in rises from below, and what moves up sinks."),
            ("The work is the height of the tree", "The work is only the height of the tree."),
        )

    def _tell_pushes(self, talk: Talk, run: Heaps) -> None:
        talk.scene("Putting in")
        count = len(run.values)
        _tree(talk, run, "The heap while it is filled.", "Putting in", tuple(range(count)), 0)
        first = run.pushes[0][-1]
        talk.say(
            "The first number, ^{value}, becomes the root of a tree.", first.row, step=_grown(run, first, "active")
        )
        talk.say("There is a single ^rule: no parent may be greater than its children.", light="node:0")
        for number, moves in enumerate(run.pushes[1 : 2 + talk.depth // 2]):
            for turn, move in enumerate(moves):
                text = (
                    _text(ENTERS, number)
                    if turn == 0
                    else STAYS
                    if move.row["rises"] == "no"
                    else _text(RISES, turn - 1)
                )
                talk.say(text, move.row, step=_grown(run, move, "done" if move.row["rises"] == "no" else "active"))
            if number == 1 and talk.deeper(5):
                talk.say("Only its own way to the ^root was looked at; all other numbers stayed.", light="node:0")
        order = run.pushes[-1][-1].order
        _tree(talk, run, "The heap with all numbers in it.", "All are in", order, count)
        step = TreeStep(marks=(Mark(at="node:0", role="good"),))
        talk.say("So all {count} numbers come in, and the least ends as the ^root.", run.world, step=step)

    def _tell_array(self, talk: Talk, run: Heaps) -> None:
        talk.scene("Where it lives")
        order = run.pushes[-1][-1].order
        cells = [str(run.values[number]) for number in order]
        talk.shot("array", "The same heap as it lies in memory.", heading="Row by row", cells=cells)
        root = ArrayStep(marks=(Mark(at="cell:0", role="good"),), pointers=(Pointer(name="root", at=0),))
        talk.say("The tree needs no links: its rows lie one after ^another in an array.", run.world, step=root)
        row = run.rule
        parent, left, right = (int(row[name]) for name in ("place", "left", "right"))
        arrows = tuple(Pointer(name=name, at=at) for name, at in (("parent", parent), ("left", left), ("right", right)))
        marks = (Mark(at=f"cell:{parent}", role="active"), *(Mark(at=f"cell:{n}", role="open") for n in (left, right)))
        step = ArrayStep(pointers=arrows, marks=marks, note=f"2 · {parent} + 1 = {left}")
        talk.say(
            "Double the ^place and add one: the children of place {place} stand at {left} and {right}.", row, step=step
        )
        if talk.deeper(6):
            back = ArrayStep(note=f"({right} − 1) / 2 = {row['half']}")
            talk.say("And ^back: take one away, halve it, and round down to find the parent.", row, step=back)

    def _tell_pops(self, talk: Talk, run: Heaps) -> None:
        talk.scene("Taking out")
        order = run.pushes[-1][-1].order
        _tree(talk, run, "The heap while the least is taken out, again and again.", "Taking out", order, len(order))
        told = run.pops[:-1][: 1 + (talk.depth - 1) // 2]
        for number, moves in enumerate(told):
            for turn, move in enumerate(moves):
                text = (
                    _text(TAKES, number)
                    if turn == 0
                    else SETTLES
                    if move.row["sinks"] == "no"
                    else _text(SINKS, turn - 1)
                )
                talk.say(text, move.row, step=_shrunk(run, move, number))
            if number == 0 and talk.deeper(2):
                talk.say("Now the next least is the ^root, and the rule holds again.", light="node:0")
        hidden = tuple(mark for place in range(1, len(order)) for mark in _shown(place, "hidden"))
        out = TreeStep(marks=(*hidden, Mark(at="node:0", role="hidden")), shelves=(_shelf(run, len(order)),))
        talk.say("Taken out one by one, the numbers come in ^order, from {first} to {last}.", run.done, step=out)

    def _tell_costs(self, talk: Talk, run: Heaps) -> None:
        talk.scene("What it saves")
        row = run.costs
        talk.shot(
            "chart",
            "Bars compare how many numbers move in a heap and in a sorted list.",
            form="bar",
            categories=["sorted list", "heap"],
            series=[{"name": "moves", "values": [float(row[name].replace(",", "")) for name in ("moves", "swaps")]}],
            caption=f"Moves for {row['count']} numbers",
        )
        talk.say("To keep ^{count} numbers sorted as they come, {moves} moves are needed.", row, show="series:0")
        talk.say("The heap needs only ^{swaps}.", row, light="point:1")
        if talk.deeper(3):
            talk.say("Its tree has only ^{rows} rows, so a number can rise at most {most} times.", row, light="point:1")
        if talk.deeper(7):
            talk.say("Twice as many numbers add a ^single row.", light="point:1")
        if talk.deeper(8):
            talk.say("So wherever the ^most urgent comes next, a heap is at work.", light="point:1")
            talk.say("Route planners keep their open places in one, and so do the ^clocks of an operating system.",
                     light="point:1")  # fmt: skip


ENTERS = (
    "^{value} comes in at the next free place, below {parent}.",
    "Next comes ^{value}, as a child of {parent}.",
    "Then ^{value} is put below {parent}.",
)
STAYS = "Its parent is ^less, so {value} stays there."
RISES = (
    "It is less than its parent {other}, so both change ^places.",
    "It is also less than {other}, and ^rises again.",
)
TAKES = (
    "The least, ^{least}, is taken out, and the last number, {moved}, takes its place.",
    "Again the root ^{least} goes out, and {moved} moves to the top.",
    "Next out is ^{least}, and {moved} takes its place.",
)
SINKS = (
    "But {moved} is greater than its child {other}, so it ^sinks.",
    "It is greater than {other} too, and ^sinks on.",
)
SETTLES = "Nothing below is ^less, so {moved} stays there."


def push(values: tuple[int, ...], order: Order, number: int) -> list[tuple[int, Order]]:
    """Return the states while a number comes in and rises, each with the place where it stands."""
    heap, place = [*order, number], len(order)
    states = [(place, tuple(heap))]
    while place and values[heap[place]] < values[heap[(place - 1) // 2]]:
        above = (place - 1) // 2
        heap[place], heap[above] = heap[above], heap[place]
        place = above
        states.append((place, tuple(heap)))
    return states


def pop(values: tuple[int, ...], order: Order) -> list[tuple[int, Order]]:
    """Return the states after the least was taken out, while the last number sinks from the root."""
    heap, place = [order[-1], *order[1:-1]] if len(order) > 1 else [], 0
    states = [(place, tuple(heap))]
    while 2 * place + 1 < len(heap):
        below = min(range(2 * place + 1, min(2 * place + 3, len(heap))), key=lambda each: values[heap[each]])
        if values[heap[place]] <= values[heap[below]]:
            break
        heap[place], heap[below] = heap[below], heap[place]
        place = below
        states.append((place, tuple(heap)))
    return states


def _recorded_push(
    trace: Trace, values: tuple[int, ...], number: int, states: list[tuple[int, Order]]
) -> tuple[Move, ...]:
    moves = list[Move]()
    value, start = values[number], (number - 1) // 2
    for turn, (place, order) in enumerate(states):
        if turn == 0:
            parent = values[order[start]] if place else "nothing"
            row = trace.record("push", f"node:{place}", value=value, parent=parent, rises="")
        else:
            passed = values[order[moves[-1].place]]
            row = trace.record("rise", f"node:{place}", value=value, other=passed, rises="yes")
        moves.append(Move(place, order, row))
    if number and len(moves) == 1:
        moves.append(Move(number, order, trace.record("stay", f"node:{number}", value=value, rises="no")))
    return tuple(moves)


def _recorded_pop(
    trace: Trace, values: tuple[int, ...], before: Order, states: list[tuple[int, Order]]
) -> tuple[Move, ...]:
    moves = list[Move]()
    least, moved = values[before[0]], values[before[-1]]
    for turn, (place, order) in enumerate(states):
        if turn == 0:
            row = trace.record("take out", "node:0", least=least, moved=moved, left=len(order), sinks="")
        else:
            passed = values[order[moves[-1].place]]
            row = trace.record("sink", f"node:{place}", moved=moved, other=passed, sinks="yes")
        moves.append(Move(place, order, row))
    if len(moves) == 1 and order:
        moves.append(Move(0, order, trace.record("settle", "node:0", moved=moved, sinks="no")))
    return tuple(moves)


def _rule(trace: Trace, values: tuple[int, ...], order: Order) -> Row:
    """Record where a parent and its children stand; with fewer than five numbers there would be no pair below it."""
    place = 1
    left, right = 2 * place + 1, 2 * place + 2
    at = [f"cell:{each}" for each in (place, left, right)]
    half = (right - 1) / 2
    return trace.record("places", *at, factor=2, step=1, place=place, left=left, right=right, half=half, parent=place)


def _costs(trace: Trace) -> Row:
    """Count what moves while many numbers come into a heap and into a sorted list."""
    count = trace["large"]
    values = tuple(trace.random.sample(range(10 * count), count))
    sorted_list, order, moves, swaps = list[int](), list[int](), 0, 0
    for number, value in enumerate(values):
        place = bisect(sorted_list, value)
        moves += len(sorted_list) - place
        sorted_list.insert(place, value)
        states = push(values, tuple(order), number)
        order = list(states[-1][1])
        swaps += len(states) - 1
    rows = count.bit_length()
    return trace.record(
        "moves for many", count=f"{count:,}", moves=f"{moves:,}", swaps=f"{swaps:,}", rows=rows, most=rows - 1
    )


def _text(texts: tuple[str, ...], number: int) -> str:
    return texts[number % len(texts)]


def _tree(talk: Talk, run: Heaps, why: str, heading: str, order: Order, shown: int) -> None:
    labels = [str(run.values[number]) for number in order]
    parents = [(place - 1) // 2 if place else -1 for place in range(len(order))]
    hidden = [mark for place in range(shown, len(order)) for mark in _shown(place, "hidden")]
    talk.shot("tree", why, heading=heading, labels=labels, parents=parents, marks=hidden)


def _shown(place: int, role: Role) -> tuple[Mark, ...]:
    """Return marks for a place and the edge above it."""
    edge = (Mark(at=f"edge:{place}", role=role),) if place else ()
    return (Mark(at=f"node:{place}", role=role), *edge)


def _grown(run: Heaps, move: Move, role: Role) -> TreeStep:
    """Show the heap while it is filled; numbers that have not come yet wait unseen at their places."""
    marks = tuple(mark for place in range(len(move.order)) for mark in _shown(place, "plain"))
    return TreeStep(order=_full(run, move.order), marks=(*marks, Mark(at=f"node:{move.place}", role=role)))


def _full(run: Heaps, order: Order) -> Order:
    return (*order, *range(len(order), len(run.values)))


def _shrunk(run: Heaps, move: Move, number: int) -> TreeStep:
    """Show the heap while it is emptied; what was taken out stays unseen at the places that became free."""
    first = run.pushes[-1][-1].order
    taken = [first[0], *(moves[-1].order[0] for moves in run.pops[:number])]
    order = tuple(first.index(each) for each in (*move.order, *reversed(taken)))
    size = len(move.order)
    marks = [mark for place in range(size) for mark in _shown(place, "plain")]
    gone = [mark for place in range(size, len(first)) for mark in _shown(place, "hidden")]
    active = Mark(at=f"node:{move.place}", role="active")
    return TreeStep(order=order, marks=(*marks, *gone, active), shelves=(_shelf(run, number + 1),))


def _shelf(run: Heaps, number: int) -> Shelf:
    """Return what was taken out so far."""
    return Shelf(name="Taken out", items=tuple(moves[0].row["least"] for moves in run.pops[:number]))
