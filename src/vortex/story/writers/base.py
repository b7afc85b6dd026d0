"""What every writer promises."""

from typing import Protocol

from vortex.story.brief import Brief
from vortex.story.budget import WordBudget
from vortex.story.material import Material
from vortex.story.script import Script


class Writer(Protocol):
    """Turns a brief and what was found in the sources into a script.

    Deterministic: the same brief, material and budget give the same script. A writer that can tell in another language
    than its source's has an attribute ``translates`` that is true.
    """

    name: str
    version: str
    rung: str

    def write(self, brief: Brief, material: Material, budget: WordBudget) -> Script:
        """Return a script whose asserting sentences each carry a quote from a passage.

        Raises:
            SourceError: the material does not cover the topic, or holds no sentence that can be told.
            EngineError: a language model was asked and failed, or nothing that it wrote is supported.
        """
        ...
