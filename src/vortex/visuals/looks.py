"""How a role looks: fill, edge and weight, as light as a highlighter, so that one ink can be read on all of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from vortex.visuals.states import Role
from vortex.visuals.theme import Colour, Theme, mix

_HINT, _STRONG = 0.2, 0.34
"""How much of its hue is in the fill of a role, and of one that is to be seen first."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a thing is drawn with. The theme's ink can be read on ``fill``, its muted ink on a ``resting`` look."""

    fill: Colour
    edge: Colour
    weight: float = 1.0
    """Of the edge, in ordinary line widths."""
    opacity: float = 1.0
    front: float = 0.0
    """0 for what rests, 1 for what changed its role: lines are coloured and thickened by it."""


def look(theme: Theme, role: Role) -> Look:
    """Return how ``role`` looks in ``theme``."""
    ground = theme.background
    looks: dict[Role, Look] = {
        "plain": Look(theme.panel, mix(theme.line, theme.muted, 0.35), 0.8),
        "active": Look(mix(ground, theme.accent, _STRONG), theme.accent, 1.9, front=1.0),
        "open": Look(mix(ground, theme.waiting, _HINT), theme.waiting, 1.1, front=0.5),
        "done": Look(theme.tint, mix(theme.tint, theme.accent, 0.6), 0.9, front=0.3),
        "path": Look(mix(ground, theme.way, _STRONG), theme.way, 1.7, front=1.0),
        "wall": Look(theme.block, theme.block, 0.8),
        "good": Look(mix(ground, theme.right, _HINT), theme.right, 1.5, front=0.8),
        "bad": Look(mix(ground, theme.wrong, _HINT), theme.wrong, 1.5, front=0.8),
        "hidden": Look(ground, ground, 0.8, 0.0),
    }
    return looks[role]


def resting(theme: Theme, look: Look) -> Look:
    """Return ``look`` as it is while other things count."""
    ground = theme.background
    return Look(mix(look.fill, ground, 0.8), mix(look.edge, theme.line, 0.85), 0.7, look.opacity)


def mixed(looks: Sequence[Look], place: float) -> Look:
    """Return the look at ``place`` between the looks of a sequence: 1.25 is a quarter of the way from 1 to 2."""
    index = min(int(place), len(looks) - 1)
    share = place - index
    if share <= 0 or index + 1 >= len(looks):
        return looks[index]
    low, high = looks[index], looks[index + 1]
    # What appears or goes keeps its own colours meanwhile.
    seen, coming = (high, high) if low.opacity == 0 else (low, low) if high.opacity == 0 else (low, high)
    return Look(
        mix(seen.fill, coming.fill, share),
        mix(seen.edge, coming.edge, share),
        seen.weight + (coming.weight - seen.weight) * share,
        low.opacity + (high.opacity - low.opacity) * share,
        seen.front + (coming.front - seen.front) * share,
    )
