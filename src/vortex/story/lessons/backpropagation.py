"""Backpropagation: a small network is run forward, its error sent backward, and every weight moved a little.

Source: Rumelhart, Hinton and Williams, Learning representations by back-propagating errors, 1986.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from vortex.story.lessons.lesson import Lesson
from vortex.story.lessons.phrases import bracketed
from vortex.story.lessons.talk import Talk
from vortex.story.lessons.trace import Knob, Row, Trace
from vortex.visuals.states import Layer, Mark, Step

NUDGE = 0.001
ROUNDS = 12


def exact(value: float) -> str:
    """Return a value with up to three places: the products of weights in tenths need no more at first."""
    if 0 < value < 0.0005:
        return "less than 0.001"
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


@dataclass(frozen=True)
class Net:
    """Weights of a network with a layer of rectified neurons and one linear output."""

    hidden: tuple[tuple[float, float], ...]
    """For each hidden neuron its weights from both inputs."""
    out: tuple[float, ...]


@dataclass(frozen=True)
class Pass:
    """What one run through the network leaves."""

    hidden: tuple[float, ...]
    output: float
    error: float


@dataclass(frozen=True)
class Gradients:
    """How the error changes with each weight."""

    hidden: tuple[tuple[float, float], ...]
    out: tuple[float, ...]
    back: tuple[float, ...]
    """How the error changes with each hidden neuron."""


@dataclass(frozen=True)
class Learning:
    """One example, both directions, the step, and many more steps."""

    inputs: tuple[float, float]
    net: Net
    before: Pass
    forward: Row
    sums: tuple[Row, ...]
    result: Row
    slope: Row
    outs: tuple[Row, ...]
    backs: tuple[Row, ...]
    firsts: tuple[Row, ...]
    step: Row
    check: Row
    errors: tuple[float, ...]
    many: Row


class Backpropagation(Lesson[Learning]):
    """Sends one error backward through a network of two hidden neurons."""

    name = "backpropagation"
    title = "Backpropagation"
    about = "How a network finds out which weight is to blame"
    words = ("backpropagation", "back propagation", "backprop", "chain rule", "how neural networks learn")
    knobs = (Knob("rate", 5, 1, 10, "learning rate in hundredths"),)

    def run(self, trace: Trace) -> Learning:
        """Run forward and backward, check one slope by a nudge, and learn on."""
        inputs = (1.0, 2.0)
        net = _drawn(trace)
        before = forward(net, inputs, target := 3.0)
        grads = backward(net, inputs, before, target)
        rate = trace["rate"] / 100
        given = trace.record("example", first=1, second=2, target=exact(target), hidden=len(net.out))
        sums = _sum_rows(trace, net, before)
        result = trace.record(
            "output",
            "neuron:2,0",
            value=exact(before.output),
            target=exact(target),
            miss=exact(before.output - target),
            error=exact(before.error),
        )
        slope = trace.record("error slope", "neuron:2,0", slope=exact(before.output - target))
        outs = _out_rows(trace, net, before, slope["slope"], grads)
        backs = _back_rows(trace, net, slope["slope"], grads)
        firsts = _first_rows(trace, inputs, net, grads)
        errors = learn(net, inputs, target, rate, ROUNDS)
        for number, error in enumerate(errors):
            trace.record("round", number=number, error=f"{error:.4f}")
        step = trace.record("step", rate=exact(rate), before=exact(errors[0]), after=exact(errors[1]))
        nudged = Net(net.hidden, (net.out[0] + NUDGE, *net.out[1:]))
        measured = (forward(nudged, inputs, target).error - before.error) / NUDGE
        check = trace.record("nudge", nudge=f"{NUDGE}", measured=f"{measured:.2f}", computed=f"{grads.out[0]:.2f}")
        many = trace.record("rounds", rounds=ROUNDS, error=exact(errors[-1]))
        return Learning(inputs, net, before, given, sums, result, slope, outs, backs, firsts, step, check, errors, many)

    def tell(self, talk: Talk, run: Learning) -> None:
        """Forward, the error, backward, the step, the check, and learning on."""
        talk.open(
            "A network gives a wrong answer. Which of its weights is to blame?",
            "We send the error backward, and every weight gets its share of the blame.",
        )
        self._tell_forward(talk, run)
        self._tell_backward(talk, run)
        self._tell_step(talk, run)
        talk.close(
            (
                "Forward: compute, and keep the values",
                "Forward, the network computes its answer and keeps every value.",
            ),
            (
                "Backward: multiply along the way",
                "Backward, the error's slope is multiplied by each weight that it passes.",
            ),
            ("A weight's blame: what came in times what came back", BLAME),
        )

    def _tell_forward(self, talk: Talk, run: Learning) -> None:
        talk.scene("Forward")
        self._net(talk, run, "The network while values go forward.", "Forward", filled=False)
        talk.say("The network has {hidden} hidden neurons; its inputs are {first} and {second}.", run.forward)
        talk.say("It should answer ^{target}.", run.forward, note=f"target: {run.forward['target']}")
        for number, row in enumerate(run.sums):
            note = f"{row['a']} × {row['first']} + {row['b']} × {row['second']} = {row['value']}"
            marks = (
                _mark(f"neuron:1,{number}", "active", row["value"]),
                *(_mark(f"weight:0,{i},{number}", "active") for i in (0, 1)),
            )
            calm = tuple(_mark(f"weight:0,{i},{number - 1}") for i in (0, 1)) if number else ()
            before = Step(marks=(*calm, *marks[1:]), note=note.rpartition(" = ")[0])
            talk.say(SUMS[min(number, 1)], row, step=(before, Step(marks=marks[:1], note=note)))
        last = len(run.sums) - 1
        calm = tuple(_mark(f"weight:0,{i},{last}") for i in (0, 1))
        ways = tuple(_mark(f"weight:1,{number},0", "active") for number in range(len(run.sums)))
        says = (_mark("neuron:2,0", "active", run.result["value"]),)
        both = " + ".join(f"{row['weight']} × {row['value']}" for row in run.outs)
        talk.say(
            "The output ^adds them up by its own weights and says ^{value}.",
            run.result,
            step=(Step(marks=(*calm, *ways), note=both), Step(marks=says, note=f"{both} = {run.result['value']}")),
        )
        miss = run.result["miss"]
        talk.say(
            "Minus the target, that is a miss of ^{miss}; half the square of it is the ^error, {error}.",
            run.result,
            step=(
                Step(
                    marks=(_mark("neuron:2,0", "bad"),), note=f"{run.result['value']} - {run.result['target']} = {miss}"
                ),
                Step(note=f"error = ({miss})² / 2 = {run.result['error']}"),
            ),
        )

    def _tell_backward(self, talk: Talk, run: Learning) -> None:
        talk.scene("Backward")
        self._net(talk, run, "The same network while the error goes backward.", "Backward", filled=True)
        talk.say(
            "If the output grows a little, the error changes ^{slope} times as much.",
            run.slope,
            marks={"neuron:2,0": "bad"},
            note=f"slope at the output: {run.slope['slope']}",
        )
        labelled = ""
        for number, row in enumerate(run.outs[: 1 if not talk.deeper(1) else None]):
            note = f"{row['value']} × {bracketed(row['slope'])} = {row['gradient']}"
            marks = _moved_label(labelled, labelled := f"weight:1,{number},0", row["gradient"])
            talk.say(OUTS[min(number, 1)], row, marks=marks, note=note)
        for number, row in enumerate(run.backs[: 1 if not talk.deeper(2) else None]):
            note = f"{row['weight']} × {bracketed(row['slope'])} = {row['share']}"
            through = (_mark(f"neuron:1,{number}", "bad"), _mark(f"weight:1,{number},0", "path"))
            talk.say(BACKS[min(number, 1)], row, marks=through, note=note)
        for number, row in enumerate(talk.some(run.firsts, least=1)):
            neuron, place = divmod(number, 2)
            note = f"{row['input']} × {bracketed(row['share'])} = {row['gradient']}"
            marks = _moved_label(labelled, labelled := f"weight:0,{place},{neuron}", row["gradient"])
            talk.say(FIRSTS[min(number, 1)], row, marks=marks, note=note)

    def _tell_step(self, talk: Talk, run: Learning) -> None:
        talk.scene("A small step")
        if talk.deeper(3):
            talk.shot(
                "compare",
                "The slope that was computed and the slope that was measured.",
                heading="Is that true?",
                columns=[
                    {"title": "measured", "items": [run.check["measured"]]},
                    {"title": "computed", "items": [run.check["computed"]]},
                ],
            )
            talk.say(
                "Is it true? Nudge one ^weight by {nudge} and measure: the error changes {measured} times as fast.",
                run.check,
                show="column:0",
            )
            talk.say("Backpropagation had ^said {computed}, without any nudging.", run.check, show="column:1")
        talk.shot(
            "chart",
            "How the error falls from round to round.",
            form="line",
            categories=[str(number) for number in range(len(run.errors))],
            series=[{"name": "error", "values": [round(each, 3) for each in run.errors]}],
            caption="The error falls",
            x_label="round",
            y_label="error",
        )
        talk.say(
            "Now every weight takes a small ^step against its slope, with a rate of {rate}.", run.step, show="series:0"
        )
        talk.say("The error falls from {before} to ^{after}.", run.step, light="point:1")
        talk.say("After {rounds} such ^rounds it is down to {error}.", run.many, light=f"point:{ROUNDS}")

    def _net(self, talk: Talk, run: Learning, why: str, heading: str, *, filled: bool) -> None:
        values = [exact(each) for each in run.before.hidden] if filled else [""] * len(run.net.out)
        layers = [
            Layer(name="inputs", neurons=tuple(exact(each) for each in run.inputs)),
            Layer(name="hidden", neurons=tuple(values)),
            Layer(name="output", neurons=(exact(run.before.output) if filled else "",)),
        ]
        first = tuple(tuple(weights[i] for weights in run.net.hidden) for i in (0, 1))
        marks = (
            []
            if filled
            else [
                *(_mark(f"weight:0,{i},{n}", text=exact(w[i])) for n, w in enumerate(run.net.hidden) for i in (0, 1)),
                *(_mark(f"weight:1,{n},0", text=exact(w)) for n, w in enumerate(run.net.out)),
            ]
        )
        talk.shot(
            "network",
            why,
            heading=heading,
            layers=layers,
            weights=(first, tuple((w,) for w in run.net.out)),
            marks=marks,
        )


BLAME = "The blame of a weight is what came into it, times what came back."
SUMS = (
    "Neuron {neuron} takes ^{a} times {first}, plus {b} times {second}: that makes ^{value}.",
    "In the same ^way neuron {neuron} gets ^{value}.",
)
OUTS = (
    "This ^weight passed on a value of {value}, so its slope is {value} times {slope}, which is {gradient}.",
    "The ^other one passed on {value}: its slope is {gradient}.",
)
BACKS = (
    "Behind it, neuron {neuron} gets the error through its ^weight of {weight}: {share}.",
    "Neuron {neuron} gets ^{share}.",
)
FIRSTS = (
    "So its first ^weight, with an input of {input}, has a slope of {gradient}.",
    "The ^weight beside it had an input of {input}, which makes {gradient}.",
)


def forward(net: Net, inputs: Sequence[float], target: float) -> Pass:
    """Run the network: rectified sums, a linear output, half the squared miss."""
    hidden = tuple(max(0.0, w[0] * inputs[0] + w[1] * inputs[1]) for w in net.hidden)
    output = sum(w * h for w, h in zip(net.out, hidden, strict=True))
    return Pass(hidden, output, (output - target) ** 2 / 2)


def backward(net: Net, inputs: Sequence[float], seen: Pass, target: float) -> Gradients:
    """Return the slope of the error by every weight, by the chain rule from the output backward."""
    slope = seen.output - target
    back = tuple(slope * w if h > 0 else 0.0 for w, h in zip(net.out, seen.hidden, strict=True))
    hidden = tuple((share * inputs[0], share * inputs[1]) for share in back)
    return Gradients(hidden, tuple(slope * h for h in seen.hidden), back)


def learn(net: Net, inputs: Sequence[float], target: float, rate: float, rounds: int) -> tuple[float, ...]:
    """Return the error before and after each of ``rounds`` steps."""
    errors = []
    for _ in range(rounds + 1):
        seen = forward(net, inputs, target)
        errors.append(seen.error)
        grads = backward(net, inputs, seen, target)
        hidden = tuple((w[0] - rate * g[0], w[1] - rate * g[1]) for w, g in zip(net.hidden, grads.hidden, strict=True))
        net = Net(hidden, tuple(w - rate * g for w, g in zip(net.out, grads.out, strict=True)))
    return tuple(errors)


def _sum_rows(trace: Trace, net: Net, seen: Pass) -> tuple[Row, ...]:
    return tuple(
        trace.record("hidden", f"neuron:1,{n}", neuron=n + 1, a=exact(a), b=exact(b), first=1, second=2, value=exact(h))
        for n, ((a, b), h) in enumerate(zip(net.hidden, seen.hidden, strict=True))
    )


def _out_rows(trace: Trace, net: Net, seen: Pass, slope: str, grads: Gradients) -> tuple[Row, ...]:
    return tuple(
        trace.record(
            "output weight", f"weight:1,{n},0", weight=exact(w), value=exact(h), slope=slope, gradient=exact(g)
        )
        for n, (w, h, g) in enumerate(zip(net.out, seen.hidden, grads.out, strict=True))
    )


def _back_rows(trace: Trace, net: Net, slope: str, grads: Gradients) -> tuple[Row, ...]:
    return tuple(
        trace.record("back", f"neuron:1,{n}", neuron=n + 1, weight=exact(w), slope=slope, share=exact(share))
        for n, (w, share) in enumerate(zip(net.out, grads.back, strict=True))
    )


def _first_rows(trace: Trace, inputs: Sequence[float], net: Net, grads: Gradients) -> tuple[Row, ...]:
    return tuple(
        trace.record(
            "input weight",
            f"weight:0,{i},{n}",
            input=exact(given),
            share=exact(grads.back[n]),
            gradient=exact(grads.hidden[n][i]),
            weight=exact(net.hidden[n][i]),
        )
        for n in range(len(net.out))
        for i, given in enumerate(inputs)
    )


def _drawn(trace: Trace) -> Net:
    """Draw weights in tenths that leave both hidden neurons awake and the output short of its target."""
    draw = trace.random.randint
    hidden = tuple((draw(2, 6) / 10, draw(1, 4) / 10) for _ in range(2))
    return Net(hidden, tuple(draw(3, 8) / 10 for _ in hidden))


def _mark(at: str, role: str = "plain", text: str | None = None) -> Mark:
    return Mark.model_validate({"at": at, "role": role} | ({} if text is None else {"text": text}))


def _moved_label(before: str, now: str, text: str) -> tuple[Mark, ...]:
    """Return marks that take the label from one weight and write one at another, so that there is room for it."""
    taken = (_mark(before, "done", ""),) if before else ()
    return (*taken, _mark(now, "active", text))
