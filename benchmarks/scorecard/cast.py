"""Which films are scored, and how each is made; to add one is to add a line."""

from dataclasses import dataclass

from benchmarks.film import ROOT

INPUTS = ROOT.parent / "shared" / "inputs"


@dataclass(frozen=True, slots=True)
class Entry:
    """One film: its name and what follows ``vortex make``."""

    name: str
    arguments: tuple[str, ...]
    gold: str = ""
    """Name of its file in ``gold/``; "" for a film without a document."""


def _document(file: str) -> Entry:
    name = file.split(".")[0]
    return Entry(name, (str(INPUTS / file),), name)


def _lesson(name: str, topic: str) -> Entry:
    return Entry(name, ("--topic", topic))


DOCUMENTS = tuple(
    map(
        _document,
        ("python-heapq.html", "sqlite-queryplanner.html", "us-constitution.gz", "R-intro.pdf", "dotguide.pdf.gz"),
    )
)
LESSONS = (
    _lesson("a-star", "A* search"),
    _lesson("dijkstra", "Dijkstra's algorithm"),
    _lesson("gradient-descent", "gradient descent"),
    _lesson("sorting", "sorting"),
    _lesson("heap", "the heap"),
    _lesson("k-means", "k-means"),
    _lesson("bayes", "Bayes' rule"),
    _lesson("fourier", "Fourier series"),
)
ENTRIES = (*DOCUMENTS, *LESSONS)
UNTELLABLE = INPUTS / "adversarial-empty.pdf"
"""Says nothing; a film of it would be invented, so that refusing it is the success."""
