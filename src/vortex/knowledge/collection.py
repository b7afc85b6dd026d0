"""A searchable collection of passages in one SQLite file.

SQLite keeps the passages, their full-text index and their vectors together: one file to copy, no server, and a killed
run leaves the state of the last whole document. Vectors are compared exactly in numpy, which for books takes
milliseconds. Without an embedder the search is lexical only, and ``mode`` says so.
"""

import sqlite3
from collections.abc import Collection as Group
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

from vortex.core.document import Document, Passage
from vortex.core.errors import SourceError
from vortex.core.stopwords import STOPWORDS
from vortex.core.text import content_words, count_words, words
from vortex.engines.embed.base import Embedder
from vortex.knowledge.fusion import DEFAULT_WEIGHT, diversify, fuse, pack
from vortex.knowledge.records import indexed, pack_passage, prepare, stamp, unpack

_CANDIDATES = 240
"""How many passages each side of the search hands to the fusion."""
_CONSIDERED = 60
"""How many of the fused ones a budget of words or a wish for diversity may choose from."""
_TITLE_WEIGHT = 1.0


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found."""

    passage: Passage
    score: float
    """0 to 1, comparable within one search."""
    lexical: float
    """BM25, higher is better; 0 when no word matched."""
    dense: float
    """Cosine, -1 to 1; 0 without an embedder."""


class Collection:
    """Passages of any number of documents; use it in a ``with`` block or close it."""

    def __init__(self, database: sqlite3.Connection, path: Path, embedder: Embedder | None, weight: float) -> None:
        self._database = database
        self._path = path
        self._embedder = embedder
        self._usual_weight = weight
        self._vectors: tuple[NDArray[np.int64], NDArray[np.float32]] | None = None

    @classmethod
    def open(cls, path: Path | str, embedder: Embedder | None = None, weight: float = DEFAULT_WEIGHT) -> Self:
        """Open a collection, or make an empty one.

        Args:
            path: the SQLite file; its folder must exist.
            embedder: makes vectors; ``None`` searches by words alone.
            weight: share of the lexical score, 0 to 1, where none was learned for this collection.

        Raises:
            SourceError: the file is no collection, or was made by another version of the layout.
        """
        path = Path(path)
        try:
            database = sqlite3.connect(path, isolation_level=None)
            database.execute("PRAGMA journal_mode=WAL")
            database.execute("PRAGMA synchronous=NORMAL")
            prepare(database, path)
        except sqlite3.DatabaseError as error:
            raise SourceError(f"{path} is no collection ({error}); delete it and index the documents again") from error
        return cls(database, path, embedder, weight)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; calling it twice is harmless."""
        self._database.close()

    @property
    def mode(self) -> Literal["lexical", "lexical+dense"]:
        """How it searches: without an embedder by words alone."""
        return "lexical" if self._embedder is None else "lexical+dense"

    @property
    def weight(self) -> float:
        """Share of the lexical score, 0 to 1: learned for this collection, or the usual one."""
        row = self._database.execute("SELECT value FROM meta WHERE key='weight'").fetchone()
        return float(row[0]) if row else self._usual_weight

    def learn_weight(self, weight: float) -> None:
        """Store the share of the lexical score that was measured to serve this collection best, 0 to 1."""
        with self._transaction():
            self._database.execute("INSERT OR REPLACE INTO meta VALUES ('weight', ?)", (repr(weight),))

    def documents(self) -> tuple[str, ...]:
        """Return the ids of the documents in it."""
        return tuple(row[0] for row in self._database.execute("SELECT id FROM documents ORDER BY rowid"))

    def add(self, document: Document, passages: Sequence[Passage]) -> bool:
        """Add a document, all of it or nothing, and replace what an older file of the same path gave.

        Args:
            document: what was read.
            passages: its passages.

        Returns:
            False when it was there already, with the same passages and embedder.
        """
        source, how, model = document.path, stamp(passages), self._model()
        row = self._database.execute(
            "SELECT stamp, embedder FROM documents WHERE id=? AND source=?", (document.id, source)
        ).fetchone()
        if row == (how, model):
            return False
        texts = [passage.text for passage in passages]
        vectors = self._embedder.embed(texts) if self._embedder and texts else None
        with self._transaction():
            self._forget(document.id, source)
            self._database.execute(
                "INSERT INTO documents VALUES (?, ?, ?, ?, ?)", (document.id, source, how, model, document.language)
            )
            for place, passage in enumerate(passages):
                self._insert(passage, document, None if vectors is None else vectors[place])
        self._vectors = None
        return True

    def _model(self) -> str:
        return f"{self._embedder.name} {self._embedder.version}" if self._embedder else ""

    def _forget(self, document_id: str, source: str) -> None:
        old = self._database.execute(
            "SELECT id FROM documents WHERE id=? OR source=?", (document_id, source)
        ).fetchall()
        for (stale,) in old:
            rows = self._database.execute("SELECT key, body FROM passages WHERE document=?", (stale,)).fetchall()
            for key, body in rows:
                title, text = indexed(unpack(body))
                self._database.execute(
                    "INSERT INTO lexicon(lexicon, rowid, title, text) VALUES ('delete', ?, ?, ?)", (key, title, text)
                )
            self._database.execute("DELETE FROM passages WHERE document=?", (stale,))
            self._database.execute("DELETE FROM documents WHERE id=?", (stale,))

    def _insert(self, passage: Passage, document: Document, vector: NDArray[np.float32] | None) -> None:
        body = pack_passage(passage)
        blob = None if vector is None else vector.astype("<f4").tobytes()
        key = self._database.execute(
            "INSERT INTO passages(document, id, body, num_words, vector) VALUES (?, ?, ?, ?, ?)",
            (document.id, passage.id, body, count_words(passage.text), blob),
        ).lastrowid
        title, text = indexed(passage)
        self._database.execute("INSERT INTO lexicon(rowid, title, text) VALUES (?, ?, ?)", (key, title, text))

    def search(
        self,
        query: str,
        k: int = 5,
        *,
        section: str | None = None,
        pages: Group[int] | None = None,
        words: int | None = None,
        diversity: float = 0.0,
    ) -> tuple[Hit, ...]:
        """Return the passages that answer ``query`` best, best first.

        Args:
            query: a question or some words, in the language of the documents.
            k: how many at most; with ``words``, how many are considered for the budget is not limited by it.
            section: keep only passages under a heading that contains this text, whatever its case.
            pages: keep only passages that touch one of these page indices.
            words: a budget; hits are taken best first while they fit.
            diversity: 0 ranks by relevance alone; towards 1, passages unlike those before them come first.
        """
        lexical, dense = self._lexical(query), self._dense(query)
        scores = fuse(lexical, dense, self.weight)
        most = k if words is None and diversity <= 0 else max(k, _CONSIDERED)
        found = self._load(scores, most, section, pages)
        order = list(found)
        if diversity > 0:
            order = diversify(order, scores, self._alike(order, found), len(order), 1 - diversity)
        if words is not None:
            order = [order[place] for place in pack([count_words(found[key].text) for key in order], words)]
        else:
            order = order[:k]
        return tuple(Hit(found[key], scores[key], lexical.get(key, 0.0), dense.get(key, 0.0)) for key in order)

    def _lexical(self, query: str) -> dict[int, float]:
        terms = query_terms(query, self._language())
        if not terms:
            return {}
        match = " OR ".join(f'"{term}"' for term in terms)
        rows = self._database.execute(
            f"SELECT rowid, bm25(lexicon, {_TITLE_WEIGHT}, 1.0) FROM lexicon WHERE lexicon MATCH ? ORDER BY 2 LIMIT ?",
            (match, _CANDIDATES),
        )
        return {key: -score for key, score in rows}

    def _language(self) -> str:
        row = self._database.execute(
            "SELECT language FROM documents GROUP BY language ORDER BY count(*) DESC LIMIT 1"
        ).fetchone()
        return row[0] if row else ""

    def _dense(self, query: str) -> dict[int, float]:
        if self._embedder is None:
            return {}
        keys, vectors = self._all_vectors()
        if not len(keys):
            return {}
        cosines = vectors @ self._embedder.embed([query])[0]
        best = np.argsort(-cosines, kind="stable")[:_CANDIDATES]
        return {int(keys[place]): float(cosines[place]) for place in best}

    def _all_vectors(self) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the keys and vectors of every passage that the present embedder has embedded."""
        if self._vectors is None:
            rows = self._database.execute(
                "SELECT key, vector FROM passages JOIN documents ON document = documents.id"
                " WHERE vector IS NOT NULL AND embedder=?",
                (self._model(),),
            ).fetchall()
            keys = np.array([key for key, _ in rows], dtype=np.int64)
            stacked = np.frombuffer(b"".join(blob for _, blob in rows), dtype="<f4")
            self._vectors = keys, stacked.reshape(len(rows), -1) if rows else stacked.reshape(0, 1)
        return self._vectors

    def _load(
        self, keys: Iterable[int], most: int, section: str | None, pages: Group[int] | None
    ) -> dict[int, Passage]:
        """Return the first ``most`` of the passages that pass the filters, in the order of ``keys``."""
        found: dict[int, Passage] = {}
        for key in keys:
            passage = unpack(self._database.execute("SELECT body FROM passages WHERE key=?", (key,)).fetchone()[0])
            in_section = section is None or any(section.lower() in title.lower() for title in passage.section)
            if in_section and (pages is None or set(pages) & set(passage.pages)):
                found[key] = passage
            if len(found) == most:
                break
        return found

    def _alike(self, order: Sequence[int], found: dict[int, Passage]) -> NDArray[np.float32]:
        """Return how much the passages share: cosine of vectors, or of their content words."""
        if self._embedder is not None:
            keys, vectors = self._all_vectors()
            place = {int(key): at for at, key in enumerate(keys)}
            chosen = vectors[[place[key] for key in order]] if all(key in place for key in order) else None
            if chosen is not None:
                cosines: NDArray[np.float32] = np.clip(chosen @ chosen.T, 0, 1)
                return cosines
        bags = [set(content_words(found[key].text)) for key in order]
        alike = [[len(one & two) / max(1, min(len(one), len(two))) for two in bags] for one in bags]
        return np.array(alike, dtype=np.float32).reshape(len(order), len(order))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")


def query_terms(query: str, language: str) -> list[str]:
    """Return the words of a query that are worth searching for: without small words, unless nothing else is left."""
    small = STOPWORDS.get(language or "en", frozenset())
    tokens = list(dict.fromkeys(word.lower().replace('"', "") for word in words(query)))
    return [token for token in tokens if token not in small] or tokens
