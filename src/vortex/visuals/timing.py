"""When things are said during a shot, in frames: the only clock that a picture knows."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TimedWord:
    """One word as it is shown in the caption, with the frames during which it is spoken (half-open)."""

    text: str
    start: int
    end: int


def row_text(words: Sequence[TimedWord]) -> str:
    """Join words by blanks, except between two wide characters (Chinese, Japanese, Korean)."""
    text = ""
    for word in words:
        tight = not text or (is_wide(text[-1]) and is_wide(word.text[:1]))
        text += word.text if tight else f" {word.text}"
    return text


def is_wide(text: str) -> bool:
    """Tell whether a character takes the room of two."""
    return bool(text) and unicodedata.east_asian_width(text) in "WF"


@dataclass(frozen=True, slots=True)
class TimedSentence:
    """One sentence of the shot; ``start`` and ``end`` are frames from the shot's first frame (half-open)."""

    id: str
    start: int
    end: int
    words: tuple[TimedWord, ...]
    citation: str = ""
    """Text of the citation chip while the sentence is spoken; "" for none."""


@dataclass(frozen=True, slots=True)
class CaptionLine:
    """One caption as it stands on screen; ``lines`` holds one or two rows of words."""

    start: int
    end: int
    lines: tuple[tuple[TimedWord, ...], ...]


@dataclass(frozen=True, slots=True)
class ShotTiming:
    """The whole clock of a shot."""

    fps: int
    num_frames: int
    sentences: tuple[TimedSentence, ...]
    captions: tuple[CaptionLine, ...] = ()
