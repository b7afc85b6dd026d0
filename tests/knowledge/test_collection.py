import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from vortex.core.document import Block, Document, Page
from vortex.core.errors import SourceError
from vortex.core.text import content_words
from vortex.knowledge.collection import Collection
from vortex.knowledge.passages import make_passages

TEXTS = {
    "Heaps": "A heap keeps the smallest element at the front of an array. Pushing costs logarithmic time.",
    "Sorting": "Quicksort divides an array around a pivot and sorts both parts. It is fast on average.",
    "Graphs": "Breadth-first search visits a graph level by level with a queue of waiting nodes.",
}


def document(texts: dict[str, str] = TEXTS, name: str = "a.md") -> Document:
    blocks = tuple(
        Block(f"b{at}", "paragraph", text, page=at, section=(title,)) for at, (title, text) in enumerate(texts.items())
    )
    pages = tuple(Page(at, str(at + 10)) for at in range(len(texts)))
    return Document("-".join(texts.values())[:16], name, name, "en", pages, blocks)


class BagOfWords:
    """A small honest embedder: one dimension a word."""

    name, version, dims = "bag", "1", 64

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        rows = np.zeros((len(texts), self.dims), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in content_words(text):
                row[sum(word.encode()) % self.dims] += 1
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "c.sqlite"


def test_search_finds_the_right_passage_by_other_forms_of_its_words(path):
    with Collection.open(path) as collection:
        assert collection.add(document(), make_passages(document()).kept)
        hit = collection.search("What does it cost to push elements?", 1)[0]
        assert (hit.passage.section, hit.passage.labels, hit.score) == (("Heaps",), ("10",), 1.0)
        assert hit.lexical > 0 == hit.dense
        assert collection.mode == "lexical"


def test_an_embedder_adds_its_side(path):
    with Collection.open(path, BagOfWords()) as collection:
        collection.add(document(), make_passages(document()).kept)
        hits = collection.search("graph search", 3)
        assert collection.mode == "lexical+dense"
        assert hits[0].passage.section == ("Graphs",)
        assert hits[0].dense == pytest.approx(
            float((BagOfWords().embed([hits[0].passage.text, "graph search"])).prod(0).sum())
        )


def test_filters(path):
    with Collection.open(path) as collection:
        collection.add(document(), make_passages(document()).kept)
        assert [hit.passage.section for hit in collection.search("array", 5, section="sort")] == [("Sorting",)]
        assert [hit.passage.pages for hit in collection.search("array", 5, pages=[0])] == [(0,)]
        assert len(collection.search("array", 5)) == 2
        assert collection.search("nothing of the kind", 5) == ()
        assert collection.search('"; DROP TABLE passages --', 5) == ()


def test_a_budget_of_words_is_kept(path):
    with Collection.open(path) as collection:
        collection.add(document(), make_passages(document()).kept)
        hits = collection.search("array queue", words=31)
        assert 0 < sum(len(hit.passage.text.split()) for hit in hits) <= 31


def test_adding_twice_does_nothing_and_a_changed_file_replaces_the_old_one(path):
    changed = document({**TEXTS, "Heaps": "A treap mixes a tree with random priorities so that it stays balanced."})
    changed = replace(changed, id="changed")
    with Collection.open(path) as collection:
        assert collection.add(document(), make_passages(document()).kept)
        assert not collection.add(document(), make_passages(document()).kept)
        relabelled = [replace(passage, labels=("iv",)) for passage in make_passages(document()).kept]
        assert collection.add(document(), relabelled)
        assert collection.search("heap", 1)[0].passage.labels == ("iv",)
        assert collection.add(changed, make_passages(changed).kept)
        assert collection.documents() == ("changed",)
        assert collection.search("pushing", 5) == ()
        assert collection.search("treap", 5)[0].passage.id == "changed:0"


def test_another_embedder_makes_vectors_anew(path):
    with Collection.open(path) as collection:
        collection.add(document(), make_passages(document()).kept)
    with Collection.open(path, BagOfWords()) as collection:
        assert collection.search("heap", 1)[0].dense == 0
        assert collection.add(document(), make_passages(document()).kept)
        assert collection.search("heap", 1)[0].dense > 0


def test_a_failure_in_the_middle_leaves_what_was_there(path):
    passages = make_passages(document()).kept
    with Collection.open(path) as collection:
        with pytest.raises(sqlite3.IntegrityError):
            collection.add(document(), [*passages, passages[0]])
        assert collection.documents() == ()
        assert collection.search("heap", 5) == ()
        assert collection.add(document(), passages)
        assert len(collection.search("heap", 5)) == 1


def test_what_survives_closing(path):
    with Collection.open(path, BagOfWords()) as collection:
        collection.add(document(), make_passages(document()).kept)
        collection.learn_weight(0.35)
        before = collection.search("sort an array", 3)
    with Collection.open(path, BagOfWords()) as collection:
        assert collection.weight == 0.35
        assert collection.search("sort an array", 3) == before


@pytest.mark.parametrize("data", [b"not a database, but long enough to be read as one" * 20])
def test_a_foreign_file_is_refused(path, data):
    path.write_bytes(data)
    with pytest.raises(SourceError, match="is no collection"):
        Collection.open(path)


def test_another_layout_is_refused(path):
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version=99")
    database.close()
    with pytest.raises(SourceError, match="has layout 99"):
        Collection.open(path)


def test_diversity_brings_another_topic_forward(path):
    texts = {
        "A": "The heap stores the array of numbers for the queue.",
        "B": "The heap stores the array of numbers for the queue today.",
        "C": "A heap may also mean a pile of stones beside the road.",
    }
    with Collection.open(path) as collection:
        collection.add(document(texts), make_passages(document(texts)).kept)
        plain = [hit.passage.section[0] for hit in collection.search("heap array numbers", 2)]
        mixed = [hit.passage.section[0] for hit in collection.search("heap array numbers", 2, diversity=0.9)]
    assert set(plain) == {"A", "B"}
    assert "C" in mixed
