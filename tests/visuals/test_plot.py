"""Plots: true to their numbers, on their words, point by point on the way, with every label apart on every frame."""

import math
from pathlib import Path

import numpy as np
import pytest

from visuals.shots import STORY, assert_legible, element, example, pictures, scene, shot
from visuals.test_kinds import SHAPES
from vortex.core.errors import EngineError
from vortex.visuals.kinds.plot_axes import View
from vortex.visuals.kinds.plot_shapes import Shape, between
from vortex.visuals.layout import DoesNotFit, Rect
from vortex.visuals.picture import Format, scene_of
from vortex.visuals.shot import Cue

WAVE = [[n / 10, math.sin(n / 10)] for n in range(63)]
SQUARE = [[0, 0], [1, 0], [1, 1], [0, 1]]
DOTS = [[1, 1], [2, 1.5], [1.5, 2], [5, 4], [6, 4.5], [5.5, 5]]
PLOTS = {
    "lines with names": {
        "curves": [
            {"name": "sine", "points": WAVE},
            {"name": "half of it", "points": [[x, y / 2 - 1] for x, y in WAVE], "tone": 1, "dashed": True},
        ],
        "x_label": "t",
        "y_label": "height",
        "marks": [{"at": "curve:1", "role": "hidden"}],
        "steps": [
            {"marks": [{"at": "curve:1", "role": "active"}], "note": "half as high"},
            {"moves": [{"curve": 1, "points": [[x, y / 4 - 1] for x, y in WAVE]}]},
        ],
    },
    "names that cross go into a key": {
        "curves": [
            {"name": "rising", "points": [[0, 0], [4, 4]]},
            {"name": "falling", "points": [[0, 4], [4, 0]], "tone": 1},
        ],
        "steps": [{"moves": [{"curve": 0, "points": [[0, 4], [4, -1]]}]}],
    },
    "dots that change sides": {
        "equal": True,
        "heading": "Two groups",
        "curves": [
            {"form": "dots", "points": DOTS, "tones": [3] * 6},
            {"form": "dots", "points": [[0, 4], [4, 0]], "tones": [0, 1]},
        ],
        "marks": [{"at": f"point:1,{n}", "role": "active", "text": f"centre {n + 1}"} for n in (0, 1)],
        "steps": [
            {"moves": [{"curve": 0, "tones": [0, 0, 0, 1, 1, 1]}], "note": "each joins the nearest centre"},
            {"moves": [{"curve": 1, "points": [[1.5, 1.5], [5.5, 4.5]]}]},
        ],
    },
    "squares on a triangle": {
        "equal": True,
        "axes": False,
        "curves": [
            {"form": "polygon", "points": [[0, 0], [4, 0], [4, 3]], "tone": 3},
            {"form": "polygon", "points": [[0, 0], [4, 3], [1, 7], [-3, 4]], "tone": 2, "name": "c² = 25"},
        ],
        "marks": [{"at": f"point:0,{n}", "text": letter} for n, letter in enumerate("ACB")]
        + [{"at": "curve:1", "role": "hidden"}],
        "steps": [{"marks": [{"at": "curve:1", "role": "plain"}], "note": "16 + 9 = 25"}],
    },
    "arrows": {
        "equal": True,
        "x_range": [-3, 3],
        "y_range": [-2, 2],
        "curves": [
            {"form": "arrow", "points": [[0, 0], [1, 0]], "name": "i"},
            {"form": "arrow", "points": [[0, 0], [0, 1]], "name": "j", "tone": 1},
        ],
        "steps": [{"moves": [{"curve": 0, "points": [[0, 0], [0, 1]]}, {"curve": 1, "points": [[0, 0], [1, 0]]}]}],
    },
    "bars and an area": {
        "curves": [
            {"form": "bars", "points": [[n, math.comb(6, n)] for n in range(7)], "name": "ways"},
            {"form": "area", "points": [[0, 0], [3, 20], [6, 0]], "tone": 2, "name": "outline"},
        ],
        "marks": [{"at": "curve:0", "role": "hidden"}],
        "steps": [
            {"marks": [{"at": "curve:0", "role": "plain"}]},
            {"marks": [{"at": "point:0,3", "role": "good", "text": "20 ways"}]},
        ],
    },
}
CUES = {"step:0": (0, 6), "step:1": (1, 4)}


def drawn(name, **format):
    cues = {target: word for target, word in CUES.items() if int(target[-1]) < len(PLOTS[name].get("steps", ()))}
    return scene("plot", PLOTS[name], STORY, Format(**({"width": 1280, "height": 720} | format)), **cues)


def frame_of(target):
    sentence, word = CUES[target]
    return STORY.sentences[sentence].words[word].start - 4


@pytest.mark.parametrize("size", SHAPES)
@pytest.mark.parametrize("name", PLOTS)
def test_texts_are_safe_legible_and_apart_on_every_frame(name, size):
    made = drawn(name, width=size[0], height=size[1])
    assert_legible(made)


def test_points_stand_where_the_axes_say():
    view = View(Rect(100, 50, 400, 200), (0, 8), (-1, 1), (80, 30))
    assert view.at((0, -1)) == (100, 250)
    assert view.at((4, 0)) == (300, 150)
    assert view.at((8, 1)) == (500, 50)


@pytest.mark.parametrize("size", SHAPES)
def test_a_unit_is_as_long_both_ways_where_it_has_to_be(size):
    made = drawn("squares on a triangle", width=size[0], height=size[1])
    triangle = element(made, "curve:0").covers(element(made, "curve:0").state(0))
    margin = triangle.width - 4 * (triangle.width - triangle.height)
    assert (triangle.width - margin) / (triangle.height - margin) == pytest.approx(4 / 3)


def test_what_a_step_shows_is_first_there_at_its_word():
    curve = element(drawn("lines with names"), "curve:1")
    at = frame_of("step:0")
    assert curve.state(at).opacity * curve.state(at).progress == 0
    assert curve.state(at + 1).progress > 0 and curve.state(at + 8).opacity > 0.8


def test_a_hidden_line_is_drawn_along_its_length():
    made = drawn("lines with names")
    at = frame_of("step:0")
    early, late = (picture.astype(int) for picture in pictures(made, at + 15, at + 60))
    reach = element(made, "curve:1").bounds
    rows, columns = slice(int(reach.y), int(reach.bottom)), slice(int(reach.x), int(reach.right))
    changed = np.flatnonzero((early != late)[rows, columns].any(axis=(0, 2)))
    assert 0.1 * reach.width < changed.min() < 0.9 * reach.width


def test_points_move_one_by_one_and_a_shape_of_other_points_changes_over():
    here = Shape(((0, 0), (10, 0)), "#000000", ("#000000",) * 2, (1, 1))
    there = Shape(((0, 10), (30, 0)), "#ffffff", ("#ffffff",) * 2, (1, 0))
    ((half, opacity),) = between((here, there), 0.5)
    assert half.points == ((0, 5), (20, 0)) and half.sizes == (1, 0.5) and opacity == 1
    assert half.colour == "#808080"
    other = Shape(((0, 0),), "#000000", ("#000000",), (1,))
    assert [(shape, round(share, 2)) for shape, share in between((here, other), 0.25)] == [(here, 0.75), (other, 0.25)]


def test_a_label_moves_with_its_point():
    made = drawn("dots that change sides")
    label, dots = element(made, "point:1,0/text#0"), element(made, "curve:1")
    at = frame_of("step:1")
    before, after = label.box(label.state(at)), label.box(label.state(at + 40))
    assert (after.x - before.x, after.y - before.y) != (0, 0)
    assert {f for f in label.moving() if f > at} == {f for f in dots.moving() if f > at}


def test_labels_that_would_meet_on_their_way_go_out_meanwhile():
    made = drawn("arrows")
    names = [each for each in made.elements if each.name.startswith("name:")]
    middle = frame_of("step:0") + 12
    seen = [each.box(each.state(middle)) for each in names if each.state(middle).opacity > 0]
    assert not any(one.intersects(other) for one in seen for other in seen if one is not other)
    assert all(each.state(made.num_frames - 1).opacity == 1 for each in names)


@pytest.mark.parametrize("name", PLOTS)
def test_nothing_is_left_behind_outside_of_what_is_painted_anew(name):
    # A smooth edge may differ a little with the rectangle in which it is painted; what is left behind differs by more.
    frames = [frame_of("step:0") + n for n in (3, 9, 22, 40)] + [frame_of("step:1") + n for n in (5, 11, 30)]
    whole = drawn(name)
    for each in whole.elements:
        each.damage = None
    for seen, wanted in zip(pictures(drawn(name), *frames), pictures(whole, *frames), strict=True):
        assert np.abs(seen.astype(int) - wanted.astype(int)).max() < 90


def test_angles_are_counted_in_pi():
    made = scene("plot", {"curves": [{"points": [[0, 0], [2 * math.pi, 1]]}]}, STORY)
    texts = [each.marks[0].text for each in made.elements if each.name.startswith("x:")]
    assert texts == ["0", "π/2", "π", "3π/2", "2π"]


def test_the_axes_reach_over_all_that_a_step_moves():
    params = {
        "curves": [{"form": "dots", "points": [[1, 1]]}],
        "steps": [{"moves": [{"curve": 0, "points": [[9, 40]]}]}],
    }
    made = scene("plot", params, STORY)
    numbers = [each.marks[0].text for each in made.elements if each.name.startswith("y:")]
    assert numbers[-1] == "40"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"curves": [{"points": [[0, 0]]}]}, "needs 2"),
        ({"curves": [{"points": [[0, 0], [math.nan, 1]]}]}, "finite"),
        ({"curves": [{"points": [[0, 0], [1, math.inf]]}]}, "finite"),
        ({"x_range": [4, 1]}, r"x_range is \(4, 1\)"),
        ({"marks": [{"at": "curve:7"}]}, "'curve:7'"),
        ({"marks": [{"at": "point:0,9", "text": "P"}]}, "'point:0,9'"),
        ({"marks": [{"at": "curve:0", "text": "P"}]}, "label one of its points"),
        ({"curves": [{"form": "dots", "points": [[0, 0], [1, 1]], "tones": [1]}]}, "1 tones for 2 points"),
        ({"curves": [{"form": "dots", "points": [[0, 0]], "tones": [6]}]}, "tone outside 0 to 5"),
        ({"steps": [{"moves": [{"curve": 3, "points": [[0, 0], [1, 1]]}]}]}, "names curve 3 of 1"),
    ],
)
def test_faults_are_named(change, message):
    with pytest.raises(EngineError, match=message):
        scene("plot", {"curves": [{"points": SQUARE}], **change}, STORY)


def test_too_many_labels_are_refused():
    crowd = [[n / 40, 0.5] for n in range(40)]
    marks = [{"at": f"point:0,{n}", "text": f"a long name, number {n}"} for n in range(40)]
    with pytest.raises(DoesNotFit, match="no free place"):
        scene("plot", {"curves": [{"form": "dots", "points": crowd}], "marks": marks}, STORY)


def test_the_example_is_a_real_descent():
    made = example("plot")
    assert [each.marks[0].text for each in made.elements if each.name.startswith("point:")][-1] == "x = 2.48"


def test_a_cue_lights_a_curve_until_its_sentence_ends():
    params = {"curves": [{"points": WAVE}, {"points": [[0, 0], [6.2, 1]], "tone": 1}]}
    cues = (Cue(sentence="s1", word=2, target="curve:1", action="light"),)
    made = scene_of(shot("plot", params, STORY).model_copy(update={"cues": cues}), STORY, Format(1280, 720), Path())
    at = STORY.sentences[1].words[2].start
    curve = element(made, "curve:1")
    assert [curve.state(frame).progress for frame in (at - 8, at + 30, made.num_frames - 1)] == [0, 1, 2]
    before, lit, after = (picture.astype(int) for picture in pictures(made, at - 8, at + 30, made.num_frames - 1))
    content = slice(0, int(made.frame.content.bottom))
    assert np.abs(before - lit)[content].max() > 50 and (before == after)[content].all()


def test_a_cue_shows_a_curve_that_no_step_does():
    made = scene("plot", {"curves": [{"points": WAVE}, {"points": [[0, 0], [6.2, 1]]}]}, STORY, curve_1=(1, 2))
    at = STORY.sentences[1].words[2].start - 4
    assert element(made, "curve:0").state(0).opacity == 1
    assert element(made, "curve:1").state(at).progress == 0 < element(made, "curve:1").state(at + 2).progress


def test_the_name_of_a_single_dot_goes_with_it():
    curves = [{"points": WAVE}, {"form": "dots", "points": [[1, 0.84]], "name": "guess", "tone": 1}]
    steps = [{"moves": [{"curve": 1, "points": [[4, -0.76]]}]}]
    made = scene("plot", {"curves": curves, "steps": steps}, STORY, step_0=(0, 6))
    name = element(made, "name:1#0")
    start, end = (name.box(name.state(frame)).centre for frame in (0, made.num_frames - 1))
    assert end[0] - start[0] > 300 and end[1] - start[1] > 100


def crossing(*steps, **cues):
    """Return a shot in which a labelled dot runs past one that rests."""
    curves = [{"form": "dots", "points": [[0, 1], [4, 1]]}, {"form": "dots", "points": [[2, 1]], "tone": 1}]
    marks = [{"at": "point:0,0", "text": "runner"}, {"at": "point:1,0", "text": "bystander"}]
    return scene("plot", {"curves": curves, "marks": marks, "steps": list(steps)}, STORY, **cues)


RUN = {"moves": [{"curve": 0, "points": [[4, 1], [0, 1]]}]}


def test_what_rests_has_the_right_of_way():
    made = crossing(RUN, step_0=(0, 6))
    assert_legible(made)
    runner, bystander = element(made, "point:0,0/text#0"), element(made, "point:1,0/text#0")
    middle = frame_of("step:0") + 11
    assert (runner.state(middle).opacity, bystander.state(middle).opacity) == (0, 1)
    assert runner.state(middle + 25).opacity == 1


def test_a_label_that_is_out_does_not_come_back_after_its_end():
    ends = {"marks": [{"at": "point:0,0", "text": ""}]}
    made = crossing(RUN, ends, step_0=(0, 6), step_1=(0, 7))
    assert element(made, "point:0,0/text#0").state(made.num_frames - 1).opacity == 0


def test_a_label_does_not_begin_its_way_outside_of_the_picture():
    curves = [{"points": WAVE}, {"form": "dots", "points": [[-9, 0]], "tone": 1}]
    steps = [{"marks": [{"at": "point:1,0", "text": "back again"}], "moves": [{"curve": 1, "points": [[3, 0.5]]}]}]
    params = {"curves": curves, "steps": steps, "x_range": [0, 6.2], "y_range": [-1, 1]}
    made = scene("plot", params, STORY, step_0=(0, 6))
    assert_legible(made)
    assert element(made, "point:1,0/text#0").state(made.num_frames - 1).opacity == 1


def test_one_lit_dot_grows_more_than_many():
    def reach(*lit):
        marks = [{"at": f"point:0,{n}", "role": "active"} for n in lit]
        dots = element(scene("plot", {"curves": [{"form": "dots", "points": DOTS}], "marks": marks}, STORY), "curve:0")
        return dots.covers(dots.state(0)).width

    assert reach(0) > reach(*range(6)) > reach()
