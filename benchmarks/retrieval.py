"""Recall of known evidence on the public chunking-evaluation questions, against the drop-and-cut rule.

Every mode sees the same questions; the vectors are made once. The rule it is compared with takes paragraphs as they
are, drops those under 45 words and cuts at 220.
"""

import csv
import json
import random
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vortex.core.document import Block, Document, Page, Passage
from vortex.core.errors import MissingExtra
from vortex.engines.embed.base import Embedder
from vortex.knowledge.collection import Collection
from vortex.knowledge.evaluate import Question, score, search_collection
from vortex.knowledge.passages import PassageSettings, make_passages

DATA = Path(__file__).parents[1].parent / "shared/inputs/chunking-eval"
SEED = 20
BUDGET_WORDS = 750
WEIGHTS = {"lexical": 1.0, "dense": 0.0, "fused": 0.8}


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


def run(quick: bool) -> dict[str, Any]:
    """Measure recall and precision in percent at the top 5 and at 750 words; ``quick`` asks 60 questions."""
    corpora = {path.stem: path.read_text(encoding="utf-8") for path in sorted(DATA.glob("*.md"))}
    documents = {name: as_document(name, text) for name, text in corpora.items()}
    questions = list(read_questions(corpora, documents))
    if quick:
        questions = random.Random(SEED).sample(questions, 60)
    embedder = _embedder()
    ways = {"passages": list(map(_passages, documents.values()))}
    ways["passages 100-150"] = [_passages(document, PassageSettings(100, 150)) for document in documents.values()]
    ways["drop under 45, cut at 220"] = [_drop_and_cut(document) for document in documents.values()]
    rows = []
    started = time.perf_counter()
    for way, passages in ways.items():
        rows += _measure(way, list(documents.values()), passages, questions, embedder)
    return {
        "seed": SEED,
        "num_questions": len(questions),
        "corpora": {name: len(text.split()) for name, text in corpora.items()},
        "embedder": embedder.name if embedder else "",
        "seconds": round(time.perf_counter() - started, 1),
        "rows": rows,
    }


def _embedder() -> Embedder | None:
    from vortex.engines.embed.minilm import MiniLM

    try:
        return Remembering(MiniLM())
    except MissingExtra:
        return None


def as_document(name: str, text: str) -> Document:
    """Return a corpus as a document whose paragraphs are its lines, every word kept in order."""
    lines = [line for line in text.split("\n") if line.strip()]
    blocks = tuple(Block(f"b{place:04d}", "paragraph", " ".join(line.split())) for place, line in enumerate(lines))
    return Document(name, f"{name}.md", name, "en", (Page(0, ""),), blocks)


def read_questions(corpora: dict[str, str], documents: dict[str, Document]) -> Iterator[Question]:
    """Yield the questions on the corpora at hand, their evidence as ranges of words."""
    starts = {name: [match.start() for match in re.finditer(r"\S+", text)] for name, text in corpora.items()}
    with (DATA / "questions.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if (name := row["corpus_id"]) in corpora:
                spans = [(ref["start_index"], ref["end_index"]) for ref in json.loads(row["references"])]
                words = tuple(_words(starts[name], start, stop) for start, stop in spans)
                yield Question(row["question"], documents[name].id, words)


def _words(starts: list[int], first: int, last: int) -> tuple[int, int]:
    low = int(np.searchsorted(starts, first, "right")) - 1
    return max(0, low), int(np.searchsorted(starts, last, "left"))


def _passages(document: Document, settings: PassageSettings | None = None) -> list[Passage]:
    return list(make_passages(document, settings).kept)


def _drop_and_cut(document: Document) -> list[Passage]:
    """Cut every paragraph at 220 words and drop what has fewer than 45."""
    kept: list[Passage] = []
    start = 0
    for block in document.blocks:
        words = block.text.split()
        for low in range(0, len(words), 220):
            part = words[low : low + 220]
            if len(part) >= 45:
                first = start + low
                kept.append(_passage(document, len(kept), first, part))
        start += len(words)
    return kept


def _passage(document: Document, index: int, start: int, words: list[str]) -> Passage:
    identity = f"{document.id}:{index}"
    return Passage(identity, document.path, index, start, start + len(words), (0,), ("",), (), (), " ".join(words))


def _measure(
    way: str,
    documents: list[Document],
    passages: list[list[Passage]],
    questions: list[Question],
    embedder: Embedder | None,
) -> list[dict[str, Any]]:
    rows = []
    with tempfile.TemporaryDirectory() as folder, Collection.open(Path(folder) / "c.db", embedder) as collection:
        for document, mine in zip(documents, passages, strict=True):
            collection.add(document, [replace(passage) for passage in mine])
        sizes = [passage.end_word - passage.start_word for mine in passages for passage in mine]
        for mode, weight in WEIGHTS.items():
            if embedder is None and mode != "lexical":
                continue
            collection.learn_weight(weight)
            top = score(questions, search_collection(collection, 5))
            budget = score(questions, search_collection(collection, words=BUDGET_WORDS))
            rows.append(
                {
                    "passages": way,
                    "num_passages": len(sizes),
                    "mean_words": round(sum(sizes) / len(sizes), 1),
                    "mode": mode,
                    "recall_top5": round(top.recall, 1),
                    "precision_top5": round(top.precision, 1),
                    "recall_750_words": round(budget.recall, 1),
                    "precision_750_words": round(budget.precision, 1),
                }
            )
    return rows


if __name__ == "__main__":
    for row in run(quick=False)["rows"]:
        print(row)
