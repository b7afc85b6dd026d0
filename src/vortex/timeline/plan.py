"""What the cut is made from: which sentences are spoken over which shot, and how long they and the pauses last."""

from dataclasses import dataclass

from vortex.engines.speech.base import WordTime

RATE_HZ = 48000
"""Rate of all sound on the timeline."""


@dataclass(frozen=True, slots=True)
class SentencePlan:
    """A spoken sentence."""

    id: str
    words: tuple[str, ...]
    """As shown in captions."""
    times: tuple[WordTime, ...]
    """One for each word, from the start of the sentence's sound."""
    num_samples: int
    """Length of its sound at ``RATE_HZ``."""
    citation: str = ""


@dataclass(frozen=True, slots=True)
class ShotPlan:
    """A picture and what is spoken over it."""

    id: str
    sentences: tuple[SentencePlan, ...] = ()
    chapter: str = ""
    """Title of the chapter that begins with this shot; "" goes on with the one before."""
    hold_ms: int = 0
    """Shortest length that the picture needs."""


@dataclass(frozen=True, slots=True)
class Pauses:
    """Silences, in milliseconds, and the shortest shot.

    A long sentence is followed by a longer pause, as a reader breathes. The pause between two shots is shared: the
    picture changes in its middle.
    """

    between_ms: tuple[int, int] = (250, 450)
    """After a sentence of up to 2 s, and of 8 s or more."""
    chapter_ms: int = 800
    lead_in_ms: int = 600
    tail_ms: int = 1200
    shot_ms: int = 1500

    def after(self, num_samples: int) -> int:
        """Return the milliseconds of silence after a sentence whose sound has ``num_samples``."""
        short, long = self.between_ms
        length_ms = min(8000, max(2000, num_samples * 1000 // RATE_HZ))
        return short + (long - short) * (length_ms - 2000) // 6000
