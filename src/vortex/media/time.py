"""Rational time: a moment is a whole number of frames at a whole or rational rate, never a float of seconds."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Timecode:
    """A moment or a length on a frame grid."""

    frames: int
    fps: Fraction

    @property
    def seconds(self) -> Fraction:
        """The exact time in seconds."""
        return Fraction(self.frames) / self.fps
