"""The words for what a film asserts and on what ground: the rows of the claim ledger."""

from dataclasses import dataclass
from typing import Literal

from vortex.core.document import Box

ClaimKind = Literal["statement", "frame", "derived"]


@dataclass(frozen=True, slots=True)
class Check:
    """One test that a claim, a shot or a film was put to."""

    name: str
    passed: bool
    detail: str = ""
    """What was seen, with values, in one sentence."""
    applied: bool = True
    """Whether the test could be made; one that could not is passed, and says why it could not."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One spoken or shown sentence and the place in the source that supports it."""

    sentence: str
    """Id of the script's sentence."""
    text: str
    kind: ClaimKind
    """``statement`` is supported by a quote; ``frame`` (a question, a link) asserts nothing; ``derived`` tells
    what a computation recorded of itself, and its quote is the rows of that record."""
    document: str = ""
    """Id of the document; "" for frames."""
    source: str = ""
    """File name of the document."""
    passage: str = ""
    page: int = -1
    """Index of the page that holds the quote; -1 when there is none."""
    label: str = ""
    """Printed label of that page."""
    boxes: tuple[Box, ...] = ()
    """Where the quote stands on that page."""
    quote: str = ""
    """The source's own words."""
    checks: tuple[Check, ...] = ()

    @property
    def supported(self) -> bool:
        """Whether every check passed."""
        return all(check.passed for check in self.checks)

    @property
    def in_part(self) -> bool:
        """Whether a check could not be made, such as of words in a translation."""
        return not all(check.applied for check in self.checks)
