"""Pythagoras: four triangles are pushed about inside a square, and triples of whole numbers are found by Euclid's rule.

Source: Euclid, Elements, book I proposition 47 and book X, lemma before proposition 29.
"""

from dataclasses import dataclass
from math import gcd, hypot, isqrt

from vortex.story.lessons.lesson import Lesson
from vortex.story.lessons.talk import Talk
from vortex.story.lessons.trace import Knob, Row, Trace
from vortex.visuals.states import Curve, Mark, Moved, PlotStep, Point

Shape = tuple[Point, ...]
MOST_TRIPLES = 4


@dataclass(frozen=True)
class Proof:
    """The triangle, what its squares hold, and the whole numbers that fit."""

    a: int
    b: int
    triangle: Row
    squares: Row
    outer: Row
    pieces: Row
    distance: Row
    triples: tuple[Row, ...]


class Pythagoras(Lesson[Proof]):
    """Proves the theorem by moving pieces, then uses it."""

    name = "pythagoras"
    title = "Pythagoras' theorem"
    about = "Why the two small squares fill the large one"
    words = ("pythagoras", "pythagorean theorem", "right triangle", "hypotenuse", "pythagorean triples")
    knobs = (Knob("a", 3, 2, 9, "the shorter leg"), Knob("b", 4, 2, 9, "the longer leg"))

    def run(self, trace: Trace) -> Proof:
        """Measure the pieces, walk between two points, and search for triples."""
        a, b = sorted((trace["a"], trace["b"]))
        square, root = a * a + b * b, hypot(a, b)
        triangle = trace.record("triangle", "curve:0", a=a, b=b)
        squares = trace.record("squares", small=a * a, middle=b * b, sum=square, c=root)
        whole, four = (a + b) ** 2, 2 * a * b
        outer = trace.record("outer square", side=a + b, area=whole, triangles=four, left=whole - four)
        pieces = trace.record("pieces", triangles=4, rectangles=2, squares=2)
        right, up = trace.random.randint(5, 12), trace.random.randint(4, 9)
        far = trace.record(
            "walk",
            right=right,
            up=up,
            right2=right**2,
            up2=up**2,
            sum=right**2 + up**2,
            straight=hypot(right, up),
            around=right + up,
        )
        found = tuple(trace.record("triple", m=m, n=n, x=x, y=y, z=z) for m, n, x, y, z in triples(MOST_TRIPLES))
        return Proof(a, b, triangle, squares, outer, pieces, far, found)

    def tell(self, talk: Talk, run: Proof) -> None:
        """Show the claim, the proof, a use, and the triples."""
        talk.open(
            "Why do the squares on the short sides of a right triangle always fill the square on the long one?",
            "We prove it by pushing four triangles about.",
            run.pieces,
        )
        self._tell_claim(talk, run)
        self._tell_proof(talk, run)
        if talk.deeper(1):
            self._tell_use(talk, run)
        if talk.deeper(2):
            self._tell_triples(talk, run)
        talk.close(
            ("a² + b² = c²", "In a right triangle the squares of the short sides add up to the square of the long."),
            ("The same pieces leave the same room", "The proof only moves pieces: what is left over stays as large."),
            ("It measures distance", "It turns steps along a pair of directions into the distance as the crow flies."),
        )

    def _tell_claim(self, talk: Talk, run: Proof) -> None:
        a, b = run.a, run.b
        shapes = [
            Curve(name="", form="polygon", points=((0, 0), (b, 0), (0, a)), tone=0),
            Curve(name=run.squares["small"], form="polygon", points=((0, 0), (0, a), (-a, a), (-a, 0)), tone=1),
            Curve(name=run.squares["middle"], form="polygon", points=((0, 0), (b, 0), (b, -b), (0, -b)), tone=2),
            Curve(name=run.squares["sum"], form="polygon", points=((b, 0), (0, a), (a, a + b), (a + b, b)), tone=3),
        ]
        hidden = {f"curve:{number}": "hidden" for number in range(4)}
        talk.scene("The claim")
        talk.shot(
            "plot",
            "The triangle and the squares on its sides.",
            heading="The squares on the sides",
            curves=shapes,
            equal=True,
            axes=False,
            x_range=(-a - 0.2, a + b + 0.2),
            y_range=(-b - 0.2, a + b + 0.2),
            marks=hidden,
        )
        talk.say("Take a right ^triangle with short sides of {a} and {b}.", run.triangle, step=_shown(0))
        talk.say("The square on the shorter one has an area of ^{small}.", run.squares, step=_shown(1))
        talk.say("The square on the other has ^{middle}.", run.squares, step=_shown(2))
        claim = f"{run.squares['small']} + {run.squares['middle']} = {run.squares['sum']}"
        talk.say(
            "The claim is that the ^large square holds exactly their sum, ^{sum}.",
            run.squares,
            step=(_shown(3), PlotStep(note=claim)),
        )

    def _tell_proof(self, talk: Talk, run: Proof) -> None:
        a, b = run.a, run.b
        s = a + b
        frame = Curve(name="", points=((0, 0), (s, 0), (s, s), (0, s), (0, 0)), tone=5)
        pieces = [Curve(name="", form="polygon", points=each, tone=0) for each in _around(a, b)]
        rooms = [
            Curve(name="c²", form="polygon", points=((b, 0), (s, b), (a, s), (0, a)), tone=3),
            Curve(name="a²", form="polygon", points=((b, 0), (s, 0), (s, a), (b, a)), tone=1),
            Curve(name="b²", form="polygon", points=((0, a), (b, a), (b, s), (0, s)), tone=2),
        ]
        hidden = {f"curve:{number}": "hidden" for number in range(8)}
        talk.scene("The proof")
        talk.shot(
            "plot",
            "Four equal triangles inside a square, before and after they are moved.",
            heading="Triangles in a square",
            curves=[frame, *pieces, *rooms],
            equal=True,
            axes=False,
            x_range=(-0.2, s + 0.2),
            y_range=(-0.2, s + 0.2),
            marks=hidden,
        )
        talk.say("Draw a ^square with a side of {side}, which is both short sides together.", run.outer, step=_shown(0))
        talk.say("Put a copy of the triangle into each ^corner.", marks=_marks((1, 2, 3, 4)))
        left = f"{run.outer['area']} - {run.outer['triangles']} = {run.outer['left']}"
        talk.say("What is left in the middle is the ^tilted square on the long side.", step=_shown(5))
        if talk.deeper(3):
            talk.say("The outer square has {area}, and the triangles cover ^{triangles}.", run.outer)
            talk.say("So the tilted one has ^{left}.", run.outer, note=left)
        moves = tuple(Moved(curve=number, points=each) for number, each in enumerate(_paired(a, b), 1))
        talk.say(
            "Now ^push the triangles together into {rectangles} rectangles.",
            run.pieces,
            step=PlotStep(moves=moves, marks=_marks((5,), "hidden"), note=""),
        )
        talk.say(
            "What is left over now is the {squares} ^small squares.",
            run.pieces,
            step=PlotStep(marks=(*_marks((1, 2, 3, 4), "done"), *_marks((6, 7), "plain"))),
        )
        talk.say(
            "Nothing was added and nothing was taken away, so they are as ^large as the tilted one was.",
            run.pieces,
            note="a² + b² = c²",
        )
        talk.say(
            "So the long side is the square root of {sum}, which is ^{c}.",
            run.squares,
            note=f"c = √{run.squares['sum']} = {run.squares['c']}",
        )

    def _tell_use(self, talk: Talk, run: Proof) -> None:
        right, up = int(run.distance["right"]), int(run.distance["up"])
        way = Curve(name="around", points=((0, 0), (right, 0), (right, up)), tone=0)
        straight = Curve(name="straight", form="arrow", points=((0, 0), (right, up)), tone=1)
        talk.scene("What it is good for")
        talk.shot(
            "plot",
            "A walk around the corner and the straight line.",
            heading="The distance between two points",
            curves=[way, straight],
            equal=True,
            marks={"curve:0": "hidden", "curve:1": "hidden"},
        )
        talk.say("Somebody ^walks {right} blocks to the right and {up} up.", run.distance, step=_shown(0))
        sum_ = f"{run.distance['right2']} + {run.distance['up2']} = {run.distance['sum']}"
        talk.say(
            "The square of the straight ^way is {right2} plus {up2}, so ^{sum}.",
            run.distance,
            step=(_shown(1), PlotStep(note=sum_)),
        )
        talk.say(
            "So it is ^{straight} blocks long, instead of {around}.",
            run.distance,
            note=f"√{run.distance['sum']} = {run.distance['straight']}",
        )

    def _tell_triples(self, talk: Talk, run: Proof) -> None:
        told = talk.some(run.triples, least=2)
        rows = [["m", "n", "a", "b", "c"], *([row[key] for key in ("m", "n", "x", "y", "z")] for row in told)]
        talk.scene("Whole numbers")
        talk.shot("table", "Triples of whole numbers, found by a rule.", rows=rows, caption="Euclid's rule")
        talk.say(
            "In some right triangles all ^sides are whole numbers, and Euclid knew a rule that finds them.",
            show="row:0",
        )
        talk.say("Take a pair of numbers, called ^m and n.", light="cell:0,0")
        talk.say("One side is the difference of their ^squares, the other is twice their product.", light="cell:0,2")
        talk.say("The long side is the ^sum of their squares.", light="cell:0,4")
        for number, row in enumerate(told, 1):
            talk.say("From {m} and ^{n} come {x}, {y} and {z}.", row, show=f"row:{number}")


def triples(count: int) -> list[tuple[int, int, int, int, int]]:
    """Return (m, n, a, b, c) of the first primitive triples by Euclid's rule, each checked by its squares."""
    found: list[tuple[int, int, int, int, int]] = []
    m = 2
    while len(found) < count:
        for n in range(1, m):
            if (m - n) % 2 and gcd(m, n) == 1:
                a, b = sorted((m * m - n * n, 2 * m * n))
                found.append((m, n, a, b, isqrt(a * a + b * b)))
        m += 1
    return found[:count]


def _around(a: int, b: int) -> tuple[Shape, ...]:
    """Return four triangles in the corners of the square of side ``a + b``, which leave a tilted square."""
    s = a + b
    return (
        ((0, 0), (b, 0), (0, a)),
        ((s, 0), (s, b), (b, 0)),
        ((s, s), (a, s), (s, b)),
        ((0, s), (0, a), (a, s)),
    )


def _paired(a: int, b: int) -> tuple[Shape, ...]:
    """Return the same triangles as two rectangles, which leave the squares of both legs; corners in the same order."""
    s = a + b
    return (
        ((0, 0), (b, 0), (0, a)),
        ((s, a), (s, s), (b, a)),
        ((b, a), (0, a), (b, 0)),
        ((b, s), (b, a), (s, s)),
    )


def _marks(curves: tuple[int, ...], role: str = "active") -> tuple[Mark, ...]:
    return tuple(Mark.model_validate({"at": f"curve:{number}", "role": role}) for number in curves)


def _shown(curve: int, note: str | None = None) -> PlotStep:
    return PlotStep(marks=(Mark(at=f"curve:{curve}", role="active"),), note=note)
