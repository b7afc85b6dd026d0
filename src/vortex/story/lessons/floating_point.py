"""Floating-point numbers: how they are stored, why tenths are never exact, and what becomes of sums.

Source: IEEE 754, 2019; Goldberg, What Every Computer Scientist Should Know About Floating-Point Arithmetic, 1991.
"""

import math
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from vortex.story.lessons.lesson import Lesson
from vortex.story.lessons.talk import Talk
from vortex.story.lessons.trace import Knob, Row, Trace
from vortex.visuals.states import ArrayStep, Curve, Mark, PlotStep, Role

EXPONENT_BITS, FRACTION_BITS, BIAS = 5, 10, 15
"""Of the format with 16 bits."""
WIDEST = 16
"""The gaps between numbers are drawn up to here."""
PLACES = 12
"""So many binary places are worked out."""
LARGE = 100_000_000.0


@dataclass(frozen=True)
class Doubling:
    """One binary place: what was doubled, and which digit came out."""

    bit: int
    row: Row


@dataclass(frozen=True)
class Stored:
    """Numbers that were stored, added and compared."""

    surprise: Row
    doublings: tuple[Doubling, ...]
    again: Row
    """Where the digits begin to repeat."""
    bits: tuple[int, ...]
    number: Row
    parts: tuple[Row, Row, Row]
    """Sign, exponent and fraction."""
    gaps: tuple[tuple[float, float], ...]
    spacing: Row
    whole: Row
    sums: Row
    order: Row
    range: Row
    close: Row


class FloatingPoint(Lesson[Stored]):
    """Takes a stored number apart and shows where the error comes from."""

    name = "floating-point"
    title = "Floating-point numbers"
    about = "How computers store decimals, and why sums go wrong"
    words = (
        "floating point", "floating point numbers", "floats", "ieee 754", "rounding errors", "float",
        "why is 0.1 + 0.2 not 0.3", "floating point arithmetic",
    )  # fmt: skip
    knobs = (Knob("additions", 1000, 100, 100_000, "how often a tenth is added up"),)

    def run(self, trace: Trace) -> Stored:
        """Choose a number with a tenth in it, write it in binary, store it, and add numbers up."""
        tenth = trace.random.choice((1, 2, 3, 4, 6, 7, 8, 9))
        number = Fraction(10 * trace.random.randint(2, 12) + tenth, 10)
        surprise = trace.record(
            "sum", one="0.1", other="0.2", hoped="0.3", sum=repr(0.1 + 0.2), equal=str(0.1 + 0.2 == 0.3)
        )
        doublings = tuple(_doubled(trace, each) for each in places(Fraction(tenth, 10)))
        first = doublings[1].row["before"]
        digits = "0." + "".join(str(each.bit) for each in doublings)
        again = trace.record("repeats", rest=first, tenth=f"0.{tenth}", digits=digits)
        bits = half_bits(float(number))
        told, parts = _recorded_bits(trace, number, bits)
        gaps = tuple((point, half_gap(point)) for point in _between())
        low, high = half_gap(1.0), half_gap(WIDEST / 2)
        spacing = trace.record(
            "gaps", low=1, next=2, parts=f"{round(1 / low):,}", high=WIDEST // 2, top=WIDEST, fewer=round(1 / high)
        )
        limit = 2**53
        whole = trace.record("whole numbers", bits=64, limit=f"{limit:,}", sum=f"{int(float(limit) + 1.0):,}", step=1)
        (largest,) = struct.unpack(">e", bytes([0x7B, 0xFF]))
        held = f"{Decimal.from_float(0.1):.20f}"
        ends = trace.record("ends", bits=16, largest=f"{largest:,.0f}", wanted="0.1", tenth=held, wide=64)
        near = abs(0.1 + 0.2 - 0.3) < 1e-6
        close = trace.record("close", one="0.1", other="0.2", hoped="0.3", room="0.000001", answer=str(near))
        sums, order = _sums(trace), _order(trace)
        return Stored(surprise, doublings, again, bits, told, parts, gaps, spacing, whole, sums, order, ends, close)

    def tell(self, talk: Talk, run: Stored) -> None:
        """Show the surprise, the digits that never end, the bits, the gaps, and what sums make of them."""
        talk.open(
            "Why do computers get even the simplest sums of decimals slightly wrong?",
            "We take a stored number apart, bit by bit, and see where the error comes from.",
        )
        talk.scene("A surprise")
        lines = "print(0.1 + 0.2)\nprint(0.1 + 0.2 == 0.3)"
        values = [{"line": 1, "text": run.surprise["sum"]}, {"line": 2, "text": run.surprise["equal"]}]
        talk.shot(
            "code",
            "The sum as a program computes it.",
            heading="A simple sum",
            text=lines,
            language="python",
            values=values,
        )
        talk.say(
            "Ask a program for {one} plus {other}, and the answer is not quite ^{hoped}.", run.surprise, show="value:0"
        )
        if talk.deeper(1):
            talk.say("And are both ^equal? The answer is false.", run.surprise, show="value:1")
        if talk.deeper(4):
            talk.say(
                "This is no fault of the program: the numbers were never ^stored as we wrote them.", light="line:1"
            )
        self._tell_places(talk, run)
        self._tell_bits(talk, run)
        if talk.deeper(2):
            self._tell_gaps(talk, run)
        if talk.deeper(3):
            self._tell_sums(talk, run)
        if talk.deeper(6):
            self._tell_order(talk, run)
        if talk.deeper(4):
            self._tell_range(talk, run)
        if talk.deeper(1):
            _tell_close(talk, run)
        talk.close(
            ("Most decimals have no end in binary", "Most decimals never end in binary, so they are rounded."),
            ("Large numbers lie far apart", "The larger a number, the farther away is its neighbour."),
            ("Never ask whether sums are equal", "So never ask whether sums are equal, but whether they are close."),
        )

    def _tell_places(self, talk: Talk, run: Stored) -> None:
        row = run.again
        talk.scene("Digits without end")
        cells = [str(each.bit) for each in run.doublings]
        hidden = {f"cell:{place}": "hidden" for place in range(len(cells))}
        heading = f"{row['tenth']} in binary"
        talk.shot(
            "array", "The binary places of a decimal.", heading=heading, cells=cells, numbered=False, marks=hidden
        )
        talk.say("How is {tenth} written with only ^noughts and ones?", row,
                 note=f"{row['tenth']} = ?")  # fmt: skip
        told = talk.some(run.doublings[:8])
        for number, each in enumerate(told):
            text = START if number == 0 else DOUBLES[number % 2][each.bit]
            step = ArrayStep(marks=(Mark(at=f"cell:{number}", role=ROLES[each.bit]),), note=_note(each.row))
            talk.say(text, each.row, step=step)
        rest = range(len(told), len(cells))
        marks = tuple(Mark(at=f"cell:{number}", role=ROLES[run.doublings[number].bit]) for number in rest)
        step = ArrayStep(marks=marks, note=f"{row['tenth']} = {row['digits']} …")
        talk.say("But soon we are back at {rest}: the digits ^repeat, and never end.", row, step=step)
        if talk.deeper(3):
            talk.say("A third does the same in ^decimal: it has threes for ever.", light="cell:1")
        if talk.deeper(5):
            talk.say("Memory does end, so the computer has to ^round.", light=f"cell:{len(cells) - 1}")

    def _tell_bits(self, talk: Talk, run: Stored) -> None:
        row = run.number
        sign, exponent, fraction = run.parts
        talk.scene("In memory")
        cells = [str(bit) for bit in run.bits]
        heading = f"{row['number']} in {row['bits']} bits"
        talk.shot("array", "The bits of a stored number.", heading=heading, cells=cells, numbered=False)
        step = ArrayStep(marks=_span(0, 1, "good"), note="sign")
        talk.say("Here is {number} in {bits} bits, and the first one is the ^sign.", row, sign, step=step)
        step = ArrayStep(
            marks=_span(1, 1 + EXPONENT_BITS, "open"),
            note=f"{exponent['raw']} − {exponent['bias']} = {exponent['power']}",
        )
        talk.say(
            "Then comes the ^exponent: {raw} minus {bias} is {power}, so all is scaled by {scale}.",
            exponent,
            step=step,
        )
        step = ArrayStep(
            marks=_span(1 + EXPONENT_BITS, 16, "path"),
            note=f"1 + {fraction['parts']} / {fraction['whole']} = {fraction['value']}",
        )
        talk.say("The rest is the ^fraction: {parts} of {whole} parts, on top of one.", fraction, step=step)
        note = f"{fraction['value']} · {exponent['scale']} = {row['stored']}"
        talk.say("Multiplied, that makes a little ^{side} than {number}.", row, exponent, fraction, note=note)
        if talk.deeper(2):
            talk.say("It is the ^nearest number that there is, and all arithmetic goes on from there.", light="cell:15")
        if talk.deeper(5):
            talk.say("The exponent lets the point ^float: the same bits serve for large and for small.", light="cell:1")

    def _tell_gaps(self, talk: Talk, run: Stored) -> None:
        talk.scene("The gaps")
        curve = Curve(name="gap", points=run.gaps, tone=0)
        hidden = {"curve:0": "hidden"}
        talk.shot("plot", "How far numbers lie apart, over their size.", heading="Distance to the next number",
                  curves=[curve], x_label="number", y_label="gap", marks=hidden)  # fmt: skip
        step = PlotStep(marks=(Mark(at="curve:0", role="active"),))
        talk.say("How far is it to the ^next number that can be stored?", step=step)
        talk.say(
            "From {low} to {next} there are ^{parts} steps.",
            run.spacing,
            note=f"{run.spacing['parts']} steps",
        )
        if talk.deeper(3):
            text = "From {high} to {top} they are wider, and a way of one has only ^{fewer} steps."
            talk.say(text, run.spacing, note=f"{run.spacing['fewer']} steps")
        if talk.deeper(4):
            talk.say("With every doubling of the number, the gap ^doubles too.", light="curve:0")
        if talk.deeper(7):
            talk.shot("number", "The whole number from which on some are missing.", value=run.whole["limit"],
                      label="Beyond it, whole numbers are missing")  # fmt: skip
            talk.say("Even with {bits} bits there is an end: add one to ^this number, and nothing changes.", run.whole,
                     show="value")  # fmt: skip
            talk.say("Its neighbour lies farther away than ^one.", light="label")

    def _tell_sums(self, talk: Talk, run: Stored) -> None:
        row = run.sums
        talk.scene("Errors add up")
        lines = [("additions", "sum"), *((row[f"count{n}"], row[f"sum{n}"]) for n in range(3))]
        talk.shot("table", "Sums of many tenths.", rows=lines, caption="Adding a tenth again and again")
        talk.say("Each addition rounds anew: {count0} times a tenth is not quite ^one.", row, show="row:1")
        talk.say("After ^{count1} additions the sum is farther off.", row, show="row:2")
        talk.say("And after {count2} it is farther ^still.", row, show="row:3")
        if talk.deeper(5):
            talk.say("That is why banks count ^cents, which are whole numbers.", light="row:1")
        if talk.deeper(8):
            talk.say("And why careful programs keep the ^lost part, and add it at the end.", light="row:3")

    def _tell_order(self, talk: Talk, run: Stored) -> None:
        row = run.order
        talk.scene("Order matters")
        columns = [
            {"title": "Large first", "items": [row["large_first"]]},
            {"title": "Small first", "items": [row["small_first"]]},
        ]
        talk.shot("compare", "The same numbers, added in two orders.", heading="The same sum", columns=columns)
        talk.say("Add {count} ones to {large}, in ^numbers of {bits} bits.", row, show="column:0")
        talk.say("One after another they are ^lost: each is less than half a gap.", row, show="item:0,0")
        talk.say("But add the ones to each other first, and ^all of them count.", row, show="column:1")
        if talk.deeper(7):
            talk.say("So add the ^small numbers first.", light="column:1")

    def _tell_range(self, talk: Talk, run: Stored) -> None:
        row = run.range
        talk.scene("Largest and smallest")
        talk.shot(
            "number",
            "The largest number of the format.",
            value=row["largest"],
            label=f"The largest in {row['bits']} bits",
        )
        talk.say("With {bits} bits the largest number is ^{largest}.", row, show="value")
        if talk.deeper(5):
            talk.say(
                "What is greater by far is stored as ^infinity, and no sum leads back from there.", row, light="label"
            )
        if talk.deeper(9):
            talk.shot(
                "number", "What is really stored for a tenth.", value=row["tenth"], label="What 64 bits hold for 0.1"
            )
            talk.say("And what do {wide} bits hold for ^{wanted}? A number with all these digits.", row, show="value")
            talk.say("It is so ^near that most programs print the short form.", light="label")


def _tell_close(talk: Talk, run: Stored) -> None:
    talk.scene("How to compare")
    lines = "print(abs(0.1 + 0.2 - 0.3) < 0.000001)"
    values = [{"line": 1, "text": run.close["answer"]}]
    talk.shot(
        "code",
        "A comparison that leaves room for rounding.",
        heading="Close enough?",
        text=lines,
        language="python",
        values=values,
    )
    talk.say("So do not ask whether both are equal, but whether their difference is ^small.", run.close, light="line:1")
    talk.say("Then the answer is ^yes.", run.close, show="value:0")


ROLES: tuple[Role, Role] = ("plain", "active")
START = "Double {before}: that is ^{after}. Its whole part is the first digit, {bit}."
DOUBLES = (
    (
        "Double {before}, and it is {after}: the next digit is ^{bit}.",
        "Double {before}, and it is {after}: a ^{bit}, and {rest} stays.",
    ),
    ("Twice {before} is {after}, so we write ^{bit}.", "Twice {before} is {after}: we write ^{bit} and keep {rest}."),
)


def places(number: Fraction) -> list[tuple[Fraction, int]]:
    """Return the binary places of a number under 1: what was doubled each time, and the digit."""
    found = []
    for _ in range(PLACES):
        bit, rest = divmod(2 * number, 1)
        found.append((number, int(bit)))
        number = rest
    return found


def half_bits(number: float) -> tuple[int, ...]:
    """Return the 16 bits in which a number is stored, the sign first."""
    (word,) = struct.unpack(">H", struct.pack(">e", number))
    return tuple(int(bit) for bit in f"{word:016b}")


def half_gap(number: float) -> float:
    """Return how far it is from a number to the next greater one in 16 bits."""
    (word,) = struct.unpack(">H", struct.pack(">e", number))
    (low,), (high,) = (struct.unpack(">e", struct.pack(">H", each)) for each in (word, word + 1))
    return float(high - low)


def single(number: float) -> float:
    """Return a number as 32 bits hold it."""
    (held,) = struct.unpack(">f", struct.pack(">f", number))
    return float(held)


def single_sum(numbers: Iterable[float]) -> float:
    """Add numbers one after another, rounding to 32 bits each time."""
    total = 0.0
    for number in numbers:
        total = single(total + single(number))
    return total


def _doubled(trace: Trace, place: tuple[Fraction, int]) -> Doubling:
    before, bit = place
    texts = (_decimal(before), _decimal(2 * before), _decimal(2 * before - bit))
    row = trace.record("double", factor=2, before=texts[0], after=texts[1], bit=bit, rest=texts[2])
    return Doubling(bit, row)


def _decimal(number: Fraction) -> str:
    return f"{float(number):.1f}"


def _note(row: Row) -> str:
    return f"2 · {row['before']} = {row['after']}"


def _recorded_bits(trace: Trace, number: Fraction, bits: tuple[int, ...]) -> tuple[Row, tuple[Row, Row, Row]]:
    """Write down the parts of a stored number and what they make."""
    (word,) = struct.unpack(">e", struct.pack(">e", float(number)))
    side = "less" if word < number else "more"
    raw = int("".join(map(str, bits[1 : 1 + EXPONENT_BITS])), 2)
    parts = int("".join(map(str, bits[1 + EXPONENT_BITS :])), 2)
    whole = 2**FRACTION_BITS
    told = trace.record("number", number=f"{float(number):.1f}", bits=16, stored=repr(word), side=side)
    sign = trace.record("sign", "cell:0", bit=bits[0], all=" ".join(map(str, bits)))
    exponent = trace.record("exponent", raw=raw, bias=BIAS, power=raw - BIAS, scale=2 ** (raw - BIAS))
    fraction = trace.record("fraction", step=1, parts=parts, whole=f"{whole:,}", value=repr(1 + parts / whole))
    return told, (sign, exponent, fraction)


def _between() -> list[float]:
    """Return places at which the gap is measured, two close to each change."""
    return [point for power in range(int(math.log2(WIDEST))) for point in (2.0**power, 2.0 ** (power + 1) - 0.01)]


def _sums(trace: Trace) -> Row:
    """Add a tenth again and again."""
    counts = (10, trace["additions"] // 10, trace["additions"]) if trace["additions"] > 100 else (10, 50, 100)
    values = dict[str, str]()
    for place, count in enumerate(counts):
        total = 0.0
        for _ in range(count):
            total += 0.1
        values |= {f"count{place}": f"{count:,}", f"sum{place}": repr(total)}
    return trace.record("adding a tenth", **values)


def _order(trace: Trace) -> Row:
    """Add ones to a large number in both orders, in 32 bits."""
    count = trace["additions"]
    ones = [1.0] * count
    large_first, small_first = single_sum([LARGE, *ones]), single_sum([*ones, LARGE])
    return trace.record(
        "order", bits=32, count=f"{count:,}", large=f"{LARGE:,.0f}",
        large_first=f"{large_first:,.0f}", small_first=f"{small_first:,.0f}",
    )  # fmt: skip


def _span(first: int, end: int, role: Role) -> tuple[Mark, ...]:
    return tuple(Mark(at=f"cell:{place}", role=role) for place in range(first, end))
