"""A* on a grid with walls.

Source: Hart, Nilsson and Raphael, A Formal Basis for the Heuristic Determination of Minimum Cost Paths, 1968.
"""

import heapq
from dataclasses import dataclass
from string import ascii_uppercase

from vortex.story.lessons.lesson import Lesson
from vortex.story.lessons.phrases import listed
from vortex.story.lessons.talk import Talk
from vortex.story.lessons.trace import Knob, Row, Trace, counted

Cell = tuple[int, int]


MOST_TOLD = 24
"""Choices told one by one in the longest telling; a larger map goes on in one step after them."""


@dataclass(frozen=True)
class Expansion:
    """One turn of the loop: the cell that was taken and what it opened."""

    cell: Cell
    row: Row
    opened: tuple[tuple[Cell, int], ...]
    """Cells that were opened or bettered, with their f."""
    left: tuple[str, ...]
    """Cells that wait after it, the next one first."""

    @property
    def marks(self) -> dict[str, tuple[str, str]]:
        """What the cells that it opened look like from now on."""
        return {at(cell): ("open", str(f)) for cell, f in self.opened}

    def waiting(self, before: bool = False) -> dict[str, list[str]]:
        """Return the shelf of cells that wait, after the cell was expanded or before."""
        new = {name(cell) for cell, _ in self.opened} if before else set()
        return {"Waiting": [each for each in self.left if each not in new]}


@dataclass(frozen=True)
class Search:
    """The map and everything that happened on it."""

    rows: int
    columns: int
    walls: frozenset[Cell]
    start: Cell
    goal: Cell
    world: Row
    expansions: tuple[Expansion, ...]
    path: tuple[Cell, ...]
    result: Row
    blind: Row


class AStar(Lesson[Search]):
    """Finds a shortest path on a grid and tells each choice."""

    name = "a-star"
    title = "A* search"
    about = "A shortest path, found by looking first where it is likely"
    words = ("a*", "a star", "astar", "a* search", "a* search on a graph", "heuristic search", "pathfinding")
    knobs = (
        Knob("rows", 7, 4, 10, "rows of the map"),
        Knob("columns", 11, 5, 14, "columns of the map"),
        Knob("walls", 22, 0, 35, "percent of the cells that are walls"),
    )
    said = (("A*", "A star"),)

    def run(self, trace: Trace) -> Search:
        """Draw maps until one has a way, then search it with and without the guess."""
        rows, columns = trace["rows"], trace["columns"]
        start, goal = (rows // 2, 0), (rows // 2, columns - 1)
        while True:
            cells = [(r, c) for r in range(rows) for c in range(columns) if (r, c) not in (start, goal)]
            walls = frozenset(trace.random.sample(cells, len(cells) * trace["walls"] // 100))
            turns, path = search(rows, columns, walls, start, goal)
            if path:
                break
        world = trace.record("map", rows=rows, columns=columns, walls=len(walls), start=name(start), goal=name(goal))
        told = tuple(_record(trace, number, turn) for number, turn in enumerate(turns, 1))
        result = trace.record("path", *map(at, path), moves=len(path) - 1, expanded=len(turns))
        without, _ = search(rows, columns, walls, start, goal, guided=False)
        blind = trace.record("without the guess", expanded=len(without), saved=len(without) - len(turns))
        return Search(rows, columns, walls, start, goal, world, told, tuple(path), result, blind)

    def tell(self, talk: Talk, run: Search) -> None:
        """Show the map, the first choices one by one, the rest at once, the way, and what the guess saved."""
        talk.open(
            "How does a program find the shortest way through a map without looking everywhere?",
            "We run A* on a small map and watch how it chooses.",
        )
        ends = {at(run.start): ("active", "S"), at(run.goal): ("good", "G")}
        marks = {at(cell): "wall" for cell in sorted(run.walls)} | ends
        field = {"rows": run.rows, "columns": run.columns, "numbered": True, "marks": marks}
        talk.scene("The rule")
        talk.shot("grid", "The map on which the search runs.", heading="The map", **field)
        talk.say("The map has {rows} rows and {columns} columns, and {walls} cells are walls.", run.world)
        talk.say("We may step up, down, left and right, from the ^start S to the goal G.", run.world)
        talk.shot(
            "equation", "The rule is a sum of two terms.", latex="f = g + h", terms=TERMS, caption="cost of a cell"
        )
        talk.say("For each cell that it meets, A* adds up a pair of numbers.")
        talk.say("The first is ^g, the steps already made from the start.", light="term:0")
        talk.say(
            "The second is ^h, a guess of the steps that remain, counted as if there were no walls.", light="term:1"
        )
        talk.say("Their sum is ^f, and the cell with the least f is looked at next.", light="term:2")
        talk.scene("The search")
        talk.shot("grid", "The search on the map, a state for each choice.", heading="Least f first", **field)
        self._tell_search(talk, run)
        talk.scene("What the guess was worth")
        talk.shot(
            "chart",
            "Two searches of the same map, side by side.",
            form="bar",
            categories=["without the guess", "with the guess"],
            series=[{"name": "cells", "values": [int(each["expanded"]) for each in (run.blind, run.result)]}],
            caption="Cells looked at",
        )
        talk.say("The same ^search without a guess looks at {expanded} cells.", run.blind, show="point:0")
        talk.say("With the ^guess it was {expanded} for the same {moves} moves.", run.result, show="point:1")
        talk.close(
            ("f = g + h: steps made plus a guess", "A* adds the steps made to a guess of the steps that remain."),
            ("Least f is looked at first", "It always looks at the cell with the least sum."),
            ("A guess that is never too high keeps the path shortest", WHY),
        )

    def _tell_search(self, talk: Talk, run: Search) -> None:
        told = talk.some(run.expansions[:-1], least=3)[:MOST_TOLD]
        for number, turn in enumerate(told):
            text = FIRST if number == 0 else TURNS[number % len(TURNS)]
            slowly = bool(turn.opened) and (number < 2 or talk.deeper(6))
            taken = {at(each.cell): "done" for each in told[max(0, number - 1) : number]} | {at(turn.cell): "active"}
            marks = taken if slowly else turn.marks | taken
            note = f"f = g + h = {turn.row['g']} + {turn.row['h']} = {turn.row['f']}"
            talk.say(text, turn.row, marks=marks, note=note, shelves=turn.waiting(before=slowly))
            if slowly:
                talk.say("It ^opens {opened}.", turn.row, marks=turn.marks, shelves=turn.waiting())
        rest = run.expansions[len(told) :]
        opened = {place: mark for turn in rest for place, mark in turn.marks.items()}
        seen = opened | {at(turn.cell): "done" for turn in rest}
        whole = "So it goes on, and after {expanded} cells in all the ^goal is taken from the list."
        talk.say(whole, run.result, marks=seen, note="", shelves={})
        back = "Going back from cell to cell gives the ^path: {moves} moves."
        talk.say(back, run.result, path=run.path, note=f"{run.result['moves']} moves")


WHY = "Because the guess is never higher than the truth, no shorter path is missed."
TERMS = [
    {"latex": "g", "meaning": "steps made"},
    {"latex": "h", "meaning": "steps guessed"},
    {"latex": "f", "meaning": "their sum"},
]
FIRST = "At first only the start ^{cell} is known: g is {g}, h is {h}, so f is {f}."
TURNS = (
    "Next comes ^{cell}, with g {g} and h {h}: its f of {f} is the least.",
    "Now the least f is {f}, so ^{cell} is taken, {steps} from the start.",
    "Then ^{cell} is taken: {g} plus {h} makes {f}.",
)


def search(
    rows: int, columns: int, walls: frozenset[Cell], start: Cell, goal: Cell, guided: bool = True
) -> tuple[list[tuple[Cell, int, int, list[tuple[Cell, int]], list[Cell]]], list[Cell]]:
    """Return each turn (cell, g, h, opened with f, cells that wait) and the path; without guidance h is 0.

    Among equal f the cell with the greater g is taken, then the one in the upper row.
    """

    def guess(cell: Cell) -> int:
        return abs(cell[0] - goal[0]) + abs(cell[1] - goal[1]) if guided else 0

    best, came, closed, turns = {start: 0}, {start: start}, set(), []
    waiting = [(guess(start), 0, start)]
    while waiting:
        _, _, cell = heapq.heappop(waiting)
        if cell in closed:
            continue
        closed.add(cell)
        opened = []
        for step in _around(cell, rows, columns):
            if step in walls or step in closed or best[cell] + 1 >= best.get(step, rows * columns):
                continue
            best[step], came[step] = best[cell] + 1, cell
            heapq.heappush(waiting, (best[step] + guess(step), -best[step], step))
            opened.append((step, best[step] + guess(step)))
        left = sorted({each for _, _, each in waiting} - closed, key=lambda each: (best[each] + guess(each), each))
        turns.append((cell, best[cell], guess(cell), opened if cell != goal else [], left))
        if cell == goal:
            return turns, _way(came, goal)
    return turns, []


def _around(cell: Cell, rows: int, columns: int) -> list[Cell]:
    steps = [(cell[0] + down, cell[1] + right) for down, right in ((-1, 0), (0, 1), (1, 0), (0, -1))]
    return [(r, c) for r, c in steps if 0 <= r < rows and 0 <= c < columns]


def _way(came: dict[Cell, Cell], goal: Cell) -> list[Cell]:
    way = [goal]
    while came[way[-1]] != way[-1]:
        way.append(came[way[-1]])
    return way[::-1]


def name(cell: Cell) -> str:
    """Return a cell as a chess player calls it: the letter of its column and the number of its row."""
    return f"{ascii_uppercase[cell[1]]}{cell[0] + 1}"


def at(cell: Cell) -> str:
    """Return the element of the picture that shows a cell."""
    return f"cell:{cell[0]},{cell[1]}"


def _record(trace: Trace, number: int, turn: tuple[Cell, int, int, list[tuple[Cell, int]], list[Cell]]) -> Expansion:
    cell, g, h, opened, left = turn
    told = listed([f"{name(each)} with {'f ' if not place else ''}{f}" for place, (each, f) in enumerate(opened)])
    row = trace.record(
        "expand", at(cell), number=number, cell=name(cell), steps=counted(g, "step"), g=g, h=h, f=g + h, opened=told
    )
    return Expansion(cell, row, tuple(opened), tuple(name(each) for each in left[:6]))
