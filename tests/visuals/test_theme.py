from itertools import combinations

import pytest

from vortex.core.errors import ConfigError
from vortex.visuals.theme import THEMES, argb, contrast, mix, theme


@pytest.mark.parametrize("name", THEMES)
def test_text_can_be_read_on_everything_it_stands_on(name):
    look = theme(name)
    for fill in (look.background, look.panel, look.tint):
        assert contrast(look.ink, fill) >= 7
        assert contrast(look.muted, fill) >= 4.5
        assert contrast(look.accent, fill) >= 4.5
    assert all(contrast(colour, look.background) >= 4.5 for colour in look.palette)
    assert all(contrast(look.on(colour), colour) >= 4.5 for colour in look.palette)


@pytest.mark.parametrize("name", THEMES)
def test_no_fade_between_muted_and_ink_is_hard_to_read(name):
    look = theme(name)
    assert all(contrast(mix(look.muted, look.ink, step / 8), look.background) >= 4.5 for step in range(9))


@pytest.mark.parametrize("name", THEMES)
def test_palette_has_six_colours_that_differ(name):
    palette = theme(name).palette
    assert len(set(palette)) == 6
    for one, other in combinations(palette, 2):
        channels = zip(bytes.fromhex(one[1:]), bytes.fromhex(other[1:]), strict=True)
        assert sum(abs(a - b) for a, b in channels) > 70, (one, other)


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_colours_become_numbers():
    assert argb("#102030") == 0xFF102030
    assert argb("#102030", 0.5) == 0x80102030


def test_an_unknown_theme_is_refused():
    with pytest.raises(ConfigError, match=r"'neon'.*light"):
        theme("neon")
