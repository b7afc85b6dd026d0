"""The hues of numbers: cold above zero and warm below it, in every theme, so that words may name them."""

from vortex.visuals.theme import Colour, Theme


def hue_of(theme: Theme, value: float) -> Colour:
    """Return the bluest colour of the theme's palette for a value from zero on, and the most orange one below."""

    def blue(colour: Colour) -> int:
        red, _, blue = _channels(colour)
        return blue - red

    def warm(colour: Colour) -> float:
        red, green, blue = _channels(colour)
        return red - (green + blue) / 2

    return max(theme.palette, key=blue if value >= 0 else warm)


def _channels(colour: Colour) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
