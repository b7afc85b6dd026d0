"""Dijkstra's algorithm on a small map.

Source: Dijkstra, A Note on Two Problems in Connexion with Graphs, 1959.
"""

import heapq
from dataclasses import dataclass
from itertools import pairwise

from vortex.story.lessons.graph_traversal import way
from vortex.story.lessons.lesson import Lesson
from vortex.story.lessons.talk import Talk
from vortex.story.lessons.trace import Knob, Row, Trace, counted
from vortex.story.lessons.webs import Edge, Web, draw
from vortex.visuals.states import Mark, Role, Shelf, Step

Weights = dict[Edge, int]
SIZES = (50, 100, 200)
_TRIES = 300


@dataclass(frozen=True)
class Choice:
    """One turn of the loop: the place that became final."""

    node: int
    time: int
    better: tuple[tuple[int, int, int | None], ...]
    """Places that it bettered, each with its time after and before."""
    times: dict[int, int]
    """The best known time of each place that is not final yet."""


@dataclass(frozen=True)
class Turn:
    """A choice, written down."""

    choice: Choice
    settled: Row
    bettered: Row | None
    """The best news of the turn: a time that was bettered, else one that is new."""


@dataclass(frozen=True)
class Route:
    """The map and everything that happened on it."""

    web: Web
    minutes: tuple[int, ...]
    """For each road."""
    world: Row
    turns: tuple[Turn, ...]
    best: tuple[int, ...]
    result: Row
    fewest: tuple[int, ...]
    other: Row
    total: Row
    tree: tuple[Edge, ...]
    """The roads over which each final place was reached."""
    second: tuple[int, ...]
    """The quickest way to another place."""
    example: Row
    growth: Row


class Dijkstra(Lesson[Route]):
    """Finds the quickest way and tells why no other can be quicker."""

    name = "dijkstra"
    title = "Dijkstra's algorithm"
    about = "The quickest way, and why none is quicker"
    words = (
        "dijkstra", "dijkstras algorithm", "shortest path", "shortest paths", "shortest path in a graph",
        "quickest route", "route planning",
    )  # fmt: skip
    knobs = (
        Knob("places", 10, 6, 10, "places of the map"),
        Knob("spare", 6, 2, 8, "roads more than are needed to join all places"),
    )
    said = (("Dijkstra's", "Dike-stra's"), ("Dijkstra", "Dike-stra"))

    def run(self, trace: Trace) -> Route:
        """Draw maps until the way with the fewest roads is not the quickest, then search the last one."""
        for _ in range(_TRIES):
            web = draw(trace.random, trace["places"], trace["spare"])
            weights = {edge: trace.random.randint(1, 9) for edge in web.edges}
            goal = len(web.labels) - 1
            turns, came = search(web, weights, goal)
            best = way(came, goal)
            ways = every_way(web, goal)
            fewest = min(ways, key=lambda nodes: (len(nodes), length(nodes, weights)))
            if len(fewest) < len(best):
                break
        minutes = tuple(weights[edge] for edge in web.edges)
        names = {"start": web.labels[0], "goal": web.labels[goal]}
        listed = " ".join(map(str, minutes))
        world = trace.record("map", places=len(web.labels), roads=len(web.edges), **names, minutes=listed)
        told = tuple(_recorded(trace, web, turn) for turn in turns)
        quick = length(best, weights)
        ends = [f"node:{node}" for node in best]
        result = trace.record("quickest way", *ends, **names, minutes=quick, roads=len(best) - 1, final=len(turns))
        slow = length(fewest, weights)
        other = trace.record(
            "way with the fewest roads", goal=web.labels[goal], minutes=slow, roads=len(fewest) - 1, more=slow - quick
        )
        total = trace.record("all ways without a circle", ways=counted(len(ways), "way"), final=len(turns))
        final = [turn.node for turn in turns]
        second = max((way(came, node) for node in final if node not in best), key=len, default=best[:-1])
        over = counted(len(second) - 1, "road")
        example = trace.record(
            "another way", to=web.labels[second[-1]], minutes=counted(length(second, weights), "minute"), roads=over
        )
        tree = tuple((came[node], node) for node in final[1:])
        growth = _growth(trace)
        return Route(web, minutes, world, told, best, result, fewest, other, total, tree, second, example, growth)

    def tell(self, talk: Talk, run: Route) -> None:
        """Show the map, the choices one by one, the way, and why it holds."""
        talk.open(
            "How can a route planner be sure that no other way is quicker?",
            "We run Dijkstra's algorithm on a small map, and watch how it chooses.",
        )
        talk.scene("The map")
        _shot(talk, run, "The map with the minutes of each road.", "Minutes on each road")
        ends = Step(marks=(_node(0, "active"), _node(len(run.web.labels) - 1, "good")))
        talk.say("Each road says how many minutes it takes, and we go from ^{start} to {goal}.", run.world, step=ends)
        if talk.deeper(1):
            step = Step(marks=run.web.way(run.fewest, "path"), note=f"{run.other['minutes']} minutes")
            talk.say("The way with the ^fewest roads has {roads} and takes {minutes} minutes.", run.other, step=step)
            talk.say("Is it also the ^quickest?", light=f"node:{run.fewest[-1]}")
        self._tell_rule(talk, run)
        self._tell_search(talk, run)
        self._tell_way(talk, run)
        if talk.deeper(5):
            self._tell_all(talk, run)
            self._tell_reason(talk, run)
        if talk.deeper(7):
            self._tell_growth(talk, run)
        talk.close(
            ("Each place keeps its best time so far", "Each place keeps the best time that is known so far."),
            ("The nearest open place is final", "The nearest open place is final, and may better its neighbours."),
            ("Times must never be negative", "It holds because no road gives time back."),
        )

    def _tell_rule(self, talk: Talk, run: Route) -> None:
        talk.scene("The rule")
        _shot(talk, run, "The search on the map, a state for each choice.", "Nearest first")
        shelf = (Shelf(name="Best so far", items=(f"{run.web.labels[0]} 0",)),)
        first = Step(marks=(Mark(at="node:0", role="open", text="0"),), shelves=shelf)
        talk.say("Every place carries the ^best time that is known so far.", step=first)
        if talk.deeper(2):
            talk.say("At the beginning only the ^start has a time, and nothing else has been reached.", light="node:0")
        if talk.deeper(3):
            talk.say(
                "Then the same move repeats: take the ^nearest open place and look along its roads.", light="node:0"
            )

    def _tell_search(self, talk: Talk, run: Route) -> None:
        told = talk.some(run.turns[:-1], least=2)
        for number, turn in enumerate(told):
            role = TAKEN[number % len(TAKEN)] if number else START
            talk.say(role, turn.settled, step=_settled(run, turn))
            if turn.bettered and (number < 1 or talk.deeper(1)):
                texts = SHORTER if turn.bettered["before"] else REACHED
                talk.say(texts[number % len(texts)], turn.bettered, step=_bettered(run, turn))
            if turn.choice.times and number < talk.depth - 8:
                near = min(turn.choice.times, key=lambda node: (turn.choice.times[node], node))
                talk.say(NEAREST[number % len(NEAREST)], turn.settled, light=f"node:{near}")
            if number == 1 and talk.deeper(4):
                talk.say(
                    "Why final? Every other open place is ^farther away already.", light=f"node:{turn.choice.node}"
                )
                talk.say("A detour over one of them could only take ^longer.", light=f"node:{turn.choice.node}")
        times = {turn.choice.node: turn.choice.time for turn in run.turns}
        marks = tuple(Mark(at=f"node:{node}", role="done", text=str(time)) for node, time in times.items())
        marks += _roads(run, len(run.turns))
        last = run.turns[-1]
        done = Step(
            marks=(*marks, Mark(at=f"node:{last.choice.node}", role="good", text=run.result["minutes"])),
            note="",
            shelves=(_shelf(run, last.choice.times),),
        )
        talk.say("So it goes on, until the ^goal {goal} is the nearest: {minutes} minutes.", run.result, step=done)

    def _tell_way(self, talk: Talk, run: Route) -> None:
        talk.scene("The way")
        _shot(talk, run, "The quickest way on the map.", "The quickest way")
        best = Step(marks=run.web.way(run.best, "path"), note=_sum(run, run.best))
        talk.say("Going back over the roads that gave each best time, we find the ^way.", run.result, step=best)
        talk.say("It has {roads} roads and takes ^{minutes} minutes.", run.result, light=f"node:{run.best[-1]}")
        if talk.deeper(1) and run.fewest == run.best:
            talk.say("This time it is also the way with the ^fewest roads.", run.other, light="node:0")
        elif talk.deeper(1):
            kept = {mark.at for mark in run.web.way(run.fewest, "bad")}
            grey = tuple(Mark(at=mark.at, role="plain") for mark in best.marks if mark.at not in kept)
            step = Step(marks=(*grey, *run.web.way(run.fewest, "bad")), note=_sum(run, run.fewest))
            talk.say("The way with the fewest roads takes ^{minutes}, which is {more} more.", run.other, step=step)

    def _tell_reason(self, talk: Talk, run: Route) -> None:
        talk.scene("Why it can be trusted")
        columns = [
            {"title": "Try every way", "items": [run.total["ways"]]},
            {"title": "Dijkstra", "items": [f"{run.total['final']} places, each once"]},
        ]
        talk.shot("compare", "The work with and without the rule.", heading="How much work", columns=columns)
        talk.say("On this small map there are ^{ways} without a circle.", run.total, show="column:0")
        talk.say("Dijkstra's algorithm looked at {final} places, and at each only ^once.", run.total, show="column:1")
        if talk.deeper(6):
            talk.say("With every further place the ways multiply, but the ^places only add up.", light="column:0")
        if talk.deeper(8):
            talk.say("There is one ^condition: no road may take less than no time.", light="column:1")
            back = "If a road gave ^time back, a detour could still better a place that was called final."
            talk.say(back, light="column:1")

    def _tell_all(self, talk: Talk, run: Route) -> None:
        talk.scene("More than was asked for")
        _shot(talk, run, "All the quickest ways that the run found.", "Every place has its way")
        times = {turn.choice.node: turn.choice.time for turn in run.turns}
        texts = tuple(Mark(at=f"node:{node}", role="done", text=str(time)) for node, time in times.items())
        roads = tuple(Mark(at=f"edge:{run.web.edge(*road)}", role="path") for road in run.tree)
        talk.say("The same run gives the quickest ^way to every place that became final.", marks=texts + roads)
        if talk.deeper(6):
            best = Step(marks=run.web.way(run.second, "good"), note=_sum(run, run.second))
            talk.say("To ^{to}, for example, it takes {minutes} over {roads}.", run.example, step=best)
        if talk.deeper(9):
            talk.say("These roads never form a ^circle: they are a tree with its root at the start.", light="node:0")

    def _tell_growth(self, talk: Talk, run: Route) -> None:
        talk.scene("On larger maps")
        counts = [float(run.growth[f"looked{number}"]) for number in range(len(SIZES))]
        talk.shot(
            "chart",
            "How many roads the search looks at on larger maps.",
            form="bar",
            categories=[f"{run.growth[f'size{number}']} places" for number in range(len(SIZES))],
            series=[{"name": "roads looked at", "values": counts}],
            caption="Work on larger maps",
        )
        talk.say(
            "We let it run on larger ^maps too, and count the roads that it looks at.", run.growth, show="series:0"
        )
        talk.say("On {size0} places it looks at ^{looked0} roads.", run.growth, light="point:0")
        talk.say("On {size1} places, twice as many, it is ^{looked1}.", run.growth, light="point:1")
        talk.say("And on {size2} it is ^{looked2}: the work grows with the map, not with the ways.", run.growth,
                 light="point:2")  # fmt: skip


START = "First comes the start, ^{node}, and its time of {time} is final."
TAKEN = (
    "Now ^{node} is the nearest open place, so its time, {time}, is final.",
    "The least time of all open places is {time}, so ^{node} is taken.",
    "Next comes ^{node} at {time}: nothing open is nearer.",
)
NEAREST = (
    "Of those that stay open, ^{next} is now the nearest, at {soon}.",
    "The shelf has ^{next} on top now, with {soon}.",
)
REACHED = (
    "From there it is {road} more to ^{to}, which makes {sum}.",
    "One road leads on to ^{to}: {road} more, so {sum} in all.",
)
SHORTER = (
    "Over {node}, ^{to} is reached in only {sum}, and not in {before} as before.",
    "That betters ^{to}: over {node} it takes {sum}, and before it took {before}.",
)


def search(web: Web, weights: Weights, goal: int) -> tuple[list[Choice], dict[int, int]]:
    """Return each choice until ``goal`` is final, and for each place from where it was reached."""
    best, came, final = {0: 0}, {0: 0}, set[int]()
    waiting, choices = [(0, 0)], list[Choice]()
    while goal not in final:
        time, node = heapq.heappop(waiting)
        if node in final:
            continue
        final.add(node)
        better = []
        for step in web.neighbours(node) if node != goal else ():
            after = time + weights[min(node, step), max(node, step)]
            before = best.get(step)
            if step not in final and (before is None or after < before):
                best[step], came[step] = after, node
                heapq.heappush(waiting, (after, step))
                better.append((step, after, before))
        choices.append(Choice(node, time, tuple(better), {each: best[each] for each in best if each not in final}))
    return choices, came


def length(nodes: tuple[int, ...], weights: Weights) -> int:
    """Return the minutes that a way takes."""
    return sum(weights[min(pair), max(pair)] for pair in pairwise(nodes))


def every_way(web: Web, goal: int) -> list[tuple[int, ...]]:
    """Return every way from the start to ``goal`` that enters no place twice."""
    found, open_ways = list[tuple[int, ...]](), list[tuple[int, ...]]([(0,)])
    while open_ways:
        so_far = open_ways.pop()
        for step in web.neighbours(so_far[-1]):
            if step == goal:
                found.append((*so_far, goal))
            elif step not in so_far:
                open_ways.append((*so_far, step))
    return found


def _growth(trace: Trace) -> Row:
    """Run the search on larger maps and count at how many roads it looks."""
    counts = {}
    for number, size in enumerate(SIZES):
        web = draw(trace.random, size, size)
        weights = {edge: trace.random.randint(1, 9) for edge in web.edges}
        choices, _ = search(web, weights, size - 1)
        counts[f"size{number}"] = size
        counts[f"looked{number}"] = sum(len(web.neighbours(each.node)) for each in choices)
    return trace.record("larger maps", **counts)


def _recorded(trace: Trace, web: Web, choice: Choice) -> Turn:
    name = web.labels[choice.node]
    soon, near = min(((time, node) for node, time in choice.times.items()), default=(0, choice.node))
    told = {"node": name, "time": choice.time, "next": web.labels[near], "soon": soon}
    settled = trace.record("final", f"node:{choice.node}", **told)
    rows = []
    for step, after, before in sorted(choice.better, key=lambda each: each[2] is None):
        known = "" if before is None else before
        road = after - choice.time
        values = {"node": name, "to": web.labels[step], "time": choice.time, "road": road, "sum": after}
        rows.append(trace.record("better", f"node:{step}", **values, before=known))
    return Turn(choice, settled, rows[0] if rows else None)


def _shot(talk: Talk, run: Route, why: str, heading: str) -> None:
    texts = tuple(map(str, run.minutes))
    talk.shot("graph", why, heading=heading, nodes=run.web.vertices(), edges=run.web.links(texts))


def _node(node: int, role: Role) -> Mark:
    return Mark(at=f"node:{node}", role=role)


def _settled(run: Route, turn: Turn) -> Step:
    """Show the place that became final; those before it are done, and their news is written at the others."""
    before = run.turns[: run.turns.index(turn)]
    done = tuple(_node(each.choice.node, "done") for each in before)
    times = before[-1].choice.times if before else {0: 0}
    open_ = tuple(Mark(at=f"node:{node}", role="open", text=str(time)) for node, time in times.items())
    active = Mark(at=f"node:{turn.choice.node}", role="active", text=str(turn.choice.time))
    return Step(marks=(*done, *open_, active), note="", shelves=(_shelf(run, times),))


def _bettered(run: Route, turn: Turn) -> Step:
    """Show what the place bettered, and the sum that did it."""
    row, choice = turn.bettered, turn.choice
    assert row is not None
    marks = tuple(Mark(at=f"node:{node}", role="open", text=str(after)) for node, after, _ in choice.better)
    roads = _roads(run, run.turns.index(turn) + 1)
    note = f"{row['time']} + {row['road']} = {row['sum']}"
    return Step(marks=(*marks, *roads), note=note, shelves=(_shelf(run, choice.times),))


def _roads(run: Route, turns: int) -> tuple[Mark, ...]:
    """Return marks for the roads over which each place has its best time after so many turns, and for others."""
    roads = dict[int, int]()
    marks = dict[int, Mark]()
    for turn in run.turns[:turns]:
        for node, _, _ in turn.choice.better:
            if node in roads:
                marks[roads[node]] = Mark(at=f"edge:{roads[node]}", role="plain")
            roads[node] = run.web.edge(turn.choice.node, node)
            marks[roads[node]] = Mark(at=f"edge:{roads[node]}", role="path")
    return tuple(marks.values())


def _shelf(run: Route, times: dict[int, int]) -> Shelf:
    ordered = sorted(times.items(), key=lambda each: (each[1], each[0]))
    return Shelf(name="Best so far", items=tuple(f"{run.web.labels[node]} {time}" for node, time in ordered))


def _sum(run: Route, nodes: tuple[int, ...]) -> str:
    minutes = [run.minutes[run.web.edge(*pair)] for pair in pairwise(nodes)]
    return f"{' + '.join(map(str, minutes))} = {sum(minutes)}"
