"""What a run of an algorithm leaves: rows of named values, which are all that its lesson may speak of.

The trace is written to a text file and is to a lesson what a document is to other films: each sentence quotes the rows
that it rests on, and whoever doubts a number finds it there.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from vortex.core.errors import ConfigError

DECIMALS = 2
"""Places after the point that a number is written and spoken with, unless a lesson writes it itself."""


def written(value: object) -> str:
    """Return a value as trace, narration and picture write it: floats rounded, without trailing zeros."""
    if isinstance(value, float):
        text = f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")
        return "0" if text == "-0" else text
    if isinstance(value, (list, tuple)):
        return ", ".join(written(each) for each in value)
    return str(value)


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun, such as ``1 step`` or ``3 steps``."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that happened in the run."""

    what: str
    """Such as ``expand``."""
    values: Mapping[str, str]
    """What was seen, by name, as it is written."""
    at: tuple[str, ...] = ()
    """Elements of the picture that it is about, such as ``cell:2,5``; they stand out while it is spoken of."""

    def __getitem__(self, name: str) -> str:
        return self.values[name]

    @property
    def text(self) -> str:
        """The row as a line of the trace; this is what sentences quote."""
        listed = ", ".join(f"{name} = {value}" for name, value in self.values.items())
        return f"{self.what}: {listed}." if listed else f"{self.what}."


@dataclass
class Trace:
    """The run's notebook; also gives it chance and parameters, so that equal seeds give equal runs."""

    seed: int
    parameters: Mapping[str, int]
    rows: list[Row] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)

    def __getitem__(self, name: str) -> int:
        """Return a parameter of the lesson."""
        return self.parameters[name]

    def record(self, what: str, *at: str, **values: object) -> Row:
        """Write down what happened and return it.

        Args:
            what: a verb or a noun, such as ``expand``.
            at: elements of the picture that it is about.
            values: what was seen; numbers are written with ``written``.
        """
        row = Row(what, {name: written(value) for name, value in values.items()}, at)
        self.rows.append(row)
        return row


@dataclass(frozen=True, slots=True)
class Knob:
    """A parameter of a lesson."""

    name: str
    default: int
    least: int
    most: int
    about: str

    def read(self, text: str) -> int:
        """Return the value that a person wrote.

        Raises:
            ConfigError: it is no whole number, or out of range; names the knob and its range.
        """
        try:
            value = int(text)
        except ValueError:
            value = self.least - 1
        if not self.least <= value <= self.most:
            raise ConfigError(
                f"parameter {self.name} = {text!r}: {self.about}; write a whole number from {self.least} to {self.most}"
            )
        return value
