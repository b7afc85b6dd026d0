"""Matrices: values come, change and are lit on their words, in every shape, legible on every shade."""

import pytest

from visuals.shots import STORY, assert_legible, element, example, scene
from visuals.test_kinds import SHAPES
from vortex.core.errors import EngineError
from vortex.visuals.kinds.matrix import number_of
from vortex.visuals.layout import DoesNotFit
from vortex.visuals.picture import Format
from vortex.visuals.theme import THEMES, contrast

WORDS = ["the", "cat", "sat"]
MATRICES = {
    "weights": {
        "shaded": True,
        "blocks": [
            {"name": "scores", "rows": [["1.15", "0", "0.58"], ["0", "2.31", "−1.15"]], "column_names": WORDS},
            {"name": "weights", "rows": [["0.53", "0.17", "0.30"], ["0.09", "0.88", "0.03"]], "column_names": WORDS},
        ],
        "signs": ["→"],
        "marks": [{"at": "block:1", "role": "hidden"}],
        "steps": [
            {"marks": [{"at": "row:0,0", "role": "active"}, {"at": "row:1,0", "role": "active"}], "note": "softmax"},
            {"marks": [{"at": "cell:1,1,1", "role": "good"}]},
        ],
    },
    "system": {
        "heading": "A system of equations",
        "blocks": [
            {"name": "A", "rows": [["2", "1", "−1"], ["−3", "−1", "2"], ["−2", "1", "2"]]},
            {"name": "x", "rows": [["x"], ["y"], ["z"]]},
            {"name": "b", "rows": [["8"], ["−11"], ["−3"]]},
        ],
        "signs": ["·", "="],
        "steps": [
            {"marks": [{"at": "row:0,0", "role": "active"}, {"at": "cell:1,0,0", "text": "2"}]},
            {"marks": [{"at": "block:0", "role": "done"}, {"at": "cell:1,0,0", "text": "2.00"}]},
        ],
    },
    "bits": {
        "blocks": [{"name": name, "rows": [list(bits)]} for name, bits in (("exponent", "01111011"), ("one", "1"))],
        "steps": [{"marks": [{"at": "block:0", "role": "path"}], "note": "123 − 127 = −4"}],
    },
}
CUES = {"step:0": (0, 6), "step:1": (1, 4)}
AT = STORY.sentences[0].words[6].start - 4


def drawn(name, **format):
    cues = {target: word for target, word in CUES.items() if int(target[-1]) < len(MATRICES[name]["steps"])}
    return scene("matrix", MATRICES[name], STORY, Format(**({"width": 1280, "height": 720} | format)), **cues)


@pytest.mark.parametrize("size", SHAPES)
@pytest.mark.parametrize("name", MATRICES)
@pytest.mark.parametrize("theme", THEMES)
def test_texts_are_safe_legible_and_apart_on_every_frame(name, size, theme):
    made = drawn(name, width=size[0], height=size[1], theme=theme)
    assert_legible(made)


def test_a_hidden_matrix_appears_with_the_first_of_its_rows():
    made = drawn("weights")
    for name in ("block:1/name", "block:1/sign", "cell:1,0,0/text"):
        assert element(made, name).state(AT).opacity == 0
        assert element(made, name).state(AT + 12).opacity == 1
    assert not [each for each in made.elements if each.name == "cell:1,1,0/text" and each.state(AT + 12).opacity]


def test_the_value_of_a_cell_changes_in_place_and_never_stands_there_twice():
    made = drawn("system")
    values = [each for each in made.elements if each.name.startswith("cell:1,0,0/text")]
    assert [each.marks[0].text for each in values] == ["x", "2", "2.00"]
    for frame in range(made.num_frames):
        assert sum(each.state(frame).opacity > 0 for each in values) <= 1


def test_a_row_lights_each_of_its_cells_on_its_word():
    made = drawn("system")
    cells = [element(made, f"cell:0,0,{c}") for c in range(3)]
    assert all(cell.state(AT).progress == 0 and cell.state(AT + 20).progress == 1 for cell in cells)
    assert element(made, "cell:0,1,0").state(AT + 20).progress == 0


@pytest.mark.parametrize("theme", THEMES)
def test_the_greatest_number_has_the_strongest_shade_on_which_ink_is_legible(theme):
    made = drawn("weights", theme=theme)
    fills = [
        mark.background
        for each in made.elements
        if each.name.startswith("cell:0") and each.name.endswith("text")
        for mark in each.marks
    ]
    ink, paper = THEMES[theme].ink, THEMES[theme].background
    away = [contrast(fill, paper) for fill in fills]
    assert away.index(max(away)) == 4
    assert all(contrast(ink, fill) >= 4.5 for fill in fills)


def test_a_product_stands_in_one_line_where_it_is_wide_and_in_more_where_it_is_upright():
    def middles(size):
        made = example("matrix", Format(*size))
        return {round(element(made, f"block:{n}").bounds.centre[1]) for n in range(3)}

    assert len(middles((1280, 720))) == 1
    assert len(middles((720, 1280))) > 1


def test_the_example_is_a_real_product():
    made = example("matrix")
    last = [
        each.marks[0].text
        for each in made.elements
        if each.name.startswith("cell:2") and each.marks and each.state(made.num_frames - 1).opacity == 1
    ]
    assert last == ["19", "22", "43", "50"]


def test_numbers_are_read_as_they_are_written():
    assert [number_of(text) for text in ("−1.5", "1,024", "12 %", "x", "", "nan", "inf")] == [
        -1.5,
        1024,
        12,
        None,
        None,
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"blocks": [{"rows": [["1", "2"], ["3"]]}]}, r"\[1, 2\] values"),
        ({"blocks": [{"rows": [[]]}]}, "at least one"),
        ({"blocks": [{"rows": [["1"]], "row_names": ["a", "b"]}]}, "row_names holds 2 names for 1"),
        ({"blocks": [{"rows": [["1"]], "column_names": ["a", "b"]}]}, "column_names holds 2 names for 1"),
        ({"signs": ["="]}, "1 signs for 1"),
        ({"marks": [{"at": "cell:0,5,0"}]}, "'cell:0,5,0'"),
        ({"steps": [{"marks": [{"at": "row:1,0"}]}]}, "'row:1,0'"),
        ({"marks": [{"at": "row:0,0", "text": "7"}]}, "write at one cell"),
    ],
)
def test_faults_are_named(change, message):
    with pytest.raises(EngineError, match=message):
        scene("matrix", {"blocks": [{"rows": [["1", "2"], ["3", "4"]]}], **change}, STORY)


def test_what_cannot_be_set_legibly_is_refused():
    wide = {"rows": [["1,234,567.89"] * 8] * 8}
    with pytest.raises(DoesNotFit, match="needs"):
        scene("matrix", {"blocks": [wide] * 4}, STORY)


def test_one_long_row_is_broken_into_lines_where_the_frame_is_narrow():
    bits = {"blocks": [{"name": "fraction", "rows": [list("10011001100110011001101")]}]}
    tops = {}
    for size in ((1280, 720), (720, 1280)):
        made = scene("matrix", bits, STORY, Format(*size))
        assert_legible(made)
        cells = [element(made, f"cell:0,0,{c}/text").marks[0] for c in range(23)]
        assert "".join(mark.text for mark in cells) == "10011001100110011001101"
        tops[size] = len({round(mark.box.y) for mark in cells})
    assert tops == {(1280, 720): 1, (720, 1280): 2}
