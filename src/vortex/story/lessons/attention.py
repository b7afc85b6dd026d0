"""Attention: one word looks at the others, and its meaning moves towards those that answer.

Source: Vaswani and others, Attention Is All You Need, 2017.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, sqrt

from vortex.story.lessons.lesson import Lesson
from vortex.story.lessons.talk import Talk
from vortex.story.lessons.trace import Knob, Row, Trace
from vortex.visuals.states import Curve, Mark, Moved, PlotStep, Step

Vector = tuple[float, float]
ASKING = "bank"
MEANINGS: dict[str, Vector] = {"boat": (2.0, 0.0), "loan": (0.0, 2.0), "by": (0.1, 0.1), "bank": (1.0, 1.0)}
SIDES = ("water", "money")
NO_BREAK = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Looked:
    """One word as the asking word sees it."""

    word: str
    vector: Vector
    score: float
    weight: float
    row: Row


@dataclass(frozen=True)
class Context:
    """A sentence, what each word gets, and the meaning that comes out."""

    words: tuple[Looked, ...]
    before: Vector
    after: Vector
    sums: Row
    result: Row


@dataclass(frozen=True)
class Sight:
    """The same word in one context and in another."""

    first: Context
    other: Context
    size: Row


class Attention(Lesson[Sight]):
    """Follows scaled dot-product attention for one word."""

    name = "attention"
    title = "Attention"
    about = "How a word finds out what it means from the words around it"
    words = ("attention", "self attention", "transformer", "attention mechanism", "scaled dot product attention")
    knobs = (Knob("blur", 2, 0, 4, "how far the vectors stray from the textbook, in tenths"),)

    def run(self, trace: Trace) -> Sight:
        """Attend in a sentence about a boat, then in one about a loan."""
        blur = trace["blur"] / 10
        vectors = {word: _strayed(vector, blur, trace) for word, vector in MEANINGS.items()}
        size = trace.record("vectors", numbers=2, root=sqrt(2))
        first = attend(trace, "boat", ("boat", "by", "bank"), vectors)
        return Sight(first, attend(trace, "loan", ("loan", "by", "bank"), vectors), size)

    def tell(self, talk: Talk, run: Sight) -> None:
        """Show the words as arrows, the scores, the weights, the mix; then the other sentence."""
        talk.open(
            "How does a program know whether a bank holds money or a river?",
            "We follow one word while it looks at its neighbours.",
        )
        self._tell_words(talk, run)
        self._tell_scores(talk, run)
        self._tell_mix(talk, run)
        if talk.deeper(1):
            self._tell_other(talk, run)
        talk.close(
            ("Compare by multiplying", "Words are compared by multiplying their numbers and adding up."),
            ("Turn scores into shares", "The scores become shares that add up to one."),
            ("Mix by the shares", "The new meaning is a mix of all the words by these shares."),
        )

    def _tell_words(self, talk: Talk, run: Sight) -> None:
        words = run.first.words
        talk.scene("Words as arrows")
        talk.shot(
            "plot",
            "Every word as an arrow between its two meanings.",
            heading="Every word is an arrow",
            curves=[_arrow(each, tone) for tone, each in enumerate(words)],
            x_label=SIDES[0],
            y_label=SIDES[1],
            x_range=(0.0, 2.6),
            y_range=(0.0, 2.6),
            equal=True,
            marks={f"curve:{number}": "hidden" for number in range(len(words))},
        )
        talk.say(
            "Every ^word is a list of numbers, here only {numbers}: how much of water, and how much of money.",
            run.size,
            step=_shown(0),
        )
        talk.say(
            "The word boat is clearly about ^water, with {water}.",
            words[0].row,
            note=f"boat: {words[0].row['water']}, {words[0].row['money']}",
        )
        asked = words[-1]
        talk.say(
            "But ^bank has {water} of water and {money} of money, so it could mean either.",
            asked.row,
            step=_shown(len(words) - 1, f"bank: {asked.row['water']}, {asked.row['money']}"),
        )
        if talk.deeper(2):
            talk.say("And ^by says little about either.", words[1].row, step=_shown(1))
            talk.say("Arrows that point the same way stand for words that mean much the same.", run.size)

    def _tell_scores(self, talk: Talk, run: Sight) -> None:
        words = run.first.words
        rows = [[each.row["water"], each.row["money"]] for each in words]
        blocks = [
            {"name": "words", "rows": rows, "row_names": [each.word for each in words], "column_names": list(SIDES)},
            {"name": "bank", "rows": [[rows[-1][0]], [rows[-1][1]]]},
            {"name": "score", "rows": [[each.row["product"]] for each in words]},
        ]
        talk.scene("Who answers?")
        talk.shot(
            "matrix",
            "The scores, as products of the words with the asking word.",
            heading="Compare with every word",
            blocks=blocks,
            signs=["×", "→"],
            marks={f"cell:2,{number},0": "hidden" for number in range(len(words))},
        )
        talk.say("To find out, bank is ^compared with every word, itself included.", step=_lit("block:1"))
        for number, each in enumerate(words):
            talk.say((WHOLE if talk.deeper(2) else COMPARED)[number], each.row, step=_scored(number, each))
        if talk.deeper(1):
            talk.say("What points the same way gets a large score, and what does not gets a small one.", run.size)
        talk.say(
            "These ^scores are divided by {root}, the root of {numbers}, and the ^softmax rule turns them into shares.",
            run.size,
            step=(_divided(words, run), Step(note="softmax: shares that add up to one")),
        )
        if talk.deeper(2):
            talk.say(
                "Softmax makes every share positive, however small its score, and all of them add up to one.", run.size
            )

    def _tell_mix(self, talk: Talk, run: Sight) -> None:
        words = run.first.words
        talk.scene("Shares and the mix")
        talk.shot(
            "chart",
            "The shares, which add up to one.",
            form="bar",
            categories=[each.word for each in words],
            series=[{"name": "share", "values": [float(each.row["share"]) for each in words]}],
            y_label="percent",
            caption="How much bank looks at each word",
        )
        for number, each in enumerate(words):
            talk.say(SHARES[number % len(SHARES)], each.row, show=f"point:{number}")
        self._tell_moved(talk, run.first, "The meaning moves", MIXED)

    def _tell_moved(self, talk: Talk, context: Context, heading: str, mixed: str) -> None:
        curves = [_arrow(each, tone) for tone, each in enumerate(context.words)]
        talk.shot(
            "plot",
            "The arrow of the word moves to the mix of all words.",
            heading=heading,
            curves=curves,
            x_label=SIDES[0],
            y_label=SIDES[1],
            x_range=(0.0, 2.6),
            y_range=(0.0, 2.6),
            equal=True,
        )
        last = len(curves) - 1
        talk.say(mixed, context.sums, marks={f"curve:{last}": "active"})
        if talk.deeper(1) and mixed == MIXED:
            shares = [f"{each.row['share']} % of {each.row['water']}" for each in context.words]
            parts = " + ".join(each.replace(" ", NO_BREAK) for each in shares)
            talk.say(
                "Of water, for example, it takes ^{share} percent of the {water} that {word} has, and so on.",
                context.words[0].row,
                note=parts,
            )
        moved = PlotStep(
            moves=(Moved(curve=last, points=((0.0, 0.0), context.after)),),
            note=f"water {context.result['water']}, money {context.result['money']}",
        )
        talk.say("Now it has ^{water} of water and {money} of money: {leaning} has won.", context.result, step=moved)

    def _tell_other(self, talk: Talk, run: Sight) -> None:
        other = run.other
        talk.scene("The same word elsewhere")
        talk.shot(
            "compare",
            "The same word in two sentences.",
            heading="What bank becomes",
            columns=[
                {
                    "title": f"near {each.words[0].word}",
                    "items": [f"water {each.result['water']}", f"money {each.result['money']}"],
                }
                for each in (run.first, other)
            ],
        )
        talk.say("Beside boat, ^bank became a word about {leaning}.", run.first.result, show="column:0")
        talk.say("Put a ^loan beside it instead, and run the very same rule.", other.words[0].row, show="column:1")
        self._tell_moved(talk, other, "Beside a loan", MIXED_AGAIN)


COMPARED = (
    "With ^{word}: {water} times {bankwater}, plus {money} times {bankmoney}, makes ^{product}.",
    "The ^word {word} gets only ^{product}.",
    "And with ^itself, {word} gets ^{product}.",
)
WHOLE = (
    COMPARED[0],
    "The ^word {word} gets {water} times {bankwater} plus {money} times {bankmoney}, only ^{product}.",
    "And with ^itself, {word} gets {water} squared plus {money} squared, so ^{product}.",
)
MIXED = "Each word gives of its meaning by its ^share, and bank takes the mix."
MIXED_AGAIN = "The shares have changed, and with them what bank ^takes from its neighbours."
SHARES = (
    "Of all the attention, {word} gets ^{share} percent.",
    "The word {word} gets only ^{share}.",
    "And {word} keeps ^{share} percent for itself.",
)


def softmax(scores: Sequence[float]) -> list[float]:
    """Return shares that grow with the exponentials of the scores and add up to one."""
    top = max(scores)
    grown = [exp(score - top) for score in scores]
    return [each / sum(grown) for each in grown]


def attend(trace: Trace, context: str, words: Sequence[str], vectors: dict[str, Vector]) -> Context:
    """Let the last of ``words`` attend to all of them: scaled dot products, softmax, weighted mean."""
    asking = vectors[words[-1]]
    products = [round(asking[0] * vectors[word][0] + asking[1] * vectors[word][1], 2) for word in words]
    scores = [product / sqrt(2) for product in products]
    shares = softmax(scores)
    looked = []
    for word, product, score, share in zip(words, products, scores, shares, strict=True):
        vector = vectors[word]
        row = trace.record(
            f"{context}: look",
            word=word,
            water=vector[0],
            money=vector[1],
            bankwater=asking[0],
            bankmoney=asking[1],
            product=product,
            score=score,
            share=round(100 * share),
        )
        looked.append(Looked(word, vector, score, share, row))
    after = tuple(sum(each.weight * each.vector[side] for each in looked) for side in (0, 1))
    leaning = SIDES[0] if after[0] > after[1] else SIDES[1]
    sums = trace.record(f"{context}: shares", total=sum(round(100 * share) for share in shares))
    result = trace.record(f"{context}: mix", water=after[0], money=after[1], leaning=leaning)
    return Context(tuple(looked), asking, (after[0], after[1]), sums, result)


def _strayed(vector: Vector, blur: float, trace: Trace) -> Vector:
    strayed = [round(max(0.0, each + trace.random.uniform(-blur, blur)), 1) for each in vector]
    return strayed[0], strayed[1]


def _arrow(each: Looked, tone: int) -> Curve:
    return Curve(name=each.word, form="arrow", points=((0.0, 0.0), each.vector), tone=tone)


def _shown(curve: int, note: str | None = None) -> PlotStep:
    return PlotStep(marks=(Mark(at=f"curve:{curve}", role="plain"),), note=note)


def _lit(at: str) -> Step:
    return Step(marks=(Mark(at=at, role="active"),))


def _scored(number: int, each: Looked) -> tuple[Step, Step]:
    """Return the row of a word as it is compared, and then its score."""
    before = tuple(Mark(at=f"row:0,{other}", role="plain") for other in range(number))
    row = each.row
    sum_ = f"{row['water']} × {row['bankwater']} + {row['money']} × {row['bankmoney']}"
    compared = Step(marks=(*before, Mark(at=f"row:0,{number}", role="active")), note=sum_)
    score = Step(marks=(Mark(at=f"cell:2,{number},0", role="active"),), note=f"{sum_} = {row['product']}")
    return compared, score


def _divided(words: Sequence[Looked], run: Sight) -> Step:
    calm = tuple(Mark(at=f"row:0,{number}", role="plain") for number in range(len(words)))
    shown = ", ".join(each.row["score"] for each in words)
    return Step(marks=(*calm, Mark(at="block:1", role="plain")), note=f"scores / {run.size['root']}: {shown}")
