r"""Long formulas: broken at their outermost level, before signs, and never inside of a term."""

from pathlib import Path

import pytest

from visuals.shots import STORY, assert_legible, element, scene, shot
from visuals.test_kinds import SHAPES
from vortex.core.errors import EngineError
from vortex.visuals.formula import EM, term_of, typeset
from vortex.visuals.formula_lines import broken
from vortex.visuals.picture import Format, scene_of
from vortex.visuals.shot import Cue
from vortex.visuals.theme import THEMES

LOSS = r"L(w, b) = \sum_{i=1}^{n} (y_i - w x_i + b)^2 + \lambda w^2"
ATTENTION = r"\mathrm{Attention}(Q, K, V) = \mathrm{softmax}\left(\frac{QK^T}{\sqrt{d_k}}\right) V"


def rows(formula):
    """Return the numbers of shapes whose middles stand at one height, roughly."""
    return sorted({round(formula.extent([index]).centre[1] / 100) for index in range(len(formula.shapes))})


def test_one_line_comes_first_and_further_ones_are_narrower_and_higher():
    found = list(broken(LOSS))
    assert found[0] == (0, typeset(LOSS))
    costs = [cost for cost, _ in found]
    assert costs[1] == 1 and max(costs) > 2
    first, second = found[0][1].bounds, found[1][1].bounds
    assert second.width < first.width and second.height > first.height


def test_a_line_begins_with_a_sign_of_the_outermost_level():
    *_, (_, formula) = broken(LOSS)
    whole = typeset(LOSS)
    # As many shapes in the same order, none of them turned or scaled.
    assert [round(a.computeTightBounds().width(), 3) for a in formula.shapes] == [
        round(b.computeTightBounds().width(), 3) for b in whole.shapes
    ]
    minus = term_of(LOSS, "-")[0]
    before, after = formula.extent([minus - 1]), formula.extent([minus])
    assert after.x > before.x and abs(after.centre[1] - before.centre[1]) < 60


def test_no_break_parts_a_term():
    term = term_of(LOSS, r"L(w, b) = \sum_{i=1}^{n}")
    assert all(cost != 1 or rows(formula) == rows(typeset(LOSS)) for cost, formula in broken(LOSS, [term]))


def test_a_minus_that_belongs_to_a_number_stays_with_it():
    assert len(list(broken("x = -1"))) == 2


def test_what_has_no_sign_stays_in_one_line():
    assert [cost for cost, _ in broken(r"\frac{a + b}{c = d}")] == [0]


EQUATIONS = {
    "attention": {"latex": ATTENTION, "terms": [{"latex": "QK^T", "meaning": "how well queries fit keys"}]},
    "loss": {"latex": LOSS, "terms": [{"latex": r"\lambda", "meaning": "punishes"}, {"latex": "n"}], "caption": "Loss"},
}


@pytest.mark.parametrize("size", SHAPES)
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", EQUATIONS)
def test_texts_are_safe_legible_and_apart_on_every_frame(name, theme, size):
    made = scene("equation", EQUATIONS[name], STORY, Format(*size, theme), term_0=(1, 3))
    assert_legible(made)


def test_a_wide_formula_is_set_larger_in_lines_where_the_frame_is_upright():
    made = scene("equation", EQUATIONS["attention"], STORY, Format(720, 1280))
    (mark,) = element(made, "equation").marks
    assert mark.size > 1.5 * EM * made.frame.content.width / typeset(ATTENTION).bounds.width


def test_meanings_whose_lines_would_cross_the_formula_stand_under_it():
    made = scene("equation", EQUATIONS["attention"], STORY, Format(720, 1280), term_0=(1, 3))
    again, meaning = element(made, "term:0/again"), element(made, "term:0/meaning")
    assert again.bounds.y > element(made, "equation").bounds.bottom - 5
    assert again.bounds.right < meaning.marks[0].box.x
    at = STORY.sentences[1].words[3].start
    assert again.state(at + 9).light == meaning.state(at + 9).light == element(made, "term:0").state(at + 9).light == 1


def test_a_term_is_lit_again_when_it_is_named_again():
    terms = [{"latex": "E", "meaning": "energy"}, {"latex": "m", "meaning": "mass"}]
    made = shot("equation", {"latex": "E = m c^2", "terms": terms}, STORY)
    cues = [("s0", 9, "term:0", "show"), ("s1", 3, "term:1", "show"), ("s2", 4, "term:0", "light")]
    made = made.model_copy(update={"cues": tuple(Cue(sentence=s, word=w, target=t, action=a) for s, w, t, a in cues)})
    drawn = scene_of(made, STORY, Format(1280, 720), Path())
    at = STORY.sentences[2].words[4].start + 9
    lights = {name: element(drawn, name).state(at).light for name in ("term:0", "term:0/meaning", "term:1")}
    assert lights == {"term:0": 1, "term:0/meaning": 1, "term:1": 0}


@pytest.mark.parametrize("target", ["term:2", "term:x"])
def test_a_cue_of_no_term_is_named(target):
    with pytest.raises(EngineError, match=f"'{target}' names no term"):
        scene("equation", EQUATIONS["loss"], STORY, **{target: (0, 3)})


@pytest.mark.parametrize("latex", [r"-1 + x = -y", r"w \leftarrow w - \eta \frac{dL}{dw}", "E = m c^2"])
@pytest.mark.parametrize("size", SHAPES)
def test_a_short_formula_stays_in_one_line(latex, size):
    made = scene("equation", {"latex": latex}, STORY, Format(*size))
    box, whole = element(made, "equation").bounds, typeset(latex).bounds
    assert box.height / box.width == pytest.approx(whole.height / whole.width, rel=0.1)
