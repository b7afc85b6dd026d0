"""Recall of known evidence on the public chunking-evaluation questions, against the drop-and-cut rule.

Every mode sees the same questions; each vector is made once. The rule it is compared with takes paragraphs as they
are, drops those under 45 words and cuts at 220.
"""

import csv
import json
import random
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.result import Bar, Result, Table
from vortex.core.document import Block, Document, Page, Passage
from vortex.engines.embed.base import Embedder
from vortex.engines.embed.minilm import MiniLM
from vortex.knowledge.collection import Collection
from vortex.knowledge.evaluate import Question, learn_weight, score, search_collection
from vortex.knowledge.passages import make_passages

DATA = Path(__file__).parents[1].parent / "shared/inputs/chunking-eval"
SEED = 20
BUDGET_WORDS = 750
WEIGHTS = {"lexical": 1.0, "dense": 0.0, "fused 0.8/0.2": 0.8}
OURS, RULE = "paragraphs grouped to 150-220 words", "drop under 45 words, cut at 220"
COLUMNS = (
    "passages", "search", "number", "mean words", "recall at 5 %", "precision at 5 %", "recall at 750 words %",
    "precision at 750 words %",
)  # fmt: skip


class Remembering:
    """An embedder that makes every vector once."""

    def __init__(self, inner: Embedder) -> None:
        self.name, self.version, self.dims = inner.name, inner.version, inner.dims
        self._inner = inner
        self._known: dict[str, NDArray[np.float32]] = {}

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self._inner.embed(new), strict=True))
        return np.stack([self._known[text] for text in texts])


@dataclass(frozen=True)
class Case:
    """The corpora as documents, and the questions on them."""

    documents: tuple[Document, ...]
    questions: tuple[Question, ...]


def run(quick: bool) -> Result:
    """Measure recall and precision at five passages and at 750 words; ``quick`` takes the smallest corpus alone."""
    case = read_case(quick)
    embedder = Remembering(MiniLM())
    ours = [positioned(document, list(make_passages(document).kept)) for document in case.documents]
    rule = [drop_and_cut(document) for document in case.documents]
    rows = measure(OURS, case, ours, embedder) + measure(RULE, case, rule, embedder)
    figures = {(row[0], row[1]): row for row in rows}
    fused, base = figures[OURS, "fused 0.8/0.2"], figures[RULE, "fused 0.8/0.2"]
    return Result(
        title="Finding evidence",
        tables=(Table(f"{len(case.questions)} questions", COLUMNS, tuple(rows)),),
        bars=(
            Bar("token recall at 5 passages, %", fused[4], 92.6),
            Bar("token precision at 5 passages, %", fused[5], 4.5),
            Bar("token recall at 750 words, %", fused[6], 87.3),
            Bar("points of recall at 750 words over the rule", round(fused[6] - base[6], 1), 15.0),
        ),
        notes=(
            f"Corpora: {', '.join(document.id for document in case.documents)}; the published set has five.",
            "Learned weight: chosen on a random half of the questions for recall at 750 words, measured on the other.",
        ),
        settings={"seed": SEED, "budget_words": BUDGET_WORDS, "embedder": embedder.version},
    )


def read_case(quick: bool) -> Case:
    corpora = {path.stem: path.read_text(encoding="utf8") for path in sorted(DATA.glob("*.md"))}
    if not corpora:
        raise FileNotFoundError(f"{DATA} holds no corpus; put the chunking-evaluation set there")
    if quick:
        corpora = dict([min(corpora.items(), key=lambda entry: len(entry[1]))])
    documents = tuple(as_document(name, text) for name, text in corpora.items())
    return Case(documents, tuple(read_questions(corpora)))


def as_document(name: str, text: str) -> Document:
    """Return a corpus as a document whose paragraphs are its lines, every word kept in order."""
    lines = [" ".join(line.split()) for line in text.split("\n") if line.strip()]
    blocks = tuple(Block(f"b{place:04d}", "paragraph", line) for place, line in enumerate(lines))
    return Document(name, f"{name}.md", name, "en", (Page(0, ""),), blocks)


def read_questions(corpora: dict[str, str]) -> Iterator[Question]:
    """Yield the questions on the corpora at hand, their evidence as ranges of words between white space."""
    starts = {name: [match.start() for match in re.finditer(r"\S+", text)] for name, text in corpora.items()}
    with (DATA / "questions.csv").open(encoding="utf8", newline="") as file:
        for row in csv.DictReader(file):
            if (name := row["corpus_id"]) in corpora:
                spans = [(ref["start_index"], ref["end_index"]) for ref in json.loads(row["references"])]
                yield Question(row["question"], name, tuple(_words(starts[name], *span) for span in spans))


def _words(starts: list[int], first: int, last: int) -> tuple[int, int]:
    low = int(np.searchsorted(starts, first, "right")) - 1
    return max(0, low), int(np.searchsorted(starts, last, "left"))


def positioned(document: Document, passages: list[Passage]) -> list[Passage]:
    """Give passages their place among all words of the corpus, also where something before them was rejected."""
    corpus = [word for block in document.blocks for word in block.text.split()]
    placed, place = [], 0
    for passage in passages:
        words = passage.text.split()
        start = corpus.index(words[0], place)
        place = start
        for word in words:
            place = corpus.index(word, place) + 1
        if place - start > len(words) + 100:
            raise ValueError(f"passage {passage.id} does not stand in {document.id} at word {start}")
        placed.append(replace(passage, start_word=start, end_word=place))
    return placed


def drop_and_cut(document: Document) -> list[Passage]:
    """Cut every paragraph at 220 words and drop what has fewer than 45."""
    kept: list[Passage] = []
    start = 0
    for block in document.blocks:
        words = block.text.split()
        for low in range(0, len(words), 220):
            part = words[low : low + 220]
            if len(part) >= 45:
                name, first = f"{document.id}:{len(kept)}", start + low
                place = (first, first + len(part))
                kept.append(Passage(name, document.path, len(kept), *place, (0,), ("",), (), (), " ".join(part)))
        start += len(words)
    return kept


def measure(way: str, case: Case, passages: list[list[Passage]], embedder: Embedder) -> list[tuple]:
    sizes = [passage.end_word - passage.start_word for mine in passages for passage in mine]
    rows = []
    with tempfile.TemporaryDirectory() as folder, Collection.open(Path(folder) / "c.db", embedder) as collection:
        for document, mine in zip(case.documents, passages, strict=True):
            collection.add(document, mine)
        for mode, weight in WEIGHTS.items():
            collection.learn_weight(weight)
            rows.append((way, mode, len(sizes), *_figures(collection, sizes, case.questions)))
        shuffled = random.Random(SEED).sample(case.questions, len(case.questions))
        half = len(shuffled) // 2
        learned = learn_weight(collection, shuffled[:half], BUDGET_WORDS)
        for mode, weight in ((f"learned {learned:.2f}, other half", learned), ("0.80, the same half", 0.8)):
            collection.learn_weight(weight)
            rows.append((way, mode, len(sizes), *_figures(collection, sizes, shuffled[half:])))
    return rows


def _figures(collection: Collection, sizes: list[int], questions: Sequence[Question]) -> tuple[float, ...]:
    top = score(questions, search_collection(collection, 5))
    budget = score(questions, search_collection(collection, words=BUDGET_WORDS))
    figures = (sum(sizes) / len(sizes), top.recall, top.precision, budget.recall, budget.precision)
    return tuple(round(figure, 1) for figure in figures)
