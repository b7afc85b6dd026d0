"""What a lesson is: a subject, its parameters, a run of the real thing, and the telling of that run."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar, Generic, TypeVar

from vortex.core.errors import ConfigError
from vortex.story.lessons.talk import Talk
from vortex.story.lessons.trace import Knob, Row, Trace

RunT = TypeVar("RunT")


class Lesson(ABC, Generic[RunT]):
    """One subject that can be taught without a document.

    ``run`` does the work once and records all that happened; ``tell`` speaks of what was recorded, in more or less
    detail. Both are deterministic: the same seed and parameters give the same trace, the same depth the same words.
    """

    name: ClassVar[str]
    """As it is called on the command line, such as ``a-star``."""
    version: ClassVar[str] = "1"
    """Changes with what the lesson computes or says."""
    title: ClassVar[str]
    """The film's title, such as ``A* search``."""
    about: ClassVar[str]
    """What it teaches, in at most ten words without a full stop."""
    words: ClassVar[tuple[str, ...]]
    """Phrases, in lower case, by which a topic asks for this lesson."""
    knobs: ClassVar[tuple[Knob, ...]] = ()
    said: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Words that the voice would say wrongly: (written, said)."""

    @abstractmethod
    def run(self, trace: Trace) -> RunT:
        """Run the real algorithm, record what happens, and return what the telling needs.

        Args:
            trace: parameters by name (``trace["rows"]``), chance (``trace.random``), and ``trace.record``.
        """

    @abstractmethod
    def tell(self, talk: Talk, run: RunT) -> None:
        """Tell the run: scenes, shots and sentences, in more detail the greater ``talk.depth`` is."""

    @classmethod
    def read_parameters(cls, given: Mapping[str, str]) -> dict[str, int]:
        """Return all parameters, those that a person gave among them.

        Raises:
            ConfigError: there is no such parameter, or its value is out of range.
        """
        known = {knob.name: knob for knob in cls.knobs}
        for name in given:
            if name not in known:
                listed = ", ".join(known) or "none"
                raise ConfigError(f"parameter {name!r}: the lesson {cls.name} has no such; there are: {listed}")
        return {name: knob.read(given[name]) if name in given else knob.default for name, knob in known.items()}


def head_row(lesson: type[Lesson[RunT]], trace: Trace) -> Row:
    """Return the first row of every trace: which lesson was run, with which parameters."""
    return Row(f"Run of the lesson {lesson.name}", {"seed": str(trace.seed), **_texts(trace.parameters)})


def _texts(parameters: Mapping[str, int]) -> dict[str, str]:
    return {name: str(value) for name, value in parameters.items()}
