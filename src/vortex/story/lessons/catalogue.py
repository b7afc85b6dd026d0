"""Which lessons there are, entered through the same door as everybody else's, and which one a topic asks for."""

import re

from vortex.core.errors import SourceError
from vortex.core.plugins import Registries
from vortex.core.registry import Entry, Registry
from vortex.story.lessons.lesson import Lesson

_CLASSES = {
    "a-star": "a_star:AStar",
    "attention": "attention:Attention",
    "backpropagation": "backpropagation:Backpropagation",
    "bayes": "bayes:Bayes",
    "binary-search": "binary_search:BinarySearch",
    "classification-metrics": "classification_metrics:ClassificationMetrics",
    "dijkstra": "dijkstra:Dijkstra",
    "floating-point": "floating_point:FloatingPoint",
    "fourier": "fourier:Fourier",
    "gradient-descent": "gradient_descent:GradientDescent",
    "graph-traversal": "graph_traversal:GraphTraversal",
    "heap": "heap:Heap",
    "k-means": "k_means:KMeans",
    "linear-transformation": "linear_transformation:LinearTransformation",
    "neural-network": "neural_network:NeuralNetwork",
    "pythagoras": "pythagoras:Pythagoras",
    "sorting": "sorting:Sorting",
}
LESSONS = {name: Entry(f"vortex.story.lessons.{place}") for name, place in _CLASSES.items()}


def register(registries: Registries) -> None:
    """Enter the built-in lessons."""
    for name, entry in LESSONS.items():
        registries["lesson"].add(name, entry)


def all_lessons(lessons: Registry) -> list[type[Lesson[object]]]:
    """Return every lesson, in the order of names."""
    return [lessons.load(name) for name in lessons]


def choose(topic: str, lessons: Registry) -> type[Lesson[object]]:
    """Return the lesson that a topic asks for: by its name, or by the longest of its phrases that the topic holds.

    Raises:
        SourceError: no lesson teaches that; lists what can be taught.
    """
    asked = _words(topic)
    found = [
        (len(_words(phrase)), lesson)
        for lesson in all_lessons(lessons)
        for phrase in (lesson.name, lesson.title, *lesson.words)
        if _words(phrase) in asked
    ]
    if not found:
        listed = ", ".join(lessons)
        raise SourceError(
            f"topic {topic!r}: no lesson teaches it and no document was named; name a source, or choose one of the "
            f"lessons: {listed}"
        )
    return max(found, key=lambda pair: pair[0])[1]


def _words(text: str) -> str:
    """Return the words of a text between single spaces, in the singular, so that a phrase is only found as a whole."""
    words = re.findall(r"[a-z0-9*]+", re.sub(r"['’]", "", text.lower()))
    return f" {' '.join(re.sub(r'(?<=[a-z]{3})s$', '', word) for word in words)} "
