"""Neural network basics: one neuron draws a line, a hidden layer draws several, and together they solve exclusive or.

Source: Rosenblatt, The Perceptron, 1958; Minsky and Papert, Perceptrons, 1969.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, tanh

from vortex.story.lessons.lesson import Lesson
from vortex.story.lessons.phrases import bracketed
from vortex.story.lessons.talk import Talk
from vortex.story.lessons.trace import DECIMALS, Knob, Row, Trace, counted, written
from vortex.visuals.states import Curve, Layer, Mark, Point

INPUTS: tuple[Point, ...] = ((0, 0), (0, 1), (1, 0), (1, 1))
WANTED = (0, 1, 1, 0)
SHOWN = 2
"""The input that is followed through the network: (1, 0)."""
PASSES = 50
SURE = 0.15


@dataclass(frozen=True)
class Net:
    """Weights and biases of a layer of hidden neurons and one output."""

    hidden: tuple[tuple[float, float, float], ...]
    """For each hidden neuron: weight of each input, then the bias."""
    out: tuple[float, ...]
    """Weight of each hidden neuron, then the bias."""


@dataclass(frozen=True)
class Trained:
    """What one neuron can do, and what the network learned."""

    single: tuple[float, float, float]
    table: Row
    neuron: Row
    alone: Row
    net: Net
    training: Row
    errors: tuple[tuple[int, float], ...]
    sums: tuple[Row, ...]
    answer: Row
    answers: tuple[Row, ...]


class NeuralNetwork(Lesson[Trained]):
    """Trains one neuron in vain, then a small network with success."""

    name = "neural-network"
    title = "Neural networks"
    about = "What neurons do, and why one layer is not enough"
    words = ("neural network", "neural networks", "neuron", "perceptron", "hidden layer", "deep learning basics", "xor")
    knobs = (Knob("hidden", 3, 2, 5, "hidden neurons"),)

    def run(self, trace: Trace) -> Trained:
        """Train a neuron, then a network, on exclusive or; follow one input through the network."""
        table = trace.record("task", inputs=len(INPUTS), ones=sum(WANTED))
        single, right = perceptron(trace)
        w = [round(each, DECIMALS) for each in single]
        total = round(w[0] + w[2], DECIMALS)
        neuron = trace.record("neuron", a=w[0], b=w[1], bias=w[2], x=1, y=0, total=total)
        alone = trace.record("alone", "curve:2", passes=PASSES, right=right, of=len(INPUTS))
        net, rounds, tries, errors = train(trace, trace["hidden"])
        for number, error in errors:
            trace.record("error", round=number, error=f"{error:.3f}")
        training = trace.record("training", rounds=rounds, tries=counted(tries, "start"), hidden=len(net.hidden))
        sums = tuple(_hidden_row(trace, net, n) for n in range(len(net.hidden)))
        values = [float(row["value"]) for row in sums]
        total = round(sum(w * v for w, v in zip(net.out, values, strict=False)) + net.out[-1], DECIMALS)
        answer = trace.record("output", "neuron:2,0", total=total, value=squashed(total))
        answers = tuple(
            trace.record("answer", first=int(x), second=int(y), value=forward(net, (x, y))[1], wanted=wanted)
            for (x, y), wanted in zip(INPUTS, WANTED, strict=True)
        )
        return Trained((w[0], w[1], w[2]), table, neuron, alone, net, training, errors, sums, answer, answers)

    def tell(self, talk: Talk, run: Trained) -> None:
        """The neuron, its limit, the network, its training, one input followed through."""
        talk.open(
            "What can a network of neurons do that a single neuron cannot?",
            "We train a single one, watch it fail, and then train a small network.",
        )
        self._tell_neuron(talk, run)
        self._tell_limit(talk, run)
        self._tell_training(talk, run)
        self._tell_forward(talk, run)
        talk.close(
            ("A neuron weighs and adds", "A neuron weighs its inputs, adds them up, and so draws a line."),
            ("A hidden layer combines lines", "A hidden layer draws several lines, and the output combines them."),
            ("Training finds the weights", "Nobody sets the weights: training moves them until the answers fit."),
        )

    def _tell_neuron(self, talk: Talk, run: Trained) -> None:
        row = run.neuron
        layers = [Layer(name="inputs", neurons=("1", "0")), Layer(name="neuron", neurons=("",))]
        weights = (((run.single[0],), (run.single[1],)),)
        talk.scene("A single neuron")
        talk.shot(
            "network", "One neuron with its inputs and weights.", heading="One neuron", layers=layers, weights=weights
        )
        talk.say("A neuron takes in numbers, here {x} and {y}.", row)
        labels = (_mark("weight:0,0,0", "active", row["a"]), _mark("weight:0,1,0", "active", row["b"]))
        talk.say("Each comes with a ^weight: {a} for the first and {b} for the second.", row, marks=labels)
        a, b, bias = (bracketed(row[name]) for name in ("a", "b", "bias"))
        note = f"1 × {a} + 0 × {b} + {bias} = {row['total']}"
        talk.say(
            "It ^multiplies, adds a bias of {bias}, and gets {total}.",
            row,
            marks={"neuron:1,0": ("active", row["total"])},
            note=note,
        )
        says = "yes" if float(row["total"]) > 0 else "no"
        talk.say(
            f"Above zero it says yes, below it says no, so here the answer is ^{says}.",
            row,
            marks={"neuron:1,0": "good" if says == "yes" else "bad"},
            note=says,
        )

    def _tell_limit(self, talk: Talk, run: Trained) -> None:
        talk.scene("What it cannot do")
        self._plane(talk, "The task, and the line that one neuron draws.", "Exactly one of the two", [run.single])
        talk.say("Here is the task: say yes where exactly one of the inputs is one.", run.table)
        talk.say(
            "The yes corners and the no corners lie ^crosswise.",
            run.table,
            note="yes and no lie crosswise",
        )
        talk.say(
            "A single neuron can only draw a straight ^line.",
            run.alone,
            marks={"curve:2": "active"},
            note="",
        )
        note = f"{run.alone['right']} of {run.alone['of']} corners right"
        talk.say(
            "After {passes} passes of training, it has ^{right} of {of} corners right.",
            run.alone,
            note=note,
        )
        if talk.deeper(1):
            talk.say(
                "No line gets all {of} right, ^however long it is trained.",
                run.alone,
                note="no line parts them",
            )

    def _tell_training(self, talk: Talk, run: Trained) -> None:
        talk.scene("A hidden layer")
        self._plane(
            talk, "The lines that the hidden neurons learned to draw.", "One line for each neuron", run.net.hidden
        )
        talk.say("Now put {hidden} neurons between the inputs and the output.", run.training)
        count = len(run.net.hidden)
        told = min(count, 2 if not talk.deeper(2) else 3)
        for number in range(told):
            last = number == told - 1
            drawn = range(number, count if last else number + 1)
            text = LINES[number] if not last else LASTS[len(drawn) > 1]
            talk.say(text, run.training, marks={f"curve:{2 + each}": "active" for each in drawn})
        talk.say(
            "Together they ^part what no single line could part.",
            run.training,
            note="yes and no are parted",
        )
        if talk.deeper(2):
            talk.shot(
                "chart",
                "How the error falls while the network learns.",
                caption="The error falls",
                form="line",
                categories=[str(number) for number, _ in run.errors],
                series=[{"name": "error", "values": [round(error, 3) for _, error in run.errors]}],
                x_label="round",
                y_label="error",
            )
            talk.say(
                "The weights begin at random, and ^training moves them, round after round.",
                run.training,
                show="series:0",
            )
            talk.say("It took {rounds} ^rounds, and {tries}.", run.training, light=f"point:{len(run.errors) - 1}")

    def _tell_forward(self, talk: Talk, run: Trained) -> None:
        layers = [
            Layer(name="inputs", neurons=("1", "0")),
            Layer(name="hidden", neurons=("",) * len(run.sums)),
            Layer(name="output", neurons=("",)),
        ]
        first = tuple(tuple(each[i] for each in run.net.hidden) for i in (0, 1))
        talk.scene("Through the network")
        talk.shot(
            "network",
            "One input on its way through the trained network.",
            heading="Through the network",
            layers=layers,
            weights=(first, tuple((w,) for w in run.net.out[:-1])),
        )
        talk.say(
            "Let us follow the input ^{first} and {second}.",
            run.answers[SHOWN],
            marks={"neuron:0,0": "active", "neuron:0,1": "active"},
        )
        told = talk.some(run.sums, least=2)
        for number, row in enumerate(told):
            marks = [_mark(f"neuron:1,{number}", "active", row["value"])]
            if number == len(told) - 1:
                marks += [
                    _mark(f"neuron:1,{n}", "active", run.sums[n]["value"]) for n in range(len(told), len(run.sums))
                ]
            note = f"{row['a']} + {bracketed(row['bias'])} = {row['total']}, squashed: {row['value']}"
            talk.say(SUMS[number % 3], row, marks=tuple(marks), note=note)
        talk.say(
            "The output weighs these and says ^{value}: that is as good as one.",
            run.answer,
            marks={"neuron:2,0": ("good", run.answer["value"])},
            note="",
        )
        if talk.deeper(3):
            rows = [
                ["first", "second", "answer", "wanted"],
                *([row["first"], row["second"], row["value"], row["wanted"]] for row in run.answers),
            ]
            talk.shot("table", "What the network answers to every input.", rows=rows, caption="All four corners")
            for number, row in enumerate(run.answers, 1):
                talk.say(
                    "For {first} and {second} it ^says {value}, and {wanted} is wanted.", row, show=f"row:{number}"
                )

    def _plane(self, talk: Talk, why: str, heading: str, lines: Sequence[tuple[float, float, float]]) -> None:
        yes = tuple(point for point, wanted in zip(INPUTS, WANTED, strict=True) if wanted)
        no = tuple(point for point, wanted in zip(INPUTS, WANTED, strict=True) if not wanted)
        curves = [Curve(name="yes", form="dots", points=yes, tone=2), Curve(name="no", form="dots", points=no, tone=1)]
        curves += [Curve(points=line_of(*line), tone=0) for line in lines]
        hidden = {f"curve:{2 + number}": "hidden" for number in range(len(lines))}
        talk.shot(
            "plot",
            why,
            heading=heading,
            curves=curves,
            x_label="first",
            y_label="second",
            x_range=(-0.5, 1.5),
            y_range=(-0.5, 1.5),
            equal=True,
            marks=hidden,
        )


LINES = (
    "The ^first of them learned to draw this line.",
    "^Another one cuts the plane here.",
)
LASTS = ("The ^last one draws this one.", "The ^others draw theirs.")
SUMS = (
    "The first hidden neuron adds {a} and a bias of {bias}, gets {total}, and ^squashes it to {value}.",
    "The next one gets {total}, squashed to ^{value}.",
    "From another comes {total}, which is squashed to ^{value}.",
)


def perceptron(trace: Trace) -> tuple[tuple[float, float, float], int]:
    """Train one neuron by Rosenblatt's rule and return the best weights it ever had, and how many corners they get."""
    w = [trace.random.uniform(-0.5, 0.5) for _ in range(3)]
    best, most = tuple(w), 0
    task = list(zip(INPUTS, WANTED, strict=True))
    for _ in range(PASSES):
        trace.random.shuffle(task)
        for (x, y), wanted in task:
            miss = wanted - (w[0] * x + w[1] * y + w[2] > 0)
            w = [w[0] + 0.1 * miss * x, w[1] + 0.1 * miss * y, w[2] + 0.1 * miss]
            kept = [round(each, DECIMALS) for each in w]
            right = sum(
                (kept[0] * p + kept[1] * q + kept[2] > 0) == bool(t) for (p, q), t in zip(INPUTS, WANTED, strict=True)
            )
            if right > most and line_of(*kept):
                best, most = tuple(kept), right
    return (best[0], best[1], best[2]), most


def train(trace: Trace, hidden: int) -> tuple[Net, int, int, tuple[tuple[int, float], ...]]:
    """Train by gradient descent from random starts until every answer is sure; return net, rounds, starts, errors."""
    for tries in range(1, 200):
        net = Net(
            tuple(tuple(trace.random.uniform(-2, 2) for _ in range(3)) for _ in range(hidden)),  # type: ignore[misc]
            tuple(trace.random.uniform(-2, 2) for _ in range(hidden + 1)),
        )
        errors = [(0, error_of(net))]
        for number in range(1, 1001):
            net = improved(net, 0.5)
            if number % 10 == 0:
                errors.append((number, error_of(net)))
                kept = rounded(net)
                sure = all(abs(forward(kept, p)[1] - t) < SURE for p, t in zip(INPUTS, WANTED, strict=True))
                if sure and all(line_of(*each) for each in kept.hidden):
                    return kept, number, tries, tuple(errors)
    raise AssertionError("two hidden neurons suffice for exclusive or, so one of many starts must get there")


def improved(net: Net, rate: float) -> Net:
    """Return the net after one step of gradient descent over all inputs (cross-entropy of a logistic output)."""
    hidden = [list(each) for each in net.hidden]
    out = list(net.out)
    for (x, y), wanted in zip(INPUTS, WANTED, strict=True):
        values = [tanh(a * x + b * y + c) for a, b, c in net.hidden]
        blame = _logistic(sum(w * v for w, v in zip(net.out, values, strict=False)) + net.out[-1]) - wanted
        for n, value in enumerate(values):
            back = blame * net.out[n] * (1 - value * value)
            for place, given in enumerate((x, y, 1.0)):
                hidden[n][place] -= rate * back * given
            out[n] -= rate * blame * value
        out[-1] -= rate * blame
    return Net(tuple((a, b, c) for a, b, c in hidden), tuple(out))


def forward(net: Net, point: Point) -> tuple[list[float], float]:
    """Return the values of the hidden neurons and the answer, each kept as it is written."""
    values = [round(tanh(round(a * point[0] + b * point[1] + c, DECIMALS)), DECIMALS) for a, b, c in net.hidden]
    total = round(sum(w * v for w, v in zip(net.out, values, strict=False)) + net.out[-1], DECIMALS)
    return values, squashed(total)


def error_of(net: Net) -> float:
    """Return the mean absolute miss over all inputs."""
    return sum(abs(forward(net, p)[1] - t) for p, t in zip(INPUTS, WANTED, strict=True)) / len(INPUTS)


def squashed(total: float) -> float:
    """Return a sum pressed between 0 and 1, as it is written."""
    return round(_logistic(total), DECIMALS)


def _logistic(total: float) -> float:
    return 1 / (1 + exp(-total))


def rounded(net: Net) -> Net:
    """Return the net with its weights as they are written."""
    hidden = tuple((round(a, DECIMALS), round(b, DECIMALS), round(c, DECIMALS)) for a, b, c in net.hidden)
    return Net(hidden, tuple(round(each, DECIMALS) for each in net.out))


def line_of(a: float, b: float, bias: float) -> tuple[Point, ...]:
    """Return the ends of the line ``a x + b y + bias = 0`` inside the picture; () where it misses it."""
    low, high = -0.5, 1.5
    ends: list[Point] = []
    for side in (low, high):
        if b and low <= (at := -(a * side + bias) / b) <= high:
            ends.append((side, at))
        if a and low < (at := -(b * side + bias) / a) < high:
            ends.append((at, side))
    return (ends[0], ends[-1]) if len(ends) >= 2 else ()


def _hidden_row(trace: Trace, net: Net, number: int) -> Row:
    a, _, bias = net.hidden[number]
    total = round(a + bias, DECIMALS)
    value = forward(net, INPUTS[SHOWN])[0][number]
    return trace.record("hidden", f"neuron:1,{number}", a=a, bias=bias, total=total, value=written(value))


def _mark(at: str, role: str = "plain", text: str | None = None) -> Mark:
    return Mark.model_validate({"at": at, "role": role} | ({} if text is None else {"text": text}))
