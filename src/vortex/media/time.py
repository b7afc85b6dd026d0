"""Rational time: a moment is a whole number of frames at a whole or rational rate, never a float of seconds."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True, order=False)
class Timecode:
    """A moment or a length on a frame grid.

    Adding and comparing two timecodes needs one and the same rate; ``at_rate`` converts, and raises if the moment does
    not fall on the new grid.
    """

    frames: int
    fps: Fraction

    @classmethod
    def covering(cls, duration_s: float | Fraction, fps: Fraction | int) -> Timecode:
        """Return the shortest whole number of frames that is not shorter than ``duration_s`` seconds."""
        rate = Fraction(fps)
        exact = Fraction(duration_s) * rate
        return cls(-(-exact.numerator // exact.denominator), rate)

    @property
    def seconds(self) -> Fraction:
        """The exact time in seconds."""
        return Fraction(self.frames) / self.fps

    def samples(self, rate_hz: int) -> int:
        """Return the sample index of this moment at ``rate_hz``, rounded to the nearest sample."""
        return round(self.seconds * rate_hz)

    def at_rate(self, fps: Fraction | int) -> Timecode:
        """Return the same moment on another grid.

        Raises:
            ValueError: the moment lies between two frames of that grid.
        """
        frames = self.seconds * Fraction(fps)
        if frames.denominator != 1:
            raise ValueError(f"{self.seconds} s is not a whole number of frames at {fps} fps")
        return Timecode(int(frames), Fraction(fps))

    def _same(self, other: Timecode) -> None:
        if self.fps != other.fps:
            raise ValueError(f"rates differ: {self.fps} and {other.fps}; convert one with at_rate()")

    def __add__(self, other: Timecode) -> Timecode:
        self._same(other)
        return Timecode(self.frames + other.frames, self.fps)

    def __sub__(self, other: Timecode) -> Timecode:
        self._same(other)
        return Timecode(self.frames - other.frames, self.fps)

    def __lt__(self, other: Timecode) -> bool:
        self._same(other)
        return self.frames < other.frames

    def __str__(self) -> str:
        total_ms = round(self.seconds * 1000)
        seconds, ms = divmod(total_ms, 1000)
        minutes, seconds = divmod(seconds, 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}.{ms:03d}"
