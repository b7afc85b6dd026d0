"""Listings: coloured legibly in every theme, shrunk before they are broken, refused when they are too long."""

import pytest

from vortex.visuals.kinds.listing import colour_lines, fit_lines
from vortex.visuals.layout import DoesNotFit
from vortex.visuals.theme import THEMES, contrast

CODE = 'def push(heap, item):\n\n    heap.append("x", 12)  # at the end'
LONG = "total = first_number + second_number + third_number + fourth_number + fifth_number"


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
@pytest.mark.parametrize("language", ["python", "", "no such language"])
def test_every_colour_is_legible_on_panel_and_band(theme, language):
    lines = colour_lines(CODE, language, theme)
    assert ["".join(text for text, _, _ in line) for line in lines] == CODE.split("\n")
    colours = {colour for line in lines for _, colour, _ in line}
    assert (len(colours) > 3) == (language == "python")
    assert all(contrast(colour, ground) >= 4.5 for colour in colours for ground in (theme.panel, theme.tint))


def lines_of(text):
    return colour_lines(text, "", THEMES["light"])


def test_a_long_line_shrinks_first_and_is_then_broken_between_words():
    many = lines_of("\n".join([LONG] * 4))
    (whole, *_), size = fit_lines(many, [0] * 4, (1000, 400), (30, 16))
    assert whole.texts == (LONG,) and 16 < size < 30
    (broken, *_), size = fit_lines(many, [0] * 4, (500, 400), (30, 16))
    assert size == 16 and len(broken.texts) == 2
    assert broken.texts[1].startswith("  ")
    assert "".join(text.strip() + " " for text in broken.texts).split() == LONG.split()


def test_few_lines_are_rather_broken_than_set_small():
    (broken,), size = fit_lines(lines_of(LONG), [0], (500, 400), (30, 10))
    assert size >= 0.66 * 30 and len(broken.texts) > 1


def test_room_for_a_value_is_kept_at_the_end_of_the_last_row():
    (line,), _ = fit_lines(lines_of(LONG), [20], (500, 400), (16, 16))
    assert len(line.texts[-1]) + 20 <= 500 / (0.6 * 16)


def test_too_many_lines_are_refused():
    with pytest.raises(DoesNotFit, match="40 lines"):
        fit_lines(lines_of("\n".join(["x = 1"] * 40)), [0] * 40, (500, 400), (30, 16))
