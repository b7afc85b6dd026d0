"""Finding the largest size at which a whole arrangement of texts fits, where texts of several steps shrink together."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from vortex.visuals.layout import DoesNotFit
from vortex.visuals.stage import Stage
from vortex.visuals.text import RichText, TextBlock, TextStyle, fit

_STEP = 0.95
_LEAST = 0.3
"""Below this every step of the scale has long met the legible minimum."""

Made = TypeVar("Made")


def largest(make: Callable[[float], Made], most: float = 1.0) -> Made:
    """Return ``make(scale)`` for the largest scale, from ``most`` downwards, at which it does not raise ``DoesNotFit``.

    Raises:
        DoesNotFit: nothing legible fits; the message is that of the smallest attempt.
    """
    scale = most
    while True:
        try:
            return make(scale)
        except DoesNotFit:
            if scale < _LEAST:
                raise
            scale *= _STEP


def scaled(stage: Stage, style: TextStyle, scale: float) -> TextStyle:
    """Return ``style`` at ``scale`` times its size, but never under the legible minimum."""
    return replace(style, size=max(stage.frame.minimum, style.size * scale))


def exactly(text: RichText, style: TextStyle, width: float, balanced: bool = True) -> TextBlock:
    """Set ``text`` in the style's own size, as high as it comes.

    Raises:
        DoesNotFit: a word is wider than ``width``.
    """
    return fit(text, style, (width, float("inf")), style.size, balanced)


def demand(needed: float, room: float, what: str) -> None:
    """Refuse an arrangement that needs more pixels than there is room.

    Raises:
        DoesNotFit: it does.
    """
    if needed > room + 0.5:
        raise DoesNotFit(f"{what} needs {needed:.0f} px and has {room:.0f}; split the shot or shorten the text")
