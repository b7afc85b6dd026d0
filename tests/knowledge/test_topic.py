from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vortex.core.document import Block, Document, Page, Passage
from vortex.knowledge.collection import Collection
from vortex.knowledge.topic import passages_about

TEXTS = [
    *(f"Bread number {n} is baked in an oven of stone until its crust is brown." for n in range(20)),
    "An automobile burns fuel in its engine.",
]
DOCUMENT = Document("d", "bread.txt", "Bread", "en", (Page(0, ""),), (Block("b0", "paragraph", "x"),))
PASSAGES = [Passage(f"d:{n}", "bread.txt", n, 0, 9, (0,), ("",), (), (), text) for n, text in enumerate(TEXTS)]


class Meaning:
    """An embedder that knows two matters, bread and cars, and remembers what it was asked."""

    name, version, dims = "meaning", "1", 2

    def __init__(self) -> None:
        self.asked = 0

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += len(texts)
        cars = [any(word in text for word in ("automobile", "car", "engine")) for text in texts]
        return np.array([[0.0, 1.0] if car else [1.0, 0.0] for car in cars], np.float32)


def about(topic: str, embedder: Meaning | None, tmp_path: Path) -> tuple[str, ...]:
    with Collection.open(tmp_path / "index.sqlite") as collection:
        collection.add(DOCUMENT, PASSAGES)
        return passages_about(collection, topic, PASSAGES, embedder, 0.8)


def test_words_choose_the_candidates_and_only_these_are_embedded(tmp_path: Path) -> None:
    embedder = Meaning()
    found = about("bread crust", embedder, tmp_path)
    assert set(found) == {passage.id for passage in PASSAGES[:-1]}
    assert embedder.asked == 21


def test_a_topic_in_other_words_is_found_by_meaning(tmp_path: Path) -> None:
    assert about("car", Meaning(), tmp_path)[0] == "d:20"


def test_without_an_embedder_words_decide(tmp_path: Path) -> None:
    assert about("car", None, tmp_path) == ()
    assert about("engine", None, tmp_path) == ("d:20",)
