"""Lines of type are found on the picture of a page, whatever box came with the quote."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from vortex.visuals.graphics import skia
from vortex.visuals.kinds.textlines import extent_of, formula_of, ink_of, lines_in
from vortex.visuals.layout import Rect

PAGE = Path(__file__).parent / "examples/page.png"
PARAGRAPH = (0.1429, 0.2121, 0.8264, 0.2667)


@pytest.fixture(scope="module")
def ink():
    return ink_of(skia.Image.MakeFromEncoded(skia.Data.MakeFromFileName(str(PAGE))))


def test_a_paragraph_is_its_lines(ink):
    lines = lines_in(ink, PARAGRAPH)
    assert len(lines) == 3
    assert all(above.bottom <= below.y for above, below in pairwise(lines))
    assert lines[2].width < lines[0].width


def test_a_box_that_is_a_little_off_finds_the_same_lines(ink):
    left, top, right, bottom = PARAGRAPH
    off = lines_in(ink, (left, top - 0.006, right, bottom - 0.004))
    assert [(line.y, line.bottom) for line in off] == [(line.y, line.bottom) for line in lines_in(ink, PARAGRAPH)]


def test_empty_paper_is_marked_as_it_was_asked(ink):
    (mark,) = lines_in(ink, (0.1, 0.9, 0.9, 0.95))
    assert mark.width == pytest.approx(0.8 * ink.shape[1], abs=8)


def test_white_margins_are_no_ink():
    ink = np.zeros((40, 60), bool)
    ink[10:20, 5:50] = True
    box = extent_of(ink)
    assert (box.x, box.y, box.width, box.height) == (5, 10, 45, 10)


def formula(*stretches: tuple[int, int]) -> np.ndarray:
    ink = np.zeros((40, 600), bool)
    for left, right in stretches:
        ink[10:30, left:right] = True
    return ink


def test_the_number_of_a_formula_is_left_out_on_either_side() -> None:
    assert formula_of(formula((10, 60), (70, 250), (560, 590))) == Rect(10, 10, 240, 20)
    assert formula_of(formula((5, 30), (250, 590))) == Rect(250, 10, 340, 20)


def test_a_formula_with_wide_gaps_stays_whole() -> None:
    assert formula_of(formula((10, 200), (300, 500))) == Rect(10, 10, 490, 20)
    assert formula_of(formula((10, 200))) == Rect(10, 10, 190, 20)
    assert formula_of(formula()) == Rect(0, 0, 600, 40)
