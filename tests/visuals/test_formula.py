"""Formulas: set, taken apart into terms, and refused by name."""

import pytest

from vortex.core.errors import EngineError
from vortex.visuals.formula import EM, term_of, typeset

SIGMOID = r"\sigma(z)=\frac{1}{1+e^{-z}}"


def test_a_formula_has_a_shape_for_every_glyph_and_rule():
    formula = typeset(SIGMOID)
    assert len(formula.shapes) == len("σ(z)=1") + 1 + len("1+e-z")
    assert formula.bounds.height > EM
    assert all(typeset(f"{a}{SIGMOID}{b}").latex == SIGMOID for a, b in (("$", "$"), ("$$", "$$"), (r"\(", r"\)")))


def test_strokes_become_shapes_too():
    assert typeset(r"\cancel{x}").bounds.height > typeset("x").bounds.height


@pytest.mark.parametrize(
    ("term", "shapes"), [("z", (2,)), ("e^{-z}", (8, 9, 10)), (r"\sigma", (0,)), ("1 + e^{-z}", (6, 7, 8, 9, 10))]
)
def test_a_term_is_found_by_its_first_whole_occurrence(term, shapes):
    assert term_of(SIGMOID, term) == shapes


def test_a_letter_inside_a_command_is_no_term():
    (found,) = term_of(r"\exp x", "x")
    assert found == 3


@pytest.mark.parametrize(
    ("latex", "message"),
    [
        (r"\frac{a}", "cannot be set"),
        ("a^", "cannot be set"),
        ("{a", "braces"),
        (r"\foo{x}", r"\\foo, which is not known"),
        ("中", "maths font"),
        ("x & y", "cannot be set"),
    ],
)
def test_broken_latex_is_named(latex, message):
    with pytest.raises(EngineError, match=message):
        typeset(latex)


def test_a_term_that_does_not_occur_is_named():
    with pytest.raises(EngineError, match="'w' is no whole part"):
        term_of(SIGMOID, "w")
