"""Linear transformations: a matrix moves the plane, and two arrows tell everything about it."""

from collections.abc import Sequence
from dataclasses import dataclass

from vortex.story.lessons.lesson import Lesson
from vortex.story.lessons.talk import Talk
from vortex.story.lessons.trace import Knob, Row, Trace
from vortex.visuals.states import Curve, Mark, Moved, PlotStep, Point, Step

Matrix = tuple[tuple[int, int], tuple[int, int]]
UNIT: Matrix = ((1, 0), (0, 1))
TURN: Matrix = ((0, -1), (1, 0))
SQUARE: tuple[Point, ...] = ((0, 0), (1, 0), (1, 1), (0, 1))
REACH = 14
"""Lines of the grid on each side of the origin: so many that its end is never seen."""
MARGIN = 0.7
"""What is seen of the plane around the arrows and their square; the picture shows more where there is room."""


@dataclass(frozen=True)
class Moves:
    """A matrix, what it does to a point, what it does to areas, and what two of them do."""

    matrix: Matrix
    arrows: Row
    point: tuple[int, int]
    image: Row
    area: Row
    flat: Matrix
    flat_row: Row
    after: Matrix
    after_row: Row


class LinearTransformation(Lesson[Moves]):
    """Moves the plane by matrices and measures what happens."""

    name = "linear-transformation"
    title = "Linear transformations"
    about = "What a matrix does to the plane"
    words = ("linear transformation", "linear transformations", "linear map", "matrix", "determinant", "matrices")
    knobs = (Knob("shear", 1, 0, 2, "how far the upward arrow is tilted"), Knob("stretch", 2, 1, 3, "sideways stretch"))

    def run(self, trace: Trace) -> Moves:
        """Apply the matrix to arrows, to a point and to the unit square, then turn afterwards."""
        matrix: Matrix = ((trace["stretch"], trace["shear"]), (0, trace.random.choice((1, 2))))
        (a, b), (c, d) = matrix
        arrows = trace.record("arrows", a=a, b=b, c=c, d=d)
        x, y = trace.random.randint(1, 2), trace.random.randint(1, 2)
        to = apply(matrix, (x, y))
        image = trace.record(
            "point", x=x, y=y, a=a, b=b, c=c, d=d, ax=a * x, by=b * y, cx=c * x, dy=d * y, x2=int(to[0]), y2=int(to[1])
        )
        area = trace.record("area", "curve:4", a=a, d=d, b=b, c=c, ad=a * d, bc=b * c, area=determinant(matrix))
        flat: Matrix = ((1, 2), (1, 2))
        flat_row = trace.record("flat", "curve:4", one=1, two=2, area=determinant(flat))
        after = product(TURN, matrix)
        (p, q), (r, s) = after
        after_row = trace.record("turn after", p=p, q=q, r=r, s=s, area=determinant(after))
        return Moves(matrix, arrows, (x, y), image, area, flat, flat_row, after, after_row)

    def tell(self, talk: Talk, run: Moves) -> None:
        """Move the grid, follow a point, measure area, flatten, and turn afterwards."""
        talk.open(
            "What does a matrix do to the plane?",
            "We watch the whole grid move, and find that a pair of arrows tells it all.",
        )
        self._tell_grid(talk, run)
        self._tell_point(talk, run)
        if talk.deeper(1):
            self._tell_area(talk, run)
        if talk.deeper(2):
            self._tell_flat(talk, run)
        if talk.deeper(3):
            self._tell_after(talk, run)
        talk.close(
            ("Columns are where the arrows land", "The columns of a matrix are the places where the arrows land."),
            ("Straight stays straight", "Lines stay straight and evenly spaced, and the origin stays where it is."),
            ("The determinant scales area", "The determinant is what every area is multiplied by."),
        )

    def _tell_grid(self, talk: Talk, run: Moves) -> None:
        (a, b), (c, d) = run.matrix
        talk.scene("Two arrows")
        _plane(talk, "The plane with the two arrows, before and after the matrix.", "The plane moves", run.matrix)
        talk.say(
            "Here is the plane, with a grid, and a pair of arrows that are ^one step long.",
            marks={"curve:2": "active", "curve:3": "active"},
        )
        talk.say("Now the matrix ^acts, and the whole grid moves with it.", step=_moved(run.matrix))
        talk.say(
            "The first arrow lands at {a} to the right and {c} ^up.",
            run.arrows,
            step=_noted(f"first arrow: ({a}, {c})", 2),
        )
        talk.say(
            "The second one lands at {b} to the right and {d} ^up.",
            run.arrows,
            step=_noted(f"second arrow: ({b}, {d})", 3),
        )
        talk.shot(
            "matrix",
            "The matrix, whose columns are the arrows.",
            heading="The arrows are the columns",
            blocks=[{"name": "matrix", "rows": [[str(a), str(b)], [str(c), str(d)]]}],
        )
        talk.say(
            "Write the place where the first one landed as the first ^column.",
            run.arrows,
            marks={"column:0,0": "active"},
        )
        talk.say(
            "The second one is the second ^column, and that is the whole matrix.",
            run.arrows,
            marks={"column:0,0": "plain", "column:0,1": "active"},
        )

    def _tell_point(self, talk: Talk, run: Moves) -> None:
        (a, b), (c, d) = run.matrix
        row = run.image
        blocks = [
            {"rows": [[str(a), str(b)], [str(c), str(d)]]},
            {"rows": [[row["x"]], [row["y"]]]},
            {"rows": [[row["x2"]], [row["y2"]]]},
        ]
        talk.scene("Where a point goes")
        talk.shot(
            "matrix",
            "The product of the matrix and the point, entry by entry.",
            heading="Matrix times point",
            blocks=blocks,
            signs=["×", "="],
            marks={"cell:2,0,0": "hidden", "cell:2,1,0": "hidden"},
        )
        talk.say(
            "Where does the point {x} to the right and {y} up ^go?",
            row,
            marks={"block:1": "active"},
        )
        talk.say(
            "Its first number is ^{a} times {x} plus {b} times {y}, which makes ^{x2}.",
            row,
            step=_entry(0, f"{row['a']} × {row['x']} + {row['b']} × {row['y']}", row["x2"]),
        )
        talk.say(
            "Its second is ^{c} times {x} plus {d} times {y}, which makes ^{y2}.",
            row,
            step=_entry(1, f"{row['c']} × {row['x']} + {row['d']} × {row['y']}", row["y2"]),
        )

    def _tell_area(self, talk: Talk, run: Moves) -> None:
        talk.scene("How area grows")
        _plane(talk, "The unit square, and what the matrix makes of it.", "The unit square", run.matrix, square=True)
        talk.say("Now look at one ^square of the grid, with an area of one.", step=_noted("", 4))
        talk.say("The ^matrix turns it into a slanted shape.", run.area, step=_moved(run.matrix))
        row = run.area
        note = f"{row['a']} × {row['d']} - {row['b']} × {row['c']} = {row['area']}"
        talk.say("Its area is {a} times {d} less {b} times {c}, which is ^{area}.", row, step=_noted(note, 4))
        talk.say(
            "Every area in the plane is multiplied by this number, which is called the ^determinant.",
            row,
            step=_noted(f"determinant = {row['area']}", 4),
        )

    def _tell_flat(self, talk: Talk, run: Moves) -> None:
        talk.scene("When the plane collapses")
        _plane(talk, "The plane, pressed onto one line.", "A matrix that flattens", run.flat, square=True)
        talk.say("Some matrices send both arrows in the ^same direction.", run.flat_row, step=_moved(run.flat, 4))
        talk.say(
            "Then the plane is pressed onto a line, and the determinant is ^{area}.",
            run.flat_row,
            step=_noted(f"determinant = {run.flat_row['area']}", 4),
        )
        talk.say(
            "What was flattened cannot be told apart any more, so there is no way ^back.",
            run.flat_row,
            step=_noted("no inverse", 4),
        )

    def _tell_after(self, talk: Talk, run: Moves) -> None:
        (p, q), (r, s) = run.after
        talk.scene("One after the other")
        _plane(talk, "First the matrix, then a quarter turn.", "First one, then the other", run.matrix, run.after)
        talk.say("First the ^matrix acts, as before.", run.arrows, step=_moved(run.matrix))
        talk.say("Then a quarter ^turn follows.", run.after_row, step=_moved(run.after))
        talk.say(
            "The first arrow ends at {p} and {r}, the second at {q} and ^{s}.",
            run.after_row,
            step=_noted(f"columns: ({p}, {r}) and ({q}, {s})", 2),
        )
        talk.say(
            "These are the columns of the product, so multiplying matrices means doing ^both.",
            run.after_row,
            step=_noted("product = one after the other", 3),
        )


def apply(matrix: Matrix, point: Point) -> Point:
    """Return where the matrix sends a point."""
    (a, b), (c, d) = matrix
    return a * point[0] + b * point[1], c * point[0] + d * point[1]


def product(second: Matrix, first: Matrix) -> Matrix:
    """Return the matrix that does ``first`` and then ``second``."""
    columns = [apply(second, (first[0][k], first[1][k])) for k in (0, 1)]
    return (int(columns[0][0]), int(columns[1][0])), (int(columns[0][1]), int(columns[1][1]))


def determinant(matrix: Matrix) -> int:
    """Return the factor by which areas grow."""
    (a, b), (c, d) = matrix
    return a * d - b * c


def _plane(talk: Talk, why: str, heading: str, *matrices: Matrix, square: bool = False) -> None:
    upright, level = _grid(UNIT)
    xs, ys = zip(*(place for each in (UNIT, *matrices) for place in _sent(each, SQUARE)), strict=True)
    curves = [
        Curve(points=upright, tone=5),
        Curve(points=level, tone=5),
        Curve(name="first", form="arrow", points=((0, 0), (1, 0)), tone=0),
        Curve(name="second", form="arrow", points=((0, 0), (0, 1)), tone=1),
        Curve(form="polygon", points=SQUARE, tone=2),
    ]
    talk.shot(
        "plot",
        why,
        heading=heading,
        curves=curves,
        equal=True,
        axes=False,
        x_range=(min(xs) - MARGIN, max(xs) + MARGIN),
        y_range=(min(ys) - MARGIN, max(ys) + MARGIN),
        marks={"curve:0": "wall", "curve:1": "wall", "curve:4": "plain" if square else "hidden"},
    )


def _grid(matrix: Matrix) -> tuple[tuple[Point, ...], tuple[Point, ...]]:
    """Return both families of grid lines, each as one line that goes to and fro."""
    ends = [(-REACH, REACH) if number % 2 else (REACH, -REACH) for number in range(2 * REACH + 1)]
    upright = [(number - REACH, y) for number, pair in enumerate(ends) for y in pair]
    level = [(y, number - REACH) for number, pair in enumerate(ends) for y in pair]
    return _sent(matrix, upright), _sent(matrix, level)


def _sent(matrix: Matrix, points: Sequence[Point]) -> tuple[Point, ...]:
    return tuple(apply(matrix, point) for point in points)


def _moved(matrix: Matrix, *lit: int) -> PlotStep:
    upright, level = _grid(matrix)
    first, second = ((0, 0), (1, 0)), ((0, 0), (0, 1))
    shapes = [upright, level, *(_sent(matrix, each) for each in (first, second, SQUARE))]
    marks = tuple(Mark(at=f"curve:{number}", role="active") for number in lit)
    return PlotStep(moves=tuple(Moved(curve=n, points=shape) for n, shape in enumerate(shapes)), marks=marks)


def _noted(note: str, curve: int) -> PlotStep:
    others = tuple(Mark(at=f"curve:{number}", role="plain") for number in (2, 3) if number != curve)
    return PlotStep(marks=(*others, Mark(at=f"curve:{curve}", role="active")), note=note)


def _entry(row: int, sum_: str, result: str) -> tuple[Step, Step]:
    """Return the row of the matrix that is multiplied, and then the entry that it makes."""
    before = tuple(Mark(at=f"row:0,{other}", role="plain") for other in (0, 1) if other != row)
    taken = Step(marks=(*before, Mark(at=f"row:0,{row}", role="active")), note=sum_)
    made = Step(marks=(Mark(at=f"cell:2,{row},0", role="active"),), note=f"{sum_} = {result}")
    return taken, made
