"""Themes as data: colours, the scale of type and of space. Every size is a share of the frame's unit.

The unit (``layout.Frame.unit``) is the frame's height in landscape, less in portrait, so one scale serves every shape.
The look is a careful teacher's: paper, ink, one accent, and much room.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from vortex.core.errors import ConfigError

Colour = str
"""``#rrggbb``."""

Step = Literal["display", "title", "heading", "lead", "body", "small", "caption"]

TYPE_SCALE: dict[Step, float] = {
    "display": 0.125,
    "title": 0.100,
    "heading": 0.064,
    "lead": 0.060,
    "body": 0.050,
    "small": 0.035,
    "caption": 0.037,
}
"""Ideal type size of each step, as a share of the unit."""

MINIMUM_TYPE = 0.022
"""No type is smaller than this share of the frame's height."""


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours and proportions of a film."""

    name: str
    background: Colour
    panel: Colour
    """Fill of boxes, one step off the background."""
    line: Colour
    """Hairlines, axes at rest, borders: never text."""
    ink: Colour
    muted: Colour
    """Text that is not spoken of right now; still legible."""
    accent: Colour
    """The one colour that says: here."""
    tint: Colour
    """The accent as a fill behind ink."""
    palette: tuple[Colour, ...]
    """Six colours that can be told apart and carry text on the background; the first is the accent."""
    waiting: Colour
    """What is known and waits for its turn. This and the next three are hues of what changes (``visuals.looks``)."""
    way: Colour
    right: Colour
    wrong: Colour
    block: Colour
    """Fill of walls; ink can be read on it."""
    space: float = 0.024
    """The unit of distance, as a share of the frame's unit."""
    radius: float = 0.014
    stroke: float = 0.0032

    def on(self, fill: Colour) -> Colour:
        """Return ink or background, whichever reads better on ``fill``."""
        return max((self.ink, self.background), key=lambda colour: contrast(colour, fill))


THEMES = {
    theme.name: theme
    for theme in (
        Theme(
            name="light",
            background="#fcfcfa",
            panel="#f0f2f4",
            line="#cfd4da",
            ink="#1a1f26",
            muted="#59616c",
            accent="#1b5cb8",
            tint="#dde9f8",
            palette=("#1b5cb8", "#b04c06", "#1b7548", "#7a45b0", "#b52a48", "#0b6c80"),
            waiting="#b04c06",
            way="#7a45b0",
            right="#1b7548",
            wrong="#b52a48",
            block="#a3abb5",
        ),
        Theme(
            name="dark",
            background="#12151a",
            panel="#1d2229",
            line="#3b434e",
            ink="#eef0f3",
            muted="#a4adb9",
            accent="#74b3ff",
            tint="#1d3352",
            palette=("#74b3ff", "#f0a35a", "#6dcb95", "#c59ff2", "#f58a95", "#5ccad6"),
            waiting="#f0a35a",
            way="#c59ff2",
            right="#6dcb95",
            wrong="#f58a95",
            block="#4d5663",
        ),
        Theme(
            name="paper",
            background="#f7f1e5",
            panel="#ede4d3",
            line="#cdbfa6",
            ink="#2a241c",
            muted="#62584a",
            accent="#8f3a1c",
            tint="#f0dcc6",
            palette=("#8f3a1c", "#235a86", "#3d6a2a", "#6d4390", "#7d6300", "#0a7462"),
            waiting="#7d6300",
            way="#6d4390",
            right="#3d6a2a",
            wrong="#a8164e",
            block="#b5a78c",
        ),
    )
}


def theme(name: str) -> Theme:
    """Return the theme of that name.

    Raises:
        ConfigError: there is none; names those there are.
    """
    if name not in THEMES:
        raise ConfigError(f"theme {name!r} is not known; choose one of {', '.join(sorted(THEMES))}")
    return THEMES[name]


@lru_cache(maxsize=4096)
def argb(colour: Colour, opacity: float = 1.0) -> int:
    """Return ``colour`` as the 0xAARRGGBB number that Skia takes; ``opacity`` is 0 to 1."""
    return round(opacity * 255) << 24 | int(colour[1:], 16)


@lru_cache(maxsize=4096)
def mix(low: Colour, high: Colour, share: float) -> Colour:
    """Return the colour at ``share`` (0 to 1) of the way from ``low`` to ``high``, in sRGB."""
    pairs = zip(_channels(low), _channels(high), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


@lru_cache(maxsize=4096)
def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio of two colours, 1 to 21.

    Source: WCAG 2.2, "contrast ratio" and "relative luminance".
    """
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in _channels(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _channels(colour: Colour) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
