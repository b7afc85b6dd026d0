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
    assert 16 <= size < 20 and len(broken.texts) == 2
    assert broken.texts[1].startswith("  ")
    assert "".join(text.strip() + " " for text in broken.texts).split() == LONG.split()


def test_one_long_line_is_rather_broken_than_that_all_are_set_small():
    lines, size = fit_lines(lines_of(f"a = 1\nb = 2\n{LONG}\nc = 3"), [0] * 4, (700, 400), (30, 10))
    assert size > 20 and [len(line.texts) for line in lines] == [1, 1, 2, 1]


def test_room_for_a_value_is_kept_at_the_end_of_the_last_row():
    (line,), _ = fit_lines(lines_of(LONG), [20], (500, 400), (16, 16))
    assert len(line.texts[-1]) + 20 <= 500 / (0.6 * 16)


def test_a_value_that_has_no_room_behind_its_line_gets_a_row_and_breaks_no_word():
    (line,), _ = fit_lines(lines_of("for epoch in range(100):"), [14], (300, 400), (16, 16))
    assert line.texts[0] == "for epoch in range(100):" and not line.texts[1].strip()


def test_type_is_small_enough_for_the_longest_value():
    (line,), size = fit_lines(lines_of("print(0.1 + 0.2)"), [24], (400, 400), (60, 10))
    assert len(line.texts[-1]) + 24 <= 400 / (0.6 * size)
    with pytest.raises(DoesNotFit, match="90 characters kept free"):
        fit_lines(lines_of("print(0.1 + 0.2)"), [90], (400, 400), (60, 10))


def test_what_stands_before_the_lines_takes_its_room():
    (line,), size = fit_lines(lines_of("x" * 40), [0], (500, 400), (30, 10), 10)
    assert len(line.texts) == 1 and size == pytest.approx(500 / (0.6 * 50))


def test_too_many_lines_are_refused():
    with pytest.raises(DoesNotFit, match="40 lines"):
        fit_lines(lines_of("\n".join(["x = 1"] * 40)), [0] * 40, (500, 400), (30, 16))
