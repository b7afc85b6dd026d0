"""Finding what a film is about: a search by words first, and meaning asked only of what the words found.

Embedding every passage of a book takes minutes; a film needs the best few dozen. So words choose the candidates, and
vectors put them in order. Where words find next to nothing, the topic is said differently in the source, and every
passage is asked.
"""

from collections.abc import Sequence

from vortex.core.document import Passage
from vortex.engines.embed.base import Embedder
from vortex.knowledge.collection import Collection
from vortex.knowledge.fusion import fuse

CANDIDATES = 80
_TOO_FEW = 12


def passages_about(
    collection: Collection, topic: str, passages: Sequence[Passage], embedder: Embedder | None, weight: float
) -> tuple[str, ...]:
    """Return the ids of the passages that speak of ``topic``, best first, ``CANDIDATES`` at most.

    Args:
        collection: opened without an embedder; holds ``passages`` and perhaps others.
        topic: what is looked for.
        passages: those that may be found.
        embedder: orders the candidates by meaning as well; ``None`` leaves the order to words.
        weight: share of the word score in the mix, 0 to 1.
    """
    place = {passage.id: index for index, passage in enumerate(passages)}
    hits = collection.search(topic, CANDIDATES)
    lexical = {place[hit.passage.id]: hit.lexical for hit in hits if hit.passage.id in place}
    if embedder is None:
        return tuple(passages[index].id for index in fuse(lexical, {}, weight))
    asked = list(lexical) if len(lexical) >= _TOO_FEW else list(range(len(passages)))
    cosines = embedder.embed([passages[index].text for index in asked]) @ embedder.embed([topic])[0]
    mixed = fuse(lexical, {index: float(cosine) for index, cosine in zip(asked, cosines, strict=True)}, weight)
    return tuple(passages[index].id for index in mixed)[:CANDIDATES]
