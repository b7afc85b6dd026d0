"""Whether a document speaks of what was asked.

A film about something that its source never mentions would be invented. So the topic's words are looked for in the
passages that a search has put first, and a miss is an error that says what the document does speak of.
"""

from difflib import SequenceMatcher

from vortex.core.errors import SourceError
from vortex.core.text import content_words
from vortex.story.material import Material

ENOUGH = 0.5
"""Share of the topic's words that the best passages must hold."""
LOOKED_AT = 20
"""Passages that are looked at, best first."""


def missing_words(material: Material, topic: str) -> tuple[str, ...]:
    """Return the words of ``topic`` that stand in none of the best passages or their headings."""
    language = material.documents[0].language or "en" if material.documents else "en"
    best = material.in_order[:LOOKED_AT]
    held = set(content_words(" ".join(" ".join((*p.section, p.text)) for p in best), language))
    held |= set(content_words(" ".join(document.title for document in material.documents), language))
    return tuple(word for word in topic.split() if any(s not in held for s in content_words(word, language)))


def require_coverage(material: Material, topic: str) -> tuple[str, ...]:
    """Return notes about words of the topic that the source does not use.

    Raises:
        SourceError: there is no passage, or half of the topic's words or more stand in none of the best ones; names
            the topic, the files and the nearest sections.
    """
    files = ", ".join(document.path.rpartition("/")[2] for document in material.documents) or "no file"
    if not material.passages:
        raise SourceError(f"{files}: no passage that could be told was found; give a source with running text")
    if not topic:
        return ()
    language = material.documents[0].language or "en"
    wanted = content_words(topic, language)
    missing = missing_words(material, topic)
    if wanted and len(missing) / len(wanted) > 1 - ENOUGH:
        near = "; ".join(nearest_sections(material, topic)) or "none has a heading"
        raise SourceError(
            f"{files} says nothing about {topic!r}; its sections nearest to that are: {near}. Ask for one of them"
        )
    return (f"The source does not use the words {', '.join(map(repr, missing))} of the topic.",) if missing else ()


def nearest_sections(material: Material, topic: str, count: int = 5) -> list[str]:
    """Return the titles of the sections that are most like ``topic`` in spelling, best first."""
    titles = dict.fromkeys(passage.section[-1] for passage in material.passages if passage.section)
    ranked = sorted(titles, key=lambda title: -SequenceMatcher(None, title.lower(), topic.lower()).ratio())
    return ranked[:count]
