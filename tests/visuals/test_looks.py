"""Roles: one ink is read on every fill, also while one turns into another, and none looks like another."""

from itertools import combinations
from typing import get_args

import pytest

from vortex.visuals.looks import look, mixed, resting
from vortex.visuals.states import Role
from vortex.visuals.theme import THEMES, contrast

ROLES = [role for role in get_args(Role) if role != "hidden"]


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_ink_is_read_on_every_role_and_on_the_way_between_two(theme):
    for one, other in combinations(ROLES, 2):
        pair = look(theme, one), look(theme, other)
        assert all(contrast(theme.ink, mixed(pair, step / 8).fill) >= 4.5 for step in range(9)), (one, other)


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_muted_ink_is_read_on_what_rests(theme):
    for role in ROLES:
        assert contrast(theme.muted, resting(theme, look(theme, role)).fill) >= 4.5, role


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_roles_can_be_told_apart(theme):
    def channels(role):
        return [*bytes.fromhex(look(theme, role).fill[1:]), *bytes.fromhex(look(theme, role).edge[1:])]

    for one, other in combinations(ROLES, 2):
        assert sum(abs(a - b) for a, b in zip(channels(one), channels(other), strict=True)) > 60, (one, other)


def test_what_appears_keeps_its_colours():
    theme = THEMES["light"]
    half = mixed((look(theme, "hidden"), look(theme, "good")), 0.5)
    assert half.fill == look(theme, "good").fill and half.opacity == 0.5
