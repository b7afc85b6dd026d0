"""How well a collection answers questions whose evidence is known, and which weight serves it best.

Token recall is the share of the evidence's words that the returned passages hold; token precision the share of the
returned words that are evidence. Both are computed on positions in the text, so a word counts only where it stands.
Source: Smith and Troynikov, Evaluating Chunking Strategies for Retrieval, 2024.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vortex.core.errors import ConfigError
from vortex.knowledge.collection import Collection
from vortex.knowledge.fusion import DEFAULT_WEIGHT

_WEIGHTS = tuple(step / 20 for step in range(21))


@dataclass(frozen=True, slots=True)
class Question:
    """A question and where its answer stands."""

    text: str
    document: str
    """Id of the document."""
    spans: tuple[tuple[int, int], ...]
    """Half-open ranges of word positions in the kept text of the document."""


@dataclass(frozen=True, slots=True)
class Score:
    """Means over the questions, in percent."""

    recall: float
    precision: float
    num_questions: int


Search = Callable[[Question], Sequence[tuple[str, int, int]]]
"""Returns (document id, first word, one past the last word) of every passage found."""


def score(questions: Sequence[Question], search: Search) -> Score:
    """Ask every question and measure what comes back.

    Raises:
        ConfigError: there is no question.
    """
    if not questions:
        raise ConfigError("there is no question to evaluate with; give at least one with its evidence")
    pairs = [_measure(question, search(question)) for question in questions]
    return Score(
        recall=100 * sum(recall for recall, _ in pairs) / len(pairs),
        precision=100 * sum(precision for _, precision in pairs) / len(pairs),
        num_questions=len(pairs),
    )


def _measure(question: Question, found: Sequence[tuple[str, int, int]]) -> tuple[float, float]:
    evidence = {word for start, stop in question.spans for word in range(start, stop)}
    returned = {(document, word) for document, start, stop in found for word in range(start, stop)}
    hit = sum(1 for document, word in returned if document == question.document and word in evidence)
    return hit / max(1, len(evidence)), hit / max(1, len(returned))


def search_collection(collection: Collection, k: int = 5, words: int | None = None) -> Search:
    """Return a ``Search`` over a collection: the best ``k`` passages, or as many as fit into ``words`` words."""

    def search(question: Question) -> list[tuple[str, int, int]]:
        hits = collection.search(question.text, k, words=words)
        return [(hit.passage.id.split(":")[0], hit.passage.start_word, hit.passage.end_word) for hit in hits]

    return search


def learn_weight(collection: Collection, questions: Sequence[Question], words: int = 750) -> float:
    """Find the share of the lexical score with the best recall, and store it in the collection.

    The default is kept unless another weight is better; among equals the one nearest to the default is taken.

    Args:
        collection: with an embedder; without one there is nothing to mix and the default is returned.
        questions: whose evidence is known.
        words: the budget that recall is measured at.
    """
    if collection.mode == "lexical":
        return DEFAULT_WEIGHT
    recalls = {}
    for weight in _WEIGHTS:
        collection.learn_weight(weight)
        recalls[weight] = score(questions, search_collection(collection, words=words)).recall
    best = max(_WEIGHTS, key=lambda weight: (round(recalls[weight], 6), -abs(weight - DEFAULT_WEIGHT)))
    collection.learn_weight(best)
    return best
