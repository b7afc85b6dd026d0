"""Breadth-first and depth-first search on one graph.

Source: Moore, The Shortest Path Through a Maze, 1959; Tarjan, Depth-First Search and Linear Graph Algorithms, 1972.
"""

from collections import deque
from dataclasses import dataclass

from vortex.story.lessons.lesson import Lesson
from vortex.story.lessons.phrases import listed
from vortex.story.lessons.talk import Talk
from vortex.story.lessons.trace import Knob, Row, Trace, counted
from vortex.story.lessons.webs import Web, draw
from vortex.visuals.states import Mark, Role, Shelf, Step

Nodes = tuple[int, ...]
LARGE = 200
"""Places of the graph on which both are counted."""


@dataclass(frozen=True)
class Turn:
    """One change of a search: the node it stands at, what it found there, and what waits now."""

    node: int
    found: Nodes
    waiting: Nodes
    row: Row


@dataclass(frozen=True)
class Walk:
    """One search of the graph."""

    turns: tuple[Turn, ...]
    way: Nodes
    """To the place that both searches are compared at."""
    way_row: Row
    end: Row


@dataclass(frozen=True)
class Walks:
    """Both searches of one graph."""

    web: Web
    world: Row
    wide: Walk
    deep: Walk
    rings: Row
    roads: tuple[int, ...]
    """From the start to each node, at least."""
    large: Row


class GraphTraversal(Lesson[Walks]):
    """Visits all that can be reached, once with a queue and once with a stack."""

    name = "graph-traversal"
    title = "Searching a graph"
    about = "Breadth first and depth first, on the same graph"
    words = (
        "breadth first search",
        "depth first search",
        "bfs",
        "dfs",
        "bfs and dfs",
        "graph search",
        "graph traversal",
        "breadth first and depth first search",
        "traversing a graph",
    )
    knobs = (
        Knob("nodes", 12, 6, 12, "places of the graph"),
        Knob("spare", 3, 0, 6, "roads more than are needed to join all places"),
    )

    def run(self, trace: Trace) -> Walks:
        """Draw a graph and search it twice."""
        web = draw(trace.random, trace["nodes"], trace["spare"])
        world = trace.record("graph", places=len(web.labels), roads=len(web.edges), start=web.labels[0])
        wide_turns, wide_from = breadth_first(web)
        deep_turns, deep_from = depth_first(web)
        nodes = range(1, len(web.labels))
        goal = max(nodes, key=lambda node: (len(way(deep_from, node)) - len(way(wide_from, node)), node))
        wide = _recorded(trace, web, "breadth", wide_turns, wide_from, goal)
        deep = _recorded(trace, web, "depth", deep_turns, deep_from, goal)
        roads = tuple(len(way(wide_from, node)) - 1 for node in range(len(web.labels)))
        rings = trace.record("rings", near="1 road", far="2 roads", most=counted(max(roads), "road"))
        far = draw(trace.random, LARGE, LARGE)
        most = [max(len(waiting) for _, _, waiting in search(far)[0]) for search in (breadth_first, depth_first)]
        large = trace.record("a larger graph", places=LARGE, queue=most[0], stack=most[1])
        return Walks(web, world, wide, deep, rings, roads, large)

    def tell(self, talk: Talk, run: Walks) -> None:
        """Show the graph, both searches, and what the one difference does."""
        talk.open(
            "How does a program visit all places that it can reach, and none twice?",
            "We search one graph breadth first and depth first, and compare.",
        )
        talk.scene("The graph")
        _shot(talk, run, "The graph that both searches visit.", "The graph")
        begin = Step(marks=(_node(0, "active"),))
        talk.say("This graph has {places} places and {roads} roads, and both start at ^{start}.", run.world, step=begin)
        marks = tuple(_node(node, "open") for node in run.web.neighbours(0))
        if talk.deeper(1):
            talk.say("Whoever stands there sees only its ^neighbours, never the whole map.", marks=marks)
        if talk.deeper(5):
            seen = Step(note="seen: never entered again")
            talk.say("So the search remembers which places it has ^seen, and never enters one again.", step=seen)
        if talk.deeper(7):
            talk.say("And it keeps a list of places where it still has ^work to do.", note="a list of work")
            talk.say("Which place of that list comes next is the ^whole difference.", light="node:0")
        self._tell_wide(talk, run)
        self._tell_deep(talk, run)
        if talk.deeper(1):
            self._tell_difference(talk, run)
        if talk.deeper(8):
            self._tell_large(talk, run)
        talk.close(
            ("A queue grows in rings", "Breadth first serves what has waited longest, and grows in rings."),
            ("A stack follows one branch", "Depth first serves what came last, and follows one branch."),
            ("Fewest roads: breadth first", "Only breadth first finds the fewest roads."),
        )

    def _tell_wide(self, talk: Talk, run: Walks) -> None:
        talk.scene("Breadth first")
        _shot(talk, run, "Breadth-first search, a state for each turn.", "Breadth first")
        start = Step(marks=(_node(0, "open"),), shelves=(_shelf(run, "Queue", (0,)),))
        talk.say("Breadth first works with a ^queue: first come, first served.", step=start)
        if talk.deeper(2):
            talk.say("It is like people at a ^counter: newcomers join at the back.", light="node:0")
        turns = run.wide.turns
        told = talk.some(turns)
        for number, turn in enumerate(told):
            texts = SERVED if turn.found else EMPTY
            talk.say(texts[number % len(texts)], turn.row, step=_wide_step(run, turn))
        begin = "So it goes on until" if turns[len(told) :] else "Now"
        text = f"{begin} the queue is ^empty: all {{count}} places were seen, {{last}} last."
        talk.say(text, run.wide.end, step=_all_seen(run, run.wide, "Queue"))
        if talk.deeper(2):
            far = tuple(Mark(at=f"node:{node}", text=str(roads)) for node, roads in enumerate(run.roads))
            step = Step(marks=far, shelves=())
            talk.say("Count the ^roads from the start: those at {near} came before all at {far}.", run.rings, step=step)
        if talk.deeper(6):
            outer = tuple(_node(node, "good") for node, roads in enumerate(run.roads) if roads == max(run.roads))
            step = Step(marks=outer)
            talk.say("The search grows like a ring in water; its ^last ring is {most} away.", run.rings, step=step)

    def _tell_deep(self, talk: Talk, run: Walks) -> None:
        talk.scene("Depth first")
        _shot(talk, run, "Depth-first search, a state for each move.", "Depth first")
        start = Step(marks=(_node(0, "active"),), shelves=(_shelf(run, "Stack", (0,)),))
        talk.say("Depth first works with a ^stack: last come, first served.", step=start)
        if talk.deeper(3):
            talk.say("It is like a pile of ^plates: only the plate on top can be taken.", light="node:0")
        moves = run.deep.turns
        told = talk.some(moves)
        for number, turn in enumerate(told):
            texts = PUSHED if turn.found else BACK
            talk.say(texts[number % len(texts)], turn.row, step=_deep_step(run, turn))
        begin = "Forward and back it goes until" if moves[len(told) :] else "Now"
        text = f"{begin} the stack is ^empty: this time {{last}} came last."
        talk.say(text, run.deep.end, step=_all_seen(run, run.deep, "Stack"))
        if talk.deeper(6):
            talk.say("The stack was at every moment the way back, like a ^thread in a maze.", light="node:0")

    def _tell_difference(self, talk: Talk, run: Walks) -> None:
        talk.scene("What the order does")
        if talk.deeper(4):
            _tell_orders(talk, run)
        _shot(talk, run, "The ways that both searches found to one place.", "The way that was found")
        short = Step(marks=run.web.way(run.wide.way, "path"), note=run.wide.way_row["roads"])
        talk.say("To {goal}, breadth first found a ^way of {roads}.", run.wide.way_row, step=short)
        long = run.web.way(run.deep.way, "bad" if len(run.deep.way) > len(run.wide.way) else "path")
        kept = {each.at for each in long}
        grey = tuple(Mark(at=mark.at, role="plain") for mark in short.marks if mark.at not in kept)
        step = Step(marks=(*grey, *long), note=run.deep.way_row["roads"])
        talk.say("Depth first came to the same place over ^{roads}.", run.deep.way_row, step=step)
        if talk.deeper(3):
            talk.say("No way is shorter than that of breadth first, because ^ring comes after ring.", light="node:0")

    def _tell_large(self, talk: Talk, run: Walks) -> None:
        talk.scene("What each one costs")
        values = [int(run.large["queue"]), int(run.large["stack"])]
        talk.shot(
            "chart",
            "How many places waited at most in a larger graph.",
            form="bar",
            categories=["longest queue", "highest stack"],
            series=[{"name": "places that waited", "values": values}],
            caption=f"A graph of {run.large['places']} places",
        )
        talk.say(
            "Now both searches run through a long and narrow graph of {places} places.", run.large, show="series:0"
        )
        talk.say("The ^queue never held more than {queue} of them.", run.large, light="point:0")
        talk.say("The ^stack grew to {stack}, because it holds the whole way back.", run.large, light="point:1")
        if talk.deeper(9):
            talk.say("In a graph that is ^broad instead, it is the queue that grows.", light="point:0")
        if talk.deeper(10):
            talk.say("So for the fewest changes of trains, take ^breadth first.", light="point:0")
            talk.say("To try moves in a puzzle and take them back, take ^depth first.", light="point:1")


def _tell_orders(talk: Talk, run: Walks) -> None:
    columns = [
        {"title": f"{kind} first", "items": [walk.end["order"]]}
        for kind, walk in (("Breadth", run.wide), ("Depth", run.deep))
    ]
    talk.shot("compare", "The order of both searches side by side.", heading="In which order", columns=columns)
    talk.say("Breadth first saw everything ^near the start before anything far.", run.wide.end, show="column:0")
    talk.say("Depth first ran ^far away at once, and saw some near places late.", run.deep.end, show="column:1")


SERVED = (
    "^{node} is at the front, so it is served, and {found} {join} at the back.",
    "Next in the queue is ^{node}: it brings in {found}.",
    "Then ^{node} is served, and {found} {join} behind the others.",
)
EMPTY = (
    "^{node} is served too, but all its neighbours are known already.",
    "^{node} brings nothing new, so it just leaves the queue.",
    "Around ^{node} everything has been seen before.",
)
PUSHED = (
    "From {node} we go straight on to ^{found}, its first new neighbour.",
    "From there we go on to ^{found}, and put it on top.",
    "{node} still has ^{found} as a new neighbour, so we go deeper.",
)
BACK = (
    "At {node} nothing is new: we go ^back {steps}, to {to}.",
    "{node} is a dead end, so {steps} ^back, and we stand at {to} again.",
)


def breadth_first(web: Web) -> tuple[list[tuple[int, Nodes, Nodes]], dict[int, int]]:
    """Return each turn (node served, nodes found, queue) and for each node, in the order seen, whence it was found."""
    came, queue, turns = {0: 0}, deque([0]), []
    while queue:
        node = queue.popleft()
        found = [each for each in web.neighbours(node) if each not in came]
        for each in found:
            came[each] = node
            queue.append(each)
        turns.append((node, tuple(found), tuple(queue)))
    return turns, came


def depth_first(web: Web) -> tuple[list[tuple[int, Nodes, Nodes]], dict[int, int]]:
    """Return each move (node on top, node found or none, stack, top first) and whence each node was found.

    A move without a find goes back to the nearest node of the stack that has a new neighbour; the last one empties it.
    """
    came, stack = {0: 0}, [0]
    moves: list[tuple[int, Nodes, Nodes]] = []
    while stack:
        node = stack[-1]
        found = next((each for each in web.neighbours(node) if each not in came), None)
        if found is None:
            while stack and all(each in came for each in web.neighbours(stack[-1])):
                stack.pop()
        else:
            came[found] = node
            stack.append(found)
        moves.append((node, () if found is None else (found,), tuple(reversed(stack))))
    return moves, came


def way(came: dict[int, int], goal: int) -> Nodes:
    """Return the nodes from the start to ``goal``."""
    nodes = [goal]
    while came[nodes[-1]] != nodes[-1]:
        nodes.append(came[nodes[-1]])
    return tuple(reversed(nodes))


def _recorded(
    trace: Trace, web: Web, kind: str, turns: list[tuple[int, Nodes, Nodes]], came: dict[int, int], goal: int
) -> Walk:
    told, before = [], 1
    for node, found, waiting in turns if kind == "breadth" else turns[:-1]:
        names = listed([web.labels[each] for each in found])
        join = "joins" if len(found) == 1 else "join"
        to = web.labels[waiting[0]] if waiting else "nothing"
        back = counted(before - len(waiting), "step")
        at = [f"node:{each}" for each in (node, *found)]
        seen = dict(node=web.labels[node], found=names, join=join, to=to, steps=back, waiting=len(waiting))
        told.append(Turn(node, found, waiting, trace.record(f"{kind} first", *at, **seen)))
        before = len(waiting)
    order, nodes = list(came), way(came, goal)
    end = trace.record(
        f"order of {kind} first", count=len(order), last=web.labels[order[-1]], order=_names(web, order, " ")
    )
    found_way = {"goal": web.labels[goal], "roads": counted(len(nodes) - 1, "road"), "over": _names(web, nodes, " ")}
    way_row = trace.record(f"way of {kind} first", f"node:{goal}", **found_way)
    return Walk(tuple(told), nodes, way_row, end)


def _names(web: Web, nodes: Nodes | list[int], between: str) -> str:
    return between.join(web.labels[node] for node in nodes)


def _shot(talk: Talk, run: Walks, why: str, heading: str) -> None:
    talk.shot("graph", why, heading=heading, nodes=run.web.vertices(), edges=run.web.links())


def _node(node: int, role: Role) -> Mark:
    return Mark(at=f"node:{node}", role=role)


def _shelf(run: Walks, name: str, nodes: Nodes) -> Shelf:
    return Shelf(name=name, items=tuple(run.web.labels[node] for node in nodes))


def _all_seen(run: Walks, walk: Walk, shelf: str) -> Step:
    """Show the end of a search: all places, and the roads on which they were found."""
    done = tuple(_node(node, "done") for node in range(len(run.roads)))
    found = [(turn.node, each) for turn in walk.turns for each in turn.found]
    roads = tuple(Mark(at=f"edge:{run.web.edge(*pair)}", role="path") for pair in found)
    return Step(marks=(*done, *roads), note="", shelves=(_shelf(run, shelf, ()),))


def _wide_step(run: Walks, turn: Turn) -> Step:
    """Show the node that is served, those that wait, and the roads on which they were found."""
    roads = tuple(Mark(at=f"edge:{run.web.edge(turn.node, each)}", role="path") for each in turn.found)
    served = {each.node for each in run.wide.turns[: run.wide.turns.index(turn)]}
    done = tuple(_node(node, "done") for node in sorted(served))
    waiting = tuple(_node(node, "open") for node in turn.waiting)
    shelves = (_shelf(run, "Queue", turn.waiting),)
    return Step(marks=(*done, *waiting, *roads, _node(turn.node, "active")), shelves=shelves)


def _deep_step(run: Walks, turn: Turn) -> Step:
    """Show the stack as a way through the graph, its top where the search stands now."""
    moves = run.deep.turns[: run.deep.turns.index(turn) + 1]
    seen = {0, *(each for move in moves for each in move.found)}
    done = tuple(_node(node, "done") for node in sorted(seen - set(turn.waiting)))
    held = tuple(_node(node, "open") for node in turn.waiting[1:])
    road = tuple(Mark(at=f"edge:{run.web.edge(turn.node, each)}", role="path") for each in turn.found)
    return Step(
        marks=(*done, *held, *road, _node(turn.waiting[0], "active")), shelves=(_shelf(run, "Stack", turn.waiting),)
    )
